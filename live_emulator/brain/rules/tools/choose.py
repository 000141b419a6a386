"""Choose the function a clause asks for, or none."""

import re
from collections.abc import Iterable, Sequence
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
from live_emulator.brain.words.data import alternatives, data, patterns, words
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


_ASKING = words("asking")
_SUBJECTS = frozenset("i we he she they it you there because".split())
_NO_SUBJECTS = _SUBJECTS | words("determiners")
_STATING, _FINITE, _OPENS = words("stating"), words("finite"), words("opens")
_OPERATORS: dict[str, str] = data("words", "words.yaml")["enum_values"]
_SIGNS = frozenset("plus minus times divided multiplied squared percent root".split())
_COMMON_VERBS = words("common_verbs")
_OBJECTS = frozenset("the a an some my me us another two three four".split()) | FOODS
_GIVEN_WORDS = PLACES | COLORS | FIRST_NAMES | ANIMALS | FOODS | ROOMS
_WANT = re.compile(rf"(?:{alternatives('wants')})\b")
_LEAD = re.compile(
    rf"(?:(?:{alternatives('leads')}|(?:use|call|run) (?:the|your|a|this) (?:\w+ )?"
    r"(?:function|tool) (?:to|and|for)) )+"
)
_MADE_UP = re.compile(r"\b(?:stor(?:y|ies)|tale|jokes?|poem|riddle|facts?|quiz)\b")
_MOST = 3
_ASIDE = 0.1


def request_words(said: Sequence[str]) -> tuple[str, ...]:
    """Return the words without "could you please" and the like in front."""
    lead = _LEAD.match(" ".join(said) + " ")
    return tuple(said[len(lead.group().split()) if lead else 0 :])


def wish_words(said: Sequence[str]) -> int:
    """Return how many words "I would like" and the like take in front."""
    match = _WANT.match(" ".join(said[:5]) + " ")
    return len(match.group().split()) if match else 0


def mood(said: tuple[str, ...]) -> str:
    """Tell whether a clause is an ``order``, a ``question``, a ``wish`` and so on.

    The others are ``fragment`` ("lights off") and ``statement``.
    """
    if not said:
        return "statement"
    first, second, third = (*said[:3], "", "")[:3]
    if wish_words(said):
        return "wish"
    if first in _ASKING:
        return "question"
    if second in _FINITE or (third in _FINITE and second not in _OPENS):
        return "statement"  # "text is cheaper", "send buffers can overflow"
    if verb_group(said) - {"any"} and first not in ("i", "it"):
        return "order"
    about = 6 if first in _NO_SUBJECTS else 5
    if first in _SUBJECTS or _STATING & set(said[:about]) or len(said) > 9:
        return "statement"
    return "fragment"


@dataclass(frozen=True)
class _Profile:
    """What name and description tell about a function."""

    verb: frozenset[str]
    verb_word: str
    objects: frozenset[str]
    first: str
    """The first object: the "stock" of "stock price", which tells it from others."""
    about: frozenset[str]
    """Concepts of the description."""


def _telling(said: Iterable[str]) -> frozenset[str]:
    return concepts(word for word in said if word not in STOP_WORDS) - GENERIC


@lru_cache(maxsize=512)
def _profile(name: str, description: str) -> _Profile:
    own, about = name_words(name), read(description[:400]).words
    verb = verb_group(own)
    rest = own[1:] if verb else own
    verb_word, objects = own[0] if verb else "", _telling(rest)
    if not verb and about:
        # "Turns on the fan": the third person is a verb as well.
        third = (about[0].removesuffix("s"), *about[1:6])
        verb = verb_group(third) or verb_group(about[:6])
        verb_word = about[0] if own else ""
        objects = objects or _telling(about[1:6])
    first = next((c for c in map(concept, rest) if c in objects), "")
    return _Profile(verb, verb_word, objects, first, _telling(about))


def _hints(parameters: Sequence[Parameter]) -> tuple[set[str], frozenset[str]]:
    """Return the concepts of what parameters are called, and of their values."""
    every = [one for top in parameters for one in (top, *top.properties)]
    names = {name for one in every for name in concepts(one.words)}
    values = concepts(
        word
        for one in every
        for value in one.enum or (one.items.enum if one.items else ())
        if isinstance(value, str)
        for word in name_words(value)
    )
    return names - GENERIC, values - concepts(STOP_WORDS)


def choose(
    said: Sequence[str], tools: Sequence[Tool], carried: frozenset[str] = frozenset()
) -> list[Choice]:
    """Return the functions the words may ask for, the best first.

    Args:
        said: Canonical words of one clause.
        tools: The declared functions.
        carried: Concepts that "it" stands for, from the call before.

    """
    asked = request_words(said)[:60]
    kind, text = mood(asked), " ".join(asked)
    if kind == "statement" or patterns("about_talk")[0].match(text):
        return []
    asks = any(one.fullmatch(text) for one in patterns("weather"))
    weather = frozenset({concept("weather")} if asks else ())
    made_up = _MADE_UP.search(text)
    found: list[Choice] = []
    for tool in tools:
        if made_up and not _MADE_UP.search(" ".join(name_words(tool.name))):
            continue
        parameters = read_parameters(tool)
        fit = _Fit(asked, kind, tool, parameters, carried | weather)
        score, reason = fit.score()
        if fit.profile.objects & weather:
            score -= _ASIDE  # a function of the temperature itself is better
        if score > 0:
            found.append(Choice(tool, parameters, score, reason))
    return sorted(found, key=lambda one: -one.score)[:_MOST]


class _Fit:
    """How well one function fits some words."""

    def __init__(
        self,
        said: tuple[str, ...],
        kind: str,
        tool: Tool,
        parameters: Sequence[Parameter],
        carried: frozenset[str],
    ) -> None:
        self.said, self.kind, self.tool, self.parameters = said, kind, tool, parameters
        self.profile = _profile(tool.name, tool.description)
        names, values = _hints(parameters)
        content = concepts(
            word
            for at, word in enumerate(said)
            if word not in STOP_WORDS
            # "twelve times seven" has nothing to do with the time
            and not (word == "times" and any(map(is_number_word, said[at - 1 : at])))
        )
        verb = concepts(said[:1]) if kind == "order" else frozenset()
        self.others = content - verb - concepts(_ASKING)
        self.matched = self.profile.objects & (content | carried)
        self.values = self.others & values
        self.about = self.others & (self.profile.about | names | values)
        self.asked = self._asked()

    def _asked(self) -> frozenset[str]:
        """Return the groups of verbs that the words ask for."""
        if self.kind == "fragment":
            said = self.said  # "kitchen light on" is an order to switch it on
            while said[-1:] in (("please",), ("now",), ("again",)):
                said = said[:-1]
            return frozenset(said[-1:]) & {"on", "off"}
        if self.kind == "question":
            return frozenset({"info"})
        return verb_group(self.said) if self.kind == "order" else frozenset()

    def score(self) -> tuple[float, str]:
        """Return how well it fits, 0 for not at all, and the words that tell it."""
        said, verb, about = self.said, self.profile.verb, self.about
        if self._does_sums():
            return 4.0, "the numbers"
        fits = compatible(self.asked, verb)
        if self._is_no_use() or (fits == 0.0 and not self._has_states()):
            return 0.0, ""
        score = 0.3 * min(len(about), 5) + fits + 0.5 * len(self.values)
        if self.kind == "wish" and "buy" in verb:
            return score + 1.5, said[-1]
        counted = self._counted()
        if counted and verb & (ACTIONS | {"any"}):
            return score + 1.5, counted
        verb_said = bool(self.profile.verb_word) and said[0] == self.profile.verb_word
        some = set(said[1:2]) & _OBJECTS and said[2:3] != ("half",)
        if verb_said and "buy" in verb and some:
            return score + 1, said[0]
        if self.kind == "fragment" and not self._explained():
            return 0.0, ""
        if self.profile.objects:
            part = len(self.matched) / len(self.profile.objects)
            weak = part == 0.5 and self.profile.first not in self.matched
            if part >= 0.5 and not (weak and len(about) < 2):
                return score + 2 * part + len(self.matched), self._reason(self.matched)
            if fits == 1.0 and (self.matched or self.values) and about - self.matched:
                return score + 1, self._reason(self.matched | about)
        elif verb_said and fits == 1.0 and said[0] not in _COMMON_VERBS:
            return score + 2, said[0]
        telling = verb & {"translate", "convert", "remind", "calculate", "go"}
        if fits == 1.0 and self.asked & telling:
            return score + 1.5, said[0]
        if verb_said and said[0] in ("play", "call", "email", "text", "message"):
            return score + 1, said[0]
        known = about - concepts({"now", "today"})
        if len(known) >= 2 and 2 * len(known) >= len(self.others):
            return score, self._reason(known)
        return 0.0, ""

    def _is_no_use(self) -> bool:
        """Tell whether it does something that a question or a wish never means."""
        verb = self.profile.verb
        if self.kind == "question":
            return bool(verb & ACTIONS) and not verb & {"info", "calculate"}
        return (
            self.kind == "wish" and verb != set() and verb <= {"off", "stop", "delete"}
        )

    def _counted(self) -> str:
        """Return what has a number, if a parameter is named so: "two portions"."""
        numbers = [at for at, word in enumerate(self.said) if is_number_word(word)]
        for parameter in self.parameters if numbers else ():
            if parameter.type in ("integer", "number"):
                own = concepts(parameter.words) - GENERIC
                named = (w for w in self.said[: numbers[-1] + 2] if concept(w) in own)
                if word := next(named, ""):
                    return word
        return ""

    def _explained(self) -> bool:
        """Tell whether a fragment is mostly about what the function knows of."""
        given = (w for w in self.said if is_number_word(w) or w in _GIVEN_WORDS)
        known = self.matched | self.about | concepts(given)
        return 2 * len(self.others & known) >= len(self.others)

    def _does_sums(self) -> bool:
        """Tell whether the words are a calculation, and it carries that out."""
        signs = _SIGNS & set(self.said)
        if not signs or not any(map(is_number_word, self.said)):
            return False
        own = {*name_words(self.tool.name), *read(self.tool.description[:200]).words}
        if concept("calculate") in concepts(own):
            return True
        return any(signs & set(_OPERATORS.get(word, "").split()) for word in own)

    def _has_states(self) -> bool:
        """Tell whether "on" and "off" can be said by an argument of it."""
        if not self.asked & words("switches"):
            return False
        told = {w for p in self.parameters for v in p.enum for w in name_words(str(v))}
        return any(p.type == "boolean" for p in self.parameters) or bool(
            told & words("switches")
        )

    def _reason(self, matched: frozenset[str]) -> str:
        said = dict.fromkeys(word for word in self.said if concept(word) in matched)
        return " and ".join(list(said)[:4])
