"""A conversation on a terminal: who says what, and how loud it is around you.

On a terminal the last line is updated in place: a level meter and the words of the
current utterance. Elsewhere (a pipe, a file) there is no meter, and words are written
as they come. Nothing here listens or sends.
"""

import shutil
from typing import TextIO

__all__ = ["METER_FLOOR_DBFS", "Screen", "meter"]

METER_FLOOR_DBFS = -60.0
"""Anything quieter leaves the meter empty."""

_METER_WIDTH = 12


def meter(level_dbfs: float) -> str:
    """Return a bar for a level between the floor and full scale."""
    share = 1 - max(METER_FLOOR_DBFS, min(0.0, level_dbfs)) / METER_FLOOR_DBFS
    return ("#" * round(share * _METER_WIDTH)).ljust(_METER_WIDTH)


class Screen:
    """Writes utterances as they grow, and one line for anything else."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_alive = out.isatty()
        self._who = ""
        self._text = ""
        self._meter = ""

    def say(self, who: str, text: str) -> None:
        """Add words to an utterance; a new speaker starts a new line."""
        if not text.strip():
            return
        if who != self._who:
            self.end_line()
            self._who, text = who, text.lstrip()
            self._write(f"{who}: ")
        self._text += text
        self._write(text)
        self._redraw()

    def note(self, text: str) -> None:
        """Write a line that is not part of what was said."""
        self.end_line()
        self._erase()
        self._out.write(f"({text})\n")
        self._out.flush()
        self._redraw()

    def level(self, level_dbfs: float) -> None:
        """Show how loud the microphone is."""
        self._meter = f"[{meter(level_dbfs)}] "
        self._redraw()

    def end_line(self) -> None:
        """Finish the utterance that is under way."""
        if self._who and self._is_alive:
            self._erase()
            self._out.write(f"{self._who}: {self._text}\n")
        elif self._who:
            self._out.write("\n")
        self._out.flush()
        self._who = self._text = ""

    def close(self) -> None:
        """Finish the last line and take the meter away."""
        self.end_line()
        self._erase()
        self._out.flush()
        self._is_alive = False

    def _write(self, text: str) -> None:
        if not self._is_alive:
            self._out.write(text)
            self._out.flush()

    def _redraw(self) -> None:
        if self._is_alive:
            said = f"{self._who}: {self._text}" if self._who else ""
            room = self._width - len(self._meter)
            shown = said if len(said) <= room else f"...{said[3 - room :]}"
            self._out.write(f"\r{self._meter}{shown}".ljust(self._width))
            self._out.flush()

    def _erase(self) -> None:
        if self._is_alive:
            self._out.write(f"\r{'':{self._width}}\r")

    @property
    def _width(self) -> int:
        # The last column stays free: some terminals begin a new line there.
        return shutil.get_terminal_size().columns - 1
