"""Convert lengths, weights, volumes, times and temperatures."""

from fractions import Fraction

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.words.data import data
from live_emulator.brain.words.numbers import to_words, value_of
from live_emulator.brain.words.speech import capitalised

__all__ = ["units"]

_SIZES = {
    name: (kind, Fraction(size))
    for kind, sizes in data("words", "words.yaml")["unit_sizes"].items()
    for name, size in sizes.items()
}
_SHORT: dict[str, str] = data("words", "words.yaml")["unit_forms"]
_TEMPERATURES = frozenset({"celsius", "fahrenheit"})


def units(ctx: Context) -> Reply | None:
    """Convert an amount from one unit to another."""
    found = heard(ctx.said, "convert")
    if found is None:
        return None
    one, two = _unit(found.text("one")), _unit(found.text("two"))
    amount = found.text("amount").removesuffix(" degrees")
    value = value_of({"a": "one", "an": "one"}.get(amount, amount))
    if not one or not two or value is None:
        return None
    if abs(value) > 10**9:
        return say("That number is too large for me.")
    result = _converted(value, one, two)
    if result is None:
        return say(f"{capitalised(_name(one, 2))} and {_name(two, 2)} do not compare.")
    near = Fraction(round(result * 100), 100)
    verb = ("is " if value == 1 else "are ") + ("about " if near != result else "")
    return say(
        f"{capitalised(to_words(value))} {_name(one, value)} {verb}"
        f"{to_words(near, 2)} {_name(two, near)}."
    )


def _unit(word: str) -> str:
    word = _SHORT.get(word, word.removesuffix("s"))
    return word if word in _SIZES or word in _TEMPERATURES else ""


def _name(unit: str, count: Fraction | int) -> str:
    if unit in _TEMPERATURES:
        return f"{'degree' if count == 1 else 'degrees'} {unit.capitalize()}"
    many = {"foot": "feet", "inch": "inches"}.get(unit, f"{unit}s")
    return unit if count == 1 else many


def _converted(value: Fraction, one: str, two: str) -> Fraction | None:
    if one in _TEMPERATURES and two in _TEMPERATURES:
        if one == two:
            return value
        return value * 9 / 5 + 32 if one == "celsius" else (value - 32) * 5 / 9
    if {one, two} & _TEMPERATURES or _SIZES[one][0] != _SIZES[two][0]:
        return None
    return value * _SIZES[one][1] / _SIZES[two][1]
