"""pcm.py: bytes, samples and rates."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chapter_04.pcm import (
    PASSBAND,
    Pcm16Decoder,
    Resampler,
    Samples,
    float_to_pcm16,
    pcm16_to_float,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent.parent / "vectors" / "pcm.json").read_text("utf-8")
)
RATES = [(48_000, 16_000), (44_100, 16_000), (24_000, 48_000), (24_000, 44_100)]


def sine(frequency_hz: float, rate_hz: int, seconds: float = 1.0) -> Samples:
    turns = frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * turns)).astype(np.float32)


def whole(resampler: Resampler, samples: Samples) -> Samples:
    return np.concatenate([resampler.process(samples), resampler.flush()])


def level_db(samples: NDArray[np.floating[Any]]) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-30))


def test_loud_samples_are_clipped_not_wrapped() -> None:
    """+1.0 becomes 32767, and everything louder too."""
    given, expected = VECTORS["floats"]["samples"], VECTORS["floats"]["pcm"]
    assert np.frombuffer(float_to_pcm16(given), "<i2").tolist() == expected
    assert float_to_pcm16([np.nan, np.inf, -np.inf]).hex() == "0000ff7f0080"


def test_every_sample_survives_the_round_trip() -> None:
    """All 65,536 values come back as they went."""
    pcm = np.arange(-32768, 32768).astype("<i2").tobytes()
    assert float_to_pcm16(pcm16_to_float(pcm)) == pcm


def test_half_a_sample_is_refused_where_no_stream_is() -> None:
    """An odd number of bytes is an error that names the number."""
    with pytest.raises(ValueError, match="3 bytes"):
        pcm16_to_float(b"abc")


@pytest.mark.parametrize("case", VECTORS["streams"])
def test_a_sample_cut_in_two_is_put_together(case: dict[str, Any]) -> None:
    """A sample whose bytes come in two chunks is decoded with the second."""
    decoder = Pcm16Decoder()
    decoded = [decoder.decode(bytes.fromhex(chunk)) for chunk in case["chunks"]]
    assert [(piece * 32768).tolist() for piece in decoded] == case["pcm"]


def test_a_reset_decoder_forgets_its_half_sample() -> None:
    """After a reset the next byte begins a sample."""
    decoder = Pcm16Decoder()
    decoder.decode(b"\x01")
    decoder.reset()
    assert (decoder.decode(b"\x02\x00") * 32768).tolist() == [2]


@pytest.mark.parametrize("case", VECTORS["resampled"])
def test_resampling_is_what_the_vectors_say(case: dict[str, Any]) -> None:
    """Chunk by chunk the resampler gives as many samples, to one LSB."""
    samples = pcm16_to_float(base64.b64decode(case["input"]))
    expected = np.frombuffer(base64.b64decode(case["output"]), "<i2").astype(int)
    resampler = Resampler(case["from_hz"], case["to_hz"])
    pieces = np.split(samples, np.cumsum(case["chunks"])[:-1])
    result = [resampler.process(piece) for piece in pieces] + [resampler.flush()]
    assert [len(piece) for piece in result] == case["lengths"]
    got = np.frombuffer(float_to_pcm16(np.concatenate(result)), "<i2").astype(int)
    assert np.abs(got - expected).max() <= 1
    assert resampler.delay_s == case["delay_s"]


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
@pytest.mark.parametrize("share", [0.01, 0.2, PASSBAND])
def test_a_tone_in_band_stays_a_pure_tone_in_place(
    from_hz: int, to_hz: int, share: float
) -> None:
    """A tone comes out where it stood, more than 80 dB above all that is not it."""
    frequency_hz = share * min(from_hz, to_hz)
    got = whole(Resampler(from_hz, to_hz), sine(frequency_hz, from_hz))
    ideal = sine(frequency_hz, to_hz)
    assert len(got) == len(ideal)
    inside = slice(to_hz // 10, -to_hz // 10)
    error = (got.astype(np.float64) - ideal)[inside]
    assert level_db(ideal[inside]) - level_db(error) > 80


@pytest.mark.parametrize("from_hz", [44_100, 48_000, 96_000])
def test_what_would_alias_is_gone(from_hz: int) -> None:
    """No tone above half the new rate comes through louder than -80 dB."""
    resampler = Resampler(from_hz, 16_000)
    for frequency_hz in np.linspace(8_000, from_hz / 2 - 10, 12):
        tone = sine(frequency_hz, from_hz, 0.5)
        leaked = whole(resampler, tone)[1600:-1600]
        assert level_db(leaked) - level_db(tone) < -80


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_it_does_not_matter_how_a_stream_is_cut(from_hz: int, to_hz: int) -> None:
    """Chunks of any length give the same samples as one piece."""
    random = np.random.default_rng(3)
    samples = random.uniform(-1, 1, 9_000).astype(np.float32)
    resampler = Resampler(from_hz, to_hz)
    cuts = np.sort(random.integers(0, 9_000, 40))
    pieces = [resampler.process(piece) for piece in np.split(samples, cuts)]
    together = np.concatenate([*pieces, resampler.flush()])
    assert np.array_equal(together, whole(Resampler(from_hz, to_hz), samples))


def test_a_flushed_resampler_begins_anew() -> None:
    """What was flushed leaves no trace in the next stream."""
    resampler = Resampler(48_000, 16_000)
    first = whole(resampler, sine(440, 48_000, 0.1))
    assert np.array_equal(whole(resampler, sine(440, 48_000, 0.1)), first)


def test_the_delay_is_how_long_samples_are_held_back() -> None:
    """As many samples are missing before the flush as the delay says."""
    resampler = Resampler(24_000, 48_000)
    got = resampler.process(sine(440, 24_000))
    assert 48_000 - len(got) == pytest.approx(resampler.delay_s * 48_000, abs=2)


@pytest.mark.parametrize("rates", [(0, 16_000), (16_000, 44_100.5), (16_000, -1)])
def test_impossible_rates_are_refused(rates: tuple[Any, Any]) -> None:
    """A rate that can't be resampled is named in the error."""
    with pytest.raises(ValueError, match="no rate that can be resampled"):
        Resampler(*rates)
