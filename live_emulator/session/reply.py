"""What the spoken and the written reply of a model have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from live_emulator.protocol.usage import Tokens
from live_emulator.voice.types import SpeechPiece

__all__ = ["Chunk", "Reply"]


@dataclass(frozen=True)
class Chunk:
    """One piece of the reply, ready for the wire."""

    pcm: bytes
    """Audio at 24 kHz; none in a written reply."""
    text: str
    """The words that begin in it, with their leading space."""


class Reply(ABC):
    """The words of one model turn on their way out."""

    spoken = False
    """Its words are to be synthesised, and go out as audio with a transcript."""

    # --- what comes in

    @abstractmethod
    def add_text(self, text: str) -> None:
        """Add words behind all others."""

    @abstractmethod
    def complete(self) -> None:
        """No more words will come."""

    def pause(self) -> None:  # noqa: B027 (a written reply holds nothing back)
        """More words may come, but not soon: hold nothing back for them."""

    def next_text(self) -> str | None:
        """Return the text to synthesise now, if it is time for one."""
        return None

    def add_piece(self, piece: SpeechPiece) -> None:  # noqa: B027 (none for it)
        """Add synthesised audio of the current text."""

    def piece_end(self) -> None:  # noqa: B027
        """All audio of the current text is there."""

    # --- what goes out

    @property
    @abstractmethod
    def sent_text(self) -> str:
        """The words that were sent."""

    @abstractmethod
    def tokens(self) -> Tokens:
        """Return what was sent, in tokens."""

    @property
    @abstractmethod
    def idle(self) -> bool:
        """Nothing is waiting to be synthesised or sent."""

    @property
    @abstractmethod
    def finished(self) -> bool:
        """Everything was sent, and no more words will come."""

    @property
    def played_at(self) -> float | None:
        """When a listener will have heard all that was sent; None without audio."""
        return None

    @property
    def next_due(self) -> float | None:
        """When the next chunk may go; None while there is none."""
        return None

    @abstractmethod
    def take_chunk(self, now: float) -> Chunk | None:
        """Return the next chunk if it is due."""

    def take_rest(self) -> str:
        """Return text that no chunk carried; for the end of the reply."""
        return ""
