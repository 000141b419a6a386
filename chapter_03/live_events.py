"""What the service says, one class for each thing it may say.

`live_messages.read_message` turns a frame into a list of these. They are plain
values: they do nothing, hold no sockets, and never change. Chapter 3 uses this
module; live-events.js is its twin.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
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


class _Event:
    """Prints like a dataclass, without defaults and without the audio itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = []
        for each in fields(self):  # type: ignore[arg-type]
            value = getattr(self, each.name)
            if each.default_factory is not MISSING:
                default = each.default_factory()
            else:
                default = each.default
            if value != default:
                shown.append(f"{each.name}={_brief(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"


def _brief(value: Any) -> str:
    return f"<{len(value):,} bytes>" if isinstance(value, bytes) else repr(value)


@dataclass(frozen=True, slots=True, repr=False)
class SetupComplete(_Event):
    """The setup is accepted; from now on both sides may send."""

    session_id: str = ""
    """Vertex AI names the session; the Gemini API does not."""


@dataclass(frozen=True, slots=True, repr=False)
class VoiceActivity(_Event):
    """The service noticed that you began, or ceased, to speak."""

    started: bool
    offset_s: float | None = None
    """Where in the audio you sent, in seconds of that audio."""


@dataclass(frozen=True, slots=True, repr=False)
class Transcript(_Event):
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


@dataclass(frozen=True, slots=True, repr=False)
class InputTranscript(Transcript):
    """Words that the service heard you say."""


@dataclass(frozen=True, slots=True, repr=False)
class InterimTranscript(Transcript):
    """What you seem to have said so far; each one replaces the one before."""


@dataclass(frozen=True, slots=True, repr=False)
class OutputTranscript(Transcript):
    """Words that the model speaks."""


@dataclass(frozen=True, slots=True, repr=False)
class Audio(_Event):
    """A chunk of the model's voice."""

    pcm: bytes
    """16-bit little-endian samples, mono."""
    rate_hz: int


@dataclass(frozen=True, slots=True, repr=False)
class Text(_Event):
    """A piece of an answer in writing, from a model that answers so."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Thought(_Event):
    """What the model thought, if the setup asked to be told."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class ThoughtSignature(_Event):
    """Proof of a thought, opaque; a history that is sent back should hold it."""

    signature: str


@dataclass(frozen=True, slots=True, repr=False)
class Media(_Event):
    """Anything the model sends in bytes that is not PCM."""

    data: bytes
    mime_type: str


@dataclass(frozen=True, slots=True, repr=False)
class ExecutableCode(_Event):
    """A program that the model wrote and the service runs."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CodeResult(_Event):
    """What that program printed."""

    output: str
    outcome: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Grounding(_Event):
    """The pages of a search that the answer rests on, as they came."""

    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class UrlContext(_Event):
    """The addresses that the answer rests on, as they came."""

    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class ToolCall(_Event):
    """A function that you are to run; several may come at once."""

    id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class ToolCallCancellation(_Event):
    """Calls whose results are no longer wanted."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ResumptionUpdate(_Event):
    """Under which handle this session could be taken up again."""

    handle: str
    resumable: bool
    """False while the model is in the middle of something; keep the last handle."""
    consumed_index: int | None = None
    """The last of your messages that the handle covers (Vertex AI)."""


@dataclass(frozen=True, slots=True, repr=False)
class GoAway(_Event):
    """The service will cut the connection."""

    time_left_s: float | None


@dataclass(frozen=True, slots=True, repr=False)
class ServiceError(_Event):
    """An error that came as a message instead of a close, as it came."""

    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Usage(_Event):
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


@dataclass(frozen=True, slots=True, repr=False)
class Unknown(_Event):
    """A field that this guide does not know, kept as it came."""

    name: str
    """Where it stood: ``serverContent.newThing``."""
    value: Any


@dataclass(frozen=True, slots=True, repr=False)
class Unreadable(_Event):
    """A frame that is no JSON object."""

    data: str | bytes


@dataclass(frozen=True, slots=True, repr=False)
class GenerationComplete(_Event):
    """The model has nothing to add to this turn; all of it has been sent."""


@dataclass(frozen=True, slots=True, repr=False)
class Interrupted(_Event):
    """You interrupted: forget everything that was received and not yet heard."""


@dataclass(frozen=True, slots=True, repr=False)
class WaitingForInput(_Event):
    """The model waits for more before it answers."""


@dataclass(frozen=True, slots=True, repr=False)
class InteractionStatus(_Event):
    """Whether the model is still at it: ``IN_PROGRESS`` or ``IDLE``."""

    status: str


@dataclass(frozen=True, slots=True, repr=False)
class TurnComplete(_Event):
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
