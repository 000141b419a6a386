"""How many sessions one emulator process carries, and what each costs.

python benchmarks/sessions.py [--sessions N] [--seconds S]

Everything is set against a baseline of the same run: the voice activity detector
alone on the same audio, and a bare `websockets` echo of the same frames. The
emulator runs in a process of its own on one core; the load runs on another.

Each stream needs a detector of its own, whose model takes 2.5 MB. A single detector
keeps it in the processor's cache; of a hundred in turn, each finds it in memory. Both
are measured: what one stream costs alone, and what as many streams cost as there are
sessions.
"""

import argparse
import asyncio
import base64
import json
import statistics
import time

from websockets.asyncio.client import ClientConnection

from benchmarks.load import (
    CHUNK_MS,
    SETUP,
    Microphones,
    ServerProcess,
    quiet_frames,
    server,
)
from benchmarks.machine import describe_machine
from live_emulator.voice import SpeechProbability

_WINDOW_MS = 32
_PROBES = 100

STORY = json.dumps({"realtimeInput": {"text": "Tell me a long story."}})


def detector_us(count: int = 1) -> float:
    """Return how long the voice activity detector takes for one window.

    With more than one, all of them get each window in turn.
    """
    pcm = b"".join(
        base64.b64decode(json.loads(frame)["realtimeInput"]["audio"]["data"])
        for frame in quiet_frames()
    )
    detectors = [SpeechProbability() for _ in range(count)]
    windows = [pcm[i : i + 1024] for i in range(0, len(pcm) - 1023, 1024)]
    for detector in detectors:
        detector(windows[0])
    rounds = max(1, 60 // count)
    start = time.process_time()
    for window in windows * rounds:
        for detector in detectors:
            detector(window)
    used = time.process_time() - start
    return used / (len(windows) * rounds * count) * 1e6


async def cost(count: int, seconds: float) -> tuple[float, float, float]:
    """Return µs per chunk, KiB per session, and how late the load itself was."""
    with server("live_emulator", "--port", "0") as live:
        before = live.rss_bytes()
        load = await Microphones.open(live, count)
        memory = (live.rss_bytes() - before) / count / 1024
        await load.stream(1.0)
        used, chunks = live.cpu_s(), load.chunks
        await load.stream(seconds)
        await _caught_up(live)
        used = live.cpu_s() - used
        load.close()
        return used / ((load.chunks - chunks) * count) * 1e6, memory, load.latest_s


async def _caught_up(live: ServerProcess) -> None:
    """Wait until the emulator has nothing left to do."""
    used = -1.0
    while live.cpu_s() - used > 0.02:
        used = live.cpu_s()
        await asyncio.sleep(0.5)


async def echo_memory(count: int) -> float:
    """Return KiB per connection of a bare echo."""
    with server("benchmarks.echo_server") as echo:
        before = echo.rss_bytes()
        load = await Microphones.open(echo, count, set_up=False)
        await load.stream(0.5)
        memory = (echo.rss_bytes() - before) / count / 1024
        load.close()
        return memory


async def interruption_delays(live: ServerProcess) -> list[float]:
    """Return ms from sending a text to the `interrupted` it causes."""
    delays = []
    async with live.socket() as socket:
        await socket.send(SETUP)
        await socket.recv()
        await socket.send(STORY)
        while len(delays) < _PROBES:
            await _until(socket, "modelTurn")
            start = time.perf_counter()
            await socket.send(STORY)
            await _until(socket, "interrupted")
            delays.append((time.perf_counter() - start) * 1000)
    return delays


async def echo_delays(echo: ServerProcess) -> list[float]:
    """Return ms of the round trip of the same text."""
    delays = []
    async with echo.socket() as socket:
        for _ in range(_PROBES):
            start = time.perf_counter()
            await socket.send(STORY)
            await socket.recv()
            delays.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(0.05)
    return delays


async def _until(socket: ClientConnection, field: str) -> None:
    while field not in json.loads(await socket.recv()).get("serverContent", {}):
        pass


async def under_load(count: int) -> tuple[list[float], list[float]]:
    """Return the delays of the emulator and of an echo, beside so many sessions."""
    with server("live_emulator", "--port", "0") as live:
        load = await Microphones.open(live, count)
        streaming = asyncio.create_task(load.stream(3600))
        ours = await interruption_delays(live)
        streaming.cancel()
        load.close()
    with server("benchmarks.echo_server") as echo:
        load = await Microphones.open(echo, count, set_up=False)
        streaming = asyncio.create_task(load.stream(3600))
        bare = await echo_delays(echo)
        streaming.cancel()
        load.close()
    return ours, bare


def quantiles(times: list[float]) -> str:
    """Return p50, p95 and p99."""
    cuts = statistics.quantiles(times, n=100)
    return f"{cuts[49]:>8.2f}{cuts[94]:>8.2f}{cuts[98]:>8.2f}"


async def run(count: int, seconds: float) -> None:
    """Measure and print."""
    print(describe_machine())
    window_us = detector_us()
    streams = _WINDOW_MS * 1000 / window_us
    print(
        f"\nvoice activity alone (baseline): {window_us:.0f} µs per window of "
        f"{_WINDOW_MS} ms in a single stream, as if for {streams:.0f} per core"
    )
    for sessions in (count, round(streams / 2)):
        many_us = detector_us(sessions)
        chunk_us, memory, late_s = await cost(sessions, seconds)
        carried = CHUNK_MS * 1000 / chunk_us
        alone = _WINDOW_MS * 1000 / many_us
        print(
            f"{sessions} sessions, nobody speaks: {chunk_us:.0f} µs per chunk of "
            f"{CHUNK_MS} ms, {carried:.0f} sessions per core; voice activity alone in "
            f"as many streams: {many_us:.0f} µs per window, {alone:.0f} per core; "
            f"{carried / alone:.2f} of that, {carried / streams:.2f} of the single "
            f"stream; {memory:.0f} KiB a session; the load was late by "
            f"{late_s * 1000:.0f} ms at most"
        )
    print(f"a connection of a bare echo: {await echo_memory(count):.0f} KiB")
    ours, bare = await under_load(count)
    print(
        f"\n{'ms, beside ' + str(count) + ' sessions':<40}{'p50':>8}{'p95':>8}"
        f"{'p99':>8}"
    )
    print(f"{'text sent to its interruption':<40}{quantiles(ours)}")
    print(f"{'bare echo of the same text (baseline)':<40}{quantiles(bare)}")
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"{ratio:.1f} times the baseline at the median")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100, help="default 100")
    parser.add_argument("--seconds", type=float, default=10.0, help="default 10")
    options = parser.parse_args()
    asyncio.run(run(options.sessions, options.seconds))


if __name__ == "__main__":
    main()
