"""The newest picture of a conversation, and what is written in it."""

import asyncio
from dataclasses import replace

from live_emulator.brain.types import Brain, Question, ReadingBrain, Sight
from live_emulator.serving.reader import TextReader

__all__ = ["Pictures"]


class Pictures:
    """Has the newest picture read when the brain needs its text, and only then.

    One picture is kept as it came, so a camera may send as many as it likes.
    """

    def __init__(self, brain: Brain, reader: TextReader | None) -> None:
        self._brain = brain if isinstance(brain, ReadingBrain) else None
        self._reader = reader
        self._image = b""
        self._sight: Sight | None = None
        self._read: Sight | None = None
        """The same with its text, once it was read."""

    def keep(self, sight: Sight, image: bytes) -> None:
        """Take the newest picture."""
        self._sight, self._image, self._read = sight, image, None
        if self._brain is not None and self._reader is not None:
            self._reader.prepare()

    async def with_text(self, question: Question) -> Question:
        """Return a question in which the newest picture is read, if that is needed."""
        place = next(
            (at for at, turn in enumerate(question.turns[::-1]) if turn.sights), None
        )
        if place is None or self._reader is None or self._brain is None:
            return question
        place = len(question.turns) - 1 - place
        turn = question.turns[place]
        # Only what is still there can be read: others have come since, or it was
        # seen by a session that this one goes on with.
        sight = self._sight
        if turn.sights[-1] is not sight:
            return question
        if not await asyncio.to_thread(self._brain.needs_text, question):
            return question
        if self._read is None:
            lines = await self._reader.read(self._image)
            if sight is not self._sight:
                # Another came meanwhile: this one was asked about.
                return _with_sight(question, place, replace(sight, lines=lines))
            self._read = replace(sight, lines=lines)
        return _with_sight(question, place, self._read)


def _with_sight(question: Question, place: int, sight: Sight) -> Question:
    turns = list(question.turns)
    turns[place] = replace(turns[place], sights=(*turns[place].sights[:-1], sight))
    return replace(question, turns=tuple(turns))
