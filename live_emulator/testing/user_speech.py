"""Speak as a person would, for tests that have no recording."""

from collections import OrderedDict

from live_emulator.voice import USER_VOICE, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ

__all__ = ["speech_of", "with_silence"]

_MOST_KEPT = 200
_LEAD_IN_S = 0.25
"""Silence before the first word: microphones are open before somebody speaks."""

_kept: OrderedDict[str, bytes] = OrderedDict()


async def speech_of(text: str, mouth: SpeechWorker) -> bytes:
    """Return a text in the voice of the user, PCM16 mono at 16 kHz, no silence.

    The same text gives the same bytes, and costs nothing the second time.

    Raises:
        ValueError: There is nothing in the text that can be said.

    """
    if text not in _kept:
        pieces = [piece.pcm async for piece in mouth.speak(text, voice=USER_VOICE)]
        if not (pcm := b"".join(pieces)):
            raise ValueError(f"Nothing in {text!r} can be said.")
        _kept[text] = resample(pcm, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(text)
    return _kept[text]


def with_silence(pcm: bytes, silence_s: float) -> bytes:
    """Return speech with a moment of silence before it, and some after it."""
    before = bytes(2 * int(_LEAD_IN_S * INPUT_RATE_HZ))
    return before + pcm + bytes(2 * int(silence_s * INPUT_RATE_HZ))
