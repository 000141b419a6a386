"""Build every message that the guide sends, and read every message it gets.

Nothing here connects, plays or waits: messages are dictionaries on their way out,
lists of events (`live_events`) on their way in; how they are read is in
`live_reading`. Chapter 3 builds a part of it; live-messages.js is its twin, and both
agree on tests/vectors/live_messages.json.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from chapter_03.live_reading import OUTPUT_RATE_HZ, decode_base64, read_message

__all__ = [
    "INPUT_RATE_HZ",
    "OUTPUT_RATE_HZ",
    "Message",
    "activity_end_message",
    "activity_settings",
    "activity_start_message",
    "audio_message",
    "audio_stream_end_message",
    "content_message",
    "context_update_message",
    "decode_base64",
    "encode_base64",
    "function_response",
    "image_message",
    "read_message",
    "realtime_text_message",
    "setup_message",
    "text_content",
    "text_message",
    "tool_response_message",
]

Message = dict[str, Any]
Level = Literal["low", "high"]

INPUT_RATE_HZ = 16_000
"""What the service hears natively, and assumes if the MIME type names no rate."""


def setup_message(
    model: str,
    *,
    modality: Literal["AUDIO", "TEXT"] = "AUDIO",
    voice: str | None = None,
    language_code: str | None = None,
    system_instruction: str | None = None,
    transcribe_input: bool | Message = False,
    transcribe_output: bool | Message = False,
    activity: Message | None = None,
    tools: Sequence[Message] = (),
    resumable: bool = False,
    handle: str | None = None,
    compress_at_tokens: int | None = None,
    compress_to_tokens: int | None = None,
    media_resolution: Literal["low", "medium", "high"] | None = None,
    thinking_level: Literal["minimal", "low", "medium", "high"] | None = None,
    include_thoughts: bool = False,
    initial_history: bool = False,
    generation: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Message:
    """Return the first message of a session, which configures it.

    Args:
        model: Its id, with or without ``models/`` before it.
        modality: How the model answers; conversational models know only AUDIO.
        voice: One of the prebuilt voices; the model's own if left out.
        language_code: Such as ``en-US``; not for models that choose by themselves.
        system_instruction: Who the model is, and how it behaves.
        transcribe_input: Have the service write down what it hears. An object
            says how: ``{"languageCodes": ["en-US"]}``.
        transcribe_output: Have it write down what the model says.
        activity: See `activity_settings`.
        tools: As in the API: ``{"functionDeclarations": [...]}`` and so on.
        resumable: Ask for handles under which the session can be resumed.
        handle: Resume the session that has this handle.
        compress_at_tokens: Forget the oldest turns when there are so many tokens;
            0 leaves the number to the service. Sessions then have no end.
        compress_to_tokens: How many tokens are left of them.
        media_resolution: In how much detail the model looks at frames of video.
        thinking_level: How long the model thinks; not every model can be told.
        include_thoughts: Be told what it thought, as far as it is told.
        initial_history: Content that is sent first is history, and is not answered.
        generation: More fields of ``generationConfig``, by their API names.
        more: More fields of ``setup``, by their API names.

    """
    config: Message = {"responseModalities": [modality]}
    if speech := _speech(voice, language_code):
        config["speechConfig"] = speech
    if media_resolution:
        config["mediaResolution"] = f"MEDIA_RESOLUTION_{media_resolution.upper()}"
    if thinking := _thinking(thinking_level, include_thoughts):
        config["thinkingConfig"] = thinking
    name = model if "/" in model else f"models/{model}"
    setup: Message = {
        "model": name,
        "generationConfig": config | dict(generation or {}),
    }
    if system_instruction:
        setup["systemInstruction"] = text_content(system_instruction)
    if transcribe_input is not False:
        setup["inputAudioTranscription"] = _options(transcribe_input)
    if transcribe_output is not False:
        setup["outputAudioTranscription"] = _options(transcribe_output)
    if activity:
        setup["realtimeInputConfig"] = activity
    if tools:
        setup["tools"] = list(tools)
    if resumable or handle:
        setup["sessionResumption"] = {"handle": handle} if handle else {}
    if compress_at_tokens is not None or compress_to_tokens is not None:
        compression = _compression(compress_at_tokens, compress_to_tokens)
        setup["contextWindowCompression"] = compression
    if initial_history:
        setup["historyConfig"] = {"initialHistoryInClientContent": True}
    return {"setup": setup | dict(more or {})}


def activity_settings(
    *,
    manual: bool = False,
    silence_ms: int | None = None,
    prefix_padding_ms: int | None = None,
    start_sensitivity: Level | None = None,
    end_sensitivity: Level | None = None,
    interrupts: bool = True,
    turn_coverage: str | None = None,
) -> Message:
    """Return settings for `setup_message`: how turns are told apart.

    Args:
        manual: You mark the turns (`activity_start_message`); no voice is detected.
        silence_ms: Silence that ends a turn; 500 to 800 is recommended.
        prefix_padding_ms: Speech that it takes before a turn begins.
        start_sensitivity: How readily a sound counts as speech.
        end_sensitivity: How readily a silence counts as the end.
        interrupts: Speech interrupts an answer.
        turn_coverage: One of the API's names, ``TURN_INCLUDES_...``.

    """
    detection: Message = {}
    if manual:
        detection["disabled"] = True
    if start_sensitivity:
        level = f"START_SENSITIVITY_{start_sensitivity.upper()}"
        detection["startOfSpeechSensitivity"] = level
    if end_sensitivity:
        level = f"END_SENSITIVITY_{end_sensitivity.upper()}"
        detection["endOfSpeechSensitivity"] = level
    if prefix_padding_ms is not None:
        detection["prefixPaddingMs"] = prefix_padding_ms
    if silence_ms is not None:
        detection["silenceDurationMs"] = silence_ms
    settings: Message = {}
    if detection:
        settings["automaticActivityDetection"] = detection
    if not interrupts:
        settings["activityHandling"] = "NO_INTERRUPTION"
    if turn_coverage:
        settings["turnCoverage"] = turn_coverage
    return settings


def text_content(text: str, role: str = "user") -> Message:
    """Return one entry of a conversation: who says it, and what."""
    return {"role": role, "parts": [{"text": text}]}


def text_message(text: str, *, turn_complete: bool = True) -> Message:
    """Return a message that adds a typed turn to the conversation.

    A complete turn is answered at once, and interrupts an answer that is going on.
    """
    return content_message([text_content(text)], turn_complete=turn_complete)


def content_message(turns: list[Message], *, turn_complete: bool = True) -> Message:
    """Return a message that adds entries to the conversation."""
    return {"clientContent": {"turns": turns, "turnComplete": turn_complete}}


def realtime_text_message(text: str) -> Message:
    """Return a message with text that counts as if it were spoken."""
    return {"realtimeInput": {"text": text}}


def audio_message(pcm: bytes, rate_hz: int = INPUT_RATE_HZ) -> Message:
    """Return a message with a chunk of 16-bit little-endian mono PCM."""
    mime_type = f"audio/pcm;rate={rate_hz}"
    blob = {"mimeType": mime_type, "data": encode_base64(pcm)}
    return {"realtimeInput": {"audio": blob}}


def image_message(image: bytes, mime_type: str = "image/jpeg") -> Message:
    """Return a message with one frame of video, as a JPEG or PNG file."""
    blob = {"mimeType": mime_type, "data": encode_base64(image)}
    return {"realtimeInput": {"video": blob}}


def audio_stream_end_message() -> Message:
    """Return a message that says: no audio for now, so the turn has ended."""
    return {"realtimeInput": {"audioStreamEnd": True}}


def activity_start_message() -> Message:
    """Return a message that begins a turn, for manual activity only."""
    return {"realtimeInput": {"activityStart": {}}}


def activity_end_message() -> Message:
    """Return a message that ends a turn, for manual activity only."""
    return {"realtimeInput": {"activityEnd": {}}}


def tool_response_message(*responses: Message) -> Message:
    """Return a message with the results of functions (`function_response`)."""
    return {"toolResponse": {"functionResponses": list(responses)}}


def function_response(
    id: str,
    name: str,
    response: Mapping[str, Any],
    *,
    scheduling: Literal["INTERRUPT", "WHEN_IDLE", "SILENT"] | None = None,
    will_continue: bool | None = None,
) -> Message:
    """Return the result of one `ToolCall`, for `tool_response_message`.

    Args:
        id: That of the call.
        name: That of the function.
        response: Any object; ``{"error": ...}`` says that it failed.
        scheduling: When the model learns of it, for functions in the background.
        will_continue: More results of the same call will follow.

    """
    answer: Message = {"id": id, "name": name, "response": dict(response)}
    if scheduling:
        answer["scheduling"] = scheduling
    if will_continue is not None:
        answer["willContinue"] = will_continue
    return answer


def context_update_message(
    *,
    system_instruction: str | None = None,
    tools: Sequence[Message] | None = None,
) -> Message:
    """Return a message that changes instruction or tools on the way.

    An empty list takes all tools away. Nothing confirms the change.
    """
    update: Message = {}
    if system_instruction:
        update["systemInstruction"] = text_content(system_instruction)
    if tools is not None:
        update["tools"] = {"tools": list(tools)}
    return {"contextUpdate": update}


def encode_base64(data: bytes) -> str:
    """Return bytes as text, in the standard alphabet."""
    return base64.b64encode(data).decode("ascii")


def _speech(voice: str | None, language_code: str | None) -> Message:
    speech: Message = {}
    if voice:
        speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": voice}}
    if language_code:
        speech["languageCode"] = language_code
    return speech


def _thinking(level: str | None, include_thoughts: bool) -> Message:
    thinking: Message = {}
    if level:
        thinking["thinkingLevel"] = level.upper()
    if include_thoughts:
        thinking["includeThoughts"] = True
    return thinking


def _compression(at_tokens: int | None, to_tokens: int | None) -> Message:
    window = {"targetTokens": to_tokens} if to_tokens else {}
    trigger = {"triggerTokens": at_tokens} if at_tokens else {}
    return trigger | {"slidingWindow": window}


def _options(wish: bool | Message) -> Message:
    return wish if isinstance(wish, dict) else {}
