"""How likely it is that a window of audio holds speech: Silero VAD.

The model is in this folder: `silero_vad_16k.onnx`, the file
`silero_vad_16k_op15.onnx` of the package silero-vad 6.2.3 (MIT, licence beside it).
The package itself needs PyTorch.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["WINDOW_BYTES", "SpeechModel", "Stream"]

WINDOW_BYTES = 1024
"""512 samples (32 ms) of PCM16 mono at 16 kHz."""

_MODEL = Path(__file__).with_name("silero_vad_16k.onnx")

MODEL_SHA256 = "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"

_CONTEXT = 64
"""So many samples of the window before are shown to the model again."""

_RATE_HZ = np.array(16_000, "i8")

_SILENT_PEAK = 1
"""Windows that never leave this range hold nothing but silence or dither."""

_SETTLED_WINDOWS = 64
"""So many silent windows in a row (2 s) are judged before any is skipped."""


class Stream:
    """What the model knows of one stream of audio."""

    __slots__ = ("context", "last", "quiet_windows", "state")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the audio so far."""
        self.state = np.zeros((2, 128), "f4")
        self.context = np.zeros(_CONTEXT, "f4")
        self.quiet_windows = 0
        self.last = 0.0


class SpeechModel:
    """Judges a window of each of many streams in one call.

    Digital silence, as from a muted microphone, costs next to nothing: from its
    third second on, silent windows get the last verdict (close to 0 by then)
    without being shown to the model. That changes no decision on speech, except
    that speech after it is found up to 0.1 s earlier: shown minutes of exact
    zeros, the model grows slow to believe that somebody speaks.

    One call at a time; from any thread.
    """

    def __init__(self) -> None:
        self._run = _load()

    def judge(self, streams: Sequence[Stream], windows: Sequence[bytes]) -> list[float]:
        """Return the probability of speech, 0 to 1, in the next window of each.

        Args:
            streams: Different ones; each comes to know its window.
            windows: As many, of `WINDOW_BYTES` each.

        Raises:
            ValueError: A window has another length.

        """
        for window in windows:
            if len(window) != WINDOW_BYTES:
                raise ValueError(
                    f"a window has {WINDOW_BYTES} bytes (512 samples), "
                    f"not {len(window)}"
                )
        samples = np.frombuffer(b"".join(windows), "<i2").reshape(len(windows), -1)
        asked = [
            row
            for row, silent in enumerate(_are_silent(samples))
            if not _may_be_skipped(streams[row], silent)
        ]
        if asked:
            self._ask([streams[row] for row in asked], samples[asked])
        return [stream.last for stream in streams]

    def _ask(self, streams: list[Stream], samples: NDArray[np.int16]) -> None:
        shown = np.empty((len(streams), _CONTEXT + samples.shape[1]), "f4")
        shown[:, :_CONTEXT] = [stream.context for stream in streams]
        np.divide(samples, 32767, out=shown[:, _CONTEXT:], casting="same_kind")
        state = np.stack([stream.state for stream in streams], 1)
        found, state = self._run(None, {"input": shown, "state": state, "sr": _RATE_HZ})
        for row, probability in enumerate(found[:, 0].tolist()):
            stream = streams[row]
            stream.last = probability
            stream.state = state[:, row]
            stream.context = shown[row, -_CONTEXT:]


def _are_silent(samples: NDArray[np.int16]) -> list[bool]:
    quiet = samples.max(1) <= _SILENT_PEAK
    quiet &= samples.min(1) >= -_SILENT_PEAK
    silent: list[bool] = quiet.tolist()
    return silent


def _may_be_skipped(stream: Stream, silent: bool) -> bool:
    stream.quiet_windows = stream.quiet_windows + 1 if silent else 0
    return stream.quiet_windows > _SETTLED_WINDOWS


@cache
def _load() -> Any:
    """Return what runs the model; loaded once, with no thread of its own."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors alone
    session = onnxruntime.InferenceSession(
        str(_MODEL), options, providers=["CPUExecutionProvider"]
    )
    return session.run
