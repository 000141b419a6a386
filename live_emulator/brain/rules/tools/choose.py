"""Choose the function a clause asks for, or none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from live_emulator.brain.rules.tools.concepts import (
    ACTIONS,
    GENERIC,
    compatible,
    concept,
    concepts,
    verb_group,
)
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    name_words,
    read_parameters,
)
from live_emulator.brain.types import Tool
from live_emulator.brain.words.lexicon import (
    ANIMALS,
    COLORS,
    FIRST_NAMES,
    FOODS,
    PLACES,
    ROOMS,
    STOP_WORDS,
)
from live_emulator.brain.words.normalise import read
from live_emulator.brain.words.numbers import is_number_word

__all__ = ["Choice", "choose", "mood", "request_words", "wish_words"]


@dataclass(frozen=True)
class Choice:
    """A function that fits, and how well."""

    tool: Tool
    parameters: tuple[Parameter, ...]
    score: float
    reason: str
    """The words that spoke for it."""


@dataclass(frozen=True)
class _Profile:
    verb: frozenset[str]
    verb_word: str
    objects: frozenset[str]
    first: str
    """The first object: the "stock" of "stock price", which tells it from others."""
    about: frozenset[str]
    """Concepts of the description."""


_STATEMENT_STARTS = frozenset(
    "i we he she they it this that there my our the a an your you not no yes "
    "because".split()
)
_QUESTION_STARTS = frozenset(
    "what who whom where when why how which whose is are was were do does did has "
    "have am will can could would should".split()
)
_STATING = frozenset(
    "is are was were am has have had like love hate think feel went did does seems "
    "looks likes loves wants knows told said".split()
)
_FINITE = frozenset(
    "is are was were am has had can could will would should must may might went goes "
    "matters does did makes means".split()
)
_OPENS = frozenset(
    "me us that what who where when why how which if whether it them this the a an my "
    "your our his her and".split()
)
_WANT = re.compile(
    r"(?:i (?:want|need|would like|would love|will have|will take|wish)|may i have"
    r"|can i have|could i (?:have|get)|can i get|i am looking for|let me have|give me"
    r"|get me|bring me|we need|we want)\b"
)
_LEAD = re.compile(
    r"(?:(?:please|now|then|and|also|so|okay|hello|well|first|next|finally|after that|"
    r"quickly|just|can you|could you|would you|will you|can we|could we|i want you to"
    r"|i would like you to|i need you to|i want to|i would like to|i need to|we need to"
    r"|i have to|let us|help me to|help me|is it possible to|try to|go ahead and"
    r"|would you mind|do you think you could|you should|you can|maybe|thank you"
    r"|do me a favor and|tell me please|(?:use|call|run) (?:the|your|a|this) (?:\w+ )?"
    r"(?:function|tool) (?:to|and|for)) )+"
)
_MADE_UP = re.compile(
    r"\b(?:story|stories|tale|joke|jokes|poem|riddle|fact|facts|quiz|song about)\b"
)


def request_words(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without "could you please" and the like in front."""
    text = " ".join(words) + " "
    lead = _LEAD.match(text)
    skipped = len(lead.group().split()) if lead else 0
    return tuple(words[skipped:])


def mood(words: tuple[str, ...]) -> str:
    """Tell whether a clause is an ``order``, a ``question``, a ``wish`` and so on.

    The others are ``fragment`` ("lights off") and ``statement``.
    """
    if not words:
        return "statement"
    if _WANT.match(" ".join(words[:4]) + " "):
        return "wish"
    first = words[0]
    if first in _QUESTION_STARTS:
        return "question"
    if (
        words[1:2]
        and words[1] in _FINITE
        or (words[2:3] and words[2] in _FINITE and words[1] not in _OPENS)
    ):
        return "statement"  # "text is cheaper", "send buffers can overflow"
    if verb_group(words) - {"any"} and first not in ("i", "it"):
        return "order"
    if first in _STATEMENT_STARTS and _STATING & set(words[:6]):
        return "statement"
    if first in ("i", "we", "he", "she", "they", "it", "you", "there", "because"):
        return "statement"
    if _STATING & set(words[:5]):
        return "statement"
    return "fragment" if len(words) <= 9 else "statement"


@lru_cache(maxsize=512)
def _profile(name: str, description: str) -> _Profile:
    words = name_words(name)
    verb = verb_group(words)
    verb_word = words[0] if verb else ""
    rest = words[1:] if verb else words
    objects = concepts(w for w in rest if w not in STOP_WORDS) - GENERIC
    about = read(description[:400]).words
    if not verb and about:
        # "Turns on the fan": the third person is a verb as well.
        first = about[0]
        verb = verb_group((first.removesuffix("s"), *about[1:6])) or verb_group(
            about[:6]
        )
        verb_word = first
        if not (objects & concepts(about)) and not objects:
            objects = concepts(about[1:6]) - GENERIC - concepts(STOP_WORDS)
    if not words:
        verb_word = ""
    first = next((c for c in map(concept, rest) if c in objects), "")
    return _Profile(
        verb,
        verb_word,
        objects,
        first,
        concepts(w for w in about if w not in STOP_WORDS) - GENERIC,
    )


def _hints(parameters: Sequence[Parameter]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the concepts of parameter names and of enum values."""
    names: set[str] = set()
    values: set[str] = set()
    for parameter in parameters:
        for one in (parameter, *parameter.properties):
            names |= concepts(one.words)
            options = one.enum or (one.items.enum if one.items else ())
            for value in options:
                if isinstance(value, str):
                    values |= concepts(name_words(value)) - concepts(STOP_WORDS)
    return frozenset(names) - GENERIC, frozenset(values)


def wish_words(words: tuple[str, ...]) -> int:
    """Return how many words "I would like" and the like take in front."""
    match = _WANT.match(" ".join(words[:5]) + " ")
    return len(match.group().split()) if match else 0


_ABOUT_TALK = re.compile(
    r"(?:what|when|where|how|why|who|which)?(?: [\w]+)? ?(?:did|have|do|had|was|are)"
    r" (?:i|you|we) (?:just |ever |already )?(?:say|said|tell|told|ask|asked|mention"
    r"|mentioned|remember|know|think|talk|talking|saying|mean|like|hear)\b"
)
_MOST = 3
_ASIDE = 0.1

_WHERE_OR_WHEN = (
    r"(?:outside|outdoors|today|tonight|tomorrow"
    r"|(?:in|at|for) (?!(?:the|an?|my|our|your|his|her|this|that|here|there|it|which"
    r"|fahrenheit|celsius|kelvin|degrees|winter|summer|spring|autumn|space)\b)\w+)"
)
_FELT = r"(?:hot|cold|warm|cool|chilly|freezing|windy|humid|wet|dry|cloudy)"
_WEATHER = re.compile(
    rf"what is it like (?:outside|out|{_WHERE_OR_WHEN})\b.*"
    r"|(?:(?:what is|what will|what was|how is|tell me|check|get|show me|look up)"
    r" (?:be )?(?:the )?(?:current |outside |outdoor |air )?(?:temperature|humidity)"
    rf"(?: be)?(?: right)?(?: now)?(?: {_WHERE_OR_WHEN}\b.*| outside)"
    rf"|how (?:{_FELT}|many degrees) (?:is|was|will|does) it (?:be )?(?:now )?"
    rf"{_WHERE_OR_WHEN}\b.*"
    r"|(?:is|was|will) it (?:be |going to be |getting )?(?:very |really |too |so )?"
    rf"{_FELT} (?:right now )?{_WHERE_OR_WHEN}\b.*)"
)
"""Asks for the weather by one of its sides, and not for that of an oven or the sun."""


def choose(
    words: Sequence[str], tools: Sequence[Tool], carried: frozenset[str] = frozenset()
) -> list[Choice]:
    """Return the functions the words may ask for, the best first.

    Args:
        words: Canonical words of one clause.
        tools: The declared functions.
        carried: Concepts that "it" stands for, from the call before.

    """
    said = request_words(words)[:60]
    kind = mood(said)
    text = " ".join(said)
    if kind == "statement" or _ABOUT_TALK.match(text):
        return []
    content = concepts(w for w in said if w not in STOP_WORDS)
    weather = frozenset({concept("weather")} if _WEATHER.fullmatch(text) else ())
    found: list[tuple[float, str, Tool]] = []
    for tool in tools:
        profile = _profile(tool.name, tool.description)
        if _MADE_UP.search(text) and not _MADE_UP.search(
            " ".join(name_words(tool.name))
        ):
            continue
        score, reason = _score(said, kind, content, profile, tool, carried | weather)
        if profile.objects & weather:
            score -= _ASIDE  # a function of the temperature itself is better
        if score > 0:
            found.append((score, reason, tool))
    found.sort(key=lambda one: -one[0])
    return [
        Choice(tool, read_parameters(tool), score, reason)
        for score, reason, tool in found[:_MOST]
    ]


def _score(
    said: tuple[str, ...],
    kind: str,
    content: frozenset[str],
    profile: _Profile,
    tool: Tool,
    carried: frozenset[str],
) -> tuple[float, str]:
    asked = verb_group(said) if kind == "order" else frozenset()
    if kind == "question":
        asked = frozenset({"info"})
    if kind == "fragment":
        asked = _particle(said)
    fits = compatible(asked, profile.verb)
    sums = _does_sums(said, tool)
    acts = bool(profile.verb & ACTIONS) and not profile.verb & {"info", "calculate"}
    acts = acts and not sums
    if kind == "question" and acts:
        return 0.0, ""
    if kind == "wish" and profile.verb and profile.verb <= {"off", "stop", "delete"}:
        return 0.0, ""
    parameters = read_parameters(tool)
    names, values = _hints(parameters)
    if sums:
        return 4.0, "the numbers"
    if fits == 0.0 and not _states(asked, parameters):
        return 0.0, ""
    matched = profile.objects & (content | carried)
    verb_said = bool(profile.verb_word) and said[:1] == (profile.verb_word,)
    others = content - concepts({said[0]} if kind == "order" else ())
    others -= concepts(_QUESTION_STARTS)
    about = others & (profile.about | names | values)
    score = 0.3 * min(len(about), 5) + fits
    score += 0.5 * len(others & values)
    counted = _counts(said, parameters)
    if kind == "wish" and "buy" in profile.verb:
        return score + 1.5, said[-1]
    if counted and (profile.verb & ACTIONS or "any" in profile.verb):
        return score + 1.5, counted
    some = set(said[1:2]) & _OBJECTS and said[2:3] != ("half",)
    if verb_said and "buy" in profile.verb and some:
        return score + 1, said[0]
    if kind == "fragment" and not _explained(said, others, matched | about):
        return 0.0, ""
    if profile.objects:
        part = len(matched) / len(profile.objects)
        half = part == 0.5 and profile.first not in matched and len(about) < 2
        if part >= 0.5 and not half:
            score += 2 * part + len(matched)
            return score, _reason(matched, said)
        if (matched or others & values) and about - matched and fits == 1.0:
            return score + 1, _reason(matched | about, said)
    elif verb_said and fits == 1.0 and profile.verb_word not in _COMMON_VERBS:
        return score + 2, profile.verb_word
    distinctive = profile.verb & {"translate", "convert", "remind", "calculate", "go"}
    if fits == 1.0 and asked & distinctive:
        return score + 1.5, said[0]
    if verb_said and said[0] in ("play", "call", "email", "text", "message"):
        return score + 1, said[0]
    telling = about - concepts({"now", "today"})
    enough = len(telling) >= 2 and 2 * len(telling) >= len(others)
    return (score, _reason(telling, said)) if enough else (0.0, "")


def _counts(said: tuple[str, ...], parameters: Sequence[Parameter]) -> str:
    """Return what has a number, if a parameter is named so: "two portions"."""
    numbers = [at for at, word in enumerate(said) if is_number_word(word)]
    for parameter in parameters if numbers else ():
        if parameter.type in ("integer", "number"):
            own = concepts(parameter.words) - GENERIC
            named = (word for word in said[: numbers[-1] + 2] if concept(word) in own)
            if word := next(named, ""):
                return word
    return ""


_OBJECTS = frozenset("the a an some my me us another two three four".split()) | FOODS


def _explained(
    said: tuple[str, ...], others: frozenset[str], known: frozenset[str]
) -> bool:
    """Tell whether a fragment is mostly about what the function knows of."""
    known |= concepts(w for w in said if is_number_word(w) or w in _GIVEN_WORDS)
    return 2 * len(others & known) >= len(others)


_GIVEN_WORDS = frozenset(PLACES | COLORS | FIRST_NAMES | ANIMALS | FOODS) | frozenset(
    word for room in ROOMS for word in room.split()
)
_COMMON_VERBS = frozenset(
    "get set make do add create show tell give start take run is read check "
    "send".split()
)
_SIGNS = frozenset("plus minus times divided multiplied squared percent root".split())

_OPERATIONS = {
    "plus": ("add", "sum", "addition"),
    "minus": ("subtract", "subtraction", "difference"),
    "times": ("multiply", "multiplication", "product"),
    "multiplied": ("multiply", "multiplication", "product"),
    "divided": ("divide", "division", "quotient"),
}


def _does_sums(said: tuple[str, ...], tool: Tool) -> bool:
    """Tell whether the words are a calculation, and the function carries it out."""
    signs = _SIGNS & set(said)
    if not signs or not any(is_number_word(word) for word in said):
        return False
    words = set(name_words(tool.name)) | set(read(tool.description[:200]).words)
    if concept("calculate") in concepts(words) or "arithmetic" in words:
        return True
    return any(words & set(_OPERATIONS.get(sign, ())) for sign in signs)


def _particle(said: tuple[str, ...]) -> frozenset[str]:
    """Read "kitchen light on" as an order to switch it on."""
    while said[-1:] in (("please",), ("now",), ("again",)):
        said = said[:-1]
    return frozenset(said[-1:]) & frozenset({"on", "off"})


def _states(asked: frozenset[str], parameters: Sequence[Parameter]) -> bool:
    """Tell whether "on" and "off" can be said by an argument of the function."""
    if not asked & {"on", "off", "open", "close", "start", "stop", "lock", "unlock"}:
        return False
    for parameter in parameters:
        if parameter.type == "boolean":
            return True
        words = {
            word
            for value in parameter.enum
            if isinstance(value, str)
            for word in name_words(value)
        }
        if words & {"on", "off", "open", "close", "closed", "start", "stop"}:
            return True
    return False


def _reason(matched: frozenset[str], said: tuple[str, ...]) -> str:
    return " and ".join(
        list(dict.fromkeys(word for word in said if concept(word) in matched))[:4]
    )
