"""Read function declarations; whatever is malformed in them is ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from live_emulator.brain.rules.tools.concepts import concept
from live_emulator.brain.types import Tool
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import read

__all__ = ["Parameter", "json_number", "name_words", "read_parameters", "role_of"]

_MOST = 40
"""So many parameters, enum values and levels' worth of them are looked at."""
_DEEPEST = 20
_MOST_NEEDED = 100
"""So many required parameters are read; no sentence fills more."""
_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TYPES = frozenset("string number integer boolean array object null".split())


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of ``setLightColor`` or ``set_light_color``, canonical."""
    return read(" ".join(_NAME.findall(name[:100])).lower()).words


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


_ROLE_OF: dict[str, str] = {
    concept(word): role
    for role, words in reversed(data("words", "words.yaml")["roles"].items())
    for word in words.split()
}
_TOLD_BY_TEXT = frozenset("place date duration person language expression".split())


def role_of(parameter: Parameter) -> str:
    """Return what kind of value a parameter wants, by its name, then its text."""
    for word in reversed(parameter.words):
        if role := _ROLE_OF.get(concept(word)):
            return role
    for word in read(parameter.description[:120]).words[:8]:
        if (role := _ROLE_OF.get(concept(word), "")) in _TOLD_BY_TEXT:
            return role
    return "other"


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, (list, tuple)):
        kind = next((one for one in kind if one != "null"), None)
    if isinstance(kind, str) and kind.lower() in _TYPES:
        return kind.lower()
    return "object" if isinstance(schema.get("properties"), Mapping) else "string"


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e300 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _parameter(name: str, schema: Any, required: bool, depth: int) -> Parameter:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return Parameter(name, required=required)
    for key in ("anyOf", "oneOf", "any_of") if "type" not in schema else ():
        for option in _list(schema.get(key)):
            if isinstance(option, Mapping) and option.get("type") != "null":
                merged = {**option, "description": schema.get("description", "")}
                return _parameter(name, merged, required, depth + 1)
    kind = _type(schema)
    enum = [schema["const"]] if "const" in schema else _list(schema.get("enum"))
    nested = kind == "array" and depth < 3
    return Parameter(
        name=name,
        type=kind,
        description=_text(schema.get("description"))[:300],
        enum=tuple(enum[:_MOST]),
        items=_parameter("item", schema.get("items"), False, depth + 1)
        if nested
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
    given = schema.get("properties")
    properties = given if isinstance(given, Mapping) else {}
    names = [one for one in _list(schema.get("required")) if isinstance(one, str)]
    needed = frozenset(names)
    named = [name for name in properties if isinstance(name, str)]
    first = [name for name in named if name in needed][:_MOST_NEEDED]
    others = [name for name in named if name not in needed][:_MOST]
    extra = [n for n in dict.fromkeys(names) if n not in properties][:_MOST_NEEDED]
    found = [
        _parameter(name, properties[name], name in needed, depth)
        for name in (*first, *others)
    ]
    found += [Parameter(name, required=True) for name in extra]
    if len(needed) > len(first) + len(extra):
        found.append(Parameter("rest", "object", required=True))
    return tuple(found)


def read_parameters(tool: Tool) -> tuple[Parameter, ...]:
    """Return the parameters of a function, the required ones first."""
    return _properties(tool.parameters, 0)


def json_number(value: Fraction, parameter: Parameter) -> int | float | None:
    """Return a number as JSON has it, None if the parameter can not take it."""
    if abs(value) > 10**15:
        return None
    if value.denominator == 1:
        return int(value)
    return None if parameter.type == "integer" else float(value)
