"""The doors between the session and its ears and mouth.

Everything here is on the asyncio side. The work itself is done in worker
processes: it takes the processor, and libraries that keep global state or leak are
out of the way there.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "INPUT_RATE_HZ",
    "OUTPUT_RATE_HZ",
    "Hearing",
    "Interim",
    "Listener",
    "OnInterim",
    "Recogniser",
    "Speaker",
    "SpeechPiece",
    "SpokenWord",
]

INPUT_RATE_HZ = 16_000
"""Rate of all audio a recogniser gets: PCM16, little-endian, mono."""

OUTPUT_RATE_HZ = 24_000
"""Rate of all audio a speaker gives: PCM16, little-endian, mono."""


@dataclass(frozen=True)
class Hearing:
    """What was made of one utterance."""

    text: str = ""
    """As the recogniser writes: Whisper with capitals, punctuation and digits, Vosk
    in lower-case words. Empty if there was no speech."""


@dataclass(frozen=True)
class Interim:
    """What was made of an utterance that still goes on."""

    settled: str = ""
    """Its beginning, whole words. Later texts of a Whisper model begin with it, the
    hearing too."""
    open: str = ""
    """What follows, which may be heard differently later."""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.settled} {self.open}".strip()


OnInterim = Callable[[Interim], None]


class Listener(Protocol):
    """One utterance on its way in."""

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Add audio at `INPUT_RATE_HZ`; returns at once.

        `silent` says that the speaker has paused for a while, and still does: what
        there is may be decoded ahead, and is the hearing unless somebody goes on.
        """
        ...

    async def finish(self) -> Hearing:
        """Return what was heard, once all audio fed so far is decoded."""
        ...

    def drop(self) -> None:
        """Forget the utterance; safe at any time, also after `finish`."""
        ...


class Recogniser(Protocol):
    """Ears: any number of utterances at a time."""

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> Listener:
        """Open an utterance.

        Args:
            phrases: Names and sentences that are likely to be said, the likeliest
                first.
            on_interim: Gets text while somebody speaks, on the event loop; without
                it no work is spent on any.

        """
        ...


@dataclass(frozen=True)
class SpokenWord:
    """One word of the text and when its sound begins."""

    start: int
    """Index of its first character in the text."""
    end: int
    """Index behind its last character."""
    at_ms: float
    """Time from the start of the whole speech."""


@dataclass(frozen=True)
class SpeechPiece:
    """Some audio of a speech, and the words that begin in it."""

    pcm: bytes
    """Audio at `OUTPUT_RATE_HZ`, an even number of bytes, possibly none."""
    words: tuple[SpokenWord, ...] = ()


class Speaker(Protocol):
    """Mouth: any number of speeches at a time."""

    def speak(
        self, text: str, *, voice: str, language: str = "en-us"
    ) -> AsyncIterator[SpeechPiece]:
        """Yield the speech piece by piece, far faster than real time.

        Closing the iterator early aborts the synthesis.

        Args:
            text: Plain text; markup is read as text.
            voice: One of the 30 voice names of the service, for example "Kore".
            language: A BCP-47 tag, for example "de"; all but English needs the extra
                `languages`, without which the English voice speaks.

        """
        ...
