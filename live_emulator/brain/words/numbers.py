"""Numbers in words and digits, both ways."""

import re
from collections.abc import Sequence
from fractions import Fraction

__all__ = [
    "is_number_word",
    "parse_number",
    "parse_ordinal",
    "parse_year",
    "to_ordinal",
    "to_words",
    "value_of",
    "year_words",
]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_UNITS = {word: value for value, word in enumerate(_SMALL)} | {
    "oh": 0,
    "nought": 0,
    "nil": 0,
}
_TENS_VALUES = {word: 10 * value for value, word in enumerate(_TENS) if value > 1}

_ORDINAL_UNITS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
    "eighteenth nineteenth"
).split()
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_UNITS)} | {
    word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS) if value > 1
}
_DIGITAL_ORDINAL = re.compile(r"([0-9]{1,9})(?:st|nd|rd|th)")
_DIGITAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")

LIMIT = 10**15
"""Numbers from here on are not said."""

_MAX_DIGITS = 40


def is_number_word(word: str) -> bool:
    """Tell whether a number may begin with this word."""
    return (
        word in _UNITS
        or word in _TENS_VALUES
        or word == "hundred"
        or word in _SCALES
        or _DIGITAL.fullmatch(word) is not None
    )


def _below_hundred(words: Sequence[str], at: int) -> tuple[int, int] | None:
    word = words[at] if at < len(words) else ""
    if word in _TENS_VALUES:
        following = words[at + 1] if at + 1 < len(words) else ""
        unit = _UNITS.get(following, 0)
        if 0 < unit < 10:
            return _TENS_VALUES[word] + unit, at + 2
        return _TENS_VALUES[word], at + 1
    if word in _UNITS:
        return _UNITS[word], at + 1
    return None


def _below_thousand(words: Sequence[str], at: int) -> tuple[Fraction, int] | None:
    """Read "four", "2.5", "a hundred and five", but not "five hundred thousand"."""
    word = words[at] if at < len(words) else ""
    if _DIGITAL.fullmatch(word) and len(word) <= _MAX_DIGITS:
        value, end = Fraction(word), at + 1
    elif word == "a" and words[at + 1 : at + 2] in (["hundred"], ("hundred",)):
        value, end = Fraction(1), at + 1
    elif word == "hundred":
        value, end = Fraction(1), at
    else:
        found = _below_hundred(words, at)
        if found is None:
            return None
        value, end = Fraction(found[0]), found[1]
    if end < len(words) and words[end] == "hundred":
        value, end = value * 100, end + 1
        rest = end + 1 if end < len(words) and words[end] == "and" else end
        following = _below_hundred(words, rest)
        if following is not None and following[0]:
            value, end = value + following[0], following[1]
    return value, end


def _whole(words: Sequence[str], at: int) -> tuple[Fraction, int] | None:
    total = Fraction(0)
    end = at
    last_scale = 10**18
    found_any = False
    while True:
        start = end
        if found_any and start < len(words) and words[start] == "and":
            start += 1
        if (
            not found_any
            and words[at : at + 1]
            and words[at] == "a"
            and at + 1 < len(words)
            and words[at + 1] in _SCALES
        ):
            group: tuple[Fraction, int] | None = (Fraction(1), at + 1)
        elif not found_any and words[at : at + 1] and words[at] in _SCALES:
            group = (Fraction(1), at)
        else:
            group = _below_thousand(words, start)
        if group is None:
            break
        value, after = group
        scale = _SCALES.get(words[after], 1) if after < len(words) else 1
        if scale >= last_scale or (found_any and scale == 1 and last_scale == 1):
            break
        if found_any and scale == 1 and (value >= last_scale or value == 0):
            break
        total += value * scale
        end = after + (scale > 1)
        found_any = True
        if scale == 1:
            break
        last_scale = scale
    return (total, end) if found_any else None


def parse_number(words: Sequence[str], at: int = 0) -> tuple[Fraction, int] | None:
    """Read a number that begins at a word.

    Understands "forty two", "42", "minus three", "two point five", "a hundred and
    one", "three and a half", "half", "a quarter", "a dozen", "2 million".

    Returns:
        Its value and the index behind its last word, or None.

    """
    words = tuple(words)
    word = words[at] if at < len(words) else ""
    if word in ("minus", "negative"):
        found = parse_number(words, at + 1)
        return (-found[0], found[1]) if found else None
    for phrase, value in _PHRASES:
        if words[at : at + len(phrase)] == phrase:
            return value, at + len(phrase)
    if word == "point":
        found = _decimals(words, at, Fraction(0))
        return found
    found = _whole(words, at)
    if found is None:
        return None
    value, end = found
    decimal = _decimals(words, end, value)
    if decimal is not None:
        value, end = decimal
        if end < len(words) and words[end] in _SCALES:
            value, end = value * _SCALES[words[end]], end + 1
        return value, end
    for phrase, part in _AND_PARTS:
        if words[end : end + len(phrase)] == phrase:
            return value + part, end + len(phrase)
    if words[end : end + 1] == ("dozen",):
        return value * 12, end + 1
    return value, end


_PHRASES: tuple[tuple[tuple[str, ...], Fraction], ...] = (
    (("half", "a", "dozen"), Fraction(6)),
    (("half", "a", "million"), Fraction(500_000)),
    (("three", "quarters"), Fraction(3, 4)),
    (("a", "quarter"), Fraction(1, 4)),
    (("one", "quarter"), Fraction(1, 4)),
    (("a", "third"), Fraction(1, 3)),
    (("one", "third"), Fraction(1, 3)),
    (("two", "thirds"), Fraction(2, 3)),
    (("one", "half"), Fraction(1, 2)),
    (("a", "half"), Fraction(1, 2)),
    (("a", "dozen"), Fraction(12)),
    (("half",), Fraction(1, 2)),
)
_AND_PARTS: tuple[tuple[tuple[str, ...], Fraction], ...] = (
    (("and", "a", "half"), Fraction(1, 2)),
    (("and", "one", "half"), Fraction(1, 2)),
    (("and", "a", "quarter"), Fraction(1, 4)),
    (("and", "three", "quarters"), Fraction(3, 4)),
)


def _decimals(
    words: Sequence[str], at: int, whole: Fraction
) -> tuple[Fraction, int] | None:
    """Read "point two five" behind a whole number."""
    if at >= len(words) or words[at] != "point":
        return None
    digits = ""
    end = at + 1
    while end < len(words) and len(digits) < _MAX_DIGITS:
        word = words[end]
        if _UNITS.get(word, 99) < 10:
            digits += str(_UNITS[word])
        elif word.isascii() and word.isdigit():
            digits += word
        elif word in _TENS_VALUES and not digits:
            found = _below_hundred(words, end)
            assert found is not None
            return whole + Fraction(f"0.{found[0]}"), found[1]
        else:
            break
        end += 1
    return (whole + Fraction(f"0.{digits}"), end) if digits else None


def value_of(text: str) -> Fraction | None:
    """Return the number a canonical text consists of, None if it is not one."""
    words = text.split()
    found = parse_number(words)
    if found is None or found[1] != len(words):
        return None
    return found[0]


def parse_ordinal(words: Sequence[str], at: int = 0) -> tuple[int, int] | None:
    """Read "first", "twenty first" or "21st" up to ninety-ninth."""
    word = words[at] if at < len(words) else ""
    if match := _DIGITAL_ORDINAL.fullmatch(word):
        return int(match[1]), at + 1
    if word in _ORDINALS:
        return _ORDINALS[word], at + 1
    if word in _TENS_VALUES and at + 1 < len(words):
        unit = _ORDINALS.get(words[at + 1], 99)
        if 0 < unit < 10:
            return _TENS_VALUES[word] + unit, at + 2
    return None


def parse_year(words: Sequence[str], at: int = 0) -> tuple[int, int] | None:
    """Read a year: "1969", "nineteen sixty nine", "two thousand and five"."""
    word = words[at] if at < len(words) else ""
    if word.isascii() and word.isdigit() and len(word) == 4:
        return int(word), at + 1
    century = _below_hundred(words, at)
    if century and 10 <= century[0] <= 99:
        rest = _below_hundred(words, century[1])
        if rest and rest[0] < 10 and words[century[1]] in ("oh", "zero"):
            unit = _below_hundred(words, rest[1])
            if unit and unit[0] < 10:
                return century[0] * 100 + unit[0], unit[1]
        if rest and 10 <= rest[0] <= 99:
            return century[0] * 100 + rest[0], rest[1]
        if words[century[1] : century[1] + 1] in (["hundred"], ("hundred",)):
            return century[0] * 100, century[1] + 1
    found = _whole(words, at)
    if found and found[0].denominator == 1 and 1000 <= found[0] <= 9999:
        return int(found[0]), found[1]
    return None


def _group_words(number: int) -> list[str]:
    if number < 20:
        return [_SMALL[number]]
    if number < 100:
        tens, unit = divmod(number, 10)
        return [_TENS[tens] + (f"-{_SMALL[unit]}" if unit else "")]
    hundreds, rest = divmod(number, 100)
    return [
        _SMALL[hundreds],
        "hundred",
        *(["and", *_group_words(rest)] if rest else []),
    ]


def _integer_words(number: int) -> str:
    words: list[str] = []
    for name, scale in reversed(_SCALES.items()):
        if number >= scale:
            many, number = divmod(number, scale)
            words += [*_group_words(many), name]
    if number or not words:
        if words and number < 100:
            words.append("and")
        words += _group_words(number)
    return " ".join(words)


def to_words(value: int | float | Fraction, places: int = 6) -> str:
    """Return a number as it is said, rounded to some decimal places.

    Numbers of a quadrillion and more are given in digits.
    """
    value = Fraction(value)
    if value < 0:
        return f"minus {to_words(-value, places)}"
    scaled = round(value * 10**places)
    whole, decimals = divmod(scaled, 10**places)
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
    head, _, last = _integer_words(number).rpartition(" ")
    front, dash, unit = last.rpartition("-")
    if unit in _SMALL:
        unit = _ORDINAL_UNITS[_SMALL.index(unit)]
    elif unit in _TENS_VALUES:
        unit = unit[:-1] + "ieth"
    else:
        unit += "th"
    return f"{head} {front}{dash}{unit}".strip()


def year_words(year: int) -> str:
    """Return a year as it is said: 1969 is "nineteen sixty-nine"."""
    century, rest = divmod(year, 100)
    if year < 1000 or year > 9999 or century % 10 == 0 and rest < 10:
        return to_words(year)
    if rest == 0:
        return f"{to_words(century)} hundred"
    if rest < 10:
        return f"{to_words(century)} oh {to_words(rest)}"
    return f"{to_words(century)} {to_words(rest)}"
