"""Turn speech into text in worker processes: the side of the event loop."""

import asyncio
import logging
import math
import threading
from collections import OrderedDict
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
    HeardWord,
    Hearing,
    Vocabulary,
)

__all__ = ["MAX_UTTERANCE_S", "WorkerRecogniser"]

log = logging.getLogger(__name__)

MAX_UTTERANCE_S = 600
"""Audio beyond this is not listened to."""

_TRIES = 2
_MAX_CURRENT = 8
"""Vocabularies that a new worker prepares: those of the sessions last heard of."""


class WorkerRecogniser:
    """A `Recogniser` with worker processes: any number of utterances at a time.

    The first worker starts with the first utterance or vocabulary, or with
    ``async with``; others when the running ones are busy. One that dies is started
    again, and what was said into it is heard once more.
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
        self._current: OrderedDict[Vocabulary, None] = OrderedDict()
        self._lock = threading.Lock()
        self._renewal = Renewal(max_wear, self._preparations)
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

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Build the models of a vocabulary ahead of time; returns at once."""
        self._remember(vocabulary)
        with suppress(WorkerLost):  # Whoever listens will be told.
            self._pick()
            for worker in self._workers:
                worker.post(_preparation(vocabulary))

    def listen(
        self,
        vocabulary: Vocabulary,
        on_partial: Callable[[str], None] | None = None,
    ) -> "_Listener":
        """Open an utterance; see `Recogniser.listen`. Needs a running loop."""
        return _Listener(self._pick, vocabulary, on_partial)

    def _pick(self) -> Worker:
        """Return the worker with the least to do, a new one if all have some."""
        if self._closed:
            raise WorkerLost("the recogniser was closed")
        free = min(self._workers, key=lambda worker: worker.load, default=None)
        if free is not None and (
            not free.load or len(self._workers) == self._max_workers
        ):
            return free
        worker = Worker(self._module, self._arguments, self._renewal)
        self._workers.append(worker)
        with suppress(WorkerLost):
            for message in self._preparations()[-1:]:
                worker.post(message)
        return worker

    def _remember(self, vocabulary: Vocabulary) -> None:
        with self._lock:
            self._current[vocabulary] = None
            self._current.move_to_end(vocabulary)
            if len(self._current) > _MAX_CURRENT:
                self._current.popitem(last=False)

    def _preparations(self) -> list[Message]:
        with self._lock:
            return [_preparation(vocabulary) for vocabulary in self._current]


class _Listener:
    """One utterance on its way to a worker."""

    def __init__(
        self,
        pick: Callable[[], Worker],
        vocabulary: Vocabulary,
        on_partial: Callable[[str], None] | None,
    ) -> None:
        self._pick = pick
        self._vocabulary = vocabulary
        self._on_partial = on_partial
        self._audio = bytearray()
        self._finishing = False
        self._dropped = False
        self._tries_left = _TRIES
        self._answer: asyncio.Future[Hearing] = (
            asyncio.get_running_loop().create_future()
        )
        self._channel: Channel | None = None
        self._open()

    def feed(self, pcm: bytes) -> None:
        """Add audio; see `Listener.feed`."""
        if self._finishing or self._dropped:
            return
        room = MAX_UTTERANCE_S * INPUT_RATE_HZ * 2 - len(self._audio)
        if len(pcm) > room:
            if room > 0:
                log.warning("Nobody listens to more than %d s.", MAX_UTTERANCE_S)
            pcm = pcm[: max(0, room)]
        self._audio += pcm
        self._send({"do": "feed"}, bytes(pcm))

    async def finish(self) -> Hearing:
        """Return what was heard; see `Listener.finish`.

        Raises:
            WorkerLost: No worker could be kept running.

        """
        if not self._finishing and not self._dropped:
            self._finishing = True
            self._send({"do": "finish"})
        # A caller who is cancelled must not take the answer from another one.
        return await asyncio.shield(self._answer)

    def drop(self) -> None:
        """Forget the utterance; see `Listener.drop`."""
        if self._dropped:
            return
        self._dropped = True
        self._send({"do": "drop"})
        self._close()
        if not self._answer.done():
            self._answer.set_result(Hearing(""))
        elif not self._answer.cancelled():
            self._answer.exception()  # Nobody may have asked; that is no error.

    def _open(self) -> None:
        self._tries_left -= 1
        try:
            self._channel = self._pick().open(self._receive)
        except WorkerLost as error:
            self._fail(error)
            return
        wants_partials = self._on_partial is not None
        order = {"do": "open", "partials": wants_partials}
        self._channel.send({**order, **_fields(self._vocabulary)})
        if self._audio:
            self._send({"do": "feed"}, bytes(self._audio))
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
        elif "partial" in message:
            if self._on_partial is not None:
                self._on_partial(message["partial"])
        elif "text" in message:
            words = tuple(HeardWord(*word) for word in message["words"])
            hearing = Hearing(message["text"], message["source"], words)
            self._answer.set_result(hearing)
            self._close()

    def _fail(self, error: WorkerLost) -> None:
        self._answer.set_exception(error)
        self._close()

    def _close(self) -> None:
        self._audio = bytearray()
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _preparation(vocabulary: Vocabulary) -> Message:
    return {"do": "prepare", **_fields(vocabulary)}


def _fields(vocabulary: Vocabulary) -> dict[str, object]:
    return {"grammar": vocabulary.grammar, "phrases": list(vocabulary.phrases)}
