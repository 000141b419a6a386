"""Put what a function answered into sentences."""

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from live_emulator.brain.rules.tools.concepts import ACTIONS, verb_group
from live_emulator.brain.rules.tools.schema import name_words
from live_emulator.brain.types import Call, Result
from live_emulator.brain.words.clock import say_time
from live_emulator.brain.words.data import data
from live_emulator.brain.words.moments import say_date
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import (
    capitalised,
    joined,
    plural,
    sentence,
    shortened,
    speakable,
)

__all__ = ["action_done", "result_sentences", "spoken_name", "spoken_wish"]

_MOST_ITEMS = 5
_MOST_FIELDS = 8
_MOST_WORDS = 120
_MOST_PACKED = 20_000

_PAST: dict[str, str] = data("words", "words.yaml")["past"]
_WITHOUT_ARTICLE = frozenset("on off up down the a an to from for".split())
_MASS = frozenset("music mail email".split())
_GOOD = frozenset(
    "ok okay success successful done true completed complete sent".split()
)
_ANSWER_KEYS = ("result", "output", "answer", "response", "message", "text", "content")
_ERROR_KEYS = ("error", "errors", "exception", "failure")
_UNITS: dict[str, str] = data("words", "words.yaml")["units_in_names"]
_SYMBOLS = (
    (re.compile(r"(?<=\d)\s*\u00b0\s*C\b"), " degrees Celsius"),
    (re.compile(r"(?<=\d)\s*\u00b0\s*F\b"), " degrees Fahrenheit"),
    (re.compile(r"(?<=\d)\s*\u00b0"), " degrees"),
    (re.compile(r"(?<=\d)\s*%"), " percent"),
    (re.compile(r"\$\s?(\d[\d,.]*\d|\d)"), r"\1 dollars"),
    (re.compile(r"\u20ac\s?(\d[\d,.]*\d|\d)"), r"\1 euros"),
    (re.compile(r"\bkm/h\b"), "kilometers per hour"),
)


def spoken_name(name: str) -> str:
    """Return a function's name as it is said."""
    return " ".join(name_words(name)[:8]) or "the function"


def _object(words: Sequence[str]) -> list[str]:
    """Return what follows a verb, with "the" where it belongs."""
    rest = list(words)
    front: list[str] = []
    while rest and rest[0] in ("on", "off", "up", "down"):
        front.append(rest.pop(0))
    if rest and rest[0] not in _WITHOUT_ARTICLE and rest[0] not in _MASS:
        rest.insert(0, "the")
    return [*front, *rest]


def action_done(name: str) -> str:
    """Return "I have turned on the lights", empty for functions that only inform."""
    words = name_words(name)[:8]
    if not words or words[0] not in _PAST or not verb_group(words) & ACTIONS:
        return ""
    return " ".join(["I have", _PAST[words[0]], *_object(words[1:])])


def spoken_wish(name: str) -> str:
    """Return "to turn on the lights" or, without a verb, "for pizza delivery"."""
    words = name_words(name)[:8]
    if len(words) < 2 or not verb_group(words):
        return f"for {spoken_name(name)}"
    return " ".join(["to", words[0], *_object(words[1:])])


def _value(value: Any, key: str = "", depth: int = 0) -> str:
    """Return any JSON value as words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, key)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return _fields(value, depth + 1)
    if isinstance(value, Sequence):
        return _items(value, depth + 1)
    return speakable(str(value))


def _number(value: int | float, key: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "no number"
    if abs(value) >= 10**15:
        return "a very large number"
    text = to_words(round(Fraction(value), 3), 3)
    words = name_words(key)
    unit = _UNITS.get(words[-1], "") if len(words) > 1 else ""
    if unit and value == 1:
        unit = unit.replace("degrees", "degree").removesuffix("s")
    return f"{text} {unit}".strip()


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)


def _string(text: str) -> str:
    try:
        if _ISO_MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return f"{say_date(moment.date())}, {say_time(moment)}"
        if _ISO_DATE.fullmatch(text):
            return say_date(date.fromisoformat(text))
    except ValueError:
        pass
    text = text[:2_000]
    for pattern, words in _SYMBOLS:
        text = pattern.sub(words, text)
    plain = speakable(text.replace("_", " "))
    return shortened(plain, _MOST_WORDS).rstrip(" ,;:") or "nothing"


def _key(key: str) -> str:
    words = list(name_words(str(key)))
    if len(words) > 1 and words[-1] in _UNITS:
        words.pop()
    return " ".join(words[:6]) or "value"


def _fields(response: Mapping[str, Any], depth: int) -> str:
    if depth > 3:
        return "and more"
    parts = []
    for key, value in list(response.items())[:_MOST_FIELDS]:
        if isinstance(value, (Mapping, list, tuple)) and not value:
            continue
        said = _value(value, str(key), depth)
        if depth == 0 and not isinstance(value, (Mapping, list, tuple)):
            name = _key(key)
            verb = "are" if name.endswith("s") and not name.endswith("ss") else "is"
            parts.append(f"the {name} {verb} {said.rstrip('.')}")
        else:
            joint = ":" if isinstance(value, (Mapping, list, tuple)) else ""
            parts.append(f"{_key(key)}{joint} {said.rstrip('.')}")
    if len(response) > _MOST_FIELDS:
        parts.append(f"and {to_words(len(response) - _MOST_FIELDS)} more values")
        return ", ".join(parts)
    return joined(parts) or "nothing"


def _items(items: Sequence[Any], depth: int) -> str:
    if not items:
        return "nothing"
    if depth > 3:
        return f"{to_words(len(items))} {plural(len(items), 'entry')}"
    shown = [_value(item, "", depth).rstrip(".") for item in items[:_MOST_ITEMS]]
    more = len(items) - _MOST_ITEMS
    if any(isinstance(item, (Mapping, list, tuple)) for item in items):
        if more > 0:
            shown.append(f"and {to_words(more)} more")
        return "; ".join(shown)
    if more > 0:
        return f"{', '.join(shown)} and {to_words(more)} more"
    return joined(shown)


def result_sentences(result: Result, call: Call | None) -> list[str]:
    """Return what a function answered as a few sentences."""
    name = spoken_name(result.name or (call.name if call else ""))
    response = _unpacked(result.response)
    for key in _ERROR_KEYS:
        error = response.get(key)
        if error:
            if isinstance(error, Mapping):
                error = error.get("message") or error.get("code") or error
            reason = "" if error is True else _value(error).rstrip(".")
            tail = f": {reason}" if reason else ""
            return [sentence(f"I am sorry, {name} failed{tail}")]
    content = {
        key: value
        for key, value in response.items()
        if key not in _ERROR_KEYS and key != "scheduling"
    }
    failed = (
        content.get("success") is False
        or content.get("ok") is False
        or str(content.get("status", "")).lower() in ("error", "failed", "failure")
    )
    done = action_done(result.name)
    if failed:
        reason = content.get("message") or content.get("reason") or ""
        tail = f": {_value(reason).rstrip('.')}" if reason else ""
        return [sentence(f"I am sorry, {name} did not work{tail}")]
    for key in ("success", "ok", "status", "result", "output"):
        value = content.get(key)
        if value is True or (isinstance(value, str) and value.lower() in _GOOD):
            del content[key]
    if not content:
        return [sentence(done or f"That is done: {name}")]
    if len(content) == 1:
        ((key, value),) = content.items()
        if key in _ANSWER_KEYS or key == "value":
            return _answer(value, done, name)
    place = _about(call)
    text = _fields(content, 0)
    lead = f"{done}. " if done else ""
    return [lead + sentence(f"{place}{text}" if place else capitalised(text))]


def _unpacked(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object that some frameworks send as text in a single field."""
    if len(response) != 1:
        return response
    ((key, text),) = response.items()
    if key not in _ANSWER_KEYS or not isinstance(text, str):
        return response
    if not text.lstrip().startswith("{") or len(text) > _MOST_PACKED:
        return response
    for parse in (json.loads, ast.literal_eval):  # LiveKit sends Python's own form
        try:
            value = parse(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, Mapping):
            return {str(name): item for name, item in value.items()}
    return response


def _answer(value: Any, done: str, name: str) -> list[str]:
    if isinstance(value, str) and value.strip().lower().rstrip(".") in _GOOD:
        return [sentence(done or f"That is done: {name}")]
    if value is True or value is None or value in ("", [], {}):
        empty = f"{capitalised(name)} gave no result"
        return [sentence((done or f"That is done: {name}") if value is True else empty)]
    if isinstance(value, str):
        return [sentence(capitalised(_string(value)))]
    if isinstance(value, Mapping):
        return [sentence(capitalised(_fields(value, 0)))]
    if isinstance(value, (list, tuple)):
        count = to_words(len(value))
        head = f"There {'is' if len(value) == 1 else 'are'} {count}: "
        return [sentence(head + _items(value, 0))]
    if value is False:
        return [sentence("The answer is no")]
    return [sentence(f"The result is {_value(value)}")]


def _about(call: Call | None) -> str:
    """Return "In Paris, " for a call that was about one place."""
    if call is None:
        return ""
    for key, value in call.args.items():
        words = set(name_words(str(key)))
        place = words & {"city", "location", "place", "country", "town"}
        if place and isinstance(value, str) and value:
            return f"in {speakable(value)[:60]}, "
    return ""
