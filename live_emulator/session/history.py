"""What the model remembers of a session, and what it costs to remember it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from live_emulator.brain.types import Call, Result, Sight, Turn
from live_emulator.protocol.usage import Tokens

__all__ = ["Entry", "History", "Segment"]


@dataclass
class Segment:
    """A piece of text in an entry, or the place where a recognised text will be."""

    text: str = ""
    utterance: int | None = None


@dataclass
class Entry:
    """One turn while it is still being put together.

    Speech is recognised and images are looked at elsewhere, so parts of an
    entry may still be on their way: `waiting` holds their numbers.
    """

    role: Literal["user", "model", "tool", "note"]
    segments: list[Segment] = field(default_factory=list)
    spoken: bool = False
    calls: tuple[Call, ...] = ()
    results: tuple[Result, ...] = ()
    sights: list[Sight] = field(default_factory=list)
    interrupted: bool = False
    tokens: Tokens = field(default_factory=Tokens)
    waiting: set[int] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Nothing is in it, nor on its way."""
        return not (
            self.segments or self.calls or self.results or self.sights or self.waiting
        )

    @property
    def text(self) -> str:
        """All text that is there so far."""
        texts = (segment.text.strip() for segment in self.segments)
        return " ".join(text for text in texts if text)

    def add_text(self, text: str) -> None:
        """Add text that is there already."""
        self.segments.append(Segment(text))

    def expect(self, utterance: int) -> None:
        """Keep a place for an utterance that is being recognised."""
        self.segments.append(Segment(utterance=utterance))
        self.waiting.add(utterance)
        self.spoken = True

    def heard(self, utterance: int, text: str) -> None:
        """Fill in what was recognised."""
        self.waiting.discard(utterance)
        for segment in self.segments:
            if segment.utterance == utterance:
                segment.text = text

    def as_turn(self) -> Turn:
        """Return the turn as a brain sees it."""
        return Turn(
            role=self.role,
            text=self.text,
            spoken=self.spoken,
            calls=self.calls,
            results=self.results,
            sights=tuple(self.sights),
            interrupted=self.interrupted,
        )


class History:
    """All entries of a session, oldest first."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = list(entries)

    def append(self, entry: Entry) -> None:
        """Add the newest entry."""
        self.entries.append(entry)

    @property
    def waiting(self) -> bool:
        """Something in here is still being recognised or looked at."""
        return any(entry.waiting for entry in self.entries)

    def turns(self) -> tuple[Turn, ...]:
        """Return all turns as a brain sees them."""
        return tuple(entry.as_turn() for entry in self.entries)

    def tokens(self) -> Tokens:
        """Return what it costs to send all of this to the model once more."""
        total = Tokens()
        for entry in self.entries:
            total.include(entry.tokens)
        return total

    def slide(self, target_tokens: int) -> int:
        """Drop the oldest turns until at most `target_tokens` remain.

        What remains begins with a user turn (documented: the window is cut at
        the start of a user turn), and the last user turn always stays.

        Returns:
            How many entries were dropped.

        """
        remaining = self.tokens().total
        cut = 0
        for index, entry in enumerate(self.entries):
            if entry.role == "user" and index:
                cut = index
                if remaining <= target_tokens:
                    break
            remaining -= entry.tokens.total
        if cut:
            del self.entries[:cut]
        return cut
