"""A brain whose words stand in a file, which is read again when it changes."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

from live_emulator.brain.script.brain import NoAnswer, ScriptedBrain
from live_emulator.brain.script.text import MakeBrain, ScriptError, read_script
from live_emulator.brain.types import Question, ReplyPart, Say
from live_emulator.closing_iterators import closing

__all__ = ["ScriptFile"]

log = logging.getLogger("live_emulator")

_LARGEST_BYTES = 1_000_000

_Signature = tuple[int, int, int]


class ScriptFile:
    """Says what a script file wants; see the README for the format.

    An edit counts from the next question on, in every conversation, and the lines
    that were used up may be said once more. An edit that can't be read is told in
    the log, and what was read before goes on. What no line answers is said, and
    told in the log.

    Raises:
        ScriptError: The file can't be read, or is wrong.

    """

    def __init__(self, path: Path, make_brain: MakeBrain) -> None:
        self._path = path
        self._make_brain = make_brain
        self._seen = _signature(path)
        self._brain = self._read()

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the steps of the line that fits; see `Brain.reply`."""
        self._read_again()
        try:
            async with closing(self._brain.reply(question)) as parts:
                async for part in parts:
                    yield part
        except NoAnswer:
            turn = question.turns[-1] if question.turns else None
            if turn is not None and turn.role == "user":
                sentence = self._no_answer(turn.text)
                log.warning("%s", sentence)
                yield Say(sentence)

    def _no_answer(self, text: str) -> str:
        if not text.strip():
            return f"I heard no words, and {self._path.name} has no line for that."
        shown = " ".join(text.split())[:100]
        return f"The script {self._path.name} has no line for: {shown}"

    def _read(self) -> ScriptedBrain:
        text = _content(self._path)
        lines = read_script(text, self._path.name, self._make_brain)
        return ScriptedBrain(lines)

    def _read_again(self) -> None:
        seen = _signature(self._path)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._brain = self._read()
        except ScriptError as error:
            log.warning("%s What was read before goes on.", error)
        else:
            log.warning("%s has changed and was read again.", self._path.name)


def _signature(path: Path) -> _Signature | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
        if len(data) > _LARGEST_BYTES:
            raise ScriptError(f"{path} is larger than a megabyte: no script is.")
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise ScriptError(f"There is no script at {path}.") from None
    except IsADirectoryError:
        raise ScriptError(f"{path} is a folder, not a script.") from None
    except UnicodeDecodeError:
        raise ScriptError(f"{path} is no text in UTF-8.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScriptError(f"The script {path} can't be read: {reason}.") from None
