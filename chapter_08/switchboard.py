"""Connect pages with the Live API: who may, with what model, kept or not.

What a server has one of, whatever its framework: the address of the service, its users,
the history, the limits. Chapter 8 uses it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chapter_03.live_messages import Message, setup_message
from chapter_03.live_socket import LiveClosed, LiveSocket
from chapter_07.assistant_tools import Clock, calculate
from chapter_07.tool_runner import ToolRunner
from chapter_07.tools import Tools
from chapter_08.bridge import Page, converse
from chapter_08.closes import Close, PageGone, close_for
from chapter_08.exchange import Exchange
from chapter_08.history import History, HistoryProblem
from chapter_08.keeper import Keeper
from chapter_08.limits import Limits, Refused, Spent
from chapter_08.page_messages import Start, read_page_message
from chapter_08.send_queue import TooFull
from chapter_08.users import Places, Users, read_secret
from chapter_08.webm_audio import NotForStreaming
from guide import backend, models
from guide.backend import Backend, BackendError
from guide.voices import UnknownVoice, voice_named

__all__ = ["Model", "Switchboard"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A model that pages may ask for."""

    id: str
    note: str
    only_transcribes: bool


class _OpenPage(Page, Protocol):
    async def close(self, close: Close) -> None:
        """End the connection; returns when it has ended."""


class Switchboard:
    """One for each server."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """Take the folder for what is kept; nothing is opened yet."""
        self.limits = limits or Limits()
        self.history = History(folder)
        self.history_problem = ""
        self.places = Places(
            self.limits.sessions_a_user, self.limits.sessions_in_all, "conversations"
        )
        self.upload_places = Places(
            self.limits.uploads_a_user, self.limits.sessions_in_all, "uploads"
        )
        self.live: Backend | None = None
        self.users = Users(b"")
        self._folder = folder

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Switchboard"]:
        """Find the service and open the history, until the end of the block.

        A history that can't be opened stops nothing: nothing can be kept then.

        Raises:
            BackendError: There is no service.
            OSError: The folder can't be written.

        """
        self.live = await asyncio.to_thread(backend.ensure)
        secret = await asyncio.to_thread(read_secret, self._folder / "secret")
        self.users = Users(secret)
        try:
            await self.history.open()
        except HistoryProblem as problem:
            self.history_problem = str(problem)
            log.warning("Nothing can be kept: %s", problem)
        try:
            yield self
        finally:
            await self.history.close()

    @property
    def models(self) -> dict[str, Model]:
        """What pages may choose, the default first."""
        default = self.live.live_model if self.live else models.LIVE
        chosen = dict.fromkeys(
            (default, models.LIVE, models.EXTENDED_THINKING, models.TRANSCRIBE)
        )
        found = {id: models.describe(id) for id in chosen}
        return {
            id: Model(id, model.note if model else "", id == models.TRANSCRIBE)
            for id, model in found.items()
        }

    def model(self, id: str) -> Model:
        """Return the model that a page asks for, or the default.

        Raises:
            Refused: It is none of those on offer.

        """
        offered = self.models
        if not id:
            return next(iter(offered.values()))
        if id not in offered:
            raise Refused(
                4400, f"There is no model {id[:60]!r} here, but {', '.join(offered)}."
            )
        return offered[id]

    @asynccontextmanager
    async def session(self, setup: Message) -> AsyncIterator[LiveSocket]:
        """Open a session with the service.

        Raises:
            LiveClosed: It was refused.
            BackendError: There are no credentials.
            OSError: There is no connection.

        """
        assert self.live is not None, "the switchboard is not open"
        # Vertex AI's bearer token may have to be fetched, which blocks.
        headers = await asyncio.to_thread(self.live.headers)
        async with LiveSocket.connect(
            self.live.websocket_url(),
            setup,
            headers=headers,
            ssl=self.live.ssl_context(),
        ) as socket:
            yield socket

    def model_name(self, model: Model) -> str:
        """Return a model's name for a setup."""
        assert self.live is not None, "the switchboard is not open"
        return self.live.model_name(model.id)

    async def talk(self, page: _OpenPage, user: str) -> Close | None:
        """Carry a conversation to its end, and close the page's connection.

        Nothing of it is left when this returns: no task, no socket, no open file.

        Returns:
            How it ended; None if the page had gone.

        """
        ending: Exception
        try:
            with self.places.one(user):
                ending = await self._conversation(page, user)
        except (
            *(Refused, NotForStreaming, TooFull, PageGone),
            *(LiveClosed, BackendError, OSError),
        ) as error:
            ending = error
        except Exception as error:
            log.exception("A conversation failed")
            ending = error
        close = close_for(ending)
        if close:
            with suppress(PageGone):
                await page.close(close)
        return close

    async def _conversation(self, page: _OpenPage, user: str) -> Exception:
        clock = asyncio.get_running_loop().time
        start = await self._start(page)
        model = self.model(start.model)
        tools = Tools()
        if start.tools:
            for function in (Clock().tell_time, calculate):
                tools.add(in_background=False)(function)
        setup = self._setup(start, model, tools)
        async with AsyncExitStack() as opened:
            service = await opened.enter_async_context(self.session(setup))
            exchange = Exchange(start, self.limits, Spent(self.limits, clock()))
            kept = ""
            if start.keep:
                kept = await self._keep(opened, exchange, user, model)

            async def answer(message: Message) -> None:
                exchange.to_service.put(message)

            runner = await opened.enter_async_context(ToolRunner(tools, answer))
            ready = {"model": model.id, "kept": kept, "limits": self.limits.for_page()}
            exchange.tell("ready", **ready)
            try:
                return await converse(page, service, exchange, runner.receive)
            finally:
                exchange.close()

    async def _start(self, page: Page) -> Start:
        try:
            async with asyncio.timeout(self.limits.handshake_s):
                frame = await page.receive()
        except TimeoutError:
            raise Refused(
                4408,
                f"Nothing was said for {self.limits.handshake_s:g} s after "
                'connecting. The first message is {"type": "start"}.',
            ) from None
        if isinstance(frame, bytes):
            raise Refused(
                4400, 'Sound came before the first message, {"type": "start"}.'
            )
        message = read_page_message(frame, self.limits)
        if not isinstance(message, Start):
            raise Refused(4400, 'The first message is {"type": "start"}.')
        return message

    def _setup(self, start: Start, model: Model, tools: Tools) -> Message:
        try:
            voice = voice_named(start.voice) if start.voice else None
        except UnknownVoice as unknown:
            raise Refused(4400, str(unknown)) from None
        if model.only_transcribes:
            return setup_message(
                self.model_name(model), modality="TEXT", transcribe_input=True
            )
        return setup_message(
            self.model_name(model),
            voice=voice,
            system_instruction=start.instruction or None,
            transcribe_input=True,
            transcribe_output=True,
            tools=[tools.message] if len(tools) else (),
        )

    async def _keep(
        self, opened: AsyncExitStack, exchange: Exchange, user: str, model: Model
    ) -> str:
        """Keep a conversation, or tell its user why not; returns its id."""
        try:
            kept = await self.history.begin(user, "stream", model.id)
        except HistoryProblem as problem:
            sentence = self.history_problem or str(problem)
            exchange.tell("warning", message=f"Nothing is kept. {sentence}")
            return ""

        def warn(sentence: str) -> None:
            exchange.tell("warning", message=sentence)

        keeper = Keeper(self.history, kept, warn)
        exchange.witness = await opened.enter_async_context(keeper)
        return kept.id

    def state(self) -> Mapping[str, Any]:
        """Return how the server is; it holds no secrets."""
        return {
            "conversations": self.places.taken,
            "uploads": self.upload_places.taken,
            "backend": self.live.kind if self.live else None,
            "keeps": not self.history_problem,
        }
