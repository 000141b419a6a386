r"""The file of a recording: JSON Lines, one for each frame, for people to read too.

    {"format":"live-cassette","version":1,"emulator":"0.1.0","date":"..."}
    {"session":1,"t":0.0,"open":"Gemini API v1 BidiGenerateContent","model":"..."}
    {"session":1,"t":0.001,"from":"client","text":"{\"setup\":...}"}
    {"session":1,"t":0.09,"from":"server","binary":"{\n  \"setupComplete\": {}\n}\n"}
    {"session":1,"t":4.2,"from":"client","close":1000,"reason":""}

`t` is in seconds since the session was opened. A frame is under the name of its
kind, verbatim: `text`, `binary` (UTF-8), or `base64` (what is not UTF-8). A close
without a code is 1005, a connection that broke 1006. Sessions that ran at the same
time lie between one another, each line with its session's number. `refused` is the
HTTP status with which a session was not let in.
"""

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
import pybase64

from live_emulator.errors import EmulatorError

__all__ = [
    "FORMAT",
    "Cassette",
    "CassetteError",
    "CloseEvent",
    "Event",
    "FrameEvent",
    "RecordedSession",
    "Refusal",
    "Sender",
    "event_line",
    "header_line",
    "model_of",
    "open_line",
    "parse_cassette",
]

Sender = Literal["client", "server"]

FORMAT = "live-cassette"
_VERSION = 1


class CassetteError(EmulatorError, ValueError):
    """A recording that cannot be read or written; says what to do about it."""


@dataclass(frozen=True, slots=True)
class FrameEvent:
    """One WebSocket message."""

    at_s: float
    sender: Sender
    data: bytes
    is_text: bool


@dataclass(frozen=True, slots=True)
class CloseEvent:
    """The end of a connection; `NO_CODE` and `DROPPED` are codes as well."""

    at_s: float
    sender: Sender
    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The HTTP answer to a session that was not let in."""

    at_s: float
    status: int
    body: str = ""


Event = FrameEvent | CloseEvent | Refusal


@dataclass
class RecordedSession:
    """One session and all that happened in it, in order."""

    number: int
    model: str = ""
    events: list[Event] = field(default_factory=list)


@dataclass
class Cassette:
    """A whole recording."""

    name: str
    """What messages call it."""
    sessions: list[RecordedSession] = field(default_factory=list)
    """In the order in which they were opened."""


# --- writing


def header_line(emulator_version: str, date: str) -> bytes:
    """Return the first line of a recording."""
    return _line(
        {
            "format": FORMAT,
            "version": _VERSION,
            "emulator": emulator_version,
            "date": date,
        }
    )


def open_line(session: int, api: str, model: str) -> bytes:
    """Return the line that begins a session.

    Args:
        session: Its number.
        api: For people: dialect, version and method.
        model: As in the setup, scrubbed; may be empty.

    """
    return _line({"session": session, "t": 0.0, "open": api, "model": model})


def event_line(session: int, event: Event) -> bytes:
    """Return the line of something that happened."""
    fields: dict[str, Any] = {"session": session, "t": round(event.at_s, 6)}
    if isinstance(event, FrameEvent):
        fields |= {"from": event.sender} | _data_fields(event)
    elif isinstance(event, CloseEvent):
        fields |= {"from": event.sender, "close": event.code, "reason": event.reason}
    else:
        fields |= {"from": "server", "refused": event.status, "body": event.body}
    return _line(fields)


def model_of(frame: bytes) -> str:
    """Return the model that a setup names, or an empty string."""
    try:
        model = orjson.loads(frame)["setup"]["model"]
    except (ValueError, LookupError, TypeError):
        return ""
    return model if isinstance(model, str) else ""


def _data_fields(event: FrameEvent) -> dict[str, str]:
    try:
        return {"text" if event.is_text else "binary": event.data.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(event.data).decode()}


def _line(fields: Mapping[str, Any]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


# --- reading


def parse_cassette(lines: Iterable[bytes], name: str) -> Cassette:
    """Return what a recording holds.

    Args:
        lines: With their ends.
        name: What messages call the recording.

    Raises:
        CassetteError: If it is no recording, or is damaged; says in which line.

    """
    cassette = Cassette(name)
    sessions: dict[int, RecordedSession] = {}
    number = 0
    for number, line in enumerate(lines, 1):
        fields = _parse_line(line, name, number)
        if number == 1:
            _check_header(fields, name)
            continue
        try:
            _add(fields, sessions)
        except (LookupError, TypeError, ValueError):
            raise CassetteError(
                f"Line {number} of {name} is not a line of a recording. "
                "Record it again, or delete the line."
            ) from None
    if not number:
        raise CassetteError(f"{name} is empty: nothing was recorded.")
    cassette.sessions = [one for one in sessions.values() if one.events]
    if not cassette.sessions:
        raise CassetteError(f"{name} holds no session: nothing was recorded.")
    return cassette


def _parse_line(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:
        fields = None
    if isinstance(fields, dict):
        return fields
    if number == 1:
        raise CassetteError(f"{name} is not a recording of the emulator.")
    if not line.endswith(b"\n"):
        raise CassetteError(
            f"Line {number} of {name} is cut off: recording ended while it was "
            "written. Delete that line to replay what comes before it."
        )
    raise CassetteError(
        f"Line {number} of {name} is not JSON. Record it again, or delete the line."
    )


def _check_header(fields: Mapping[str, Any], name: str) -> None:
    if fields.get("format") != FORMAT:
        raise CassetteError(f"{name} is not a recording of the emulator.")
    version = fields.get("version")
    if version != _VERSION:
        raise CassetteError(
            f"{name} is a recording of format {version}, and this emulator reads "
            f"format {_VERSION}. Record it again with this one."
        )


def _add(fields: Mapping[str, Any], sessions: dict[int, RecordedSession]) -> None:
    """Add a line to its session; raises what shows that it is none."""
    number = _integer(fields["session"], 1)
    session = sessions.setdefault(number, RecordedSession(number))
    if "open" in fields:
        session.model = _string(fields.get("model", ""))
        return
    at_s = fields["t"]
    if isinstance(at_s, bool) or not 0 <= at_s < math.inf:
        raise ValueError("no time")
    session.events.append(_event(fields, at_s))


def _event(fields: Mapping[str, Any], at_s: float) -> Event:
    sender: Sender = fields["from"]
    if sender not in ("client", "server"):
        raise ValueError("no sender")
    if "refused" in fields:
        status = _integer(fields["refused"], 300, 599)
        return Refusal(at_s, status, _string(fields.get("body", "")))
    if "close" in fields:
        code = _integer(fields["close"], 1000, 4999)
        return CloseEvent(at_s, sender, code, _string(fields.get("reason", "")))
    if "text" in fields:
        return FrameEvent(at_s, sender, _string(fields["text"]).encode(), True)
    if "binary" in fields:
        return FrameEvent(at_s, sender, _string(fields["binary"]).encode(), False)
    data = pybase64.b64decode(_string(fields["base64"]), validate=True)
    return FrameEvent(at_s, sender, data, False)


def _integer(value: Any, least: int, most: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError("no number")
    if most is not None and value > most:
        raise ValueError("too large")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no string")
    return value
