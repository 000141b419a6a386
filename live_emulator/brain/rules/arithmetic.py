"""Arithmetic in words and digits, with the steps as a thought."""

import re
from fractions import Fraction
from math import isqrt

from live_emulator.brain.rules.context import Context, Reply
from live_emulator.brain.rules.sums import Sum, calculate, evaluate
from live_emulator.brain.types import Say, Think
from live_emulator.brain.words.normalise import Utterance, read
from live_emulator.brain.words.numbers import LIMIT, to_words, value_of
from live_emulator.brain.words.speech import capitalised, sentence

__all__ = ["arithmetic"]


def _previous(ctx: Context) -> Fraction | None:
    """Return the result of the latest calculation, following "times two" back."""
    chain: list[Utterance] = []
    for turn in reversed(ctx.before):
        if turn.role != "user" or not turn.text:
            continue
        said = read(turn.text)
        done = calculate(said)
        if isinstance(done, Sum):
            value: Fraction | None = done.value
            for following in reversed(chain):
                next_done = calculate(following, value)
                value = next_done.value if isinstance(next_done, Sum) else value
            return value
        if calculate(said, Fraction(1)) is None:
            return None
        chain.append(said)
        if len(chain) > 8:
            return None
    return None


_NEEDS_LAST = re.compile(
    r"(?:and |so |then |now )?(?:plus|minus|times|divided by|multiply|divide|add"
    r"|subtract|double|half|square|what is|how much is|take)\b.*"
)

_ADD_ALONE = re.compile(r"(?:and |then |now )?(?P<verb>add|subtract) (?P<what>[\w. ]+)")


def arithmetic(ctx: Context) -> Reply | None:
    """Calculate what is asked for."""
    done = calculate(ctx.said)
    if done is None and ctx.said.match(_NEEDS_LAST):
        last = _previous(ctx)
        if last is not None:
            done = calculate(ctx.said, last)
            found = ctx.said.match(_ADD_ALONE)
            if done is None and found:
                sign = "plus" if found.text("verb") == "add" else "minus"
                done = evaluate(f"that {sign} {found.text('what')}".split(), last)
    if done is None:
        return _about_number(ctx.said)
    if isinstance(done, str):
        return [Say(done)]
    if abs(done.value) >= LIMIT:
        return [Say("The result is too large for me to say it well.")]
    rounded = Fraction(round(done.value * 1000), 1000)
    exact = done.exact and rounded == done.value
    if 0 < abs(done.value) < Fraction(1, 1000):
        rounded, exact = done.value, done.exact
    verb = "is" if exact else "is about"
    result = to_words(rounded, 3 if abs(rounded) >= Fraction(1, 1000) else 9)
    parts: list[Think | Say] = []
    if len(done.steps) > 1:
        parts.append(Think(sentence("; ".join(done.steps))))
    else:
        parts.append(Think(sentence(f"I calculate {done.words}")))
    parts.append(Say(f"{capitalised(done.words)} {verb} {result}."))
    return parts


_IS_NUMBER = re.compile(
    r"is (?P<number>[\w. ]+?) (?P<what>an? prime(?: number)?|prime|even|odd"
    r"|an (?:even|odd) number|(?:even or odd|odd or even)|divisible by (?P<by>[\w ]+)"
    r"|(?P<compare>(?:greater|bigger|larger|more|less|smaller) than) (?P<other>[\w. "
    r"]+))"
)


def _about_number(said: Utterance) -> Reply | None:
    found = said.match(_IS_NUMBER)
    if found is None:
        return None
    value = value_of(found.text("number"))
    if value is None:
        return None
    name = capitalised(to_words(value))
    if found.has("compare"):
        other = value_of(found.text("other"))
        if other is None:
            return None
        more = found.text("compare").split()[0] not in ("less", "smaller")
        true = value > other if more else value < other
        word = "greater" if value > other else "less"
        if value == other:
            return [Say(f"No, {name.lower()} is equal to itself.")]
        return [
            Say(
                f"{'Yes' if true else 'No'}, {name.lower()} is {word} than "
                f"{to_words(other)}."
            )
        ]
    if value.denominator != 1 or abs(value) > 10**12:
        return [Say(f"{name} is no whole number that I can judge.")]
    whole = int(value)
    what = found.text("what")
    if found.has("by"):
        by = value_of(found.text("by"))
        if not by:
            return [Say("Nothing can be divided by zero.")]
        divides = value % by == 0
        return [
            Say(f"{name} is {'' if divides else 'not '}divisible by {to_words(by)}.")
        ]
    if "prime" in what:
        divisor = _divisor(whole)
        if whole < 2:
            return [Say(f"No, {name.lower()} is not a prime number.")]
        if divisor is None:
            return [Say(f"Yes, {name.lower()} is a prime number.")]
        return [
            Say(
                f"No, {name.lower()} is {to_words(divisor)} times "
                f"{to_words(whole // divisor)}."
            )
        ]
    return [Say(f"{name} is {'even' if whole % 2 == 0 else 'odd'}.")]


def _divisor(number: int) -> int | None:
    """Return the smallest divisor; numbers are below a trillion."""
    for candidate in range(2, min(isqrt(max(number, 0)), 10**4) + 1):
        if number % candidate == 0:
            return candidate
    return None
