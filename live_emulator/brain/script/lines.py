"""The lines of a script: what each waits for, and what it does then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from live_emulator.brain.script.given import given
from live_emulator.brain.types import Call, Question, ReplyPart, Say, Search, Think
from live_emulator.brain.words.chance import fresh
from live_emulator.brain.words.normalise import Utterance, canonical, read
from live_emulator.brain.words.speech import chunks

__all__ = [
    "Heard",
    "Line",
    "OneOf",
    "Pattern",
    "Phrase",
    "Step",
    "Tables",
    "WhenError",
    "fill",
    "placeholders",
    "read_when",
]

Tables = Mapping[str, Mapping[str, str]]
"""By name: what may stand in a slot, in canonical words, and what it stands for."""

_MARK = re.compile(
    r"\{([A-Za-z_]\w*)(?:\s*:\s*([A-Za-z_]\w*))?\}|\.\.\.|\u2026|[\[\]()|]"
)
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*(?:\.\w+)*)\}")
_NOTHING = object()
_LONGEST_PATTERN = 1_000
_HUGE_REPEAT = re.compile(r"\{\d{4,}|\{\d*,\d{4,}")
_DEEPEST = 20


class WhenError(ValueError):
    """What to wait for can't be understood: one sentence without a full stop."""


@dataclass(frozen=True)
class Phrase:
    """Words that are compared with all that was said; slots take any words."""

    source: str
    regex: str
    """What a space and the canonical words of the text have to match."""
    names: frozenset[str]
    needed: frozenset[str]
    """Words that are in every text that fits."""
    looked_up: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    """For slots with a table: its name, and the table."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when a text could fit for the first time."""
        return re.compile(self.regex)

    def values(self, text: str, said: Utterance | None = None) -> dict[str, str] | None:
        """Return the words in the named slots, None if the phrase was not said."""
        said = said or read(text)
        if said.is_long or not self.needed <= set(said.words):
            return None
        found = self.pattern.fullmatch(f" {said.text}")
        if found is None:
            return None
        values: dict[str, str] = {}
        for name in self.pattern.groupindex:
            start, end = found.span(name)
            part = said.between(start - 1, end - 1)
            values[name] = part.original
            if name in self.looked_up:
                table, entries = self.looked_up[name]
                values[name], values[table] = part.shown, entries.get(part.text, "")
        return values


@dataclass(frozen=True)
class Pattern:
    """A regular expression that is searched in the text, in any case."""

    source: str
    pattern: re.Pattern[str]
    names: frozenset[str]

    def values(self, text: str, said: Utterance | None = None) -> dict[str, str] | None:
        """Return the named groups, None if the pattern was not found.

        A text is searched as it is, and with its contractions written out.
        """
        found = self.pattern.search(text) or self.pattern.search(canonical(text))
        if found is None:
            return None
        return {name: value or "" for name, value in found.groupdict().items()}


Heard = Phrase | Pattern


def read_when(text: str, tables: Tables | None = None) -> Heard:
    """Return what a text waits for: a phrase, or a /pattern/.

    In a phrase, ``(this|that)`` are alternatives, ``[this|that]`` may be left out,
    ``{name}`` and ``...`` take any words, and ``{name: table}`` takes one of the
    entries of a table.

    Raises:
        WhenError: The pattern is none, or the phrase has no words.

    """
    if text.startswith("/"):
        return _read_pattern(text)
    return _PhraseReader(text, tables or {}).read()


class _PhraseReader:
    """Turns the marks of a phrase into a regular expression."""

    def __init__(self, text: str, tables: Tables) -> None:
        self._text = text
        self._tables = tables
        self._names: list[str] = []
        self._looked_up: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._has_words = False
        self._needed: set[str] = set()

    def read(self) -> Phrase:
        regex: list[str] = []
        open_marks: list[str] = []
        at = 0
        for mark in _MARK.finditer(self._text):
            regex.append(self._words(self._text[at : mark.start()], not open_marks))
            at = mark.end()
            sign = mark.group()
            if sign in "([":
                open_marks.append(sign)
                regex.append("(?:")
            elif sign in ")]":
                if not open_marks or open_marks.pop() + sign not in ("()", "[]"):
                    raise WhenError(f"the brackets of {self._text!r} do not match")
                regex.append(")" if sign == ")" else ")?")
            elif sign == "|":
                if not open_marks:
                    raise WhenError(f"the | of {self._text!r} stands in no brackets")
                regex.append("|")
            else:
                regex.append(self._slot(mark, self._text[at:]))
            if len(open_marks) > _DEEPEST:
                raise WhenError("its brackets are nested too deeply")
        regex.append(self._words(self._text[at:], True))
        if open_marks:
            raise WhenError(f"the brackets of {self._text!r} do not match")
        if not self._has_words:
            raise WhenError(f"there are no words in {self._text!r} to wait for")
        names = frozenset(self._names).union(one for one, _ in self._looked_up.values())
        needed = frozenset(self._needed)
        return Phrase(self._text, "".join(regex), names, needed, self._looked_up)

    def _words(self, piece: str, needed: bool) -> str:
        words = canonical(piece)
        self._needed.update(words.split() if needed else ())
        self._has_words = self._has_words or bool(words)
        return f" {re.escape(words)}" if words else ""

    def _slot(self, mark: re.Match[str], rest: str) -> str:
        name, table = mark.group(1), mark.group(2)
        # What may be left out behind a slot is not to be swallowed by it.
        any_words = ".+?" if "[" in rest else ".+"
        if name is None:
            return f" {any_words}"
        if name in self._names:
            raise WhenError(f"two slots in {self._text!r} are named {name}")
        self._names.append(name)
        if table is None:
            return f" (?P<{name}>{any_words})"
        if table not in self._tables:
            raise WhenError(f"there is no table {table!r}")
        self._has_words = True
        entries = self._tables[table]
        self._looked_up[name] = (table, entries)
        ways = "|".join(re.escape(key) for key in sorted(entries, key=len)[::-1])
        return f" (?P<{name}>{ways})"


def _read_pattern(text: str) -> Pattern:
    source = text[1:-1]
    if len(text) < 3 or not text.endswith("/"):
        raise WhenError(f"the pattern {text} has no / at its end")
    if len(source) > _LONGEST_PATTERN or _HUGE_REPEAT.search(source):
        raise WhenError(f"the pattern {text[:40]} is too long, or repeats too often")
    try:
        pattern = re.compile(source, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise WhenError(
            f"{text} is no regular expression that Python knows ({error})"
        ) from None
    return Pattern(source, pattern, frozenset(pattern.groupindex))


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
        values = {**given(question), **values}
        return [
            part for one in self.steps for part in self._done(one, question, values)
        ]

    def _done(
        self, step: Step, question: Question, values: Mapping[str, Any]
    ) -> list[ReplyPart]:
        if isinstance(step, OneOf):
            told = [turn.text for turn in question.turns if turn.role == "model"]
            said = [turn.role for turn in question.turns].count("user")
            options = [fill(text, values) for text in step.texts]
            salt = (question.seed, said, step.texts[0])
            return [Say(chunk) for chunk in chunks(fresh(options, told, *salt))]
        return _filled(step, values)

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
        known = given(question) if self.conditions else {}
        return all(
            bool(known.get(one.removeprefix("no "))) is not one.startswith("no ")
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
