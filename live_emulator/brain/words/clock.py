"""Times of day and durations in words: reading and saying them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from live_emulator.brain.words.numbers import (
    parse_number,
    to_words,
)

__all__ = [
    "Clock",
    "SECONDS",
    "Span",
    "UNITS",
    "parse_clock",
    "parse_span",
    "say_time",
]

SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
}

UNITS = (
    {name + "s": name for name in (*SECONDS, "month", "year")}
    | {name: name for name in (*SECONDS, "month", "year")}
    | {"sec": "second", "secs": "second", "min": "minute", "mins": "minute"}
    | {"hr": "hour", "hrs": "hour", "fortnight": "week", "h": "hour", "s": "second"}
)


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
    words = tuple(words)
    seconds, months, end = Fraction(0), 0, at
    found_any = False
    while True:
        start = end + 1 if found_any and words[end : end + 1] == ("and",) else end
        one = _amount(words, start)
        if one is None:
            break
        value, unit, after = one
        if unit in SECONDS:
            seconds += value * SECONDS[unit]
        else:
            months += int(value * (12 if unit == "year" else 1))
        end, found_any = after, True
    if not found_any or abs(seconds) > 10**13 or abs(months) > 10**6:
        return None
    return Span(seconds, months, words[at:end]), end


def _amount(words: tuple[str, ...], at: int) -> tuple[Fraction, str, int] | None:
    """Read one number and its unit."""
    if words[at : at + 2] in (("half", "an"), ("half", "a")):
        value, end = Fraction(1, 2), at + 2
    elif words[at : at + 4] == ("a", "quarter", "of", "an"):
        value, end = Fraction(1, 4), at + 4
    elif words[at : at + 3] == ("a", "couple", "of"):
        value, end = Fraction(2), at + 3
    elif words[at : at + 3] == ("a", "few", "minutes"):
        value, end = Fraction(3), at + 2
    elif found := parse_number(words, at):
        value, end = found
    elif words[at : at + 1] in (("a",), ("an",)):
        value, end = Fraction(1), at + 1
    else:
        return None
    if end >= len(words) or words[end] not in UNITS:
        return None
    if words[end] == "fortnight":
        value *= 2
    unit = UNITS[words[end]]
    end += 1
    for phrase, part in ((("and", "a", "half"), 2), (("and", "a", "quarter"), 4)):
        if words[end : end + 3] == phrase:
            return value + Fraction(1, part), unit, end + 3
    return value, unit, end


@dataclass(frozen=True)
class Clock:
    """A time of day that was named."""

    hour: int
    minute: int
    words: tuple[str, ...]


_PARTS_OF_DAY = {
    "noon": (12, 0),
    "midday": (12, 0),
    "midnight": (0, 0),
}

_AFTERNOON = (("in", "the", "afternoon"), ("in", "the", "evening"), ("at", "night"))


def parse_clock(words: Sequence[str], at: int = 0) -> tuple[Clock, int] | None:
    """Read a time of day: "ten thirty", "half past nine", "5 pm", "noon"."""
    words = tuple(words)
    start = at
    if words[at : at + 1] == ("at",):
        at += 1
    word = words[at] if at < len(words) else ""
    if word in _PARTS_OF_DAY:
        hour, minute = _PARTS_OF_DAY[word]
        return Clock(hour, minute, words[start : at + 1]), at + 1
    found = _hour_and_minute(words, at)
    if found is None:
        return None
    hour, minute, end = found
    if words[end : end + 1] == ("o'clock",):
        end += 1
    half = "".join(words[end : end + 2]) if words[end : end + 1] != ("pm",) else "pm"
    if words[end : end + 1] in (("am",), ("pm",)):
        half, end = words[end], end + 1
    elif half in ("am", "pm") and len(words[end : end + 2]) == 2:
        end += 2
    elif words[end : end + 3] in _AFTERNOON or words[end : end + 2] in _AFTERNOON:
        end += 2 if words[end] == "at" else 3
        half = "pm"
    elif words[end : end + 3] == ("in", "the", "morning"):
        half, end = "am", end + 3
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    if not 0 <= hour <= 23:
        return None
    return Clock(hour, minute, words[start:end]), end


def _hour_and_minute(words: tuple[str, ...], at: int) -> tuple[int, int, int] | None:
    word = words[at] if at < len(words) else ""
    if ":" in word:
        hour, minute = (int(part) for part in word.split(":"))
        return (hour, minute, at + 1) if minute < 60 else None
    for phrase, past in (
        ("half past", 30),
        ("a quarter past", 15),
        ("quarter past", 15),
        ("a quarter to", -15),
        ("quarter to", -15),
    ):
        parts = tuple(phrase.split())
        if words[at : at + len(parts)] == parts:
            named = _small(words, at + len(parts), 24)
            if named is None:
                return None
            total = (named[0] * 60 + past) % 1440
            return total // 60, total % 60, named[1]
    first = _small(words, at, 59)
    if first is None:
        return None
    if words[first[1] : first[1] + 1] in (("past",), ("to",)):
        named = _small(words, first[1] + 1, 24)
        if named is not None:
            sign = 1 if words[first[1]] == "past" else -1
            total = (named[0] * 60 + sign * first[0]) % 1440
            return total // 60, total % 60, named[1]
    if first[0] > 24:
        return None
    second = _small(words, first[1], 59)
    if second is not None and second[0] >= 10:
        return first[0], second[0], second[1]
    return first[0], 0, first[1]


def _small(words: tuple[str, ...], at: int, limit: int) -> tuple[int, int] | None:
    found = parse_number(words, at)
    if found is None or found[0].denominator != 1 or not 0 <= found[0] <= limit:
        return None
    return int(found[0]), found[1]


def say_time(moment: datetime) -> str:
    """Return a time of day in words: "ten oh five in the morning"."""
    hour, minute = moment.hour, moment.minute
    if (hour, minute) == (0, 0):
        return "midnight"
    if (hour, minute) == (12, 0):
        return "noon"
    name = to_words(hour % 12 or 12)
    if minute == 0:
        text = f"{name} o'clock"
    elif minute < 10:
        text = f"{name} oh {to_words(minute)}"
    else:
        text = f"{name} {to_words(minute)}"
    if hour < 12:
        return f"{text} in the morning"
    return f"{text} in the {'afternoon' if hour < 18 else 'evening'}"
