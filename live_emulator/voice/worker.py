"""Run a worker process and talk with it in frames over its pipes.

A frame is two lengths (4 bytes each, big-endian), a JSON object and raw bytes.
Works on every event loop and platform: two threads move the frames, and answers
reach the loop through `call_soon_threadsafe`. A worker runs in a process group
of its own, so Ctrl-C in a terminal reaches this process alone, and it ends by
itself when its standard input ends, that is, whenever this process does.
"""

import asyncio
import itertools
import json
import logging
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["Channel", "Message", "Worker", "WorkerLost", "read_frame", "write_frame"]

log = logging.getLogger(__name__)

_LENGTHS = struct.Struct("!II")
_MAX_QUEUED_BYTES = 64 * 1024 * 1024
_PATIENCE_S = 2.0

_PACKAGE = Path(__file__).resolve().parent.parent
_START = """
import runpy, sys, types
package = types.ModuleType("live_emulator")
package.__path__ = [sys.argv[1]]
sys.modules["live_emulator"] = package
runpy.run_module(sys.argv[2], run_name="__main__")
"""
"""Starts a worker with an empty package around it: whatever the emulator itself
imports would only cost time there, and has no business beside a GPL library. So
the worker also finds this very package, wherever it was imported from, and (with
-P) no module that happens to lie in the current folder.
"""

Message = Mapping[str, Any]


class WorkerLost(RuntimeError):
    """The worker process ended, or could not start, while it was needed."""


def read_frame(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next frame, or None when the pipe ends."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    message_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    body = pipe.read(message_bytes + payload_bytes)
    if len(body) < message_bytes + payload_bytes:
        return None
    return json.loads(body[:message_bytes]), body[message_bytes:]


def write_frame(pipe: IO[bytes], message: Message, payload: bytes = b"") -> None:
    """Write one frame and flush."""
    text = json.dumps(message, separators=(",", ":")).encode()
    pipe.write(_LENGTHS.pack(len(text), len(payload)) + text + payload)
    pipe.flush()


@dataclass(eq=False)
class Channel:
    """One conversation with a worker, bound to the event loop that opened it."""

    number: int
    _run: "_Run"
    _loop: asyncio.AbstractEventLoop
    _receive: Callable[[Message, bytes], None]

    def send(self, message: Message, payload: bytes = b"") -> bool:
        """Queue a frame; False if the worker is gone or far behind."""
        return self._run.send({**message, "id": self.number}, payload)

    def close(self) -> None:
        """Receive nothing more."""
        self._run.channels.pop(self.number, None)

    def deliver(self, message: Message, payload: bytes) -> None:
        """Hand a frame to the event loop; called from any thread."""
        with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            self._loop.call_soon_threadsafe(self._accept, message, payload)

    def _accept(self, message: Message, payload: bytes) -> None:
        if self.number in self._run.channels or "lost" in message:
            self._receive(message, payload)


class Worker:
    """A worker process that is started when needed, and again when it died."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._numbers = itertools.count(1)
        self._run: _Run | None = None
        self._lock = threading.Lock()
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The running process, if there is one."""
        run = self._run
        return run.process.pid if run and not run.ended.is_set() else None

    @property
    def load(self) -> int:
        """How many channels are open."""
        return len(self._run.channels) if self._run else 0

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
            run = self._running()
            channel = Channel(next(self._numbers), run, loop, receive)
            if run.add(channel):
                return channel

    def post(self, message: Message) -> None:
        """Send a message that gets no answer."""
        self._running().send(message, b"")

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
        """End the process and its threads; safe to call twice."""
        with self._lock:
            self._closed = True
            run = self._run
        if run is not None:
            await run.finish()

    def _running(self) -> "_Run":
        with self._lock:
            if self._closed:
                raise WorkerLost(f"the worker {self._module} was closed")
            if self._run is None or self._run.ended.is_set():
                self._run = _Run(self._module)
            return self._run


class _Run:
    """One life of a worker process, with the two threads that serve it."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.channels: dict[int, Channel] = {}
        self.ended = threading.Event()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._ready = False
        self._failure = ""
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[tuple[Message, bytes] | None]
        self._queue = queue.SimpleQueue()
        self._queued_bytes = 0
        self.process = _spawn(module)
        self._threads = [
            threading.Thread(target=work, name=f"{module}-{name}", daemon=True)
            for name, work in (("reader", self._read), ("writer", self._write))
        ]
        for thread in self._threads:
            thread.start()

    def add(self, channel: Channel) -> bool:
        with self._lock:
            if self.ended.is_set():
                return False
            self.channels[channel.number] = channel
            return True

    def send(self, message: Message, payload: bytes) -> bool:
        with self._lock:
            too_much = self._queued_bytes + len(payload) > _MAX_QUEUED_BYTES
            if self.ended.is_set() or too_much:
                return False
            self._queued_bytes += len(payload)
        self._queue.put((message, payload))
        return True

    async def finish(self) -> None:
        self._queue.put(None)
        event = asyncio.Event()
        with self._lock:
            if not self.ended.is_set():
                self._waiting.append((asyncio.get_running_loop(), event))
            else:
                event.set()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await event.wait()
        except TimeoutError:
            self.process.kill()
            await event.wait()
        finally:
            if not event.is_set():  # Cancelled: there is no time to be polite.
                self.process.kill()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _write(self) -> None:
        assert self.process.stdin is not None
        pipe = self.process.stdin
        with suppress(OSError, ValueError):
            while (frame := self._queue.get()) is not None:
                with self._lock:
                    self._queued_bytes -= len(frame[1])
                write_frame(pipe, *frame)
        with suppress(OSError, ValueError):
            pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with suppress(OSError, ValueError):
            while (frame := read_frame(self.process.stdout)) is not None:
                self._sort(*frame)
        code = self.process.wait()
        self.process.stdout.close()
        why = self._failure or f"it ended with exit code {code}"
        message = {"lost": f"{self.module}: {why}", "broken": not self._ready}
        with self._lock:
            self.ended.set()
            channels, self.channels = list(self.channels.values()), {}
            waiting, self._waiting = self._waiting, []
        self._queue.put(None)
        for channel in channels:
            channel.deliver(message, b"")
        for loop, event in waiting:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def _sort(self, message: dict[str, Any], payload: bytes) -> None:
        if "ready" in message:
            self._ready = True
        elif "failure" in message:
            self._failure = message["failure"]
        elif "log" in message:
            log.log(message["level"], "%s: %s", self.module, message["log"])
        elif channel := self.channels.get(message.get("id", 0)):
            channel.deliver(message, payload)


def _spawn(module: str) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise WorkerLost(
            f"{module} needs a process of its own, but sys.executable is empty, so "
            "the path of the Python interpreter is not known. Set sys.executable."
        )
    options: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags}
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(_PACKAGE), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **options,
        )
    except OSError as error:
        raise WorkerLost(f"{module} cannot be started: {error}") from error
