"""Dates in words: reading and saying them."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from live_emulator.brain.words.clock import parse_span
from live_emulator.brain.words.data import data
from live_emulator.brain.words.lexicon import MONTHS, WEEKDAYS
from live_emulator.brain.words.numbers import (
    named_at,
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
_DATA = data("words", "words.yaml")
_NEAR = {name: int(days) for name, days in _DATA["near_days"].items()}
_WAYS = {name: int(sign) for name, sign in _DATA["ways_of_time"].items()}
_FEASTS: dict[str, str] = _DATA["feasts"]
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_YEARS_AHEAD = 9


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


def add_months(day: date, months: int) -> date:
    """Return the day some months later, or the last day of that month.

    Raises:
        OverflowError: The calendar does not reach so far.

    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
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


def parse_date(words: Sequence[str], at: int, today: date) -> tuple[Day, int] | None:
    """Read a date that begins at a word, seen from `today`.

    Returns:
        The day and the index behind it, or None.

    """
    said = tuple(words)
    while said[at : at + 1] in (("on",), ("the",)) and at + 1 < len(said):
        if said[at : at + 2] == ("the", "day"):
            break
        at += 1
    try:
        for reader in (_relative, _digital, _feast, _calendar, _by_weekday):
            if found := reader(said, at, today):
                return found
    except (OverflowError, ValueError):
        pass
    return None


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """Return the next such day, today included (29 February may be years ahead)."""
    years = range(today.year, min(today.year + _YEARS_AHEAD, 10_000))
    days = (_on(year, month, day) for year in years)
    return next((one for one in days if one is not None and one >= today), None)


def _relative(said: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    if near := named_at(said, at, _NEAR):
        day = today + timedelta(days=near[0])
        return Day(day, said[at : near[1]], True), near[1]
    ahead = said[at : at + 1] == ("in",)
    found = parse_span(said, at + ahead)
    if found is None or found[0].seconds % 86_400:
        return None
    span, end = found
    way = named_at(said, end, _WAYS)
    if way is None and not ahead:
        return None
    sign, end = (way[0], way[1]) if way else (1, end)
    sign = 1 if ahead else sign
    day = add_months(today, sign * span.months)
    day += timedelta(days=int(span.seconds) // 86_400 * sign)
    return Day(day, said[at:end], True), end


def _digital(said: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    word = said[at] if at < len(said) else ""
    found: date | None = None
    if match := _ISO.fullmatch(word):
        found = _on(int(match[1]), int(match[2]), int(match[3]))
    elif match := _SLASHES.fullmatch(word):
        one, two, year = (int(part) for part in match.groups())
        # 7/20 can only be American; where both are possible it is taken as such.
        found = _on(year, one, two) or _on(year, two, one)
    return (Day(found, (word,), True), at + 1) if found else None


def _feast(said: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    found = named_at(said, at, _FEASTS | {"easter": ""})
    if found is None:
        return None
    when, end = found
    name, year = " ".join(said[at:end]), parse_year(said, end)
    end = year[1] if year else end
    if when:
        month, number = (int(part) for part in when.split())
        coming = _coming(today, month, number)
        day = _on(year[0], month, number) if year else coming
    else:
        day = easter(year[0] if year else today.year)
        day = day if year or day >= today else easter(today.year + 1)
    return (Day(day, said[at:end], False, name), end) if day else None


def _day_number(said: tuple[str, ...], at: int) -> tuple[int, int] | None:
    found = parse_ordinal(said, at)
    number = None if found else parse_number(said, at)
    if number and number[0].denominator == 1:
        found = int(number[0]), number[1]
    return found if found and 1 <= found[0] <= 31 else None


def _calendar(said: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    """Read "july twentieth nineteen sixty nine" or "20 July 1969"."""
    month = named_at(said, at, _MONTHS)
    the = said[at + 1 : at + 2] == ("the",)
    number = _day_number(said, at + 1 + the if month else at)
    if number is None:
        return None
    day, end = number
    if month is None:
        month = named_at(said, end + (said[end : end + 1] == ("of",)), _MONTHS)
        if month is None:
            return None
        end = month[1]
    joint = said[end : end + 1] in (("in",), ("of",))
    year = parse_year(said, end + joint)
    end = year[1] if year else end
    found = _on(year[0], month[0], day) if year else _coming(today, month[0], day)
    return (Day(found, said[at:end], year is not None), end) if found else None


def _by_weekday(said: tuple[str, ...], at: int, today: date) -> tuple[Day, int] | None:
    start = at
    which = said[at] if said[at : at + 1] in (("next",), ("last",), ("this",)) else ""
    named = named_at(said, at + bool(which), _WEEKDAYS)
    if named is None:
        return None
    ahead = (named[0] - today.weekday()) % 7
    if which == "last":
        ahead -= 7
    elif not ahead and which != "this":
        ahead = 7
    day = today + timedelta(days=ahead)
    return Day(day, said[start : named[1]], False, "", True), named[1]


def say_day(day: date) -> str:
    """Return a day without its year: "Saturday, the twenty-first of November"."""
    weekday = WEEKDAYS[day.weekday()].capitalize()
    month = MONTHS[day.month - 1].capitalize()
    return f"{weekday}, the {to_ordinal(day.day)} of {month}"


def say_date(day: date) -> str:
    """Return a day with its year."""
    return f"{say_day(day)}, {year_words(day.year)}"
