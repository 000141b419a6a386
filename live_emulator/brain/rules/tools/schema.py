"""Read function declarations; whatever is malformed in them is ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from live_emulator.brain.types import Tool
from live_emulator.brain.words.normalise import read

__all__ = ["Parameter", "json_number", "name_words", "read_parameters"]

_MOST = 40
"""So many parameters, enum values and levels' worth of them are looked at."""

_DEEPEST = 20
_MOST_NEEDED = 100
"""So many required parameters are read; no sentence fills more."""

_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of ``setLightColor`` or ``set_light_color``, canonical."""
    words: list[str] = []
    for part in _NAME.findall(name[:100]):
        words += read(part.lower()).words
    return tuple(words)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function, or one property of an object."""

    name: str
    type: str = "string"
    description: str = ""
    enum: tuple[Any, ...] = ()
    items: "Parameter | None" = None
    properties: tuple["Parameter", ...] = ()
    required: bool = False
    format: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name."""
        return name_words(self.name)

    @property
    def spoken(self) -> str:
        """Its name as it is said."""
        return " ".join(self.words) or "value"


_TYPES = frozenset("string number integer boolean array object null".split())


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, (list, tuple)):
        kind = next((one for one in kind if one != "null"), None)
    if isinstance(kind, str) and kind.lower() in _TYPES:
        return kind.lower()
    if isinstance(schema.get("properties"), Mapping):
        return "object"
    return "string"


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e300 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _parameter(name: str, schema: Any, required: bool, depth: int) -> Parameter:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return Parameter(name, required=required)
    for key in ("anyOf", "oneOf", "any_of"):
        options = schema.get(key)
        if "type" not in schema and isinstance(options, (list, tuple)):
            for option in options:
                if isinstance(option, Mapping) and option.get("type") != "null":
                    merged = {**option, "description": schema.get("description", "")}
                    return _parameter(name, merged, required, depth + 1)
    kind = _type(schema)
    enum = schema.get("enum")
    if "const" in schema:
        enum = [schema["const"]]
    items = schema.get("items")
    return Parameter(
        name=name,
        type=kind,
        description=_text(schema.get("description"))[:300],
        enum=tuple(enum[:_MOST]) if isinstance(enum, (list, tuple)) else (),
        items=_parameter("item", items, False, depth + 1)
        if kind == "array" and depth < 3
        else None,
        properties=_properties(schema, depth + 1) if kind == "object" else (),
        required=required,
        format=_text(schema.get("format")),
        minimum=_number(schema.get("minimum")),
        maximum=_number(schema.get("maximum")),
    )


def _properties(schema: Any, depth: int) -> tuple[Parameter, ...]:
    if not isinstance(schema, Mapping) or depth > 3:
        return ()
    properties = schema.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    names = (
        [n for n in required if isinstance(n, str)]
        if isinstance(required, (list, tuple))
        else []
    )
    needed = frozenset(names)
    named = [name for name in properties if isinstance(name, str)]
    first = [name for name in named if name in needed][:_MOST_NEEDED]
    others = [name for name in named if name not in needed][:_MOST]
    found = [
        _parameter(name, properties[name], name in needed, depth)
        for name in (*first, *others)
    ]
    extra = [n for n in dict.fromkeys(names) if n not in properties][:_MOST_NEEDED]
    unread = [Parameter("rest", "object", required=True)] * (
        len(needed) > len(first) + len(extra)
    )
    return (*found, *(Parameter(name, required=True) for name in extra), *unread)


def read_parameters(tool: Tool) -> tuple[Parameter, ...]:
    """Return the parameters of a function, the required ones first."""
    return _properties(tool.parameters, 0)


def json_number(value: Fraction, parameter: Parameter) -> int | float | None:
    """Return a number as JSON has it, None if the parameter can not take it."""
    if abs(value) > 10**15:
        return None
    if parameter.type == "integer":
        return int(value) if value.denominator == 1 else None
    return int(value) if value.denominator == 1 else float(value)
