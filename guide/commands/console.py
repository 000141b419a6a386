"""Lines for people, and one line that moves while something takes time."""

import shutil
import sys
import time
from typing import TextIO

__all__ = ["Console"]

REPEAT_AFTER_S = 10.0
"""How often progress is repeated where a line can't be rewritten."""


class Console:
    """Writes to a terminal or to a file, and knows the difference."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._moving = False
        self._is_terminal = self._stream.isatty()
        self._last_step = ""
        self._last_time_s = 0.0

    def say(self, text: str = "") -> None:
        """Write a line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)

    def progress(self, step: str, detail: str, elapsed_s: float) -> None:
        """Show where a long step is.

        Args:
            step: What is being done; a new one gets a line of its own where
                lines can't be rewritten.
            detail: What changes often, for example a package name.
            elapsed_s: Time since the whole began.

        """
        line = f"{step}{': ' + detail if detail else ''} ({elapsed_s:.0f} s)"
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + line[:width].ljust(width))
            self._stream.flush()
            self._moving = True
            return
        now_s = time.monotonic()
        if step != self._last_step or now_s - self._last_time_s >= REPEAT_AFTER_S:
            self._last_step, self._last_time_s = step, now_s
            print(line, file=self._stream, flush=True)

    def _clear(self) -> None:
        if self._moving:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + " " * width + "\r")
            self._moving = False
