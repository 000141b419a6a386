"""Resampling keeps the length, the pitch and the stream whole."""

import numpy as np
import pytest

from live_emulator.voice.resampling import StreamResampler, resample


def tone(hz: float, rate_hz: int, seconds: float = 1.0) -> bytes:
    times = np.arange(int(rate_hz * seconds)) / rate_hz
    return (10_000 * np.sin(2 * np.pi * hz * times)).astype("<i2").tobytes()


def level(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.sqrt((samples[len(samples) // 4 : -len(samples) // 4] ** 2).mean()))


@pytest.mark.parametrize(
    ("from_hz", "to_hz"),
    [(48_000, 16_000), (44_100, 16_000), (8_000, 16_000), (24_000, 16_000),
     (22_050, 24_000), (16_000, 24_000), (16_000, 16_000)],
)  # fmt: skip
def test_length_and_loudness_stay(from_hz, to_hz):
    """A second stays a second, and a tone as loud as it was."""
    out = resample(tone(440, from_hz), from_hz, to_hz)
    assert abs(len(out) / 2 - to_hz) <= 2
    assert level(out) == pytest.approx(10_000 / 2**0.5, rel=0.01)


@pytest.mark.parametrize("cut", [1, 2, 641, 4_800])
def test_chunks_may_be_cut_anywhere(cut):
    """Also in the middle of a sample."""
    pcm = tone(300, 48_000, 0.3)
    stream = StreamResampler(48_000, 16_000)
    parts = [stream.process(pcm[i : i + cut]) for i in range(0, len(pcm), cut)]
    assert b"".join([*parts, stream.flush()]) == resample(pcm, 48_000, 16_000)


def test_a_flushed_stream_starts_afresh():
    """Nothing of the audio before is left in it."""
    stream = StreamResampler(48_000, 16_000)
    first = stream.process(tone(300, 48_000)) + stream.flush()
    assert stream.process(tone(300, 48_000)) + stream.flush() == first


def test_what_the_new_rate_cannot_hold_is_removed():
    """11 kHz at 48 kHz must not come back as 5 kHz at 16 kHz."""
    assert level(resample(tone(11_000, 48_000), 48_000, 16_000)) < 2


def test_little_is_held_back():
    """A live microphone is delayed by 40 ms at most."""
    stream = StreamResampler(48_000, 16_000)
    given = stream.process(tone(440, 48_000))
    assert len(given) / 2 >= 16_000 * 0.96


@pytest.mark.parametrize("rates", [(0, 16_000), (16_000, -1)])
def test_impossible_rates_are_refused(rates):
    """A rate is a positive number."""
    with pytest.raises(ValueError, match="must be positive"):
        StreamResampler(*rates)
