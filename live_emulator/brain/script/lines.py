"""The lines of a script: what each waits for, and what it does then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from live_emulator.brain.script.words import SLOT, pattern_ways, phrase_way
from live_emulator.brain.types import Call, Question, ReplyPart, Say, Search, Think
from live_emulator.brain.words.normalise import canonical, read
from live_emulator.brain.words.speech import chunks

__all__ = [
    "Heard",
    "Line",
    "Pattern",
    "Phrase",
    "WhenError",
    "fill",
    "placeholders",
    "read_when",
]

HEARD = "heard"
"""The placeholder for all that the user said."""

_SLOT = re.compile(r"\{([A-Za-z_]\w*)\}|\.\.\.|\u2026")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*(?:\.\w+)*)\}")
_NOTHING = object()


class WhenError(ValueError):
    """What to wait for can't be understood: one sentence without a full stop."""


@dataclass(frozen=True)
class Phrase:
    """Words that are compared with all that was said; slots take any words."""

    source: str
    pattern: re.Pattern[str]
    """What the canonical words of the text have to match."""
    names: frozenset[str]
    ways: tuple[str, ...]

    def values(self, text: str) -> dict[str, str] | None:
        """Return the words in the named slots, None if the phrase was not said."""
        said = read(text)
        found = said.match(self.pattern)
        if found is None:
            return None
        return {name: found.part(name).original for name in self.names}


@dataclass(frozen=True)
class Pattern:
    """A regular expression that is searched in the text, in any case."""

    source: str
    pattern: re.Pattern[str]
    names: frozenset[str]
    ways: tuple[str, ...]

    def values(self, text: str) -> dict[str, str] | None:
        """Return the named groups, None if the pattern was not found.

        A text is searched as it is, and with its contractions written out.
        """
        found = self.pattern.search(text) or self.pattern.search(canonical(text))
        if found is None:
            return None
        return {name: value or "" for name, value in found.groupdict().items()}


Heard = Phrase | Pattern


def read_when(text: str) -> Heard:
    """Return what a text waits for: a phrase, or a /pattern/.

    Raises:
        WhenError: The pattern is none, or the phrase has no words.

    """
    if text.startswith("/"):
        return _read_pattern(text)
    literal = " ".join(_SLOT.sub(" ", text).split())
    if not canonical(literal):
        raise WhenError(f"there are no words in {text!r} to wait for")
    regex: list[str] = []
    parts: list[str] = []
    names: list[str] = []

    def add_words(piece: str) -> None:
        if words := canonical(piece):
            regex.append(re.escape(words))
            parts.append(piece.strip())

    at = 0
    for slot in _SLOT.finditer(text):
        add_words(text[at : slot.start()])
        at = slot.end()
        name = slot.group(1)
        if name in names:
            raise WhenError(f"two slots in {text!r} are named {name}")
        names += [name] if name else []
        regex.append(f"(?P<{name}>.+)" if name else ".+")
        parts.append(SLOT)
    add_words(text[at:])
    way = phrase_way(parts)
    return Phrase(
        text,
        re.compile(" ".join(regex)),
        frozenset(names),
        (way,) if way else (),
    )


def _read_pattern(text: str) -> Pattern:
    source = text[1:-1]
    if len(text) < 3 or not text.endswith("/"):
        raise WhenError(f"the pattern {text} has no / at its end")
    try:
        pattern = re.compile(source, re.IGNORECASE)
    except re.error as error:
        raise WhenError(
            f"{text} is no regular expression that Python knows ({error})"
        ) from None
    return Pattern(source, pattern, frozenset(pattern.groupindex), pattern_ways(source))


@dataclass(frozen=True)
class Line:
    """One line of a script file.

    Without `heard` and `results` it fits everything that a user says and every
    result.
    """

    steps: tuple[ReplyPart, ...]
    """What is done; texts and arguments may hold placeholders."""
    heard: tuple[Heard, ...] = ()
    results: tuple[str, ...] = ()
    """Names of functions whose result it waits for."""
    having: Mapping[str, Any] = field(default_factory=dict)
    """What the result must have in it: a value, or a `Pattern`."""
    once: bool = False
    results_too: bool = False
    """Without a condition: results are answered as well."""

    @property
    def ways(self) -> tuple[str, ...]:
        """What it waits for, as sentences of a grammar."""
        return tuple(way for heard in self.heard for way in heard.ways)

    def fits(self, question: Question) -> bool:
        """Tell whether this line answers the question."""
        return self._values(question) is not None

    def answer(self, question: Question) -> list[ReplyPart]:
        """Return what is said, with all placeholders filled."""
        values = {HEARD: _user_text(question), **(self._values(question) or {})}
        return [part for step in self.steps for part in _filled(step, values)]

    def _values(self, question: Question) -> Mapping[str, Any] | None:
        if not question.turns:
            return None
        turn = question.turns[-1]
        if turn.role == "tool":
            return self._result_values(question)
        if turn.role == "model":
            return None
        if not self.heard:
            return {} if not self.results else None
        for heard in self.heard:
            values = heard.values(turn.text)
            if values is not None:
                return values
        return None

    def _result_values(self, question: Question) -> Mapping[str, Any] | None:
        if self.heard or not (self.results or self.results_too):
            return None
        for result in question.turns[-1].results:
            if self.results and result.name not in self.results:
                continue
            response = dict(result.response)
            if all(_has(response, key, want) for key, want in self.having.items()):
                return _arguments(question, result.id) | response
        return None


def _has(response: Mapping[str, Any], key: str, want: Any) -> bool:
    value = _look_up(response, key)
    if value is _NOTHING:
        return False
    if isinstance(want, Pattern):
        return want.values(_shown(value)) is not None
    return bool(value == want)


def _arguments(question: Question, call_id: str) -> dict[str, Any]:
    """Return the arguments of the call that a result belongs to."""
    for turn in reversed(question.turns):
        for call in turn.calls:
            if call.id == call_id:
                return dict(call.args)
    return {}


def _user_text(question: Question) -> str:
    texts = (turn.text for turn in reversed(question.turns) if turn.role == "user")
    return next(texts, "")


# --- placeholders


def placeholders(value: Any) -> list[str]:
    """Return the names of all placeholders in a text, or in lists and mappings."""
    if isinstance(value, str):
        return [name for name in _PLACEHOLDER.findall(value) if name]
    if isinstance(value, Mapping):
        return [name for one in value.values() for name in placeholders(one)]
    if isinstance(value, Sequence):
        return [name for one in value for name in placeholders(one)]
    return []


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of placeholders; of one without value nothing."""

    def value(found: re.Match[str]) -> str:
        if found.group(1) is None:
            return found.group()[0]
        return _shown(_look_up(values, found.group(1)))

    return _PLACEHOLDER.sub(value, text)


def _filled(step: ReplyPart, values: Mapping[str, Any]) -> list[ReplyPart]:
    match step:
        case Say(text):
            return [Say(chunk) for chunk in chunks(fill(text, values))]
        case Think(text):
            return [Think(fill(text, values))]
        case Search(queries):
            return [Search(tuple(fill(query, values) for query in queries))]
        case Call(name, args):
            filled = _filled_value(dict(args), values)
            return [replace(step, name=name, args=filled)]
    return [step]


def _filled_value(value: Any, values: Mapping[str, Any]) -> Any:
    """Fill a value of an argument; what is one placeholder alone keeps its type."""
    if isinstance(value, str):
        alone = _PLACEHOLDER.fullmatch(value)
        if alone is not None and alone.group(1):
            found = _look_up(values, alone.group(1))
            return "" if found is _NOTHING else found
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: _filled_value(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled_value(one, values) for one in value]
    return value


def _look_up(values: Mapping[str, Any], path: str) -> Any:
    """Return the value at ``weather.sky`` or ``items.0``."""
    value: Any = values
    for key in path.split("."):
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return _NOTHING
    return value


def _shown(value: Any, depth: int = 4) -> str:
    """Return a value as it is spoken; what is nested deeper is left out."""
    if value is _NOTHING or value is None or not depth:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(_shown(one, depth - 1) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(value[key], depth - 1)}" for key in value)
    return str(value)
