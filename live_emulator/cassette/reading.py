"""Read client frames so that those which mean the same become equal.

Both spellings of names, both base64 alphabets, any case of an enum value, numbers as
strings, one object in the place of a list, null for what is absent: all of that is the
same to the service. What no table knows, or has the wrong type, stays as it is: a
difference there is one too. Audio is kept apart, since it may be cut anywhere.
"""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

import orjson

from live_emulator.protocol.base64_text import decode_base64
from live_emulator.protocol.client_messages import CLIENT_MESSAGE
from live_emulator.protocol.spelling import normalised
from live_emulator.protocol.wire_types import Field, Kind

__all__ = ["Audio", "ClientFrame", "kind_of", "read_client_frame"]

_DEFAULT_RATE_HZ = 16_000
_RATE = re.compile(r"rate=(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Audio:
    """The sound in a frame."""

    mime_type: str
    """In lower case, without spaces."""
    data: bytes

    @property
    def rate_hz(self) -> int:
        """Its sample rate."""
        rate = _RATE.search(self.mime_type)
        return int(rate[1]) if rate and int(rate[1]) else _DEFAULT_RATE_HZ


@dataclass(frozen=True, slots=True)
class ClientFrame:
    """What a client frame says."""

    message: Any
    """Without the audio; None if there is nothing else, bytes if it is no JSON."""
    audio: tuple[Audio, ...] = ()


def read_client_frame(data: bytes) -> ClientFrame:
    """Return what a frame says, however it is spelt."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return ClientFrame(data)
    message = normalised(CLIENT_MESSAGE, value, _read_value)
    audio = tuple(_take_audio(message))
    return ClientFrame(None if audio and message == {} else message, audio)


def kind_of(message: Any) -> str:
    """Return the word for a message: its kind, as far as it has one."""
    if isinstance(message, bytes):
        return "a frame that is not JSON"
    if isinstance(message, dict) and message:
        return ", ".join(message)
    return "an empty message"


# --- audio


def _take_audio(message: Any) -> list[Audio]:
    """Take the audio out of a message; a message of nothing else becomes empty."""
    realtime = message.get("realtimeInput") if isinstance(message, dict) else None
    if not isinstance(realtime, dict):
        return []
    found = []
    if (audio := _as_audio(realtime.get("audio"))) is not None:
        found.append(audio)
        del realtime["audio"]
    chunks = realtime.get("mediaChunks")
    if isinstance(chunks, list):
        sounds = [_as_audio(chunk) for chunk in chunks]
        found += [sound for sound in sounds if sound is not None]
        rest = [
            chunk for chunk, sound in zip(chunks, sounds, strict=True) if sound is None
        ]
        realtime["mediaChunks"] = rest
        if not rest:
            del realtime["mediaChunks"]
    if found and not realtime:
        del message["realtimeInput"]
    return found


def _as_audio(blob: Any) -> Audio | None:
    if not isinstance(blob, dict) or not isinstance(blob.get("data"), bytes):
        return None
    mime_type = blob.get("mimeType", "")
    if not isinstance(mime_type, str):
        return None
    mime_type = mime_type.lower().replace(" ", "")
    if not mime_type.startswith("audio/"):
        return None
    return Audio(mime_type, blob["data"])


# --- values


def _read_value(field: Field, value: Any) -> Any:
    match field.kind:
        case Kind.BYTES if isinstance(value, str):
            return _read_bytes(value)
        case Kind.INT | Kind.FLOAT if isinstance(value, str):
            return _read_number(value)
        case Kind.ENUM:
            return _read_enum(field, value)
    return value


def _read_bytes(value: str) -> bytes | str:
    try:
        return decode_base64(value)
    except ValueError:
        return value


def _read_number(value: str) -> float | str:
    try:
        number = float(value)
    except ValueError:
        return value
    return number if isfinite(number) else value  # NaN does not equal itself


def _read_enum(field: Field, value: Any) -> Any:
    """Return the value in upper case, None for UNSPECIFIED, or what it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 < value <= len(field.values):
            return field.values[value - 1]
        return value or None
    if isinstance(value, str):
        upper = value.upper()
        return None if upper.endswith("UNSPECIFIED") else upper
    return value
