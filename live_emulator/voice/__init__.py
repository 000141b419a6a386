"""Ears and mouth: voice activity, recognition, speech and resampling.

Nothing is loaded before it is used, and neither Whisper nor the voice is
ever loaded into this process.
"""

from typing import TYPE_CHECKING

from live_emulator.loaded_when_used import loaded_when_used

if TYPE_CHECKING:
    from live_emulator.voice.hearing.recognisers import EnglishRecogniser
    from live_emulator.voice.process.worker import WorkerLost
    from live_emulator.voice.resampling import StreamResampler, resample
    from live_emulator.voice.speaking.speaker import USER_VOICE, VOICES, SpeechWorker

__all__ = [
    "USER_VOICE",
    "VOICES",
    "EnglishRecogniser",
    "SpeechWorker",
    "StreamResampler",
    "WorkerLost",
    "resample",
]

_HOMES = {
    "USER_VOICE": "speaking.speaker",
    "VOICES": "speaking.speaker",
    "EnglishRecogniser": "hearing.recognisers",
    "SpeechWorker": "speaking.speaker",
    "StreamResampler": "resampling",
    "WorkerLost": "process.worker",
    "resample": "resampling",
}

__getattr__ = loaded_when_used(__name__, _HOMES)
