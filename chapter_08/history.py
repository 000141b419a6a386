"""Conversations that users asked to be kept: a database, and a folder of sound.

SQLite through SQLModel, without blocking the event loop. Whatever goes wrong with the
database is a `HistoryProblem`, one sentence for the user. Chapter 8 uses it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Field, SQLModel, col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from chapter_05.utterances import Answer, Utterance

__all__ = ["History", "HistoryProblem", "Kept", "Line"]

VERSION = 2
MIGRATIONS: dict[int, tuple[str, ...]] = {
    # What was not heard of an answer was part of its text.
    1: ("ALTER TABLE line ADD COLUMN unheard VARCHAR NOT NULL DEFAULT ''",),
}
"""What leads from each version to the next."""

LOCKED_FOR_S = 2.0
"""How long another program may hold the database before that is a problem."""

MOST_LISTED = 200


class HistoryProblem(Exception):
    """Why the history can't be used, and what to do."""


class Kept(SQLModel, table=True):
    """A conversation."""

    id: str = Field(primary_key=True)
    user: str = Field(index=True)
    began_at: str
    """ISO 8601, UTC."""
    ended_at: str = ""
    """Empty while it lasts, and for good if the server was killed."""
    source: str
    """stream or upload"""
    model: str
    seconds: float = 0.0
    title: str = ""
    """The first words of the user."""


class Line(SQLModel, table=True):
    """Something that was said."""

    conversation: str = Field(primary_key=True, foreign_key="kept.id")
    number: int = Field(primary_key=True)
    who: str
    """user or model"""
    text: str
    unheard: str = ""
    """What the user did not hear because of an interruption."""


class History:
    """All kept conversations; each belongs to a user, and no other sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine: AsyncEngine | None = None

    async def open(self) -> None:
        """Open the database, or make it; older versions are brought up to date.

        Raises:
            HistoryProblem: It can't be.

        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HistoryProblem(
                f"The folder {self.folder} can't be made: {error.strerror}."
            ) from None
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{self.folder / 'history.db'}",
            connect_args={"timeout": LOCKED_FOR_S},
        )
        event.listen(engine.sync_engine, "connect", _set_up)
        try:
            await self._migrate(engine)
        except BaseException:
            await engine.dispose()
            raise
        self._engine = engine

    async def close(self) -> None:
        """Close the database; safe to call twice."""
        engine, self._engine = self._engine, None
        if engine:
            await engine.dispose()

    def audio_file(self, id: str) -> Path:
        """Return where the sound of a conversation is, or would be."""
        return self.folder / f"{id}.ogg"

    async def begin(self, user: str, source: str, model: str) -> Kept:
        """Keep a conversation from now on."""
        kept = Kept(
            id=uuid4().hex, user=user, began_at=_now(), source=source, model=model
        )
        async with self._session() as session:
            session.add(kept)
        return kept

    async def save(
        self,
        id: str,
        utterances: Sequence[Utterance],
        *,
        seconds: float = 0.0,
        is_over: bool = False,
    ) -> bool:
        """Write down what was said so far; returns False if it was deleted."""
        said = [one for one in utterances if one.text.strip()]
        async with self._session() as session:
            kept = await session.get(Kept, id)
            if kept is None:
                return False
            kept.seconds = seconds
            first = next((one for one in said if not isinstance(one, Answer)), None)
            kept.title = first.text.strip()[:120] if first else ""
            kept.ended_at = _now() if is_over else ""
            session.add(kept)
            await session.exec(delete(Line).where(col(Line.conversation) == id))
            for number, one in enumerate(said):
                session.add(_line(id, number, one))
        return True

    async def find(self, user: str, words: str = "") -> list[Kept]:
        """Return a user's conversations, the latest first.

        Args:
            user: Whose.
            words: All of these must be in a title or in a line.

        """
        query = select(Kept).where(Kept.user == user)
        for word in words.split()[:10]:
            pattern = "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
            said = select(Line.conversation).where(
                or_(
                    col(Line.text).like(pattern, escape="\\"),
                    col(Line.unheard).like(pattern, escape="\\"),
                )
            )
            query = query.where(col(Kept.id).in_(said))
        query = query.order_by(col(Kept.began_at).desc()).limit(MOST_LISTED)
        async with self._session() as session:
            return list((await session.exec(query)).all())

    async def read(self, user: str, id: str) -> tuple[Kept, list[Line]] | None:
        """Return a conversation of this user; None if there is none."""
        query = select(Line).where(Line.conversation == id).order_by(col(Line.number))
        async with self._session() as session:
            kept = await session.get(Kept, id)
            if kept is None or kept.user != user:
                return None
            return kept, list((await session.exec(query)).all())

    async def delete(self, user: str, id: str) -> bool:
        """Delete a conversation and its sound from the disk; returns whether it was.

        Raises:
            OSError: The sound can't be deleted. The conversation is still there, so
                that it can be tried again.

        """
        async with self._session() as session:
            kept = await session.get(Kept, id)
            if kept is None or kept.user != user:
                return False
            file = self.audio_file(id)
            await asyncio.to_thread(file.unlink, missing_ok=True)
            await session.exec(delete(Line).where(col(Line.conversation) == id))
            await session.delete(kept)
        return True

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction; it is committed at the end."""
        if self._engine is None:
            raise HistoryProblem("The history is not open.")
        try:
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                yield session
                await session.commit()
        except SQLAlchemyError as error:
            raise HistoryProblem(_in_words(error)) from None

    async def _migrate(self, engine: AsyncEngine) -> None:
        try:
            async with engine.begin() as connection:
                found = (await connection.execute(text("PRAGMA user_version"))).scalar()
                version = int(found or 0)
                if version > VERSION:
                    raise HistoryProblem(
                        f"The history was written by a newer version of this program "
                        f"({version}; this one knows {VERSION}). Bring the guide up to "
                        "date, or move the file history.db away."
                    )
                for old in range(version or VERSION, VERSION):
                    for statement in MIGRATIONS[old]:
                        await connection.execute(text(statement))
                await connection.run_sync(SQLModel.metadata.create_all)
                await connection.execute(text(f"PRAGMA user_version = {VERSION}"))
        except SQLAlchemyError as error:
            raise HistoryProblem(_in_words(error)) from None


def _set_up(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # What is deleted is overwritten, and a log beside the file would keep it too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _line(id: str, number: int, said: Utterance) -> Line:
    if isinstance(said, Answer):
        heard, unheard = said.split()
        return Line(
            conversation=id,
            number=number,
            who="model",
            text=heard.strip(),
            unheard=unheard.strip(),
        )
    return Line(conversation=id, number=number, who="user", text=said.text.strip())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _in_words(error: SQLAlchemyError) -> str:
    """Return what SQLite says in other words; statements and values stay out."""
    said = str(getattr(error, "orig", "") or error).lower()
    if "locked" in said or "busy" in said:
        return (
            "Another program holds the history (the file history.db). Close it, and "
            "try again."
        )
    if "full" in said or "i/o" in said:
        return "The disk is full, so nothing can be kept. Free some space."
    if "readonly" in said or "unable to open" in said:
        return "The history can't be written. Check the rights of its folder."
    if "malformed" in said or "not a database" in said:
        return (
            "The history is damaged (the file history.db). Move it away, and a new "
            "one is made."
        )
    return "The history can't be used; the server's log says more."
