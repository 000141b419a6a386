"""Read the messages of the service into events.

Pure: a frame goes in, a list of events (`live_events`) comes out, and nothing that
was in the frame is lost. Chapter 3 builds a part of it; live-reading.js is its
twin. Import `read_message` from `live_messages`.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from chapter_03 import live_events as event
from chapter_03.json_fields import Fields, parse_object
from chapter_03.live_events import Event

__all__ = ["OUTPUT_RATE_HZ", "decode_base64", "read_message"]

OUTPUT_RATE_HZ = 24_000
"""What the service speaks at; Vertex AI does not say so in the MIME type."""

T = TypeVar("T", event.InterimTranscript, event.InputTranscript, event.OutputTranscript)


def read_message(message: str | bytes | dict[str, Any]) -> list[Event]:
    """Return all events of one message, in the order they are to be handled.

    What was heard comes before what is said, `Interrupted` after the audio that it
    cancels, and `TurnComplete` last, so a reader that stops there misses nothing.
    Never fails: what is not known comes as `Unknown`, what is no JSON object as
    `Unreadable`.
    """
    if isinstance(message, dict):
        fields = Fields(message)
    elif (values := parse_object(message)) is None:
        return [event.Unreadable(message)]
    else:
        fields = Fields(values)
    content = fields.take_object("serverContent") or Fields({})
    events = [
        *_read_activity(fields),
        *_read_content(content),
        *_read_tools(fields),
        *_read_session(fields),
    ]
    endings = [*_read_endings(content), *_read_turn_end(fields, content)]
    unknown = [event.Unknown(name, value) for name, value in fields.left()]
    return [*events, *unknown, *endings]


def decode_base64(text: str) -> bytes:
    """Return the bytes of either alphabet; raise ValueError if neither."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        padding = "=" * (-len(plain) % 4)
        return base64.b64decode(plain + padding, validate=True)
    except binascii.Error as error:
        raise ValueError("This is not base64.") from error


def _read_activity(fields: Fields) -> Iterator[Event]:
    if (setup := fields.take_object("setupComplete")) is not None:
        yield event.SetupComplete(setup.take_text("sessionId"))
    if (voice := fields.take_object("voiceActivity")) is not None:
        # The Python SDK renames the field when it prints a message.
        kind = voice.take_text("type") or voice.take_text("voiceActivityType")
        offset_s = voice.take_duration_s("audioOffset")
        yield event.VoiceActivity(kind == "ACTIVITY_START", offset_s)
    if (signal := fields.take_object("voiceActivityDetectionSignal")) is not None:
        kind = signal.take_text("vadSignalType")
        yield event.VoiceActivity(kind == "VAD_SIGNAL_TYPE_SOS")


def _read_content(content: Fields) -> Iterator[Event]:
    if (heard := content.take_object("interimInputTranscription")) is not None:
        yield _read_transcript(heard, event.InterimTranscript)
    if (heard := content.take_object("inputTranscription")) is not None:
        yield _read_transcript(heard, event.InputTranscript)
    if (turn := content.take_object("modelTurn")) is not None:
        turn.take_text("role")
        for part in turn.take_objects("parts"):
            yield from _read_part(part)
    if (said := content.take_object("outputTranscription")) is not None:
        yield _read_transcript(said, event.OutputTranscript)
    if (metadata := content.take_mapping("groundingMetadata")) is not None:
        yield event.Grounding(metadata)
    if (metadata := content.take_mapping("urlContextMetadata")) is not None:
        yield event.UrlContext(metadata)


def _read_transcript(fields: Fields, kind: type[T]) -> T:
    return kind(
        text=fields.take_text("text"),
        finished=fields.take_flag("finished"),
        language_code=fields.take_text("languageCode"),
        speaker=fields.take_text("speakerLabel"),
        start_s=fields.take_duration_s("startOffset"),
        end_s=fields.take_duration_s("endOffset"),
        words=fields.take_mappings("words"),
    )


def _read_part(part: Fields) -> Iterator[Event]:
    if text := part.take_text("text"):
        yield event.Thought(text) if part.take_flag("thought") else event.Text(text)
    if (blob := part.take_object("inlineData")) is not None:
        yield from _read_blob(blob)
    if (code := part.take_object("executableCode")) is not None:
        yield event.ExecutableCode(code.take_text("code"), code.take_text("language"))
    if (result := part.take_object("codeExecutionResult")) is not None:
        yield event.CodeResult(result.take_text("output"), result.take_text("outcome"))
    if signature := part.take_text("thoughtSignature"):
        yield event.ThoughtSignature(signature)


def _read_blob(blob: Fields) -> Iterator[Event]:
    mime_type = blob.take_text("mimeType")
    text = blob.take_text("data")
    try:
        data = decode_base64(text)
    except ValueError:
        blob.put_back("data", text)
        return
    if re.match(r"audio/(pcm|l16)\b", mime_type, re.IGNORECASE | re.ASCII):
        rate = re.search(r"rate=([0-9]{1,6})", mime_type)
        # A rate of 0 says nothing, and could not be played.
        yield event.Audio(data, (int(rate[1]) if rate else 0) or OUTPUT_RATE_HZ)
    else:
        yield event.Media(data, mime_type)


def _read_tools(fields: Fields) -> Iterator[Event]:
    if (call := fields.take_object("toolCall")) is not None:
        for item in call.take_objects("functionCalls"):
            yield event.ToolCall(
                item.take_text("id"),
                item.take_text("name"),
                item.take_mapping("args") or {},
            )
    if (cancellation := fields.take_object("toolCallCancellation")) is not None:
        yield event.ToolCallCancellation(cancellation.take_texts("ids"))


def _read_session(fields: Fields) -> Iterator[Event]:
    if (update := fields.take_object("sessionResumptionUpdate")) is not None:
        yield event.ResumptionUpdate(
            update.take_text("newHandle"),
            update.take_flag("resumable"),
            update.take_number("lastConsumedClientMessageIndex"),
        )
    if (notice := fields.take_object("goAway")) is not None:
        yield event.GoAway(notice.take_duration_s("timeLeft"))
    if (error := fields.take_mapping("error")) is not None:
        yield event.ServiceError(error)
    if (usage := fields.take_object("usageMetadata")) is not None:
        yield _read_usage(usage)


def _read_usage(usage: Fields) -> event.Usage:
    # Vertex AI says candidates where the Gemini API says response.
    response = usage.take_number("responseTokenCount")
    candidates = usage.take_number("candidatesTokenCount")
    response_details = _by_kind(usage, "responseTokensDetails")
    candidates_details = _by_kind(usage, "candidatesTokensDetails")
    tier, traffic = usage.take_text("serviceTier"), usage.take_text("trafficType")
    return event.Usage(
        prompt_tokens=usage.take_number("promptTokenCount") or 0,
        response_tokens=response or candidates or 0,
        total_tokens=usage.take_number("totalTokenCount") or 0,
        thoughts_tokens=usage.take_number("thoughtsTokenCount") or 0,
        tool_tokens=usage.take_number("toolUsePromptTokenCount") or 0,
        cached_tokens=usage.take_number("cachedContentTokenCount") or 0,
        prompt_by_kind=_by_kind(usage, "promptTokensDetails"),
        response_by_kind=response_details or candidates_details,
        tool_by_kind=_by_kind(usage, "toolUsePromptTokensDetails"),
        cached_by_kind=_by_kind(usage, "cacheTokensDetails"),
        tier=tier or traffic,
    )


def _by_kind(usage: Fields, name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in usage.take_objects(name):
        kind = item.take_text("modality") or "UNSPECIFIED"
        counts[kind] = counts.get(kind, 0) + (item.take_number("tokenCount") or 0)
    return counts


def _read_endings(content: Fields) -> Iterator[Event]:
    if content.take_flag("generationComplete"):
        yield event.GenerationComplete()
    if content.take_flag("interrupted"):
        yield event.Interrupted()
    if content.take_flag("waitingForInput"):
        yield event.WaitingForInput()


def _read_turn_end(fields: Fields, content: Fields) -> Iterator[Event]:
    # It is in either place: beside a tool call, or in the content.
    for place in (fields, content):
        if status := place.take_text("interactionStatus"):
            yield event.InteractionStatus(status)
    if content.take_flag("turnComplete"):
        yield event.TurnComplete(content.take_text("turnCompleteReason"))
