"""Times of day and durations in words: reading and saying them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from live_emulator.brain.words.data import data
from live_emulator.brain.words.numbers import named_at, parse_number, to_words

__all__ = ["Clock", "SECONDS", "Span", "parse_clock", "parse_span", "say_time"]

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_UNITS = (
    {name: name for name in (*SECONDS, *_MONTHS)}
    | {name + "s": name for name in (*SECONDS, *_MONTHS)}
    | {"sec": "second", "secs": "second", "min": "minute", "mins": "minute"}
    | {"hr": "hour", "hrs": "hour", "h": "hour", "s": "second"}
)
_DATA = data("words", "words.yaml")
_AMOUNTS = {name: Fraction(size) for name, size in _DATA["amounts"].items()}
_ARTICLES = {"a": Fraction(1), "an": Fraction(1)}
_MORE = {"and a half": Fraction(1, 2), "and a quarter": Fraction(1, 4), "": Fraction(0)}
_TIMES = {"noon": 12, "midday": 12, "midnight": 0}
_PAST = {name: int(minutes) for name, minutes in _DATA["minutes_past"].items()}
_HALVES = {name: int(hours) for name, hours in _DATA["halves_of_day"].items()}


@dataclass(frozen=True)
class Span:
    """A duration; months and years are kept apart, their lengths vary."""

    seconds: Fraction = Fraction(0)
    months: int = 0
    words: tuple[str, ...] = ()
    """As it was said."""


def parse_span(words: Sequence[str], at: int = 0) -> tuple[Span, int] | None:
    """Read a duration: "an hour and a half", "two minutes and thirty seconds".

    Returns:
        The span and the index behind it, or None.

    """
    seconds, months, end = Fraction(0), 0, at
    while True:
        joint = end > at and list(words[end : end + 1]) == ["and"]
        one = _amount(words, end + joint)
        if one is None:
            break
        value, unit, end = one
        if unit in SECONDS:
            seconds += value * SECONDS[unit]
        else:
            months += int(value * _MONTHS[unit])
    if end == at or abs(seconds) > 10**13 or abs(months) > 10**6:
        return None
    return Span(seconds, months, tuple(words[at:end])), end


def _amount(words: Sequence[str], at: int) -> tuple[Fraction, str, int] | None:
    """Read one number and its unit."""
    found = named_at(words, at, _AMOUNTS) or parse_number(words, at)
    found = found or named_at(words, at, _ARTICLES)
    if found is None or found[1] >= len(words):
        return None
    value, end = found
    if words[end] == "fortnight":
        return value * 2, "week", end + 1
    unit = _UNITS.get(words[end])
    more = named_at(words, end + 1, _MORE)
    return (value + more[0], unit, more[1]) if unit and more else None


@dataclass(frozen=True)
class Clock:
    """A time of day that was named."""

    hour: int
    minute: int
    words: tuple[str, ...]


def parse_clock(words: Sequence[str], at: int = 0) -> tuple[Clock, int] | None:
    """Read a time of day: "ten thirty", "half past nine", "5 pm", "noon"."""
    start = at
    at += list(words[at : at + 1]) == ["at"]
    if named := named_at(words, at, _TIMES):
        return Clock(named[0], 0, tuple(words[start : named[1]])), named[1]
    found = _hour_and_minute(words, at)
    if found is None:
        return None
    hour, minute, end = found
    end += list(words[end : end + 1]) == ["o'clock"]
    if half := named_at(words, end, _HALVES):
        end = half[1]
        if half[0] and hour < 12:
            hour += 12
        elif not half[0] and hour == 12:
            hour = 0
    if not 0 <= hour <= 23:
        return None
    return Clock(hour, minute, tuple(words[start:end])), end


def _hour_and_minute(words: Sequence[str], at: int) -> tuple[int, int, int] | None:
    word = words[at] if at < len(words) else ""
    if ":" in word:
        hour, minute = (int(part) for part in word.split(":"))
        return (hour, minute, at + 1) if minute < 60 else None
    if past := named_at(words, at, _PAST):
        return _from_hour(words, past[1], past[0])
    first = _small(words, at, 59)
    if first is None:
        return None
    if sign := named_at(words, first[1], {"past": 1, "to": -1}):
        if found := _from_hour(words, sign[1], sign[0] * first[0]):
            return found
    if first[0] > 24:
        return None
    second = _small(words, first[1], 59)
    if second is not None and second[0] >= 10:
        return first[0], *second
    return first[0], 0, first[1]


def _from_hour(
    words: Sequence[str], at: int, minutes: int
) -> tuple[int, int, int] | None:
    named = _small(words, at, 24)
    if named is None:
        return None
    hour, minute = divmod((named[0] * 60 + minutes) % 1440, 60)
    return hour, minute, named[1]


def _small(words: Sequence[str], at: int, limit: int) -> tuple[int, int] | None:
    found = parse_number(words, at)
    if found is None or found[0].denominator != 1 or not 0 <= found[0] <= limit:
        return None
    return int(found[0]), found[1]


def say_time(moment: datetime) -> str:
    """Return a time of day in words: "ten oh five in the morning"."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in (0, 12):
        return "noon" if hour else "midnight"
    minutes = "oh " * (minute < 10) + to_words(minute) if minute else "o'clock"
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"{to_words(hour % 12 or 12)} {minutes} in the {part}"
