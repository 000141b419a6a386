"""Hold many sessions for a long time and watch what grows.

python benchmarks/soak.py [--sessions N] [--minutes M] [--pause S]

Each session streams a quiet room, and now and then types a question; sessions are
closed and opened again as a service's are, when their time is over. Once a minute
it prints tasks, threads, open files and memory of the emulator and its workers.
At the end it compares the second half with the first: flat is what is wanted. The
processes that hear are replaced now and then; each is listed with what it held first
and last.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from dataclasses import dataclass

import psutil
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from benchmarks.load import CHUNK_MS, SETUP, ServerProcess, quiet_frames, server
from benchmarks.machine import describe_machine

_QUESTIONS = ("What time is it?", "Tell me a joke.", "Count to ten.", "Hello.")
_SAMPLE_S = 2.0


@dataclass
class Generation:
    """One process that hears, from when it was first seen to when it was last."""

    first_s: float
    last_s: float
    first_mib: float
    """In use when it was a minute old: its models are loaded then, and the latest
    vocabularies."""
    last_mib: float

    def __str__(self) -> str:
        return (
            f"from minute {self.first_s / 60:.1f} to {self.last_s / 60:.1f}: "
            f"{self.first_mib:.1f} MiB at first, {self.last_mib:.1f} at last"
        )


class Ears:
    """The emulator's processes that hear."""

    def __init__(self, target: ServerProcess) -> None:
        self._target = target
        self._start = time.monotonic()
        self.generations: dict[int, Generation] = {}
        self.mib = 0.0
        self.most_at_once = 0

    async def watch(self) -> None:
        """Look again and again; to be cancelled."""
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(_SAMPLE_S)

    def _look(self) -> None:
        now_s = time.monotonic() - self._start
        total, count = 0.0, 0
        for process in self._target.process.children(recursive=True):
            try:
                if not any("hearing_worker" in part for part in process.cmdline()):
                    continue
                mib = process.memory_info().rss / 2**20
            except psutil.NoSuchProcess:
                continue
            total, count = total + mib, count + 1
            known = self.generations.setdefault(
                process.pid, Generation(now_s, now_s, mib, mib)
            )
            known.last_s, known.last_mib = now_s, mib
            if now_s - known.first_s <= 60:
                known.first_mib = mib
        self.mib, self.most_at_once = total, max(self.most_at_once, count)


async def visitor(
    target: ServerProcess, until: float, seed: int, pause_s: float
) -> None:
    """Be one user after another, each for the length of a connection."""
    chance = random.Random(seed)
    frames = quiet_frames()
    await asyncio.sleep(chance.random())  # not all on the same tick
    while time.monotonic() < until:
        async with target.socket() as socket:
            await socket.send(SETUP)
            reading = asyncio.create_task(_read(socket))
            try:
                await _stream(socket, frames, chance, until, pause_s)
            except ConnectionClosed:
                pass  # its time was over
            await reading


async def _stream(
    socket: ClientConnection,
    frames: list[str],
    chance: random.Random,
    until: float,
    pause_s: float,
) -> None:
    start, number = time.monotonic(), 0
    while time.monotonic() < until:
        await socket.send(frames[number % len(frames)])
        number += 1
        if chance.random() < CHUNK_MS / 1000 / pause_s:
            text = chance.choice(_QUESTIONS)
            await socket.send(json.dumps({"realtimeInput": {"text": text}}))
        await asyncio.sleep(
            max(0.0, start + number * CHUNK_MS / 1000 - time.monotonic())
        )
    await socket.close()


async def _read(socket: ClientConnection) -> None:
    try:
        async for _ in socket:
            pass
    except ConnectionClosed:
        pass


async def watch(
    target: ServerProcess, ears: Ears, until: float
) -> list[dict[str, float]]:
    """Take the figures once a minute."""
    rows = []
    print(
        f"{'min':>5}{'sessions':>10}{'tasks':>7}{'threads':>9}{'files':>7}"
        f"{'MiB':>8}{'mouth MiB':>11}{'ears MiB':>10}{'ears':>6}{'core':>7}"
    )
    used = target.cpu_s()
    start = time.monotonic()
    while time.monotonic() < until - 55:
        await asyncio.sleep(60)
        status = await asyncio.to_thread(target.status)
        workers = sum(
            one.memory_info().rss / 2**20
            for one in target.process.children(recursive=True)
            if one.pid not in ears.generations
        )
        row = {
            "sessions": status["sessions"],
            "tasks": status["tasks"],
            "threads": target.process.num_threads(),
            "files": _open_files(target.process),
            "MiB": target.rss_bytes() / 2**20,
            "mouth MiB": workers,
            "ears MiB": ears.mib,
            "ears": len(ears.generations),
            "core": (target.cpu_s() - used) / 60,
        }
        used = target.cpu_s()
        rows.append(row)
        minutes = (time.monotonic() - start) / 60
        print(
            f"{minutes:>5.0f}{row['sessions']:>10}{row['tasks']:>7}"
            f"{row['threads']:>9}{row['files']:>7}{row['MiB']:>8.1f}"
            f"{row['mouth MiB']:>11.1f}{row['ears MiB']:>10.1f}{row['ears']:>6}"
            f"{row['core']:>7.2f}",
            flush=True,
        )
    return rows


def _open_files(process: psutil.Process) -> int:
    """Return open file descriptors, or handles on Windows."""
    if hasattr(process, "num_fds"):
        return int(process.num_fds())
    return int(process.num_handles())


async def run(sessions: int, minutes: float, pause_s: float) -> bool:
    """Soak; return whether nothing grew."""
    print(describe_machine())
    with server("live_emulator", "--port", "0") as live:
        until = time.monotonic() + minutes * 60
        async with asyncio.TaskGroup() as group:
            ears = Ears(live)
            listening = group.create_task(ears.watch())
            watching = group.create_task(watch(live, ears, until))
            watching.add_done_callback(lambda _: listening.cancel())
            for seed in range(sessions):
                group.create_task(visitor(live, until + 5, seed, pause_s))
        rows = watching.result()
        complaints = live.complaints.read_text()
    print(complaints or "no complaints")
    flat = not complaints
    # The first minutes fill caches; what counts is the time after them.
    half = max(1, len(rows) // 2)
    for name in ("tasks", "threads", "files", "MiB", "mouth MiB", "ears MiB"):
        first = statistics.median(row[name] for row in rows[:half])
        second = statistics.median(row[name] for row in rows[-half:])
        growth = second / first - 1 if first else 0.0
        flat = flat and growth < 0.05
        print(
            f"{name}: {first:.1f} in the first half, {second:.1f} in the second "
            f"({growth:+.1%})"
        )
    print(f"ears, at most {ears.most_at_once} at once:")
    for generation in ears.generations.values():
        print(f"  {generation}")
    return flat


def main() -> int:
    """Read the options, run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50, help="default 50")
    parser.add_argument("--minutes", type=float, default=30.0, help="default 30")
    parser.add_argument(
        "--pause", type=float, default=30.0, help="seconds between questions; 30"
    )
    options = parser.parse_args()
    flat = asyncio.run(run(options.sessions, options.minutes, options.pause))
    print("flat" if flat else "NOT flat")
    return 0 if flat else 1


if __name__ == "__main__":
    raise SystemExit(main())
