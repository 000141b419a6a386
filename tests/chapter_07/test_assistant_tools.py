"""The functions of the assistant, without a model."""

import asyncio
from datetime import datetime

import pytest

from chapter_07.assistant_tools import Clock, Notes, Timers, Weather, calculate
from chapter_07.declarations import declare
from chapter_07.tools import ToolError


def test_the_clock_knows_cities():
    """Zones are found by the city that they are named after."""
    clock = Clock(lambda zone: datetime(2026, 11, 30, 9, 5, tzinfo=zone))
    here = {"time": "09:05", "date": "Monday, 30 November 2026", "place": "here"}
    assert clock.tell_time() == here
    assert clock.tell_time("new york")["place"] == "new york"
    with pytest.raises(ToolError, match="No time zone is named after Springfield"):
        clock.tell_time("Springfield")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("12 * 7", 84),
        ("(3 + 4) * 2 / 7", 2),
        ("2 ^ 10", 1024),
        ("-3 ** 2", -9),
        ("17 % 5 + 17 // 5", 5),
        ("sqrt(2) * sqrt(2)", pytest.approx(2)),
        ("max(3, 4.5, 1)", 4.5),
        ("round(2.567, 2)", 2.57),
        ("round(1234, -2)", 1200),
        ("round(1, -1000000000)", 0),
    ],
)
def test_the_calculator_calculates(expression, value):
    """As Python does, with ^ for powers."""
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression",
    ["", "one", "__import__('os')", "().__class__", "[1]", "'a' * 9", "1 if 2 else 3"]
    + ["9 ** 9 ** 9", "10 ** 100000", "(" * 500 + "1" + ")" * 500, "True", "sqrt(x=2)"]
    + ["x := 3", "lambda: 1", "1e400 - 1e400 if 0 else 2"],
)
def test_the_calculator_runs_nothing_else(expression):
    """Names, attributes, texts, conditions and endless powers are refused."""
    with pytest.raises(ToolError):
        calculate(expression)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1 / 0", "A division by zero has no result."),
        ("sqrt(-1)", "'sqrt(-1)' has no result."),
        ("max()", "'max()' has no result."),
    ],
)
def test_what_has_no_result_is_no_defect(expression, words):
    """The model is told so in words."""
    with pytest.raises(ToolError) as raised:
        calculate(expression)
    assert str(raised.value) == words


def test_the_weather_of_a_town():
    """As many days as were asked for, and never more than there are."""
    weather = Weather()
    for days in (-1, 1):
        assert weather.get_weather("rome", days)["day"] == "today"
    assert [len(weather.get_weather("rome", days)["days"]) for days in (3, 99)] == [
        3,
        7,
    ]
    with pytest.raises(ToolError, match="only for Berlin, London"):
        weather.get_weather("Atlantis")


def test_notes():
    """They are kept in order, counted, and deleted together."""
    notes = Notes()
    notes.add_note(" more salt ")
    assert notes.add_note("eggs") == {"noted": "eggs", "count": 2}
    assert notes.read_notes() == ["more salt", "eggs"]
    assert notes.delete_notes() == {"deleted": 2}
    assert notes.read_notes() == []


async def test_timers_ring_and_can_be_cancelled():
    """A timer that was cancelled does not ring."""
    rung: list[str] = []
    has_rung = asyncio.Event()
    gates = {60.0: asyncio.Event(), 120.0: asyncio.Event()}

    async def ring(label: str) -> None:
        rung.append(label)
        has_rung.set()

    timers = Timers(ring, lambda seconds: gates[seconds].wait())
    await timers.set_timer(1, "eggs")
    await timers.set_timer(2, "rice")
    with pytest.raises(ToolError, match="timer for eggs already"):
        await timers.set_timer(1, "eggs")
    assert [each["label"] for each in await timers.list_timers()] == ["eggs", "rice"]
    await timers.cancel_timer("rice")
    with pytest.raises(ToolError, match="no timer for rice. Running: eggs"):
        await timers.cancel_timer("rice")
    for gate in gates.values():
        gate.set()
    await asyncio.wait_for(has_rung.wait(), 5)
    await timers.close()
    assert rung == ["eggs"] and await timers.list_timers() == []


async def test_a_bell_that_fails_is_a_line_in_the_log(caplog):
    """The timer is over all the same, and another may have its label."""

    async def ring(label: str) -> None:
        raise OSError("no loudspeaker")

    timers = Timers(ring, lambda seconds: asyncio.sleep(0))
    await timers.set_timer(1, "eggs")
    for _ in range(5):
        await asyncio.sleep(0)
    assert await timers.list_timers() == []
    assert "The timer for eggs could not ring." in caplog.text
    await timers.set_timer(1, "eggs")
    await timers.close()


async def test_closing_waits_for_a_timer_that_is_ringing():
    """It is cancelled, and nothing is left running."""
    is_ringing, ended = asyncio.Event(), []

    async def ring(label: str) -> None:
        is_ringing.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(label)

    timers = Timers(ring, lambda seconds: asyncio.sleep(0))
    await timers.set_timer(1, "eggs")
    await asyncio.wait_for(is_ringing.wait(), 5)
    await timers.close()
    assert ended == ["eggs"]


async def test_timers_without_a_label_are_numbered():
    """Two of them can run."""
    timers = Timers(print, lambda seconds: asyncio.Event().wait())
    labels = [(await timers.set_timer(1))["label"] for _ in range(2)]
    assert labels == ["timer 1", "timer 2"]
    await timers.close()


@pytest.mark.parametrize("minutes", [0, -1, 1e9, float("nan")])
async def test_timers_have_limits(minutes):
    """Nothing waits for ever, or rings at once."""
    timers = Timers(print)
    with pytest.raises(ToolError, match="up to 1440 minutes"):
        await timers.set_timer(minutes)


def test_all_of_them_can_be_declared():
    """Hints and docstrings say what a model has to know."""
    clock, notes, timers, weather = Clock(), Notes(), Timers(print), Weather()
    for function in (
        *(clock.tell_time, calculate, weather.get_weather),
        *(notes.add_note, notes.read_notes, notes.delete_notes),
        *(timers.set_timer, timers.list_timers, timers.cancel_timer),
    ):
        declaration = declare(function)
        assert declaration.description
        for parameter in declaration.schema["properties"].values():
            assert parameter["description"]
