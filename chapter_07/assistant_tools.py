"""The functions of the assistant: clock, calculator, weather, notes and timers.

Plain functions with hints and docstrings. What they can't do they raise as a
`ToolError`, in words for the model; otherwise nothing in them knows of one. The
assistant's script adds them to a `Tools`, and yours are added in the same way. Chapter
7 uses this module.
"""

import ast
import asyncio
import json
import logging
import math
import operator
import zoneinfo
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from chapter_07.tools import ToolError

__all__ = ["Clock", "Notes", "Timers", "Weather", "calculate"]

WEATHER_FILE = Path(__file__).with_name("weather.json")
"""A made-up week in a few towns; a real program would ask a service."""

log = logging.getLogger(__name__)

MOST_NOTES = 100
MOST_LETTERS = 2000
MOST_TIMERS = 20
MOST_MINUTES = 24 * 60
MOST_DIGITS = 1000

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "round": lambda number, digits=0: _round(number, digits),
    "abs": abs,
    "min": min,
    "max": max,
}


class Clock:
    """Tells the time; `now` is the clock, which tests replace."""

    def __init__(self, now: Callable[[Any], datetime] = datetime.now) -> None:
        self._now = now

    def tell_time(self, city: str | None = None) -> dict[str, str]:
        """Tell the time and the date, here or in a city of the world.

        Args:
            city: A large city such as Tokyo; here, if left out.

        """
        zone = _zone_of(city) if city else None
        now = self._now(zone)
        return {
            "time": f"{now:%H:%M}",
            "date": f"{now:%A}, {now.day} {now:%B %Y}",
            "place": city or "here",
        }


def _zone_of(city: str) -> zoneinfo.ZoneInfo:
    """Find a time zone by the city that it is named after."""
    wanted = city.strip().replace(" ", "_").casefold()
    for name in sorted(zoneinfo.available_timezones()):
        if name.rpartition("/")[2].casefold() == wanted:
            return zoneinfo.ZoneInfo(name)
    raise ToolError(f"No time zone is named after {city}. Name a larger city nearby.")


def calculate(expression: str) -> float:
    """Calculate an expression such as ``(3 + 4) * 2 / 7``.

    Args:
        expression: Numbers, + - * / // % **, parentheses, sqrt, round, abs, min, max.

    """
    try:
        tree = ast.parse(expression.strip().replace("^", "**"), mode="eval")
        value: float = _value(tree.body)
        return value
    except (SyntaxError, RecursionError, MemoryError):
        raise ToolError(f"{expression!r} is not an expression.") from None
    except OverflowError:
        raise ToolError("The result is too large.") from None
    except ZeroDivisionError:
        raise ToolError("A division by zero has no result.") from None
    except (TypeError, ValueError):
        raise ToolError(f"{expression!r} has no result.") from None


def _value(node: ast.expr) -> Any:
    """Return the value of a part of an expression; nothing but arithmetic is run."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(
            number, bool
        ):
            return number
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(operand))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if (
            name in _FUNCTIONS
        ):
            return _FUNCTIONS[name](*map(_value, arguments))
    raise ToolError("Only numbers, + - * / // % ** and a few functions are allowed.")


def _round(number: float, digits: float) -> float:
    """Round as a float: an integer may be rounded to a billion digits, which hangs."""
    rounded = round(float(number), int(digits))
    return int(rounded) if digits <= 0 and math.isfinite(rounded) else rounded


def _power(base: float, exponent: float) -> Any:
    if base and abs(exponent) * math.log10(abs(base) + 1) > MOST_DIGITS:
        raise OverflowError
    return base**exponent


class Weather:
    """The weather of a few towns, from a file."""

    def __init__(self, file: Path = WEATHER_FILE) -> None:
        self._towns = json.loads(file.read_text("utf-8"))

    def get_weather(self, town: str, days: int = 1) -> dict[str, Any]:
        """Get the weather of a town, from today on.

        Args:
            town: Such as Rome.
            days: How many days, 1 to 7.

        """
        name = next(
            (each for each in self._towns if each.casefold() == town.casefold()), None
        )
        if name is None:
            known = ", ".join(self._towns)
            raise ToolError(f"There is no weather for {town}, only for {known}.")
        week = self._towns[name]
        if days <= 1:
            return {"town": name, **week[0]}
        return {"town": name, "days": week[:days]}


class Notes:
    """Notes of this conversation, gone with the program."""

    def __init__(self) -> None:
        self._notes: list[str] = []

    def add_note(self, text: str) -> dict[str, Any]:
        """Write a note down, or put something on the list.

        Args:
            text: What to note.

        """
        if len(self._notes) >= MOST_NOTES:
            raise ToolError(f"There are {MOST_NOTES} notes, which is the limit.")
        self._notes.append(text.strip()[:MOST_LETTERS])
        return {"noted": self._notes[-1], "count": len(self._notes)}

    def read_notes(self) -> list[str]:
        """Read all notes."""
        return list(self._notes)

    def delete_notes(self) -> dict[str, int]:
        """Delete all notes for good."""
        count = len(self._notes)
        self._notes.clear()
        return {"deleted": count}


class Timers:
    """Timers that ring; what happens then is the owner's business.

    Args:
        on_ring: Is awaited with the label of a timer that rings.
        sleep: How time passes, in seconds; tests have their own.

    """

    def __init__(
        self,
        on_ring: Callable[[str], Any],
        sleep: Callable[[float], Any] = asyncio.sleep,
    ) -> None:
        self._on_ring, self._sleep = on_ring, sleep
        self._running: dict[str, tuple[float, asyncio.Task[None]]] = {}

    async def set_timer(
        self, minutes: float, label: str | None = None
    ) -> dict[str, Any]:
        """Set a timer that rings after some minutes.

        Args:
            minutes: From now; a half is 0.5.
            label: What it is for, such as eggs.

        """
        if label is None:
            names = (f"timer {number}" for number in range(1, MOST_TIMERS + 2))
            label = next(name for name in names if name not in self._running)
        if not 0 < minutes <= MOST_MINUTES:
            raise ToolError(f"A timer takes up to {MOST_MINUTES} minutes.")
        if label in self._running:
            raise ToolError(f"There is a timer for {label} already.")
        if len(self._running) >= MOST_TIMERS:
            raise ToolError(f"There are {MOST_TIMERS} timers, which is the limit.")
        task = asyncio.create_task(self._ring(label, minutes * 60))
        ends_s = asyncio.get_running_loop().time() + minutes * 60
        self._running[label] = (ends_s, task)
        return {"label": label, "minutes": minutes}

    async def list_timers(self) -> list[dict[str, Any]]:
        """Tell which timers run, and how long they still do."""
        now_s = asyncio.get_running_loop().time()
        return [
            {"label": label, "seconds_left": max(0, round(ends_s - now_s))}
            for label, (ends_s, _) in self._running.items()
        ]

    async def cancel_timer(self, label: str) -> dict[str, str]:
        """Cancel a timer.

        Args:
            label: That of the timer.

        """
        if label not in self._running:
            known = ", ".join(self._running) or "none"
            raise ToolError(f"There is no timer for {label}. Running: {known}.")
        _, task = self._running.pop(label)
        task.cancel()
        return {"cancelled": label}

    async def close(self) -> None:
        """Cancel all timers."""
        tasks = [task for _, task in self._running.values()]
        self._running.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ring(self, label: str, seconds: float) -> None:
        await self._sleep(seconds)
        try:
            await self._on_ring(label)
        except Exception:
            log.exception("The timer for %s could not ring.", label)
        finally:
            # Only now, because `close` waits for those that ring. Meanwhile it may have
            # been cancelled, and another one set under its label.
            running = self._running.get(label)
            if running and running[1] is asyncio.current_task():
                del self._running[label]
