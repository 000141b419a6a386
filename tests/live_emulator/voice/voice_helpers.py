"""Speech for the tests: said by the emulator's own voice that plays the user."""

import wave
from collections.abc import Sequence
from pathlib import Path

from live_emulator.voice import SpeechWorker, resample
from live_emulator.voice.types import (
    INPUT_RATE_HZ,
    OUTPUT_RATE_HZ,
    Hearing,
    Recogniser,
    SpeechPiece,
)

AUDIO = Path(__file__).parents[3] / "assets" / "audio"
LEAD_MS = 300
TAIL_MS = 500


async def pieces(
    speaker: SpeechWorker, text: str, voice: str = "user", language: str = "en-us"
) -> list[SpeechPiece]:
    return [p async for p in speaker.speak(text, voice=voice, language=language)]


async def speech(speaker: SpeechWorker, text: str, voice: str = "user") -> bytes:
    """Return a spoken text as a microphone would send it, with silence around it."""
    said = b"".join(piece.pcm for piece in await pieces(speaker, text, voice))
    sound = resample(said, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
    return silence(LEAD_MS) + sound + silence(TAIL_MS)


def silence(ms: int) -> bytes:
    return bytes(INPUT_RATE_HZ * ms // 1000 * 2)


def spoken(name: str) -> bytes:
    """Return a recording of the guide's, at 16 kHz, with silence around it."""
    with wave.open(str(AUDIO / f"{name}.wav")) as file:
        sound = file.readframes(file.getnframes())
        rate_hz = file.getframerate()
    return silence(LEAD_MS) + resample(sound, rate_hz, INPUT_RATE_HZ) + silence(TAIL_MS)


async def hear(
    recogniser: Recogniser,
    pcm: bytes,
    cut_bytes: int = 3200,
    phrases: Sequence[str] = (),
) -> Hearing:
    listener = recogniser.listen(phrases)
    for start in range(0, len(pcm), cut_bytes):
        listener.feed(pcm[start : start + cut_bytes])
    try:
        return await listener.finish()
    finally:
        listener.drop()
