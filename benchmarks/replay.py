"""How exact a replay is, and what a recording relay costs.

python benchmarks/replay.py [--rounds N]

A spoken turn and a barge-in, streamed in real time by Google's SDK for Python, are
recorded through a relay from an emulator. Then the recorded client frames are sent
to a replay at their recorded times, and each server frame is compared: its bytes, and
its delay after the client frame before it. Frames that nothing but a timer could have
sent are the measure for that: `asyncio.sleep` for the same delays, in the same run.
The relay is measured by the round trips of a chunk through a bare `websockets` echo,
with the relay before it and without. All servers are processes of their own.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from google import genai
from google.genai import types
from websockets.asyncio.client import ClientConnection

from benchmarks.latency import CHUNK_MS, audio_message, record
from benchmarks.load import ServerProcess, server
from benchmarks.machine import describe_machine
from live_emulator.cassette.file import read_cassette
from live_emulator.cassette.recording import FrameEvent
from live_emulator.loopback.environment import client_environment
from live_emulator.voice import SpeechWorker
from live_emulator.voice.types import INPUT_RATE_HZ

MODEL = "gemini-3.8-live"
LIMIT_MS = 20
_CHUNK_BYTES = INPUT_RATE_HZ * CHUNK_MS // 1000 * 2
_TRIPS = 500


# --- recording


async def converse(url: str, question: bytes, story: bytes) -> None:
    """Ask by voice; then have a story told, and speak into it."""
    os.environ.update(client_environment(url))
    config = types.LiveConnectConfig(
        response_modalities=[types.Modality.AUDIO],
        output_audio_transcription=types.AudioTranscriptionConfig(),
        input_audio_transcription=types.AudioTranscriptionConfig(),
    )
    client = genai.Client()
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        await _speak(session, question)
        await _listen(session, "turn_complete")
        await _speak(session, story)
        await _listen(session, "model_turn")
        await _speak(session, question)
        await _listen(session, "interrupted")
        await _listen(session, "turn_complete")
        await _listen(session, "turn_complete")


async def _listen(session: genai.live.AsyncSession, until: str) -> None:
    """Read messages up to one that has something."""
    async with asyncio.timeout(60):
        while True:
            async for message in session.receive():
                if getattr(message.server_content, until, None):
                    return


async def _speak(session: genai.live.AsyncSession, pcm: bytes) -> None:
    """Send a sentence and a second of silence, each chunk when it would be full."""
    start = time.perf_counter()
    pcm += bytes(INPUT_RATE_HZ * 2)
    for number in range(-(-len(pcm) // _CHUNK_BYTES)):
        chunk = pcm[number * _CHUNK_BYTES : (number + 1) * _CHUNK_BYTES]
        due = start + (number + 1) * CHUNK_MS / 1000
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        blob = types.Blob(data=chunk, mime_type=f"audio/pcm;rate={INPUT_RATE_HZ}")
        await session.send_realtime_input(audio=blob)


# --- replaying


class Follower:
    """Does what the client did, when it did, and notes what comes back."""

    def __init__(self, events: Sequence[FrameEvent]) -> None:
        self._events = events
        self._sent: list[float] = []
        self.received: list[tuple[float, bytes]] = []

    async def follow(self, target: ServerProcess) -> None:
        """Run through the session."""
        expected = sum(event.sender == "server" for event in self._events)
        async with target.socket() as socket:
            reading = asyncio.create_task(self._read(socket, expected))
            start = time.perf_counter()
            for event in self._events:
                if event.sender == "client":
                    left_s = start + event.at_s - time.perf_counter()
                    await asyncio.sleep(max(0.0, left_s))
                    data = event.data
                    await socket.send(data.decode() if event.is_text else data)
                    self._sent.append(time.perf_counter())
            await asyncio.wait_for(reading, 60)

    async def _read(self, socket: ClientConnection, count: int) -> None:
        for _ in range(count):
            frame = await socket.recv()
            now = time.perf_counter()
            data = frame.encode() if isinstance(frame, str) else frame
            self.received.append((now, data))

    def deviations_ms(self, counts: Callable[[FrameEvent], bool]) -> list[float]:
        """Return how far off each frame's delay after the client's last frame was."""
        found = []
        received = iter(self.received)
        sent = iter(self._sent)
        then = sent_at = None
        for event in self._events:
            if event.sender == "client":
                at = next(sent)
                if counts(event):
                    then, sent_at = event.at_s, at
            else:
                at, _ = next(received)
                if then is not None and sent_at is not None:
                    found.append(abs((at - sent_at) - (event.at_s - then)) * 1000)
        return found


def is_heard(event: FrameEvent) -> bool:
    """Return whether a client frame counts: one of nothing but silence does not."""
    message = json.loads(event.data)
    audio = message.get("realtime_input", {}).get("audio", {}).get("data")
    return audio is None or bool(audio.strip("A="))


async def timer_deviations_ms(delays_s: Sequence[float]) -> list[float]:
    """Return how late `asyncio.sleep` is for the same delays."""
    late = []
    for delay_s in delays_s:
        start = time.perf_counter()
        await asyncio.sleep(delay_s)
        late.append(abs(time.perf_counter() - start - delay_s) * 1000)
    return late


# --- the relay


async def round_trips_ms(target: ServerProcess, pcm_bytes: int) -> list[float]:
    """Return the round trips of an audio chunk, in milliseconds."""
    message = audio_message(os.urandom(pcm_bytes))
    trips = []
    async with target.socket() as socket:
        for number in range(_TRIPS + 50):
            start = time.perf_counter()
            await socket.send(message)
            await socket.recv()
            if number >= 50:
                trips.append((time.perf_counter() - start) * 1000)
    return trips


def row(name: str, values: Sequence[float]) -> str:
    """Return one line of the table."""
    p95 = statistics.quantiles(values, n=20)[-1]
    return f"{name:<58}{statistics.median(values):>8.2f}{p95:>8.2f}{max(values):>8.2f}"


async def run(rounds: int) -> None:
    """Measure and print."""
    print(describe_machine() + "\n")
    print(f"{'milliseconds':<58}{'median':>8}{'p95':>8}{'max':>8}")
    with TemporaryDirectory() as folder:
        await _measure_replay(Path(folder) / "talk.jsonl", rounds)
        await _measure_relay(Path(folder))


async def _measure_replay(file: Path, rounds: int) -> None:
    async with SpeechWorker() as speaker:
        question, _ = await record(speaker, "What is twelve times seven?")
        story, _ = await record(speaker, "Tell me a story.")
    port = ("--port", "0")
    with server("live_emulator", *port) as emulator:
        relaying = ("--record", str(file), "--upstream", emulator.url)
        with server("live_emulator", *port, *relaying) as relay:
            await converse(relay.url, question, story)
    [session] = read_cassette(file).sessions
    events = [event for event in session.events if isinstance(event, FrameEvent)]
    recorded = [event.data for event in events if event.sender == "server"]
    deviations: list[float] = []
    for _ in range(rounds):
        with server("live_emulator", *port, "--replay", str(file)) as replay:
            follower = Follower(events)
            await follower.follow(replay)
        assert [data for _, data in follower.received] == recorded
        deviations += follower.deviations_ms(is_heard)
    times = [event.at_s for event in events if event.sender == "server"]
    gaps = [max(0.0, b - a) for a, b in zip(times, times[1:], strict=False)]
    timer = await timer_deviations_ms(gaps)
    print(row("asyncio.sleep for the same gaps (baseline)", timer))
    print(row("replay: deviation of a server frame from its time", deviations))
    within = sum(one <= LIMIT_MS for one in deviations) / len(deviations)
    print(
        f"  {len(recorded)} frames of the server, {len(events) - len(recorded)} of the "
        f"client, {rounds} rounds; all bytes the same; {within:.1%} within "
        f"{LIMIT_MS} ms"
    )


async def _measure_relay(folder: Path) -> None:
    with server("benchmarks.echo_server") as echo:
        file = folder / "echo.jsonl"
        relaying = ("--port", "0", "--record", str(file), "--upstream", echo.url)
        with server("live_emulator", *relaying) as relay:
            for pcm_bytes in (_CHUNK_BYTES, 9_600):
                name = f"round trip of {pcm_bytes} bytes of audio"
                direct = await round_trips_ms(echo, pcm_bytes)
                relayed = await round_trips_ms(relay, pcm_bytes)
                print(row(f"{name}, bare echo (baseline)", direct))
                print(row(f"{name}, through the recording relay", relayed))
                more = statistics.median(relayed) - statistics.median(direct)
                print(f"  {more / 2:.2f} ms for a frame in one direction")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    asyncio.run(run(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
