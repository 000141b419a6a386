"""Written text is spelled as the recogniser spells what it hears."""

import pytest

from live_emulator.voice.wording import number_words, spoken_sentences, spoken_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Set 2 timers, 20%!", "set two timers twenty percent"),
        ("getCurrentWeather", "get current weather"),
        ("turn_on_the_lights", "turn on the lights"),
        ("parseHTTPResponse", "parse http response"),
        ("It\u2019s 3.14", "it's three point one four"),
        ("caf\u00e9", "cafe"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("room 007", "room zero zero seven"),
        ("  ", ""),
    ],
)
def test_words_as_they_are_spoken(text, words):
    """Lower case, no punctuation, digits as words, identifiers split."""
    assert " ".join(spoken_words(text)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (84, "eighty four"),
        (100, "one hundred"),
        (312, "three hundred twelve"),
        (1_000_001, "one million one"),
    ],
)
def test_numbers(number, words):
    """Whole numbers become words."""
    assert " ".join(number_words(number)) == words


def test_sentences_are_kept_apart():
    """Each sentence is a list of its own, empty ones are left out."""
    assert spoken_sentences("Hello. ... You there?") == [["hello"], ["you", "there"]]
