"""How long it is until a day, and since one."""

import re
from dataclasses import replace
from datetime import date, timedelta

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.words.lexicon import MONTHS, WEEKDAYS
from live_emulator.brain.words.moments import (
    Day,
    add_months,
    parse_date,
)
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import to_ordinal, to_words, year_words
from live_emulator.brain.words.speech import capitalised, plural

__all__ = ["day_in", "label_of", "since", "tense_of", "until"]

_UNTIL = re.compile(
    r"how (?:many (?P<unit>days|weeks|months|hours|minutes|sleeps)|long)"
    r" (?:is it|are there|do we have|are left|is there|remain|it is|have we got|left)?"
    r" ?(?:left )?(?:until|till|to|before) (?P<when>.+?)(?: comes| starts| is here)?"
)

_SINCE = re.compile(
    r"how (?:many (?P<unit>days|weeks|years)|long) (?:is it|has it been|ago was"
    r"|have passed|are there|was)? ?(?:ago)? ?(?:since )?(?P<when>.+?)(?: ago)?"
)


def day_in(text: str, ctx: Context) -> Day | None:
    """Return the day a text names, also as "my birthday" if the user told it."""
    today = ctx.question.now.date()
    words = text.split()
    found = parse_date(words, 0, today)
    if found is not None and found[1] == len(words):
        return found[0]
    fact = ctx.memory.latest(text.partition(" ")[2]) if words[:1] == ["my"] else None
    if fact is None:
        return None
    told = canonical(fact.value).split()
    found = parse_date(told, 0, today)
    if found is None or found[1] != len(told):
        return None
    return replace(found[0], name=f"your {text.partition(' ')[2]}")


_ZERO_WEEKDAY = {"the weekend": 5, "weekend": 5}


def tense_of(day: date, today: date) -> str:
    """Return "was", "is" or "will be"."""
    if day < today:
        return "was"
    return "is" if (day - today).days <= 1 else "will be"


def label_of(named: Day) -> str:
    """Return what a day is called at the beginning of a sentence."""
    if named.name.startswith("your "):
        return capitalised(named.name)
    if named.name:
        return capitalised(
            " ".join(
                part.capitalize() if part != "the" else part
                for part in named.name.split()
            )
        )
    month = MONTHS[named.day.month - 1].capitalize()
    return f"The {to_ordinal(named.day.day)} of {month}, {year_words(named.day.year)},"


def until(ctx: Context) -> Reply | None:
    """Say how long it is until a day."""
    found = ctx.said.match(_UNTIL)
    if found is None:
        return None
    now = ctx.question.now
    today = now.date()
    text = found.text("when")
    if text in _ZERO_WEEKDAY:
        ahead = (5 - today.weekday()) % 7
        if today.weekday() >= 5:
            return say("It is the weekend already.")
        named = Day(today + timedelta(days=ahead), (), True, "the weekend")
    else:
        if text in ("tomorrow", "midnight", "noon"):
            return _hours_until(ctx, text)
        day = day_in(text, ctx)
        if day is None:
            return None
        named = day
    days = (named.day - today).days
    label = _until_label(named)
    if days == 0:
        return say(f"{capitalised(label)} is today.")
    if days < 0:
        return say(f"{capitalised(label)} is past, by {_days(-days)}.")
    unit = found.text("unit")
    if unit == "weeks":
        weeks, rest = divmod(days, 7)
        text = f"{to_words(weeks)} {plural(weeks, 'week')}"
        if rest:
            text += f" and {_days(rest)}"
    elif unit == "months":
        text = _months(today, named.day)
    elif unit in ("hours", "minutes"):
        text = f"about {to_words(days * 24 * (60 if unit == 'minutes' else 1))} {unit}"
    else:
        text = _days(days)
    return say(f"It is {text} until {label}.")


def _hours_until(ctx: Context, what: str) -> Reply:
    now = ctx.question.now
    minutes = now.hour * 60 + now.minute
    target = 720 if what == "noon" and minutes < 720 else 1440
    if what == "noon" and target == 1440:
        target = 2160
    hours, rest = divmod(target - minutes, 60)
    parts = []
    if hours:
        parts.append(f"{to_words(hours)} {plural(hours, 'hour')}")
    if rest or not hours:
        parts.append(f"{to_words(rest)} {plural(rest, 'minute')}")
    return say(f"It is {' and '.join(parts)} until {what}.")


def _until_label(named: Day) -> str:
    if named.name:
        name = label_of(named)
        common = name.startswith(("The ", "Your "))
        return name[0].lower() + name[1:] if common else name
    if named.weekday:
        return WEEKDAYS[named.day.weekday()].capitalize()
    month = MONTHS[named.day.month - 1].capitalize()
    year = f", {year_words(named.day.year)}" if named.year_given else ""
    return f"the {to_ordinal(named.day.day)} of {month}{year}"


def _days(count: int) -> str:
    return f"{to_words(count)} {plural(count, 'day')}"


def _months(start: date, end: date) -> str:
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    rest = (end - add_months(start, months)).days
    text = f"{to_words(months)} {plural(months, 'month')}"
    return f"{text} and {_days(rest)}" if rest else text


def since(ctx: Context) -> Reply | None:
    """Say how long ago a day was."""
    found = ctx.said.match(_SINCE)
    if found is None:
        return None
    today = ctx.question.now.date()
    named = day_in(found.text("when"), ctx)
    if named is None:
        return None
    day = named.day
    if not named.year_given and day > today:
        day = add_months(day, -12)
    days = (today - day).days
    if days < 0:
        return None
    if found.text("unit") == "years" or (days > 800 and not found.has("unit")):
        years = (
            today.year - day.year - ((today.month, today.day) < (day.month, day.day))
        )
        text = f"{to_words(years)} {plural(years, 'year')}"
    elif found.text("unit") == "weeks":
        text = f"{to_words(days // 7)} {plural(days // 7, 'week')}"
    else:
        text = _days(days)
    return say(f"That was {text} ago.")
