"""Frames as lines of text, for notebooks and terminals."""

from collections.abc import Sequence

from guide.wire_log.frame import Frame
from guide.wire_log.kinds import Event, Kind
from live_emulator.journal.runs import Line, joined

__all__ = ["STREAMING", "frames_as_text", "in_words"]

STREAMING = frozenset(
    {
        Kind.AUDIO,
        Kind.IMAGE,
        Kind.INPUT_TRANSCRIPT,
        Kind.INTERIM_TRANSCRIPT,
        Kind.OUTPUT_TRANSCRIPT,
    }
)
"""Kinds that come in many small pieces, of which only the sum is news."""

_QUOTED = {
    Kind.TEXT: "text",
    Kind.THOUGHT: "thought",
    Kind.CODE: "code",
    Kind.CODE_RESULT: "result",
    Kind.INPUT_TRANSCRIPT: "heard you say",
    Kind.INTERIM_TRANSCRIPT: "so far heard",
    Kind.OUTPUT_TRANSCRIPT: "says",
}


def frames_as_text(
    frames: Sequence[Frame], *, times: bool, grouped: bool, width: int
) -> str:
    """Return one line for each frame, or for each run of streaming pieces."""
    told = [(frame.at_s, frame.direction, frame.events) for frame in frames]
    if grouped:
        lines = joined(told, _run_of)
    else:
        lines = [Line(at_s, side, list(events)) for at_s, side, events in told]
    last_s = frames[-1].at_s if frames else 0.0
    digits = len(f"{last_s:.2f}")
    written = []
    for line in lines:
        start = f"{line.at_s:{digits}.2f} s  " if times else ""
        start += f"{line.side:8}  "
        written.append(start + _line_in_words(line, grouped, width - len(start)))
    return "\n".join(written)


def _run_of(event: Event) -> Kind | None:
    return event.kind if event.kind in STREAMING else None


def _line_in_words(line: Line[Event], grouped: bool, width: int) -> str:
    if not line.events:
        return "nothing"
    if grouped and line.events[0].kind in STREAMING:
        return _run_in_words(line.events, width)
    words = [in_words(event, width) for event in line.events]
    return _cut(", ".join(words), width)


def _run_in_words(events: Sequence[Event], width: int) -> str:
    """Say what a run of pieces of one kind amounts to."""
    kind = events[0].kind
    if kind is Kind.INTERIM_TRANSCRIPT:
        return in_words(events[-1], width)  # each repeats and amends the last
    if kind in _QUOTED:
        text = "".join(event.text for event in events)
        return in_words(Event(kind, text.strip()), width)
    if len(events) == 1:
        return in_words(events[0], width)
    if kind is Kind.IMAGE:
        size_bytes = sum(event.size_bytes for event in events)
        return f"{len(events):,} images, {size_bytes:,} bytes"
    duration_ms = sum(event.duration_ms for event in events)
    return f"{len(events):,} audio chunks, {duration_ms:,.0f} ms"


def in_words(event: Event, width: int = 88) -> str:
    """Return one event in words, quotations cut so that they fit in `width`."""
    kind = event.kind
    if kind in _QUOTED:
        note = f" {event.detail}" if event.detail else ""
        name = _QUOTED[kind] + note
        return f'{name} "{_cut(event.text, width - len(name) - 3)}"'
    if kind is Kind.AUDIO:
        if event.duration_ms:
            return f"audio, {event.duration_ms:,.0f} ms"
        return f"audio, {event.size_bytes:,} bytes"
    if kind in (Kind.IMAGE, Kind.FILE):
        size = f"{event.size_bytes:,} bytes" if event.size_bytes else ""
        return ", ".join(item for item in (kind, event.detail, size) if item)
    if kind is Kind.CLOSE:
        reason = f": {event.text}" if event.text else ""
        return _cut(f"close {event.code}{reason}", width)
    if kind is Kind.TOOL_CALL:
        return _cut(f"tool call {event.text}({event.detail})", width)
    if kind is Kind.UNREADABLE:
        return f"not JSON, {event.size_bytes:,} bytes"
    if kind is Kind.USAGE and event.detail:
        return event.detail
    name = {Kind.VOICE_START: "voice starts", Kind.VOICE_END: "voice ends"}.get(
        kind, str(kind)
    )
    facts = ", ".join(item for item in (event.text, event.detail) if item)
    return _cut(f"{name} {facts}" if facts else name, width)


def _cut(text: str, width: int) -> str:
    """Return text as one line no longer than a width; what is cut is marked."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "�" for letter in text)
    width = max(width, 8)
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
