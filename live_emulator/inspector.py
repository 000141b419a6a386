"""Show every session's frames, live, on a page of the emulator itself.

Reachable from this machine's own pages alone: a foreign `Host` (DNS rebinding)
or `Origin` is refused, since transcripts may be private.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
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
}
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_QUEUE_SIZE = 1_000
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Inspector:
    """Serves the page and the stream of events behind it."""

    journal: Journal

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
        """Stream everything that is remembered and everything that comes."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_QUEUE_SIZE)

        def tell(event: Event) -> None:
            # A page that is too slow misses events rather than slow a session.
            with suppress(asyncio.QueueFull):
                queue.put_nowait(_as_json(*event))

        response = web.StreamResponse(
            headers=_HEADERS | {"Content-Type": "text/event-stream"}
        )
        await response.prepare(request)
        unsubscribe = self.journal.subscribe(tell)
        try:
            for record in self.journal:
                await _write(response, _as_json("opened", record, None))
                for frame in list(record.frames):
                    await _write(response, _as_json("frame", record, frame))
                if record.over:
                    await _write(response, _as_json("closed", record, None))
            while True:
                await _write(response, await queue.get())
        except ConnectionError:
            pass  # the page was closed
        finally:
            unsubscribe()
        return response


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


def _as_json(kind: str, record: SessionRecord, frame: Frame | None) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": kind, "session": record.number}
    if frame is not None:
        event |= {
            "at": round(frame.at_s, 4),
            "direction": frame.direction,
            "size": frame.size,
            "text": frame.text,
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


async def _write(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(b"data: " + orjson.dumps(event) + b"\n\n")
