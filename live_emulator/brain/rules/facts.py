"""Read from a sentence what the user tells: names, favourites, things to remember."""

import re
from dataclasses import dataclass, replace

from live_emulator.brain.words.lexicon import (
    COLORS,
    FIRST_NAMES,
    INTRODUCERS,
    LANGUAGES,
    PROPER_NOUNS,
    STOP_WORDS,
)
from live_emulator.brain.words.normalise import Found, Utterance, read
from live_emulator.brain.words.speech import flip, flip_words

__all__ = ["Fact", "key_words", "statement"]


@dataclass(frozen=True)
class Fact:
    """One thing that was told."""

    key: str
    """What it is about, canonical: ``name``, ``favorite color``, ``live``."""
    value: str
    """As it was said, names with capitals."""
    said: str
    """The statement turned towards the user: "your favourite colour is blue"."""
    kind: str = "is"
    """``is`` for "X is Y", ``i`` for "I live in Y", ``note`` for anything else."""
    mine: bool = False
    """It is about the user."""
    words: frozenset[str] = frozenset()
    """Content words, for finding it again."""
    turn: int = -1
    """Index of the turn; below zero if it stands in the instruction."""
    forgets: bool = False
    """It is no fact but the wish to forget facts with this key."""
    corrects: bool = False
    """It gives a new value to the fact before it."""
    asked: bool = False
    """The user asked for it to be remembered."""


def key_words(text: str) -> frozenset[str]:
    """Return the words of a canonical text that carry its meaning."""
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") else word
        for word in text.replace("'s", "").split()
        if word not in STOP_WORDS
    )


_INTRODUCERS = "|".join(sorted(INTRODUCERS))

_NAME_ENDS = re.compile(rf" (?:and )?(?:then )?(?:{_INTRODUCERS}|not|hello|thanks)\b.*")

_VALUE_ENDS = re.compile(
    r" (?:and |but )?(?:then )?(?:what|who|where|when|why|how) (?:is|are|was|do|did"
    r"|can)\b.*| (?:and |but |so )?(?:can|could|will|would|do|did) you\b.*| (?:and "
    r"|but )?(?:please|thanks|thank you|tell me|my name is|call me|i live|i am)\b.*"
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
    r"(?: (?:this|the following|for me|please))?(?: that)? (?P<what>.+)"
)

_NOT_TO_KEEP = re.compile(r"(?:what|when|where|who|how|me|my name|it|this|that)\b.*")

_NAME = (
    re.compile(
        r"(?:my|the user's) (?:(?:first|full|real|nick) ?)?name is "
        r"(?:not (?:[\w']+ ){1,3}?(?:it is |but )?)?(?P<name>.+)"
    ),
    re.compile(r"(?:you can |you may )?call me (?P<name>.+)"),
    re.compile(
        r"(?:i am|people call me|everyone calls me|i go by) called (?P<name>.+)"
    ),
    re.compile(r"(?:people|friends|my friends|they|everyone) calls? me (?P<name>.+)"),
    re.compile(r"the user is (?:called|named) (?P<name>.+)"),
    re.compile(r"(?P<name>[\w'-]+(?: [\w'-]+)?) is my name"),
)

_I_AM_NAME = re.compile(
    r"(?:i am|this is|it is) (?P<name>[\w'-]+)"
    r"(?: (?:speaking|here|by the way|from [\w ]+|nice to (?:meet|see) you.*"
    r"|pleased to meet you.*|how are you.*))?"
)
_OTHERS_VERB = re.compile(
    r"(?P<who>(?:my|our) [\w'-]+(?: [\w'-]+)?|[\w-]+) (?P<verb>lives|likes|loves|hates"
    r"|has|had|works|plays|speaks|wants|needs|comes|drives|studies|goes|eats|drinks"
    r"|owns|moved|went|bought|teaches|collects) (?P<value>.+)"
)
_AGE = re.compile(r"i am (?P<value>[\w ]{1,30}?) years? old")

_IS_MINE = re.compile(
    r"(?P<value>[\w' -]{1,60}?) (?:is|are) my (?P<key>favorite [\w ]+)"
)

_ATTRIBUTE = re.compile(
    r"(?P<whose>my|our|the|today's|this) (?P<key>[\w'-]+(?: [\w'-]+){0,5}?) "
    r"(?:is|are|was|were|will be|equals) (?P<value>.+)"
)

_NOT_BUT = re.compile(r"not [\w' -]{1,40}?(?: but| it is| they are) (?P<value>.+)")

_VERBS = (
    "live come like love hate enjoy prefer have own work study play speak drive drink "
    "eat need want collect teach build write know read study learn run grew moved was "
    "went had met bought saw visited made"
).split()

_I_VERB = re.compile(
    rf"(?:i|we) (?:(?:really|also|usually|often|always|just|do not|still) )?"
    rf"(?P<verb>{'|'.join(_VERBS)}) (?P<value>.+)"
)

_I_AM = re.compile(
    r"i am (?:from (?P<from>.+)|(?P<other>(?:an? |the |born |allergic |vegetarian|vegan"
    r"|left |in |at |on |married|learning |working |building ).*))"
)

_CORRECTION = re.compile(
    r"(?:no|actually|sorry|wait|oh no|no no|no sorry|i am sorry)(?: (?:it is|it was"
    r"|i meant|i mean|i said|make (?:it|that)|that is))+ (?P<value>.+)"
    r"|i meant (?:to say )?(?P<meant>.+)|it is not [\w' -]{1,40}? it is "
    r"(?P<instead>.+)"
)

_NO_VALUES = frozenset(
    "fine okay enough right wrong true false not good nothing".split()
)

_CORRECTS_NAME = re.compile(r"no (?P<name>[\w'-]+)")

_FORGET = re.compile(
    r"(?:please )?forget (?:about )?(?P<what>everything|all of it|it all"
    r"|(?:what i (?:said|told you) about )?(?:my|the|our)? ?(?P<key>[\w' -]{1,60}))"
    r"(?: i (?:said|told you))?"
)

_FORGET_THAT = frozenset({"that", "this", "what i just said", "that please"})

_ALL = frozenset({"everything", "all of it", "it all", "everything i told you"})

_QUESTION_WORDS = frozenset(
    "what who where when why how which whose is are was were do does did can could "
    "would will shall should".split()
)

_ANDS = re.compile(r" and (?=(?:my|our|i|the) )")


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


def _is_name(name: Utterance) -> bool:
    """Tell whether "I am X" introduces somebody."""
    word = name.words[0]
    if word in FIRST_NAMES:
        return True
    written = name.original
    return (
        written[:1].isupper()
        and not written.isupper()
        and word not in LANGUAGES | COLORS | STOP_WORDS | PROPER_NOUNS
        and not word.endswith(("an", "ish", "ese"))
    )


def _named(clause: Utterance) -> Fact | None:
    found = next((f for p in _NAME if (f := clause.match(p))), None)
    if found is None:
        found = clause.match(_I_AM_NAME)
        if found is not None and not _is_name(found.part("name")):
            found = None
    if found is None:
        return None
    name = " ".join(_value(found, "name", name=True).split()[:3])
    if not name or name.lower() in STOP_WORDS:
        return None
    return Fact("name", name, f"your name is {name}", mine=True)


def _described(clause: Utterance) -> Fact | None:
    if found := clause.match(_AGE):
        value = found.part("value").shown
        return Fact("age", value, f"you are {value} years old", "i", mine=True)
    if found := clause.match(_IS_MINE):
        value, key = _value(found), found.part("key")
        return Fact(
            key.text, value, f"your {key.original.lower()} is {value}", mine=True
        )
    if found := clause.match(_ATTRIBUTE):
        whose, key = found.text("whose"), found.part("key")
        value = _value(found)
        if not value or key.words[0] in ("only", "same", "thing", "point", "way"):
            return None
        inner = found.part("value").match(_NOT_BUT)
        if inner is not None:
            value = _value(inner)
        mine = whose in ("my", "our")
        owner = "your" if mine else whose
        verb = clause.text[found.match.end("key") :].split()[0]
        shown = key.shown if key.original != key.original.lower() else key.original
        said = f"{owner} {shown} {verb} {flip(value)}"
        return Fact(key.text, flip(value), said, mine=mine)
    if found := clause.match(_OTHERS_VERB):
        who = found.part("who")
        if who.words[0] in ("my", "our") or who.words[0] in FIRST_NAMES:
            said = flip_words(clause)
            return Fact("", said, said, "note", mine=len(who.words) > 1)
    if found := clause.match(_I_AM):
        if found.has("from"):
            value = _value(found, "from")
            return Fact(
                "come", f"from {value}", f"you are from {value}", "i", mine=True
            )
        value = _value(found, "other")
        return Fact("am", value, f"you are {flip(value)}", "i", mine=True)
    if found := clause.match(_I_VERB):
        cut = _value(found)
        said = flip_words(clause)
        return Fact(found.text("verb"), flip(cut), said, "i", mine=True)
    return None


_CHIT_CHAT = re.compile(
    r"i (?:like|love|hate|enjoy) (?:you|it|that|this|your .*|the (?:story|joke"
    r"|poem).*)|i (?:want|need|know|had|have|was|like) (?:to|you|a (?:joke|story|poem"
    r"|question|fact)|another|help|no|not|it|some help|that|just)\b.*|i (?:do not"
    r"|did not|have not) .*|(?:the|my|our|this) (?:question|answer|problem|reason"
    r"|thing|point|story|joke|idea|next (?:word|thing)) (?:is|was)\b.*"
)


def _clause(clause: Utterance, turn: int, asked: bool) -> Fact | None:
    """Return the fact a clause tells, if it tells one."""
    if not clause or (clause.words[0] in _QUESTION_WORDS and not asked):
        return None
    if not asked and clause.match(_CHIT_CHAT):
        return None
    fact = _named(clause) or _described(clause)
    if fact is None and asked:
        said = flip_words(clause)
        if clause.words[0] == "to":
            said = f"you want {said}"
        fact = Fact("", said, said, "note", mine="your" in said.split())
    if fact is None or not fact.value:
        return None
    words = key_words(read(fact.said).text)
    return replace(fact, words=words, turn=turn, asked=asked)


def _corrected(clause: Utterance, turn: int) -> Fact | None:
    if found := clause.match(_CORRECTION):
        for group in ("value", "meant", "instead"):
            if found.has(group):
                value = _value(found, group)
                vague = value.lower().startswith(("the other", "something", "what "))
                if vague or value.lower() in _NO_VALUES:
                    return None
                return Fact("", value, "", turn=turn, corrects=True)
    found = clause.match(_CORRECTS_NAME)
    if found and found.text("name") in FIRST_NAMES:
        name = _value(found, "name", name=True)
        return Fact("", name, "", turn=turn, corrects=True)
    return None


def _forgotten(clause: Utterance, turn: int) -> Fact | None:
    found = clause.match(_FORGET)
    if found is None:
        return None
    what, key = found.text("what"), found.text("key")
    if what in _ALL or key in _ALL:
        key = "*"
    elif key == "it":
        return None  # "forget it" gives up a wish, not a fact
    elif key in _FORGET_THAT:
        key = "last"
    return Fact(key, "", "", turn=turn, forgets=True)


def statement(clause: Utterance, turn: int = 0) -> list[Fact]:
    """Return the facts told by one sentence."""
    if clause.is_long:
        clause = clause.slice(0, 40)
    if forgotten := _forgotten(clause, turn):
        return [forgotten]
    asked = False
    if found := clause.match(_REMEMBER):
        part = found.part("what")
        if part.match(_NOT_TO_KEEP) and not part.text.startswith("my name is"):
            return []
        clause, asked = part, True
    elif corrected := _corrected(clause, turn):
        return [corrected]
    if not asked and (lead := _LEADS.match(clause.text + " ")):
        clause = clause.slice(len(lead.group().split()))
        if found := clause.match(_REMEMBER):
            clause, asked = found.part("what"), True
    facts: list[Fact] = []
    start = 0
    cuts = [m.start() for m in _ANDS.finditer(clause.text)] + [len(clause.text)]
    for cut in cuts:
        piece = clause.between(start, cut)
        if piece and piece.words[0] == "and":
            piece = piece.slice(1)
        if fact := _clause(piece, turn, asked):
            facts.append(fact)
        start = cut + 1
    return facts
