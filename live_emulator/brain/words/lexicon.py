"""Word lists: what the brain knows of names, things and function words.

All words are lower case and in American spelling; ``words.yaml`` has them.
"""

from live_emulator.brain.words.data import data, words

__all__ = [
    "ANIMALS",
    "COLORS",
    "COUNTRIES",
    "FIRST_NAMES",
    "FOODS",
    "INTRODUCERS",
    "LANGUAGES",
    "MONTHS",
    "PLACES",
    "PROPER_NOUNS",
    "ROOMS",
    "STOP_WORDS",
    "WEEKDAYS",
]

FIRST_NAMES = words("first_names")
COUNTRIES = words("countries")
PLACES = words("more_places") | {
    place.removeprefix("the ") for place in words("cities") | COUNTRIES
}
COLORS, ANIMALS, FOODS = words("colors"), words("animals"), words("foods")
ROOMS, LANGUAGES = words("rooms"), words("languages")
INTRODUCERS, STOP_WORDS = words("introducers"), words("stop_words")
MONTHS: tuple[str, ...] = tuple(data("words", "words.yaml")["months"].split())
WEEKDAYS: tuple[str, ...] = tuple(data("words", "words.yaml")["weekdays"].split())
PROPER_NOUNS = (
    FIRST_NAMES
    | LANGUAGES
    | words("planets")
    | frozenset((*MONTHS, *WEEKDAYS))
    | frozenset(word for place in PLACES for word in place.split())
    | words("more_names")
) - words("everyday")
