"""Keep a worker process running: start it when needed, and again when it died.

One that wears out (libraries leak) gets a successor: that starts up beside it, takes
over what is opened from then on, and the old one ends with the last channel that is
open in it. So nobody waits, and nothing is lost.
"""

import asyncio
import itertools
import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from live_emulator.voice.process.frames import Message
from live_emulator.voice.process.worker_process import (
    Channel,
    WorkerLost,
    WorkerProcess,
)

__all__ = ["Channel", "Message", "Renewal", "Worker", "WorkerLost"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Renewal:
    """When and how workers are replaced; those that share it, one at a time."""

    max_wear: float = math.inf
    """What a process may report as ``wear`` before it is replaced."""
    permit: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    """Held from the start of a new process to the end of the old one."""


class Worker:
    """A worker process that is started when needed, and again when it died."""

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        renewal: Renewal | None = None,
    ) -> None:
        self._module = module
        self._arguments = tuple(arguments)
        self._renewal = renewal or Renewal()
        self._numbers = itertools.count(1)
        self._current: WorkerProcess | None = None
        self._successor: WorkerProcess | None = None
        self._retired: WorkerProcess | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._tolerated_wear = self._renewal.max_wear

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The running processes: at most one, and another while it is replaced."""
        return tuple(one.process_id for one in self._all() if not one.is_over)

    @property
    def is_ready(self) -> bool:
        """Whether the current process has started up."""
        process = self._current
        return process is not None and process.is_ready

    @property
    def load(self) -> int:
        """How many channels are open in the current process."""
        process = self._current
        return len(process.channels) if process else 0

    def start(self) -> None:
        """Start the process unless it runs; returns before it is ready.

        Raises:
            WorkerLost: It cannot be started, or this worker was closed.

        """
        self._running()

    def open(self, receive: Callable[[Message, bytes], None]) -> Channel:
        """Open a channel; `receive` is called on the running event loop.

        If the worker ends, each channel receives a last message whose ``lost``
        says why; ``broken`` in it says that trying again is of no use.

        Raises:
            WorkerLost: As for `start`.

        """
        loop = asyncio.get_running_loop()
        while True:
            process = self._running()
            channel = Channel(next(self._numbers), process, loop, receive)
            if process.add(channel):
                return channel

    async def ready(self) -> None:
        """Wait until the process has started up.

        Raises:
            WorkerLost: As for `start`.

        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Message] = loop.create_future()

        def receive(message: Message, payload: bytes) -> None:
            if not answer.done():
                answer.set_result(message)

        channel = self.open(receive)
        channel.send({"do": "ping"})
        try:
            message = await answer
        finally:
            channel.close()
        if "lost" in message:
            raise WorkerLost(str(message["lost"]))

    async def close(self) -> None:
        """End all processes and their threads; safe to call twice."""
        with self._lock:
            self._closed = True
        await asyncio.gather(*(process.finish() for process in self._all()))

    def worn(self, process: WorkerProcess, wear: int) -> None:
        """Start a successor if it is time for one; see `Owner`."""
        with self._lock:
            if self._closed or process is not self._current:
                return
            if wear < self._tolerated_wear or not self._renewal.permit.acquire(False):
                return  # The process will say it again.
            try:
                self._successor = self._start_process()
            except WorkerLost as error:
                self._go_on(str(error))
                return
            self._successor.ask_when_ready()

    def ready_to_take_over(self, process: WorkerProcess) -> None:
        """Have the successor take over; see `Owner`."""
        with self._lock:
            if self._closed or process is not self._successor:
                return
            old = self._retired = self._current
            self._install(process)
            if old is not None:
                old.retire()

    def ended(self, process: WorkerProcess) -> None:
        """Know what does not run any more; see `Owner`."""
        with self._lock:
            if process is self._retired:
                self._renewal.permit.release()
            elif process is self._successor:
                self._successor = None
                self._go_on("its successor ended too early")
            elif process is self._current:
                if self._successor is not None:
                    # It died on the way: the successor takes over, ready or not.
                    self._renewal.permit.release()
                self._install(self._successor)

    def _go_on(self, why: str) -> None:
        """Keep the worn process for as long again."""
        if not self._closed:
            log.warning("%s cannot be replaced now: %s.", self._module, why)
        self._tolerated_wear += self._renewal.max_wear
        self._renewal.permit.release()

    def _start_process(self) -> WorkerProcess:
        return WorkerProcess(self._module, self._arguments, self)

    def _install(self, process: WorkerProcess | None) -> None:
        self._current, self._successor = process, None
        self._tolerated_wear = self._renewal.max_wear

    def _running(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise WorkerLost(f"the worker {self._module} was closed")
            if self._current is None:
                self._install(self._start_process())
            assert self._current is not None
            return self._current

    def _all(self) -> list[WorkerProcess]:
        everyone = (self._current, self._successor, self._retired)
        return [process for process in everyone if process is not None]
