"""Read and evaluate arithmetic in words and digits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import factorial, isqrt

from live_emulator.brain.words.normalise import Utterance, read
from live_emulator.brain.words.numbers import parse_number, to_words

__all__ = ["Sum", "calculate", "evaluate"]


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


_MAX_WORDS = 40

_MAX_VALUE = Fraction(10) ** 30

_MOST_NESTED = 20


def _depth(words: Sequence[str]) -> int:
    """Return how deep the parentheses are nested."""
    depth = deepest = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        deepest = max(deepest, depth)
    return deepest


def _without_doubles(words: Sequence[str]) -> tuple[str, ...]:
    """Take away parentheses that stand around nothing but parentheses."""
    opened: list[int] = []
    closed_by: dict[int, int] = {}
    for at, word in enumerate(words):
        if word == "(":
            opened.append(at)
        elif word == ")" and opened:
            closed_by[opened.pop()] = at
    double = {
        place
        for start, end in closed_by.items()
        if closed_by.get(start + 1) == end - 1
        for place in (start, end)
    }
    return tuple(word for at, word in enumerate(words) if at not in double)


_LAST = ("that", "it", "this", "the result", "the last result", "the answer")


@dataclass
class _Parser:
    """Recursive descent over canonical words; multiplication binds stronger."""

    words: tuple[str, ...]
    last: Fraction | None = None
    at: int = 0
    operators: int = 0
    exact: bool = True
    steps: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def take(self, *phrases: str) -> str:
        """Consume the first of the phrases that comes next."""
        for phrase in phrases:
            parts = tuple(phrase.split())
            if self.words[self.at : self.at + len(parts)] == parts:
                self.at += len(parts)
                return phrase
        return ""

    def step(self, text: str, value: Fraction) -> Fraction:
        if abs(value) > _MAX_VALUE:
            raise _Impossible("That number is too large for me.")
        self.operators += 1
        self.steps.append(f"{text} is {to_words(value)}")
        return value

    def expression(self) -> Fraction:
        value = self.term()
        while operator := self.take("plus", "minus", "added to", "and add", "less"):
            plus = operator not in ("minus", "less")
            self.said.append("plus" if plus else "minus")
            other = self.term()
            word = "plus" if plus else "minus"
            text = f"{to_words(value)} {word} {to_words(other)}"
            value = self.step(text, value + other if plus else value - other)
        return value

    def term(self) -> Fraction:
        value = self.power()
        while operator := self.take(
            "times",
            "multiplied by",
            "multiplied with",
            "x",
            "divided by",
            "over",
            "modulo",
            "mod",
        ):
            name = {"x": "times", "over": "divided by", "mod": "modulo"}.get(
                operator, operator
            )
            name = "times" if name.startswith("multiplied") else name
            self.said.append(name)
            other = self.power()
            text = f"{to_words(value)} {name} {to_words(other)}"
            if name == "times":
                value = self.step(text, value * other)
                continue
            if other == 0:
                raise _Impossible(
                    "Nothing can be divided by zero, so I have to leave that one open."
                )
            value = self.step(text, value / other if name[0] == "d" else value % other)
        return value

    def power(self) -> Fraction:
        value = self.factor()
        while True:
            if self.take("squared"):
                self.said.append("squared")
                value = self.step(f"{to_words(value)} squared", value**2)
            elif self.take("cubed"):
                self.said.append("cubed")
                value = self.step(f"{to_words(value)} cubed", value**3)
            elif self.take("factorial"):
                self.said.append("factorial")
                value = self.step(f"{to_words(value)} factorial", _factorial(value))
            elif self.take("to the power of", "to the power", "raised to"):
                self.said.append("to the power of")
                exponent = self.factor()
                text = f"{to_words(value)} to the power of {to_words(exponent)}"
                value = self.step(text, _power(value, exponent))
            elif self.take("percent of"):
                self.said.append("percent of")
                whole = self.power()
                text = f"{to_words(value)} percent of {to_words(whole)}"
                value = self.step(text, value * whole / 100)
            elif self.take("percent"):
                self.said.append("percent")
                value = self.step(f"{to_words(value)} percent", value / 100)
            else:
                return value

    def factor(self) -> Fraction:
        if self.take("("):
            before, place = self.operators, len(self.said)
            value = self.expression()
            if not self.take(")"):
                raise _NotArithmetic
            if self.operators > before and place:
                self.said.insert(place, "the result of")
            elif self.operators > before and self.at < len(self.words):
                self.said[-1] += ","
            return value
        if self.take("the square root of", "square root of", "the root of", "root"):
            self.said.append("the square root of")
            return self.root(self.power(), 2)
        if self.take("the cube root of", "cube root of"):
            self.said.append("the cube root of")
            return self.root(self.power(), 3)
        if self.take("the factorial of", "factorial of"):
            self.said.append("the factorial of")
            value = self.factor()
            return self.step(f"{to_words(value)} factorial", _factorial(value))
        if self.take("the square of", "square of"):
            self.said.append("the square of")
            value = self.factor()
            return self.step(f"{to_words(value)} squared", value**2)
        for words, factor in _MULTIPLES:
            if self.take(words):
                self.said.append(words)
                value = self.factor()
                return self.step(f"{words} {to_words(value)}", value * factor)
        if self.last is not None and self.take(*_LAST):
            self.said.append(to_words(self.last))
            return self.last
        found = parse_number(self.words, self.at)
        if found is None:
            if self.take("minus", "negative"):
                self.said.append("minus")
                return -self.factor()
            raise _NotArithmetic
        value, self.at = found
        if abs(value) > _MAX_VALUE:
            raise _Impossible("That number is too large for me.")
        self.said.append(to_words(value, 12))
        return value

    def root(self, value: Fraction, degree: int) -> Fraction:
        name = "square" if degree == 2 else "cube"
        if value < 0 and degree == 2:
            raise _Impossible(
                "A negative number has no square root among the real numbers."
            )
        result, exact = _root(value, degree)
        self.exact = self.exact and exact
        return self.step(f"the {name} root of {to_words(value)}", result)


_MULTIPLES = (
    ("half of", Fraction(1, 2)),
    ("a half of", Fraction(1, 2)),
    ("a third of", Fraction(1, 3)),
    ("one third of", Fraction(1, 3)),
    ("a quarter of", Fraction(1, 4)),
    ("one quarter of", Fraction(1, 4)),
    ("three quarters of", Fraction(3, 4)),
    ("two thirds of", Fraction(2, 3)),
    ("twice", Fraction(2)),
    ("double", Fraction(2)),
    ("triple", Fraction(3)),
)


def _power(value: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > 100:
        raise _Impossible("I can only raise a number to a small whole power.")
    if value == 0 and exponent < 0:
        raise _Impossible(
            "Nothing can be divided by zero, so I have to leave that one open."
        )
    digits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if digits * abs(exponent) > 400:
        raise _Impossible("That number is too large for me.")
    return value ** int(exponent)


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or value < 0:
        raise _Impossible("Only whole numbers from zero on have a factorial.")
    if value > 25:
        raise _Impossible("That number is too large for me.")
    return Fraction(factorial(int(value)))


def _root(value: Fraction, degree: int) -> tuple[Fraction, bool]:
    sign = -1 if value < 0 else 1
    value = abs(value)
    top, bottom = (
        _whole_root(value.numerator, degree),
        _whole_root(value.denominator, degree),
    )
    if top**degree == value.numerator and bottom**degree == value.denominator:
        return Fraction(sign * top, bottom), True
    scale = 10**6
    near = _whole_root(value.numerator * scale**degree // value.denominator, degree)
    return Fraction(sign * near, scale), False


def _whole_root(value: int, degree: int) -> int:
    if degree == 2:
        return isqrt(value)
    low, high = 0, 1 << (value.bit_length() // degree + 2)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low


_ASK = re.compile(
    r"(?:and |so |then |now )?(?:(?:what|how much) (?:is|are|does|do|would|was)"
    r"|calculate|compute|work out|figure out|evaluate|solve|tell me(?: what| how much)?"
    r"|do you know(?: what| how much)?(?: is)?|give me|can you (?:calculate|work out)"
    r"|what do you get (?:if|when) you|what is the (?:result|value) of|find)"
    r"(?: is)? "
)

_IF = re.compile(
    r"(?:if|when) (?:i|you|we) (?P<what>.+?) (?:what|how much) (?:do|will|would|is)"
    r"(?: (?:i|you|we|it|that))?(?: (?:get|have|make|be))?"
)
_AND = re.compile(r"^(?:(?:and|then|now|so|okay) )+")
_END = re.compile(r"(?: (?:equals?|equal to|make|makes|come to|is)(?: what)?| is)$")

_VERBS = (
    (re.compile(r"add (.+) (?:and|to|plus) (.+)"), "( {1} ) plus ( {2} )"),
    (re.compile(r"subtract (.+) from (.+)"), "( {2} ) minus ( {1} )"),
    (re.compile(r"take (.+?) (?:away )?from (.+)"), "( {2} ) minus ( {1} )"),
    (re.compile(r"multiply (.+) (?:by|with|and|times) (.+)"), "( {1} ) times ( {2} )"),
    (re.compile(r"divide (.+) by (.+)"), "( {1} ) divided by ( {2} )"),
    (re.compile(r"(?:the )?sum of (.+) and (.+)"), "( {1} ) plus ( {2} )"),
    (
        re.compile(r"(?:the )?difference (?:between|of) (.+) and (.+)"),
        "( {1} ) minus ( {2} )",
    ),
    (re.compile(r"(?:the )?product of (.+) and (.+)"), "( {1} ) times ( {2} )"),
    (re.compile(r"square (?!root)(.+)"), "( {1} ) squared"),
)


_ADD_UP = re.compile(
    r"(?:add(?: up| together)?|(?:the )?(?:sum|total) of) (?P<what>.+)"
)


def _numbers(text: str) -> list[str]:
    """Return the numbers of a list of three or more, empty if it is something else."""
    words, found, at = text.split(), [], 0
    while at < len(words):
        number = parse_number(words, at)
        if number is not None:
            found.append(" ".join(words[at : number[1]]))
            at = number[1]
        elif words[at] == "and":
            at += 1
        else:
            return []
    return found if len(found) > 2 else []


def calculate(said: Utterance, last: Fraction | None = None) -> Sum | str | None:
    """Return the value of what is asked, or why there is none, or None.

    Args:
        said: The clause; None is returned if it is no calculation.
        last: The result before, for "times two" and "half of that".

    """
    if said.is_long or len(said.words) > _MAX_WORDS:
        return None
    if "(" in said.raw and ")" in said.raw:
        said = read(said.raw, parentheses=True)
    if said.raw.count("(") > _MOST_NESTED and _depth(said.words) > _MOST_NESTED:
        said = replace(said, words=_without_doubles(said.words))
        if _depth(said.words) > _MOST_NESTED:
            return "That is nested too deeply for me."
    text = _AND.sub("", said.text)
    if whole := _IF.fullmatch(text):
        text = whole["what"]
    asked = _ASK.match(text + " ")
    if asked:
        text = text[asked.end() :]
    text = _END.sub("", text).removeprefix("the result of ")
    if last is not None and text.startswith(
        ("plus ", "minus ", "times ", "divided by ")
    ):
        text = f"that {text}"
    if (added := _ADD_UP.fullmatch(text)) and (many := _numbers(added["what"])):
        text = " plus ".join(many)
    for pattern, form in _VERBS:
        if match := pattern.fullmatch(text):
            text = form.format("", *match.groups())
            break
    return evaluate(text.split(), last)


def evaluate(words: Sequence[str], last: Fraction | None) -> Sum | str | None:
    """Return the value of an expression alone; see `calculate`."""
    parser = _Parser(tuple(words), last)
    try:
        value = parser.expression()
    except _NotArithmetic:
        return None
    except _Impossible as reason:
        return str(reason) if _is_expression(words) else None
    if parser.at != len(words) or not parser.operators:
        return None
    return Sum(" ".join(parser.said), value, parser.exact, tuple(parser.steps))


_SIGNS = frozenset(
    "plus minus times divided multiplied squared cubed power root factorial".split()
)


def _is_expression(words: Sequence[str]) -> bool:
    return any(word in _SIGNS for word in words)
