"""What the user told in this conversation, read from its turns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from live_emulator.brain.rules.heard import heard
from live_emulator.brain.rules.tools.concepts import concepts, verb_group
from live_emulator.brain.types import Turn
from live_emulator.brain.words.data import alternatives, words
from live_emulator.brain.words.lexicon import (
    COLORS,
    FIRST_NAMES,
    INTRODUCERS,
    LANGUAGES,
    PROPER_NOUNS,
    STOP_WORDS,
)
from live_emulator.brain.words.normalise import Found, Utterance, read, sentences
from live_emulator.brain.words.speech import flip, flip_words

__all__ = ["QUESTION_WORDS", "Fact", "Memory", "key_words", "memory_of", "statement"]


@dataclass(frozen=True)
class Fact:
    """One thing that was told."""

    key: str
    """What it is about, canonical: ``name``, ``favorite color``, ``live``; or empty."""
    value: str
    """As it was said, names with capitals."""
    said: str
    """The statement turned towards the user: "your favourite colour is blue"."""
    kind: str = "is"
    """``is`` for "X is Y", ``i`` for "I live in Y", ``note`` for anything else,
    ``passing`` for what is only recalled if somebody asks for just that, and
    ``corrects`` and ``forgets`` for what changes other facts."""
    mine: bool = False
    """It is about the user."""
    turn: int = -1
    """Index of the turn; below zero if it stands in the instruction."""
    asked: bool = False
    """The user asked for it to be remembered."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Concepts of its content words, for finding it again."""
        return concepts(key_words(read(f"{self.said} {self.key}").text))


def key_words(text: str) -> frozenset[str]:
    """Return the words of a canonical text that carry its meaning."""
    return frozenset(text.replace("'s", "").split()) - STOP_WORDS


QUESTION_WORDS = words("question_words")
_I_VERBS, _THEY_VERBS = words("i_verbs"), words("they_verbs")
_CHIT_CHAT_VERBS, _CHIT_CHAT_THINGS = words("chit_chat_verbs"), words("chit_chat")
_NOT_TO_KEEP = frozenset("what when where who how me my it this that".split())
_NO_VALUES = frozenset(
    "fine okay enough right wrong true false not good nothing".split()
)
_STATES = frozenset(
    "from a an the born allergic vegetarian vegan left in at on married learning "
    "working building".split()
)
_ALL = frozenset({"everything", "all of it", "it all", "everything i told you"})
_THE_LAST = frozenset({"that", "this", "what i just said", "that please"})
_ANDS = re.compile(r" and (?=(?:my|our|i|the) )")
_VALUE_ENDS = re.compile(
    r" (?:and |but |so )?(?:then )?(?:(?:what|who|where|when|why|how) (?:is|are|was|do"
    r"|did|can)|(?:can|could|will|would|do|did) you|please|thanks|thank you|tell me"
    r"|my name is|call me|i live|i am)\b.*"
)
_NAME_ENDS = re.compile(
    rf" (?:and )?(?:then )?(?:{'|'.join(sorted(INTRODUCERS))}|not|hello|thanks|from now"
    r"|here)\b.*"
)
_LEADS = re.compile(rf"(?:(?:{alternatives('before_a_fact')}) )+")
_NOT_BUT = re.compile(r"not [\w' -]{1,40}?(?: but| it is| they are) (?P<value>.+)")
_THE_USER = r"\b(?:the user|the caller|the customer)"
_THIRD_PERSON = (
    (re.compile(rf"{_THE_USER}(?:'s|\u2019s)", re.I), "my"),
    (re.compile(rf"{_THE_USER} is\b", re.I), "i am"),
    (re.compile(rf"{_THE_USER} has\b", re.I), "i have"),
    (re.compile(rf"{_THE_USER} ([a-z]+)s\b", re.I), r"i \1"),
)
_MOST_KEY_WORDS = 6


# --- one statement


def statement(clause: Utterance) -> list[Fact]:
    """Return the facts told by one sentence, or what it changes in others."""
    clause = clause.slice(0, 40)
    if changed := _changed(clause):
        return [changed]
    lead = _LEADS.match(clause.text + " ")
    if lead and not heard(clause, "remember"):
        clause = clause.slice(len(lead.group().split()))
    asked = heard(clause, "remember")
    if asked is not None:
        clause = asked.part("what")
        named = clause.words[:3] == ("my", "name", "is")
        if clause.words[0] in _NOT_TO_KEEP - {"my"} or (
            clause.words[:2] == ("my", "name") and not named
        ):
            return []
    facts: list[Fact] = []
    start = 0
    for cut in [*(m.start() for m in _ANDS.finditer(clause.text)), len(clause.text)]:
        piece = clause.between(start, cut)
        piece = piece.slice(piece.words[:1] == ("and",))
        start = cut + 1
        fact = _fact(piece, asked is not None)
        facts += [fact] if fact else []
        whole = flip_words(piece)
        if fact and fact.key == "name" and len(piece.words) > 4:
            if whole.lower() != fact.said.lower():
                facts.append(Fact("", whole, whole, "passing"))
    return facts


def _fact(clause: Utterance, asked: bool) -> Fact | None:
    """Return the fact a clause tells, if it tells one."""
    if not clause or (clause.words[0] in QUESTION_WORDS and not asked):
        return None
    if not asked and _is_chit_chat(clause):
        return None
    fact = _named(clause) or _described(clause)
    if fact is not None and fact.value:
        return replace(fact, asked=asked)
    said = flip_words(clause)
    if asked:
        said = f"you want {said}" if clause.words[0] == "to" else said
        return Fact("", said, said, "note", "your" in said.split(), asked=True)
    if len(clause.words) < 3 or verb_group(clause.words) - {"any"}:
        return None
    return Fact("", said, said, "passing")


def _is_chit_chat(clause: Utterance) -> bool:
    """Tell whether it is said of the talk itself: "I like your story"."""
    first, second, third = (*clause.words[:3], "", "", "")[:3]
    about_talk = third in _CHIT_CHAT_THINGS
    if first == "i":
        refuses = second in ("do", "did", "have") and third == "not"
        return refuses or (second in _CHIT_CHAT_VERBS and about_talk)
    return first in ("the", "my", "our", "this") and second in words("of_the_talk")


def _value(found: Found, group: str = "value", name: bool = False) -> str:
    """Return the group as it was said, up to where something new begins."""
    part = found.part(group)
    ends = (_NAME_ENDS if name else _VALUE_ENDS).search(part.text)
    if ends:
        part = part.slice(0, len(part.text[: ends.start()].split()))
    shown = part.shown.strip(" .,;:!?")
    if not name:
        return shown
    shown = re.split(r"[,;(]", shown)[0]
    lower = shown == shown.lower()
    return " ".join(map(str.capitalize, shown.split())) if lower else shown


def _named(clause: Utterance) -> Fact | None:
    found = heard(clause, "told_name") or heard(clause, "named_in_passing")
    if found is None or (not heard(clause, "told_name") and not _is_name(found)):
        return None
    name = " ".join(_value(found, "name", name=True).split()[:3])
    if not name or STOP_WORDS & set(name.lower().split()):
        return None
    return Fact("name", name, f"your name is {name}", mine=True)


def _is_name(found: Found) -> bool:
    """Tell whether "I am X" or "X here" introduces somebody."""
    name = found.part("name")
    word, written = name.words[0], name.original
    if len(name.words) != 1:
        return False
    if name.words == found.utterance.words[:1]:
        return word in FIRST_NAMES and len(found.utterance.words) > 1
    no_name = word in LANGUAGES | COLORS | STOP_WORDS | PROPER_NOUNS
    typed = written[:1].isupper() and not written.isupper() and not no_name
    return word in FIRST_NAMES or (typed and not word.endswith(("an", "ish", "ese")))


def _described(clause: Utterance) -> Fact | None:
    """Return what is told about a thing, the user, or somebody else."""
    if found := heard(clause, "told_age"):
        value = found.part("value").shown
        return Fact("age", value, f"you are {value} years old", "i", mine=True)
    if found := heard(clause, "told_favorite"):
        value, key = _value(found), found.part("key")
        if key.words[0] == "favorite":
            told = f"your {key.original.lower()} is {value}"
            return Fact(key.text, value, told, mine=True)
    found = heard(clause, "told_thing")
    if found and len(found.part("key").words) <= _MOST_KEY_WORDS:
        whose, key = found.text("whose"), found.part("key")
        inner = found.part("value").match(_NOT_BUT)
        value, mine = flip(_value(inner or found)), whose in ("my", "our")
        shown = key.shown if key.original != key.original.lower() else key.original
        said = f"{'your' if mine else whose} {shown} {found.text('verb')} {value}"
        return Fact(key.text, value, said, mine=mine) if value else None
    if found := heard(clause, "told_self"):
        verb, value = found.text("verb"), flip(_value(found))
        if verb == "am" and found.part("value").words[0] in _STATES:
            verb = "come" if value.startswith("from ") else "am"
            return Fact(verb, value, f"you are {value}", "i", mine=True)
        if verb in _I_VERBS:
            return Fact(verb, value, flip_words(clause), "i", mine=True)
    own = clause.words[0] in ("my", "our")
    verb_at = clause.words[2:4] if own else clause.words[1:2]
    if (own or clause.words[0] in FIRST_NAMES) and _THEY_VERBS & set(verb_at):
        said = flip_words(clause)
        return Fact("", said, said, "note", mine=own)
    return None


def _changed(clause: Utterance) -> Fact | None:
    """Return the wish to forget something, or the new value of a correction."""
    if found := heard(clause, "forget"):
        key = found.text("what")
        if key == "it":
            return None  # "Forget it" gives up a wish, not a fact.
        key = "*" if key in _ALL else "last" if key in _THE_LAST else key
        return Fact(key, "", "", "forgets")
    found = heard(clause, "corrected")
    renamed = None if found else heard(clause, "renamed")
    if renamed and renamed.text("name") in FIRST_NAMES:
        found = renamed
    if found is None:
        return None
    value = _value(found, "name", name=True) if found is renamed else _value(found)
    vague = value.lower().startswith(("the other", "something", "what "))
    if not value or vague or value.lower() in _NO_VALUES:
        return None
    return Fact("", value, "", "corrects")


# --- all of them


@lru_cache(maxsize=2048)
def _told(text: str) -> tuple[Fact, ...]:
    """Return all facts of one turn (cached: turns are read again every time)."""
    told = (
        one for one in sentences(text)[:40] if not one.rstrip("\"') ").endswith("?")
    )
    return tuple(fact for one in told for fact in statement(read(one)))


@lru_cache(maxsize=256)
def _in_notes(text: str) -> tuple[Fact, ...]:
    """Return the facts of the instruction or of a note, written from outside."""
    text = text[:2_000]
    for pattern, first_person in _THIRD_PERSON:
        text = pattern.sub(first_person, text)
    return tuple(fact for fact in _told(text) if fact.kind != "forgets")


@dataclass(frozen=True)
class Memory:
    """All facts that hold, oldest first."""

    facts: tuple[Fact, ...] = ()

    @property
    def told(self) -> tuple[Fact, ...]:
        """What was told on purpose."""
        return tuple(fact for fact in self.facts if fact.kind != "passing")

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
            known = concepts(key_words(fact.key)) if fact.kind == "is" else frozenset()
            if known and wanted and (wanted <= known or known <= wanted):
                loose = loose or fact
        return loose


def memory_of(turns: Sequence[Turn], instruction: str = "") -> Memory:
    """Return what is known after these turns: later facts replace earlier ones."""
    kept: list[Fact] = list(_in_notes(instruction))
    for index, turn in enumerate(turns):
        if turn.role not in ("user", "note"):
            continue
        user = turn.role == "user"
        for fact in _told(turn.text[:2_000]) if user else _in_notes(turn.text):
            fact = replace(fact, turn=index)
            if fact.kind == "forgets":
                kept = _without(kept, fact.key)
                continue
            if fact.kind == "corrects":
                before = _spoken_of(kept, turns, index)
                if before is None or before.kind == "note":
                    continue
                fact = _with_value(before, fact.value, index)
            kept = [*(old for old in kept if not _same(old, fact)), fact]
    return Memory(tuple(kept))


def _same(one: Fact, other: Fact) -> bool:
    if one.kind == other.kind == "is":
        return (one.key, one.mine) == (other.key, other.mine)
    moved = one.kind == other.kind == "i" and one.key == other.key
    return one.said.lower() == other.said.lower() or (
        moved and one.key in ("live", "age", "come")
    )


def _spoken_of(facts: Sequence[Fact], turns: Sequence[Turn], index: int) -> Fact | None:
    """Return the fact that "no, it is green" corrects: the one just talked about."""
    told = [fact for fact in reversed(facts) if fact.kind != "passing"]
    last = next((fact for fact in told if fact.turn >= 0), None)
    if last is not None and last.turn >= index - 2:
        return last
    said = next((t.text for t in reversed(turns[:index]) if t.role == "model"), "")
    return next((fact for fact in told if fact.value and fact.value in said), None)


def _without(facts: list[Fact], key: str) -> list[Fact]:
    if key in ("*", "last"):
        return [] if key == "*" else facts[:-1]
    wanted = concepts(key_words(key))
    return [fact for fact in facts if not (wanted and wanted <= fact.words)]


def _with_value(fact: Fact, value: str, turn: int) -> Fact:
    if fact.key == "name":
        value = " ".join(word.capitalize() for word in value.split()[:3])
    head = fact.said.removesuffix(fact.value)
    if head == fact.said:
        head = fact.said.partition(" is ")[0] + " is "
    preposition = fact.value.partition(" ")[0]
    if fact.kind == "i" and preposition in ("in", "from", "at", "to"):
        value = value if value.startswith(preposition) else f"{preposition} {value}"
    return replace(fact, value=value, said=head + value, turn=turn)
