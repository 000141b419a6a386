"""Build every message the server sends, in the dialect of its client.

Booleans that are false and empty objects are left out: clients test for the
presence of "interrupted" and "turnComplete", not for their value.
"""

from collections.abc import Sequence
from typing import Any

import pybase64

from live_emulator.protocol.wire_types import Dialect

__all__ = [
    "audio_part",
    "duration",
    "generation_complete",
    "go_away",
    "input_transcription",
    "interrupted",
    "model_turn",
    "interim_input_transcription",
    "output_transcription",
    "resumption_update",
    "server_content",
    "setup_complete",
    "text_part",
    "tool_call",
    "tool_call_cancellation",
    "turn_complete",
    "voice_activity",
]

Message = dict[str, Any]


def duration(seconds: float) -> str:
    """Return a duration as protobuf JSON writes it: "50s", "0.440s"."""
    milliseconds = round(seconds * 1000)
    if milliseconds % 1000 == 0:
        return f"{milliseconds // 1000}s"
    return f"{milliseconds / 1000:.3f}s"


def setup_complete(session_id: str = "") -> Message:
    """Return the answer to setup; only Vertex names the session."""
    return {"setupComplete": {"sessionId": session_id} if session_id else {}}


def server_content(**fields: Any) -> Message:
    """Return a serverContent with the fields that are set."""
    return {
        "serverContent": {
            name: value for name, value in fields.items() if value is not None
        }
    }


def audio_part(pcm: bytes, dialect: Dialect) -> Message:
    """Return PCM16 audio at 24 kHz as a part."""
    mime = "audio/pcm" if dialect is Dialect.VERTEX else "audio/pcm;rate=24000"
    return {
        "inlineData": {
            "mimeType": mime,
            "data": pybase64.b64encode(pcm).decode("ascii"),
        }
    }


def text_part(text: str, thought: bool = False) -> Message:
    """Return text, or a thought, as a part."""
    part: Message = {"text": text}
    if thought:
        part["thought"] = True
    return part


def model_turn(
    parts: Sequence[Message], with_role: bool, transcript: str | None = None
) -> Message:
    """Return a piece of the model's turn, with the transcript that rides on it."""
    turn: Message = {"role": "model"} if with_role else {}
    turn["parts"] = list(parts)
    return server_content(
        modelTurn=turn,
        outputTranscription=None if transcript is None else {"text": transcript},
    )


def output_transcription(text: str) -> Message:
    """Return a piece of the transcript of what the model says, maybe empty."""
    return server_content(outputTranscription={"text": text} if text else {})


def input_transcription(text: str, **extra: Any) -> Message:
    """Return a transcript, or a piece of it, of what the user said."""
    return server_content(inputTranscription={"text": text} | extra)


def interim_input_transcription(text: str) -> Message:
    """Return what the user seems to have said so far (transcribe models)."""
    return server_content(interimInputTranscription={"text": text})


def interrupted() -> Message:
    """Say that the running generation was cancelled."""
    return server_content(interrupted=True)


def generation_complete() -> Message:
    """Say that everything of this turn has been sent."""
    return server_content(generationComplete=True)


def turn_complete(usage: Message, **extra: Any) -> Message:
    """Say that the turn is over, with what it cost."""
    return server_content(turnComplete=True, **extra) | {"usageMetadata": usage}


def tool_call(calls: Sequence[Message]) -> Message:
    """Ask the client to run functions, several at a time if there are several."""
    return {"toolCall": {"functionCalls": list(calls)}}


def tool_call_cancellation(ids: Sequence[str]) -> Message:
    """Tell the client that the results of these calls are no longer wanted."""
    return {"toolCallCancellation": {"ids": list(ids)}}


def voice_activity(started: bool, offset_s: float) -> Message:
    """Report that speech began or ended, at a position of the audio received."""
    return {
        "serverContent": {},
        "voiceActivity": {
            "type": "ACTIVITY_START" if started else "ACTIVITY_END",
            "audioOffset": duration(offset_s),
        },
    }


def go_away(time_left_s: float) -> Message:
    """Announce that the connection will be cut."""
    return {"goAway": {"timeLeft": duration(time_left_s)}}


def resumption_update(handle: str = "", **extra: Any) -> Message:
    """Offer a handle; without one the session can't be resumed just now."""
    update = {"newHandle": handle, "resumable": True} | extra if handle else {}
    return {"sessionResumptionUpdate": update}
