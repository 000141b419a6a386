"""How long the emulator takes from the end of speech to its first sound.

python benchmarks/latency.py [--rounds N] [--silence MS ...]

Short spoken commands are sent like a microphone would send them: 40 ms chunks in
real time. The end of speech is where the recording's own speech ends, to the
sample. What is left after the configured silence is the emulator's own time:
detecting, recognising, answering, speaking. Two baselines, in the same run: the
round trip of a chunk through a bare `websockets` echo, and the physical limit, the
silence itself and on average half a chunk until it is sent.
"""

import argparse
import asyncio
import base64
import json
import statistics
import time
from collections.abc import Sequence

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.machine import describe_machine
from live_emulator import Emulator
from live_emulator.voice import USER_VOICE, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ

COMMANDS = (
    "What time is it?",
    "Count to three.",
    "What is twelve times seven?",
    "Tell me a joke.",
    "What is your name?",
    "Repeat after me, good morning.",
)
CHUNK_MS = 40
DEFAULT_SILENCE_MS = 700
_CHUNK_BYTES = INPUT_RATE_HZ * CHUNK_MS // 1000 * 2
_PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"


def audio_message(pcm: bytes) -> str:
    """Return a realtimeInput message."""
    data = base64.b64encode(pcm).decode()
    blob = {"data": data, "mimeType": f"audio/pcm;rate={INPUT_RATE_HZ}"}
    return json.dumps({"realtimeInput": {"audio": blob}})


async def record(speaker: SpeechWorker, text: str) -> tuple[bytes, float]:
    """Return a command at 16 kHz and where its speech ends, in seconds."""
    pieces = [piece.pcm async for piece in speaker.speak(text, voice=USER_VOICE)]
    pcm = resample(b"".join(pieces), OUTPUT_RATE_HZ, INPUT_RATE_HZ)
    samples = np.abs(np.frombuffer(pcm, "<i2").astype(np.int32))
    # Speech ends where the last sample is louder than 40 dB below the peak.
    last = np.flatnonzero(samples > samples.max() / 100)[-1]
    lead_in = bytes(INPUT_RATE_HZ)  # half a second
    return lead_in + pcm, 0.5 + float(last) / INPUT_RATE_HZ


async def first_sound(
    socket: ClientConnection, pcm: bytes, end_s: float, patience_s: float = 10.0
) -> float:
    """Speak a command; return seconds from its end to the first audio."""
    start = time.perf_counter()
    sending = asyncio.create_task(_send(socket, pcm, start))
    try:
        async with asyncio.timeout(end_s + patience_s):
            while True:
                message = json.loads(await socket.recv())
                if "modelTurn" in message.get("serverContent", {}):
                    return time.perf_counter() - start - end_s
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(socket: ClientConnection, pcm: bytes, start: float) -> None:
    """Send the recording and then silence: each chunk when it would be full."""
    number = 0
    while True:
        chunk = pcm[number * _CHUNK_BYTES : (number + 1) * _CHUNK_BYTES]
        number += 1
        await asyncio.sleep(start + number * CHUNK_MS / 1000 - time.perf_counter())
        await socket.send(audio_message(chunk.ljust(_CHUNK_BYTES, b"\0")))


async def until_turn_ends(socket: ClientConnection) -> None:
    """Read the rest of the turn."""
    while True:
        if "turnComplete" in json.loads(await socket.recv()).get("serverContent", {}):
            return


async def echo_round_trips(count: int) -> list[float]:
    """Return round trips of a chunk through a bare echo, in milliseconds."""

    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"ws://127.0.0.1:{port}"
        async with connect(url, compression=None, proxy=None) as socket:
            message = audio_message(bytes(_CHUNK_BYTES))
            times = []
            for _ in range(count):
                start = time.perf_counter()
                await socket.send(message)
                await socket.recv()
                times.append((time.perf_counter() - start) * 1000)
            return times


async def measure(silence_ms: int | None, rounds: int) -> list[float]:
    """Return times from the end of speech to the first audio, in milliseconds."""
    times: list[float] = []
    setup: dict[str, object] = {"model": "models/gemini-3.8-live"}
    if silence_ms is not None:
        detection = {"silenceDurationMs": silence_ms}
        setup["realtimeInputConfig"] = {"automaticActivityDetection": detection}
    with Emulator() as live:
        async with SpeechWorker() as speaker:
            recordings = [await record(speaker, text) for text in COMMANDS]
            url = f"{live.url.replace('http', 'ws')}{_PATH}?key=benchmark"
            async with connect(url, compression=None, proxy=None) as socket:
                await socket.send(json.dumps({"setup": setup}))
                await socket.recv()
                await first_sound(socket, *recordings[0])  # warm up
                await until_turn_ends(socket)
                for _ in range(rounds):
                    for pcm, end_s in recordings:
                        times.append(await first_sound(socket, pcm, end_s) * 1000)
                        await until_turn_ends(socket)
    return times


def row(name: str, times: Sequence[float]) -> str:
    """Return one line of the table."""
    deciles = statistics.quantiles(times, n=20)
    return f"{name:<50}{statistics.median(times):>9.2f}{deciles[-1]:>9.2f}"


async def run(silences_ms: Sequence[int], rounds: int) -> None:
    """Measure and print."""
    print(describe_machine())
    print(f"{len(COMMANDS)} commands, {rounds} rounds, chunks of {CHUNK_MS} ms\n")
    print(f"{'milliseconds':<50}{'median':>9}{'p95':>9}")
    echo = await echo_round_trips(500)
    print(row("round trip of a chunk, bare echo (baseline)", echo))
    for silence_ms in (None, *silences_ms):
        times = await measure(silence_ms, rounds)
        silence = silence_ms or DEFAULT_SILENCE_MS
        print(row(f"end of speech to first audio, {silence} ms of silence", times))
        print(row("  beyond the silence", [one - silence for one in times]))
        limit = silence + CHUNK_MS / 2
        ratio = statistics.median(times) / limit
        print(f"  {ratio:.2f} times the physical limit of {limit:.0f} ms")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument(
        "--silence", type=int, nargs="*", default=[300], help="in ms; default 300"
    )
    options = parser.parse_args()
    asyncio.run(run(options.silence, options.rounds))


if __name__ == "__main__":
    main()
