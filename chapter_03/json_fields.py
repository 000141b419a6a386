"""Take known fields out of a JSON object, and keep the rest.

The Live API is written in two spellings (`turnComplete`, `turn_complete`), grows
new fields every few months, and must never break a reader. Chapter 3 uses
this module to read messages; json-fields.js is its twin.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

__all__ = ["Fields", "parse_object"]

_EXACT = 2**53
"""JavaScript holds smaller whole numbers exactly, and larger ones are never sent."""


class Fields:
    """One JSON object, from which fields are taken by their camelCase names.

    A field is taken if it has the type asked for; otherwise it stays and is
    reported by `left`. A null counts as absent.
    """

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._values = {k: v for k, v in values.items() if v is not None}
        self._path = path
        self._inner: list[Fields] = []

    def take_text(self, name: str) -> str:
        """Remove a text and return it; empty if absent."""
        found: str | None = self._take(name, lambda value: isinstance(value, str))
        return found or ""

    def take_flag(self, name: str) -> bool:
        """Remove a boolean and return it; false if absent."""
        return self._take(name, lambda value: isinstance(value, bool)) is True

    def take_number(self, name: str) -> int | None:
        """Remove a whole number, which JSON may hold as text, and return it."""
        found = self._take(name, _is_whole)
        return None if found is None else int(found)

    def take_duration_s(self, name: str) -> float | None:
        """Remove a duration such as "0.440s" and return it in seconds."""
        found = self._take(name, _is_duration)
        return None if found is None else float(found[:-1])

    def take_texts(self, name: str) -> tuple[str, ...]:
        """Remove a list of texts and return it; empty if absent."""
        return tuple(self._take(name, _are_texts) or ())

    def take_mapping(self, name: str) -> dict[str, Any] | None:
        """Remove an object and return it as it is; None if absent."""
        found: dict[str, Any] | None = self._take(name, _is_object)
        return found

    def take_mappings(self, name: str) -> tuple[dict[str, Any], ...]:
        """Remove a list of objects and return it as it is; empty if absent."""
        return tuple(self._take(name, _are_objects) or ())

    def take_object(self, name: str) -> "Fields | None":
        """Remove an object and return its fields; None if absent."""
        found = self.take_mapping(name)
        return None if found is None else self._nested(name, found)

    def take_objects(self, name: str) -> "list[Fields]":
        """Remove a list of objects and return the fields of each.

        A lone object counts as a list of one.
        """
        lone = self.take_mapping(name)
        items = self.take_mappings(name) if lone is None else (lone,)
        return [self._nested(name, item) for item in items]

    def put_back(self, name: str, value: Any) -> None:
        """Count a field that was taken among the unknown ones."""
        self._values[name] = value

    def left(self) -> Iterator[tuple[str, Any]]:
        """Yield path and value of everything that was not taken, at any depth."""
        for name, value in self._values.items():
            yield f"{self._path}{name}", value
        for inner in self._inner:
            yield from inner.left()

    def _take(self, name: str, fits: Callable[[Any], bool]) -> Any:
        if not self._values:
            return None  # most messages hold a single field
        for spelling in (name, _snake(name)):
            if spelling in self._values and fits(self._values[spelling]):
                return self._values.pop(spelling)
        return None

    def _nested(self, name: str, values: dict[str, Any]) -> "Fields":
        inner = Fields(values, f"{self._path}{name}.")
        self._inner.append(inner)
        return inner


def parse_object(message: str | bytes) -> dict[str, Any] | None:
    """Return a frame as a JSON object; None if it is something else.

    Bytes that are no UTF-8 are replaced, as browsers do it.
    """
    if isinstance(message, bytes):
        message = message.decode("utf-8-sig", "replace")
    try:
        parsed = json.loads(message, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is Python's, not JSON's.")


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"-?[0-9]{1,15}", value) is not None
    # In Python, and nowhere else, True is a number.
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and abs(value) < _EXACT and value == int(value)


def _is_duration(value: Any) -> bool:
    pattern = r"-?[0-9]+(\.[0-9]+)?s"
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


@cache
def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
