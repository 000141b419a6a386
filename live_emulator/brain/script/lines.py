"""The lines of a script: what each waits for, and what it does then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from live_emulator.brain.script.given import Given
from live_emulator.brain.script.phrases import Heard, Pattern
from live_emulator.brain.types import Call, Question, ReplyPart, Say, Search, Think
from live_emulator.brain.words.chance import fresh
from live_emulator.brain.words.normalise import Utterance
from live_emulator.brain.words.speech import chunks

__all__ = ["Line", "OneOf", "Step", "fill", "placeholders"]

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*(?:\.\w+)*)\}")
_NOTHING = object()


@dataclass(frozen=True)
class OneOf:
    """Texts of which one is said, chosen by the seed; none twice if others are left."""

    texts: tuple[str, ...]


Step = ReplyPart | OneOf


@dataclass(frozen=True)
class Line:
    """One line of a script file.

    Without `heard` and `results` it fits everything that a user says and every
    result.
    """

    steps: tuple[Step, ...]
    """What is done; texts and arguments may hold placeholders."""
    heard: tuple[Heard, ...] = ()
    results: tuple[str, ...] = ()
    """Names of functions whose result it waits for."""
    having: Mapping[str, Any] = field(default_factory=dict)
    """What the result must have in it: a value, or a `Pattern`."""
    once: bool = False
    results_too: bool = False
    """Without a condition: results are answered as well."""
    conditions: tuple[str, ...] = ()
    """Names of what must be known: ``user``, or ``no user``."""
    after: Pattern | None = None
    """What the model must have said before."""

    def fits(self, question: Question) -> bool:
        """Tell whether this line answers the question."""
        return self._values(question) is not None

    def answer(self, question: Question) -> list[ReplyPart]:
        """Return what is said, with all placeholders filled."""
        return self.steps_for(question, self._values(question) or {})

    def steps_for(
        self, question: Question, values: Mapping[str, Any]
    ) -> list[ReplyPart]:
        """Return the steps with the given values in the place of placeholders."""
        values = Given(question, values)
        return [
            part for one in self.steps for part in self._done(one, question, values)
        ]

    def _done(
        self, step: Step, question: Question, values: Mapping[str, Any]
    ) -> list[ReplyPart]:
        match step:
            case OneOf(texts):
                told = [turn.text for turn in question.turns if turn.role == "model"]
                said = [turn.role for turn in question.turns].count("user")
                options = [fill(text, values) for text in texts]
                chosen = fresh(options, told, question.seed, said, texts[0])
                return [Say(chunk) for chunk in chunks(chosen)]
            case Say(text):
                return [Say(chunk) for chunk in chunks(fill(text, values))]
            case Think(text):
                return [Think(fill(text, values))]
            case Search(queries):
                return [Search(tuple(fill(query, values) for query in queries))]
            case Call(name, args):
                return [Call(name, _filled(dict(args), values))]
        return [step]

    def heard_in(
        self, question: Question, text: str, said: Utterance | None = None
    ) -> Mapping[str, Any] | None:
        """Return the values of the slots if the text, said now, is waited for."""
        for heard in self.heard:
            values = heard.values(text, said)
            if values is not None and self._holds(question):
                return values
        return None

    def _holds(self, question: Question) -> bool:
        if self.after is not None:
            replies = [t.text for t in question.turns[:-1] if t.role == "model"]
            if not replies or self.after.values(replies[-1]) is None:
                return False
        known = Given(question, {})
        return all(
            bool(known[one.removeprefix("no ")]) is not one.startswith("no ")
            for one in self.conditions
        )

    def _values(self, question: Question) -> Mapping[str, Any] | None:
        if not question.turns:
            return None
        turn = question.turns[-1]
        if turn.role == "tool":
            return self._result_values(question)
        if turn.role == "model":
            return None
        if not self.heard:
            return {} if not self.results and self._holds(question) else None
        return self.heard_in(question, turn.text)

    def _result_values(self, question: Question) -> Mapping[str, Any] | None:
        if self.heard or not (self.results or self.results_too):
            return None
        for result in question.results:
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


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Fill a value; what is one placeholder alone keeps its type."""
    if isinstance(value, str):
        alone = _PLACEHOLDER.fullmatch(value)
        if alone is not None and alone.group(1):
            found = _look_up(values, alone.group(1))
            return "" if found is _NOTHING else found
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: _filled(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
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
