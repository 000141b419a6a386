"""A small model server that says what a test wants, over real HTTP."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

__all__ = ["ModelServer", "chunk", "model_server", "sse", "tool_call"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def chunk(text: str | None = None, **delta: Any) -> str:
    """Return one event of a stream."""
    if text is not None:
        delta["content"] = text
    return sse({"choices": [{"index": 0, "delta": delta}]})


def sse(value: Any) -> str:
    """Return a value as an event."""
    return f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n"


def tool_call(
    index: int | None, name: str | None, arguments: Any, call_id: str | None = None
) -> str:
    """Return a piece of a call as an event."""
    function = {"name": name, "arguments": arguments}
    piece: dict[str, Any] = {"type": "function", "function": function}
    piece |= {} if index is None else {"index": index}
    piece |= {} if call_id is None else {"id": call_id}
    return chunk(tool_calls=[piece])


class ModelServer:
    """Each request for a completion uses up the next answer."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: deque[Handler] = deque()
        self.models: Any = {"data": [{"id": "nomic-embed"}, {"id": "tiny"}]}
        self.asked: list[dict[str, Any]] = []
        """Bodies of the requests, oldest first."""
        self.headers: list[dict[str, str]] = []
        self.was_asked = asyncio.Event()
        self.listed = 0
        self.closed = asyncio.Event()
        """A client went away before its answer was complete."""

    def say(self, *events: str | asyncio.Event, done: bool = True) -> None:
        """Prepare a stream; an asyncio.Event in it is waited for."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            try:
                for event in events:
                    if isinstance(event, asyncio.Event):
                        await event.wait()
                    else:
                        await response.write(event.encode())
                if done:
                    await response.write(b"data: [DONE]\n\n")
            except (asyncio.CancelledError, ConnectionError):
                self.closed.set()
                raise
            return response

        self.answers.append(answer)

    def give(
        self, body: Any, status: int = 200, kind: str = "application/json"
    ) -> None:
        """Prepare a plain response."""
        text = body if isinstance(body, str) else json.dumps(body)

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(text=text, status=status, content_type=kind)

        self.answers.append(answer)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        self.was_asked.set()
        return await self.answers.popleft()(request)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.listed += 1
        if isinstance(self.models, web.Response):
            return self.models
        return web.json_response(self.models)


@asynccontextmanager
async def model_server() -> AsyncIterator[ModelServer]:
    """Run a model server on a free port."""
    server = ModelServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server._complete)
    app.router.add_get("/v1/models", server._list)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
