"""Curves and points, each named where it ends, or at a place of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from guide.figures.axis import number_labels, round_steps
from guide.figures.fonts import cut, drawable, text_width_in
from guide.figures.look import COLOURS, RULE, WIDTH_IN, Colour, Sheet, in_style, show
from guide.figures.titles import MARGIN_IN, Title

__all__ = ["Series", "draw_series", "show_series"]

_NAME_SIZE = 7.8


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve or cloud of points."""

    name: str
    xs: ArrayLike
    ys: ArrayLike
    who: Colour = "model"
    as_points: bool = False
    named_at: float | None = None
    """The x at which the name stands above the curve; without it, where it ends."""


def show_series(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    title: str = "",
    from_zero: bool = True,
    logarithmic: bool = False,
) -> None:
    """Show curves or points, each named where it ends.

    Args:
        series: Points that are not finite leave a gap.
        x_label: Quantity and unit, for example "chunk, ms".
        y_label: Quantity and unit.
        title: A claim.
        from_zero: Let the vertical axis include zero.
        logarithmic: Draw both axes on a logarithmic scale, without zero. Values that
            are not positive leave a gap.

    Raises:
        ValueError: A series does not have as many xs as ys.

    """
    show(
        draw_series(
            series,
            x_label=x_label,
            y_label=y_label,
            title=title,
            from_zero=from_zero,
            logarithmic=logarithmic,
        )
    )


@in_style
def draw_series(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    title: str = "",
    from_zero: bool = True,
    logarithmic: bool = False,
) -> Figure:
    """Return the figure that `show_series` shows."""
    curves = [_curve(one) for one in series]
    if logarithmic:
        curves = [(_log10(xs), _log10(ys)) for xs, ys in curves]
    x_low, x_high = _range([xs for xs, _ in curves], with_zero=False)
    y_low, y_high = _range(
        [ys for _, ys in curves], with_zero=from_zero and not logarithmic
    )
    y_steps, y_names = _steps(y_low, y_high, 6, logarithmic)
    names = [cut(drawable(one.name), _NAME_SIZE, 1.6, bold=True) for one in series]

    heading = Title(title)
    plot_in = 2.2
    bottom = 0.50
    height_in = bottom + plot_in + 0.26 + heading.height_in
    left = MARGIN_IN + max((text_width_in(n, 7.0) for n in y_names), default=0) + 0.1
    widest = max(
        (
            text_width_in(name, _NAME_SIZE, bold=True)
            for one, name in zip(series, names, strict=True)
            if one.named_at is None
        ),
        default=0,
    )
    right = WIDTH_IN - widest - 0.25
    x_scale = (right - left) / (x_high - x_low)
    y_scale = plot_in / (y_high - y_low)

    sheet = Sheet("series", WIDTH_IN, height_in)
    heading.draw(sheet)
    for step, name in zip(y_steps, y_names, strict=True):
        y = bottom + (step - y_low) * y_scale
        sheet.lines([(left, y, right, y)], RULE, 0.5, alpha=0.4, layer=1)
        sheet.text(
            left - 0.07, y, name, size=7.0, align="right", anchor="center_baseline"
        )
    for step, name in zip(*_steps(x_low, x_high, 9, logarithmic), strict=True):
        x = left + (step - x_low) * x_scale
        sheet.lines([(x, bottom - 0.05, x, bottom - 0.09)], RULE, 0.6)
        sheet.text(x, bottom - 0.12, name, size=7.0, align="center", anchor="top")
    sheet.text((left + right) / 2, 0.07, drawable(x_label), size=7.5, align="center")
    sheet.text(MARGIN_IN, bottom + plot_in + 0.1, drawable(y_label), size=7.5)

    places: list[float] = []
    ends: list[float] = []
    for (xs, ys), one in zip(curves, series, strict=True):
        px, py = left + (xs - x_low) * x_scale, bottom + (ys - y_low) * y_scale
        colour = COLOURS[one.who]
        if one.as_points:
            sheet.dots(px, py, colour, 4.0, alpha=0.75)
        else:
            sheet.line(px, py, colour, 1.6, layer=3)
            sheet.dots(px, py, colour, 3.6)
        if one.named_at is None:
            places.append(right + 0.1)
            ends.append(_label_height(px, py, one.as_points, bottom))
        else:
            at = math.log10(one.named_at) if logarithmic else one.named_at
            x = left + (at - x_low) * x_scale
            nearest = int(np.argmin(np.abs(px - x)))
            places.append(float(px[nearest]) + 0.07)
            ends.append(float(py[nearest]) + 0.1)
    at_end = [place for place, one in enumerate(series) if one.named_at is None]
    spread = _spread([ends[place] for place in at_end], 0.15)
    for place, y in zip(at_end, spread, strict=True):
        ends[place] = y
    for one, name, x, y in zip(series, names, places, ends, strict=True):
        sheet.text(
            x,
            y,
            name,
            size=_NAME_SIZE,
            colour=COLOURS[one.who],
            anchor="center_baseline",
            bold=True,
        )
    return sheet.figure


def _curve(one: Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xs = np.asarray(one.xs, dtype=np.float64)
    ys = np.asarray(one.ys, dtype=np.float64)
    if xs.shape != ys.shape or xs.ndim != 1:
        raise ValueError(
            f'The series "{one.name}" has {xs.size} xs and {ys.size} ys; '
            "each point needs one of both."
        )
    return xs, np.where(np.isfinite(xs), ys, np.nan)


def _log10(values: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithms = np.full_like(values, np.nan)
    np.log10(values, out=logarithms, where=np.isfinite(values) & (values > 0))
    return logarithms


def _steps(
    low: float, high: float, at_most: int, logarithmic: bool
) -> tuple[list[float], list[str]]:
    """Return where an axis is marked, and the names of these places."""
    if not logarithmic:
        steps = round_steps(low, high, at_most)
        return steps, number_labels(steps)
    values = [
        digit * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for digit in (1, 2, 5)
        if low - 1e-9 <= math.log10(digit * 10.0**power) <= high + 1e-9
    ]
    return [math.log10(value) for value in values], [f"{v:,g}" for v in values]


def _label_height(
    xs: NDArray[np.float64], ys: NDArray[np.float64], as_points: bool, default: float
) -> float:
    """Return the height of a curve's last point, or of the middle of a cloud's last."""
    is_there = np.isfinite(xs) & np.isfinite(ys)
    if not np.any(is_there):
        return default
    if as_points:
        last = np.max(xs[is_there])
        return float(np.median(ys[is_there & (xs == last)]))
    return float(ys[is_there][np.argmax(xs[is_there])])


def _range(
    values: Sequence[NDArray[np.float64]], *, with_zero: bool
) -> tuple[float, float]:
    joined = np.concatenate([np.empty(0), *values])
    joined = joined[np.isfinite(joined)]
    low = float(np.min(joined, initial=np.inf)) if len(joined) else 0.0
    high = float(np.max(joined, initial=-np.inf)) if len(joined) else 1.0
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12 * max(1.0, abs(high)):
        high = low + 1.0
    return low, high


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move labels that would touch apart, as little as that takes, in order."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    # Groups of labels that touch, each as (sum of heights, number of labels).
    groups: list[list[float]] = []
    for index in order:
        groups.append([heights[index], 1])
        while len(groups) > 1 and _low(groups[-1], apart) < _top(groups[-2], apart):
            total, count = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += count
    placed: list[float] = []
    for group in groups:
        low = _low(group, apart) + apart / 2
        placed += [low + apart * number for number in range(int(group[1]))]
    spread = [0.0] * len(heights)
    for index, y in zip(order, placed, strict=True):
        spread[index] = y
    return spread


def _low(group: Sequence[float], apart: float) -> float:
    return group[0] / group[1] - apart * group[1] / 2


def _top(group: Sequence[float], apart: float) -> float:
    return group[0] / group[1] + apart * group[1] / 2
