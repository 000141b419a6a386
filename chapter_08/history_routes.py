"""The routes for kept conversations: ``/api/conversations``. Chapter 8 uses it."""

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import FileResponse, Response

from chapter_08.history import HistoryProblem, Kept, Line
from chapter_08.live_routes import Who
from chapter_08.switchboard import Switchboard

__all__ = ["history_routes"]


def history_routes(board: Switchboard, who: Who) -> APIRouter:
    """Return the routes; each user sees their own conversations."""
    router = APIRouter(prefix="/api/conversations")

    def user_of(request: Request) -> str:
        user = who.user_of(request)
        if user is None:
            raise HTTPException(401, "There is no cookie of this server.")
        if board.history_problem:
            raise HTTPException(503, board.history_problem)
        return user

    async def read(request: Request, id: str) -> tuple[Kept, list[Line]]:
        try:
            found = await board.history.read(user_of(request), id)
        except HistoryProblem as problem:
            raise HTTPException(503, str(problem)) from None
        if found is None:
            raise HTTPException(404, "There is no such conversation; it was deleted.")
        return found

    @router.get("")
    async def find(
        request: Request, q: Annotated[str, Query(max_length=200)] = ""
    ) -> list[dict[str, Any]]:
        """List the user's conversations, or those with some words in them."""
        try:
            found = await board.history.find(user_of(request), q)
        except HistoryProblem as problem:
            raise HTTPException(503, str(problem)) from None
        return [_about(board, kept) for kept in found]

    @router.get("/{id}")
    async def show(request: Request, id: str) -> dict[str, Any]:
        """Return a conversation with all that was said."""
        kept, lines = await read(request, id)
        return _whole(board, kept, lines)

    @router.get("/{id}/audio")
    async def audio(request: Request, id: str) -> Response:
        """Return the sound of a conversation, the user on the left."""
        kept, _ = await read(request, id)
        file = board.history.audio_file(kept.id)
        if not file.is_file():
            raise HTTPException(404, "No sound was kept of this conversation.")
        return FileResponse(file, media_type="audio/ogg")

    @router.get("/{id}/export")
    async def export(request: Request, id: str) -> Response:
        """Return a conversation as a ZIP: as data, to be read, to be heard."""
        kept, lines = await read(request, id)
        whole = _whole(board, kept, lines)
        file = board.history.audio_file(kept.id)
        data = await asyncio.to_thread(_zipped, whole, lines, file)
        name = f"conversation-{kept.began_at[:10]}-{kept.id[:8]}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type="application/zip", headers=headers)

    @router.delete("/{id}", status_code=204)
    async def delete(request: Request, id: str) -> Response:
        """Delete a conversation from the database and the disk."""
        try:
            deleted = await board.history.delete(user_of(request), id)
        except HistoryProblem as problem:
            raise HTTPException(503, str(problem)) from None
        except OSError as error:
            reason = f"The sound could not be deleted: {error.strerror}."
            raise HTTPException(503, reason) from None
        if not deleted:
            raise HTTPException(404, "There is no such conversation; it was deleted.")
        return Response(status_code=204)

    return router


def _about(board: Switchboard, kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "beganAt": kept.began_at,
        "endedAt": kept.ended_at,
        "source": kept.source,
        "model": kept.model,
        "seconds": round(kept.seconds, 1),
        "title": kept.title,
        "hasAudio": board.history.audio_file(kept.id).is_file(),
    }


def _whole(board: Switchboard, kept: Kept, lines: list[Line]) -> dict[str, Any]:
    said = [
        {"who": line.who, "text": line.text, "unheard": line.unheard} for line in lines
    ]
    return {**_about(board, kept), "lines": said}


def _zipped(whole: dict[str, Any], lines: list[Line], audio: Path) -> bytes:
    text = "".join(
        f"{line.who}: {line.text}"
        + (f" (not heard: {line.unheard})" if line.unheard else "")
        + "\n"
        for line in lines
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        data = json.dumps(whole, ensure_ascii=False, indent=1)
        archive.writestr("conversation.json", data + "\n")
        archive.writestr("conversation.txt", text)
        if audio.is_file():
            archive.write(audio, "conversation.ogg", zipfile.ZIP_STORED)
    return packed.getvalue()
