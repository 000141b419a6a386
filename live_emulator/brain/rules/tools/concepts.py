"""What words have in common: stems, synonyms, and groups of verbs."""

from collections.abc import Iterable
from functools import lru_cache

from live_emulator.brain.words.data import data, words

__all__ = [
    "ACTIONS",
    "GENERIC",
    "compatible",
    "concept",
    "concepts",
    "stem",
    "verb_group",
]


def stem(word: str) -> str:
    """Strip the endings of plurals and verb forms."""
    if word == "news":
        return word
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        least = 5 if ending == "ed" else 7
        if word.endswith(ending) and len(word) >= least and not word.endswith("eed"):
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_DATA = data("words", "words.yaml")
_SAME = {
    stem(word): stem(line.split()[0])
    for line in _DATA["synonyms"]
    for word in line.split()
}


@lru_cache(maxsize=8192)
def concept(word: str) -> str:
    """Return what stands for a word and all that means nearly the same."""
    short = stem(word.removesuffix("'s")[:30])
    return _SAME.get(short, short)


def concepts(words: Iterable[str]) -> frozenset[str]:
    """Return the concepts of some words."""
    return frozenset(concept(word) for word in words)


_GROUPS: dict[str, str] = _DATA["verbs"]
_VERBS: dict[str, set[str]] = {}
for _group, _words in _GROUPS.items():
    for _word in _words.split():
        _VERBS.setdefault(_word, set()).add(_group)

ACTIONS = frozenset(_GROUPS) - {"info", "any", "calculate", "convert", "translate"}
"""Groups of verbs that do something; a plain question never means one."""

GENERIC = concepts(words("generic"))
"""Words in names of functions that say little about what they are for."""

_COMPATIBLE = frozenset(frozenset(pair.split()) for pair in _DATA["may_mean"])


@lru_cache(maxsize=2048)
def verb_group(said: tuple[str, ...]) -> frozenset[str]:
    """Return the groups of the verb that some words begin with, empty if unknown.

    "turn ... on" and "switch off" are told apart by their particle.
    """
    if not said:
        return frozenset()
    verb = said[0]
    while said[-1] == "please" and len(said) > 1:
        said = said[:-1]
    if verb in ("turn", "switch", "power", "put", "set", "make", "flip"):
        for particle in ("off", "on"):
            at = said.index(particle) if particle in said else -1
            # "set the light on the table to red" is no switching on.
            near = at == 1 or at == len(said) - 1
            if at > 0 and (near or said[at + 1 : at + 2] in (("and",), ("in",))):
                return frozenset({particle})
    if verb in ("look", "pick", "hang") and said[1:2] == ("up",):
        return frozenset({"info"} if verb == "look" else {verb})
    if verb == "shut" and said[1:2] == ("down",):
        return frozenset({"off"})
    if verb == "wake":
        return frozenset({"create"})
    known = _VERBS.get(verb) or _VERBS.get(concept(verb)) or set()
    return frozenset(known)


def compatible(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how well two verbs go together: 1 same, 0.5 may do, 0 contradict."""
    if not one or not other:
        return 0.5
    if one & other:
        return 1.0
    if "any" in one or "any" in other:
        return 0.5
    for a in one:
        for b in other:
            if frozenset({a, b}) in _COMPATIBLE:
                return 0.5
    return 0.0
