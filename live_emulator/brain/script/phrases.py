"""What a line of a script waits for: phrases with marks, and regular expressions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from live_emulator.brain.words.normalise import Found, Utterance, canonical, read

__all__ = ["Heard", "Pattern", "Phrase", "Tables", "WhenError", "read_when"]

Tables = Mapping[str, Mapping[str, str]]
"""By name: what may stand in a slot, in canonical words, and what it stands for."""

_MARK = re.compile(
    r"\{([A-Za-z_]\w*)(?:\s*:\s*([A-Za-z_]\w*))?\}|\.\.\.|\u2026|[\[\]()|]"
)
_BRACKETS = {"(": "(?:", "[": "(?:", ")": ")", "]": ")?", "|": "|"}
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

    def found_in(self, said: Utterance) -> Found | None:
        """Return the match if exactly this was said."""
        if not self.needed <= said.word_set or said.is_long:
            return None
        match = self.pattern.fullmatch(f" {said.text}")
        return Found(said, match, shift=1) if match else None

    def values(self, text: str, said: Utterance | None = None) -> dict[str, str] | None:
        """Return the words in the named slots, None if the phrase was not said."""
        found = self.found_in(said or read(text))
        if found is None:
            return None
        values: dict[str, str] = {}
        for name in self.pattern.groupindex:
            part = found.part(name)
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
        self._text, self._tables = text, tables
        self._names: list[str] = []
        self._looked_up: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._needed: set[str] = set()
        self._has_words = False

    def read(self) -> Phrase:
        regex: list[str] = []
        opened: list[str] = []
        at = 0
        for mark in _MARK.finditer(self._text):
            regex.append(self._words(self._text[at : mark.start()], not opened))
            at, sign = mark.end(), mark.group()
            if sign in _BRACKETS:
                self._check_bracket(sign, opened)
                regex.append(_BRACKETS[sign])
            else:
                regex.append(self._slot(mark, self._text[at:]))
        regex.append(self._words(self._text[at:], True))
        if opened:
            raise WhenError(f"the brackets of {self._text!r} do not match")
        if not self._has_words:
            raise WhenError(f"there are no words in {self._text!r} to wait for")
        names = frozenset(self._names).union(one for one, _ in self._looked_up.values())
        needed = frozenset(self._needed)
        return Phrase(self._text, "".join(regex), names, needed, self._looked_up)

    def _check_bracket(self, sign: str, opened: list[str]) -> None:
        if sign == "|" and not opened:
            raise WhenError(f"the | of {self._text!r} stands in no brackets")
        if sign in "([":
            opened.append(sign)
        elif sign != "|" and (not opened or opened.pop() + sign not in ("()", "[]")):
            raise WhenError(f"the brackets of {self._text!r} do not match")
        if len(opened) > _DEEPEST:
            raise WhenError("its brackets are nested too deeply")

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
