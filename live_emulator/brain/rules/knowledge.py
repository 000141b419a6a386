"""Answer from a few facts known by heart."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.knowledge_texts import (
    ANIMAL_SOUNDS,
    ANSWERS,
    AUTHORS,
    CAPITALS,
    COLORS_OF,
    LANGUAGES_OF,
    LEGS,
    OPPOSITES,
    PHRASES,
    SYMBOLS,
)
from live_emulator.brain.words.clock import SECONDS
from live_emulator.brain.words.lexicon import PLANETS
from live_emulator.brain.words.normalise import proper
from live_emulator.brain.words.numbers import (
    parse_number,
    to_ordinal,
    to_words,
    value_of,
)
from live_emulator.brain.words.speech import capitalised, plural, sentence, with_article

__all__ = ["capital_of", "knowledge"]

_TELL = r"(?:(?:tell me|do you know|can you tell me) )?"
_CAPITAL = re.compile(
    rf"{_TELL}(?:and )?(?:(?:what|which city) is |name )?the capital(?: city)?"
    r"(?: is)? (?:of )?(?P<country>.+?)(?: is)?"
)
_CAPITAL_AFTER = re.compile(
    r"(?:and|what about|how about)(?: (?:of|in))? (?P<country>.+)"
)
_COUNTRY = re.compile(
    r"(?:of )?(?:which|what) country is (?P<city>.+?) the capital(?: of| city)?"
    r"|(?P<city2>.+?) is the capital of (?:which|what) country"
)
_IS_CAPITAL = re.compile(r"is (?P<city>.+?) the capital of (?P<country>.+)")
_LANGUAGE = re.compile(
    r"(?:what|which) language (?:do (?:people|they) speak|is spoken) in (?P<country>.+)"
)
_OPPOSITE = re.compile(
    rf"{_TELL}(?:what is )?the opposite of (?:the word )?(?P<word>\w+)"
)
_SOUND = re.compile(
    r"(?:what (?:sound|noise) does (?:a|an|the) (?P<animal>\w+) make"
    r"|what does (?:a|an|the) (?P<animal2>\w+) say|how does an? (?P<animal3>\w+) sound"
    r"|make a sound like an? (?P<animal4>\w+))"
)
_LEGS = re.compile(
    r"how many legs (?:does|do|has|have) (?:an? |the )?(?P<animal>\w+?)(?: have| has)?"
)
_SYMBOL = re.compile(
    rf"{_TELL}(?:what is )?the (?:chemical )?(?:symbol|formula) (?:for|of) "
    rf"(?P<word>\w+)"
)
_COLOR = re.compile(r"what color (?:is|are|has|does) (?P<thing>.+?)(?: have)?")
_AUTHOR = re.compile(
    r"who (?:wrote|is the author of) (?:the book |the play )?(?P<book>.+)"
)
_PLANET = re.compile(r"(?:which|what) (?:planet is|is) the (?P<nth>\w+) planet.*")
_UNITS = re.compile(
    r"how many (?P<to>seconds|minutes|hours|days|weeks) (?:are )?(?:there )?"
    r"(?:are )?(?:in|is|has|have|make|make up|are in) (?P<amount>.+?)"
)
_PHRASE = re.compile(
    rf"{_TELL}(?:how (?:do (?:you|i|we)|to|does one) say|what is|translate|say)"
    r"(?: the word)? (?P<phrase>.+?) (?:in|into|to) (?P<language>\w+)"
)


_EXPLAIN = re.compile(
    r"(?:tell me|explain|describe|define)(?: to me)?(?: in .+? (?:sentences?|words?))?"
    r"(?: what)? (?P<what>(?:an? |the )?.+?)(?: is| means)?(?: in .+? (?:sentences?"
    r"|words?))?"
)
_IN_LANGUAGES = re.compile(
    r"say (?P<phrase>.+?) in (?P<count>\w+|several|different|many|some|other) languages"
)


def capital_of(country: str) -> str:
    """Return the capital of a country, empty if unknown."""
    return CAPITALS.get(country) or CAPITALS.get(f"the {country}", "")


def _name(country: str) -> str:
    return " ".join(
        word if word == "the" else word.capitalize() for word in country.split()
    )


_BY_QUESTION = {question: answer for forms, answer in ANSWERS for question in forms}


def knowledge(ctx: Context) -> Reply | None:
    """Say a fact, if it is among those known."""
    said = ctx.said
    text = said.text.removeprefix("do you know ").removeprefix("tell me ")
    if found := said.match(_EXPLAIN):
        text = f"what is {found.text('what')}"
    if answer := _BY_QUESTION.get(text) or _BY_QUESTION.get(said.text):
        return say(answer)
    return _places(ctx) or _words(ctx) or _nature(ctx) or _units(ctx)


def _places(ctx: Context) -> Reply | None:
    said = ctx.said
    if found := said.match(_IS_CAPITAL):
        country = found.text("country")
        if capital := capital_of(country):
            right = capital.lower() == found.text("city")
            name = _name(country)
            return say(
                f"{'Yes' if right else 'No'}, the capital of {name} is {capital}."
            )
        return None
    if found := said.match(_CAPITAL):
        return _capital(found.text("country"))
    if (found := said.match(_CAPITAL_AFTER)) and "capital" in _last_question(ctx):
        return _capital(found.text("country"))
    if found := said.match(_COUNTRY):
        city = found.text("city") or found.text("city2")
        for country, capital in CAPITALS.items():
            if capital.lower() == city:
                return say(f"{capital} is the capital of {_name(country)}.")
        return None
    if found := said.match(_LANGUAGE):
        language = LANGUAGES_OF.get(found.text("country"))
        if language:
            country = _name(found.text("country"))
            return say(f"In {country} most people speak {language}.")
    return None


def _last_question(ctx: Context) -> str:
    for turn in reversed(ctx.before):
        if turn.role == "user":
            return turn.text[:200].lower()
    return ""


def _capital(country: str) -> Reply | None:
    capital = capital_of(country)
    if not capital:
        return None
    return say(f"The capital of {_name(country)} is {capital}.")


def _words(ctx: Context) -> Reply | None:
    said = ctx.said
    if found := said.match(_OPPOSITE):
        word = found.text("word")
        other = OPPOSITES.get(word) or next(
            (one for one, two in OPPOSITES.items() if two == word), ""
        )
        return say(f"The opposite of {word} is {other}.") if other else None
    if found := said.match(_IN_LANGUAGES):
        forms = PHRASES.get(found.text("phrase"), {})
        count = value_of(found.text("count"))
        said_so = list(dict.fromkeys(forms.values()))[: int(count or 3)]
        return say(f"{', '.join(said_so)}.") if said_so else None
    if found := said.match(_PHRASE):
        language = found.text("language")
        phrase = {"hello there": "hello", "thanks": "thank you"}.get(
            found.text("phrase"), found.text("phrase")
        )
        known = PHRASES.get(phrase, {}).get(language)
        if known:
            name = language.capitalize()
            return say(f"In {name} one says: {known}.")
        if any(language in forms for forms in PHRASES.values()):
            return say(
                f"I know only a few words of {language.capitalize()}, such as hello "
                f"and "
                "thank you. Gemini itself would translate it."
            )
    if found := said.match(_AUTHOR):
        author = AUTHORS.get(found.text("book"))
        if author:
            title = " ".join(
                word if word in ("and", "of", "in", "the", "a") else word.capitalize()
                for word in found.text("book").split()
            )
            return say(f"{capitalised(title)} was written by {author}.")
    return None


def _nature(ctx: Context) -> Reply | None:
    said = ctx.said
    if found := said.match(_SOUND):
        for group in ("animal", "animal2", "animal3", "animal4"):
            animal = found.text(group)
            if animal in ANIMAL_SOUNDS:
                name = capitalised(with_article(animal))
                return say(f"{name} says {ANIMAL_SOUNDS[animal]}.")
        return None
    if found := said.match(_LEGS):
        animal = found.text("animal")
        if animal not in LEGS:
            animal = {"people": "human", "i": "human", "you": "me"}.get(
                animal, animal.removesuffix("s")
            )
        if animal == "me":
            return say("I have no legs at all.")
        if animal in LEGS:
            legs = LEGS[animal]
            name = capitalised(with_article(animal))
            return say(f"{name} has {to_words(legs) if legs else 'no'} legs.")
        return None
    if found := said.match(_SYMBOL):
        symbol = SYMBOLS.get(found.text("word"))
        return say(f"It is {symbol}.") if symbol else None
    if found := said.match(_COLOR):
        thing = found.text("thing")
        if thing in COLORS_OF:
            verb = "are" if thing.endswith("s") and thing != "grass" else "is"
            verb = "is" if thing in ("the grass", "mars") else verb
            return say(sentence(f"{proper(thing)} {verb} {COLORS_OF[thing]}"))
        return None
    if found := said.match(_PLANET):
        names = [to_ordinal(number) for number in range(1, 9)]
        if found.text("nth") in names:
            planet = PLANETS[names.index(found.text("nth"))]
            nth = found.text("nth")
            return say(f"{planet.capitalize()} is the {nth} planet from the sun.")
    return None


def _units(ctx: Context) -> Reply | None:
    found = ctx.said.match(_UNITS)
    if found is None:
        return None
    words = found.text("amount").split()
    number = parse_number(words)
    if number is None and words[:1] in (["a"], ["an"]):
        number = parse_number(["one"])
    if number is None or len(words) != number[1] + 1:
        return None
    value, unit = number[0], words[-1].removesuffix("s")
    to = found.text("to").removesuffix("s")
    if unit not in SECONDS or to not in SECONDS or value > 10**9 or value < 0:
        return None
    result = value * SECONDS[unit] / SECONDS[to]
    about = (
        ""
        if result.denominator <= 1000 and 1000 % result.denominator == 0
        else "about "
    )
    have = "is" if value == 1 else "are"
    return say(
        sentence(
            f"{to_words(value)} {unit if value == 1 else plural(2, unit)} {have} "
            f"{about}{to_words(result, 3)} {to if result == 1 else plural(2, to)}"
        )
    )
