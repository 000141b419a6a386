"""Show every session's frames, live, on a page of the emulator itself.

Reachable from this machine's own pages alone: a foreign `Host` (DNS rebinding)
or `Origin` is refused, since transcripts may be private.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson
from aiohttp import web

from live_emulator.cassette.recording import FrameEvent
from live_emulator.inspector.saved_session import cassette_lines
from live_emulator.journal.journal import (
    Event,
    FaultMark,
    Frame,
    Journal,
    SessionRecord,
    loudness_of,
)
from live_emulator.loopback.environment import client_environment
from live_emulator.loopback.local_requests import is_local
from live_emulator.version import VERSION

__all__ = ["Inspector"]

_FILES = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_CASSETTE = re.compile(r"/sessions/(\d{1,9})/cassette")
_QUEUE_SIZE = 5_000
_BATCH = 500
_PAST_BATCH = 100
"""Frames whose loudness is measured at once: some milliseconds."""
_COLLECT_S = 0.03
"""What comes within so long is told at once: a page draws no faster."""
_HEARTBEAT_S = 5.0
_RETRY_MS = 1_000
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Inspector:
    """Serves the page and the stream of events behind it."""

    journal: Journal
    _run: str = field(default_factory=lambda: token_hex(8))
    """Tells a page that it found another emulator than before."""
    _streams: set["asyncio.Task[Any]"] = field(default_factory=set)

    def close(self) -> None:
        """End the streams to all pages."""
        for stream in self._streams:
            stream.cancel()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request below /inspector."""
        if not is_local(request):
            return web.Response(
                status=403, text="Open this page on the machine itself."
            )
        match request.path.removeprefix("/inspector"):
            case "":
                raise web.HTTPMovedPermanently("/inspector/")
            case "/":
                return _file("index.html")
            case "/events":
                return await self._events(request)
            case path if found := _CASSETTE.fullmatch(path):
                return await self._cassette(request, int(found[1]))
            case path:
                return _file(path.lstrip("/"))

    async def _cassette(self, request: web.Request, number: int) -> web.StreamResponse:
        """Send a session as a file that `--replay` reads."""
        records = list(self.journal)
        record = next((one for one in records if one.number == number), None)
        if record is None and not (records and 0 < number < records[-1].number):
            return web.Response(status=404, text=f"There is no session {number}.")
        frames = self.journal.whole.latest(number)
        if record is None or len(frames) < record.count:
            return web.Response(
                status=410,
                text=f"The emulator no longer has all frames of session {number}: it "
                "keeps the latest of all sessions. Save a session sooner, or start the "
                "emulator with --record to keep everything.",
            )
        if not frames:
            return web.Response(
                status=409, text=f"Session {number} has no frame that could be saved."
            )
        name = f"live-session-{number}.jsonl"
        response = web.StreamResponse(
            headers=_HEADERS
            | {
                "Content-Type": "application/x-ndjson",
                "Content-Disposition": f'attachment; filename="{name}"',
            }
        )
        await response.prepare(request)
        with suppress(ConnectionError):  # the page was closed
            for line in cassette_lines(record, frames):
                await response.write(line)
                await asyncio.sleep(0)  # a long session must not hold up others
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream everything that is remembered and everything that comes.

        Server-sent events, each a list of what happened, in order.
        """
        watcher = _Watcher()
        response = web.StreamResponse(
            headers=_HEADERS | {"Content-Type": "text/event-stream"}
        )
        await response.prepare(request)
        unsubscribe = self.journal.subscribe(watcher.tell)
        stream = asyncio.current_task()
        assert stream is not None
        self._streams.add(stream)
        try:
            # Up to this moment from the records, everything later from the watcher.
            past = _Past(self.journal)
            await response.write(b"retry: %d\n\n" % _RETRY_MS)
            url = f"http://{request.host}"
            variables = await asyncio.to_thread(client_environment, url)
            hello = {"kind": "hello", "run": self._run, "version": VERSION}
            await _write(response, [hello | {"environment": variables}])
            for batch in past.batches():
                await _write(response, batch)
                await asyncio.sleep(0)  # a long history must not hold up sessions
            await _write(response, [{"kind": "ready"}])
            while True:
                await _write(response, await watcher.next_batch())
        except ConnectionError:
            pass  # the page was closed
        finally:
            unsubscribe()
            self._streams.discard(stream)
        return response


class _Watcher:
    """Collects what one page has to be told."""

    def __init__(self, most: int = _QUEUE_SIZE, wait_s: float = _COLLECT_S) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(most)
        self._wait_s = wait_s
        self._missed = 0

    def tell(self, event: Event) -> None:
        """Take in an event; a page that is too slow misses it."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:  # rather than slow a session
            self._missed += 1

    async def next_batch(self) -> list[dict[str, Any]]:
        """Wait for something to tell; return it with what comes shortly after.

        Nothing, every few seconds, tells whether the page is still there.
        """
        events: list[Event] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(_HEARTBEAT_S):
                events.append(await self._queue.get())
        if events:
            await asyncio.sleep(self._wait_s)
        while len(events) < _BATCH and not self._queue.empty():
            events.append(self._queue.get_nowait())
        batch = [_as_json(*event) for event in events]
        if self._missed:
            batch.append({"kind": "missed", "count": self._missed})
            self._missed = 0
        return batch


class _Past:
    """What is remembered at one moment, told later and bit by bit."""

    def __init__(self, journal: Journal) -> None:
        self._sessions = [
            _PastSession(
                record,
                record.over,
                tuple(record.frames),
                tuple(record.faults),
                journal.whole.latest(record.number),
                record.count,
            )
            for record in journal
        ]

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Tell of all sessions, then of their frames, the newest session first."""
        yield [_as_json("opened", past.record, None) for past in self._sessions]
        for past in reversed(self._sessions):
            for start in range(0, len(past.frames), _PAST_BATCH):
                batch = past.frames[start : start + _PAST_BATCH]
                frames = [past.with_loudness(frame) for frame in batch]
                yield [_as_json("frame", past.record, frame) for frame in frames]
            if past.marks:
                yield [_as_json("fault", past.record, mark) for mark in past.marks]
            last = ["closed", "told"] if past.over else ["told"]
            yield [_as_json(kind, past.record, None) for kind in last]


@dataclass(frozen=True)
class _PastSession:
    """What is remembered of one session."""

    record: SessionRecord
    over: bool
    frames: tuple[Frame, ...]
    marks: tuple[FaultMark, ...]
    whole: tuple[FrameEvent, ...]
    """The latest of its frames with their audio."""
    count: int

    def with_loudness(self, frame: Frame) -> Frame:
        """Measure what nobody looked at when it passed, if its audio is still there."""
        place = frame.number - (self.count - len(self.whole))
        if frame.peaks or place < 0:
            return frame
        return replace(frame, peaks=loudness_of(self.whole[place].data))


def _file(name: str) -> web.Response:
    path = next((one for one in _FILES.iterdir() if one.name == name), None)
    if path is None or path.suffix not in _TYPES:
        return web.Response(status=404, text="There is no such file.")
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers=_HEADERS,
    )


def _as_json(
    kind: str, record: SessionRecord, what: Frame | FaultMark | None
) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": kind, "session": record.number}
    if what is not None:
        event |= {"at": round(what.at_s, 4), "text": what.text}
        if isinstance(what, Frame):
            event |= {
                "number": what.number,
                "direction": what.direction,
                "size": what.size,
                "peaks": what.peaks,
            }
    elif kind == "opened":
        event |= {
            "dialect": record.endpoint.dialect.value,
            "version": record.endpoint.version,
            "method": record.endpoint.method.value,
            "credential": record.endpoint.credential.kind.value,
            "sdk": record.client.sdk,
            "agent": record.client.agent,
            "origin": record.client.origin,
        }
    elif kind == "closed":
        if record.close is not None:
            event |= {"code": record.close.code, "reason": record.close.reason}
        event["clientCode"] = record.client_code
    return event


async def _write(response: web.StreamResponse, events: list[dict[str, Any]]) -> None:
    await response.write(b"data: " + orjson.dumps(events) + b"\n\n")
