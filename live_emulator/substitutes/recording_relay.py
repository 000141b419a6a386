"""Relay every session to the service, or to another emulator, and write it down.

Frames go through unchanged, and are written after they went. Pings are answered on
each side; they tell about one connection alone. Both directions wait for whoever does
not read, so nothing piles up here.
"""

import asyncio
import logging
from contextlib import suppress

import aiohttp
from aiohttp import WSMsgType, web

from live_emulator.cassette.file import CassetteWriter, Track, describe_endpoint
from live_emulator.cassette.recording import (
    CloseEvent,
    FrameEvent,
    Refusal,
)
from live_emulator.journal.journal import Client, SessionRecord
from live_emulator.loopback.client_socket import ClientGone, ClientSocket
from live_emulator.loopback.local_requests import CORS_HEADERS
from live_emulator.protocol.closing import DROPPED, NO_CODE, Close
from live_emulator.protocol.endpoints import LiveEndpoint
from live_emulator.substitutes.substitute import HostServer
from live_emulator.substitutes.upstream import (
    LOOP,
    Refused,
    Unreachable,
    Upstream,
    UpstreamSession,
)

__all__ = ["RecordingRelay"]

log = logging.getLogger("live_emulator")

_CLOSE_TIMEOUT_S = 2.0
_PASSED_HEADERS = ("Content-Type", "Retry-After", "WWW-Authenticate")
_HOP_HEADERS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"}
)


class RecordingRelay:
    """Stands between clients and the service."""

    def __init__(self, writer: CassetteWriter, upstream: Upstream) -> None:
        """Relay to an upstream; the caller closes the writer afterwards."""
        self._writer = writer
        self._upstream = upstream

    async def run_session(
        self, request: web.Request, endpoint: LiveEndpoint, host: HostServer
    ) -> web.StreamResponse:
        """Relay one session to its end."""
        if self._upstream.has_been_here(request):
            return web.Response(status=508, text=LOOP)
        target = self._upstream.target(request)
        for secret in target.secrets:
            self._writer.scrubber.add(secret)
        if project := request.headers.get("x-goog-user-project"):
            self._writer.scrubber.add_project(project)
        opened_at = host.clock.now()
        try:
            upstream = await self._upstream.connect(target)
        except Refused as refused:
            at_s = host.clock.now() - opened_at
            track = self._writer.open_session(describe_endpoint(endpoint))
            self._writer.write(track, Refusal(at_s, refused.status, refused.body))
            return _pass_refusal(refused)
        except Unreachable as problem:
            return await _close_unreachable(request, host, str(problem))
        track = self._writer.open_session(describe_endpoint(endpoint))
        client = ClientSocket()
        async with upstream:
            await client.prepare(request)
            record = host.journal.open(endpoint, Client.of(request.headers))
            relayed = _Relayed(client, upstream, self._writer, track, host, record)
            with host.track(client, record):
                await relayed.run()
        return client

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """Pass on a call that is not live; it is not recorded."""
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=CORS_HEADERS)
        if self._upstream.has_been_here(request):
            return web.Response(status=508, text=LOOP)
        target = self._upstream.target(request)
        try:
            async with (
                self._upstream.client(target) as http,
                http.request(
                    request.method,
                    target.url,
                    headers=target.headers,
                    data=await request.read() or None,
                    allow_redirects=False,
                ) as answer,
            ):
                headers = [
                    (name, value)
                    for name, value in answer.headers.items()
                    if name.lower() not in _HOP_HEADERS
                ]
                response = web.StreamResponse(status=answer.status, headers=headers)
                await response.prepare(request)
                async for piece in answer.content.iter_any():
                    await response.write(piece)
                await response.write_eof()
                return response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            sentence = self._upstream.sentence(target, error)
            log.error("%s", sentence)
            return web.Response(status=502, text=sentence)


class _Relayed:
    """One session between a client and the upstream."""

    def __init__(
        self,
        client: ClientSocket,
        upstream: UpstreamSession,
        writer: CassetteWriter,
        track: Track,
        host: HostServer,
        record: SessionRecord,
    ) -> None:
        self._client = client
        self._upstream = upstream
        self._writer = writer
        self._track = track
        self._clock = host.clock
        self._journal = host.journal
        self._record = record
        self._opened_at = host.clock.now()

    async def run(self) -> None:
        """Relay until either side ends it."""
        from_client = asyncio.create_task(self._from_client(), name="from client")
        from_upstream = asyncio.create_task(self._from_upstream(), name="from upstream")
        pumps = (from_client, from_upstream)
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in done:
                pump.result()  # An error is not taken for the end of a session.
            if self._upstream.end is not None:
                from_client.cancel()
                await asyncio.gather(from_client, return_exceptions=True)
                await self._end_by_upstream(*self._upstream.end)
            else:
                await self._end_by_client(from_client, from_upstream)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            if not self._record.over:
                self._journal.end(self._record, None)

    # --- frames

    async def _from_client(self) -> tuple[int, str]:
        """Pass frames to the upstream; return how the client ended the session."""
        while True:
            message = await self._client.receive()
            at_s = self._now()
            match message.type:
                case WSMsgType.TEXT:
                    data, is_text = message.data.encode(), True
                case WSMsgType.BINARY:
                    data, is_text = message.data, False
                case WSMsgType.CLOSE:
                    return message.data or NO_CODE, message.extra or ""
                case _:
                    return DROPPED, ""
            self._journal.add(self._record, "client", data, is_text=is_text)
            with suppress(ConnectionError):  # how it ended is known to the reader
                await self._upstream.send(data, is_text=is_text)
            self._note(FrameEvent(at_s, "client", data, is_text))

    async def _from_upstream(self) -> None:
        """Pass frames to the client until the upstream ends the session."""
        with suppress(ClientGone):
            while (frame := await self._upstream.receive()) is not None:
                at_s = self._now()
                data, is_text = frame
                self._journal.add(self._record, "server", data, is_text=is_text)
                await self._client.send(data, is_text=is_text)
                self._note(FrameEvent(at_s, "server", data, is_text))

    # --- the end

    async def _end_by_upstream(self, code: int, reason: str) -> None:
        self._note(CloseEvent(self._now(), "server", code, reason))
        self._journal.end(self._record, Close(code, reason))
        with suppress(ConnectionError):
            await self._upstream.send_close(code, reason)
        await self._client.end(code, reason)

    async def _end_by_client(
        self,
        from_client: asyncio.Task[tuple[int, str]],
        from_upstream: asyncio.Task[None],
    ) -> None:
        """Pass on the client's close, and the answer to it."""
        code, reason = DROPPED, ""
        if from_client.done():
            code, reason = from_client.result()
        self._note(CloseEvent(self._now(), "client", code, reason))
        sent = None if code == DROPPED else code
        self._journal.end(self._record, None, client_code=sent)
        if sent is None:
            return
        with suppress(ConnectionError, TimeoutError):
            await self._upstream.send_close(code, reason)
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await asyncio.wait([from_upstream])
        answered, answer = self._upstream.end or (code, "")
        await self._client.end(code if answered == DROPPED else answered, answer)

    def _now(self) -> float:
        return self._clock.now() - self._opened_at

    def _note(self, event: FrameEvent | CloseEvent) -> None:
        self._writer.write(self._track, event)


def _pass_refusal(refused: Refused) -> web.Response:
    headers = {
        name: refused.headers[name]
        for name in _PASSED_HEADERS
        if name in refused.headers
    }
    body = refused.body.encode()
    return web.Response(status=refused.status, headers=headers, body=body)


async def _close_unreachable(
    request: web.Request, host: HostServer, sentence: str
) -> web.StreamResponse:
    """Tell in a close frame, which clients show, unlike the body of an HTTP error."""
    log.error("%s", sentence)
    client = ClientSocket()
    await client.prepare(request)
    with host.track(client, None):
        await client.end(1011, sentence)
    return client
