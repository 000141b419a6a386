"""The routes for conversations: ``/ws/audio-live``, and what a page asks first.

Chapter 8 uses it.
"""

import asyncio
import json
from contextlib import suppress

from fastapi import APIRouter, Request, Response, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketDisconnect

from chapter_08.closes import Close, PageGone
from chapter_08.switchboard import Switchboard
from guide.pages.reader import is_reader
from guide.pages.settings import Settings

__all__ = ["COOKIE", "SocketPage", "Who", "live_routes"]

COOKIE = "live_bridge"
ONE_YEAR_S = 31_536_000
CLOSED_WITHIN_S = 5.0


class SocketPage:
    """A page at the other end of a WebSocket of Starlette's."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes:
        """Wait for a message.

        Raises:
            PageGone: There will be none.

        """
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise PageGone
        data = message.get("bytes")
        found: str | bytes = message.get("text") or "" if data is None else data
        return found

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the page does not read.

        Raises:
            PageGone: It has closed.

        """
        try:
            if isinstance(message, bytes):
                await self._socket.send_bytes(message)
            else:
                await self._socket.send_text(message)
        except (WebSocketDisconnect, RuntimeError, OSError):
            raise PageGone from None

    async def close(self, close: Close) -> None:
        """Say why, and close; gives up on a page that does not read."""
        words = {"type": "closed", "code": close.code, "message": close.sentence}
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSED_WITHIN_S):
                await self.send(json.dumps(words))
                try:
                    await self._socket.close(close.code, close.reason)
                except (WebSocketDisconnect, RuntimeError, OSError):
                    raise PageGone from None


class Who:
    """Tells who is asking, and whether they may."""

    def __init__(self, board: Switchboard, settings: Settings) -> None:
        self._board = board
        self._settings = settings

    def user_of(self, request: HTTPConnection) -> str | None:
        """Return the user that a request's cookie proves."""
        return self._board.users.user_of(request.cookies.get(COOKIE, ""))

    def may_spend(self, request: HTTPConnection) -> bool:
        """Tell whether sessions may be opened: those with Google's service cost money.

        Others on this machine can reach the port too. Started by guide.py, the server
        knows the browser of whoever did that.
        """
        live = self._board.live
        if live is None or live.kind == "emulator" or not self._settings.reader_pass:
            return True
        return is_reader(request, self._settings)


def live_routes(board: Switchboard, who: Who) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> dict[str, object]:
        """Say that the server is well, and what it carries."""
        return {"name": "chapter_08", **board.state()}

    @router.get("/api/me")
    async def me(request: Request, response: Response) -> dict[str, object]:
        """Give a cookie, and say what can be asked for and how much of it."""
        if who.user_of(request) is None:
            _, cookie = board.users.new()
            response.set_cookie(
                COOKIE, cookie, ONE_YEAR_S, httponly=True, samesite="strict"
            )
        return {
            "description": board.live.description if board.live else "",
            "maySpend": who.may_spend(request),
            "keeps": not board.history_problem,
            "problem": board.history_problem,
            "limits": board.limits.for_page(),
            "models": [
                {
                    "id": model.id,
                    "note": model.note,
                    "onlyTranscribes": model.only_transcribes,
                }
                for model in board.models.values()
            ],
        }

    @router.websocket("/ws/audio-live")
    async def audio_live(socket: WebSocket) -> None:
        """Carry a conversation; see page_messages.py for what is said."""
        user = who.user_of(socket)
        if user is None:
            text = "There is no cookie of this server. Ask for /api/me first."
            await socket.send_denial_response(PlainTextResponse(text, 401))
        elif not who.may_spend(socket):
            text = "Only the person who started the guide may open sessions."
            await socket.send_denial_response(PlainTextResponse(text, 403))
        else:
            await socket.accept()
            await board.talk(SocketPage(socket), user)

    return router
