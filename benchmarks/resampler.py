"""Compare the resampler of chapter 4 with soxr and with linear interpolation.

python benchmarks/resampler.py [--quick]

For each pair of rates: the worst SINAD of tones in the band that the resampler of
chapter 4 promises (to 0.41 of the lower rate), the loudest alias of tones above half
the lower rate, how long samples are held back, and the time for a second of audio, in
chunks of 40 ms. Python and, where node is there, JavaScript; soxr in its best quality,
whose delay depends on how it is fed.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks.machine import describe_machine  # noqa: E402
from chapter_04.pcm import PASSBAND, Resampler  # noqa: E402
from guide.commands.system_packages import find_node  # noqa: E402

RATES = ((48_000, 16_000), (44_100, 16_000), (24_000, 48_000), (24_000, 44_100))
CHUNK_S = 0.04

Samples = NDArray[np.float32]
Method = Callable[[Samples, int, int], Samples]

JAVASCRIPT = """
import { Resampler } from "./chapter_04/pcm.js";
for (const [fromHz, toHz, length] of JSON.parse(process.argv[1])) {
  const resampler = new Resampler(fromHz, toHz);
  const chunk = Float32Array.from({ length }, (_, at) => Math.sin(at / 9));
  const output = new Float32Array(resampler.maxLength(length));
  const second = () => {
    for (let at = 0; at < fromHz; at += length) resampler.processInto(chunk, output);
  };
  for (let round = 0; round < 20; round += 1) second();
  const began = performance.now();
  for (let round = 0; round < 20; round += 1) second();
  console.log((performance.now() - began) / 20);
}
"""


def ours(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Resample a stream in chunks, and flush."""
    resampler = Resampler(from_hz, to_hz)
    pieces = [resampler.process(piece) for piece in chunks(samples, from_hz)]
    return np.concatenate([*pieces, resampler.flush()])


def with_soxr(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Resample a stream in chunks with libsoxr."""
    stream = soxr.ResampleStream(from_hz, to_hz, 1, "float32", "VHQ")
    pieces = [stream.resample_chunk(piece) for piece in chunks(samples, from_hz)]
    pieces.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    return np.concatenate(pieces)


def linear(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Draw a straight line from each sample to the next."""
    count = -(-len(samples) * to_hz // from_hz)
    places = np.arange(count) * (from_hz / to_hz)
    drawn = np.interp(places, np.arange(len(samples)), samples)
    return np.asarray(drawn, np.float32)


METHODS: dict[str, Method] = {
    "chapter 4": ours,
    "soxr VHQ": with_soxr,
    "np.interp": linear,
}


def chunks(samples: Samples, rate_hz: int) -> list[Samples]:
    """Cut samples as they would arrive."""
    length = round(CHUNK_S * rate_hz)
    return [samples[at : at + length] for at in range(0, len(samples), length)]


def tone(hertz: float, rate_hz: int) -> Samples:
    """Return a second of a pure tone at half of full scale."""
    turns = hertz * np.arange(rate_hz) / rate_hz
    return (0.5 * np.sin(2 * np.pi * turns)).astype(np.float32)


def level_db(samples: NDArray[np.floating]) -> float:
    """Return the mean level of samples."""
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-30))


def sinad_db(method: Method, from_hz: int, to_hz: int, count: int) -> float:
    """Return how far tones in band stand above all else, for the worst of them."""
    worst = np.inf
    for hertz in np.linspace(100, PASSBAND * min(from_hz, to_hz), count):
        middle = slice(to_hz // 5, to_hz * 4 // 5)
        got = method(tone(hertz, from_hz), from_hz, to_hz)[middle].astype(np.float64)
        # A filter may scale or delay a tone; what is left over is what it adds.
        turns = 2 * np.pi * hertz * np.arange(len(got)) / to_hz
        basis = np.stack([np.sin(turns), np.cos(turns)], axis=1)
        weights, *_ = np.linalg.lstsq(basis, got, rcond=None)
        fitted = basis @ weights
        worst = min(worst, level_db(fitted) - level_db(got - fitted))
    return float(worst)


def alias_db(method: Method, from_hz: int, to_hz: int, count: int) -> float | None:
    """Return the loudest of what comes through from above half the lower rate."""
    if to_hz >= from_hz:
        return None
    middle = slice(to_hz // 5, to_hz * 4 // 5)
    leaks = [
        level_db(method(tone(hertz, from_hz), from_hz, to_hz)[middle])
        - level_db(tone(hertz, from_hz))
        for hertz in np.linspace(to_hz / 2 + 10, from_hz / 2 - 10, count)
    ]
    return max(leaks)


def delay_ms(method: Method, from_hz: int, to_hz: int) -> float:
    """Return how long after a chunk its last sample may come out."""
    if method is ours:
        return Resampler(from_hz, to_hz).delay_s * 1000
    return 0.0 if method is linear else float("nan")


def milliseconds(method: Method, from_hz: int, to_hz: int) -> float:
    """Return the time for a second of audio, the best of five."""
    samples = tone(440, from_hz)
    times = []
    for _ in range(5):
        began_s = time.perf_counter()
        method(samples, from_hz, to_hz)
        times.append(time.perf_counter() - began_s)
    return min(times) * 1000


def javascript_ms() -> list[float]:
    """Return the same for pcm.js, for each pair of rates; nothing without node."""
    node, _ = find_node()
    if node is None:
        return []
    cases = [[from_hz, to_hz, 128] for from_hz, to_hz in RATES]
    done = subprocess.run(
        [str(node), "--input-type=module", "-e", JAVASCRIPT, str(cases)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in done.stdout.split()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few tones")
    count = 6 if parser.parse_args(arguments).quick else 40
    print(describe_machine())
    print("from -> to, method          SINAD   alias   delay   time for 1 s")
    in_javascript = javascript_ms()
    for number, (from_hz, to_hz) in enumerate(RATES):
        for name, method in METHODS.items():
            alias = alias_db(method, from_hz, to_hz, count)
            alias_text = "      -" if alias is None else f"{alias:4.0f} dB"
            delay = delay_ms(method, from_hz, to_hz)
            delay_text = "      -" if np.isnan(delay) else f"{delay:4.2f} ms"
            print(
                f"{from_hz:5} -> {to_hz:5} {name:10}"
                f"{sinad_db(method, from_hz, to_hz, count):6.0f} dB {alias_text} "
                f"{delay_text} {milliseconds(method, from_hz, to_hz):6.1f} ms"
            )
        if in_javascript:
            took = in_javascript[number]
            print(f"{'':15}pcm.js, in blocks of 128 samples: {took:14.1f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
