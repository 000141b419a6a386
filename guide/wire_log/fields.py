"""Fields of JSON objects of any shape.

Nothing here fails: what has another type than it should counts as absent.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "TEXT_LIMIT",
    "FieldReader",
    "as_json",
    "as_list",
    "as_mapping",
    "as_word",
    "get",
    "short_text",
]

TEXT_LIMIT = 4000
"""Characters kept of one text; a log must stay small."""


class FieldReader:
    """Takes known fields out of an object, and tells which were left."""

    def __init__(self, fields: Any) -> None:
        self._fields = dict(as_mapping(fields))

    def take(self, name: str) -> Any:
        """Remove a field and return it, None if absent."""
        return self._fields.pop(name, None)

    def left(self) -> Iterator[str]:
        """Yield the names of the fields that nobody took."""
        yield from (
            str(name) for name, value in self._fields.items() if value is not None
        )


def get(fields: Any, name: str) -> Any:
    """Return a field, None if absent."""
    return as_mapping(fields).get(name)


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list; a lone object where a list belongs counts as one item."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def as_word(value: Any) -> str:
    """Return an enumeration's value, whether it came as text or as a member."""
    return str(getattr(value, "value", value) or "")


def short_text(value: Any) -> str:
    """Return a value as text of bounded length; nothing for None."""
    text = "" if value is None else str(value)
    # JSON may hold half a surrogate pair, which no terminal can print.
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def as_json(value: Any) -> str:
    """Return a value as JSON of bounded length."""
    return short_text(json.dumps(value, ensure_ascii=False, default=str))
