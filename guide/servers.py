"""Run a chapter's server, alone or as a service of ``python3 guide.py``.

A chapter's ``server.py`` ends with this::

    app = FastAPI()
    ...
    if __name__ == "__main__":
        raise SystemExit(run_server(app, chapter=8))

The chapter announces it in `guide.chapters`, with its port and the path that says
that it is well.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from guide.chapters import CHAPTERS
from guide.loopback import listen, obey_signals, port_number, why_not
from guide.pages.asgi import guarded
from guide.pages.settings import Settings

__all__ = ["run_server", "server_of"]

REQUEST_WITHIN_S = 10.0
"""How long a connection may take to send the head of a request, and how long nothing
may come of its body."""

ENDS_WITHIN_S = 3.0
"""How long open connections may take to end when the server is asked to."""

_OPTIONS: dict[str, Any] = {
    "ws": "websockets-sansio",
    # Audio does not get smaller, only later.
    "ws_per_message_deflate": False,
    "ws_max_size": 2**20,
    "access_log": False,
    "log_level": "warning",
    "server_header": False,
    "timeout_graceful_shutdown": ENDS_WITHIN_S,
}


def run_server(
    app: Starlette,
    *,
    chapter: int,
    arguments: Sequence[str] | None = None,
    **options: Any,
) -> int:
    """Serve an application and the guide's pages until interrupted.

    It listens on this machine alone, refuses other websites (`guide.pages.asgi`),
    and hangs up on who does not finish a request.

    Args:
        app: FastAPI's or Starlette's.
        chapter: Number of the chapter that announces the server.
        arguments: Of the command line; `sys.argv` by default.
        options: Of `uvicorn.Config`, in the place of ours.

    Returns:
        The exit code: 2 if the port is taken, 3 if the application did not start.

    """
    found = next(one for one in CHAPTERS if one.number == chapter)
    if found.server is None:
        raise ValueError(f"Chapter {chapter} announces no server in guide/chapters.py.")
    parser = argparse.ArgumentParser(description=f"The server of chapter {chapter}.")
    parser.add_argument(
        "--port",
        type=port_number,
        default=found.server.port,
        help=f"default: {found.server.port}; 0 for any free one",
    )
    port = parser.parse_args(arguments).port
    obey_signals()
    try:
        sockets = listen(port)
    except OSError as error:
        print(why_not(error, port), file=sys.stderr)
        return 2
    port = sockets[0].getsockname()[1]
    settings = Settings.from_environment(port, os.environ)
    home = f"http://localhost:{port}/{found.folder if found.has_page else ''}"
    server = server_of(app, settings, says=f"Ready: {home}", **options)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=sockets)
    return 0 if server.started else 3


def server_of(
    app: Starlette, settings: Settings, *, says: str = "", **options: Any
) -> uvicorn.Server:
    """Return uvicorn's server for an application, guarded and with the pages.

    Args:
        app: FastAPI's or Starlette's.
        settings: With the port that it listens on.
        says: Printed once it answers.
        options: Of `uvicorn.Config`, in the place of ours.

    """
    config = uvicorn.Config(
        guarded(app, settings), **{"http": _TimelyHTTP, **_OPTIONS, **options}
    )
    logging.getLogger("uvicorn.error").addFilter(_is_our_fault)
    return _TalkingServer(config, says)


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Tell mistakes of the program from what any client can bring about.

    uvicorn logs some of the latter as errors, with a traceback, one for each request.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ClientDisconnect):
        return False
    return not record.getMessage().startswith(
        (
            # Said of every WebSocket that was refused with an answer of its own.
            "ASGI callable returned without completing handshake",
            "Invalid UTF-8 sequence received from client",
            "Invalid HTTP request received",
        )
    )


class _TalkingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, says: str) -> None:
        super().__init__(config)
        self._says = says

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._says:
            print(self._says, flush=True)


class _TimelyHTTP(H11Protocol):
    """uvicorn's HTTP, with a deadline for heads and for parts of bodies.

    uvicorn limits only the time in which nothing at all arrives after an answer.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._heard_s = self.loop.time()
        self.loop.call_later(REQUEST_WITHIN_S, self._hang_up_after, None)

    def data_received(self, data: bytes) -> None:
        self._heard_s = self.loop.time()
        super().data_received(data)

    def on_response_complete(self) -> None:
        answered = self.cycle
        super().on_response_complete()
        self.loop.call_later(REQUEST_WITHIN_S, self._hang_up_after, answered)

    def _hang_up_after(self, answered: object) -> None:
        """Close if there was no request since the one that was answered."""
        # A connection that became a WebSocket is no longer among these.
        if self not in self.connections:
            return
        if self.cycle is answered:
            self.transport.close()
        elif self._is_half:
            self.loop.call_later(REQUEST_WITHIN_S, self._hang_up_within, self.cycle)

    def _hang_up_within(self, begun: object) -> None:
        """Close if the body of a request that had begun does not go on.

        A large one may take its time.
        """
        if self not in self.connections or self.cycle is not begun or not self._is_half:
            return
        left_s = REQUEST_WITHIN_S - (self.loop.time() - self._heard_s)
        if left_s > 0:
            self.loop.call_later(left_s, self._hang_up_within, begun)
        else:
            self.transport.close()

    @property
    def _is_half(self) -> bool:
        """A request's head is there, and its body is not."""
        return self.cycle.more_body and not self.cycle.response_complete
