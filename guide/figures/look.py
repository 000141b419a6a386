"""The look of every figure: colours, sizes, a sheet to draw on, and how to show it.

The colours stand here once; the pages' CSS uses the same. Figures have no
background of their own. Each colour has a contrast of at least 3.9 to 1 with white
and 4.5 to 1 with the dark backgrounds of JupyterLab (#111111) and GitHub (#0d1117);
no colour can have more than 4.3 to 1 with both.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike

from guide.figures.fonts import BASE_FAMILY, families_for

__all__ = [
    "ACCENT",
    "COLOURS",
    "DPI",
    "INK",
    "MODEL",
    "RULE",
    "USER",
    "WIDTH_IN",
    "Colour",
    "Sheet",
    "in_style",
    "show",
]

P = ParamSpec("P")
R = TypeVar("R")

USER = "#357be6"
"""What you say and send."""
MODEL = "#0a9068"
"""What the model says and the service sends."""
ACCENT = "#dd4a32"
"""What deserves attention: an interruption, an error, clipped audio."""
INK = "#79808a"
"""Text and axes."""
RULE = "#8b929b"
"""Hairlines; drawn thin and partly transparent."""

Colour = Literal["user", "model", "accent", "ink"]

COLOURS: dict[Colour, str] = {
    "user": USER,
    "model": MODEL,
    "accent": ACCENT,
    "ink": INK,
}

WIDTH_IN = 7.5
DPI = 130

_RC = {
    "font.family": [BASE_FAMILY],
    "text.usetex": False,
    "path.simplify": True,
    "path.sketch": None,
    "savefig.facecolor": "auto",
    "figure.hooks": [],
}
"""The settings that apply while drawing, whatever the reader has set."""


class GuideFigure(Figure):
    """A figure that keeps its size and says what it is.

    A notebook stores `repr(figure)` beside the picture. Matplotlib's own names the
    size, which depends on times; this one is the same in every run.
    """

    name = "figure"

    def __repr__(self) -> str:
        """Return what the figure shows."""
        return f"<{self.name}>"

    def get_tightbbox(self, renderer: Any = None, **_: Any) -> Bbox:
        """Return the whole figure, so that notebooks do not crop its margins."""
        return Bbox.from_bounds(0, 0, *self.get_size_inches())


class Sheet:
    """A transparent drawing surface measured in inches, origin at lower left."""

    def __init__(self, name: str, width_in: float, height_in: float) -> None:
        self.width_in = width_in
        self.height_in = height_in
        self.figure = GuideFigure(
            figsize=(width_in, height_in), dpi=DPI, facecolor="none"
        )
        self.figure.name = name
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width_in)
        self._axes.set_ylim(0, height_in)
        # Tick labels, even hidden ones, would make JupyterLab guess at a
        # background for the picture.
        self._axes.set_xticks([])
        self._axes.set_yticks([])
        self._axes.set_axis_off()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 7.5,
        colour: str = INK,
        align: str = "left",
        anchor: str = "baseline",
        bold: bool = False,
        italic: bool = False,
        alpha: float = 1.0,
    ) -> None:
        """Write one line of text; mathematics is not looked for in it."""
        font = FontProperties(
            family=families_for(text),
            size=size,
            weight="bold" if bold else "normal",
            style="italic" if italic else "normal",
        )
        self._axes.text(
            x,
            y,
            text,
            fontproperties=font,
            color=colour,
            ha=align,
            va=anchor,
            alpha=alpha,
            parse_math=False,
        )

    def line(
        self,
        xs: ArrayLike,
        ys: ArrayLike,
        colour: str = RULE,
        width: float = 0.7,
        *,
        alpha: float = 1.0,
        layer: float = 2.0,
    ) -> None:
        """Draw a line; its width is in points."""
        self._axes.plot(
            xs,
            ys,
            color=colour,
            linewidth=width,
            alpha=alpha,
            zorder=layer,
            solid_capstyle="butt",
            solid_joinstyle="round",
        )

    def lines(
        self,
        segments: Iterable[tuple[float, float, float, float]],
        colour: str,
        width: float = 0.7,
        *,
        alpha: float = 1.0,
        layer: float = 2.0,
    ) -> None:
        """Draw many straight segments `(x0, y0, x1, y1)` at once."""
        ends = [((x0, y0), (x1, y1)) for x0, y0, x1, y1 in segments]
        self._axes.add_collection(
            LineCollection(
                ends,
                colors=colour,
                linewidths=width,
                alpha=alpha,
                zorder=layer,
                capstyle="butt",
            ),
            autolim=False,
        )

    def fill(
        self,
        xs: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        colour: str,
        *,
        alpha: float = 1.0,
        layer: float = 2.0,
    ) -> None:
        """Fill between two curves; NaN leaves a gap."""
        self._axes.fill_between(
            np.asarray(xs),
            np.asarray(low),
            np.asarray(high),
            facecolor=colour,
            linewidth=0,
            alpha=alpha,
            zorder=layer,
        )

    def shape(
        self,
        corners: Sequence[tuple[float, float]],
        colour: str,
        *,
        alpha: float = 1.0,
        layer: float = 1.0,
    ) -> None:
        """Fill a polygon."""
        xs, ys = zip(*corners, strict=True)
        self._axes.fill(xs, ys, color=colour, alpha=alpha, linewidth=0, zorder=layer)

    def dots(
        self,
        xs: ArrayLike,
        ys: ArrayLike,
        colour: str,
        size: float = 3.0,
        *,
        marker: str = "o",
        alpha: float = 1.0,
        layer: float = 3.0,
    ) -> None:
        """Draw markers of a diameter in points."""
        self._axes.plot(
            xs,
            ys,
            marker,
            color=colour,
            markersize=size,
            markeredgewidth=0,
            alpha=alpha,
            zorder=layer,
        )


def style() -> Any:
    """Return a context in which the guide's settings hold, and no others."""
    settings: Any = dict(matplotlib.rcParamsDefault) | _RC
    # Set at start-up and not to be touched from inside a figure.
    for name in ("backend", "backend_fallback", "interactive", "toolbar"):
        settings.pop(name, None)
    return plt.rc_context(settings)


def show(figure: Figure) -> None:
    """Show a figure wherever the reader is, then let go of it."""
    with style():
        plt.figure(figure)
        try:
            # A backend without a screen has nothing to show, and says so in a
            # warning that helps nobody.
            if plt.get_backend().lower() not in _WITHOUT_SCREEN:
                plt.show()
        finally:
            plt.close(figure)


_WITHOUT_SCREEN = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}


def in_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a drawing function run under the guide's settings."""

    @wraps(draw)
    def wrapper(*args: P.args, **options: P.kwargs) -> R:
        with style():
            return draw(*args, **options)

    return wrapper
