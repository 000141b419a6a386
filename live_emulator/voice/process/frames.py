"""Frames between this process and a worker.

A frame is two lengths (4 bytes each, big-endian), a JSON object and raw bytes.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

__all__ = ["Message", "read_frame", "write_frame"]

_LENGTHS = struct.Struct("!II")

Message = Mapping[str, Any]


def read_frame(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next frame, or None when the pipe ends."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    message_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    body = pipe.read(message_bytes + payload_bytes)
    if len(body) < message_bytes + payload_bytes:
        return None
    return json.loads(body[:message_bytes]), body[message_bytes:]


def write_frame(pipe: IO[bytes], message: Message, payload: bytes = b"") -> None:
    """Write one frame and flush."""
    text = json.dumps(message, separators=(",", ":")).encode()
    pipe.write(_LENGTHS.pack(len(text), len(payload)) + text + payload)
    pipe.flush()
