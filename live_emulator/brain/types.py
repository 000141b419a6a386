"""What the emulated model is asked, and what it may answer.

A brain sees a whole conversation and yields the parts of one reply. It knows
nothing of audio, sockets or pacing: the session machine turns its parts into
the messages of the protocol.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

from live_emulator.errors import EmulatorError
from live_emulator.protocol.fault import Fault

__all__ = [
    "Brain",
    "BrainError",
    "Call",
    "Fail",
    "Question",
    "ReplyPart",
    "Result",
    "Say",
    "Search",
    "ReadingBrain",
    "Sight",
    "TextLine",
    "Think",
    "Tool",
    "Turn",
    "Wait",
]


@dataclass(frozen=True)
class TextLine:
    """A line of text in a picture; what is side by side in it is one line."""

    text: str
    left: float
    """As `top`, `right` and `bottom` a share of the picture's width or height."""
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sight:
    """What could be measured in one video frame, and read if it was asked for."""

    width: int
    height: int
    colours: tuple[str, ...] = ()
    """Names of the main colours, the largest area first."""
    brightness: float = 0.5
    """Mean luminance, 0 (black) to 1 (white)."""
    motion: float = 0.0
    """Mean change against the frame before, 0 to 1."""
    shapes: tuple[str, ...] = ()
    """Large shapes, for example ``"a red circle"``."""
    lines: tuple[TextLine, ...] | None = None
    """The text in it from top to bottom; None if it was not read."""


@dataclass(frozen=True)
class Call:
    """A call of a declared function, with arguments the brain has filled in."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    """Set by the session machine, not by a brain."""


@dataclass(frozen=True)
class Result:
    """What the client answered to a call."""

    name: str
    response: Mapping[str, Any]
    id: str = ""
    silent: bool = False
    """The model is to know of it, and not to speak of it."""


@dataclass(frozen=True)
class Turn:
    """One contribution to the conversation, as the model remembers it."""

    role: Literal["user", "model", "tool", "note"]
    """``note`` is content the client added without a role."""
    text: str = ""
    """What was typed, recognised or spoken; of an interrupted reply only what
    was sent."""
    spoken: bool = False
    """The words came in or went out as audio."""
    calls: tuple[Call, ...] = ()
    results: tuple[Result, ...] = ()
    sights: tuple[Sight, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True)
class Tool:
    """A function declaration, its JSON schema in lower-case JSON Schema types."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """``{"type": "object", "properties": {...}, "required": [...]}`` or empty."""


@dataclass(frozen=True)
class Question:
    """Everything a brain may look at before it answers."""

    turns: tuple[Turn, ...]
    """Oldest first. The last is what is to be answered: a user turn, a tool turn
    with results, or the model turn whose calls are `pending` and leave a gap."""
    instruction: str = ""
    """The system instruction, empty if there is none."""
    tools: tuple[Tool, ...] = ()
    search: bool = False
    """Google Search is among the tools."""
    now: datetime = field(default_factory=lambda: datetime(2026, 1, 1))
    """The time in the client's place; the brain has no clock of its own."""
    seed: int = 0
    pending: tuple[Call, ...] = ()
    """Calls that were made and are still unanswered."""
    max_words: int | None = None
    """An upper limit from ``maxOutputTokens``, if one was set."""
    conversation: str = ""
    """Names the session, the same after it was resumed; empty if it has no name."""

    @property
    def results(self) -> tuple[Result, ...]:
        """What came in since the model's turn, in one message or in several."""
        found: list[Result] = []
        for turn in reversed(self.turns):
            if turn.role != "tool":
                break
            found[:0] = turn.results
        return tuple(found)


@dataclass(frozen=True)
class Say:
    """Words to be spoken, one or more whole sentences."""

    text: str


@dataclass(frozen=True)
class Think:
    """A thought, sent only to clients that asked for thoughts."""

    text: str


@dataclass(frozen=True)
class Search:
    """A web search that the reply is (as if) grounded in."""

    queries: tuple[str, ...]


@dataclass(frozen=True)
class Fail:
    """A fault of the session, once everything before it in the reply was sent."""

    fault: str
    """As in `live_emulator.protocol.fault`: "drop", "stall-turn after=2"."""

    def __post_init__(self) -> None:
        Fault.parse(self.fault)


@dataclass(frozen=True)
class Wait:
    """A pause, once everything before it in the reply was sent."""

    seconds: float
    """On the emulator's clock, which may run faster than real time."""


ReplyPart = Say | Think | Call | Search | Wait | Fail


class BrainError(EmulatorError, ValueError):
    """A brain can't be had as it was asked for: one sentence for the reader."""


@runtime_checkable
class ReadingBrain(Protocol):
    """A brain that can say whether it needs to know what is written in a picture."""

    def needs_text(self, question: Question) -> bool:
        """Tell whether the newest picture is to be read before it answers."""
        ...


class Brain(Protocol):
    """Whatever can carry on a conversation."""

    def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the parts of one reply, in the order in which they are said.

        Yielding nothing means staying silent. The iterator is closed early when
        the user interrupts.
        """
        ...
