"""Every message a client may send, field by field, with its source.

The tables below drive the parser (`wire_types.read_message`) and FIDELITY.md,
so a field that is not here is refused, and a field that is here is accounted
for.
"""

from typing import Any

from live_emulator.protocol.sources import documented, observed
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

__all__ = ["CLIENT_MESSAGE", "CONTENT", "PART", "SETUP", "TOOL", "read_client_message"]

_VERTEX_ONLY = frozenset({Dialect.VERTEX})
_GEMINI_ONLY = frozenset({Dialect.GEMINI})
_V1ALPHA = frozenset({"v1alpha"})
_SDK = documented("google-genai 3.4 types")
_PROTO = documented("generative_service.proto")

STRING = Field(Kind.STRING, _PROTO)
BOOL = Field(Kind.BOOL, _PROTO)
INT = Field(Kind.INT, _PROTO)
FLOAT = Field(Kind.FLOAT, _PROTO)


def _accepted(kind: Kind, **kwargs: Any) -> Field:
    """Return a field that is read and has no effect here."""
    return Field(kind, _PROTO, Effect.ACCEPTED, **kwargs)


def _refused(kind: Kind, note: str = "", **kwargs: Any) -> Field:
    """Return a field that the proto has and a live session does not allow."""
    return Field(kind, _PROTO, Effect.REFUSED, note=note, **kwargs)


EMPTY = MessageType("google.protobuf.Empty")

# --- Content ---------------------------------------------------------------

BLOB = MessageType(
    "Blob",
    {
        "mimeType": STRING,
        "data": Field(Kind.BYTES, _PROTO),
        "displayName": _accepted(Kind.STRING),
    },
)
FUNCTION_CALL = MessageType(
    "FunctionCall",
    {
        "id": STRING,
        "name": STRING,
        "args": Field(Kind.ANY, _PROTO),
        "partialArgs": _accepted(Kind.ANY),
        "willContinue": _accepted(Kind.BOOL),
    },
)
FUNCTION_RESPONSE = MessageType(
    "FunctionResponse",
    {
        "id": STRING,
        "name": STRING,
        "response": Field(Kind.ANY, _PROTO),
        "scheduling": enum(
            ("SILENT", "WHEN_IDLE", "INTERRUPT"),
            "SCHEDULING_UNSPECIFIED",
            source=_PROTO,
        ),
        "willContinue": Field(Kind.BOOL, _PROTO, dialects=_GEMINI_ONLY),
        "parts": _accepted(Kind.ANY, repeated=True),
    },
)
PART = MessageType(
    "Part",
    {
        "text": STRING,
        "thought": _accepted(Kind.BOOL),
        "thoughtSignature": _accepted(Kind.STRING),
        "inlineData": message(BLOB, source=_PROTO),
        "fileData": _accepted(Kind.ANY, note="no file can be fetched here"),
        "functionCall": message(FUNCTION_CALL, source=_PROTO),
        "functionResponse": message(FUNCTION_RESPONSE, source=_PROTO),
        "executableCode": _accepted(Kind.ANY),
        "codeExecutionResult": _accepted(Kind.ANY),
        "videoMetadata": _accepted(Kind.ANY),
        "mediaResolution": _accepted(Kind.ANY),
        "partMetadata": _accepted(Kind.ANY),
        "toolCall": _accepted(Kind.ANY),
        "toolResponse": _accepted(Kind.ANY),
        "audioTranscription": _accepted(Kind.ANY),
        "mediaProcessing": _accepted(Kind.ANY),
        "speechMetadata": _accepted(Kind.ANY),
        "documentMetadata": _accepted(Kind.ANY),
        "spreadsheetMetadata": _accepted(Kind.ANY),
        "audioMetadata": _accepted(Kind.ANY),
    },
)
CONTENT = MessageType(
    "Content",
    {"role": STRING, "parts": message(PART, repeated=True, source=_PROTO)},
)

# --- Tools -----------------------------------------------------------------

# Exactly the fields that the service's Schema has: what else JSON Schema knows is an
# unknown name wherever a Schema stands, at every depth (observed: mastra PR 17023,
# livekit/agents 7302, promptfoo 6902). It belongs into parametersJsonSchema.
SCHEMA = MessageType("Schema")
SCHEMA.add(
    {
        "type": enum(
            ("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"),
            "TYPE_UNSPECIFIED",
            proto_name="Type",
            source=_PROTO,
        ),
        "description": STRING,
        "enum": Field(Kind.STRING, _PROTO, repeated=True),
        "properties": Field(Kind.MESSAGES, _PROTO, message=SCHEMA),
        "required": Field(Kind.STRING, _PROTO, repeated=True),
        "items": message(SCHEMA, source=_PROTO),
        "anyOf": message(SCHEMA, repeated=True, source=_PROTO),
        "format": _accepted(Kind.STRING),
        "nullable": _accepted(Kind.BOOL),
        "title": _accepted(Kind.STRING),
        "default": _accepted(Kind.ANY),
        "example": _accepted(Kind.ANY),
        "pattern": _accepted(Kind.STRING),
        "minimum": _accepted(Kind.FLOAT),
        "maximum": _accepted(Kind.FLOAT),
        "minItems": _accepted(Kind.INT),
        "maxItems": _accepted(Kind.INT),
        "minLength": _accepted(Kind.INT),
        "maxLength": _accepted(Kind.INT),
        "minProperties": _accepted(Kind.INT),
        "maxProperties": _accepted(Kind.INT),
        "propertyOrdering": _accepted(Kind.STRING, repeated=True),
        "additionalProperties": _accepted(Kind.ANY, dialects=_VERTEX_ONLY),
        "defs": Field(
            Kind.MESSAGES,
            _PROTO,
            Effect.ACCEPTED,
            message=SCHEMA,
            dialects=_VERTEX_ONLY,
        ),
        "ref": _accepted(Kind.STRING, dialects=_VERTEX_ONLY),
    }
)
FUNCTION_DECLARATION = MessageType(
    "FunctionDeclaration",
    {
        "name": STRING,
        "description": STRING,
        "parameters": message(SCHEMA, source=_PROTO),
        "parametersJsonSchema": Field(Kind.ANY, _PROTO),
        "response": message(SCHEMA, source=_PROTO, effect=Effect.ACCEPTED),
        "responseJsonSchema": _accepted(Kind.ANY),
        "behavior": enum(
            ("BLOCKING", "NON_BLOCKING"), "BEHAVIOR_UNSPECIFIED", source=_PROTO
        ),
    },
)
_NOT_LIVE = "not available on current live models"
TOOL = MessageType(
    "Tool",
    {
        "functionDeclarations": message(
            FUNCTION_DECLARATION, repeated=True, source=_PROTO
        ),
        "googleSearch": Field(Kind.ANY, _PROTO),
        "googleSearchRetrieval": _refused(Kind.ANY, _NOT_LIVE),
        "codeExecution": _refused(Kind.ANY, _NOT_LIVE),
        "urlContext": _refused(Kind.ANY, _NOT_LIVE),
        "googleMaps": _refused(Kind.ANY, _NOT_LIVE),
        "fileSearch": _refused(Kind.ANY, _NOT_LIVE, dialects=_GEMINI_ONLY),
        "retrieval": _refused(Kind.ANY, _NOT_LIVE),
        "computerUse": _refused(Kind.ANY, _NOT_LIVE),
        "enterpriseWebSearch": _refused(Kind.ANY, _NOT_LIVE),
        "mcpServers": _refused(Kind.ANY, _NOT_LIVE),
    },
)

# --- Setup -----------------------------------------------------------------

PREBUILT_VOICE = MessageType("PrebuiltVoiceConfig", {"voiceName": STRING})
VOICE = MessageType(
    "VoiceConfig",
    {
        "prebuiltVoiceConfig": message(PREBUILT_VOICE, source=_PROTO),
        "replicatedVoiceConfig": _accepted(
            Kind.ANY, note="no voice is replicated; the default voice speaks"
        ),
        "voice": STRING,
    },
)
SPEECH = MessageType(
    "SpeechConfig",
    {
        "voiceConfig": message(VOICE, source=_PROTO),
        "languageCode": STRING,
        "multiSpeakerVoiceConfig": _refused(Kind.ANY, "refused by the SDK as well"),
    },
)
THINKING = MessageType(
    "ThinkingConfig",
    {
        "includeThoughts": BOOL,
        "thinkingBudget": _accepted(Kind.INT),
        "thinkingLevel": enum(
            ("LOW", "MEDIUM", "HIGH", "MINIMAL"),
            "THINKING_LEVEL_UNSPECIFIED",
            source=_PROTO,
        ),
    },
)
TRANSLATION = MessageType(
    "TranslationConfig", {"targetLanguageCode": STRING, "echoTargetLanguage": BOOL}
)
GENERATION = MessageType(
    "GenerationConfig",
    {
        "responseModalities": enum(
            ("TEXT", "IMAGE", "AUDIO", "VIDEO"),
            "MODALITY_UNSPECIFIED",
            repeated=True,
            source=_PROTO,
        ),
        "temperature": _accepted(Kind.FLOAT),
        "topP": _accepted(Kind.FLOAT),
        "topK": _accepted(Kind.INT),
        "maxOutputTokens": INT,
        "candidateCount": _accepted(Kind.INT),
        "seed": INT,
        "presencePenalty": _accepted(Kind.FLOAT),
        "frequencyPenalty": _accepted(Kind.FLOAT),
        "mediaResolution": enum(
            (
                "MEDIA_RESOLUTION_LOW",
                "MEDIA_RESOLUTION_MEDIUM",
                "MEDIA_RESOLUTION_HIGH",
            ),
            "MEDIA_RESOLUTION_UNSPECIFIED",
            source=_PROTO,
        ),
        "speechConfig": message(SPEECH, source=_PROTO),
        "thinkingConfig": message(THINKING, source=_PROTO),
        "enableAffectiveDialog": Field(
            Kind.BOOL,
            observed("2026-09-09: unknown on v1beta"),
            Effect.ACCEPTED,
            gemini_versions=_V1ALPHA,
        ),
        "translationConfig": message(TRANSLATION, source=_SDK),
        "audioTranscriptionConfig": _accepted(Kind.ANY),
        "enableEnhancedCivicAnswers": _accepted(Kind.BOOL),
        "responseMimeType": _refused(Kind.STRING),
        "responseSchema": message(SCHEMA, source=_PROTO, effect=Effect.REFUSED),
        "responseJsonSchema": _refused(Kind.ANY),
        "responseFormat": _refused(Kind.ANY, repeated=True),
        "responseLogprobs": _refused(Kind.BOOL),
        "logprobs": _refused(Kind.INT),
        "stopSequences": _refused(Kind.STRING, repeated=True),
        "routingConfig": _refused(Kind.ANY),
        "modelSelectionConfig": _refused(Kind.ANY),
        "audioTimestamp": _refused(Kind.BOOL),
    },
)
ACTIVITY_DETECTION = MessageType(
    "AutomaticActivityDetection",
    {
        "disabled": BOOL,
        "startOfSpeechSensitivity": enum(
            ("START_SENSITIVITY_HIGH", "START_SENSITIVITY_LOW"),
            "START_SENSITIVITY_UNSPECIFIED",
            source=_PROTO,
        ),
        "endOfSpeechSensitivity": enum(
            ("END_SENSITIVITY_HIGH", "END_SENSITIVITY_LOW"),
            "END_SENSITIVITY_UNSPECIFIED",
            source=_PROTO,
        ),
        "prefixPaddingMs": INT,
        "silenceDurationMs": INT,
    },
)
REALTIME_CONFIG = MessageType(
    "RealtimeInputConfig",
    {
        "automaticActivityDetection": message(ACTIVITY_DETECTION, source=_PROTO),
        "activityHandling": enum(
            ("START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"),
            "ACTIVITY_HANDLING_UNSPECIFIED",
            source=_PROTO,
        ),
        "turnCoverage": enum(
            (
                "TURN_INCLUDES_ONLY_ACTIVITY",
                "TURN_INCLUDES_ALL_INPUT",
                "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
            ),
            "TURN_COVERAGE_UNSPECIFIED",
            source=_PROTO,
        ),
        "interimTranscriptTimestampEnabled": Field(Kind.BOOL, _SDK, Effect.ACCEPTED),
    },
)
RESUMPTION = MessageType(
    "SessionResumptionConfig",
    {
        "handle": STRING,
        "transparent": Field(Kind.BOOL, observed("2026-09-10"), dialects=_VERTEX_ONLY),
    },
)
COMPRESSION = MessageType(
    "ContextWindowCompressionConfig",
    {
        "triggerTokens": INT,
        "slidingWindow": message(
            MessageType("SlidingWindow", {"targetTokens": INT}), source=_PROTO
        ),
    },
)
TRANSCRIPTION = MessageType(
    "AudioTranscriptionConfig",
    {
        "languageCodes": _accepted(Kind.STRING, repeated=True),
        "languageAuto": _accepted(Kind.ANY),
        "languageHints": _accepted(Kind.ANY),
        "customVocabulary": Field(Kind.STRING, _SDK, repeated=True),
        "adaptationPhrases": Field(Kind.STRING, _SDK, repeated=True),
        "wordTimestamp": Field(
            Kind.BOOL, _SDK, Effect.ACCEPTED, note="words have no times here"
        ),
        "diarization": Field(Kind.BOOL, _SDK, Effect.ACCEPTED),
        "mode": enum(
            ("VERBATIM", "SMART"),
            "MODE_UNSPECIFIED",
            source=_SDK,
            effect=Effect.ACCEPTED,
        ),
        "sourceText": _accepted(Kind.STRING),
    },
)
SETUP = MessageType(
    "BidiGenerateContentSetup",
    {
        "model": STRING,
        "generationConfig": message(GENERATION, source=_PROTO),
        "systemInstruction": message(CONTENT, source=_PROTO),
        "tools": message(TOOL, repeated=True, source=_PROTO),
        "realtimeInputConfig": message(REALTIME_CONFIG, source=_PROTO),
        "sessionResumption": message(RESUMPTION, source=_PROTO),
        "contextWindowCompression": message(COMPRESSION, source=_PROTO),
        "inputAudioTranscription": message(TRANSCRIPTION, source=_PROTO),
        "outputAudioTranscription": message(TRANSCRIPTION, source=_PROTO),
        "proactivity": message(
            MessageType(
                "ProactivityConfig",
                {"proactiveAudio": BOOL, "proactiveVideo": _accepted(Kind.BOOL)},
            ),
            source=observed("2026-09-09: unknown on v1beta"),
            gemini_versions=_V1ALPHA,
        ),
        "historyConfig": message(
            MessageType("HistoryConfig", {"initialHistoryInClientContent": BOOL}),
            source=_SDK,
        ),
        "avatarConfig": _accepted(Kind.ANY, note="no avatar is shown"),
        "safetySettings": _accepted(Kind.ANY, repeated=True),
        "explicitVadSignal": Field(Kind.BOOL, _SDK, dialects=_VERTEX_ONLY),
        "labels": Field(Kind.STRINGS, _SDK, Effect.ACCEPTED, dialects=_GEMINI_ONLY),
    },
)

# --- The union -------------------------------------------------------------

CLIENT_CONTENT = MessageType(
    "BidiGenerateContentClientContent",
    {"turns": message(CONTENT, repeated=True, source=_PROTO), "turnComplete": BOOL},
)
REALTIME_INPUT = MessageType(
    "BidiGenerateContentRealtimeInput",
    {
        "audio": message(BLOB, source=_PROTO),
        "video": message(BLOB, source=_PROTO),
        "text": STRING,
        "activityStart": message(EMPTY, source=_PROTO),
        "activityEnd": message(EMPTY, source=_PROTO),
        "audioStreamEnd": BOOL,
        "mediaChunks": message(BLOB, repeated=True, source=_PROTO),
    },
)
TOOL_RESPONSE = MessageType(
    "BidiGenerateContentToolResponse",
    {"functionResponses": message(FUNCTION_RESPONSE, repeated=True, source=_PROTO)},
)
CONTEXT_UPDATE = MessageType(
    "LiveClientContextUpdate",
    {
        "systemInstruction": message(CONTENT, source=_SDK),
        "tools": message(
            MessageType(
                "LiveClientContextUpdateTools",
                {"tools": message(TOOL, repeated=True, source=_SDK)},
            ),
            source=_SDK,
        ),
    },
)
CLIENT_MESSAGE = MessageType(
    "BidiGenerateContentClientMessage",
    {
        "setup": message(SETUP, source=_PROTO),
        "clientContent": message(CLIENT_CONTENT, source=_PROTO),
        "realtimeInput": message(REALTIME_INPUT, source=_PROTO),
        "toolResponse": message(TOOL_RESPONSE, source=_PROTO),
        "contextUpdate": message(CONTEXT_UPDATE, source=_SDK),
    },
)


def read_client_message(value: Any, reading: Reading) -> tuple[str, dict[str, Any]]:
    """Return the kind of a client message and its content.

    The kind is one of "setup", "clientContent", "realtimeInput",
    "toolResponse", "contextUpdate", or "" for an empty object.

    Raises:
        Rejected: If the message is not well formed.

    """
    read = read_message(CLIENT_MESSAGE, value, "", reading)
    if len(read) > 1:
        first, second = list(read)[:2]
        reading.complain("value.oneof", first=first, second=second)
        reading.judge()
    if not read:
        return "", {}
    [(kind, content)] = read.items()
    return kind, content
