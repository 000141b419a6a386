"""The small parts: words and numbers, spelling, dates, the shape of sentences."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain.words.clock import parse_clock, parse_span
from live_emulator.brain.words.moments import easter, parse_date
from live_emulator.brain.words.normalise import canonical, proper, read, sentences
from live_emulator.brain.words.numbers import (
    parse_year,
    to_ordinal,
    to_words,
    value_of,
    year_words,
)
from live_emulator.brain.words.speech import (
    chunks,
    flip,
    joined,
    split_sentences,
    with_article,
)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_numbers_survive_words(number):
    """What is said for a number is read as the same number."""
    assert value_of(canonical(to_words(number))) == number


@given(st.integers(-(10**9), 10**9), st.integers(1, 6))
def test_decimals_survive_words(number, places):
    """Decimals as well."""
    value = Fraction(number, 10**places)
    assert value_of(canonical(to_words(value))) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("forty two", 42),
        ("42", 42),
        ("a hundred", 100),
        ("one hundred and five", 105),
        ("two thousand three hundred and one", 2301),
        ("three hundred thousand", 300_000),
        ("2 million", 2_000_000),
        ("two point five million", 2_500_000),
        ("three and a half", Fraction(7, 2)),
        ("three quarters", Fraction(3, 4)),
        ("minus seven", -7),
        ("a dozen", 12),
        ("point five", Fraction(1, 2)),
        ("twenty twenty", None),
        ("hello", None),
        ("two cats", None),
        ("", None),
    ],
)
def test_reads_numbers(words, value):
    """Numbers in every usual form."""
    assert value_of(words) == value


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (21, "twenty-one"),
        (105, "one hundred and five"),
        (1_000_001, "one million and one"),
        (-3, "minus three"),
        (2.5, "two point five"),
        (10**15, "1000000000000000"),
    ],
)
def test_says_numbers(number, words):
    """Naturally, the negative and the broken ones too."""
    assert to_words(number) == words


def test_ordinals_and_years():
    """The third, the twelfth; nineteen sixty-nine, two thousand and five."""
    said = [to_ordinal(n) for n in (1, 3, 12, 20, 21, 100)]
    assert said == "first third twelfth twentieth twenty-first".split() + [
        "one hundredth"
    ]
    assert [year_words(y) for y in (1969, 2005, 1905, 1900)] == [
        "nineteen sixty-nine",
        "two thousand and five",
        "nineteen oh five",
        "nineteen hundred",
    ]
    for year in range(1100, 2100):
        words = canonical(year_words(year)).split()
        assert parse_year(words) == (year, len(words))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's 3+4*2?", "what is 3 plus 4 times 2"),
        ("I don\u2019t know, it's Ada's.", "i do not know it is ada's"),
        ("My favourite colour is grey!", "my favorite color is gray"),
        ("50% of $1,200.50", "50 percent of 1200.50"),
        ("a well-known 3-4", "a well known 3 minus 4"),
        ("-5 - -3", "minus 5 minus minus 3"),
        ("on 2026-11-20 at 10:30", "on 2026-11-20 at 10:30"),
        (
            "6\u00f72, 5\u00b2 and \u221a9",
            "6 divided by 2 5 squared and the square root of 9",
        ),
        ("Hi there", "hello there"),
        ("can't won't", "can not will not"),
        ("\u4f60\u597d \U0001f389", "\u4f60\u597d"),
        ("", ""),
    ],
)
def test_one_form_for_all(text, expected):
    """Typed text becomes the words that would be spoken."""
    assert canonical(text) == expected


@given(st.text(max_size=300))
def test_words_know_where_they_stood(text):
    """Every word points into the text it came from."""
    said = read(text)
    for start, end in said.spans:
        assert 0 <= start < end <= len(text)
    assert said.original in text


def test_sentences_are_found():
    """At full stops and lines, not behind titles or in numbers."""
    assert sentences("Hi. I am Mr. Smith! Is 2.5 more?\nYes") == [
        "Hi.",
        "I am Mr. Smith!",
        "Is 2.5 more?",
        "Yes",
    ]


@given(st.text(max_size=300))
def test_split_sentences_lose_nothing(text):
    """Joined again they are the same words."""
    assert " ".join(split_sentences(text)).split() == text.split()
    assert " ".join(chunks(text)).split() == text.split()


@pytest.mark.parametrize(
    ("told", "back"),
    [
        ("my dog loves me", "your dog loves you"),
        ("I am from Rome", "you are from Rome"),
        ("you are my friend", "I am your friend"),
        ("I was born", "you were born"),
        ("i told you about our car", "you told me about your car"),
    ],
)
def test_the_person_changes(told, back):
    """What the user says of themselves is said back to them."""
    assert flip(told) == back


def test_names_get_capitals():
    """What was recognised without capitals is written with them; typed text stays."""
    assert proper("ada flew to new york in july") == "Ada flew to New York in July"
    assert proper("McDonald went to rome") == "McDonald went to rome"


def test_lists_and_articles():
    """Small words around nouns."""
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(["a"]) == "a"
    assert [with_article(n) for n in ("owl", "unicorn", "hour", "cat")] == [
        "an owl",
        "a unicorn",
        "an hour",
        "a cat",
    ]


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("tomorrow", date(2026, 11, 22)),
        ("the day after tomorrow", date(2026, 11, 23)),
        ("in three days", date(2026, 11, 24)),
        ("two weeks ago", date(2026, 11, 7)),
        ("in a month", date(2026, 12, 21)),
        ("next friday", date(2026, 11, 27)),
        ("last monday", date(2026, 11, 16)),
        ("july twentieth nineteen sixty nine", date(1969, 7, 20)),
        ("the 20th of july 1969", date(1969, 7, 20)),
        ("20 july 1969", date(1969, 7, 20)),
        ("7/20/1969", date(1969, 7, 20)),
        ("20/7/1969", date(1969, 7, 20)),
        ("1969-07-20", date(1969, 7, 20)),
        ("december first", date(2026, 12, 1)),
        ("january first", date(2027, 1, 1)),
        ("february 29", date(2028, 2, 29)),
        ("christmas", date(2026, 12, 25)),
        ("easter 2024", date(2024, 3, 31)),
        ("february 30", None),
        ("someday", None),
    ],
)
def test_reads_dates(words, day):
    """Dates in every usual form, seen from a Saturday in November."""
    found = parse_date(words.split(), 0, TODAY)
    assert (found[0].day if found else None) == day


def test_easter():
    """A few known Sundays."""
    assert [easter(y) for y in (2000, 2019, 2025)] == [
        date(2000, 4, 23),
        date(2019, 4, 21),
        date(2025, 4, 20),
    ]


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("five minutes", 300),
        ("an hour and a half", 5400),
        ("half an hour", 1800),
        ("two minutes and thirty seconds", 150),
        ("1.5 hours", 5400),
        ("a quarter of an hour", 900),
        ("minutes", None),
    ],
)
def test_reads_durations(words, seconds):
    """Durations in every usual form."""
    found = parse_span(words.split())
    assert (found[0].seconds if found else None) == seconds


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("ten thirty", (10, 30)),
        ("10:30", (10, 30)),
        ("at five pm", (17, 0)),
        ("half past nine", (9, 30)),
        ("a quarter to nine", (8, 45)),
        ("twenty past six in the evening", (18, 20)),
        ("twelve am", (0, 0)),
        ("noon", (12, 0)),
        ("seven o'clock", (7, 0)),
        ("thirty", None),
        ("10:75", None),
    ],
)
def test_reads_times(words, time):
    """Times of day in every usual form."""
    found = parse_clock(words.split())
    assert ((found[0].hour, found[0].minute) if found else None) == time
