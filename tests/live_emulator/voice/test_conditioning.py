"""All utterances reach the decoders equally loud, in equal blocks."""

import numpy as np
import pytest

from live_emulator.voice.hearing.conditioning import BLOCK_BYTES, Conditioner

RATE = 16_000


def utterance(peak: int, lead_ms: int = 300, speech_ms: int = 1500) -> bytes:
    """Return a buzz with silence around it."""
    times = np.arange(RATE * speech_ms // 1000) / RATE
    buzz = peak * np.sign(np.sin(2 * np.pi * 120 * times))
    parts = [np.zeros(RATE * lead_ms // 1000), buzz, np.zeros(RATE // 2)]
    return np.concatenate(parts).astype("<i2").tobytes()


def blocks(pcm: bytes, cut_bytes: int = 10**9) -> list[bytes]:
    conditioner, found = Conditioner(), []
    for start in range(0, len(pcm), cut_bytes):
        conditioner.add(pcm[start : start + cut_bytes])
        while block := conditioner.next_block():
            found.append(block)
    conditioner.end()
    while block := conditioner.next_block(last=True):
        found.append(block)
    return found


def loudness(found: list[bytes]) -> float:
    samples = np.frombuffer(b"".join(found), "<i2").astype(float)
    return float(np.sqrt((samples[8000:24_000] ** 2).mean()))


@pytest.mark.parametrize("peak", [60, 600, 20_000])
def test_every_utterance_gets_the_same_loudness(peak: int):
    """Be the microphone near or far."""
    assert loudness(blocks(utterance(peak))) == pytest.approx(2000, rel=0.1)


def test_silence_gets_a_floor_of_noise():
    """Exact zeros would have no logarithm; the noise is the same each time."""
    found = blocks(utterance(6000))
    floor = np.frombuffer(b"".join(found[:6]), "<i2").astype(float)
    assert 20 < np.sqrt((floor**2).mean()) < 90
    assert found == blocks(utterance(6000))


@pytest.mark.parametrize("cut_bytes", [1, 77, 3200])
def test_blocks_do_not_depend_on_the_cuts(cut_bytes: int):
    """All are 40 ms long, but for the last."""
    pcm = utterance(6000)
    found = blocks(pcm, cut_bytes)
    assert found == blocks(pcm)
    assert {len(block) for block in found[:-1]} == {BLOCK_BYTES}
    assert sum(len(block) for block in found) == len(pcm)


def test_nothing_is_given_out_before_the_voice_is_known():
    """That takes half a second of speech, or the end."""
    pcm = utterance(6000, lead_ms=1000)
    conditioner = Conditioner()
    conditioner.add(pcm[: RATE * 2 * 14 // 10])
    assert conditioner.next_block() == b""
    conditioner.add(pcm[RATE * 2 * 14 // 10 :])
    assert len(conditioner.next_block()) == BLOCK_BYTES


@pytest.mark.parametrize("pcm", [b"", b"\1", bytes(32_000), b"\1\0\2\0" * 8000])
def test_inaudible_audio_is_thrown_away(pcm: bytes):
    """In so faint a noise, anything could be heard."""
    assert blocks(pcm) == []
