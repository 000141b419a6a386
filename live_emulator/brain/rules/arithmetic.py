"""Arithmetic in words and digits, with the steps as a thought."""

import re
from fractions import Fraction

from live_emulator.brain.rules.context import Context, Reply
from live_emulator.brain.rules.sums import Sum, calculate, evaluate
from live_emulator.brain.types import Say, Think
from live_emulator.brain.words.normalise import Utterance, read
from live_emulator.brain.words.numbers import LIMIT, to_words
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
        return None
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
