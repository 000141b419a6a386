"""Find speech in a stream of audio, on the time of the audio.

Nothing here knows the time of day: a file sent in one frame, or far faster than
it plays, is cut into the same activities as a live microphone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from live_emulator.session.settings import ActivitySettings

__all__ = [
    "PAUSE_MS",
    "WINDOW_BYTES",
    "WINDOW_MS",
    "ActivityAudio",
    "ActivityDetector",
    "ActivityEnded",
    "ActivityEvent",
    "ActivityStarted",
    "SpeechDetector",
]

WINDOW_MS = 32
WINDOW_BYTES = 1024
"""512 samples of PCM16 at 16 kHz, what the detector judges at a time."""

PAUSE_MS = 160
"""After so much silence a recogniser may decode ahead: the rest of the silence that
ends an activity hides the work."""

_LEAD_IN_MS = 320
"""Audio before the start that a recogniser needs to get its first word."""


class SpeechDetector(Protocol):
    """Judges one window after another."""

    def __call__(self, window: bytes) -> float:
        """Return the probability of speech, 0 to 1, in `WINDOW_BYTES` of audio."""
        ...

    def reset(self) -> None:
        """Forget the audio so far."""
        ...


@dataclass(frozen=True)
class ActivityStarted:
    """Speech began."""

    offset_ms: float
    """Where in all audio received the speech begins."""
    pcm: bytes
    """The audio so far, from some time before the speech."""
    speech_ms: float
    """How much of it counts as the user's turn."""


@dataclass(frozen=True)
class ActivityAudio:
    """More audio of the activity."""

    pcm: bytes
    silent: bool = False
    """No speech was in it, nor in the `PAUSE_MS` before its end."""


@dataclass(frozen=True)
class ActivityEnded:
    """Speech was followed by enough silence, or the stream ended."""

    offset_ms: float
    """Where in all audio received the speech ended."""


ActivityEvent = ActivityStarted | ActivityAudio | ActivityEnded


class ActivityDetector:
    """Cuts a stream of PCM16 at 16 kHz into activities."""

    def __init__(self, settings: ActivitySettings, detector: SpeechDetector) -> None:
        self._settings = settings
        self._detector = detector
        self._rest = bytearray()
        self._past = bytearray()
        self._position_ms = 0.0
        self._speech_ms = 0.0
        self._speech_end_ms = 0.0
        self._loudest = 0.0
        self.active = False
        """An activity is under way."""

    @property
    def position_ms(self) -> float:
        """Length of all audio received, up to the last whole window."""
        return self._position_ms

    def feed(self, pcm: bytes) -> Iterator[ActivityEvent]:
        """Yield what happens in this audio, of any length."""
        self._rest += pcm
        while len(self._rest) >= WINDOW_BYTES:
            window = bytes(self._rest[:WINDOW_BYTES])
            del self._rest[:WINDOW_BYTES]
            yield from self._judge(window)

    def flush(self) -> Iterator[ActivityEvent]:
        """End the stream: what was said so far is finished at once.

        The next audio opens the stream again.
        """
        if self._rest:
            padding = WINDOW_BYTES - len(self._rest)
            yield from self.feed(bytes(padding))
        if self.active:
            self.active = False
            yield ActivityEnded(self._speech_end_ms)
        self._forget()

    def _judge(self, window: bytes) -> Iterator[ActivityEvent]:
        probability = self._detector(window)
        self._position_ms += WINDOW_MS
        if self.active:
            if probability >= self._settings.end_threshold and self._is_audible(window):
                self._speech_end_ms = self._position_ms
            silence_ms = self._position_ms - self._speech_end_ms
            yield ActivityAudio(window, silence_ms >= PAUSE_MS)
            if silence_ms and silence_ms >= self._settings.silence_ms:
                self.active = False
                self._forget()
                yield ActivityEnded(self._speech_end_ms)
            return
        self._past += window
        if probability < self._settings.start_threshold:
            self._speech_ms = 0.0
            self._trim_past()
            return
        self._speech_ms += WINDOW_MS
        if self._speech_ms >= max(self._settings.prefix_ms, 2 * WINDOW_MS):
            self.active = True
            self._speech_end_ms = self._position_ms
            self._loudest = _level(self._past)
            padding_ms = min(self._settings.prefix_ms, self._past_ms - self._speech_ms)
            yield ActivityStarted(
                self._position_ms - self._speech_ms,
                bytes(self._past),
                self._speech_ms + padding_ms,
            )
            self._past.clear()

    def _is_audible(self, window: bytes) -> bool:
        """Return whether a window is more than the detector's own tail.

        The detector calls speech what lies up to 60 ms behind its end. Where
        that is 40 dB below the loudest part, it is silence already.
        """
        level = _level(window)
        self._loudest = max(self._loudest, level)
        return level * 100 >= self._loudest

    @property
    def _past_ms(self) -> float:
        return len(self._past) / WINDOW_BYTES * WINDOW_MS

    def _trim_past(self) -> None:
        keep_ms = max(_LEAD_IN_MS, self._settings.prefix_ms)
        keep = int(keep_ms / WINDOW_MS) * WINDOW_BYTES
        if len(self._past) > keep:
            del self._past[: len(self._past) - keep]

    def _forget(self) -> None:
        self._speech_ms = 0.0
        self._past.clear()
        self._detector.reset()


def _level(pcm: bytes | bytearray) -> float:
    """Return the root mean square of some audio."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return float(np.sqrt(samples @ samples / len(samples))) if len(samples) else 0.0
