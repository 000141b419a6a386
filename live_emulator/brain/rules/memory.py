"""What the user told in this conversation, read from its turns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from live_emulator.brain.rules.tools.concepts import concepts, verb_group
from live_emulator.brain.types import Turn
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
    words = text.replace("'s", "").split()
    return frozenset(word for word in words if word not in STOP_WORDS)


_VALUE_ENDS = re.compile(
    r" (?:and |but |so )?(?:then )?(?:(?:what|who|where|when|why|how) (?:is|are|was|do"
    r"|did|can)|(?:can|could|will|would|do|did) you|please|thanks|thank you|tell me"
    r"|my name is|call me|i live|i am)\b.*"
)
_NAME_ENDS = re.compile(
    rf" (?:and )?(?:then )?(?:{'|'.join(sorted(INTRODUCERS))}|not|hello|thanks|from now"
    r"|here)\b.*"
)
_LEADS = re.compile(
    r"(?:(?:no|yes|well|actually|sorry|oh|so|and|but|now|also|by the way|please|hello"
    r"|listen|look|okay|wait|i mean|i said|i told you|to be exact|just so you know"
    r"|for your information|you should know|that|nice to meet you"
    r"|good morning|good evening|good afternoon) )+"
)
_REMEMBER = re.compile(
    r"(?:(?:can|could|would|will) you )?(?:please )?"
    r"(?:i want you to |i would like you to )?"
    r"(?:remember|memorize|keep in mind|bear in mind|note|make a note|take a note"
    r"|do not forget|never forget|write down)"
    r"(?: (?:this|the following|for me|please))?(?P<that> that)? (?P<what>.+)"
)
_NOT_TO_KEEP = re.compile(r"(?:what|when|where|who|how|me|my name|it|this|that)\b.*")
_NAME = re.compile(
    r"(?:(?:my|the user's) (?:(?:first|full|real|nick) ?)?name is "
    r"(?:not (?:[\w']+ ){1,3}?(?:it is |but )?)?"
    r"|(?:you can |you may )?call me |i am called |i go by |the user is called "
    r"|(?:people|friends|my friends|they|everyone) calls? me )(?P<name>.+)"
)
_I_AM_NAME = re.compile(
    r"(?:(?:i am|this is|it is) )?(?P<name>[\w'-]+)(?P<tail> (?:speaking|here"
    r"|is my name|by the way|from [\w ]+|nice to (?:meet|see) you"
    r"|pleased to meet you|how are you)"
    r".*)?"
)
_AGE = re.compile(r"i am (?P<value>[\w ]{1,30}?) years? old")
_IS_MINE = re.compile(
    r"(?P<value>[\w' -]{1,60}?) (?:is|are) my (?P<key>favorite [\w ]+)"
)
_ATTRIBUTE = re.compile(
    r"(?P<whose>my|our|the|today's|this) (?P<key>[\w'-]+(?: [\w'-]+){0,5}?) "
    r"(?P<verb>is|are|was|were|will be|equals) (?P<value>.+)"
)
_NOT_BUT = re.compile(r"not [\w' -]{1,40}?(?: but| it is| they are) (?P<value>.+)")
_I_VERB = re.compile(
    r"(?:i|we) (?:(?:really|also|usually|often|always|just|do not|still) )?"
    r"(?P<verb>live|come|like|love|hate|enjoy|prefer|have|own|work|study|play|speak"
    r"|drive|drink|eat|need|want|collect|teach|build|write|know|read|learn|run|grew"
    r"|moved|was|went|had|met|bought|saw|visited|made|parked) (?P<value>.+)"
)
_I_AM = re.compile(
    r"i am (?P<value>(?:from|an?|the|born|allergic|vegetarian|vegan|left|in|at|on"
    r"|married|learning|working|building)\b.*)"
)
_OTHERS = re.compile(
    r"(?P<who>(?:my|our) [\w'-]+(?: [\w'-]+)?|[\w-]+) (?:lives|likes|loves|hates|has"
    r"|had|works|plays|speaks|wants|needs|comes|drives|studies|goes|eats|drinks|owns"
    r"|moved|went|bought|teaches|collects) .+"
)
_CORRECTION = re.compile(
    r"(?:no|actually|sorry|wait|oh no|no no|no sorry|i am sorry)(?: (?:it is|it was"
    r"|i meant|i mean|i said|make (?:it|that)|that is))+ (?P<value>.+)"
    r"|i meant (?:to say )?(?P<meant>.+)|it is not [\w' -]{1,40}? it is "
    r"(?P<instead>.+)|no (?P<name>[\w'-]+)"
)
_NO_VALUES = frozenset(
    "fine okay enough right wrong true false not good nothing".split()
)
_FORGET = re.compile(
    r"(?:please )?forget (?:about )?(?P<what>everything|all of it|it all"
    r"|(?:what i (?:said|told you) about )?(?:my|the|our)? ?(?P<key>[\w' -]{1,60}))"
    r"(?: i (?:said|told you))?"
)
_ALL = frozenset({"everything", "all of it", "it all", "everything i told you"})
_THE_LAST = frozenset({"that", "this", "what i just said", "that please"})
QUESTION_WORDS = frozenset(
    "what who where when why how which whose is are was were do does did can could "
    "would will shall should am have has".split()
)
_ANDS = re.compile(r" and (?=(?:my|our|i|the) )")
_CHIT_CHAT = re.compile(
    r"i (?:like|love|hate|enjoy) (?:you|it|that|this|your .*|the (?:story|joke"
    r"|poem).*)|i (?:want|need|know|had|have|was|like) (?:to|you|a (?:joke|story|poem"
    r"|question|fact)|another|help|no|not|it|some help|that|just)\b.*|i (?:do not"
    r"|did not|have not) .*|(?:the|my|our|this) (?:question|answer|problem|reason"
    r"|thing|point|story|joke|idea|next (?:word|thing)|only|same|way)\b.*"
)


def _value(found: Found, group: str = "value", name: bool = False) -> str:
    """Return the group as it was said, up to where something new begins."""
    part = found.part(group)
    ends = (_NAME_ENDS if name else _VALUE_ENDS).search(part.text)
    if ends:
        part = part.slice(0, len(part.text[: ends.start()].split()))
    shown = part.shown.strip(" .,;:!?")
    if name:
        shown = re.split(r"[,;(]", shown)[0]
        if shown == shown.lower():
            shown = " ".join(word.capitalize() for word in shown.split())
    return shown


def _is_name(found: Found) -> bool:
    """Tell whether "I am X" or "X here" introduces somebody."""
    name = found.part("name")
    word, written = name.words[0], name.original
    if name.words == found.utterance.words[:1]:
        return found.has("tail") and word in FIRST_NAMES
    return word in FIRST_NAMES or (
        written[:1].isupper()
        and not written.isupper()
        and word not in LANGUAGES | COLORS | STOP_WORDS | PROPER_NOUNS
        and not word.endswith(("an", "ish", "ese"))
    )


def _named(clause: Utterance) -> Fact | None:
    found = clause.match(_NAME)
    if found is None:
        found = clause.match(_I_AM_NAME)
        if found is None or not _is_name(found):
            return None
    name = " ".join(_value(found, "name", name=True).split()[:3])
    if not name or STOP_WORDS & set(name.lower().split()):
        return None
    return Fact("name", name, f"your name is {name}", mine=True)


def _described(clause: Utterance) -> Fact | None:
    if found := clause.match(_AGE):
        value = found.part("value").shown
        return Fact("age", value, f"you are {value} years old", "i", mine=True)
    if found := clause.match(_IS_MINE):
        value, key = _value(found), found.part("key")
        told = f"your {key.original.lower()} is {value}"
        return Fact(key.text, value, told, mine=True)
    if found := clause.match(_ATTRIBUTE):
        whose, key = found.text("whose"), found.part("key")
        inner = found.part("value").match(_NOT_BUT)
        value = flip(_value(inner or found))
        mine = whose in ("my", "our")
        shown = key.shown if key.original != key.original.lower() else key.original
        said = f"{'your' if mine else whose} {shown} {found.text('verb')} {value}"
        return Fact(key.text, value, said, mine=mine) if value else None
    if found := clause.match(_I_AM):
        value = flip(_value(found))
        verb = "come" if value.startswith("from ") else "am"
        return Fact(verb, value, f"you are {value}", "i", mine=True)
    if found := clause.match(_I_VERB):
        value = flip(_value(found))
        return Fact(found.text("verb"), value, flip_words(clause), "i", mine=True)
    if found := clause.match(_OTHERS):
        who = found.part("who").words
        if who[0] in ("my", "our") or who[0] in FIRST_NAMES:
            said = flip_words(clause)
            return Fact("", said, said, "note", mine=len(who) > 1)
    return None


def _clause(clause: Utterance, asked: bool) -> Fact | None:
    """Return the fact a clause tells, if it tells one."""
    if not clause or (clause.words[0] in QUESTION_WORDS and not asked):
        return None
    if not asked and clause.match(_CHIT_CHAT):
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


def _changed(clause: Utterance) -> Fact | None:
    """Return the wish to forget something, or the new value of a correction."""
    if found := clause.match(_FORGET):
        what, key = found.text("what"), found.text("key")
        if what in _ALL or key in _ALL:
            key = "*"
        elif key in _THE_LAST:
            key = "last"
        # "Forget it" gives up a wish, not a fact.
        return None if key == "it" else Fact(key, "", "", "forgets")
    found = clause.match(_CORRECTION)
    if found is None:
        return None
    group = next(g for g in ("value", "meant", "instead", "name") if found.has(g))
    if group == "name" and found.text("name") not in FIRST_NAMES:
        return None
    value = _value(found, group, name=group == "name")
    vague = value.lower().startswith(("the other", "something", "what "))
    if not value or vague or value.lower() in _NO_VALUES:
        return None
    return Fact("", value, "", "corrects")


def statement(clause: Utterance) -> list[Fact]:
    """Return the facts told by one sentence, or what it changes in others."""
    if clause.is_long:
        clause = clause.slice(0, 40)
    found = clause.match(_REMEMBER)
    if found is None:
        if changed := _changed(clause):
            return [changed]
        if lead := _LEADS.match(clause.text + " "):
            clause = clause.slice(len(lead.group().split()))
            found = clause.match(_REMEMBER)
    if found is not None:
        clause = found.part("what")
        if clause.match(_NOT_TO_KEEP) and not clause.text.startswith("my name is"):
            return []
    facts: list[Fact] = []
    start = 0
    for cut in [*(m.start() for m in _ANDS.finditer(clause.text)), len(clause.text)]:
        piece = clause.between(start, cut)
        if piece and piece.words[0] == "and":
            piece = piece.slice(1)
        if fact := _clause(piece, found is not None):
            facts.append(fact)
            whole = flip_words(piece)
            more = len(piece.words) > 4 and whole.lower() != fact.said.lower()
            if fact.key == "name" and more:
                facts.append(Fact("", whole, whole, "passing"))
        start = cut + 1
    return facts


@lru_cache(maxsize=2048)
def _told(text: str) -> tuple[Fact, ...]:
    """Return all facts of one turn (cached: turns are read again every time)."""
    facts: list[Fact] = []
    for one in sentences(text)[:40]:
        if not one.rstrip("\"') ").endswith("?"):
            facts += statement(read(one))
    return tuple(facts)


_THE_USER = r"\b(?:the user|the caller|the customer)"
_THIRD_PERSON = (
    (re.compile(rf"{_THE_USER}(?:'s|\u2019s)", re.I), "my"),
    (re.compile(rf"{_THE_USER} is\b", re.I), "i am"),
    (re.compile(rf"{_THE_USER} has\b", re.I), "i have"),
    (re.compile(rf"{_THE_USER} ([a-z]+)s\b", re.I), r"i \1"),
)


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
            if loose is None and fact.kind == "is" and wanted:
                known = concepts(key_words(fact.key))
                if known and (wanted <= known or known <= wanted):
                    loose = fact
        return loose


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
            news = _told(turn.text[:2_000])
        elif turn.role == "note":
            news = _in_notes(turn.text)
        else:
            continue
        for fact in news:
            fact = replace(fact, turn=index)
            if fact.kind == "forgets":
                kept = _without(kept, fact.key)
                continue
            if fact.kind == "corrects":
                before = _spoken_of(kept, turns, index)
                if before is None or before.kind == "note":
                    continue
                fact = _with_value(before, fact.value, index)
            kept = [old for old in kept if not _same(old, fact)]
            kept.append(fact)
    return Memory(tuple(kept))


def _spoken_of(facts: Sequence[Fact], turns: Sequence[Turn], index: int) -> Fact | None:
    """Return the fact that "no, it is green" corrects: the one just talked about."""
    told = [fact for fact in facts if fact.kind != "passing"]
    last = next((f for f in reversed(told) if f.turn >= 0), None)
    if last is not None and last.turn >= index - 2:
        return last
    said = next((t.text for t in reversed(turns[:index]) if t.role == "model"), "")
    return next((f for f in reversed(told) if f.value and f.value in said), None)


def _without(facts: list[Fact], key: str) -> list[Fact]:
    if key == "*":
        return []
    if key == "last":
        return facts[:-1]
    wanted = concepts(key_words(key))
    return [fact for fact in facts if not (wanted and wanted <= fact.words)]


def _with_value(fact: Fact, value: str, turn: int) -> Fact:
    head = fact.said[: -len(fact.value)] if fact.said.endswith(fact.value) else None
    if fact.key == "name":
        value = " ".join(word.capitalize() for word in value.split()[:3])
    if head is None:
        head = fact.said.partition(" is ")[0] + " is "
    preposition = fact.value.partition(" ")[0]
    if fact.kind == "i" and preposition in ("in", "from", "at", "to") and value:
        value = value if value.startswith(preposition) else f"{preposition} {value}"
    return replace(fact, value=value, said=head + value, turn=turn)
