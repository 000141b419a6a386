"""Numbers in words and digits, both ways."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from live_emulator.brain.words.data import data

__all__ = [
    "LIMIT",
    "is_number_word",
    "named_at",
    "parse_number",
    "parse_ordinal",
    "parse_year",
    "to_ordinal",
    "to_words",
    "value_of",
    "year_words",
]

T = TypeVar("T")

LIMIT = 10**15
"""Numbers from here on are not said."""
_MAX_DIGITS = 40

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_SMALL_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
    "eighteenth nineteenth"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_UNITS = {word: n for n, word in enumerate(_SMALL)} | {"oh": 0, "nought": 0, "nil": 0}
_TENS_VALUES = {word: 10 * n for n, word in enumerate(_TENS) if n > 1}
_ORDINALS = {word: n for n, word in enumerate(_SMALL_ORDINALS)} | {
    word[:-1] + "ieth": value for word, value in _TENS_VALUES.items()
}
_DIGITAL_ORDINAL = re.compile(r"([0-9]{1,9})(?:st|nd|rd|th)")
_DIGITAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_PHRASES = {one: Fraction(n) for one, n in data("words", "words.yaml")["parts"].items()}
_AND_PARTS = {f"and {one}": size for one, size in _PHRASES.items() if size < 1}


def named_at(
    words: Sequence[str], at: int, names: Mapping[str, T]
) -> tuple[T, int] | None:
    """Return what the first of some phrases stands for that begins at a word."""
    for name, value in names.items():
        parts = name.split()
        if list(words[at : at + len(parts)]) == parts:
            return value, at + len(parts)
    return None


# --- reading


def is_number_word(word: str) -> bool:
    """Tell whether a number may begin with this word."""
    known = word in _UNITS or word in _TENS_VALUES or word in _SCALES
    return known or word == "hundred" or _DIGITAL.fullmatch(word) is not None


def _whole(words: Sequence[str], at: int) -> tuple[Fraction, int] | None:
    """Read "two hundred and five thousand", "2.5 million", "a hundred"."""
    total, group = Fraction(0), Fraction(0)
    room, below = 10**18, 1_000
    """A further scale must be smaller than `room`, a further word than `below`."""
    end = at
    if words[at : at + 1] and words[at] == "a" and _word(words, at + 1) in _LARGE:
        group, below, at = Fraction(1), 1, at + 1
    start = at
    while True:
        skipped = end > start and _word(words, at) == "and"
        word = _word(words, at + skipped)
        value = _UNITS.get(word, _TENS_VALUES.get(word))
        if value is not None:
            if value >= below or (not value and end > start):
                break
            group, below = group + value, 10 if word in _TENS_VALUES else 1
        elif _DIGITAL.fullmatch(word) and len(word) <= _MAX_DIGITS:
            if below < 1_000 or Fraction(word) >= room:
                break
            group, below = group + Fraction(word), 1
        elif word == "hundred" and not skipped and below in (1_000, 1, 10):
            if below == 1_000 and end > start:
                break
            group, below = (group or 1) * Fraction(100), 100
        elif word in _SCALES and not skipped and _SCALES[word] < room:
            if not group and end > start:
                break
            room = _SCALES[word]
            total, group, below = total + (group or 1) * room, Fraction(0), 1_000
        else:
            break
        at += 1 + skipped
        end = at
    return (total + group, end) if end > start else None


_LARGE = frozenset({"hundred", *_SCALES})


def _word(words: Sequence[str], at: int) -> str:
    return words[at] if at < len(words) else ""


def _below_hundred(words: Sequence[str], at: int) -> tuple[int, int] | None:
    word = _word(words, at)
    tens, unit = _TENS_VALUES.get(word, 0), _UNITS.get(_word(words, at + 1), 0)
    if tens and 0 < unit < 10:
        return tens + unit, at + 2
    return (tens or _UNITS[word], at + 1) if tens or word in _UNITS else None


def parse_number(words: Sequence[str], at: int = 0) -> tuple[Fraction, int] | None:
    """Read a number that begins at a word.

    Understands "forty two", "42", "minus three", "two point five", "a hundred and
    one", "three and a half", "half", "a quarter", "a dozen", "2 million".

    Returns:
        Its value and the index behind its last word, or None.

    """
    if _word(words, at) in ("minus", "negative"):
        found = parse_number(words, at + 1)
        return (-found[0], found[1]) if found else None
    if found := named_at(words, at, _PHRASES):
        return found
    if _word(words, at) == "point":
        return _decimals(words, at, Fraction(0))
    whole = _whole(words, at)
    if whole is None:
        return None
    value, end = whole
    if decimal := _decimals(words, end, value):
        value, end = decimal
        scale = _SCALES.get(_word(words, end))
        return (value * scale, end + 1) if scale else (value, end)
    if part := named_at(words, end, _AND_PARTS):
        return value + part[0], part[1]
    return (value * 12, end + 1) if _word(words, end) == "dozen" else (value, end)


def _decimals(
    words: Sequence[str], at: int, whole: Fraction
) -> tuple[Fraction, int] | None:
    """Read "point two five" or "point twenty five" behind a whole number."""
    if _word(words, at) != "point":
        return None
    digits, end = "", at + 1
    while len(digits) < _MAX_DIGITS:
        word = _word(words, end)
        if word in _TENS_VALUES and not digits:
            tens = _below_hundred(words, end)
            return (whole + Fraction(f"0.{tens[0]}"), tens[1]) if tens else None
        if _UNITS.get(word, 99) < 10:
            word = str(_UNITS[word])
        if not (word.isascii() and word.isdigit()):
            break
        digits, end = digits + word, end + 1
    return (whole + Fraction(f"0.{digits}"), end) if digits else None


def value_of(text: str) -> Fraction | None:
    """Return the number a canonical text consists of, None if it is not one."""
    words = text.split()
    found = parse_number(words)
    return found[0] if found and found[1] == len(words) else None


def parse_ordinal(words: Sequence[str], at: int = 0) -> tuple[int, int] | None:
    """Read "first", "twenty first" or "21st" up to ninety-ninth."""
    word = _word(words, at)
    if match := _DIGITAL_ORDINAL.fullmatch(word):
        return int(match[1]), at + 1
    if word in _ORDINALS:
        return _ORDINALS[word], at + 1
    unit = _ORDINALS.get(_word(words, at + 1), 99)
    if word in _TENS_VALUES and 0 < unit < 10:
        return _TENS_VALUES[word] + unit, at + 2
    return None


def parse_year(words: Sequence[str], at: int = 0) -> tuple[int, int] | None:
    """Read a year: "1969", "nineteen sixty nine", "two thousand and five"."""
    century = _below_hundred(words, at)
    if century and 10 <= century[0] <= 99:
        rest = _below_hundred(words, century[1])
        if rest and _word(words, century[1]) in ("oh", "zero"):
            rest = _below_hundred(words, rest[1])
            rest = rest if rest and rest[0] < 10 else None
        elif rest and rest[0] < 10:
            rest = None
        if rest:
            return century[0] * 100 + rest[0], rest[1]
    found = _whole(words, at)
    if found and found[0].denominator == 1 and 1000 <= found[0] <= 9999:
        return int(found[0]), found[1]
    return None


# --- saying


def _group_words(number: int) -> list[str]:
    if number < 20:
        return [_SMALL[number]]
    if number < 100:
        tens, unit = divmod(number, 10)
        return [_TENS[tens] + (f"-{_SMALL[unit]}" if unit else "")]
    hundreds, rest = divmod(number, 100)
    more = ["and", *_group_words(rest)] if rest else []
    return [_SMALL[hundreds], "hundred", *more]


def _integer_words(number: int) -> str:
    words: list[str] = []
    for name, scale in reversed(_SCALES.items()):
        if number >= scale:
            many, number = divmod(number, scale)
            words += [*_group_words(many), name]
    if number or not words:
        words += ["and"] * bool(words and number < 100) + _group_words(number)
    return " ".join(words)


def to_words(value: int | float | Fraction, places: int = 6) -> str:
    """Return a number as it is said, rounded to some decimal places.

    Numbers of a quadrillion and more are given in digits.
    """
    value = Fraction(value)
    if value < 0:
        return f"minus {to_words(-value, places)}"
    whole, decimals = divmod(round(value * 10**places), 10**places)
    if whole >= LIMIT:
        return str(whole)
    text = _integer_words(whole)
    if decimals:
        digits = f"{decimals:0{places}d}".rstrip("0")
        text += " point " + " ".join(_SMALL[int(digit)] for digit in digits)
    return text


def to_ordinal(number: int) -> str:
    """Return "first", "twenty-second" and so on."""
    if number < 0 or number >= LIMIT:
        return f"number {to_words(number)}"
    front, last = re.fullmatch(r"(.*?)(\w+)", _integer_words(number)).groups()  # type: ignore[union-attr]
    if last in _SMALL:
        return front + _SMALL_ORDINALS[_SMALL.index(last)]
    return front + (last[:-1] + "ieth" if last in _TENS_VALUES else last + "th")


def year_words(year: int) -> str:
    """Return a year as it is said: 1969 is "nineteen sixty-nine"."""
    century, rest = divmod(year, 100)
    if not 1000 <= year <= 9999 or century % 10 == 0 and rest < 10:
        return to_words(year)
    oh = "hundred" if rest == 0 else "oh " if rest < 10 else ""
    return f"{to_words(century)} {oh}{to_words(rest) if rest else ''}"
