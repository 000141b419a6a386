"""A waterfall chart: where the time goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from guide.figures.fonts import cut, drawable, text_width_in
from guide.figures.look import (
    COLOURS,
    INK,
    RULE,
    WIDTH_IN,
    Colour,
    Sheet,
    in_style,
    show,
)
from guide.figures.titles import MARGIN_IN, Title

__all__ = ["Step", "draw_budget", "show_budget"]

_NAME_SIZE = 7.8


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a budget, and who spends the time."""

    name: str
    ms: float
    who: Colour = "ink"


def show_budget(
    steps: Sequence[Step], *, title: str = "", up_to_ms: float = 0.0
) -> None:
    """Show where the time goes, step after step, and what it adds up to.

    Args:
        steps: In the order in which they happen, each beginning where the one
            before ends.
        title: A claim.
        up_to_ms: The time that the width of the picture has at least, so that
            budgets can be compared.

    Raises:
        ValueError: A step takes less than no time.

    """
    show(draw_budget(steps, title=title, up_to_ms=up_to_ms))


@in_style
def draw_budget(
    steps: Sequence[Step], *, title: str = "", up_to_ms: float = 0.0
) -> Figure:
    """Return the figure that `show_budget` shows."""
    for step in steps:
        if not step.ms >= 0:
            raise ValueError(f'The step "{step.name}" takes {step.ms} ms.')
    total_ms = sum(step.ms for step in steps)
    names = [cut(drawable(step.name), _NAME_SIZE, 2.6) for step in steps]
    widest = max((text_width_in(name, _NAME_SIZE) for name in names), default=0.5)
    left = MARGIN_IN + max(widest, 0.5) + 0.12
    scale = (WIDTH_IN - left - 0.75) / max(total_ms, up_to_ms, 1e-9)

    row_in = 0.235
    heading = Title(title)
    height_in = 0.1 + row_in * (len(steps) + 1) + 0.06 + heading.height_in
    sheet = Sheet("budget", WIDTH_IN, height_in)
    heading.draw(sheet)
    y = height_in - heading.height_in - row_in / 2
    sum_ms = 0.0
    for step, name in zip(steps, names, strict=True):
        start, sum_ms = sum_ms, sum_ms + step.ms
        x0, x1 = left + start * scale, left + sum_ms * scale
        colour = COLOURS[step.who]
        anchor = "center_baseline"
        sheet.text(left - 0.12, y, name, size=_NAME_SIZE, align="right", anchor=anchor)
        corners = [(x0, y - 0.07), (x1, y - 0.07), (x1, y + 0.07), (x0, y + 0.07)]
        sheet.shape(corners, colour, layer=2)
        sheet.lines([(x1, y + 0.07, x1, y - row_in - 0.07)], RULE, 0.6, alpha=0.7)
        sheet.text(x1 + 0.06, y, f"{step.ms:,.0f} ms", size=7.2, anchor=anchor)
        y -= row_in
    x1 = left + total_ms * scale
    sheet.lines([(left, y + 0.07, left, y - 0.07), (x1, y + 0.07, x1, y - 0.07)], INK)
    sheet.lines([(left, y, x1, y)], INK, 0.9)
    sheet.text(
        left - 0.12,
        y,
        "in all",
        size=_NAME_SIZE,
        align="right",
        anchor="center_baseline",
        bold=True,
    )
    sheet.text(
        x1 + 0.06,
        y,
        f"{total_ms:,.0f} ms",
        size=7.2,
        anchor="center_baseline",
        bold=True,
    )
    return sheet.figure
