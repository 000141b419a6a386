"""Remember what went over the wires, for people and for tests to look at.

Audio and images are remembered by their size alone, and all of it in bounded
space; the loudness of audio is measured only while somebody looks. Keys and tokens
travel in the request, never in a frame, so none can end up here.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal, Self

from live_emulator.cassette.recording import FrameEvent
from live_emulator.journal.peaks import peaks_of
from live_emulator.journal.whole_frames import WholeFrames
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import LiveEndpoint

__all__ = [
    "Client",
    "Direction",
    "FaultMark",
    "Frame",
    "Journal",
    "SessionRecord",
    "loudness_of",
]

Direction = Literal["client", "server"]

_MAX_SESSIONS = 50
_MAX_FRAMES = 20_000
"""Of one session: more than a quarter of an hour of streamed audio."""
_MAX_BYTES = 48 * 2**20
"""What the frames of all sessions may take."""
_MAX_MARKS = 200
_MAX_TEXT = 20_000
_MAX_HEADER = 200
_FRAME_BYTES = 400
"""What a frame takes besides its text: objects, numbers, peaks."""

_DATA = re.compile(rb'"data"\s*:\s*"')
_LEAST_PAYLOAD = 64
_MOST_PAYLOADS = _MAX_TEXT // 20
"""So many notes in their place are as long as what is shown of a frame."""


@dataclass(frozen=True, slots=True)
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
    """How loud its audio is (`peaks_of`), if somebody looked when it passed; for
    whoever looks later, it is measured then (`loudness_of`)."""
    number: int = 0
    """Its place in the session, from 0; stays when older frames are forgotten."""

    @property
    def message(self) -> Any:
        """The JSON value; None for what is no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass(frozen=True)
class FaultMark:
    """A fault that happened on command."""

    at_s: float
    """Seconds since the session was opened, on the emulator's clock."""
    text: str
    """The fault, as `live_emulator.protocol.fault` writes it."""


@dataclass(frozen=True)
class Client:
    """What a client says of itself when it connects; each may be empty."""

    sdk: str = ""
    """`x-goog-api-client`"""
    agent: str = ""
    """`User-Agent`"""
    origin: str = ""
    """`Origin`: the page it runs in."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """Read the headers of an upgrade; no other header is looked at."""
        names = ("x-goog-api-client", "user-agent", "origin")
        return cls(*(_readable(headers.get(name, "")) for name in names))


def _readable(header: str) -> str:
    """Return a header with what is no UTF-8 replaced."""
    data = header[:_MAX_HEADER].encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "replace")


@dataclass(eq=False)
class SessionRecord:
    """One connection and its latest frames."""

    number: int
    """1 for the first connection of the emulator."""
    endpoint: LiveEndpoint
    opened_at: float
    client: Client = Client()
    frames: deque[Frame] = field(default_factory=deque)
    """The latest; `count` says how many there were."""
    count: int = 0
    """Frames that passed, the forgotten ones among them."""
    faults: deque[FaultMark] = field(default_factory=lambda: deque(maxlen=_MAX_MARKS))
    """What went wrong on command."""
    close: Close | None = None
    """Why the emulator closed it; None if it did not."""
    client_code: int | None = None
    """The close code the client sent: 1005 for a close without one; None if it sent
    no close, or after the emulator's."""
    over: bool = False
    ended_s: float | None = None
    """When it ended, in seconds since it was opened."""


Event = tuple[str, SessionRecord, Frame | FaultMark | None]
Listener = Callable[[Event], None]


class Journal:
    """The records of an emulator's latest sessions."""

    def __init__(self, now: Callable[[], float], most_bytes: int = _MAX_BYTES) -> None:
        self._now = now
        self._most_bytes = most_bytes
        self._bytes = 0
        self._numbers = count(1)
        self._sessions: deque[SessionRecord] = deque()
        self._listeners: set[Listener] = set()
        self.taken = 0
        """Frames of all clients since the start."""
        self.whole = WholeFrames()
        """The latest frames as they were, in a space of their own."""

    def __iter__(self) -> Iterator[SessionRecord]:
        """Iterate over the remembered sessions, oldest first."""
        return iter(list(self._sessions))

    def open(
        self, endpoint: LiveEndpoint, client: Client | None = None
    ) -> SessionRecord:
        """Begin the record of a connection."""
        record = SessionRecord(
            next(self._numbers), endpoint, self._now(), client or Client()
        )
        self._sessions.append(record)
        self._trim()
        self._tell("opened", record, None)
        return record

    def add(
        self,
        record: SessionRecord,
        direction: Direction,
        data: bytes,
        *,
        is_text: bool = False,
    ) -> None:
        """Record a frame."""
        at_s = self._now() - record.opened_at
        payloads = _payloads(data)
        self.whole.keep(record.number, FrameEvent(at_s, direction, data, is_text))
        peaks = _peaks(data, payloads) if self._listeners else ()
        text = _shorten(data, payloads)
        frame = Frame(at_s, direction, len(data), text, peaks, record.count)
        record.frames.append(frame)
        record.count += 1
        self._bytes += _FRAME_BYTES + len(text)
        if len(record.frames) > _MAX_FRAMES:
            self._forget(record)
        if self._bytes > self._most_bytes:
            self._make_room()
        self.taken += direction == "client"
        self._tell("frame", record, frame)

    def _make_room(self) -> None:
        """Forget a little more than needed, not to look for it with each frame."""
        enough = self._most_bytes - self._most_bytes // 500
        while self._bytes > enough and (record := self._least_needed()):
            while self._bytes > enough and record.frames:
                self._forget(record)

    def _least_needed(self) -> SessionRecord | None:
        """Return the session to forget a frame of: an ended one, the oldest first."""
        kept = [record for record in self._sessions if record.frames]
        return next(
            (record for record in kept if record.over), kept[0] if kept else None
        )

    def _forget(self, record: SessionRecord) -> None:
        """Forget the oldest frame of a session."""
        self._bytes -= _FRAME_BYTES + len(record.frames.popleft().text)

    def mark(self, record: SessionRecord, fault: str) -> None:
        """Record that a fault happened on command."""
        mark = FaultMark(self._now() - record.opened_at, fault)
        record.faults.append(mark)
        self._tell("fault", record, mark)

    def end(
        self,
        record: SessionRecord,
        close: Close | None,
        client_code: int | None = None,
    ) -> None:
        """Record the end of a connection."""
        record.close, record.client_code, record.over = close, client_code, True
        record.ended_s = self._now() - record.opened_at
        self._trim()
        self._tell("closed", record, None)

    def _trim(self) -> None:
        """Keep few sessions; those that run are kept whatever their number."""
        ended = [record for record in self._sessions if record.over]
        for record in ended[: max(0, len(self._sessions) - _MAX_SESSIONS)]:
            self._sessions.remove(record)
            while record.frames:
                self._forget(record)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have a listener told of everything; return how to stop that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def _tell(
        self, kind: str, record: SessionRecord, what: Frame | FaultMark | None
    ) -> None:
        for listener in list(self._listeners):
            listener((kind, record, what))


def loudness_of(data: bytes) -> tuple[int, ...]:
    """Return how loud the audio of a frame is (`peaks_of`); empty without audio."""
    return _peaks(data, _payloads(data))


def _peaks(data: bytes, payloads: list[tuple[int, int]]) -> tuple[int, ...]:
    return peaks_of(data, data[slice(*payloads[0])]) if payloads else ()


def _payloads(data: bytes) -> list[tuple[int, int]]:
    """Return from where to where there is base64 of some length.

    Where there is more than can be shown, the rest is not looked for.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while len(found) < _MOST_PAYLOADS and (match := _DATA.search(data, at)):
        start = match.end()
        at = data.find(b'"', start)
        if at < 0:
            break
        if at - start >= _LEAST_PAYLOAD:
            found.append((start, at))
    return found


def _shorten(data: bytes, payloads: list[tuple[int, int]]) -> str:
    """Return the frame as text, without its payloads."""
    parts, end = [], 0
    for start, end_of_payload in payloads:
        note = b"<%d base64 characters>" % (end_of_payload - start)
        parts += [data[end:start], note]
        end = end_of_payload
    text = (b"".join(parts) + data[end:]).decode(errors="replace")
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "..."
