"""Every message the service may send, field by field, with its source.

The twin of `client_messages`: FIDELITY.md is made from it, and `check_message`
holds every message of every test to it, so nothing is sent that is not here.
"""

from collections.abc import Mapping
from typing import Any

from live_emulator.protocol.sources import Source, documented, observed
from live_emulator.protocol.wire_types import (
    Dialect,
    Effect,
    Field,
    Kind,
    MessageType,
    Reading,
    enum,
    message,
    read_message,
)

__all__ = ["SERVER_MESSAGE", "check_message"]

_VERTEX_ONLY = frozenset({Dialect.VERTEX})
_GEMINI_ONLY = frozenset({Dialect.GEMINI})
_SDK = documented("google-genai 3.4 types")
_PROTO = documented("generative_service.proto")
_RECORDINGS = observed("js-genai recordings")


def _sent(kind: Kind, source: Source = _PROTO, **kwargs: Any) -> Field:
    """Return a field the emulator sends."""
    return Field(kind, source, **kwargs)


def _absent(kind: Kind, note: str, source: Source = _SDK, **kwargs: Any) -> Field:
    """Return a field the service knows and the emulator never sends."""
    return Field(kind, source, Effect.ABSENT, note=note, **kwargs)


# --- What the model says ----------------------------------------------------

BLOB = MessageType("Blob", {"mimeType": _sent(Kind.STRING), "data": _sent(Kind.BYTES)})
EXECUTABLE_CODE = MessageType(
    "ExecutableCode",
    {
        "language": _sent(Kind.STRING, _RECORDINGS),
        "code": _sent(Kind.STRING, _RECORDINGS),
    },
)
PART = MessageType(
    "Part",
    {
        "inlineData": message(BLOB, source=_PROTO),
        "text": _sent(Kind.STRING),
        "thought": _sent(Kind.BOOL),
        "executableCode": message(
            EXECUTABLE_CODE,
            source=_RECORDINGS,
            note="only where half-cascade models announce a call",
        ),
        "codeExecutionResult": _absent(Kind.ANY, "no code is run here", _PROTO),
        "thoughtSignature": _absent(Kind.STRING, "thoughts are not signed", _PROTO),
    },
)
CONTENT = MessageType(
    "Content",
    {"role": _sent(Kind.STRING), "parts": message(PART, repeated=True, source=_PROTO)},
)
_NO_TIMES = "words have no times here"
TRANSCRIPTION = MessageType(
    "Transcription",
    {
        "text": _sent(Kind.STRING),
        "finished": _sent(
            Kind.BOOL,
            observed("js-genai #1429: seen on Vertex, never on the Gemini API"),
            dialects=_VERTEX_ONLY,
        ),
        "languageCode": _absent(Kind.STRING, "one language is recognised: English"),
        "speakerLabel": _absent(Kind.STRING, "speakers are not told apart"),
        "words": _absent(Kind.ANY, _NO_TIMES, repeated=True),
        "startOffset": _absent(Kind.STRING, _NO_TIMES),
        "endOffset": _absent(Kind.STRING, _NO_TIMES),
    },
)
WEB = MessageType("Web", {"uri": _sent(Kind.STRING), "title": _sent(Kind.STRING)})
GROUNDING = MessageType(
    "GroundingMetadata",
    {
        "searchEntryPoint": message(
            MessageType("SearchEntryPoint", {"renderedContent": _sent(Kind.STRING)}),
            source=_PROTO,
        ),
        "groundingChunks": message(
            MessageType("GroundingChunk", {"web": message(WEB, source=_PROTO)}),
            repeated=True,
            source=_PROTO,
        ),
        "groundingSupports": _absent(
            Kind.ANY, "nothing is found, so nothing is supported", _PROTO, repeated=True
        ),
        "webSearchQueries": _sent(Kind.STRING, repeated=True),
    },
)
_STATUS = ("IN_PROGRESS", "IDLE", "REQUIRES_ACTION")
SERVER_CONTENT = MessageType(
    "BidiGenerateContentServerContent",
    {
        "modelTurn": message(CONTENT, source=_PROTO),
        "generationComplete": _sent(Kind.BOOL),
        "turnComplete": _sent(Kind.BOOL),
        "interrupted": _sent(Kind.BOOL),
        "inputTranscription": message(TRANSCRIPTION, source=_PROTO),
        "outputTranscription": message(TRANSCRIPTION, source=_PROTO),
        "interimInputTranscription": message(
            TRANSCRIPTION, source=_SDK, note="transcribe models only"
        ),
        "groundingMetadata": message(
            GROUNDING, source=_PROTO, note="in shape: nothing is searched"
        ),
        "interactionStatus": enum(
            _STATUS,
            source=documented("extended thinking guide; google-genai 3.4 types"),
            note="extended thinking only; REQUIRES_ACTION is deprecated, never sent",
        ),
        "urlContextMetadata": _absent(Kind.ANY, "no page is fetched", _PROTO),
        "waitingForInput": _absent(
            Kind.BOOL, "no source says when the service sends it"
        ),
        "turnCompleteReason": _absent(
            Kind.STRING, "nothing is filtered or malformed here"
        ),
        "speechState": _absent(
            Kind.STRING,
            "deprecated in favour of voiceActivity",
            documented("Vertex AI Live reference"),
            dialects=_VERTEX_ONLY,
        ),
    },
)

# --- The rest ---------------------------------------------------------------

FUNCTION_CALL = MessageType(
    "FunctionCall",
    {
        "id": _sent(Kind.STRING),
        "name": _sent(Kind.STRING),
        "args": _sent(Kind.ANY),
    },
)
MODALITY_COUNT = MessageType(
    "ModalityTokenCount",
    {
        "modality": enum(("TEXT", "IMAGE", "AUDIO", "VIDEO"), source=_PROTO),
        "tokenCount": _sent(Kind.INT),
    },
)
_NO_CACHE = "nothing is cached here"
_NO_TOOL_USE = "the service's own tools are not run here"


def _details(source: Source = _PROTO, **kwargs: Any) -> Field:
    return message(MODALITY_COUNT, repeated=True, source=source, **kwargs)


USAGE = MessageType(
    "UsageMetadata",
    {
        "promptTokenCount": _sent(Kind.INT),
        "responseTokenCount": _sent(Kind.INT, _RECORDINGS, dialects=_GEMINI_ONLY),
        "candidatesTokenCount": _sent(Kind.INT, _RECORDINGS, dialects=_VERTEX_ONLY),
        "thoughtsTokenCount": _sent(Kind.INT),
        "totalTokenCount": _sent(Kind.INT),
        "promptTokensDetails": _details(),
        "responseTokensDetails": _details(_RECORDINGS, dialects=_GEMINI_ONLY),
        "candidatesTokensDetails": _details(_RECORDINGS, dialects=_VERTEX_ONLY),
        "trafficType": _sent(Kind.STRING, _RECORDINGS, dialects=_VERTEX_ONLY),
        "cachedContentTokenCount": _absent(Kind.INT, _NO_CACHE),
        "cacheTokensDetails": _details(_SDK, effect=Effect.ABSENT, note=_NO_CACHE),
        "toolUsePromptTokenCount": _absent(Kind.INT, _NO_TOOL_USE),
        "toolUsePromptTokensDetails": _details(
            _SDK, effect=Effect.ABSENT, note=_NO_TOOL_USE
        ),
        "serviceTier": _absent(
            Kind.STRING, "there are no tiers here", dialects=_GEMINI_ONLY
        ),
    },
)
SETUP_COMPLETE = MessageType(
    "BidiGenerateContentSetupComplete",
    {
        "sessionId": _sent(Kind.STRING, _SDK, dialects=_VERTEX_ONLY),
        "voiceConsentSignature": _absent(Kind.ANY, "no voice is replicated"),
    },
)
RESUMPTION_UPDATE = MessageType(
    "SessionResumptionUpdate",
    {
        "newHandle": _sent(Kind.STRING),
        "resumable": _sent(Kind.BOOL),
        "lastConsumedClientMessageIndex": _sent(
            Kind.INT,
            _SDK,
            dialects=_VERTEX_ONLY,
            note="only if setup asked for transparent resumption",
        ),
    },
)
VOICE_ACTIVITY = MessageType(
    "VoiceActivity",
    {
        "type": enum(
            ("ACTIVITY_START", "ACTIVITY_END"), source=observed("2026, 3.x models")
        ),
        "audioOffset": _sent(Kind.STRING, observed("2026, 3.x models")),
    },
)
SERVER_MESSAGE = MessageType(
    "BidiGenerateContentServerMessage",
    {
        "setupComplete": message(SETUP_COMPLETE, source=_PROTO),
        "serverContent": message(SERVER_CONTENT, source=_PROTO),
        "toolCall": message(
            MessageType(
                "BidiGenerateContentToolCall",
                {"functionCalls": message(FUNCTION_CALL, repeated=True, source=_PROTO)},
            ),
            source=_PROTO,
        ),
        "toolCallCancellation": message(
            MessageType(
                "BidiGenerateContentToolCallCancellation",
                {"ids": _sent(Kind.STRING, repeated=True)},
            ),
            source=_PROTO,
        ),
        "goAway": message(
            MessageType("GoAway", {"timeLeft": _sent(Kind.STRING)}), source=_PROTO
        ),
        "sessionResumptionUpdate": message(RESUMPTION_UPDATE, source=_PROTO),
        "usageMetadata": message(USAGE, source=_PROTO),
        "voiceActivity": message(VOICE_ACTIVITY, source=_SDK),
        "interactionStatus": enum(
            _STATUS,
            source=documented("extended thinking guide; the SDKs do not read it here"),
            note="beside a toolCall of extended thinking",
        ),
        "voiceActivityDetectionSignal": _absent(
            Kind.ANY, "for callers on Google's allow-list"
        ),
    },
)

_UNION = frozenset(
    {
        "setupComplete",
        "serverContent",
        "toolCall",
        "toolCallCancellation",
        "goAway",
        "sessionResumptionUpdate",
    }
)
_ALONE = _UNION | {"usageMetadata", "voiceActivity"}
"""Messages that the Python SDK takes without another beside them."""


def check_message(value: Mapping[str, Any], dialect: Dialect) -> list[str]:
    """Return what is wrong with a server message, nothing if it is well formed.

    Args:
        value: The message, as JSON has it.
        dialect: Whose message it is.

    Raises:
        Rejected: For a name that is unknown or a value of the wrong type.

    """
    read_message(SERVER_MESSAGE, value, "", Reading(dialect))
    wrong = [f"{path} is false" for path in _false_paths(value)]
    kinds = sorted(_UNION & value.keys())
    if len(kinds) > 1:
        wrong.append(f"{' and '.join(kinds)} in one message")
    # Documented by its source: the SDK raises if it knows no key of a message.
    if value and not _ALONE & value.keys():
        wrong.append(f"{', '.join(value)} alone")
    wrong += [f"{path} is never sent" for path in _absent_paths(SERVER_MESSAGE, value)]
    return wrong


def _false_paths(value: Any, path: str = "") -> list[str]:
    """Return where a boolean is false; clients test for presence."""
    if isinstance(value, Mapping):
        return [
            found
            for name, item in value.items()
            if name != "args"
            for found in _false_paths(item, f"{path}.{name}" if path else name)
        ]
    if isinstance(value, list):
        return [found for item in value for found in _false_paths(item, path)]
    return [path] if value is False else []


def _absent_paths(kind: MessageType, value: Any, path: str = "") -> list[str]:
    """Return fields of a message that the table says are never sent."""
    found: list[str] = []
    for name, item in value.items():
        one = kind.fields[name]
        here = f"{path}.{name}" if path else name
        if one.effect is Effect.ABSENT:
            found.append(here)
        elif one.kind is Kind.MESSAGE and one.message is not None:
            for single in item if one.repeated else (item,):
                found += _absent_paths(one.message, single, here)
    return found
