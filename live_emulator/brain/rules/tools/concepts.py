"""What words have in common: stems, synonyms, and groups of verbs."""

from collections.abc import Iterable
from functools import lru_cache

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
        if word.endswith(ending) and len(word) > len(ending) + 3:
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_SYNONYMS = """
light lamp bulb lighting
weather forecast rain sunny umbrella raining
music song track tune
email mail
message sms text
meeting appointment
event
timer countdown
alarm wake
price cost worth quote
stock share
restaurant diner
volume loud louder quiet quieter sound
brightness bright brighter dim dimmer dark darker
temperature thermostat degree heating heater
door gate
blind shade curtain
customer account profile
distance far
direction route way
flight fly plane
photo picture image
note memo
task todo
remind reminder
movie film
theater cinema
cart basket
calculate calculator calculation compute math arithmetic
translate translation translator
convert conversion converter
book booking reserve reservation
navigate navigation
schedule scheduling
play player
search find
clock time
color
parcel package shipment
pizza
news headline
user
"""
_SAME: dict[str, str] = {}
for _line in _SYNONYMS.strip().splitlines():
    for _word in _line.split():
        _SAME[stem(_word)] = stem(_line.split()[0])


@lru_cache(maxsize=8192)
def concept(word: str) -> str:
    """Return what stands for a word and all that means nearly the same."""
    short = stem(word.removesuffix("'s")[:30])
    return _SAME.get(short, short)


def concepts(words: Iterable[str]) -> frozenset[str]:
    """Return the concepts of some words."""
    return frozenset(concept(word) for word in words)


_GROUPS = {
    "on": "enable activate",
    "off": "disable deactivate",
    "create": "create add make new schedule book reserve arrange plan register insert",
    "delete": "delete remove cancel clear erase drop unbook",
    "start": "start begin play run launch resume",
    "stop": "stop pause end halt finish mute",
    "info": (
        "get fetch find search check list show tell give lookup look read query what "
        "how is retrieve see display describe say which when where who does do view"
    ),
    "send": "send write mail email text message post share notify tell forward",
    "call": "call phone dial ring",
    "buy": "order buy purchase",
    "open": "open raise",
    "close": "close shut lower",
    "lock": "lock",
    "unlock": "unlock",
    "set": "set change adjust put dim brighten increase decrease raise lower turn "
    "switch make update modify",
    "go": "go move drive navigate take bring walk",
    "remember": "remember save store memorize note",
    "remind": "remind",
    "count": "count",
    "spell": "spell",
    "repeat": "repeat recite pronounce",
    "translate": "translate",
    "calculate": "calculate compute evaluate solve",
    "convert": "convert",
    "any": "control manage handle use power toggle operate process execute perform "
    "call_",
}
_VERBS: dict[str, set[str]] = {}
for _group, _words in _GROUPS.items():
    for _word in _words.split():
        _VERBS.setdefault(_word, set()).add(_group)

ACTIONS = frozenset(_GROUPS) - {"info", "any", "calculate", "convert", "translate"}
"""Groups of verbs that do something; a plain question never means one."""

GENERIC = frozenset(
    concept(word)
    for word in (
        "value values current my function tool api data info information details "
        "status state now item items thing all by for with from to of in on off up "
        "down the a an and or level setting settings new specific given request "
        "number location"
    ).split()
)
"""Words in names of functions that say little about what they are for."""

_COMPATIBLE = (
    frozenset({"create", "set"}),
    frozenset({"create", "start"}),
    frozenset({"create", "buy"}),
    frozenset({"create", "remember"}),
    frozenset({"create", "remind"}),
    frozenset({"create", "send"}),
    frozenset({"buy", "info"}),
    frozenset({"on", "start"}),
    frozenset({"off", "stop"}),
    frozenset({"set", "start"}),
    frozenset({"go", "info"}),
    frozenset({"go", "start"}),
    frozenset({"calculate", "info"}),
    frozenset({"convert", "info"}),
    frozenset({"translate", "info"}),
    frozenset({"translate", "repeat"}),
    frozenset({"remind", "remember"}),
    frozenset({"set", "open"}),
    frozenset({"set", "close"}),
    frozenset({"send", "call"}),
    frozenset({"set", "go"}),
)


@lru_cache(maxsize=2048)
def verb_group(words: tuple[str, ...]) -> frozenset[str]:
    """Return the groups of the verb that some words begin with, empty if unknown.

    "turn ... on" and "switch off" are told apart by their particle.
    """
    if not words:
        return frozenset()
    verb = words[0]
    if verb in ("turn", "switch", "power", "put", "set", "make", "flip"):
        for particle in ("off", "on"):
            at = words.index(particle) if particle in words else -1
            # "set the light on the table to red" is no switching on.
            near = at == 1 or at == len(words) - 1
            if at > 0 and (near or words[at + 1 : at + 2] in (("and",), ("in",))):
                return frozenset({particle})
    if verb in ("look", "pick", "hang") and words[1:2] == ("up",):
        return frozenset({"info"} if verb == "look" else {verb})
    if verb == "shut" and words[1:2] == ("down",):
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
