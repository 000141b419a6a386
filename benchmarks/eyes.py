"""What it costs to read the text in a picture.

python benchmarks/eyes.py [--rounds N]

The pictures are the guide's own. The baseline, in the same run, is what every picture
costs that nobody asks about: to be decoded and scaled.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.machine import describe_machine
from live_emulator.serving.eyes import scaled
from live_emulator.serving.reader import TextReader

PICTURES = Path(__file__).resolve().parents[1] / "assets" / "pictures"
SIDE = 1280
"""Pictures are scaled to it before they are read."""


async def read_once(reader: TextReader, image: bytes) -> float:
    """Return the milliseconds that it takes to read a picture."""
    start = time.perf_counter()
    if await reader.read(image) is None:
        raise SystemExit("Nothing is read. pip install '.[eyes]'")
    return (time.perf_counter() - start) * 1000


def decode_once(image: bytes) -> float:
    """Return the milliseconds that it takes to decode and scale one."""
    start = time.perf_counter()
    scaled(image, SIDE)
    return (time.perf_counter() - start) * 1000


async def measure(paths: Sequence[Path], rounds: int) -> None:
    """Print a row for each picture, then the process."""
    async with TextReader() as reader:
        first_ms = await read_once(reader, paths[0].read_bytes())
        (worker,) = map(psutil.Process, reader.process_ids)
        print(f"start of the process and {paths[0].name}: {first_ms:.0f} ms\n")
        print(f"{'milliseconds, median':<24}{'decoded':>10}{'read':>10}{'times':>8}")
        before = sum(worker.cpu_times()[:2])
        for path in paths:
            image = path.read_bytes()
            plain = statistics.median(decode_once(image) for _ in range(rounds))
            times = [await read_once(reader, image) for _ in range(rounds)]
            read = statistics.median(times)
            print(f"{path.name:<24}{plain:>10.1f}{read:>10.0f}{read / plain:>8.0f}")
        processor_s = sum(worker.cpu_times()[:2]) - before
        print(f"\nprocessor a picture: {processor_s / rounds / len(paths):.2f} s")
        print(f"memory of the process: {worker.memory_info().rss / 1e6:.0f} MB")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    options = parser.parse_args()
    print(describe_machine())
    paths = sorted(p for p in PICTURES.iterdir() if p.suffix in (".jpg", ".png"))
    asyncio.run(measure(paths, options.rounds))


if __name__ == "__main__":
    main()
