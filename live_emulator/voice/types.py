"""The doors between the session and its ears and mouth.

Everything here is on the asyncio side. The work itself is done in worker
processes: it takes the processor, and libraries that hold the interpreter lock,
keep global state or leak are out of the way there.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = [
    "INPUT_RATE_HZ",
    "OUTPUT_RATE_HZ",
    "HeardWord",
    "Hearing",
    "Listener",
    "Recogniser",
    "Speaker",
    "SpeechPiece",
    "SpokenWord",
    "Vocabulary",
]

INPUT_RATE_HZ = 16_000
"""Rate of all audio a recogniser gets: PCM16, little-endian, mono."""

OUTPUT_RATE_HZ = 24_000
"""Rate of all audio a speaker gives: PCM16, little-endian, mono."""


@dataclass(frozen=True)
class Vocabulary:
    """What is likely to be said in this conversation."""

    grammar: str = ""
    """A JSGF grammar, or empty. The token ``...`` in it is an open slot: anything
    may be said there, and is heard without the grammar's help. One that cannot be
    used is passed over with a warning in the log."""
    phrases: tuple[str, ...] = ()
    """Sentences and names in plain text, any case and punctuation: the
    assistant's own words, tool names and descriptions, the instruction."""


@dataclass(frozen=True)
class HeardWord:
    """One recognised word and where it lies in the utterance."""

    text: str
    start_ms: float
    end_ms: float


@dataclass(frozen=True)
class Hearing:
    """What was made of one utterance."""

    text: str
    """Lower-case words, digits as words, no punctuation; empty if nothing."""
    source: Literal["grammar", "phrases", "open", "nothing"] = "nothing"
    """Which model was believed."""
    words: tuple[HeardWord, ...] = ()


class Listener(Protocol):
    """One utterance on its way in."""

    def feed(self, pcm: bytes) -> None:
        """Add audio at `INPUT_RATE_HZ`; returns at once."""
        ...

    async def finish(self) -> Hearing:
        """Return what was heard, once all audio fed so far is decoded."""
        ...

    def drop(self) -> None:
        """Forget the utterance; safe at any time, also after `finish`."""
        ...


class Recogniser(Protocol):
    """Ears: any number of utterances at a time."""

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Build models for this vocabulary ahead of time; returns at once."""
        ...

    def listen(
        self,
        vocabulary: Vocabulary,
        on_partial: Callable[[str], None] | None = None,
    ) -> Listener:
        """Open an utterance. `on_partial` gets revised text on the event loop."""
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
