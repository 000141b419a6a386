"""The side of a worker process that hears: whose turn it is, and what is sent back.

Utterances take turns, a step of work each; those that somebody is waiting for go
first, then those whose speaker has paused. What hears them is an `Engine`.
"""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

from live_emulator.voice.process.worker_side import Inbox, Outbox
from live_emulator.voice.types import Hearing, Interim

__all__ = ["Engine", "Task", "Urgency", "run_head"]

_MAX_WAITING_BYTES = 64 * 1024 * 1024


class Urgency(IntEnum):
    """How much somebody waits for a step of work; the lowest goes first."""

    AWAITED = 0
    """The utterance is over."""
    PAUSED = 1
    """It may be over in a moment."""
    SPOKEN = 2
    """It goes on."""


class Task(Protocol):
    """One utterance that is heard."""

    @property
    def waiting_bytes(self) -> int:
        """Audio that is kept."""
        ...

    @property
    def urgency(self) -> Urgency | None:
        """How urgent the next step of work is; None if there is none to do."""
        ...

    def add(self, pcm: bytes, *, silent: bool) -> None:
        """Add audio, cut anywhere; see `Listener.feed`."""
        ...

    def end(self) -> None:
        """Say that no more audio comes."""
        ...

    def work(self) -> Hearing | None:
        """Take one step; returns what was heard once everything is.

        Raises:
            RuntimeError: This utterance is lost.

        """
        ...

    def interim(self) -> Interim | None:
        """Return the text so far, if there is some."""
        ...


class Engine(Protocol):
    """What hears."""

    @property
    def wear(self) -> int:
        """How worn this process is; 0 if it is not worn by its work."""
        ...

    def open(self, phrases: Sequence[str], *, wants_interim: bool) -> Task:
        """Begin an utterance."""
        ...


@dataclass
class _Listening:
    task: Task
    wants_interim: bool
    told: Interim | None = None


class _Head:
    def __init__(self, engine: Engine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        self._listening: OrderedDict[int, _Listening] = OrderedDict()
        self._pings: list[int] = []
        self._wear_told = 0

    def obey(self, message: dict[str, Any], payload: bytes) -> None:
        number = message.get("id", 0)
        listening = self._listening.get(number)
        match message["do"]:
            case "ping":
                self._pings.append(number)
            case "open":
                wants_interim = message["interim"]
                task = self._engine.open(
                    message["phrases"], wants_interim=wants_interim
                )
                self._listening[number] = _Listening(task, wants_interim)
            case "feed" if listening:
                self._feed(listening, payload, message.get("silent", False))
            case "finish" if listening:
                listening.task.end()
            case "drop" if listening:
                del self._listening[number]

    def work(self) -> bool:
        """Do a little; returns False if there is nothing to do."""
        did_something = self._hear()
        if self._engine.wear > self._wear_told:
            self._wear_told = self._engine.wear
            self._outbox.send({"wear": self._wear_told})
        if not did_something:
            for number in self._pings:
                self._outbox.send({"id": number})
            self._pings.clear()
        return did_something

    def _hear(self) -> bool:
        number = self._next()
        if number is None:
            return False
        listening = self._listening[number]
        self._listening.move_to_end(number)
        try:
            hearing = listening.task.work()
        except RuntimeError as error:
            self._outbox.log(logging.ERROR, f"An utterance is lost: {error}")
            hearing = Hearing()
        if hearing is not None:
            del self._listening[number]
            self._outbox.send({"id": number, "text": hearing.text})
        elif listening.wants_interim:
            self._tell_interim(number, listening)
        return True

    def _next(self) -> int | None:
        """Return the most urgent utterance, of those the one that waits longest."""
        urgent = [
            (urgency, number)
            for number, listening in self._listening.items()
            if (urgency := listening.task.urgency) is not None
        ]
        return min(urgent, key=lambda item: item[0])[1] if urgent else None

    def _feed(self, listening: _Listening, pcm: bytes, silent: bool) -> None:
        waiting = sum(it.task.waiting_bytes for it in self._listening.values())
        if waiting + len(pcm) > _MAX_WAITING_BYTES:
            text = "Too much audio is waiting to be heard; some is passed over."
            self._outbox.log(logging.WARNING, text)
            return
        listening.task.add(pcm, silent=silent)

    def _tell_interim(self, number: int, listening: _Listening) -> None:
        interim = listening.task.interim()
        if interim is not None and interim.text and interim != listening.told:
            listening.told = interim
            words = {"settled": interim.settled, "open": interim.open}
            self._outbox.send({"id": number, **words})


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
