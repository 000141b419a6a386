"""Answer sessions from a recording, and say where a client strays from it."""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from live_emulator.cassette.playing import Player, Playlist, refusal_of
from live_emulator.cassette.recording import (
    Cassette,
    CloseEvent,
    RecordedSession,
)
from live_emulator.cassette.scrubbing import Scrubber
from live_emulator.journal.journal import Client, SessionRecord
from live_emulator.loopback.client_socket import ClientGone, ClientSocket
from live_emulator.protocol.closing import DROPPED, NO_CODE, Close
from live_emulator.protocol.endpoints import LiveEndpoint
from live_emulator.substitutes.substitute import HostServer

__all__ = ["Difference", "Replayer"]

log = logging.getLogger("live_emulator")

_STRAYED = 1008
_MOST_DIFFERENCES = 1_000


@dataclass(frozen=True)
class Difference:
    """Where a client did something else than in the recording."""

    session: int
    """The number in the recording; 0 when all of its sessions are over."""
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class Replayer:
    """Serves the sessions of a recording, each once."""

    def __init__(self, cassette: Cassette) -> None:
        self._playlist = Playlist(cassette)
        self.differences: deque[Difference] = deque(maxlen=_MOST_DIFFERENCES)
        """The latest of all sessions, oldest first."""

    async def answer(self, request: web.Request) -> None:
        """Leave all other calls to the emulator: they are not recorded."""

    async def run_session(
        self, request: web.Request, endpoint: LiveEndpoint, host: HostServer
    ) -> web.StreamResponse:
        """Replay one session to its end."""
        silent = self._playlist.take_silent()
        if silent is not None and (refusal := refusal_of(silent)) is not None:
            return web.Response(status=refusal.status, text=refusal.body)
        client = ClientSocket()
        await client.prepare(request)
        record = host.journal.open(endpoint, Client.of(request.headers))
        scrubber = Scrubber()
        scrubber.add(endpoint.credential.value)
        replay = _Replay(self, client, host, record, scrubber)
        with host.track(client, record):
            try:
                await replay.run(silent)
            finally:
                if not record.over:
                    host.journal.end(record, None)
        return client

    def pick(self, first_frame: bytes) -> RecordedSession | None:
        """Return the session for a client; None when there is none left."""
        return self._playlist.take(first_frame)

    @property
    def exhausted(self) -> str:
        """What a client is told for which there is none left."""
        return self._playlist.exhausted


class _Replay:
    """One session between a client and the recording."""

    def __init__(
        self,
        replayer: Replayer,
        client: ClientSocket,
        host: HostServer,
        record: SessionRecord,
        scrubber: Scrubber,
    ) -> None:
        self._replayer = replayer
        self._client = client
        self._clock = host.clock
        self._journal = host.journal
        self._record = record
        self._scrubber = scrubber
        self._opened_at = host.clock.now()
        self._player: Player | None = None
        self._changed = asyncio.Event()
        self._strayed: str | None = None
        self._client_code: int | None = None

    async def run(self, session: RecordedSession | None) -> None:
        """Play a session, or the one that the first client frame chooses."""
        if session is not None:
            self._player = Player(session, self._opened_at)
        reader = asyncio.create_task(self._read(), name="read")
        try:
            close = await self._play()
        except ClientGone:
            close = Close(DROPPED)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        if close is not None:
            self._journal.end(self._record, close)
            await self._client.end(close.code, close.reason)
            return
        if self._player is not None and (missing := self._player.missing()):
            self._note(missing)
        code = self._client_code or DROPPED
        sent = None if code == DROPPED else code
        self._journal.end(self._record, None, client_code=sent)
        await self._client.end(code)

    async def _read(self) -> None:
        """Compare the client's frames with the recorded ones."""
        while self._strayed is None:
            message = await self._client.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                is_close = message.type is WSMsgType.CLOSE
                self._client_code = message.data or NO_CODE if is_close else DROPPED
                break
            is_text = message.type is WSMsgType.TEXT
            data = message.data.encode() if is_text else message.data
            self._journal.add(self._record, "client", data, is_text=is_text)
            self._strayed = self._take(data)
            self._changed.set()
        self._changed.set()

    def _take(self, data: bytes) -> str | None:
        if self._player is None:
            session = self._replayer.pick(data)
            if session is None:
                return self._replayer.exhausted
            self._player = Player(session, self._opened_at)
        return self._player.take(data, self._clock.now())

    async def _play(self) -> Close | None:
        """Do what is due; return how to close, or None if the client did."""
        while True:
            if self._strayed is not None:
                return Close(_STRAYED, self._note(self._strayed))
            if self._client_code is not None:
                return None
            self._changed.clear()
            player = self._player
            due_at = player.due_at if player is not None else None
            if player is None or due_at is None:
                await self._changed.wait()
            elif due_at <= self._clock.now():
                event = player.next_event()
                if isinstance(event, CloseEvent):
                    return Close(event.code, event.reason)
                data, is_text = event.data, event.is_text
                self._journal.add(self._record, "server", data, is_text=is_text)
                await self._client.send(data, is_text=is_text)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._clock.loop_time(due_at)):
                        await self._changed.wait()

    def _note(self, sentence: str) -> str:
        """Tell of a difference, without what may be secret in it; return that."""
        sentence = self._scrubber.text(sentence)
        number = self._player.session.number if self._player is not None else 0
        self._replayer.differences.append(Difference(number, sentence))
        log.warning("%s%s", f"Session {number}: " if number else "", sentence)
        return sentence
