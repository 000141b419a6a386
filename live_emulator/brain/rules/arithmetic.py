"""Arithmetic in words and digits, with the steps as a thought."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import factorial

from live_emulator.brain.rules.context import Context, Reply
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.types import Say, Think, Turn
from live_emulator.brain.words.data import data, words
from live_emulator.brain.words.normalise import Utterance, read
from live_emulator.brain.words.numbers import LIMIT, parse_number, to_words
from live_emulator.brain.words.speech import capitalised, sentence

__all__ = ["Sum", "arithmetic", "calculate"]

_MOST_WORDS = 40
_MOST_PARENTHESES = 20
_MOST_BEFORE = 8
_LARGEST = Fraction(10) ** 30


class _NotArithmetic(Exception):
    """The words are no expression."""


class _Impossible(Exception):
    """The expression has no value that can be said; the text says why."""


@dataclass(frozen=True)
class Sum:
    """A calculation that was understood."""

    words: str
    """The expression as it is said."""
    value: Fraction
    exact: bool
    steps: tuple[str, ...]


# --- operations


def _divided(value: Fraction, other: Fraction) -> Fraction:
    if not other:
        raise _Impossible(
            "Nothing can be divided by zero, so I have to leave that one open."
        )
    return value / other


def _power(value: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > 100:
        raise _Impossible("I can only raise a number to a small whole power.")
    digits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if digits * abs(exponent) > 400:
        raise _Impossible("That number is too large for me.")
    if not value and exponent < 0:
        return _divided(value, value)
    return Fraction(value ** int(exponent))


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or value < 0:
        raise _Impossible("Only whole numbers from zero on have a factorial.")
    return Fraction(factorial(int(min(value, Fraction(99)))))


def _root(value: Fraction, degree: int) -> Fraction:
    """Return a root, exactly if it is rational and else to six places."""
    if value < 0 and degree == 2:
        raise _Impossible(
            "A negative number has no square root among the real numbers."
        )
    sign, value = (-1 if value < 0 else 1), abs(value)
    top, bottom = (round(n ** (1 / degree)) for n in value.as_integer_ratio())
    if Fraction(top, bottom) ** degree == value:
        return Fraction(sign * top, bottom)
    return sign * Fraction(round(float(value) ** (1 / degree), 6)).limit_denominator(
        10**6
    )


_BINARY: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
    "divided by": _divided,
    "modulo": lambda value, other: value - other * (_divided(value, other) // 1),
    "to the power of": _power,
    "percent of": lambda value, whole: value * whole / 100,
}
_LEVELS: Sequence[Mapping[str, str]] = data("words", "words.yaml")["operators_said"]
"""The operators that bind weakest first, with the words for them."""
_BEHIND: Mapping[str, Callable[[Fraction], Fraction]] = {
    "squared": lambda value: value**2,
    "cubed": lambda value: value**3,
    "factorial": _factorial,
    "percent": lambda value: value / 100,
}
_BEFORE: Mapping[str, Callable[[Fraction], Fraction]] = {
    "square root of": lambda value: _root(value, 2),
    "root of": lambda value: _root(value, 2),
    "root": lambda value: _root(value, 2),
    "cube root of": lambda value: _root(value, 3),
    "factorial of": _factorial,
    "square of": lambda value: value**2,
    "cube of": lambda value: value**3,
} | {
    name: partial(operator.mul, Fraction(size))
    for name, size in data("words", "words.yaml")["multiples"].items()
}
_ELLIPTIC = {"add": "plus", "subtract": "minus"} | {
    sign: sign for sign in ("plus", "minus", "times", "divided")
}
"""What goes on from the result before if it comes first."""
_LAST = ("that", "it", "this", "the result", "the last result", "the answer")


@dataclass
class _Parser:
    """Recursive descent over canonical words."""

    words: tuple[str, ...]
    last: Fraction | None = None
    at: int = 0
    exact: bool = True
    steps: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def take(self, phrases: Sequence[str]) -> str:
        """Consume the first of the phrases that comes next."""
        for phrase in phrases:
            parts = tuple(phrase.split())
            if self.words[self.at : self.at + len(parts)] == parts:
                self.at += len(parts)
                return phrase
        return ""

    def step(self, text: str, value: Fraction) -> Fraction:
        """Note a step, and return its value."""
        if abs(value) > _LARGEST:
            raise _Impossible("That number is too large for me.")
        self.steps.append(f"{text} is {to_words(value)}")
        return value

    def expression(self, level: int = 0) -> Fraction:
        if level == len(_LEVELS):
            return self.with_marks()
        value = self.expression(level + 1)
        while taken := self.take(tuple(_LEVELS[level])):
            name = _LEVELS[level][taken]
            self.said.append(name)
            other = self.expression(level + 1)
            text = f"{to_words(value)} {name} {to_words(other)}"
            value = self.step(text, _BINARY[name](value, other))
        return value

    def with_marks(self) -> Fraction:
        value = self.factor()
        while self.words[self.at : self.at + 2] != ("percent", "of") and (
            name := self.take(tuple(_BEHIND))
        ):
            self.said.append(name)
            value = self.step(f"{to_words(value)} {name}", _BEHIND[name](value))
        return value

    def factor(self) -> Fraction:
        if self.take("("):
            return self.in_parentheses()
        start = self.at
        the = self.take(("the",))
        if name := self.take(tuple(_BEFORE)):
            root = "root" in name
            spoken = f"the {name}" if the or root else name
            self.said.append(spoken if name != "root" else "the square root of")
            value = self.with_marks() if root else self.factor()
            result = _BEFORE[name](value)
            self.exact = self.exact and (not root or result**2 == value or "c" in name)
            return self.step(f"{spoken} {to_words(value)}", result)
        self.at = start
        if self.last is not None and self.take(_LAST):
            self.said.append(to_words(self.last))
            return self.last
        found = parse_number(self.words, self.at)
        if found is None:
            if self.take(("minus", "negative")):
                self.said.append("minus")
                return -self.factor()
            raise _NotArithmetic
        value, self.at = found
        if abs(value) > _LARGEST:
            raise _Impossible("That number is too large for me.")
        self.said.append(to_words(value, 12))
        return value

    def in_parentheses(self) -> Fraction:
        before, place = len(self.steps), len(self.said)
        value = self.expression()
        if not self.take(")"):
            raise _NotArithmetic
        if len(self.steps) > before and place:
            self.said.insert(place, "the result of")
        elif len(self.steps) > before and self.at < len(self.words):
            self.said[-1] += ","
        return value


# --- sentences


def _added_up(said: Utterance) -> list[str]:
    """Return the sum of a list of three or more numbers, or nothing."""
    found: list[str] = []
    at = 0
    while at < len(said.words):
        number = parse_number(said.words, at)
        if number is None and said.words[at] != "and":
            return []
        if number is not None:
            found += ["plus"] * bool(found) + list(said.words[at : number[1]])
        at = number[1] if number else at + 1
    return found if found.count("plus") > 1 else []


def _expression(said: Utterance) -> list[str]:
    """Return the words of the expression that a sentence asks for."""
    if found := heard(said, "sum_if") or heard(said, "sum"):
        said = found.part("what")
    if (found := heard(said, "sum_up")) and (added := _added_up(found.part("what"))):
        return added
    for name in ("plus", "minus", "times", "divided by"):
        if found := heard(said, f"sum_{name.split()[0]}"):
            one, two = (found.text(part).split() for part in "ab")
            return ["(", *one, ")", *name.split(), "(", *two, ")"]
    return list(said.words)


def calculate(said: Utterance, last: Fraction | None = None) -> Sum | str | None:
    """Return the value of what is asked, or why there is none, or None.

    Args:
        said: The clause; None is returned if it is no calculation.
        last: The result before, for "times two" and "half of that".

    """
    if said.is_long or len(said.words) > _MOST_WORDS:
        return None
    if "(" in said.raw and ")" in said.raw:
        said = read(said.raw, parentheses=True)
        if said.words.count("(") > _MOST_PARENTHESES:
            return "Those are too many parentheses for me."
    expression = _expression(said)
    if last is not None and expression and expression[0] in _ELLIPTIC:
        expression = ["that", _ELLIPTIC[expression[0]], *expression[1:]]
    parser = _Parser(tuple(expression), last)
    try:
        value = parser.expression()
    except _NotArithmetic:
        return None
    except _Impossible as reason:
        return str(reason) if words("signs") & set(expression) else None
    if parser.at != len(expression) or not parser.steps:
        return None
    return Sum(" ".join(parser.said), value, parser.exact, tuple(parser.steps))


def _previous(turns: Sequence[Turn], depth: int = _MOST_BEFORE) -> Fraction | None:
    """Return the result of the latest calculation, following "times two" back."""
    at = next((n for n in range(len(turns) - 1, -1, -1) if turns[n].role == "user"), -1)
    if at < 0 or not depth:
        return None
    said = read(turns[at].text)
    done = calculate(said)
    if done is None and calculate(said, Fraction(1)) is not None:
        last = _previous(turns[:at], depth - 1)
        done = calculate(said, last) if last is not None else None
    return done.value if isinstance(done, Sum) else None


def arithmetic(ctx: Context) -> Reply | None:
    """Calculate what is asked for."""
    done = calculate(ctx.said)
    if done is None and ctx.said and ctx.said.words[0] in words("sum_starts"):
        last = _previous(ctx.before)
        done = calculate(ctx.said, last) if last is not None else None
    if done is None or isinstance(done, str):
        return [Say(done)] if done else None
    value = done.value
    if abs(value) >= LIMIT:
        return [Say("The result is too large for me to say it well.")]
    small = 0 < abs(value) < Fraction(1, 1000)
    rounded = value if small else Fraction(round(value * 1000), 1000)
    verb = "is" if done.exact and rounded == value else "is about"
    steps = done.steps if len(done.steps) > 1 else (f"I calculate {done.words}",)
    result = to_words(rounded, 9 if small else 3)
    return [
        Think(sentence("; ".join(steps))),
        Say(f"{capitalised(done.words)} {verb} {result}."),
    ]
