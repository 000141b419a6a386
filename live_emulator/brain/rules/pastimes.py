"""Jokes, poems, facts, lists, dice, and a small quiz."""

import re
from collections.abc import Sequence

from live_emulator.brain.rules.context import Context, Reply, chance, say
from live_emulator.brain.rules.pastime_texts import FACTS, JOKES, POEMS, RIDDLES, SONGS
from live_emulator.brain.rules.quiz import fresh, quiz
from live_emulator.brain.types import Say
from live_emulator.brain.words.lexicon import MONTHS, PLANETS, WEEKDAYS
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import to_words, value_of
from live_emulator.brain.words.speech import capitalised, joined, split_sentences

__all__ = ["again", "pastimes"]

_GIVE = (
    r"(?:(?:please )?(?:and |now |then )?(?:tell|give|read|recite|sing|write|make"
    r"|do you know|i want to hear|i would like to hear|let me hear|have you got"
    r"|how about|got)(?: me| us)? )?(?:(?:a|an|another|one more|some|any|the next"
    r"|your best|the)? ?)"
)

_JOKE = re.compile(
    rf"{_GIVE}(?:(?:good|short|funny|new|better|silly|different) )*jokes?"
    r"(?: (?:please|about .+|for me))?|make me laugh|say something funny"
    r"|tell me something funny"
)

_RIDDLE = re.compile(rf"{_GIVE}(?:good |short )?riddles?(?: please)?")

_POEM = re.compile(
    rf"{_GIVE}(?:(?:little|short|nice|beautiful|sad|long) )*"
    r"(?:poems?|verses?|poetry)(?: (?:please|about .+|for me))?"
)

_SONG = re.compile(
    rf"{_GIVE}(?:(?:little|short|nice|happy) )*songs?(?: (?:please|about .+|for me))?"
    r"|(?:please )?sing(?: (?:something|for me|to me|me)(?: .+)?| happy birthday.*)?"
    r"|can you sing"
)

_FACT = re.compile(
    rf"{_GIVE}(?:(?:fun|interesting|small|random|true|nice|surprising|good) )*facts?"
    r"(?: (?:please|about (?P<about>.+)|for me))?"
    r"|tell me something (?:interesting|new|i do not know)"
    r"|tell me something about (?P<what>.+)|what do you know about (?P<know>.+)"
    r"|surprise me|say something interesting|teach me something"
)

_COIN = re.compile(r"(?:please )?(?:flip|toss|throw) (?:a|the|another) coin(?: again)?")

_HEADS = re.compile(r"heads or tails")

_DIE = re.compile(
    r"(?:please )?(?:roll|throw|cast) (?:a|the|another|one|two|(?P<count>\w+))? ?"
    r"(?:die|dice)(?: again)?"
)

_NUMBER = re.compile(
    r"(?:please )?(?:pick|choose|say|give me|think of|tell me|name|guess) "
    r"(?:a|any|another) (?:random )?number"
    r"(?: (?:between|from) (?P<low>[\w ]+?) (?:and|to) (?P<high>[\w ]+))?"
    r"|(?:a )?random number(?: (?:between|from) (?P<low2>[\w ]+?)"
    r" (?:and|to) (?P<high2>[\w ]+))?"
)

_CHOOSE = re.compile(
    r"(?:choose|pick|decide|which is better|what is better|what do you prefer"
    r"|which do you prefer)(?: between)? (?P<one>[\w ]{1,40}?) (?:or|and) "
    r"(?P<two>[\w ]{1,40})"
)

_SOMETHING = re.compile(
    r"(?:say|tell me) (?:something|anything)(?: (?:nice|else|to me|please|more))*"
)

_LIST = re.compile(
    r"(?:please )?(?:tell me|name|list|give me|say|what are|can you name|recite"
    r"|enumerate)(?: me)?(?: all)?(?: (?:some|a few|the names? of|(?P<count>(?!(?:the"
    r"|all|prime|primary)\b)\w+(?: (?!prime|primary)\w+)?)))?(?: more)?(?: all)?"
    r"(?: the)?(?: different)? (?P<what>colors|animals|fruits?|vegetables|planets"
    r"|days of the week|weekdays|months|months of the year|seasons|continents|oceans"
    r"|countries|cities|capitals|primary colors|colors of the rainbow|rainbow colors"
    r"|birds|flowers|trees|instruments|numbers|prime numbers|letters|names|languages"
    r"|vowels)(?: of the (?:solar system|rainbow|year))?(?: (?:please|there are"
    r"|you know))*"
)

_LISTS: dict[str, Sequence[str]] = {
    "colors": "red orange yellow green blue purple pink brown black white gray".split(),
    "animals": "dog cat horse cow elephant giraffe lion penguin whale owl bee".split(),
    "fruits": "apple pear banana orange cherry plum grape peach lemon melon".split(),
    "vegetables": "carrot potato onion tomato spinach cabbage pea bean".split(),
    "planets": [name.capitalize() for name in PLANETS],
    "days of the week": [name.capitalize() for name in WEEKDAYS],
    "months": [name.capitalize() for name in MONTHS],
    "seasons": ["spring", "summer", "autumn", "winter"],
    "continents": [
        "Africa",
        "Antarctica",
        "Asia",
        "Australia",
        "Europe",
        "North America",
        "South America",
    ],
    "oceans": [
        "the Pacific",
        "the Atlantic",
        "the Indian Ocean",
        "the Southern Ocean",
        "the Arctic Ocean",
    ],
    "countries": ["France", "Japan", "Brazil", "Kenya", "Canada", "India", "Norway"],
    "cities": ["Paris", "Tokyo", "Nairobi", "Lisbon", "Toronto", "Mumbai", "Oslo"],
    "capitals": ["Paris", "Tokyo", "Nairobi", "Lisbon", "Ottawa", "Vienna", "Oslo"],
    "primary colors": ["red", "yellow", "blue"],
    "colors of the rainbow": "red orange yellow green blue indigo violet".split(),
    "birds": "sparrow robin owl eagle swan heron swift".split(),
    "flowers": "rose tulip daisy lily violet poppy iris".split(),
    "trees": "oak beech pine birch maple willow chestnut".split(),
    "instruments": "piano violin flute trumpet drum guitar harp".split(),
    "numbers": [to_words(number) for number in range(1, 101)],
    "prime numbers": [
        to_words(n) for n in range(2, 100) if all(n % d for d in range(2, n))
    ],
    "letters": list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "vowels": list("AEIOU"),
    "names": ["Ada", "Ben", "Clara", "Daniel", "Emma", "Frank", "Grace", "Henry"],
    "languages": ["English", "German", "French", "Spanish", "Hindi", "Japanese"],
}

_SAME_LIST = {
    "fruit": "fruits",
    "weekdays": "days of the week",
    "months of the year": "months",
    "rainbow colors": "colors of the rainbow",
}

_OPEN_ENDED = frozenset(
    "colors animals fruits vegetables countries cities capitals birds flowers trees "
    "instruments numbers names languages".split()
) | {"prime numbers"}


def _lines(text: str) -> Reply:
    return [Say(part) for part in split_sentences(text)]


def pastimes(ctx: Context) -> Reply | None:
    """Entertain."""
    said = ctx.said
    if said.match(_JOKE):
        return _lines(fresh(ctx, JOKES, "joke"))
    if said.match(_RIDDLE):
        return _lines(fresh(ctx, RIDDLES, "riddle"))
    if said.match(_POEM):
        return _lines(fresh(ctx, POEMS, "poem"))
    if said.match(_SONG):
        return _lines(fresh(ctx, SONGS, "song"))
    if found := said.match(_FACT):
        about = found.text("about") or found.text("what") or found.text("know")
        return _fact(ctx, about)
    if said.match(_SOMETHING):
        return _fact(ctx, "")
    if found := said.match(_LIST):
        return _listed(ctx, found.text("count"), found.text("what"))
    return _luck(ctx) or quiz(ctx)


def _fact(ctx: Context, about: str) -> Reply | None:
    if about:
        words = {word.removesuffix("s") for word in about.split()} | set(about.split())
        facts = [fact for key, fact in FACTS if key in words]
        if not facts:
            return None
        return _lines(fresh(ctx, facts, about))
    return _lines(fresh(ctx, [fact for _, fact in FACTS], "fact"))


def _listed(ctx: Context, count: str, what: str) -> Reply | None:
    name = _SAME_LIST.get(what, what)
    items = list(_LISTS[name])
    wanted = len(items)
    if count and count not in ("all", "the", "me", "me the", "all the"):
        value = value_of(count)
        if value is None or value.denominator != 1 or value < 1:
            return None
        wanted = int(value)
    elif name in _OPEN_ENDED:
        wanted = 5
    if (
        name not in ("numbers", "prime numbers")
        and name in _OPEN_ENDED
        and wanted < len(items)
    ):
        start = chance(len(items), ctx.question.seed, name, len(ctx.before))
        items = [*items[start:], *items[:start]]
    more = wanted > len(items)
    text = capitalised(joined(items[:wanted])) + "."
    if more:
        return say(text, f"That is all I can think of: {to_words(len(items))}.")
    return say(text)


def _luck(ctx: Context) -> Reply | None:
    said = ctx.said
    if said.match(_COIN) or said.match(_HEADS):
        return say(f"{ctx.pick(('Heads', 'Tails'), 'coin')}.")
    if found := said.match(_DIE):
        count = value_of(found.text("count")) if found.has("count") else None
        dice = int(count) if count and 1 < count <= 12 else 1
        if " two " in f" {said.text} ":
            dice = 2
        sides = range(1, 7)
        thrown = [ctx.pick(sides, "die", number) for number in range(dice)]
        text = joined([to_words(one) for one in thrown])
        total = f", {to_words(sum(thrown))} in all" if dice > 1 else ""
        return say(f"{capitalised(text)}{total}.")
    if found := said.match(_NUMBER):
        low = value_of(found.text("low") or found.text("low2") or "one")
        high = value_of(found.text("high") or found.text("high2") or "ten")
        if low is None or high is None or low > high or high - low > 10**9:
            return None
        whole = range(int(low), int(high) + 1)
        return say(f"{capitalised(to_words(whole[chance_in(ctx, len(whole))]))}.")
    if found := said.match(_CHOOSE):
        options = (found.part("one").shown, found.part("two").shown)
        return say(f"I would take {ctx.pick(options, 'choose')}.")
    return None


def chance_in(ctx: Context, limit: int) -> int:
    """Return a number below the limit, by the seed and the place."""
    return chance(limit, ctx.question.seed, len(ctx.before), "number")


_MORE = re.compile(
    r"(?:please )?(?:and )?(?:another(?: one)?|one more|again|do (?:it|that) again|next"
    r"|one more time|more|give me another(?: one)?|tell me another(?: one)?|next one"
    r"|yes please another|yes another one|more please|tell me more|the next one)"
    r"(?: please)?"
)


def again(ctx: Context) -> Reply | None:
    """Do once more what was asked for before: "another one"."""
    if not ctx.said.match(_MORE):
        return None
    for turn in reversed(ctx.before):
        if turn.role != "user" or not turn.text or len(turn.text) > 500:
            continue
        if _MORE.fullmatch(canonical(turn.text)):
            continue
        return ctx.answer(turn.text)
    return say("Another what? You could say: tell me a joke.")
