"""Sessions that can be taken up again."""

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from live_emulator.protocol.closing import close_for
from live_emulator.session.history import History

__all__ = ["HANDLE_LIFE_S", "SavedSession", "SessionStore"]

HANDLE_LIFE_S = 2 * 3600
"""Documented: a handle is good for two hours after its session ended."""

_KEPT_HANDLES = 10
"""So many of the newest handles of a session can be used (a guess)."""

_MOST_SESSIONS = 500
"""So many sessions that are over can be taken up again, the latest ones."""

_HANDLE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class SavedSession:
    """What a handle stands for."""

    session: str
    model: str
    history: History
    instruction: str = ""
    """What it was told, by its setup or later."""
    elapsed_s: float = 0.0
    """How long the session had lasted, all its connections together."""
    expires_at: float | None = None
    """None while the socket is open."""


class SessionStore:
    """All handles of an emulator; for any thread."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._saved: dict[str, SavedSession] = {}
        self._handles: dict[str, deque[str]] = {}
        self._open: set[str] = set()
        self._lock = threading.Lock()

    def begin(self) -> str:
        """Return the name of a new session, whose socket is open."""
        session = self._new_id()
        self._open.add(session)
        return session

    def save(
        self,
        session: str,
        model: str,
        history: History,
        instruction: str = "",
        elapsed_s: float = 0.0,
    ) -> str:
        """Return a handle for the session as it is now."""
        handle = self._new_id()
        copy = History(history.entries)
        saved = SavedSession(session, model, copy, instruction, elapsed_s)
        with self._lock:
            self._saved[handle] = saved
            handles = self._handles.setdefault(session, deque())
            handles.append(handle)
            while len(handles) > _KEPT_HANDLES:
                self._saved.pop(handles.popleft(), None)
        return handle

    def resume(self, handle: str, model: str, now: float) -> SavedSession:
        """Return what the handle stands for and open its session again.

        Raises:
            Rejected: 1007 for what can't be a handle, 1008 for one that is
                unknown, expired or of another model, 1011 while the session's
                socket is still open (all observed, but for the model).

        """
        if not _HANDLE.fullmatch(handle):
            raise close_for("resumption.malformed")
        with self._lock:
            saved = self._saved.get(handle)
            if saved is None:
                raise close_for("resumption.unknown")
            if saved.session in self._open:
                raise close_for("resumption.busy")
            if saved.expires_at is not None and now >= saved.expires_at:
                raise close_for("resumption.unknown")
            if saved.model != model:
                raise close_for("argument.invalid")
            self._open.add(saved.session)
            for other in self._handles[saved.session]:
                self._saved[other].expires_at = None
            return saved

    def end(self, session: str, now: float) -> None:
        """Note that the session's socket is gone; its handles begin to age."""
        with self._lock:
            self._open.discard(session)
            for handle in self._handles.get(session, ()):
                self._saved[handle].expires_at = now + HANDLE_LIFE_S
            self._forget_expired(now)

    def _forget_expired(self, now: float) -> None:
        ends = {
            session: expires_at
            for session, handles in self._handles.items()
            if (expires_at := self._saved[handles[-1]].expires_at) is not None
        }
        oldest_first = sorted(ends, key=ends.__getitem__)
        too_many = oldest_first[: max(0, len(ends) - _MOST_SESSIONS)]
        expired = [one for one in oldest_first if now >= ends[one]]
        for session in {*too_many, *expired}:
            for handle in self._handles.pop(session):
                del self._saved[handle]
