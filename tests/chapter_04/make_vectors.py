"""Write tests/vectors/pcm.json: what pcm.py and pcm.js must agree on.

    python tests/chapter_04/make_vectors.py

Bytes and edge values are written down by hand. What the resamplers must
give is taken from pcm.py once it has passed test_pcm.py, which knows sines.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

from chapter_04.pcm import Resampler, Samples, float_to_pcm16, pcm16_to_float

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "pcm.json"

FLOATS: dict[str, Any] = {
    "samples": [0, 0.5, -0.5, 1, -1, 1.5, -7, 0.999969482421875, 0.00002, -0.00002],
    "pcm": [0, 16384, -16384, 32767, -32768, 32767, -32768, 32767, 1, -1],
}
STREAMS = [
    {"chunks": ["0080", "ff7f"], "pcm": [[-32768], [32767]]},
    {"chunks": ["00", "80", "ff7f"], "pcm": [[], [-32768], [32767]]},
    {"chunks": ["008001", "", "0002"], "pcm": [[-32768], [], [1]]},
    {"chunks": ["010203", "040506"], "pcm": [[513], [1027, 1541]]},
]
RATES = [
    (48_000, 16_000),
    (44_100, 16_000),
    (24_000, 48_000),
    (24_000, 44_100),
    (16_000, 24_000),
    (24_000, 24_000),
]
CHUNKS = [128, 1, 700, 0, 333, 640]


def loud_sweep(rate_hz: int, count: int) -> Samples:
    """Return a tone that rises to half the rate, with a little noise."""
    seconds = np.arange(count) / rate_hz
    sweep = np.sin(np.pi * (rate_hz / 2) * seconds**2 / seconds[-1])
    noise = np.random.default_rng(4).uniform(-0.1, 0.1, count)
    return pcm16_to_float(float_to_pcm16(0.85 * sweep + noise))


def resampled(from_hz: int, to_hz: int) -> dict[str, Any]:
    """Return one case: what goes in, how it is cut, what comes out."""
    samples = loud_sweep(from_hz, sum(CHUNKS))
    resampler = Resampler(from_hz, to_hz)
    pieces = np.split(samples, np.cumsum(CHUNKS)[:-1])
    result = [resampler.process(piece) for piece in pieces] + [resampler.flush()]
    return {
        "from_hz": from_hz,
        "to_hz": to_hz,
        "delay_s": resampler.delay_s,
        "chunks": CHUNKS,
        "input": base64.b64encode(float_to_pcm16(samples)).decode(),
        "lengths": [len(piece) for piece in result],
        "output": base64.b64encode(float_to_pcm16(np.concatenate(result))).decode(),
    }


if __name__ == "__main__":
    vectors = {
        "floats": FLOATS,
        "streams": STREAMS,
        "resampled": [resampled(*rates) for rates in RATES],
    }
    VECTORS.write_text(json.dumps(vectors, indent=1) + "\n", encoding="utf-8")
