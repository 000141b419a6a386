"""What a script listens for, as sentences of a JSGF grammar.

A phrase is a sentence with open slots. A pattern is written out as far as it is
simple (words, alternatives, options); of any other only the words are taken. Around
the words of a pattern stand those that such requests usually have, and no open slots:
in the recogniser they draw everything else into them (tried with espeak-ng's voice).
"""

import re
from collections.abc import Iterable, Sequence

__all__ = ["SLOT", "grammar_of", "pattern_ways", "phrase_way", "with_ways"]

SLOT = "..."
"""The token of the recogniser's grammars in which anything may be said."""

_MOST_WAYS = 64
_MARK = "\0"
"""Stands for a slot while a pattern is written out; no file can have it."""

_WORDS = f" {_MARK} "
"""Words of their own, where a mark within a word is only a part of it."""

_LEAD = """\
<script_lead> = [i would like [to] | i want [to] | i need [to] | can i [have]
  | could i [have] | do you have | can you | could you | give me
  | what about | how about | tell me [about] | is there | what is | where is | please]
  [a | an | the | some | my | your];
"""

_SPEAKABLE = re.compile(r"[A-Za-z0-9]")
_UNQUOTABLE = re.compile(r'["\\/]')  # two slashes would begin a comment
_AROUND_MARK = re.compile(rf"\S*{_MARK}(?:\s*\S*{_MARK})*\S*")
_LONG_WORD = re.compile(r"(?<![\\\w])[A-Za-z']{3,}")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)?(?!\?)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_COUNT = re.compile(r"\{\d*,?\d*\}")
_ANYTHING = frozenset("wWsSdD")


def phrase_way(parts: Sequence[str]) -> str:
    """Return a sentence of the grammar; `SLOT` among the parts is an open slot.

    Empty if nothing of it can be spoken in English.
    """
    tokens: list[str] = []
    for part in parts:
        if part == SLOT:
            if tokens[-1:] != [SLOT]:
                tokens.append(SLOT)
        elif _SPEAKABLE.search(part):
            tokens.append(f'"{_UNQUOTABLE.sub(" ", part).strip()}"')
    return " ".join(tokens) if tokens and tokens != [SLOT] else ""


def pattern_ways(source: str) -> tuple[str, ...]:
    """Return sentences in which a regular expression would be found."""
    try:
        texts = _Reader(source).read()
    except _NotSimple:
        texts = list(dict.fromkeys(_LONG_WORD.findall(source)))[:_MOST_WAYS]
    before = "" if source.startswith("^") else "[<script_lead>]"
    behind = "" if source.endswith("$") else "[please]"
    ways: list[str] = []
    for text in texts:
        pieces = _AROUND_MARK.sub(f" {_MARK} ", text).split(_MARK)
        parts = [part for piece in pieces for part in (SLOT, piece.strip())][1:]
        middle = phrase_way(parts)
        if not middle:
            continue
        start = "" if middle.startswith(SLOT) else before
        end = "" if middle.endswith(SLOT) else behind
        ways.append(" ".join(f"{start} {middle} {end}".split()))
    return tuple(dict.fromkeys(ways))


def grammar_of(ways: Iterable[str]) -> str:
    """Return a whole grammar of some sentences, empty without any."""
    body = _rule(ways)
    return f"#JSGF V1.0;\ngrammar script;\n{body}" if body else ""


def with_ways(grammar: str, ways: Iterable[str]) -> str:
    """Add sentences to a grammar, which may be empty."""
    if not grammar.strip():
        return grammar_of(ways)
    return f"{grammar.rstrip()}\n{_rule(ways)}"


def _rule(ways: Iterable[str]) -> str:
    body = "\n  | ".join(dict.fromkeys(ways))
    if not body:
        return ""
    lead = _LEAD if "<script_lead>" in body else ""
    return f"public <script_lines> = {body};\n{lead}"


class _NotSimple(Exception):
    """A pattern that can't be written out."""


class _Reader:
    """Writes a simple regular expression out."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def read(self) -> list[str]:
        texts = self._alternatives()
        if self._at < len(self._source):
            raise _NotSimple
        return texts

    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._source, self._at)
        if found is not None:
            self._at = found.end()
        return found is not None

    def _alternatives(self) -> list[str]:
        texts = self._sequence()
        while self._next() == "|":
            self._at += 1
            texts += self._sequence()
        return _few(texts)

    def _sequence(self) -> list[str]:
        texts = [""]
        while self._next() not in ("", "|", ")"):
            part = self._repeated(self._atom())
            texts = _few([text + one for text in texts for one in part])
        return texts

    def _atom(self) -> list[str]:
        if self._take(_GROUP):
            inner = self._alternatives()
            if self._next() != ")":
                raise _NotSimple
            self._at += 1
            return inner
        if self._take(_CLASS):
            return [_MARK]
        character = self._next()
        self._at += 1
        if character == "\\":
            escaped = self._next()
            self._at += 1
            if escaped in "bAZ":
                return [""]
            if escaped == "s":
                return [" "]
            if escaped in _ANYTHING:
                return [_MARK]
            if escaped.isalnum():
                raise _NotSimple
            return [escaped]
        if character in "^$":
            return [""]
        if character == ".":
            return [_WORDS if self._next() in ("*", "+") else _MARK]
        if character in "()[]*+?":
            raise _NotSimple
        return [character]

    def _repeated(self, texts: list[str]) -> list[str]:
        mark = self._next()
        if self._take(_COUNT):
            return texts
        if mark not in ("?", "*", "+"):
            return texts
        self._at += 1
        if self._next() in ("?", "+"):  # lazy or possessive
            self._at += 1
        if mark == "+":
            return texts
        return _few([*texts, " " if texts == [_WORDS] else ""])


def _few(texts: list[str]) -> list[str]:
    unique = list(dict.fromkeys(texts))
    if len(unique) > _MOST_WAYS:
        raise _NotSimple
    return unique
