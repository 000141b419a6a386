"""Dates, times and durations in words: reading and saying them."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from live_emulator.brain.words.clock import parse_span
from live_emulator.brain.words.data import data
from live_emulator.brain.words.lexicon import MONTHS, WEEKDAYS
from live_emulator.brain.words.numbers import (
    parse_number,
    parse_ordinal,
    parse_year,
    to_ordinal,
    year_words,
)

__all__ = ["Day", "add_months", "easter", "parse_date", "say_date", "say_day"]

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(MONTHS, 1)
}

_WEEKDAYS = {name: number for number, name in enumerate(WEEKDAYS)}


def add_months(day: date, months: int) -> date:
    """Return the day some months later, or the last day of that month.

    Raises:
        OverflowError: The calendar does not reach so far.

    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    moon = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * moon) // 451
    month, day = divmod(h + moon - 7 * m + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class Day:
    """A day that was named."""

    day: date
    words: tuple[str, ...]
    """As it was said."""
    year_given: bool = False
    name: str = ""
    """The name of a feast, if it was named by one."""
    weekday: bool = False


_FEASTS = {
    name: (int(when.split()[0]), int(when.split()[1]))
    for name, when in data("words", "words.yaml")["feasts"].items()
}


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """Return the next such day, today included (29 February may be years ahead)."""
    for year in range(today.year, min(today.year + 9, 10_000)):
        found = _on(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def parse_date(words: Sequence[str], at: int, today: date) -> tuple[Day, int] | None:
    """Read a date that begins at a word, seen from `today`.

    Returns:
        The day and the index behind it, or None.

    """
    words = tuple(words)
    while words[at : at + 1] in (("on",), ("the",)) and at + 1 < len(words):
        if words[at : at + 2] == ("the", "day"):
            break
        at += 1
    try:
        for reader in (_relative, _digital, _feast, _calendar, _by_weekday):
            found = reader(words, at, today)
            if found is not None:
                day, end = found
                return day, end
    except (OverflowError, ValueError):
        return None
    return None


def _relative(words: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    for phrase, days in (
        ("the day after tomorrow", 2),
        ("the day before yesterday", -2),
        ("today", 0),
        ("tonight", 0),
        ("tomorrow", 1),
        ("yesterday", -1),
    ):
        parts = tuple(phrase.split())
        if words[at : at + len(parts)] == parts:
            day = today + timedelta(days=days)
            return Day(day, parts, True), at + len(parts)
    start = at + 1 if words[at : at + 1] == ("in",) else at
    found = parse_span(words, start)
    if found is None:
        return None
    span, end = found
    if span.seconds % 86_400 or not (span.seconds or span.months):
        return None
    sign = 0
    for phrase, way in (
        ("from now", 1),
        ("from today", 1),
        ("ago", -1),
        ("before today", -1),
        ("later", 1),
    ):
        parts = tuple(phrase.split())
        if words[end : end + len(parts)] == parts:
            sign, end = way, end + len(parts)
    if start > at:
        sign = 1
    if not sign:
        return None
    day = add_months(today, sign * span.months)
    day += timedelta(days=int(span.seconds) // 86_400 * sign)
    return Day(day, words[at:end], True), end


_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")

_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def _digital(words: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    word = words[at] if at < len(words) else ""
    found: date | None = None
    if match := _ISO.fullmatch(word):
        found = _on(int(match[1]), int(match[2]), int(match[3]))
    elif match := _SLASHES.fullmatch(word):
        one, two, year = (int(part) for part in match.groups())
        # 7/20 can only be American; where both are possible it is taken as such.
        found = _on(year, one, two) or _on(year, two, one)
    return (Day(found, (word,), True), at + 1) if found else None


def _feast(words: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    rest = " ".join(words[at : at + 3])
    for name, (month, day) in _FEASTS.items():
        if (rest + " ").startswith(name + " "):
            end = at + len(name.split())
            year = parse_year(words, end)
            if year:
                return _some(
                    _on(year[0], month, day), words[at : year[1]], name, year[1]
                )
            return _some(_coming(today, month, day), words[at:end], name, end)
    if words[at : at + 1] == ("easter",):
        year = parse_year(words, at + 1)
        if year:
            return _some(easter(year[0]), words[at : year[1]], "easter", year[1])
        coming = easter(today.year)
        if coming < today:
            coming = easter(today.year + 1)
        return _some(coming, words[at : at + 1], "easter", at + 1)
    return None


def _some(
    day: date | None, words: tuple[str, ...], name: str, end: int
) -> tuple[Day, int] | None:
    return (Day(day, words, False, name), end) if day else None


def _day_number(words: tuple[str, ...], at: int) -> tuple[int, int] | None:
    found = parse_ordinal(words, at)
    if found is None:
        number = parse_number(words, at)
        if number is None or number[0].denominator != 1:
            return None
        found = int(number[0]), number[1]
    return found if 1 <= found[0] <= 31 else None


def _calendar(words: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    """Read "july twentieth nineteen sixty nine" or "20 July 1969"."""
    word = words[at] if at < len(words) else ""
    if word in _MONTHS:
        month = _MONTHS[word]
        start = at + 2 if words[at + 1 : at + 2] == ("the",) else at + 1
        number = _day_number(words, start)
        if number is None:
            return None
        day, end = number
    else:
        number = _day_number(words, at)
        if number is None:
            return None
        day, end = number
        if words[end : end + 1] == ("of",):
            end += 1
        name = words[end] if end < len(words) else ""
        if name not in _MONTHS:
            return None
        month, end = _MONTHS[name], end + 1
    start = end + 1 if words[end : end + 1] in (("in",), ("of",)) else end
    year = parse_year(words, start)
    if year:
        found = _on(year[0], month, day)
        return (Day(found, words[at : year[1]], True), year[1]) if found else None
    coming = _coming(today, month, day)
    return (Day(coming, words[at:end]), end) if coming else None


def _by_weekday(words: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    start = at
    which = words[at] if words[at : at + 1] in (("next",), ("last",), ("this",)) else ""
    at += bool(which)
    name = words[at] if at < len(words) else ""
    if name not in _WEEKDAYS:
        return None
    ahead = (_WEEKDAYS[name] - today.weekday()) % 7
    if which == "last":
        ahead = ahead - 7
    elif not ahead and which != "this":
        ahead = 7
    day = today + timedelta(days=ahead)
    return Day(day, words[start : at + 1], False, "", True), at + 1


def say_day(day: date) -> str:
    """Return a day without its year: "Saturday, the twenty-first of November"."""
    weekday = WEEKDAYS[day.weekday()].capitalize()
    month = MONTHS[day.month - 1].capitalize()
    return f"{weekday}, the {to_ordinal(day.day)} of {month}"


def say_date(day: date) -> str:
    """Return a day with its year."""
    return f"{say_day(day)}, {year_words(day.year)}"
