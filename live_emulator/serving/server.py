"""Listen on loopback, tell TLS from plain, and route what comes in.

Both kinds share one port: the Python SDK insists on `wss`, pages want `ws`. The
first byte of a connection decides (0x16 begins a TLS handshake).
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from aiohttp import web

from live_emulator.clock import Clock
from live_emulator.errors import EmulatorError
from live_emulator.faults.board import FaultBoard
from live_emulator.faults.endpoint import Control, refusal
from live_emulator.inspector.inspector import Inspector
from live_emulator.journal.journal import Client, Journal, SessionRecord
from live_emulator.loopback import tunnel
from live_emulator.loopback.accounts import Accounts
from live_emulator.loopback.client_socket import PlainSocket
from live_emulator.loopback.discreet_logger import discreet_logger
from live_emulator.loopback.limits import (
    FIRST_BYTE_WITHIN_S,
    LARGE_BODY_BYTES,
    MAX_BODY_BYTES,
    MAX_LARGE_BODIES,
    MAX_SILENT,
    REQUEST_WITHIN_S,
    SETUP_WITHIN_S,
)
from live_emulator.protocol.endpoints import (
    LiveEndpoint,
    find_credential,
    find_live_endpoint,
)
from live_emulator.protocol.fault import Fault
from live_emulator.serving.connection import Connection
from live_emulator.serving.line import Line
from live_emulator.serving.services import Services
from live_emulator.serving.unary_api import UnaryApi
from live_emulator.session.machine import Session
from live_emulator.session.shared import SharedState
from live_emulator.session.user_input import MakeResampler
from live_emulator.substitutes.substitute import HostServer, Substitute
from live_emulator.version import VERSION

__all__ = ["PortTaken", "Server"]

log = logging.getLogger("live_emulator")

_TLS_HANDSHAKE = b"\x16"
_BACKLOG = 512


class PortTaken(EmulatorError, OSError):
    """Somebody else listens where the emulator should."""


class Server:
    """The emulator's sockets; everything behind them is given to it."""

    def __init__(
        self,
        services: Services,
        shared: SharedState,
        clock: Clock,
        *,
        make_resampler: MakeResampler,
        tls: ssl.SSLContext,
        vertex_tls: ssl.SSLContext,
        accounts: Accounts,
        seed: int,
        faults: Sequence[Fault] = (),
        substitute: Substitute | None = None,
    ) -> None:
        self._services = services
        self._shared = shared
        self._clock = clock
        self._make_resampler = make_resampler
        self._tls = tls
        self._vertex_tls = vertex_tls
        self.accounts = accounts
        self._seed = seed
        self.substitute = substitute
        """What serves the sessions instead of the emulated model."""
        self.journal = Journal(clock.now)
        self.faults = FaultBoard(faults, seed)
        self._inspector = Inspector(self.journal)
        self._control = Control(self.faults)
        self._unary = UnaryApi(services, shared, clock, seed)
        self._large_bodies = asyncio.Semaphore(MAX_LARGE_BODIES)
        self._sockets: list[socket.socket] = []
        self._accepting: set[asyncio.Task[None]] = set()
        self._live: set[web.WebSocketResponse] = set()
        self._opening: dict[SessionRecord, tuple[float, asyncio.Transport]] = {}
        """Sessions by age, with the time when each was opened."""
        self._runner: web.AppRunner
        self.port = 0

    async def start(self, port: int) -> None:
        """Begin to listen on 127.0.0.1 and ::1; port 0 takes a free one.

        Raises:
            PortTaken: If another program listens there.

        """
        self._sockets = _listen(port)
        self.port = self._sockets[0].getsockname()[1]
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            logger=discreet_logger("live_emulator.http"),
            keepalive_timeout=REQUEST_WITHIN_S,
        )
        await self._runner.setup()
        for listening in self._sockets:
            self._spawn(self._accept(listening))

    async def stop(self) -> None:
        """Close every connection and stop to listen."""
        for task in list(self._accepting):
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for listening in self._sockets:
            listening.close()
        for live in list(self._live):
            with suppress(ConnectionError):
                await live.close(code=1001, message=b"The emulator stops.")
        self._inspector.close()
        await self._runner.cleanup()

    # --- accepting

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        failed = False
        while True:
            try:
                client, _ = await loop.sock_accept(listening)
            except OSError as error:  # out of file descriptors, most likely
                if not failed:
                    log.warning("A connection could not be accepted: %s", error)
                failed = True
                await asyncio.sleep(0.1)
                continue
            failed = False
            self._spawn(self._open(client))

    async def _open(self, client: socket.socket) -> None:
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIRST_BYTE_WITHIN_S):
                first, certified = await _peek(client), self._tls
                if first == tunnel.FIRST_BYTE:
                    is_open = await tunnel.accept_tunnel(client)
                    first = await _peek(client) if is_open else b""
                    certified = self._vertex_tls
            if first:
                tls = certified if first == _TLS_HANDSHAKE else None
                assert self._runner.server is not None
                await loop.connect_accepted_socket(self._runner.server, client, ssl=tls)
                return
        except (OSError, TimeoutError):
            pass  # a client that does not trust us, or says nothing
        except asyncio.CancelledError:
            client.close()
            raise
        client.close()

    # --- routing

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            size = request.content_length  # None if it comes in pieces
            is_large = request.body_exists and (size is None or size > LARGE_BODY_BYTES)
            async with self._large_bodies if is_large else nullcontext():
                return await self._call(request)
        return await self._open_session(request)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """Answer a request that opens no session."""
        try:
            async with asyncio.timeout(REQUEST_WITHIN_S):
                await request.read()  # aiohttp keeps it for who reads it next
        except TimeoutError:
            return web.Response(status=408, text="The request did not come whole.")
        except ConnectionError:
            return web.Response(status=400)  # for nobody: the client has left
        if request.path == "/emulator":
            return web.json_response(self._identity())
        if request.path == "/inspector" or request.path.startswith("/inspector/"):
            return await self._inspector.handle(request)
        if (told := await self.accounts.answer(request)) is not None:
            return told
        if request.path.startswith("/control/"):
            return await self._control.handle(request)
        if self.substitute is not None:
            answer = await self.substitute.answer(request)
            if answer is not None:
                return answer
        credential = find_credential(request.query, request.headers)
        if (refused := self.accounts.refusal(credential)) is not None:
            return refused
        return await self._unary.handle(request)

    async def _open_session(self, request: web.Request) -> web.StreamResponse:
        endpoint = find_live_endpoint(request.path, request.query, request.headers)
        if endpoint is None:
            return web.Response(status=404, text="There is no such live endpoint.")
        if not self._has_room():
            sentence = "Too many sessions wait for their setup."
            return web.Response(status=503, text=sentence)
        if self.substitute is not None:
            host = HostServer(
                self._clock, self.journal, partial(self._track, request.transport)
            )
            return await self.substitute.run_session(request, endpoint, host)
        return await self._run_session(request, endpoint)

    def _identity(self) -> dict[str, object]:
        return {
            "name": "live_emulator",
            "version": VERSION,
            "seed": self._seed,
            "sessions": len(self._live),
            "taken": self.journal.taken,
            "tasks": len(asyncio.all_tasks()),
        }

    async def _run_session(
        self, request: web.Request, endpoint: LiveEndpoint
    ) -> web.StreamResponse:
        record = self.journal.open(endpoint, Client.of(request.headers))
        if (fault := self.faults.refusal(record.number)) is not None:
            self.journal.mark(record, str(fault))
            self.journal.end(record, None)
            return refusal(fault)
        if (refused := self.accounts.refusal(endpoint.credential)) is not None:
            self.journal.mark(
                record, f"bearer token refused with HTTP {refused.status}"
            )
            self.journal.end(record, None)
            return refused
        live = PlainSocket(answers_pings=False)
        transport = request.transport
        await live.prepare(request)
        assert transport is not None  # or prepare would have failed
        session = Session(
            endpoint,
            self._shared,
            make_resampler=self._make_resampler,
            seed=self._seed,
        )
        with self._track(transport, live, record):
            line = Line(live, transport, self.journal, record)
            connection = Connection(
                line, session, self._services, self._clock, self.faults
            )
            await connection.run()
        return live

    def _has_room(self) -> bool:
        """Tell whether one more session may wait for its setup.

        One that has waited too long makes room.
        """
        silent = [one for one in self._opening if not one.count]
        if len(silent) < MAX_SILENT:
            return True
        waited_s = asyncio.get_running_loop().time() - self._opening[silent[0]][0]
        if waited_s < SETUP_WITHIN_S:
            return False
        log.warning("Session %d is dropped: no setup came.", silent[0].number)
        _, transport = self._opening.pop(silent[0])
        transport.abort()
        return True

    @contextmanager
    def _track(
        self,
        transport: asyncio.Transport | None,
        live: web.WebSocketResponse,
        record: SessionRecord | None,
    ) -> Iterator[None]:
        """Close the socket when the server stops, or if room is needed for others.

        A session counts among those that may still wait for their setup.
        """
        self._live.add(live)
        if record is not None and transport is not None:
            self._opening[record] = asyncio.get_running_loop().time(), transport
        try:
            yield
        finally:
            self._live.discard(live)
            if record is not None:
                self._opening.pop(record, None)


def _listen(port: int) -> list[socket.socket]:
    """Listen on both loopback addresses, on the same port."""
    try:
        sockets = [_bind(socket.AF_INET, "127.0.0.1", port)]
    except OSError as error:
        raise PortTaken(f"Port {port} is taken: {error.strerror}.") from None
    port = sockets[0].getsockname()[1]
    # Without IPv6, or with somebody else there, IPv4 has to do.
    with suppress(OSError):
        sockets.append(_bind(socket.AF_INET6, "::1", port))
    return sockets


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listening.setblocking(False)
    return listening


async def _peek(client: socket.socket) -> bytes:
    """Return the first byte of a connection and leave it there."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return client.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            readable = loop.create_future()
            loop.add_reader(client.fileno(), _set_done, readable)
            try:
                await readable
            finally:
                loop.remove_reader(client.fileno())


def _set_done(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
