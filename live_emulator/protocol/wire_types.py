"""Read client messages as the service reads proto JSON.

Tolerant where proto JSON is tolerant (both spellings at every depth, both
base64 alphabets, any case of an enum value, numbers as strings, one object in
the place of a list), strict where the service is strict (unknown names, wrong
types), with the service's wording. The result has camelCase keys and decoded
bytes, so nothing behind this module sees how a client spelt its message.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from live_emulator.protocol.base64_text import decode_base64
from live_emulator.protocol.closing import REASONS, Close, Rejected
from live_emulator.protocol.sources import Source, documented

__all__ = [
    "Dialect",
    "Effect",
    "Field",
    "Kind",
    "MessageType",
    "Reading",
    "read_message",
    "snake_case",
]


class Dialect(Enum):
    """Whose spelling and rules apply."""

    GEMINI = "Gemini API"
    VERTEX = "Vertex AI"


class Kind(Enum):
    """Proto types, as far as the protocol uses them."""

    STRING = "TYPE_STRING"
    BOOL = "TYPE_BOOL"
    INT = "TYPE_INT32"
    FLOAT = "TYPE_FLOAT"
    BYTES = "TYPE_BYTES"
    ENUM = "TYPE_ENUM"
    MESSAGE = "TYPE_MESSAGE"
    ANY = "google.protobuf.Value"
    STRINGS = "map<string, string>"
    MESSAGES = "map<string, message>"


class Effect(Enum):
    """What the emulator does with a field."""

    EMULATED = "emulated"
    ACCEPTED = "accepted, no effect"
    REFUSED = "refused"
    ABSENT = "never sent"
    """Of a server message: the service may send it, the emulator does not."""


@dataclass(frozen=True)
class Field:
    """One field of a message."""

    kind: Kind
    source: Source = documented("proto")
    effect: Effect = Effect.EMULATED
    message: "MessageType | None" = None
    values: tuple[str, ...] = ()
    """Of an enum, upper case, without its UNSPECIFIED value."""
    unspecified: str = ""
    proto_name: str = ""
    """Of an enum whose name the service's complaints are known to tell."""
    repeated: bool = False
    dialects: frozenset[Dialect] = frozenset(Dialect)
    gemini_versions: frozenset[str] = frozenset()
    """Versions of the Gemini API that know the field; empty means all."""
    note: str = ""


@dataclass(eq=False)
class MessageType:
    """A message, its fields by their camelCase names."""

    name: str
    fields: dict[str, Field] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spellings: dict[str, tuple[str, Field]] = {}
        self.add(self.fields)

    def add(self, fields: Mapping[str, Field]) -> None:
        """Add fields, for messages that contain themselves."""
        self.fields.update(fields)
        for name, one in fields.items():
            self._spellings[name] = self._spellings[snake_case(name)] = (name, one)

    def look_up(self, spelling: str) -> tuple[str, Field] | None:
        """Return the camelCase name and the field, or None if unknown."""
        return self._spellings.get(spelling)


@lru_cache(maxsize=1_000)
def snake_case(name: str) -> str:
    """Return the proto spelling of a camelCase name."""
    return re.sub(r"(?<!^)([A-Z])", lambda m: "_" + m[1].lower(), name)


@dataclass
class Reading:
    """The circumstances in which a message is read, and what was wrong in it."""

    dialect: Dialect = Dialect.GEMINI
    version: str = "v1"
    lenient: bool = False
    """Unknown names are dropped instead of refused."""
    complaints: list[Close] = field(default_factory=list)
    depth: int = 0

    MAX_COMPLAINTS = 20
    MAX_DEPTH = 100
    """What protobuf's own JSON parsers allow."""

    def complain(self, reason: str, **details: object) -> None:
        """Note one thing that is wrong, one of `REASONS`."""
        if len(self.complaints) < self.MAX_COMPLAINTS:
            self.complaints.append(REASONS[reason].close(**details))

    def judge(self) -> None:
        """Reject the message if anything was wrong in it.

        Raises:
            Rejected: With all complaints, a line each.

        """
        if self.complaints:
            first = self.complaints[0]
            lines = "\n".join(complaint.reason for complaint in self.complaints)
            raise Rejected(Close(first.code, lines, first.source))


def read_message(
    kind: MessageType, value: Any, path: str, reading: Reading
) -> dict[str, Any]:
    """Return the message with camelCase names and decoded values.

    Raises:
        Rejected: With code 1007 and the service's wording, if anything in it is
            unknown or of the wrong type.

    """
    result = _read_object(kind, value, path, reading)
    reading.judge()
    return result


def _read_object(
    kind: MessageType, value: Any, path: str, reading: Reading
) -> dict[str, Any]:
    if not isinstance(value, dict):
        _complain_of_value(path, kind.name, value, reading)
        return {}
    if reading.depth >= reading.MAX_DEPTH:
        reading.complain("json.deep")
        return {}
    reading.depth += 1
    result: dict[str, Any] = {}
    for spelling, item in value.items():
        found = kind.look_up(spelling)
        if found is None or not _known_here(found[1], reading):
            if not reading.lenient:
                _complain_of_name("field.unknown", spelling, path, reading)
            continue
        if item is None:  # proto JSON: null means absent
            continue
        name, one = found
        if isinstance(item, list) and not one.repeated and one.kind is not Kind.ANY:
            _complain_of_name("field.not-repeated", spelling, path, reading)
            continue
        result[name] = _read_field(one, item, _join(path, name), reading)
    reading.depth -= 1
    return result


def _complain_of_name(reason: str, name: str, path: str, reading: Reading) -> None:
    where = f" at '{path}'" if path else ""
    reading.complain(reason, name=_short(name), where=where)


def _known_here(one: Field, reading: Reading) -> bool:
    if reading.dialect is Dialect.GEMINI and one.gemini_versions:
        return reading.version in one.gemini_versions
    return reading.dialect in one.dialects


@lru_cache(maxsize=1_000)  # The same few paths with each message.
def _join(path: str, name: str) -> str:
    return f"{path}.{snake_case(name)}" if path else snake_case(name)


def _read_field(one: Field, value: Any, path: str, reading: Reading) -> Any:
    if not one.repeated:
        return _read_value(one, value, path, reading)
    if isinstance(value, list):
        return [
            _read_value(one, item, f"{path}[{index}]", reading)
            for index, item in enumerate(value)
        ]
    # A bare value in the place of a list: Google's own Vertex notebook does it.
    return [_read_value(one, value, path, reading)]


def _read_value(one: Field, value: Any, path: str, reading: Reading) -> Any:
    match one.kind:
        case Kind.MESSAGE:
            assert one.message is not None
            return _read_object(one.message, value, path, reading)
        case Kind.STRING:
            if isinstance(value, str):
                return value
        case Kind.BYTES:
            if isinstance(value, str):
                return _read_bytes(value, path, reading)
        case Kind.BOOL:
            if isinstance(value, bool):
                return value
        case Kind.INT:
            return _read_int(one, value, path, reading)
        case Kind.FLOAT:
            return _read_float(one, value, path, reading)
        case Kind.ENUM:
            return _read_enum(one, value, path, reading)
        case Kind.ANY:
            return value
        case Kind.STRINGS:
            if isinstance(value, dict) and all(
                isinstance(item, str) for item in value.values()
            ):
                return value
        case _:
            assert one.message is not None
            if isinstance(value, dict):
                # Observed: a map is named as the list of entries that it is in proto.
                return {
                    key: _read_object(
                        one.message, item, f"{path}[{index}].value", reading
                    )
                    for index, (key, item) in enumerate(value.items())
                }
    _complain_of_value(path, one.kind.value, value, reading)
    return None


def _read_int(one: Field, value: Any, path: str, reading: Reading) -> int | None:
    """Proto JSON takes 40, 40.0 and "40" for an integer."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    _complain_of_value(path, one.kind.value, value, reading)
    return None


def _read_float(one: Field, value: Any, path: str, reading: Reading) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    _complain_of_value(path, one.kind.value, value, reading)
    return None


def _read_enum(one: Field, value: Any, path: str, reading: Reading) -> str | None:
    """Return the value in upper case, or None for UNSPECIFIED."""
    if isinstance(value, int) and not isinstance(value, bool):
        # Proto JSON takes an enum's number; 0 is UNSPECIFIED by convention.
        if value == 0:
            return None
        if 0 < value <= len(one.values):
            return one.values[value - 1]
    elif isinstance(value, str):
        upper = value.upper()
        if upper in one.values:
            return upper
        if upper == one.unspecified or upper.endswith("_UNSPECIFIED"):
            return None
    _complain_of_value(path, _enum_type(one, reading), value, reading)
    return None


def _enum_type(one: Field, reading: Reading) -> str:
    """Return what the service's complaints call an enum."""
    if not one.proto_name:
        return one.kind.value
    package = (
        "google.cloud.aiplatform"
        if reading.dialect is Dialect.VERTEX
        else "google.ai.generativelanguage"
    )
    return f"type.googleapis.com/{package}.{reading.version}.{one.proto_name}"


def _read_bytes(value: str, path: str, reading: Reading) -> bytes | None:
    try:
        return decode_base64(value)
    except ValueError:
        reading.complain("value.base64", path=path, value=_short(value))
        return None


def _complain_of_value(path: str, kind: str, value: Any, reading: Reading) -> None:
    shown = f'"{_short(value)}"' if isinstance(value, str) else _short(_as_json(value))
    reading.complain("value.invalid", path=path, type=kind, value=shown)


def _as_json(value: Any) -> str:
    """Return a value as the client wrote it: true, not True."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # it is shown in part in any case
        return "[...]" if isinstance(value, list) else "{...}"


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[:limit] + "..."


def enum(values: Iterable[str], unspecified: str = "", **kwargs: Any) -> Field:
    """Return an enum field."""
    return Field(Kind.ENUM, values=tuple(values), unspecified=unspecified, **kwargs)


def message(kind: MessageType, **kwargs: Any) -> Field:
    """Return a field that holds a message."""
    return Field(Kind.MESSAGE, message=kind, **kwargs)
