"""Turn frames into values and values into frames.

The service sends binary frames of ASCII JSON, indented by two spaces and ended
by a newline (recordings); clients send text frames, or binary ones.
"""

import json
from typing import Any

import orjson

from live_emulator.protocol.closing import REASONS, Rejected

__all__ = ["decode_frame", "encode_frame"]

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def decode_frame(frame: str | bytes) -> Any:
    """Return the JSON value of a frame.

    Raises:
        Rejected: 1007 if the frame is not JSON.

    """
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        close = REASONS["json.invalid"].close(problem=_explain(error))
        raise Rejected(close) from None


def _explain(error: orjson.JSONDecodeError) -> str:
    return f"Parse error at line {error.lineno}, column {error.colno}: {error.msg}"


def encode_frame(message: dict[str, Any]) -> bytes:
    """Return the bytes of a server frame: ASCII alone, whatever the text."""
    frame = orjson.dumps(message, option=_OPTIONS)
    if frame.isascii():
        return frame
    return json.dumps(message, indent=2).encode("ascii") + b"\n"
