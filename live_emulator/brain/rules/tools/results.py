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

__all__ = ["result_sentences", "spoken_name", "spoken_wish"]

_MOST_ITEMS = 5
_MOST_FIELDS = 8
_MOST_WORDS = 120
_MOST_PACKED = 20_000
_DEEPEST = 3

_PAST: dict[str, str] = data("words", "words.yaml")["past"]
_UNITS: dict[str, str] = data("words", "words.yaml")["units_in_names"]
_NO_ARTICLE = frozenset("on off up down the a an to from for music mail email".split())
_GOOD = frozenset(
    "ok okay success successful done true completed complete sent".split()
)
_ANSWERS = ("result", "output", "answer", "response", "message", "text", "content")
_ERRORS = ("error", "errors", "exception", "failure")
_SYMBOLS = (
    (re.compile(r"(?<=\d)\s*\u00b0\s*C\b"), " degrees Celsius"),
    (re.compile(r"(?<=\d)\s*\u00b0\s*F\b"), " degrees Fahrenheit"),
    (re.compile(r"(?<=\d)\s*\u00b0"), " degrees"),
    (re.compile(r"(?<=\d)\s*%"), " percent"),
    (re.compile(r"\$\s?(\d[\d,.]*\d|\d)"), r"\1 dollars"),
    (re.compile(r"\u20ac\s?(\d[\d,.]*\d|\d)"), r"\1 euros"),
    (re.compile(r"\bkm/h\b"), "kilometers per hour"),
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)


def spoken_name(name: str) -> str:
    """Return a function's name as it is said."""
    return " ".join(name_words(name)[:8]) or "the function"


def _with_the(words: Sequence[str]) -> list[str]:
    """Return what follows a verb, with "the" where it belongs."""
    particles = 1 if words[:1] and words[0] in ("on", "off", "up", "down") else 0
    front, rest = list(words[:particles]), list(words[particles:])
    the = ["the"] if rest and rest[0] not in _NO_ARTICLE else []
    return [*front, *the, *rest]


def _action_done(name: str) -> str:
    """Return "I have turned on the lights", empty for functions that only inform."""
    words = name_words(name)[:8]
    if not words or words[0] not in _PAST or not verb_group(words) & ACTIONS:
        return ""
    return " ".join(["I have", _PAST[words[0]], *_with_the(words[1:])])


def spoken_wish(name: str) -> str:
    """Return "to turn on the lights" or, without a verb, "for pizza delivery"."""
    words = name_words(name)[:8]
    if len(words) < 2 or not verb_group(words):
        return f"for {spoken_name(name)}"
    return " ".join(["to", words[0], *_with_the(words[1:])])


# --- values in words


def _value(value: Any, key: str = "", depth: int = 0) -> str:
    """Return any JSON value as words."""
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, key)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return _fields(value, depth + 1)
    return _items(value, depth + 1) if _nested(value) else speakable(str(value))


def _nested(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple))


def _number(value: int | float, key: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "no number"
    if abs(value) >= 10**15:
        return "a very large number"
    words = name_words(key)
    unit = _UNITS.get(words[-1], "") if len(words) > 1 else ""
    if value == 1:
        unit = unit.replace("degrees", "degree").removesuffix("s")
    return f"{to_words(round(Fraction(value), 3), 3)} {unit}".strip()


def _string(text: str) -> str:
    try:
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return f"{say_date(moment.date())}, {say_time(moment)}"
        if _DATE.fullmatch(text):
            return say_date(date.fromisoformat(text))
    except ValueError:
        pass
    text = text[:2_000]
    for pattern, words in _SYMBOLS:
        text = pattern.sub(words, text)
    plain = shortened(speakable(text.replace("_", " ")), _MOST_WORDS)
    return plain.rstrip(" ,;:") or "nothing"


def _key(key: str) -> str:
    words = name_words(key)
    if len(words) > 1 and words[-1] in _UNITS:
        words = words[:-1]
    return " ".join(words[:6]) or "value"


def _fields(response: Mapping[str, Any], depth: int = 0) -> str:
    if depth > _DEEPEST:
        return "and more"
    parts = []
    for key, value in list(response.items())[:_MOST_FIELDS]:
        if _nested(value) and not value:
            continue
        name, said = _key(str(key)), _value(value, str(key), depth).rstrip(".")
        if depth == 0 and not _nested(value):
            verb = "are" if name.endswith("s") and not name.endswith("ss") else "is"
            parts.append(f"the {name} {verb} {said}")
        else:
            parts.append(f"{name}{':' if _nested(value) else ''} {said}")
    if len(response) > _MOST_FIELDS:
        more = to_words(len(response) - _MOST_FIELDS)
        return ", ".join([*parts, f"and {more} more values"])
    return joined(parts) or "nothing"


def _items(items: Sequence[Any], depth: int = 0) -> str:
    if not items:
        return "nothing"
    if depth > _DEEPEST:
        return f"{to_words(len(items))} {plural(len(items), 'entry')}"
    shown = [_value(item, "", depth).rstrip(".") for item in items[:_MOST_ITEMS]]
    more = len(items) - _MOST_ITEMS
    if any(map(_nested, items)):
        return "; ".join(shown + [f"and {to_words(more)} more"] * (more > 0))
    return (
        f"{', '.join(shown)} and {to_words(more)} more" if more > 0 else joined(shown)
    )


# --- sentences


def result_sentences(result: Result, call: Call | None) -> list[str]:
    """Return what a function answered as a few sentences."""
    name, response = spoken_name(result.name), _unpacked(result.response)
    if error := next((response[key] for key in _ERRORS if response.get(key)), None):
        if isinstance(error, Mapping):
            error = error.get("message") or error.get("code") or error
        return [_sorry(name, "failed", "" if error is True else error)]
    left = {k: v for k, v in response.items() if k not in (*_ERRORS, "scheduling")}
    status = str(left.get("status", "")).lower()
    failed = left.get("success") is False or left.get("ok") is False
    if failed or status in ("error", "failed", "failure"):
        reason = left.get("message") or left.get("reason") or ""
        return [_sorry(name, "did not work", reason)]
    for key in ("success", "ok", "status", "result", "output"):
        if _is_good(left.get(key)):
            del left[key]
    done = _action_done(result.name)
    if len(left) == 1 and (key := next(iter(left))) in (*_ANSWERS, "value"):
        return [sentence(_answer(left[key], done, name))]
    if not left:
        return [sentence(done or f"That is done: {name}")]
    lead = f"{done}. " if done else ""
    return [lead + sentence(capitalised(_about(call) + _fields(left)))]


def _sorry(name: str, failed: str, reason: Any) -> str:
    why = f": {_value(reason).rstrip('.')}" if reason else ""
    return sentence(f"I am sorry, {name} {failed}{why}")


def _is_good(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower().rstrip(".") in _GOOD
    return value is True


def _unpacked(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object that some frameworks send as text in a single field."""
    key, text = next(iter(response.items())) if len(response) == 1 else ("", "")
    packed = key in _ANSWERS and isinstance(text, str) and text.lstrip()[:1] == "{"
    if not packed or len(text) > _MOST_PACKED:
        return response
    for parse in (json.loads, ast.literal_eval):  # LiveKit sends Python's own form
        try:
            value = parse(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, Mapping):
            return {str(name): item for name, item in value.items()}
    return response


def _answer(value: Any, done: str, name: str) -> str:
    """Return the one thing that a function answered."""
    if _is_good(value):
        return done or f"That is done: {name}"
    if value is None or value in ("", [], {}):
        return f"{capitalised(name)} gave no result"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return _fields(value)
    if isinstance(value, (list, tuple)):
        verb = "is" if len(value) == 1 else "are"
        return f"There {verb} {to_words(len(value))}: {_items(value)}"
    return "The answer is no" if value is False else f"The result is {_value(value)}"


def _about(call: Call | None) -> str:
    """Return "In Paris, " for a call that was about one place."""
    for key, value in call.args.items() if call else ():
        places = {"city", "location", "place", "country", "town"}
        if places & set(name_words(str(key))) and isinstance(value, str) and value:
            return f"in {speakable(value)[:60]}, "
    return ""
