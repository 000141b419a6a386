"""Arguments of every JSON type are taken from the words."""

from typing import Any

import pytest

from tests.live_emulator.brain.conversation import BRAIN, calls_of, question, tool

S, W, N, B = "string", "integer", "number", "boolean"


def string(description: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def array(**items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


# Properties (all required), message, arguments of a call to "order_lamp".
FILLED: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"quantity": W}, "order three lamps", {"quantity": 3}),
    ({"quantity": W}, "order a lamp", {"quantity": 1}),
    ({"price": N}, "order the lamp for 19.5", {"price": 19.5}),
    ({"power": N}, "order a lamp with minus two point five", {"power": -2.5}),
    (
        {"width": N, "height": N},
        "order a lamp with height forty and width 30",
        {"width": 30, "height": 40},
    ),
    ({"level": {"type": W, "minimum": 10, "maximum": 30}}, "order the lamp at half",
     {"level": 20}),
    ({"level": {"type": W, "maximum": 30}}, "order the lamp at full power",
     {"level": 30}),
    ({"level": {"type": W, "minimum": 5}}, "order the lamp at minimum", {"level": 5}),
    ({"sizes": array(type=W)}, "order lamps of 10, 20 and 30", {"sizes": [10, 20, 30]}),
    ({"dimmable": B}, "order a dimmable lamp", {"dimmable": True}),
    ({"dimmable": B}, "order a lamp that is not dimmable", {"dimmable": False}),
    ({"dimmable": B}, "order a lamp", {"dimmable": False}),
    ({"gift": B}, "order a lamp, gift true", {"gift": True}),
    ({"color": string(enum=["dark_red", "GREEN"])}, "order a dark red lamp",
     {"color": "dark_red"}),
    ({"color": string(enum=["dark_red", "GREEN"])}, "order a green lamp",
     {"color": "GREEN"}),
    ({"color": string(enum=["only"])}, "order a lamp", {"color": "only"}),
    ({"watts": {"type": N, "enum": [40, 60]}}, "order a lamp of 60 watts",
     {"watts": 60}),
    ({"colors": array(type=S, enum=["red", "blue"])}, "order a red and blue lamp",
     {"colors": ["red", "blue"]}),
    ({"parts": array(type=S)}, "order a lamp with the cable, a plug and some screws",
     {"parts": ["cable", "plug", "screws"]}),
    ({"date": string(format="date")}, "order a lamp for tomorrow",
     {"date": "2026-11-22"}),
    ({"date": string("as YYYY-MM-DD")}, "order a lamp on December 24th",
     {"date": "2026-12-24"}),
    ({"date": S}, "order a lamp for next friday", {"date": "next Friday"}),
    ({"time": string("as HH:MM")}, "order a lamp at half past nine",
     {"time": "09:30"}),
    ({"time": S}, "order a lamp at ten pm", {"time": "ten pm"}),
    ({"when": string(format="date-time")}, "order a lamp tomorrow at 3 pm",
     {"when": "2026-11-22T15:00:00"}),
    ({"when": string(format="date-time")}, "order a lamp tomorrow",
     {"when": "2026-11-22"}),
    ({"when": S}, "order a lamp tomorrow at noon", {"when": "tomorrow at noon"}),
    ({"when": S}, "order a lamp in ten minutes", {"when": "in ten minutes"}),
    ({"date": string("a moment such as 2026-01-01 10:00")},
     "order a lamp tomorrow at ten", {"date": "2026-11-22T10:00:00"}),
    ({"delay_minutes": N}, "order a lamp in an hour and a half",
     {"delay_minutes": 90}),
    ({"delay": N}, "order a lamp in two hours", {"delay": 2}),
    ({"delay": N}, "order a lamp in two minutes and ten seconds", {"delay": 130}),
    ({"duration": S}, "order a lamp for two weeks", {"duration": "two weeks"}),
    ({"city": S}, "order a lamp in Buenos Aires", {"city": "Buenos Aires"}),
    ({"city": S}, "order a lamp paris", {"city": "Paris"}),
    ({"room": S}, "order a living room lamp", {"room": "living room"}),
    ({"recipient": S}, "order a lamp for my mother", {"recipient": "mother"}),
    ({"title": S}, "order a lamp called Bright Star", {"title": "Bright Star"}),
    ({"note": S}, "order a lamp with note be quick", {"note": "be quick"}),
    ({"note": S}, 'order a lamp and write "be quick"', {"note": "be quick"}),
    ({"maker": S}, "order a lamp by Ada and Company", {"maker": "Ada and Company"}),
    (
        {"to": {"type": "object", "properties": {"city": {"type": S}}}},
        "order a lamp to Rome",
        {"to": {"city": "Rome"}},
    ),
    ({"mode": {"const": "fast"}}, "order a lamp", {"mode": "fast"}),
    ({"task": S}, "order a lamp to brighten the hall", {"task": "brighten the hall"}),
    ({"list": S, "item": S}, "order lamp oil on the wish list",
     {"list": "wish list", "item": "oil"}),
    ({"x1": string("The city to send it to")}, "order a lamp to Rome", {"x1": "Rome"}),
    ({"state": string(enum=["on", "off"])}, "switch the lamp on", {"state": "on"}),
    ({"enabled": B}, "enable the lamp", {"enabled": True}),
    ({"enabled": B}, "put the lamp on please", {"enabled": True}),
    ({"location": S}, "order a lamp here in the kitchen", {"location": "kitchen"}),
    ({"time": S}, "order a lamp for noon", {"time": "noon"}),
    ({"power": string(enum=["ON", "OFF"])}, "lamp off please", {"power": "OFF"}),
    (
        {"to": {"anyOf": [{"type": "null"}, {"type": W}]}},
        "order four lamps",
        {"to": 4},
    ),
    ({"count": {"type": [W, "null"]}}, "order four lamps", {"count": 4}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("properties", "message", "args"), FILLED, ids=[row[1] for row in FILLED]
)
def test_fills(properties, message, args):
    """Each argument gets its value, and no other words."""
    lamp = tool("order_lamp", "Order a lamp", list(properties), **properties)
    if not message.startswith("order"):
        lamp = tool("use_lamp", "Use the lamp", list(properties), **properties)
    calls = calls_of(BRAIN.parts(question(message, tools=(lamp,))))
    assert calls == [(lamp.name, args)]


def test_values_that_do_not_fit_are_not_taken():
    """Half a lamp is no whole number, so the number is asked for."""
    lamp = tool("order_lamp", "", ["count"], count=W)
    assert not calls_of(BRAIN.parts(question("order 2.5 lamps", tools=(lamp,))))


def test_what_may_be_left_out_is_left_out():
    """Optional arguments without clear words are not made up."""
    lamp = tool("order_lamp", "Order a lamp", city=S, count=W, note=S, gift=B, to=S)
    calls = calls_of(BRAIN.parts(question("order a lamp", tools=(lamp,))))
    assert calls == [("order_lamp", {})]


def test_expressions():
    """Arithmetic goes to a calculator as an expression, or as numbers."""
    calculator = tool("calculate", "", ["expression"], expression=S)
    message = "what is two plus three times four squared"
    calls = calls_of(BRAIN.parts(question(message, tools=(calculator,))))
    assert calls == [("calculate", {"expression": "2 + 3 * 4 ** 2"})]
    adder = tool("add_numbers", "Calculate a sum", ["a", "b"], a=N, b=N)
    calls = calls_of(BRAIN.parts(question("what is 2 plus 3", tools=(adder,))))
    assert calls == [("add_numbers", {"a": 2, "b": 3})]
