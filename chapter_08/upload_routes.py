"""The routes for whole recordings: ``/audio-stream``, and how far one is.

Chapter 8 uses it.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from chapter_03.live_socket import LiveClosed
from chapter_08.closes import close_for
from chapter_08.history import HistoryProblem
from chapter_08.keeper import Keeper
from chapter_08.limits import Refused
from chapter_08.live_routes import Who
from chapter_08.switchboard import Model, Switchboard
from chapter_08.uploads import Hearer, Progress, hear, pcm_blocks, upload_setup
from guide.backend import BackendError

__all__ = ["STATUS", "upload_routes"]

STATUS = {
    1013: 503,
    1014: 502,
    4400: 400,
    4401: 401,
    4403: 403,
    4408: 408,
    4413: 413,
    4415: 415,
    4429: 429,
}
"""What each close code is as a status of HTTP."""

STALLED_S = 8.0
"""So long an upload may bring nothing: less than `guide.servers` waits, which hangs up
without a word."""

TOLD_EVERY_S = 0.25
MOST_FOLLOWED = 8
"""Uploads of one user whose progress is remembered."""


class _Followed:
    """The progress of uploads, by user and id; whichever side comes first makes it."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, str], Progress] = {}

    def get(self, user: str, id: str) -> Progress:
        """Return the progress of an upload.

        Raises:
            Refused: This user follows too many.

        """
        found = self._all.get((user, id))
        if found is None:
            if sum(one == user for one, _ in self._all) >= MOST_FOLLOWED:
                raise Refused(4429, "Too many uploads are being followed.")
            found = self._all[user, id] = Progress()
        return found

    def forget(self, user: str, id: str) -> None:
        """Let go of it."""
        self._all.pop((user, id), None)

    def __len__(self) -> int:
        return len(self._all)


def upload_routes(board: Switchboard, who: Who) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    followed = _Followed()

    @router.post("/audio-stream")
    async def audio_stream(
        request: Request,
        id: Annotated[str, Query(max_length=40)] = "",
        model: Annotated[str, Query(max_length=200)] = "",
        keep: bool = False,
    ) -> Response:
        """Take a recording as the body of the request, and answer when it was heard.

        Its progress is at /api/uploads/{id}/events, if the page chooses an id.
        """
        user = who.user_of(request)
        progress = Progress()
        try:
            user = _allowed(user, who.may_spend(request))
            if id:
                _check_id(id)
                progress = followed.get(user, id)
            with board.upload_places.one(user), tempfile.TemporaryFile() as file:
                chosen = board.model(model)
                await _take(request, file, board.limits.upload_bytes, progress)
                work = _heard(board, user, chosen, file, progress, keep)
                answer = await _while_connected(request, work)
            progress.tell("done", **answer)
            return JSONResponse(answer)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it
        except Exception as error:
            close = close_for(error)
            if close is None or close.code == 1011:
                raise
            progress.tell("problem", message=close.sentence)
            status = STATUS.get(close.code, 500)
            return JSONResponse({"error": close.sentence}, status)
        finally:
            progress.end()
            if user:
                followed.forget(user, id)

    @router.get("/api/uploads/{id}/events")
    async def events(request: Request, id: str) -> Response:
        """Tell how far an upload is, as server-sent events."""
        try:
            user = _allowed(who.user_of(request), True)
            _check_id(id)
            progress = followed.get(user, id)
        except Refused as refused:
            status = STATUS.get(refused.code, 500)
            return JSONResponse({"error": refused.sentence}, status)

        async def stream() -> AsyncIterator[str]:
            try:
                async for event in progress.events():
                    yield event
            finally:
                if not progress.is_used:
                    followed.forget(user, id)

        return StreamingResponse(stream(), media_type="text/event-stream")

    return router


def _allowed(user: str | None, may_spend: bool) -> str:
    if user is None:
        raise Refused(4401, "There is no cookie of this server. Ask for /api/me first.")
    if not may_spend:
        raise Refused(4403, "Only the person who started the guide may do that.")
    return user


def _check_id(id: str) -> None:
    if not re.fullmatch(r"[\w-]{8,40}", id, re.ASCII):
        raise Refused(4400, "An id has 8 to 40 letters, digits, hyphens.")


async def _take(
    request: Request, file: BinaryIO, most: int, progress: Progress
) -> None:
    """Write the body of a request into a file.

    Raises:
        Refused: It is too large, stalls, or is a form and not a file.
        ClientDisconnect: It ends before it is complete.

    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Refused(
            4415, "Send the file itself as the body, not a form (curl -T FILE)."
        )
    announced = request.headers.get("content-length", "")
    length = int(announced) if announced.isdecimal() else 0
    too_large = Refused(4413, f"The file is larger than {most / 1e6:,.0f} MB.")
    if length > most:
        raise too_large
    clock = asyncio.get_running_loop().time
    progress.is_used = True
    taken, told_s = 0, 0.0
    body = request.stream()
    while True:
        try:
            async with asyncio.timeout(STALLED_S):
                chunk = await anext(body, None)
        except TimeoutError:
            raise Refused(
                4408, f"The upload brought nothing for {STALLED_S:g} s. Try again."
            ) from None
        if chunk is None:
            break
        taken += len(chunk)
        if taken > most:
            raise too_large
        await asyncio.to_thread(file.write, chunk)
        if clock() - told_s >= TOLD_EVERY_S:
            told_s = clock()
            progress.tell("uploaded", bytes=taken, of=length or None)
    if not taken:
        raise Refused(4415, "The file is empty.")
    progress.tell("uploaded", bytes=taken, of=taken)
    file.seek(0)


async def _heard(
    board: Switchboard,
    user: str,
    model: Model,
    file: BinaryIO,
    progress: Progress,
    keep: bool,
) -> dict[str, Any]:
    """Have a recording heard, and keep what was said if that is wanted."""
    limits = board.limits
    # A session that answers holds as much audio as one that is spoken.
    longest_s = limits.upload_s if model.only_transcribes else limits.max_audio_s
    setup = upload_setup(
        board.model_name(model), only_transcribes=model.only_transcribes
    )
    async with AsyncExitStack() as opened:
        hearers: tuple[Hearer, ...] = ()
        kept = None
        if keep:
            try:
                kept = await board.history.begin(user, "upload", model.id)
            except HistoryProblem as problem:
                progress.tell("warning", message=f"Nothing is kept. {problem}")
        if kept:
            warn: Callable[[str], object] = lambda words: progress.tell(  # noqa: E731
                "warning", message=words
            )
            keeper = Keeper(board.history, kept, warn, is_live=False)
            hearers = (await opened.enter_async_context(keeper),)
        socket = await opened.enter_async_context(board.session(setup))
        answer = await hear(
            socket,
            pcm_blocks(file, longest_s),
            progress,
            only_transcribes=model.only_transcribes,
            hearers=hearers,
        )
    return {**answer, "model": model.id, "kept": kept.id if kept else ""}


async def _while_connected(
    request: Request, work: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    """Do some work, and give it up when whoever asked for it has gone."""

    async def until_gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        raise ClientDisconnect

    answers: list[dict[str, Any]] = []
    try:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(until_gone())
            answers.append(await work)
            watching.cancel()
    except* (
        *(Refused, ClientDisconnect, LiveClosed),
        *(BackendError, OSError),
    ) as group:
        raise group.exceptions[0] from None
    return answers[0]
