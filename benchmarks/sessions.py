"""How many sessions one emulator process carries, and what each costs.

python benchmarks/sessions.py [--sessions N] [--seconds S] [--old FOLDER]

Everything is set against a baseline of the same run: the voice activity detector
alone on the same audio, a bare `websockets` echo of the same frames, and, with
`--old`, the emulator of another folder (a git worktree of an older commit). The
emulator runs in a process of its own; the load runs in another.

The detector is measured as the emulator uses it, with one window of each session in
a call, and with a single stream.
"""

import argparse
import asyncio
import base64
import json
import statistics
import time
from pathlib import Path

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
from live_emulator.voice.vad import SpeechModel, Stream

_WINDOW_MS = 32
_PROBES = 100

STORY = json.dumps({"realtimeInput": {"text": "Tell me a long story."}})


def detector_us(count: int = 1) -> float:
    """Return how long the detector takes for one window of each of many streams."""
    pcm = b"".join(
        base64.b64decode(json.loads(frame)["realtimeInput"]["audio"]["data"])
        for frame in quiet_frames()
    )
    model, streams = SpeechModel(), [Stream() for _ in range(count)]
    windows = [pcm[i : i + 1024] for i in range(0, len(pcm) - 1023, 1024)]
    model.judge(streams, [windows[0]] * count)
    rounds = max(1, 60 // count)
    start = time.process_time()
    for window in windows * rounds:
        model.judge(streams, [window] * count)
    used = time.process_time() - start
    return used / (len(windows) * rounds * count) * 1e6


async def cost(
    count: int, seconds: float, code: Path | None = None
) -> tuple[float, float, float]:
    """Return µs per chunk, KiB per session, and how late the load itself was."""
    with server("live_emulator", "--port", "0", code=code) as live:
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


async def under_load(count: int, code: Path | None = None) -> list[float]:
    """Return the delays of the emulator beside so many sessions."""
    with server("live_emulator", "--port", "0", code=code) as live:
        load = await Microphones.open(live, count)
        streaming = asyncio.create_task(load.stream(3600))
        ours = await interruption_delays(live)
        streaming.cancel()
        load.close()
    return ours


async def echo_under_load(count: int) -> list[float]:
    """Return the delays of an echo beside so many connections."""
    with server("benchmarks.echo_server") as echo:
        load = await Microphones.open(echo, count, set_up=False)
        streaming = asyncio.create_task(load.stream(3600))
        bare = await echo_delays(echo)
        streaming.cancel()
        load.close()
    return bare


def quantiles(times: list[float]) -> str:
    """Return p50, p95 and p99."""
    cuts = statistics.quantiles(times, n=100)
    return f"{cuts[49]:>8.2f}{cuts[94]:>8.2f}{cuts[98]:>8.2f}"


async def run(count: int, seconds: float, old: Path | None) -> None:
    """Measure and print."""
    print(describe_machine())
    emulators = [("old", old)] if old else []
    emulators.append(("emulator", None))
    alone_us, many_us = detector_us(), detector_us(count)
    print(
        f"\nvoice activity alone (baseline): {many_us:.0f} µs per window of "
        f"{_WINDOW_MS} ms in {count} streams, as if for "
        f"{_WINDOW_MS * 1000 / many_us:.0f} per core; {alone_us:.0f} µs in a single one"
    )
    for name, code in emulators:
        chunk_us, memory, late_s = await cost(count, seconds, code)
        print(
            f"{name}, {count} sessions, nobody speaks: {chunk_us:.0f} µs per chunk of "
            f"{CHUNK_MS} ms, {CHUNK_MS * 1000 / chunk_us:.0f} sessions per core; "
            f"{memory:.0f} KiB a session; the load was late by {late_s * 1000:.0f} ms "
            "at most"
        )
    print(f"a connection of a bare echo: {await echo_memory(count):.0f} KiB")
    bare = await echo_under_load(count)
    print(
        f"\n{'ms, beside ' + str(count) + ' sessions':<40}{'p50':>8}{'p95':>8}"
        f"{'p99':>8}"
    )
    print(f"{'bare echo of a text (baseline)':<40}{quantiles(bare)}")
    for name, code in emulators:
        ours = await under_load(count, code)
        print(f"{name + ', text sent to its interruption':<40}{quantiles(ours)}")
        ratio = statistics.median(ours) / statistics.median(bare)
        print(f"{ratio:.1f} times the baseline at the median")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100, help="default 100")
    parser.add_argument("--seconds", type=float, default=10.0, help="default 10")
    parser.add_argument("--old", type=Path, help="another emulator to compare with")
    options = parser.parse_args()
    asyncio.run(run(options.sessions, options.seconds, options.old))


if __name__ == "__main__":
    main()
