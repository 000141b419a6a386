"""Show every session's frames, live, on a page of the emulator itself.

Reachable from this machine's own pages alone: a foreign `Host` (DNS rebinding)
or `Origin` is refused, since transcripts may be private.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from live_emulator.journal import Event, Frame, Journal, SessionRecord

__all__ = ["Inspector"]

_FILES = Path(__file__).with_name("inspector_page")
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_QUEUE_SIZE = 5_000
_BATCH = 500
_HEARTBEAT_S = 5.0
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Inspector:
    """Serves the page and the stream of events behind it."""

    journal: Journal
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
            case path:
                return _file(path.lstrip("/"))

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
            for past in [_history(record) for record in self.journal]:
                for start in range(0, len(past), _BATCH):
                    await _write(response, past[start : start + _BATCH])
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

    def __init__(self, most: int = _QUEUE_SIZE) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(most)
        self._missed = 0

    def tell(self, event: Event) -> None:
        """Take in an event; a page that is too slow misses it."""
        try:
            self._queue.put_nowait(_as_json(*event))
        except asyncio.QueueFull:  # rather than slow a session
            self._missed += 1

    async def next_batch(self) -> list[dict[str, Any]]:
        """Wait for something to tell; return all there is.

        Nothing, every few seconds, tells whether the page is still there.
        """
        batch: list[dict[str, Any]] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(_HEARTBEAT_S):
                batch.append(await self._queue.get())
        while len(batch) < _BATCH and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        if self._missed:
            batch.append({"kind": "missed", "count": self._missed})
            self._missed = 0
        return batch


def is_local(request: web.Request) -> bool:
    """Return whether a request comes from a page or program of this machine."""
    host = request.headers.get("Host", "").rsplit(":", 1)[0]
    if host not in _LOCAL_HOSTS:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return origin.partition("//")[2].rsplit(":", 1)[0] in _LOCAL_HOSTS


def _file(name: str) -> web.Response:
    path = _FILES / name
    if path.parent != _FILES or path.suffix not in _TYPES or not path.is_file():
        return web.Response(status=404, text="There is no such file.")
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers=_HEADERS,
    )


def _history(record: SessionRecord) -> list[dict[str, Any]]:
    """Return all that is remembered of a session."""
    events = [_as_json("opened", record, None)]
    events += [_as_json("frame", record, frame) for frame in record.frames]
    if record.over:
        events.append(_as_json("closed", record, None))
    return events


def _as_json(kind: str, record: SessionRecord, frame: Frame | None) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": kind, "session": record.number}
    if frame is not None:
        event |= {
            "at": round(frame.at_s, 4),
            "direction": frame.direction,
            "size": frame.size,
            "text": frame.text,
            "peaks": frame.peaks,
        }
    elif kind == "opened":
        event |= {
            "dialect": record.endpoint.dialect.value,
            "version": record.endpoint.version,
            "method": record.endpoint.method.value,
            "credential": record.endpoint.credential.kind.value,
        }
    elif record.close is not None:
        event |= {"code": record.close.code, "reason": record.close.reason}
    return event


async def _write(response: web.StreamResponse, events: list[dict[str, Any]]) -> None:
    await response.write(b"data: " + orjson.dumps(events) + b"\n\n")
