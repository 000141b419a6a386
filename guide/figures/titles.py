"""The title of a figure: one claim, in at most a few lines."""

from guide.figures.fonts import drawable, wrapped
from guide.figures.look import WIDTH_IN, Sheet

__all__ = ["MARGIN_IN", "Title"]

MARGIN_IN = 0.1
_LINE_IN = 0.21


class Title:
    """Text at the top of a sheet, and the room it takes. Claims are bold."""

    def __init__(
        self, text: str, *, bold: bool = True, max_lines: int = 2, air_in: float = 0.08
    ) -> None:
        self._bold = bold
        self._size = 9.5 if bold else 9.2
        self._lines = wrapped(
            drawable(text), self._size, WIDTH_IN - 2 * MARGIN_IN, max_lines, bold=bold
        )
        self.height_in = _LINE_IN * len(self._lines) + air_in

    def draw(self, sheet: Sheet) -> None:
        """Write the title."""
        for row, line in enumerate(self._lines):
            y = sheet.height_in - _LINE_IN * (row + 1) + 0.02
            sheet.text(MARGIN_IN, y, line, size=self._size, bold=self._bold)
