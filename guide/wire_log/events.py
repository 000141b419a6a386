"""Read a message of either direction into the events it carries.

Both spellings are understood (`turnComplete`, `turn_complete`), on the wire
and as dumped by the Python SDK: the emulator's tables bring them into one. Reading
never fails: what is not known becomes an event of kind `UNKNOWN`, so that a picture
of the wire hides nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guide.wire_log.envelope import envelope_of
from guide.wire_log.fields import (
    FieldReader,
    as_json,
    as_list,
    as_mapping,
    as_word,
    get,
    short_text,
)
from guide.wire_log.kinds import Event, Kind
from live_emulator.protocol.base64_text import decode_base64
from live_emulator.protocol.client_messages import CLIENT_MESSAGE
from live_emulator.protocol.server_fields import SERVER_MESSAGE
from live_emulator.protocol.spelling import normalised
from live_emulator.protocol.wire_types import snake_case

__all__ = ["client_events", "server_events"]

_SENT_RATE_HZ = 16_000
_RECEIVED_RATE_HZ = 24_000
"""What the service assumes and sends when the MIME type names no rate."""


def client_events(message: Mapping[str, Any]) -> tuple[Event, ...]:
    """Return all events of a message that a client sends, in wire order."""
    return tuple(_client(normalised(CLIENT_MESSAGE, dict(message))))


def server_events(message: Mapping[str, Any]) -> tuple[Event, ...]:
    """Return all events of a message that the service sends.

    They come in the order of cause and effect, whatever the order of keys:
    what was heard, what is said, what that completes, what it cost.
    """
    return tuple(_server(normalised(SERVER_MESSAGE, dict(message))))


def _client(message: Mapping[str, Any]) -> Iterator[Event]:
    reader = FieldReader(message)
    if (setup := reader.take("setup")) is not None:
        yield _setup(setup)
    if (content := reader.take("clientContent")) is not None:
        turns = FieldReader(content)
        for turn in as_list(turns.take("turns")):
            yield from _content(turn, _SENT_RATE_HZ, {"", "user"})
        if turns.take("turnComplete"):
            yield Event(Kind.TURN_COMPLETE)
        yield from _unknown(turns, "clientContent")
    if (realtime := reader.take("realtimeInput")) is not None:
        yield from _realtime(FieldReader(realtime))
    if (response := reader.take("toolResponse")) is not None:
        answers = FieldReader(response)
        for item in as_list(answers.take("functionResponses")):
            yield _tool_response(item)
        yield from _unknown(answers, "toolResponse")
    if (update := reader.take("contextUpdate")) is not None:
        changed = [snake_case(str(key)).replace("_", " ") for key in as_mapping(update)]
        yield Event(Kind.CONTEXT_UPDATE, ", ".join(changed))
    yield from _unknown(reader)


def _realtime(reader: FieldReader) -> Iterator[Event]:
    if (text := reader.take("text")) is not None:
        yield Event(Kind.TEXT, short_text(text))
    for name in ("audio", "video"):
        if (blob := reader.take(name)) is not None:
            yield _blob(blob, _SENT_RATE_HZ, Kind(_MEDIA[name]))
    for name in ("mediaChunks", "media"):
        for blob in as_list(reader.take(name)):
            yield _blob(blob, _SENT_RATE_HZ, Kind.FILE)
    if reader.take("activityStart") is not None:
        yield Event(Kind.ACTIVITY_START)
    if reader.take("activityEnd") is not None:
        yield Event(Kind.ACTIVITY_END)
    if reader.take("audioStreamEnd"):
        yield Event(Kind.AUDIO_STREAM_END)
    yield from _unknown(reader, "realtimeInput")


_MEDIA = {"audio": Kind.AUDIO, "video": Kind.IMAGE, "image": Kind.IMAGE}


def _server(message: Mapping[str, Any]) -> Iterator[Event]:
    reader = FieldReader(message)
    if (done := reader.take("setupComplete")) is not None:
        yield Event(Kind.SETUP_COMPLETE, detail=short_text(get(done, "sessionId")))
    if (activity := reader.take("voiceActivity")) is not None:
        yield _voice_activity(activity)
    if (signal := reader.take("voiceActivityDetectionSignal")) is not None:
        started = as_word(get(signal, "vadSignalType")).endswith("SOS")
        yield Event(Kind.VOICE_START if started else Kind.VOICE_END)
    if (content := reader.take("serverContent")) is not None:
        yield from _server_content(FieldReader(content))
    if (call := reader.take("toolCall")) is not None:
        for item in as_list(get(call, "functionCalls")):
            arguments = as_json(get(item, "args") or {})
            yield Event(
                Kind.TOOL_CALL,
                short_text(get(item, "name")),
                arguments,
                id=str(get(item, "id") or ""),
            )
    if (cancelled := reader.take("toolCallCancellation")) is not None:
        ids = [str(item) for item in as_list(get(cancelled, "ids"))]
        yield Event(Kind.TOOL_CANCELLED, short_text(", ".join(ids)))
    if (usage := reader.take("usageMetadata")) is not None:
        yield Event(Kind.USAGE, detail=_usage(usage))
    if (update := reader.take("sessionResumptionUpdate")) is not None:
        resumable = bool(get(update, "resumable"))
        yield Event(
            Kind.RESUMPTION, detail="resumable" if resumable else "not resumable"
        )
    if (leaving := reader.take("goAway")) is not None:
        yield Event(Kind.GO_AWAY, detail=short_text(get(leaving, "timeLeft")))
    if (error := reader.take("error")) is not None:
        yield Event(Kind.ERROR, short_text(get(error, "message") or as_json(error)))
    if (status := reader.take("interactionStatus")) is not None:
        yield Event(Kind.STATUS, as_word(status))
    yield from _unknown(reader)


_TRANSCRIPTS = {
    "interimInputTranscription": Kind.INTERIM_TRANSCRIPT,
    "inputTranscription": Kind.INPUT_TRANSCRIPT,
}


def _server_content(reader: FieldReader) -> Iterator[Event]:
    for name, kind in _TRANSCRIPTS.items():
        if (transcript := reader.take(name)) is not None:
            yield Event(kind, short_text(get(transcript, "text")))
    if (turn := reader.take("modelTurn")) is not None:
        yield from _content(turn, _RECEIVED_RATE_HZ, {"", "model"})
    if (transcript := reader.take("outputTranscription")) is not None:
        yield Event(Kind.OUTPUT_TRANSCRIPT, short_text(get(transcript, "text")))
    for name in ("groundingMetadata", "urlContextMetadata"):
        if reader.take(name) is not None:
            yield Event(Kind.GROUNDING, detail=name)
    if reader.take("generationComplete"):
        yield Event(Kind.GENERATION_COMPLETE)
    if reader.take("interrupted"):
        yield Event(Kind.INTERRUPTED)
    reason = reader.take("turnCompleteReason")
    if reader.take("turnComplete"):
        yield Event(Kind.TURN_COMPLETE, detail=as_word(reason))
    if reader.take("waitingForInput"):
        yield Event(Kind.WAITING_FOR_INPUT)
    for name in ("interactionStatus", "speechState"):
        if (status := reader.take(name)) is not None:
            yield Event(Kind.STATUS, as_word(status))
    yield from _unknown(reader, "serverContent")


def _unknown(reader: FieldReader, where: str = "") -> Iterator[Event]:
    """Yield an event for each field that this guide has never heard of."""
    for name in reader.left():
        yield Event(Kind.UNKNOWN, short_text(f"{where}.{name}" if where else name))


def _content(turn: Any, rate_hz: int, expected: set[str]) -> Iterator[Event]:
    """Yield the parts of a Content, or of a bare string that stands for one."""
    if isinstance(turn, str):
        yield Event(Kind.TEXT, short_text(turn))
        return
    role = str(get(turn, "role") or "")
    note = "" if role in expected else f"as {role}"
    for part in as_list(get(turn, "parts")):
        yield from _part(part, rate_hz, note)


def _part(part: Any, rate_hz: int, note: str) -> Iterator[Event]:
    if isinstance(part, str):
        yield Event(Kind.TEXT, short_text(part), note)
        return
    reader = FieldReader(part)
    is_thought = bool(reader.take("thought"))
    reader.take("thoughtSignature")
    reader.take("videoMetadata")
    reader.take("mediaResolution")
    if (text := reader.take("text")) is not None:
        yield Event(Kind.THOUGHT if is_thought else Kind.TEXT, short_text(text), note)
    if (blob := reader.take("inlineData")) is not None:
        yield _blob(blob, rate_hz, Kind.FILE)
    if (file := reader.take("fileData")) is not None:
        yield Event(Kind.FILE, detail=short_text(get(file, "mimeType")))
    if (code := reader.take("executableCode")) is not None:
        yield Event(Kind.CODE, short_text(get(code, "code")))
    if (result := reader.take("codeExecutionResult")) is not None:
        outcome = as_word(get(result, "outcome"))
        yield Event(Kind.CODE_RESULT, short_text(get(result, "output")), outcome)
    if (call := reader.take("functionCall")) is not None:
        arguments = as_json(get(call, "args") or {})
        yield Event(Kind.TOOL_CALL, short_text(get(call, "name")), arguments)
    if (response := reader.take("functionResponse")) is not None:
        yield _tool_response(response)
    yield from _unknown(reader, "part")


def _blob(blob: Any, rate_hz: int, otherwise: Kind) -> Event:
    """Read a Blob; `otherwise` is its kind where the MIME type does not say."""
    mime_type = str(get(blob, "mimeType") or "")
    kind = _MEDIA.get(mime_type.partition("/")[0], otherwise)
    data = get(blob, "data")
    if not _is_pcm(mime_type) or kind is not Kind.AUDIO:
        return Event(kind, detail=mime_type, size_bytes=_size(data))
    if named := re.search(r"rate=(\d{1,9})", mime_type):
        rate_hz = int(named[1]) or rate_hz
    pcm = _bytes(data)
    return Event(
        kind,
        detail=mime_type,
        duration_ms=len(pcm) // 2 * 1000 / rate_hz,
        rate_hz=rate_hz,
        size_bytes=len(pcm),
        envelope=envelope_of(pcm, rate_hz),
        pcm=pcm,
    )


def _is_pcm(mime_type: str) -> bool:
    name = mime_type.partition(";")[0].strip().lower()
    return name in ("audio/pcm", "audio/l16", "audio/raw", "")


def _bytes(data: Any) -> bytes:
    """Decode base64 of either alphabet; nothing where that is impossible."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    if not isinstance(data, str):
        return b""
    try:
        return decode_base64(data)
    except ValueError:
        return b""


def _size(data: Any) -> int:
    """Return the size of a payload without decoding it."""
    if isinstance(data, str):
        return len(data.rstrip("=")) * 3 // 4
    return len(data) if isinstance(data, (bytes, bytearray, memoryview)) else 0


def _setup(setup: Any) -> Event:
    generation = get(setup, "generationConfig") or {}
    speech = get(generation, "speechConfig") or {}
    prebuilt = get(get(speech, "voiceConfig") or {}, "prebuiltVoiceConfig") or {}
    facts = [
        as_word(item).lower() for item in as_list(get(generation, "responseModalities"))
    ]
    if name := get(prebuilt, "voiceName"):
        facts.append(f"voice {name}")
    tools = [as_mapping(tool) for tool in as_list(get(setup, "tools"))]
    functions = sum(len(as_list(get(tool, "functionDeclarations"))) for tool in tools)
    if functions:
        facts.append(f"{functions} function" + "s" * (functions > 1))
    if get(get(setup, "sessionResumption") or {}, "handle"):
        facts.append("resumed")
    model = str(get(setup, "model") or "").rpartition("/")[2]
    return Event(Kind.SETUP, short_text(model), short_text(", ".join(facts)))


def _tool_response(item: Any) -> Event:
    scheduling = as_word(get(item, "scheduling"))
    name = get(item, "name") or get(item, "id") or ""
    return Event(
        Kind.TOOL_RESPONSE,
        short_text(name),
        scheduling.lower(),
        id=str(get(item, "id") or ""),
        will_continue=bool(get(item, "willContinue")),
    )


def _voice_activity(activity: Any) -> Event:
    # No table has the names that the SDK gives the field.
    names = ("type", "voiceActivityType", "voice_activity_type")
    kind = next((as_word(it) for name in names if (it := get(activity, name))), "")
    started = kind.endswith("START")
    offset = short_text(get(activity, "audioOffset"))
    return Event(
        Kind.VOICE_START if started else Kind.VOICE_END,
        detail=f"at {offset} of the audio" if offset else "",
    )


def _usage(usage: Any) -> str:
    response = get(usage, "responseTokenCount")
    if response is None:
        response = get(usage, "candidatesTokenCount")
    counts = {
        "in": get(usage, "promptTokenCount"),
        "out": response,
        "in all": get(usage, "totalTokenCount"),
    }
    named = [f"{count} {name}" for name, count in counts.items() if count is not None]
    return "tokens: " + ", ".join(named) if named else ""
