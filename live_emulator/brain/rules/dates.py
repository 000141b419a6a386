"""Answer questions about days and the time between them, from the time of asking."""

from dataclasses import replace
from datetime import date, timedelta

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.words.clock import parse_span, say_time
from live_emulator.brain.words.data import words
from live_emulator.brain.words.lexicon import MONTHS, WEEKDAYS
from live_emulator.brain.words.moments import Day, parse_date, say_day
from live_emulator.brain.words.normalise import canonical, proper
from live_emulator.brain.words.numbers import to_ordinal, to_words, year_words
from live_emulator.brain.words.speech import capitalised, joined, plural

__all__ = ["dates"]

_BEFORE_DATE, _AFTER_DATE = words("before_date"), words("after_date")


def dates(ctx: Context) -> Reply | None:
    """Tell days and the way from one to another."""
    try:
        answer = _until(ctx) or _then(ctx) or _weekday(ctx) or _when(ctx)
    except (OverflowError, ValueError):
        answer = "That is further away than my calendar reaches."
    return say(answer) if answer else None


def _day_in(text: str, ctx: Context) -> Day | None:
    """Return the day a text names, also as "my birthday" if the user told it."""
    today = ctx.question.now.date()
    said = text.split()
    found = parse_date(said, 0, today)
    if found is not None and found[1] == len(said):
        return found[0]
    key = text.partition(" ")[2]
    fact = ctx.memory.latest(key) if said[:1] == ["my"] else None
    told = canonical(fact.value).split() if fact else []
    found = parse_date(told, 0, today) if told else None
    if found is None or found[1] != len(told):
        return None
    return replace(found[0], name=f"your {key}")


# --- how days are called


def _calendar(day: Day) -> str:
    month = MONTHS[day.day.month - 1].capitalize()
    return f"the {to_ordinal(day.day.day)} of {month}"


def _title(name: str) -> str:
    parts = (
        part if part in ("the", "your") else part.capitalize() for part in name.split()
    )
    return name if name.startswith("your ") else " ".join(parts)


def _label(day: Day) -> str:
    """Return what a day is called at the beginning of a sentence."""
    return capitalised(_title(day.name) if day.name else proper(" ".join(day.words)))


def _tense(day: date, today: date) -> str:
    if day < today:
        return "was"
    return "is" if (day - today).days <= 1 else "will be"


def _days(count: int) -> str:
    return f"{to_words(count)} {plural(count, 'day')}"


# --- questions


def _until(ctx: Context) -> str:
    found = heard(ctx.said, "until")
    if found is None:
        return ""
    now, when = ctx.question.now, found.text("when")
    if when in ("tomorrow", "midnight", "noon"):
        return _hours_until(ctx, when)
    weekend = when.removeprefix("the ") == "weekend"
    if weekend and now.weekday() >= 5:
        return "It is the weekend already."
    day = _day_in("saturday" if weekend else when, ctx)
    if day is None or found.text("unit") not in ("", "days", "weeks", "sleeps"):
        return ""
    label = "the weekend" if weekend else _until_label(day)
    days = (day.day - now.date()).days
    if days <= 0:
        past = f"past, by {_days(-days)}" if days else "today"
        return f"{capitalised(label)} is {past}."
    text = _days(days)
    if found.text("unit") == "weeks":
        weeks, rest = divmod(days, 7)
        text = f"{to_words(weeks)} {plural(weeks, 'week')}"
        text += f" and {_days(rest)}" if rest else ""
    return f"It is {text} until {label}."


def _until_label(day: Day) -> str:
    if day.name:
        return _title(day.name)
    if day.weekday:
        return WEEKDAYS[day.day.weekday()].capitalize()
    return _calendar(day) + (f", {year_words(day.day.year)}" if day.year_given else "")


def _hours_until(ctx: Context, what: str) -> str:
    now = ctx.question.now
    minutes = now.hour * 60 + now.minute
    target = 1440 if what != "noon" else 720 if minutes < 720 else 2160
    hours, rest = divmod(target - minutes, 60)
    parts = [f"{to_words(hours)} {plural(hours, 'hour')}"] if hours else []
    parts += [f"{to_words(rest)} {plural(rest, 'minute')}"] if rest else []
    return f"It is {joined(parts)} until {what}."


def _then(ctx: Context) -> str:
    """Say what time it will be in a while."""
    found = heard(ctx.said, "time_then")
    span = parse_span(found.text("span").split()) if found else None
    if found is None or span is None or span[1] != len(found.text("span").split()):
        return ""
    when, back = found.text("span"), found.text("way") == "ago"
    now = ctx.question.now
    seconds = int(span[0].seconds)
    then = now + timedelta(seconds=-seconds if back else seconds)
    if back:
        return f"{capitalised(when)} ago it was {say_time(then)}."
    day = "" if then.date() == now.date() else f", on {say_day(then.date())}"
    return f"In {when} it will be {say_time(then)}{day}."


def _named_day(ctx: Context) -> Day | None:
    """Return the day that "what day is ..." or "and tomorrow?" asks for."""
    said = ctx.said.words
    if len(said) > 16 or not said or said[0] not in ("what", "which", "and"):
        return None
    for at in range(1, len(said)):
        found = parse_date(said, at, ctx.question.now.date())
        if found is not None:
            day, end = found
            known = (said[0] != "and" or day.year_given) and day.words != ("today",)
            return day if known and set(said[end:]) <= _AFTER_DATE else None
        if said[at] not in _BEFORE_DATE:
            return None
    return None


def _weekday(ctx: Context) -> str:
    """Say what day of the week a date is."""
    today, day = ctx.question.now.date(), _named_day(ctx)
    if day is None:
        return ""
    tense = _tense(day.day, today)
    near = day.year_given and abs((day.day - today).days) < 400
    if near and day.words and not day.words[0][0].isdigit():
        moved = day.words[0] == "in" or day.words[-1] in ("ago", "now")
        it = "it " if moved else ""
        return f"{capitalised(' '.join(day.words))} {it}{tense} {say_day(day.day)}."
    if day.weekday:
        return f"{_label(day)} {tense} {say_day(day.day).split(', ')[1]}."
    year = year_words(day.day.year)
    label = _label(day) if day.name else f"{capitalised(_calendar(day))}, {year},"
    return f"{label} {tense} a {WEEKDAYS[day.day.weekday()].capitalize()}."


def _when(ctx: Context) -> str:
    found = heard(ctx.said, "when")
    day = _day_in(found.text("when"), ctx) if found else None
    if day is None:
        return ""
    today = ctx.question.now.date()
    if day.day == today:
        return f"{_label(day)} is today."
    year = "" if day.day.year == today.year else f", {year_words(day.day.year)}"
    return f"{_label(day)} {_tense(day.day, today)} on {say_day(day.day)}{year}."
