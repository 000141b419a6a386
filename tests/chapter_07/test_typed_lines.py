"""Lines that are typed: an answer to the program goes before a question."""

import asyncio
import io
import os
import sys
import threading

import pytest

from chapter_07.typed_lines import TypedLines


@pytest.fixture
def keyboard(monkeypatch):
    """Type into the terminal: what is written here is read by the program."""
    reading, writing = os.pipe()
    stdin = os.fdopen(reading, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin)
    with stdin:
        with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as keys:
            yield keys
        for thread in threading.enumerate():
            if thread.name == "typed lines":
                thread.join(5)


async def test_an_answer_goes_to_who_asked(keyboard):
    """Although somebody waits for the next line already."""
    lines = TypedLines()
    line = asyncio.create_task(lines.line())
    await asyncio.sleep(0)
    answer = asyncio.create_task(lines.answer())
    await asyncio.sleep(0)
    keyboard.write("yes\n")
    assert await asyncio.wait_for(answer, 5) == "yes\n"
    assert not line.done()
    keyboard.write("What time is it?\n")
    assert await asyncio.wait_for(line, 5) == "What time is it?\n"
    keyboard.close()
    assert await asyncio.wait_for(lines.line(), 5) is None


async def test_a_line_is_not_lost_on_who_no_longer_waits(keyboard):
    """A cancelled question leaves the next line to whoever else waits."""
    lines = TypedLines()
    answer = asyncio.create_task(lines.answer())
    await asyncio.sleep(0)
    answer.cancel()
    lines._take("Hello.\n")  # before the task that was cancelled has ended
    with pytest.raises(asyncio.CancelledError):
        await answer
    assert await asyncio.wait_for(lines.line(), 5) == "Hello.\n"


async def test_a_late_answer_is_none_to_the_next_question(keyboard):
    """Or a yes to what was called off would agree to something else."""
    sys.stdin.isatty = lambda: True
    lines = TypedLines()
    withdrawn = asyncio.create_task(lines.answer())
    await asyncio.sleep(0)
    withdrawn.cancel()
    await asyncio.wait([withdrawn])
    lines._take("yes\n")
    answer = asyncio.create_task(lines.answer())
    await asyncio.sleep(0)
    assert not answer.done()
    keyboard.write("no\n")
    assert await asyncio.wait_for(answer, 5) == "no\n"


async def test_the_end_is_told_to_everybody(keyboard):
    """However many wait, and whoever asks later."""
    lines = TypedLines()
    waiting = [asyncio.create_task(lines.answer()) for _ in range(2)]
    waiting.append(asyncio.create_task(lines.line()))
    await asyncio.sleep(0)
    keyboard.close()
    done = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert done == [None] * 3
    assert await asyncio.wait_for(lines.answer(), 5) is None


async def test_what_was_written_before_is_an_answer_too(monkeypatch):
    """As in a file with questions and answers."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Delete all.\nyes\nHello.\n"))
    lines = TypedLines()
    assert await lines.line() == "Delete all.\n"
    assert await lines.answer() == "yes\n"
    assert await lines.line() == "Hello.\n"
    assert await lines.line() is None


async def test_an_answer_that_nobody_waits_for_is_a_line(keyboard):
    """A call was cancelled while its question was open."""
    lines = TypedLines()
    answer = asyncio.create_task(lines.answer())
    await asyncio.sleep(0)
    answer.cancel()
    await asyncio.wait([answer])
    keyboard.write("Hello.\n")
    assert await asyncio.wait_for(lines.line(), 5) == "Hello.\n"
