"""Remember what went over the wires, for people and for tests to look at.

Audio and images are remembered by their size alone, and all of it in bounded
space; the loudness of audio is measured only while somebody looks. Keys and tokens
travel in the request, never in a frame, so none can end up here.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from live_emulator.peaks import peaks_of
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import LiveEndpoint

__all__ = ["Direction", "Frame", "Journal", "SessionRecord"]

Direction = Literal["client", "server"]

_MAX_SESSIONS = 50
_MAX_FRAMES = 2_000
_MAX_TEXT = 20_000

_PAYLOAD = re.compile(rb'("data"\s*:\s*")([^"]{64,})(")')


@dataclass(frozen=True)
class Frame:
    """One WebSocket message."""

    at_s: float
    """Seconds since the session was opened, on the emulator's clock."""
    direction: Direction
    """Who sent it."""
    size: int
    """Its length in bytes, whole."""
    text: str
    """Its JSON, long base64 payloads replaced by "<N base64 characters>"."""
    peaks: tuple[int, ...] = ()
    """How loud its audio is (`peaks_of`), if somebody looked when it passed."""

    @property
    def message(self) -> Any:
        """The JSON value; None for what is no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass
class SessionRecord:
    """One connection and its latest frames."""

    number: int
    """1 for the first connection of the emulator."""
    endpoint: LiveEndpoint
    opened_at: float
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=_MAX_FRAMES))
    close: Close | None = None
    """Why the emulator closed it; None if it did not."""
    over: bool = False


Event = tuple[str, SessionRecord, Frame | None]
Listener = Callable[[Event], None]


class Journal:
    """The records of an emulator's latest sessions."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._numbers = count(1)
        self._sessions: deque[SessionRecord] = deque(maxlen=_MAX_SESSIONS)
        self._listeners: set[Listener] = set()
        self.taken = 0
        """Frames of all clients since the start."""

    def __iter__(self) -> Iterator[SessionRecord]:
        """Iterate over the remembered sessions, oldest first."""
        return iter(list(self._sessions))

    def open(self, endpoint: LiveEndpoint) -> SessionRecord:
        """Begin the record of a connection."""
        record = SessionRecord(next(self._numbers), endpoint, self._now())
        self._sessions.append(record)
        self._tell("opened", record, None)
        return record

    def add(self, record: SessionRecord, direction: Direction, data: bytes) -> None:
        """Record a frame."""
        at_s = self._now() - record.opened_at
        peaks: tuple[int, ...] = ()
        if self._listeners and (found := _PAYLOAD.search(data)):
            peaks = peaks_of(data, found[2])
        frame = Frame(at_s, direction, len(data), _shorten(data), peaks)
        record.frames.append(frame)
        self.taken += direction == "client"
        self._tell("frame", record, frame)

    def end(self, record: SessionRecord, close: Close | None) -> None:
        """Record the end of a connection."""
        record.close, record.over = close, True
        self._tell("closed", record, None)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have a listener told of everything; return how to stop that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def _tell(self, kind: str, record: SessionRecord, frame: Frame | None) -> None:
        for listener in list(self._listeners):
            listener((kind, record, frame))


def _shorten(data: bytes) -> str:
    """Return the frame as text, without its payloads."""
    parts, end = [], 0
    for match in _PAYLOAD.finditer(data):
        start, end_of_payload = match.span(2)
        note = b"<%d base64 characters>" % (end_of_payload - start)
        parts += [data[end:start], note]
        end = end_of_payload
    text = (b"".join(parts) + data[end:]).decode(errors="replace")
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "..."
