"""The detector hears speech and nothing else, at next to no cost in silence."""

import asyncio
import hashlib
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from live_emulator.session.activity import (
    Activities,
    ActivityEnded,
    ActivityEvent,
    Windows,
)
from live_emulator.session.settings import ActivitySettings
from live_emulator.voice import SpeechWorker, resample
from live_emulator.voice import vad as vad_module
from live_emulator.voice.vad import WINDOW_BYTES, SpeechModel, Stream
from tests.live_emulator.session.bench import ActivityDetector
from tests.live_emulator.voice.voice_helpers import silence, speech

WINDOW_MS = 32
CLIPS = Path(__file__).parents[3] / "assets" / "audio"


class SpeechProbability:
    """Judges one stream of audio, window after window, where it is called."""

    def __init__(self) -> None:
        self._model = SpeechModel()
        self._stream = Stream()

    def __call__(self, window: bytes) -> float:
        """Return the probability of speech, 0 to 1.

        Raises:
            ValueError: The window is not exactly `WINDOW_BYTES` long.

        """
        return self._model.judge([self._stream], [window])[0]

    def reset(self) -> None:
        """Forget the audio so far."""
        self._stream.reset()


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


async def test_skipping_silence_changes_no_decision(
    speaker: SpeechWorker, monkeypatch: pytest.MonkeyPatch
):
    """The same speech is found, not later, and not much earlier, with the gate."""
    sentences = await asyncio.gather(
        speech(speaker, "What time is it?"),
        speech(speaker, "Stop.", voice="Kore"),
        speech(speaker, "Tell me a story about a robot.", voice="Puck"),
    )
    pcm = b"".join(silence(5000) + sentence for sentence in sentences) + silence(3000)
    gated = boundaries(verdicts(SpeechProbability(), pcm))
    monkeypatch.setattr(vad_module, "_SETTLED_WINDOWS", 10**9)
    plain = boundaries(verdicts(SpeechProbability(), pcm))
    assert len(gated) == len(plain) == 6
    for with_gate, without in zip(gated, plain, strict=True):
        assert -3 <= with_gate - without <= 2


def test_a_muted_microphone_does_not_reach_the_model(monkeypatch: pytest.MonkeyPatch):
    """From the third second of digital silence on, nothing is computed."""
    detector = SpeechProbability()
    calls: list[object] = []
    run = detector._model._run
    monkeypatch.setattr(
        detector._model,
        "_run",
        lambda out, given: calls.append(given) or run(out, given),
    )
    found = verdicts(detector, silence(10_000))
    assert len(calls) == vad_module._SETTLED_WINDOWS < len(found)
    assert max(found[-100:]) < 0.1


def test_streams_judged_together_are_judged_as_alone():
    """In one call for all clips, each gets the activities that it gets by itself."""
    clips = [known_audio(path) for path in sorted(CLIPS.glob("*.wav"))]
    assert len(clips) > 4
    model, streams = SpeechModel(), [Stream() for _ in clips]
    together = [Activities(ActivitySettings()) for _ in clips]
    found: list[list[ActivityEvent]] = [[] for _ in clips]
    for number in range(max(map(len, clips))):
        rows = [row for row, clip in enumerate(clips) if number < len(clip)]
        windows = [clips[row][number] for row in rows]
        judged = model.judge([streams[row] for row in rows], windows)
        for row, window, probability in zip(rows, windows, judged, strict=True):
            events = together[row].judged(window, probability)
            found[row] += events
            if any(isinstance(event, ActivityEnded) for event in events):
                streams[row].reset()
    for row, clip in enumerate(clips):
        alone = ActivityDetector(ActivitySettings(), SpeechProbability())
        assert found[row] == list(alone.feed(b"".join(clip)))
    assert sum(isinstance(e, ActivityEnded) for one in found for e in one) >= 3


def test_the_model_is_the_one_that_was_published():
    """The file in the package is that of silero-vad 6.2.3."""
    digest = hashlib.sha256(vad_module._MODEL.read_bytes()).hexdigest()
    assert digest == vad_module.MODEL_SHA256


def known_audio(path: Path) -> list[bytes]:
    """Return a clip at 16 kHz in windows, with a second of silence behind it."""
    with wave.open(str(path)) as clip:
        assert (clip.getnchannels(), clip.getsampwidth()) == (1, 2)
        pcm = clip.readframes(clip.getnframes())
        pcm = resample(pcm, clip.getframerate(), 16_000)
    return Windows().cut(pcm + silence(1000))


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
