"""Lines typed in a terminal while a program does other things.

Chapter 7 uses this module.
"""

import asyncio
import contextlib
import sys
import threading

__all__ = ["TypedLines"]


class TypedLines:
    """What is typed: questions, and answers to what the program asks.

    A thread reads, because a read can't be stopped; as a daemon it does not keep the
    program from ending.
    """

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._answers: list[asyncio.Future[str | None]] = []
        self._is_reading = False

    async def line(self) -> str | None:
        """Return the next line that is not an answer; None at the end."""
        self._read()
        return self._or_end(await self._lines.get())

    async def answer(self) -> str | None:
        """Return the next line, also while `line` waits for one; None at the end.

        What was typed in a terminal before the question can't be meant for it: it may
        be the late answer to one that was withdrawn. In a file, an answer follows what
        it belongs to.
        """
        self._read()
        is_file = not (sys.stdin and sys.stdin.isatty())
        while not self._lines.empty():
            line = self._lines.get_nowait()
            if line is None or is_file:
                return self._or_end(line)
        answer = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        try:
            return self._or_end(await answer)
        finally:
            if answer in self._answers:
                self._answers.remove(answer)

    def _or_end(self, line: str | None) -> str | None:
        if line is None:
            self._lines.put_nowait(None)  # for the next caller
        return line

    def _take(self, line: str | None) -> None:
        if line is None:
            waiting, self._answers = self._answers, []
            for answer in waiting:
                if not answer.done():
                    answer.set_result(None)
        # A question that was cancelled is still in the list until its task runs.
        while line is not None and self._answers:
            answer = self._answers.pop(0)
            if not answer.done():
                answer.set_result(line)
                return
        self._lines.put_nowait(line)

    def _read(self) -> None:
        if self._is_reading:
            return
        self._is_reading = True
        loop = asyncio.get_running_loop()

        def read() -> None:
            line: str | None = ""
            while line is not None:
                line = (sys.stdin.readline() if sys.stdin else "") or None
                with contextlib.suppress(RuntimeError):  # the program has ended
                    loop.call_soon_threadsafe(self._take, line)

        threading.Thread(target=read, name="typed lines", daemon=True).start()
