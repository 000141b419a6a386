"""What a log holds of one message."""

from dataclasses import dataclass
from typing import Literal

from guide.wire_log.kinds import Event

__all__ = ["Direction", "Frame"]

Direction = Literal["sent", "received"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message and all that it says."""

    at_s: float
    """Seconds since the first frame of the log."""
    direction: Direction
    events: tuple[Event, ...]
    size_bytes: int | None = None
    """Size on the wire, where the message was logged as text or bytes."""
