"""Turn speech into text in worker processes: the side of the event loop."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from live_emulator.voice.process.worker import (
    Channel,
    Message,
    Renewal,
    Worker,
    WorkerLost,
)
from live_emulator.voice.types import (
    INPUT_RATE_HZ,
    Hearing,
    Interim,
    Listener,
    OnInterim,
)

__all__ = ["MAX_UTTERANCE_S", "WorkerRecogniser"]

log = logging.getLogger(__name__)

MAX_UTTERANCE_S = 600
"""Audio beyond this is not listened to."""

_MOST_CHARACTERS = 2_000
"""Of all phrases: a recogniser has room for a hundred words at most."""

_TRIES = 2
_PATIENCE_S = 60.0
"""A worker that is asked for a text and says nothing for so long, hangs."""
_BUSY = 2
"""With so many utterances in each worker another one is started."""


class WorkerRecogniser:
    """A `Recogniser` with worker processes: any number of utterances at a time.

    The first worker starts with the first utterance, or with ``async with``; others
    when the running ones are busy, and get work once they have started up. One that
    dies or hangs is started again, and what was said into it is heard once more.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        max_workers: int,
        max_wear: float = math.inf,
    ) -> None:
        if max_workers < 1:
            raise ValueError(f"there must be at least one worker, not {max_workers}")
        self._module = module
        self._arguments = tuple(arguments)
        self._max_workers = max_workers
        self._workers: list[Worker] = []
        self._renewal = Renewal(max_wear)
        self._closed = False

    async def __aenter__(self) -> Self:
        self._pick().start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that run now."""
        return tuple(id for worker in self._workers for id in worker.process_ids)

    async def ready(self) -> None:
        """Wait until a worker can listen at once.

        Raises:
            WorkerLost: It cannot start.

        """
        await self._pick().ready()

    async def close(self) -> None:
        """End the workers; safe to call twice."""
        self._closed = True
        for worker in self._workers:
            await worker.close()

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> Listener:
        """Open an utterance; see `Recogniser.listen`. Needs a running loop."""
        return _Listener(self._pick, phrases, on_interim)

    def _pick(self) -> Worker:
        """Return the worker with the least to do, of those that can begin at once."""
        if self._closed:
            raise WorkerLost("the recogniser was closed")
        room = len(self._workers) < self._max_workers
        if room and all(worker.load >= _BUSY for worker in self._workers):
            worker = Worker(self._module, self._arguments, self._renewal)
            self._workers.append(worker)
            with suppress(WorkerLost):  # Whoever opens a channel will be told.
                worker.start()
        ready = [worker for worker in self._workers if worker.is_ready]
        return min(ready or self._workers, key=lambda worker: worker.load)


def _the_likeliest(phrases: Sequence[str]) -> list[str]:
    """Return what there is room for, the last phrase cut."""
    chosen: list[str] = []
    room = _MOST_CHARACTERS
    for phrase in phrases:
        if phrase and room > 0:
            chosen.append(phrase[:room])
            room -= len(phrase) + 1
    return chosen


class _Listener:
    """One utterance on its way to a worker."""

    def __init__(
        self,
        pick: Callable[[], Worker],
        phrases: Sequence[str],
        on_interim: OnInterim | None,
    ) -> None:
        self._pick = pick
        self._phrases = _the_likeliest(phrases)
        self._on_interim = on_interim
        self._audio = bytearray()
        self._silent = False
        self._finishing = False
        self._dropped = False
        self._tries_left = _TRIES
        self._answer: asyncio.Future[Hearing] = (
            asyncio.get_running_loop().create_future()
        )
        self._channel: Channel | None = None
        self._open()

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Add audio; see `Listener.feed`."""
        if self._finishing or self._dropped:
            return
        room = MAX_UTTERANCE_S * INPUT_RATE_HZ * 2 - len(self._audio)
        if len(pcm) > room:
            if room > 0:
                log.warning("Nobody listens to more than %d s.", MAX_UTTERANCE_S)
            pcm = pcm[: max(0, room)]
        self._audio += pcm
        self._silent = silent
        self._send({"do": "feed", "silent": silent}, bytes(pcm))

    async def finish(self) -> Hearing:
        """Return what was heard; see `Listener.finish`.

        Raises:
            WorkerLost: No worker could be kept running.

        """
        if not self._finishing and not self._dropped:
            self._finishing = True
            self._send({"do": "finish"})
        while True:
            # A caller who is cancelled must not take the answer from another one.
            done, _ = await asyncio.wait([self._answer], timeout=_PATIENCE_S)
            if done:
                return self._answer.result()
            if self._channel is not None:
                self._channel.end_if_hung(_PATIENCE_S)

    def drop(self) -> None:
        """Forget the utterance; see `Listener.drop`."""
        if self._dropped:
            return
        self._dropped = True
        self._send({"do": "drop"})
        self._close()
        if not self._answer.done():
            self._answer.set_result(Hearing())
        elif not self._answer.cancelled():
            self._answer.exception()  # Nobody may have asked; that is no error.

    def _open(self) -> None:
        self._tries_left -= 1
        try:
            self._channel = self._pick().open(self._receive)
        except WorkerLost as error:
            self._fail(error)
            return
        wants_interim = self._on_interim is not None
        order = {"do": "open", "interim": wants_interim, "phrases": self._phrases}
        self._channel.send(order)
        if self._audio:
            self._send({"do": "feed", "silent": self._silent}, bytes(self._audio))
        if self._finishing:
            self._send({"do": "finish"})

    def _send(self, message: Message, payload: bytes = b"") -> None:
        if self._channel is not None and not self._channel.send(message, payload):
            log.debug("A recogniser is gone or far behind: %s", message["do"])

    def _receive(self, message: Message, payload: bytes) -> None:
        if self._dropped or self._answer.done():
            return
        if "lost" in message:
            self._channel = None
            if self._tries_left and not message["broken"]:
                log.warning("A recogniser died and is started again.")
                self._open()
            else:
                self._fail(WorkerLost(f"nothing heard: {message['lost']}"))
        elif "settled" in message:
            if self._on_interim is not None:
                self._on_interim(Interim(message["settled"], message["open"]))
        elif "text" in message:
            self._answer.set_result(Hearing(message["text"]))
            self._close()

    def _fail(self, error: WorkerLost) -> None:
        self._answer.set_exception(error)
        self._close()

    def _close(self) -> None:
        self._audio = bytearray()
        if self._channel is not None:
            self._channel.close()
            self._channel = None
