"""What the user told in this conversation, read from its turns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from live_emulator.brain.rules.facts import Fact, key_words, statement
from live_emulator.brain.rules.tools.concepts import concepts
from live_emulator.brain.types import Turn
from live_emulator.brain.words.normalise import read, sentences

__all__ = ["Memory", "memory_of"]


@lru_cache(maxsize=2048)
def _told(text: str, questions: bool) -> tuple[Fact, ...]:
    """Return all facts of one turn (cached: turns are read again every time)."""
    facts: list[Fact] = []
    for one in sentences(text)[:40]:
        if one.rstrip("\"') ").endswith("?") and not questions:
            continue
        facts += statement(read(one))
    return tuple(facts)


_THIRD_PERSON = (
    (re.compile(r"\b(?:the user|the caller|the customer)(?:'s|\u2019s)", re.I), "my"),
    (re.compile(r"\b(?:the user|the caller|the customer) is\b", re.I), "i am"),
    (re.compile(r"\b(?:the user|the caller|the customer) has\b", re.I), "i have"),
    (
        re.compile(r"\b(?:the user|the caller|the customer) ([a-z]+)s\b", re.I),
        r"i \1",
    ),
)


@lru_cache(maxsize=256)
def _in_notes(text: str) -> tuple[Fact, ...]:
    """Return the facts of the instruction or of a note, written from outside."""
    text = text[:2_000]
    for pattern, first_person in _THIRD_PERSON:
        text = pattern.sub(first_person, text)
    return tuple(fact for fact in _told(text, False) if not fact.forgets)


@dataclass(frozen=True)
class Memory:
    """All facts that hold, oldest first."""

    facts: tuple[Fact, ...] = field(default=())

    @cached_property
    def name(self) -> str:
        """The user's name, empty if unknown."""
        fact = self.latest("name", mine=True)
        return fact.value if fact else ""

    def latest(self, key: str, mine: bool | None = None) -> Fact | None:
        """Return the newest fact about a key, by all of its words if need be."""
        wanted = concepts(key_words(key) or key.split())
        loose: Fact | None = None
        for fact in reversed(self.facts):
            if mine is not None and fact.mine is not mine:
                continue
            if fact.key == key:
                return fact
            if loose is None and fact.kind == "is" and wanted:
                known = concepts(key_words(fact.key))
                if known and (wanted <= known or known <= wanted):
                    loose = fact
        return loose

    def of_verb(self, *verbs: str) -> tuple[Fact, ...]:
        """Return facts such as "I live in Paris" by their verb, newest last."""
        return tuple(f for f in self.facts if f.kind == "i" and f.key in verbs)

    def about(self, words: frozenset[str]) -> tuple[Fact, ...]:
        """Return what was told about some words, the best matches alone."""
        best = 0
        found: list[Fact] = []
        for fact in self.facts:
            score = len(words & (fact.words | key_words(fact.key)))
            if score > best:
                best, found = score, []
            if score and score == best:
                found.append(fact)
        return tuple(found)


def _same(one: Fact, other: Fact) -> bool:
    if one.kind == other.kind == "is":
        return one.key == other.key and one.mine == other.mine
    return one.said.lower() == other.said.lower() or (
        one.kind == other.kind == "i"
        and one.key == other.key in ("live", "age", "come")
    )


def memory_of(turns: Sequence[Turn], instruction: str = "") -> Memory:
    """Return what is known after these turns: later facts replace earlier ones."""
    kept: list[Fact] = [replace(f, turn=-1) for f in _in_notes(instruction)]
    for index, turn in enumerate(turns):
        if turn.role == "user":
            news = _told(turn.text[:2_000], False)
        elif turn.role == "note":
            news = _in_notes(turn.text)
        else:
            continue
        for fact in news:
            fact = replace(fact, turn=index)
            if fact.forgets:
                kept = _without(kept, fact.key)
                continue
            if fact.corrects:
                before = _spoken_of(kept, turns, index)
                if before is None or before.kind == "note":
                    continue
                fact = _with_value(before, fact.value, index)
            kept = [old for old in kept if not _same(old, fact)]
            kept.append(fact)
    return Memory(tuple(kept))


def _spoken_of(facts: Sequence[Fact], turns: Sequence[Turn], index: int) -> Fact | None:
    """Return the fact that "no, it is green" corrects: the one just talked about."""
    last = next((f for f in reversed(facts) if f.turn >= 0), None)
    if last is not None and last.turn >= index - 2:
        return last
    said = next((t.text for t in reversed(turns[:index]) if t.role == "model"), "")
    return next((f for f in reversed(facts) if f.value and f.value in said), None)


def _without(facts: list[Fact], key: str) -> list[Fact]:
    if key == "*":
        return []
    if key == "last":
        return facts[:-1]
    wanted = key_words(key)
    return [f for f in facts if not (wanted and wanted <= f.words | key_words(f.key))]


def _with_value(fact: Fact, value: str, turn: int) -> Fact:
    head = fact.said[: -len(fact.value)] if fact.said.endswith(fact.value) else None
    if fact.key == "name":
        value = " ".join(word.capitalize() for word in value.split()[:3])
    if head is None:
        head = fact.said.partition(" is ")[0] + " is "
    preposition = fact.value.partition(" ")[0]
    if fact.kind == "i" and preposition in ("in", "from", "at", "to") and value:
        value = value if value.startswith(preposition) else f"{preposition} {value}"
    words = key_words(f"{fact.key} {value.lower()}")
    return replace(fact, value=value, said=head + value, words=words, turn=turn)
