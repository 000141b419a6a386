"""Show frames to people: short, and on one line.

Chapter 3 builds `shortened`; frame-text.js is the twin of this module.
"""

import json
from typing import Any

__all__ = ["frame_line", "shortened"]


def shortened(value: Any) -> Any:
    """Replace long texts by their length, however deeply they are nested."""
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, str) and len(value) > 80:
        return f"... {len(value):,} characters ..."
    return value


def frame_line(frame: str | bytes) -> str:
    """Return a frame as a line of text; what is no JSON, by its size."""
    try:
        fields = json.loads(frame)
    except (ValueError, RecursionError):
        return f"{len(frame):,} bytes that are no JSON"
    line = json.dumps(shortened(fields), ensure_ascii=False)
    # JSON may hold half a surrogate pair, which no terminal can print.
    return line.encode("utf-8", "replace").decode()
