"""What single messages of the wire hold, however they are spelt or shortened."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from live_emulator.journal.journal import Frame
from live_emulator.protocol.client_messages import CLIENT_MESSAGE
from live_emulator.protocol.closing import Rejected
from live_emulator.protocol.spelling import normalised
from live_emulator.session.audio_input import audio_rate_hz

__all__ = [
    "CLIENT_KINDS",
    "audio_in",
    "client_message",
    "items",
    "member",
    "pcm_duration_s",
    "server_message",
    "text_of",
]

CLIENT_KINDS = tuple(CLIENT_MESSAGE.fields)
"""The messages that a client can send."""

_SHORTENED = re.compile(r"<(\d+) base64 characters>")


def client_message(frame: Frame) -> dict[str, Any]:
    """Return a client's message in the protocol's spelling; {} if it is none."""
    message = normalised(CLIENT_MESSAGE, frame.message)
    return message if isinstance(message, dict) else {}


def server_message(frame: Frame) -> dict[str, Any]:
    """Return what the emulator sent."""
    message = frame.message
    return message if isinstance(message, dict) else {}


def member(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside another; {} if there is none of this name."""
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def items(message: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list; what else is in there is passed over."""
    value = message.get(name)
    listed = value if isinstance(value, list) else []
    return [item for item in listed if isinstance(item, dict)]


def text_of(content: Mapping[str, Any]) -> str:
    """Return the text of a turn's parts, without thoughts."""
    texts = (
        part.get("text") for part in items(content, "parts") if not part.get("thought")
    )
    return " ".join(text for text in texts if isinstance(text, str) and text)


def audio_in(realtime_input: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the chunks that a `realtimeInput` carries, and images of old clients."""
    if audio := member(realtime_input, "audio"):
        yield audio
    yield from items(realtime_input, "mediaChunks")


def pcm_duration_s(blob: Mapping[str, Any], default_rate_hz: int) -> float:
    """Return how long the PCM of a blob plays; 0 if it is no PCM.

    The journal keeps the length of the base64 text, so this may be a sample off.
    """
    mime_type, data = str(blob.get("mimeType", "")), str(blob.get("data", ""))
    if "rate=" not in mime_type:
        mime_type = f"{mime_type or 'audio/pcm'};rate={default_rate_hz}"
    try:
        rate_hz = audio_rate_hz(mime_type)
    except Rejected:  # an image among mediaChunks, or nothing the emulator takes
        return 0.0
    shortened = _SHORTENED.fullmatch(data)
    characters = int(shortened[1]) if shortened else len(data.rstrip("="))
    return characters * 3 // 4 // 2 / rate_hz
