"""What a session wants done: the machine decides, the shell does."""

from dataclasses import dataclass
from typing import Any

from live_emulator.brain.types import Question
from live_emulator.protocol.closing import Close

__all__ = [
    "Action",
    "Ask",
    "CloseSocket",
    "EndStream",
    "FeedEar",
    "FindSpeech",
    "Look",
    "Note",
    "OpenEar",
    "Send",
    "ShutEar",
    "Speak",
    "StopAsking",
    "StopSpeaking",
]


@dataclass(frozen=True)
class Send:
    """Send one message to the client."""

    message: dict[str, Any]


@dataclass(frozen=True)
class CloseSocket:
    """Close the socket; nothing is sent or done afterwards."""

    close: Close


@dataclass(frozen=True)
class FindSpeech:
    """Look for speech in more of the user's audio; it comes back as `found`."""

    pcm: bytes
    """PCM16 mono at 16 kHz, of any length."""


@dataclass(frozen=True)
class EndStream:
    """The user's audio pauses: an activity under way ends with what there is."""


@dataclass(frozen=True)
class OpenEar:
    """Begin to recognise an utterance; its text comes back as `heard`."""

    utterance: int
    phrases: tuple[str, ...] = ()
    """Names and sentences that are likely to be said, the likeliest first."""
    wants_interim: bool = False
    """Text is wanted while it goes on; it comes back as `partly_heard`."""


@dataclass(frozen=True)
class FeedEar:
    """Add audio to an utterance."""

    utterance: int
    pcm: bytes
    """PCM16 mono at 16 kHz."""
    silent: bool = False
    """The speaker has paused for a while, and still does."""


@dataclass(frozen=True)
class ShutEar:
    """End an utterance; its text is wanted."""

    utterance: int


@dataclass(frozen=True)
class Look:
    """Measure an image; what was seen comes back as `saw`."""

    look: int
    image: bytes
    """A JPEG or PNG file."""


@dataclass(frozen=True)
class Note:
    """Tell whoever runs the emulator something that no message says."""

    text: str


@dataclass(frozen=True)
class Ask:
    """Ask the brain; its parts come back as `said`, the end as `said_all`."""

    reply: int
    question: Question


@dataclass(frozen=True)
class StopAsking:
    """The rest of a reply is no longer wanted."""

    reply: int


@dataclass(frozen=True)
class Speak:
    """Speak a text; its audio comes back as `spoke`, the end as `spoke_all`."""

    speech: int
    text: str
    voice: str
    language: str = ""


@dataclass(frozen=True)
class StopSpeaking:
    """The rest of a speech is no longer wanted."""

    speech: int


Action = (
    Send
    | CloseSocket
    | FindSpeech
    | EndStream
    | OpenEar
    | FeedEar
    | ShutEar
    | Look
    | Note
    | Ask
    | StopAsking
    | Speak
    | StopSpeaking
)
