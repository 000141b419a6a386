"""Ears and mouth: voice activity, recognition, speech and resampling.

Nothing is loaded before it is used, and neither pocketsphinx nor espeak-ng is
ever loaded into this process.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from live_emulator.voice.hearing.sphinx import SphinxRecogniser
    from live_emulator.voice.process.worker import WorkerLost
    from live_emulator.voice.resampling import StreamResampler, resample
    from live_emulator.voice.speaking.speaker import USER_VOICE, VOICES, SpeechWorker
    from live_emulator.voice.vad import SpeechProbability

__all__ = [
    "USER_VOICE",
    "VOICES",
    "SpeechProbability",
    "SpeechWorker",
    "SphinxRecogniser",
    "StreamResampler",
    "WorkerLost",
    "resample",
]

_HOMES = {
    "USER_VOICE": "speaking.speaker",
    "VOICES": "speaking.speaker",
    "SpeechProbability": "vad",
    "SpeechWorker": "speaking.speaker",
    "SphinxRecogniser": "hearing.sphinx",
    "StreamResampler": "resampling",
    "WorkerLost": "process.worker",
    "resample": "resampling",
}


def __getattr__(name: str) -> Any:
    """Load a name of this package from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
