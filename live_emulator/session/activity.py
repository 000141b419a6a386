"""Find speech in a stream of audio, on the time of the audio.

Nothing here knows the time of day: a file sent in one frame, or far faster than
it plays, is cut into the same activities as a live microphone.
"""

from dataclasses import dataclass

import numpy as np

from live_emulator.session.settings import ActivitySettings
from live_emulator.voice.vad import WINDOW_BYTES

__all__ = [
    "PAUSE_MS",
    "WINDOW_MS",
    "Activities",
    "ActivityAudio",
    "ActivityEnded",
    "ActivityEvent",
    "ActivityStarted",
    "Windows",
]

WINDOW_MS = 32
"""So long is what the detector judges at a time, `WINDOW_BYTES`."""

PAUSE_MS = 160
"""After so much silence a recogniser may decode ahead: the rest of the silence that
ends an activity hides the work."""

_LEAD_IN_MS = 320
"""Audio before the start that a recogniser needs to get its first word."""


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
    found_at_ms: float
    """How much audio had been received when that was clear."""


ActivityEvent = ActivityStarted | ActivityAudio | ActivityEnded


class Activities:
    """Cuts a stream of judged windows into activities."""

    def __init__(self, settings: ActivitySettings) -> None:
        self._settings = settings
        self._past = bytearray()
        self._position_ms = 0.0
        self._speech_ms = 0.0
        self._speech_end_ms = 0.0
        self._loudest = 0.0
        self._active = False

    def judged(self, window: bytes, probability: float) -> tuple[ActivityEvent, ...]:
        """Return what happens in the next window.

        After an `ActivityEnded` the detector is to forget the audio so far.
        """
        self._position_ms += WINDOW_MS
        if self._active:
            if probability >= self._settings.end_threshold and self._is_audible(window):
                self._speech_end_ms = self._position_ms
            silence_ms = self._position_ms - self._speech_end_ms
            audio = ActivityAudio(window, silence_ms >= PAUSE_MS)
            if silence_ms and silence_ms >= self._settings.silence_ms:
                return audio, self._end()
            return (audio,)
        self._past += window
        if probability < self._settings.start_threshold:
            self._speech_ms = 0.0
            self._trim_past()
            return ()
        self._speech_ms += WINDOW_MS
        if self._speech_ms < max(self._settings.prefix_ms, 2 * WINDOW_MS):
            return ()
        self._active = True
        self._speech_end_ms = self._position_ms
        self._loudest = _level(self._past)
        padding_ms = min(self._settings.prefix_ms, self._past_ms - self._speech_ms)
        started = ActivityStarted(
            self._position_ms - self._speech_ms,
            bytes(self._past),
            self._speech_ms + padding_ms,
        )
        self._past.clear()
        return (started,)

    def stream_ended(self) -> tuple[ActivityEvent, ...]:
        """Finish at once what was said so far; the detector is to forget it."""
        if self._active:
            return (self._end(),)
        self._forget()
        return ()

    def _end(self) -> ActivityEnded:
        self._active = False
        self._forget()
        return ActivityEnded(self._speech_end_ms, self._position_ms)

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


class Windows:
    """Cuts audio of any length into windows."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def cut(self, pcm: bytes) -> list[bytes]:
        """Return the windows that are complete now."""
        self._rest += pcm
        whole = len(self._rest) // WINDOW_BYTES * WINDOW_BYTES
        audio = bytes(self._rest[:whole])
        del self._rest[:whole]
        return [audio[at : at + WINDOW_BYTES] for at in range(0, whole, WINDOW_BYTES)]

    def fill_up(self) -> list[bytes]:
        """Return what is left, as a window filled up with silence."""
        return self.cut(bytes(-len(self._rest) % WINDOW_BYTES))


def _level(pcm: bytes | bytearray) -> float:
    """Return the root mean square of some audio."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return float(np.sqrt(samples @ samples / len(samples))) if len(samples) else 0.0
