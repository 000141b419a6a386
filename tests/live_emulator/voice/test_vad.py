"""The detector hears speech and nothing else, at next to no cost in silence."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from live_emulator.voice import SpeechProbability, SpeechWorker
from live_emulator.voice import vad as vad_module
from live_emulator.voice.vad import WINDOW_BYTES
from tests.live_emulator.voice.voice_helpers import silence, speech

WINDOW_MS = 32


def verdicts(judge: Callable[[bytes], float], pcm: bytes) -> list[float]:
    starts = range(0, len(pcm) - WINDOW_BYTES + 1, WINDOW_BYTES)
    return [judge(pcm[start : start + WINDOW_BYTES]) for start in starts]


def boundaries(probabilities: list[float]) -> list[int]:
    """Return the windows in which speech starts and ends, in turn."""
    found: list[int] = []
    count = 0
    for number, probability in enumerate(probabilities):
        is_on = len(found) % 2 == 1
        differs = probability < 0.35 if is_on else probability >= 0.5
        count = count + 1 if differs else 0
        if count >= (15 if is_on else 2):
            found.append(number)
            count = 0
    return found


async def test_speech_is_told_from_silence(speaker: SpeechWorker):
    """Most of a sentence is speech, and next to none of the silence around it."""
    sound = await speech(speaker, "Please turn on the light in the kitchen.")
    pcm = silence(2000) + sound + silence(2000)
    found = verdicts(SpeechProbability(), pcm)
    edge = 2000 // WINDOW_MS
    assert np.mean(np.array(found[: edge - 4]) > 0.5) == 0
    assert np.mean(np.array(found[edge + 10 : -edge - 16]) > 0.5) > 0.85


async def test_skipping_silence_changes_no_decision(speaker: SpeechWorker):
    """The same speech is found, not later, and not much earlier, with the gate."""
    sentences = await asyncio.gather(
        speech(speaker, "What time is it?"),
        speech(speaker, "Stop.", voice="Kore"),
        speech(speaker, "Tell me a story about a robot.", voice="Puck"),
    )
    pcm = b"".join(silence(5000) + sentence for sentence in sentences) + silence(3000)
    gated = boundaries(verdicts(SpeechProbability(), pcm))
    plain = boundaries(verdicts(vad_module._load_detector(), pcm))
    assert len(gated) == len(plain) == 6
    for with_gate, without in zip(gated, plain, strict=True):
        assert -3 <= with_gate - without <= 2


def test_a_muted_microphone_does_not_reach_the_model(monkeypatch: pytest.MonkeyPatch):
    """From the third second of digital silence on, nothing is computed."""
    detector = SpeechProbability()
    calls: list[list[float]] = []
    judge = detector._model.process_samples
    monkeypatch.setattr(
        detector._model, "process_samples", lambda w: calls.append(w) or judge(w)
    )
    found = verdicts(detector, silence(10_000))
    assert len(calls) == vad_module._SETTLED_WINDOWS < len(found)
    assert max(found[-100:]) < 0.1


async def test_reset_forgets(speaker: SpeechWorker):
    """After a reset the same audio gets the same verdicts."""
    pcm = await speech(speaker, "Hello there.")
    detector = SpeechProbability()
    first = verdicts(detector, pcm)
    detector.reset()
    assert verdicts(detector, pcm) == first


@pytest.mark.parametrize("size", [0, 1022, 1023, 2048])
def test_a_window_has_one_size(size):
    """Anything else is an error that says so."""
    with pytest.raises(ValueError, match="1024 bytes"):
        SpeechProbability()(bytes(size))
