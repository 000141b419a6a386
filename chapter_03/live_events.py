"""What the service says, one class for each thing it may say.

`live_messages.read_message` turns a frame into a list of these. They are plain
values: they do nothing, hold no sockets, and never change. Chapter 3 builds this
module; live-events.js is its twin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Audio",
    "CodeResult",
    "Event",
    "ExecutableCode",
    "GenerationComplete",
    "GoAway",
    "Grounding",
    "InputTranscript",
    "InteractionStatus",
    "InterimTranscript",
    "Interrupted",
    "Media",
    "OutputTranscript",
    "ResumptionUpdate",
    "ServiceError",
    "SetupComplete",
    "Text",
    "Thought",
    "ThoughtSignature",
    "ToolCall",
    "ToolCallCancellation",
    "Transcript",
    "TurnComplete",
    "Unknown",
    "Unreadable",
    "UrlContext",
    "Usage",
    "VoiceActivity",
    "WaitingForInput",
]


@dataclass(frozen=True, slots=True)
class SetupComplete:
    """The setup is accepted; from now on both sides may send."""

    session_id: str = ""
    """Vertex AI names the session; the Gemini API does not."""


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """The service noticed that you began, or ceased, to speak."""

    started: bool
    offset_s: float | None = None
    """Where in the audio you sent, in seconds of that audio."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A piece of what was said, by whomever; pieces are joined without blanks."""

    text: str
    finished: bool = False
    """Seen on Vertex AI only (observed)."""
    language_code: str = ""
    speaker: str = ""
    """Who of several, if the setup asked to tell them apart."""
    start_s: float | None = None
    end_s: float | None = None
    words: tuple[Mapping[str, Any], ...] = ()
    """Each word with its times, as they came, if the setup asked for them."""


@dataclass(frozen=True, slots=True)
class InputTranscript(Transcript):
    """Words that the service heard you say."""


@dataclass(frozen=True, slots=True)
class InterimTranscript(Transcript):
    """What you seem to have said so far; each one replaces the one before."""


@dataclass(frozen=True, slots=True)
class OutputTranscript(Transcript):
    """Words that the model speaks."""


@dataclass(frozen=True, slots=True)
class Audio:
    """A chunk of the model's voice."""

    pcm: bytes = field(repr=False)
    """16-bit little-endian samples, mono."""
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of an answer in writing, from a model that answers so."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model thought, if the setup asked to be told."""

    text: str


@dataclass(frozen=True, slots=True)
class ThoughtSignature:
    """Proof of a thought, opaque; a history that is sent back should hold it."""

    signature: str


@dataclass(frozen=True, slots=True)
class Media:
    """Anything the model sends in bytes that is not PCM."""

    data: bytes = field(repr=False)
    mime_type: str


@dataclass(frozen=True, slots=True)
class ExecutableCode:
    """A program that the model wrote and the service runs."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What that program printed."""

    output: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Grounding:
    """The pages of a search that the answer rests on, as they came."""

    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UrlContext:
    """The addresses that the answer rests on, as they came."""

    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that you are to run; several may come at once."""

    id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCallCancellation:
    """Calls whose results are no longer wanted."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResumptionUpdate:
    """Under which handle this session could be taken up again."""

    handle: str
    resumable: bool
    """False while the model is in the middle of something; keep the last handle."""
    consumed_index: int | None = None
    """The last of your messages that the handle covers (Vertex AI)."""


@dataclass(frozen=True, slots=True)
class GoAway:
    """The service will cut the connection."""

    time_left_s: float | None


@dataclass(frozen=True, slots=True)
class ServiceError:
    """An error that came as a message instead of a close, as it came."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the turn cost, in tokens."""

    prompt_tokens: int = 0
    response_tokens: int = 0
    total_tokens: int = 0
    thoughts_tokens: int = 0
    tool_tokens: int = 0
    cached_tokens: int = 0
    prompt_by_kind: Mapping[str, int] = field(default_factory=dict)
    """The same by kind of content: ``{"TEXT": 132, "AUDIO": 30}``."""
    response_by_kind: Mapping[str, int] = field(default_factory=dict)
    tool_by_kind: Mapping[str, int] = field(default_factory=dict)
    cached_by_kind: Mapping[str, int] = field(default_factory=dict)
    tier: str = ""
    """At what tier, or on Vertex AI with what kind of traffic, it was served."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field that this guide does not know, kept as it came."""

    name: str
    """Where it stood: ``serverContent.newThing``."""
    value: Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A frame that is no JSON object."""

    data: str | bytes


@dataclass(frozen=True, slots=True)
class GenerationComplete:
    """The model has nothing to add to this turn; all of it has been sent."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """You interrupted: forget everything that was received and not yet heard."""


@dataclass(frozen=True, slots=True)
class WaitingForInput:
    """The model waits for more before it answers."""


@dataclass(frozen=True, slots=True)
class InteractionStatus:
    """Whether the model is still at it: ``IN_PROGRESS`` or ``IDLE``."""

    status: str


@dataclass(frozen=True, slots=True)
class TurnComplete:
    """The turn is over: its audio would by now have been heard, or was dropped."""

    reason: str = ""
    """Why, if it did not end as usual, for example ``NEED_MORE_INPUT``."""


Event = (
    SetupComplete
    | VoiceActivity
    | InputTranscript
    | InterimTranscript
    | OutputTranscript
    | Audio
    | Text
    | Thought
    | ThoughtSignature
    | Media
    | ExecutableCode
    | CodeResult
    | Grounding
    | UrlContext
    | ToolCall
    | ToolCallCancellation
    | ResumptionUpdate
    | GoAway
    | ServiceError
    | Usage
    | Unknown
    | Unreadable
    | GenerationComplete
    | Interrupted
    | WaitingForInput
    | InteractionStatus
    | TurnComplete
)
