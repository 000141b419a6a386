"""What an event of a log is."""

from dataclasses import dataclass, field
from enum import StrEnum

from guide.wire_log.envelope import Envelope

__all__ = ["Event", "Kind"]


class Kind(StrEnum):
    """What one event is; several share a message."""

    SETUP = "setup"
    TEXT = "text"
    AUDIO = "audio"
    IMAGE = "image"
    FILE = "file"
    ACTIVITY_START = "activity start"
    ACTIVITY_END = "activity end"
    AUDIO_STREAM_END = "audio stream end"
    TOOL_RESPONSE = "tool response"
    CONTEXT_UPDATE = "context update"
    TURN_COMPLETE = "turn complete"

    SETUP_COMPLETE = "setup complete"
    VOICE_START = "voice start"
    VOICE_END = "voice end"
    INPUT_TRANSCRIPT = "input transcript"
    INTERIM_TRANSCRIPT = "interim transcript"
    OUTPUT_TRANSCRIPT = "output transcript"
    THOUGHT = "thought"
    CODE = "code"
    CODE_RESULT = "code result"
    GENERATION_COMPLETE = "generation complete"
    INTERRUPTED = "interrupted"
    WAITING_FOR_INPUT = "waiting for input"
    STATUS = "status"
    GROUNDING = "grounding"
    TOOL_CALL = "tool call"
    TOOL_CANCELLED = "tool cancelled"
    USAGE = "usage"
    RESUMPTION = "resumption"
    GO_AWAY = "go away"

    CLOSE = "close"
    ERROR = "error"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a frame says."""

    kind: Kind
    text: str = ""
    """Words: a transcript, typed text, the name of a function, a reason."""
    detail: str = ""
    """A few words more: arguments of a call, token counts, a MIME type."""
    duration_ms: float = 0.0
    """Length of PCM audio, from its bytes and rate; 0 for anything else."""
    rate_hz: int = 0
    size_bytes: int = 0
    """Size of the payload once decoded."""
    code: int = 0
    """The close code of a `CLOSE`."""
    id: str = field(default="", repr=False, compare=False)
    """Of a tool call or its response."""
    will_continue: bool = field(default=False, repr=False, compare=False)
    """More responses of the same tool call will follow."""
    envelope: Envelope | None = field(default=None, repr=False, compare=False)
    pcm: bytes = field(default=b"", repr=False, compare=False)
    """The audio itself, for a log that keeps it; never kept by default."""
