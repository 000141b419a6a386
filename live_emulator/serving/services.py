"""The senses and the brain that all sessions of an emulator share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from live_emulator.brain.types import Brain
from live_emulator.serving.eyes import Eyes
from live_emulator.serving.large_frames import LargeFrames
from live_emulator.serving.reader import TextReader
from live_emulator.serving.speech_finder import SpeechFinder
from live_emulator.voice.types import Recogniser, Speaker

__all__ = ["Services"]


@dataclass(frozen=True)
class Services:
    """What does the work of an emulator outside of its sessions."""

    brain: Brain
    recogniser: Recogniser
    speaker: Speaker
    speech_finder: SpeechFinder
    make_eyes: Callable[[], Eyes] = Eyes
    """Each session looks with eyes of its own: motion needs the image before."""
    reader: TextReader | None = None
    """Reads text in pictures."""
    large_frames: LargeFrames = field(default_factory=LargeFrames)
