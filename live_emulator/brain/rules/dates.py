"""Answer questions about times and dates, from the time of the question alone."""

import re
from datetime import timedelta

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.intervals import day_in, label_of, since, tense_of, until
from live_emulator.brain.words.clock import parse_span, say_time
from live_emulator.brain.words.lexicon import MONTHS, WEEKDAYS
from live_emulator.brain.words.moments import Day, parse_date, say_date, say_day
from live_emulator.brain.words.normalise import proper
from live_emulator.brain.words.numbers import year_words
from live_emulator.brain.words.speech import capitalised

__all__ = ["dates"]

_TELL = r"(?:(?:please )?(?:tell me|do you know|can you tell me|say) )?"

_TIME = re.compile(
    rf"{_TELL}(?:what (?:time (?:is it|do we have|it is)|is the (?:current )?time)"
    r"|the time|what is the time|how late is it|do you have the time|what time)"
    r"(?: now| right now| please)*"
)

_TIME_ELSEWHERE = re.compile(
    r"what (?:time is it|is the (?:current )?time) (?:now )?in (?P<place>.+)"
)

_TIME_THEN = re.compile(
    r"what time (?:will it be|is it|was it) (?P<in>in )?(?P<span>.+?)"
    r"(?P<way> ago| from now)?"
)

_DAY = re.compile(
    rf"{_TELL}(?:(?:what|which) (?:day|weekday) (?:is it|it is|is today|do we have)"
    r"|(?:what|which) day of the week is (?:it|today)|what is today"
    r"|what is the day(?: today)?)(?: today| now)*"
)

_DATE = re.compile(
    rf"{_TELL}(?:what (?:date is it|is the (?:current )?date|is today's date"
    r"|date do we have|is today's day|date is today|the date is)|today's date|the date"
    r"|what is the date)(?: today| now)*"
)

_YEAR = re.compile(
    rf"{_TELL}(?:what|which) year (?:is it|do we have|are we in|is this|it is)"
    r"(?: now)?|what is the (?:current )?year"
)

_MONTH = re.compile(
    rf"{_TELL}(?:what|which) month (?:is it|do we have|are we in|is this|it is)"
    r"(?: now)?|what is the (?:current )?month"
)

_BEFORE_DATE = frozenset(
    "what which day date weekday of the week month is was will be it did do does on a "
    "would today's for".split()
)

_AFTER_DATE = frozenset("fall be on a is was it will going to again please".split())

_WHEN = re.compile(r"when (?:is|was|will) (?P<when>.+?)(?: be)?(?: this year)?")


def dates(ctx: Context) -> Reply | None:
    """Tell times, days and the way from one to another."""
    said, now = ctx.said, ctx.question.now
    if said.match(_TIME):
        return say(f"It is {say_time(now)}.")
    if (found := said.match(_TIME_ELSEWHERE)) and not parse_span(
        found.text("place").split()
    ):
        return say(
            f"I only know the time where you are. There it is {say_time(now)}; "
            f"in {found.part('place').shown} it may be another."
        )
    if said.match(_DAY):
        return say(f"Today is {say_day(now.date())}.")
    if said.match(_DATE):
        return say(f"Today is {say_date(now.date())}.")
    if said.match(_YEAR):
        return say(f"It is the year {year_words(now.year)}.")
    if said.match(_MONTH):
        return say(f"It is {MONTHS[now.month - 1].capitalize()}.")
    try:
        return (
            until(ctx)
            or _then(ctx)
            or _weekday(ctx)
            or _when(ctx)
            or since(ctx)
            or _no_such_day(ctx)
        )
    except (OverflowError, ValueError):
        return say("That is further away than my calendar reaches.")


_MONTH_AND_DAY = re.compile(
    rf"(?:what|when|how)\b.*\b(?:{'|'.join(MONTHS)}) (?:the )?(?:thirty|thirtieth"
    r"|3[0-9]\w*)\b.*|(?:what|when|how)\b.*\b(?:thirty|thirtieth"
    rf"|3[0-9]\w*)\b.* of (?:{'|'.join(MONTHS)})\b.*|(?:what|when|how)\b.*(?:29th"
    r"|twenty ninth|29|twenty nine)\b.* february\b.*|(?:what|when"
    r"|how)\b.*\bfebruary (?:the )?(?:29th|twenty ninth|29|twenty nine)\b.*"
)


def _no_such_day(ctx: Context) -> Reply | None:
    if ctx.said.match(_MONTH_AND_DAY):
        return say("There is no such day in my calendar.")
    return None


def _then(ctx: Context) -> Reply | None:
    found = ctx.said.match(_TIME_THEN)
    if found is None:
        return None
    words = found.text("span").split()
    span = parse_span(words)
    if (
        span is None
        or span[1] != len(words)
        or not (found.has("in") or found.has("way"))
    ):
        return None
    back = found.text("way") == " ago"
    seconds = int(span[0].seconds)
    moved = timedelta(seconds=-seconds if back else seconds)
    then = ctx.question.now + moved
    when = " ".join(words)
    if back:
        return say(f"{capitalised(when)} ago it was {say_time(then)}.")
    day = (
        "" if then.date() == ctx.question.now.date() else f", on {say_day(then.date())}"
    )
    return say(f"In {when} it will be {say_time(then)}{day}.")


def _named_day(ctx: Context) -> Day | None:
    """Return the day that "what day is ..." or "and tomorrow?" asks for."""
    words = ctx.said.words
    if len(words) > 16 or not words or words[0] not in ("what", "which", "and"):
        return None
    today = ctx.question.now.date()
    for at in range(1, len(words)):
        found = parse_date(words, at, today)
        if found is not None:
            rest = words[found[1] :]
            if words[0] == "and" and not found[0].year_given:
                return None
            return found[0] if all(word in _AFTER_DATE for word in rest) else None
        if words[at] not in _BEFORE_DATE:
            return None
    return None


def _weekday(ctx: Context) -> Reply | None:
    """Say what day of the week a date is."""
    today = ctx.question.now.date()
    named = _named_day(ctx)
    if named is None:
        return None
    tense = tense_of(named.day, today)
    if named.year_given and abs((named.day - today).days) < 400 and named.words:
        words = " ".join(named.words)
        if words[0] not in "0123456789":
            it = "it " if named.words[-1] in ("ago", "now") else ""
            it = "it " if named.words[0] == "in" else it
            return say(f"{capitalised(words)} {it}{tense} {say_day(named.day)}.")
    if named.weekday:
        day = say_day(named.day).split(", ")[1]
        return say(f"{_label(named, ctx)} {tense} {day}.")
    weekday = WEEKDAYS[named.day.weekday()].capitalize()
    return say(f"{label_of(named)} {tense} a {weekday}.")


def _when(ctx: Context) -> Reply | None:
    found = ctx.said.match(_WHEN)
    if found is None:
        return None
    today = ctx.question.now.date()
    named = day_in(found.text("when").removesuffix(" this year"), ctx)
    if named is None:
        return None
    if named.day == today:
        return say(f"{_label(named, ctx)} is today.")
    tense = tense_of(named.day, today)
    year = "" if named.day.year == today.year else f", {year_words(named.day.year)}"
    return say(f"{_label(named, ctx)} {tense} on {say_day(named.day)}{year}.")


def _label(named: Day, ctx: Context) -> str:
    if named.name:
        return label_of(named)
    return capitalised(proper(" ".join(named.words)))
