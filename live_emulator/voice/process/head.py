"""The side of a worker process that hears: whose turn it is, and what is sent back.

Utterances take turns, one block of audio each; those that somebody is waiting for
go first. What hears them is an `Engine`.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Protocol

from live_emulator.voice.process.worker_side import Inbox, Outbox
from live_emulator.voice.types import Hearing, Vocabulary

__all__ = ["Engine", "Task", "run_head"]

_MAX_WAITING_BYTES = 64 * 1024 * 1024
_MAX_TO_PREPARE = 8
"""Of more vocabularies that wait to be prepared, the oldest are of no more use."""


class Task(Protocol):
    """One utterance that is heard."""

    @property
    def ended(self) -> bool:
        """Whether all audio is there."""
        ...

    @property
    def waiting_bytes(self) -> int:
        """Audio that was not heard yet."""
        ...

    def add(self, pcm: bytes) -> None:
        """Add audio, cut anywhere."""
        ...

    def end(self) -> None:
        """Say that no more audio comes."""
        ...

    def has_work(self) -> bool:
        """Tell whether `work` would do something."""
        ...

    def begin(self) -> bool:
        """Get what is needed for the work; False if others have it now."""
        ...

    def work(self) -> bool:
        """Hear one block; returns False when there is none left.

        Raises:
            RuntimeError: This utterance is lost.

        """
        ...

    def partial(self) -> str | None:
        """Return the text so far if it is time for some, else None."""
        ...

    def result(self) -> Hearing:
        """Return what was heard, when all audio is."""
        ...

    def lose(self) -> None:
        """Throw away what hears it: nobody knows what state that is in."""
        ...

    def release(self) -> None:
        """Stop listening."""
        ...


class Engine(Protocol):
    """What hears."""

    @property
    def wear(self) -> int:
        """How worn this process is; 0 if it is not worn by its work."""
        ...

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Have all ready for a vocabulary."""
        ...

    def open(self, vocabulary: Vocabulary) -> Task:
        """Begin an utterance."""
        ...


@dataclass
class _Listening:
    task: Task
    wants_partials: bool
    last_partial: str = ""


class _Head:
    def __init__(self, engine: Engine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        self._listening: OrderedDict[int, _Listening] = OrderedDict()
        self._to_prepare: dict[Vocabulary, None] = {}
        self._pings: list[int] = []
        self._wear_told = 0

    def obey(self, message: dict[str, Any], payload: bytes) -> None:
        number = message.get("id", 0)
        listening = self._listening.get(number)
        match message["do"]:
            case "ping":
                self._pings.append(number)
            case "prepare":
                self._to_prepare[_vocabulary(message)] = None
                if len(self._to_prepare) > _MAX_TO_PREPARE:
                    del self._to_prepare[next(iter(self._to_prepare))]
            case "open":
                task = self._engine.open(_vocabulary(message))
                self._listening[number] = _Listening(task, message["partials"])
            case "feed" if listening:
                self._feed(listening, payload)
            case "finish" if listening:
                listening.task.end()
            case "drop" if listening:
                self._forget(number)

    def work(self) -> bool:
        """Do a little; returns False if there is nothing to do."""
        did_something = self._hear() or self._prepare()
        if self._engine.wear > self._wear_told:
            self._wear_told = self._engine.wear
            self._outbox.send({"wear": self._wear_told})
        if not did_something:
            for number in self._pings:
                self._outbox.send({"id": number})
            self._pings.clear()
        return did_something

    def _hear(self) -> bool:
        for number in self._in_turn():
            listening = self._listening[number]
            task = listening.task
            if not task.begin():
                continue
            self._listening.move_to_end(number)
            try:
                if task.work():
                    self._tell_partial(number, listening)
                else:
                    self._tell_result(number, task.result())
            except RuntimeError as error:
                self._outbox.log(logging.ERROR, f"An utterance is lost: {error}")
                task.lose()
                self._tell_result(number, Hearing(""))
            return True
        return False

    def _prepare(self) -> bool:
        if not self._to_prepare:
            return False
        vocabulary = next(iter(self._to_prepare))
        del self._to_prepare[vocabulary]
        self._engine.prepare(vocabulary)
        return True

    def _in_turn(self) -> list[int]:
        ready = [n for n, it in self._listening.items() if it.task.has_work()]
        return sorted(ready, key=lambda n: not self._listening[n].task.ended)

    def _feed(self, listening: _Listening, pcm: bytes) -> None:
        waiting = sum(it.task.waiting_bytes for it in self._listening.values())
        if waiting + len(pcm) > _MAX_WAITING_BYTES:
            text = "Too much audio is waiting to be heard; some is passed over."
            self._outbox.log(logging.WARNING, text)
            return
        listening.task.add(pcm)

    def _tell_partial(self, number: int, listening: _Listening) -> None:
        if not listening.wants_partials or listening.task.ended:
            return
        text = listening.task.partial()
        if text and text != listening.last_partial:
            listening.last_partial = text
            self._outbox.send({"id": number, "partial": text})

    def _tell_result(self, number: int, hearing: Hearing) -> None:
        words = [(word.text, word.start_ms, word.end_ms) for word in hearing.words]
        answer = {"text": hearing.text, "source": hearing.source, "words": words}
        self._outbox.send({"id": number, **answer})
        self._forget(number)

    def _forget(self, number: int) -> None:
        self._listening.pop(number).task.release()


def _vocabulary(message: dict[str, Any]) -> Vocabulary:
    return Vocabulary(message["grammar"], tuple(message["phrases"]))


def run_head(engine: Engine, inbox: Inbox, outbox: Outbox) -> None:
    """Hear until the other process is gone; the engine is ready."""
    head = _Head(engine, outbox)
    outbox.send({"ready": True})
    while True:
        while inbox.empty() and head.work():
            pass
        frame = inbox.get()
        if frame is None:
            return
        head.obey(*frame)
