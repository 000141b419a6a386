"""What the messages of a session are called on a timeline."""

import json
from dataclasses import dataclass

from guide.wire_log import Event, Frame, Kind

__all__ = ["Mark", "mark_of"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at one moment."""

    at_s: float
    text: str
    short: str = ""
    """The same in fewer words."""
    priority: int = 0
    is_alert: bool = False


_PRIORITY = {
    Kind.CLOSE: 9,
    Kind.ERROR: 9,
    Kind.UNREADABLE: 9,
    Kind.INTERRUPTED: 8,
    Kind.TOOL_CALL: 7,
    Kind.TOOL_RESPONSE: 7,
    Kind.TOOL_CANCELLED: 7,
    Kind.GO_AWAY: 7,
    Kind.TEXT: 6,
    Kind.ACTIVITY_START: 5,
    Kind.ACTIVITY_END: 5,
    Kind.AUDIO_STREAM_END: 5,
    Kind.TURN_COMPLETE: 4,
    Kind.GENERATION_COMPLETE: 3,
    Kind.SETUP: 3,
    Kind.SETUP_COMPLETE: 3,
    Kind.VOICE_START: 2,
    Kind.VOICE_END: 2,
}

_ALERTS = {Kind.INTERRUPTED, Kind.ERROR, Kind.UNREADABLE}

_NOT_MARKED = {
    Kind.IMAGE,
    Kind.INPUT_TRANSCRIPT,
    Kind.INTERIM_TRANSCRIPT,
    Kind.OUTPUT_TRANSCRIPT,
    Kind.USAGE,
    Kind.RESUMPTION,
    Kind.STATUS,
}
"""Drawn otherwise, or too frequent and too dull for a label."""


def mark_of(frame: Frame) -> Mark | None:
    """Return the one mark of a frame, which names all its events."""
    events = [event for event in frame.events if _has_mark(event)]
    kinds = {event.kind for event in events}
    if frame.direction == "sent" and Kind.TEXT in kinds:
        # A typed question goes out with the end of its turn: one label.
        events = [event for event in events if event.kind is not Kind.TURN_COMPLETE]
    if frame.direction == "received":
        # Text of the model stands with its words.
        events = [event for event in events if event.kind is not Kind.TEXT]
    if not events:
        return None
    names = dict.fromkeys(_named(event) for event in events)
    shorts = dict.fromkeys(_named_briefly(event) for event in events)
    priority = max(_PRIORITY.get(event.kind, 1) for event in events)
    is_alert = any(
        event.kind in _ALERTS
        or (event.kind is Kind.CLOSE and event.code not in (1000, 1001))
        for event in events
    )
    return Mark(frame.at_s, ", ".join(names), ", ".join(shorts), priority, is_alert)


def _has_mark(event: Event) -> bool:
    if event.kind is Kind.AUDIO:
        return event.envelope is None  # not PCM: no sound to draw it by
    return event.kind not in _NOT_MARKED


def _named(event: Event) -> str:
    match event.kind:
        case Kind.TEXT:
            return f"“{event.text.strip()}”"
        case Kind.TOOL_CALL:
            return f"{event.text}({_arguments(event.detail)})"
        case Kind.TOOL_RESPONSE:
            return f"{event.text} response"
        case Kind.VOICE_START:
            return "voice starts"
        case Kind.VOICE_END:
            return "voice ends"
        case Kind.GO_AWAY:
            return f"go away in {event.detail}" if event.detail else "go away"
        case Kind.CLOSE:
            return f"close {event.code} {event.text}".rstrip()
        case Kind.UNREADABLE:
            return "not JSON"
        case Kind.UNKNOWN:
            return event.text
        case _:
            return str(event.kind)


def _named_briefly(event: Event) -> str:
    match event.kind:
        case Kind.TOOL_CALL:
            return event.text
        case Kind.GO_AWAY:
            return "go away"
        case Kind.CLOSE:
            return f"close {event.code}"
        case _:
            return _named(event)


def _arguments(detail: str) -> str:
    """Write the arguments of a call as they would stand in a program."""
    try:
        fields = json.loads(detail)
    except ValueError:  # cut, because it was long
        return "…"
    items = fields.items() if isinstance(fields, dict) else ()
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in items)
