"""Convert lengths, weights, volumes and temperatures."""

import re
from fractions import Fraction

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.words.numbers import parse_number, to_words
from live_emulator.brain.words.speech import capitalised

__all__ = ["units"]

_NAMES = {
    "kilometer": ("length", Fraction(1000)),
    "meter": ("length", Fraction(1)),
    "centimeter": ("length", Fraction(1, 100)),
    "millimeter": ("length", Fraction(1, 1000)),
    "mile": ("length", Fraction(1_609_344, 1000)),
    "yard": ("length", Fraction(9_144, 10_000)),
    "foot": ("length", Fraction(3_048, 10_000)),
    "inch": ("length", Fraction(254, 10_000)),
    "kilogram": ("weight", Fraction(1000)),
    "gram": ("weight", Fraction(1)),
    "pound": ("weight", Fraction(45_359_237, 100_000)),
    "ounce": ("weight", Fraction(45_359_237, 1_600_000)),
    "liter": ("volume", Fraction(1)),
    "milliliter": ("volume", Fraction(1, 1000)),
    "second": ("time", Fraction(1)),
    "minute": ("time", Fraction(60)),
    "hour": ("time", Fraction(3_600)),
    "day": ("time", Fraction(86_400)),
    "week": ("time", Fraction(604_800)),
    "gallon": ("volume", Fraction(3_785_411_784, 1_000_000_000)),
}
_PLURALS = {name: f"{name}s" for name in _NAMES} | {"foot": "feet", "inch": "inches"}
_UNIT = {**{name: name for name in _NAMES}, **{p: n for n, p in _PLURALS.items()}} | {
    "km": "kilometer",
    "kilometers": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "m": "meter",
    "kg": "kilogram",
    "kilo": "kilogram",
    "kilos": "kilogram",
    "g": "gram",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "l": "liter",
    "celsius": "celsius",
    "centigrade": "celsius",
    "c": "celsius",
    "fahrenheit": "fahrenheit",
    "f": "fahrenheit",
}
_CONVERT = re.compile(
    r"(?:convert|change|turn|translate|what is|how much is|how (?:far|long|heavy|hot)"
    r" is|what are)? ?(?P<amount>[\w. -]+?) (?:degrees )?(?P<one>[a-z]+)"
    r" (?:to|into|in) (?:degrees )?(?P<two>[a-z]+)"
)
_HOW_MANY = re.compile(
    r"how many (?P<two>[a-z]+) (?:are |is )?(?:there )?(?:are )?"
    r"(?:in|is|make|make up|has) (?P<amount>[\w. -]+?) (?:degrees )?(?P<one>[a-z]+)"
)


def units(ctx: Context) -> Reply | None:
    """Convert an amount from one unit to another."""
    found = ctx.said.match(_CONVERT) or ctx.said.match(_HOW_MANY)
    if found is None:
        return None
    one, two = _UNIT.get(found.text("one")), _UNIT.get(found.text("two"))
    words = found.text("amount").removesuffix(" degrees").split()
    if words in (["a"], ["an"], ["one"]):
        words = ["one"]
    number = parse_number(words)
    if one is None or two is None or number is None or number[1] != len(words):
        return None
    value = number[0]
    if abs(value) > 10**9:
        return say("That number is too large for me.")
    result = _converted(value, one, two)
    if result is None:
        return say(f"{capitalised(_name(one, 2))} and {_name(two, 2)} do not compare.")
    near = Fraction(round(result * 100), 100)
    about = "" if near == result else "about "
    verb = "is" if value == 1 else "are"
    return say(
        f"{capitalised(to_words(value))} {_name(one, value)} {verb} {about}"
        f"{to_words(near, 2)} {_name(two, near)}."
    )


def _name(unit: str, count: Fraction | int) -> str:
    if unit in ("celsius", "fahrenheit"):
        return f"{'degree' if count == 1 else 'degrees'} {unit.capitalize()}"
    return unit if count == 1 else _PLURALS[unit]


def _converted(value: Fraction, one: str, two: str) -> Fraction | None:
    temperatures = {"celsius", "fahrenheit"}
    if {one, two} <= temperatures:
        if one == two:
            return value
        if one == "celsius":
            return value * 9 / 5 + 32
        return (value - 32) * 5 / 9
    if one in temperatures or two in temperatures:
        return None
    if _NAMES[one][0] != _NAMES[two][0]:
        return None
    return value * _NAMES[one][1] / _NAMES[two][1]
