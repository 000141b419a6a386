"""Round numbers for axes, and the axis itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from guide.figures.fonts import text_width_in
from guide.figures.look import RULE, Sheet

__all__ = ["TimeAxis", "draw_time_axis", "number_labels", "round_steps", "time_labels"]

_SIZE = 6.8


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time across the sheet, from `left` to `right` in inches."""

    start_s: float
    end_s: float
    left: float
    right: float

    @property
    def scale(self) -> float:
        """Inches per second."""
        return (self.right - self.left) / (self.end_s - self.start_s)

    def x(self, at_s: float) -> float:
        """Return where a time lies, on the sheet or beyond it."""
        return self.left + (at_s - self.start_s) * self.scale

    def clamped(self, at_s: float) -> float:
        """Return where a time lies, kept within the axis."""
        return min(max(self.x(at_s), self.left), self.right)

    def shows(self, at_s: float) -> bool:
        """Return whether a time lies on the axis."""
        return self.start_s <= at_s <= self.end_s


def round_steps(low: float, high: float, at_most: int) -> list[float]:
    """Return round numbers from low to high, both included if they are round."""
    span = high - low
    if span <= 0 or at_most < 2:
        return [low]
    step = 10.0 ** math.floor(math.log10(span / at_most))
    step *= next(
        (m for m in (1, 2, 5, 10) if span / (step * m) <= at_most - 1 + 1e-9), 10
    )
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def number_labels(steps: Sequence[float]) -> list[str]:
    """Return round numbers as text, all with as many decimals as one needs."""
    decimals = max((_decimals(step) for step in steps), default=0)
    return [f"{step + 0.0:,.{decimals}f}" for step in steps]


def time_labels(start_s: float, end_s: float, at_most: int) -> list[tuple[float, str]]:
    """Return times to mark on an axis with their labels.

    Seconds up to a minute and a half, minutes and seconds beyond.
    """
    if end_s <= 90:
        steps = round_steps(start_s, end_s, at_most)
        names = number_labels(steps)
        return [(at_s, f"{name} s") for at_s, name in zip(steps, names, strict=True)]
    step_s = next(
        (step for step in _MINUTE_STEPS_S if (end_s - start_s) / step <= at_most - 1),
        3600 * math.ceil((end_s - start_s) / 3600 / (at_most - 1)),
    )
    first, last = math.ceil(start_s / step_s), math.floor(end_s / step_s)
    times_s = [index * step_s for index in range(first, last + 1)]
    return [(float(at), f"{at // 60}:{at % 60:02d}") for at in times_s]


_MINUTE_STEPS_S = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)


def _decimals(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def draw_time_axis(sheet: Sheet, y: float, axis: TimeAxis) -> None:
    """Draw a time axis at a height on the sheet."""
    sheet.lines([(axis.left, y, axis.right, y)], RULE, 0.6, alpha=0.6)
    at_most = int((axis.right - axis.left) / 0.6)
    for at_s, label in time_labels(axis.start_s, axis.end_s, at_most):
        x = axis.x(at_s)
        sheet.lines([(x, y, x, y - 0.04)], RULE, 0.6, alpha=0.9)
        half = text_width_in(label, _SIZE) / 2
        x = min(max(x, half + 0.02), sheet.width_in - half - 0.02)
        sheet.text(x, y - 0.065, label, size=_SIZE, align="center", anchor="top")
