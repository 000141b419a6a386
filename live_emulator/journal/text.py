"""A session's frames as text: one sentence, or a line for each thing that happened."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from live_emulator.journal.journal import FaultMark, Frame
from live_emulator.journal.reading import (
    audio_in,
    client_message,
    items,
    member,
    pcm_duration_s,
    server_message,
    text_of,
)
from live_emulator.journal.runs import Line, joined
from live_emulator.protocol.closing import Close
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ

__all__ = ["ending", "summary", "timeline"]

_WIDTH = 88
_MOST_QUOTED = 60


def summary(frames: Sequence[Frame], how_it_ended: str) -> str:
    """Return what the client sent and how it ended, as the rest of a sentence."""
    counts: Counter[str] = Counter()
    audio_s = 0.0
    for frame in frames:
        if frame.direction == "client":
            message = client_message(frame)
            counts.update(list(message) or ["unreadable"])
            chunks = audio_in(member(message, "realtimeInput"))
            audio_s += sum(pcm_duration_s(chunk, INPUT_RATE_HZ) for chunk in chunks)
    sent = ", ".join(
        kind if count == 1 else f"{count:,} {kind}" for kind, count in counts.items()
    )
    if audio_s:
        sent += f" ({audio_s:.2f} s of audio)"
    return f"sent {sent or 'nothing'}; {how_it_ended}"


def ending(over: bool, close: Close | None, client_code: int | None) -> str:
    """Return how a session ended, as the rest of a sentence."""
    if close is not None:
        reason = f" ({close.reason})" if close.reason else ""
        return f"the emulator closed it with {close.code}{reason}"
    if client_code is not None:
        return f"the client closed it with {client_code}"
    return "the connection broke" if over else "it is open"


@dataclass(slots=True)
class _Event:
    """One thing that a frame says."""

    name: str
    text: str = ""
    duration_s: float = 0.0
    streams: bool = False
    """Comes in pieces, of which only the sum is news."""


def _in_words(line: Line[_Event]) -> str:
    """Return an event, or a run of pieces, as a line."""
    first = line.events[0]
    duration_s = sum(event.duration_s for event in line.events)
    note = "".join(event.text for event in line.events)
    if first.streams and duration_s:
        pieces = len(line.events)
        note = f"{duration_s:.2f} s in {pieces} {'frame' if pieces == 1 else 'frames'}"
    elif first.streams:
        note = _quoted(note)
    start = f"{line.at_s:8.2f} s  {line.side:6}  {first.name}"
    return _cut(f"{start}  {note}" if note else start)


def timeline(frames: Sequence[Frame], marks: Sequence[FaultMark], lines: int) -> str:
    """Return frames and faults in order, a line each, in so many lines at most.

    Pieces of audio and of transcripts that follow each other make one line; where
    there are too many, some of the first and most of the last are shown.
    """
    faults = [Line(mark.at_s, "fault", [_Event(mark.text)]) for mark in marks]
    in_order = [*joined(_events(frames), _run_of), *faults]
    in_order.sort(key=lambda line: line.at_s)
    written = [_in_words(line) for line in in_order]
    if len(written) > lines:
        first = (lines - 1) // 4
        last = lines - 1 - first
        note = f"{'':12}{len(written) - first - last} lines are left out here"
        written = [*written[:first], note, *written[-last:]]
    return "\n".join(written)


def _events(frames: Sequence[Frame]) -> Iterator[tuple[float, str, list[_Event]]]:
    for frame in frames:
        reading = _of_client if frame.direction == "client" else _of_server
        for event in reading(frame):
            yield frame.at_s, frame.direction, [event]


def _run_of(event: _Event) -> str | None:
    return event.name if event.streams else None


def _of_client(frame: Frame) -> Iterator[_Event]:
    message = client_message(frame)
    if not message:
        yield _Event("unreadable", f"{frame.size} bytes")
    for kind, content in message.items():
        if isinstance(content, dict):
            yield from list(_of_client_content(kind, content)) or [_Event(kind)]
        else:
            yield _Event(kind, _json(content))


def _of_client_content(kind: str, content: dict[str, Any]) -> Iterator[_Event]:
    match kind:
        case "setup":
            yield _Event(kind, _setup_in_words(content))
        case "clientContent":
            texts = [text_of(turn) for turn in items(content, "turns")]
            note = _quoted(" ".join(filter(None, texts))) if any(texts) else ""
            goes_on = "" if content.get("turnComplete") else " (the turn goes on)"
            yield _Event(kind, f"{note}{goes_on}".strip())
        case "realtimeInput":
            yield from _of_realtime_input(content)
        case "toolResponse":
            for one in items(content, "functionResponses"):
                result = _json(one.get("response"))
                yield _Event(kind, f"{one.get('name', '')} {result}")


def _setup_in_words(setup: dict[str, Any]) -> str:
    words = [str(setup.get("model", "no model")).rpartition("/")[2]]
    words += member(setup, "generationConfig").get("responseModalities") or []
    if tools := items(setup, "tools"):
        names = [
            str(one.get("name"))
            for tool in tools
            for one in items(tool, "functionDeclarations")
        ]
        words.append(f"tools {' '.join(names)}" if names else "tools")
    if member(setup, "sessionResumption").get("handle"):
        words.append("resumes")
    return ", ".join(map(str, words))


def _of_realtime_input(content: dict[str, Any]) -> Iterator[_Event]:
    for chunk in audio_in(content):
        if duration_s := pcm_duration_s(chunk, INPUT_RATE_HZ):
            yield _Event("audio", duration_s=duration_s, streams=True)
        else:
            yield _Event("media", str(chunk.get("mimeType", "")))
    if video := member(content, "video"):
        yield _Event("image", str(video.get("mimeType", "")))
    if text := content.get("text"):
        yield _Event("text", _quoted(str(text)))
    for name in ("activityStart", "activityEnd", "audioStreamEnd"):
        if name in content:
            yield _Event(name)


def _of_server(frame: Frame) -> Iterator[_Event]:
    for kind, content in server_message(frame).items():
        match kind:
            case "serverContent":
                yield from _of_server_content(content)
            case "toolCall":
                for call in items(content, "functionCalls"):
                    yield _Event(kind, f"{call.get('name')} {_json(call.get('args'))}")
            case "toolCallCancellation":
                yield _Event(kind, " ".join(content.get("ids", ())))
            case "goAway":
                yield _Event(kind, f"{content.get('timeLeft', '')} left")
            case "sessionResumptionUpdate":
                can = content.get("resumable")
                yield _Event(kind, "resumable" if can else "not resumable now")
            case "usageMetadata":
                pass
            case "voiceActivity":
                yield _Event(kind, str(content.get("type", "")))
            case _:
                yield _Event(kind)


def _of_server_content(content: dict[str, Any]) -> Iterator[_Event]:
    for part in items(member(content, "modelTurn"), "parts"):
        if audio := member(part, "inlineData"):
            duration_s = pcm_duration_s(audio, OUTPUT_RATE_HZ)
            yield _Event("audio", duration_s=duration_s, streams=True)
        elif text := part.get("text"):
            yield _Event("thought" if part.get("thought") else "text", text, 0.0, True)
        else:
            yield from (_Event(name) for name in part)
    for kind, name in (
        ("outputTranscription", "says"),
        ("inputTranscription", "heard"),
    ):
        if text := member(content, kind).get("text"):
            yield _Event(name, text, streams=True)
    for name in ("interrupted", "generationComplete", "turnComplete"):
        if name in content:
            yield _Event(name)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _MOST_QUOTED:
        text = f"{text[: _MOST_QUOTED - 3]}..."
    return f'"{text}"'


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."
