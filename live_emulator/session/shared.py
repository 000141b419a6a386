"""What the sessions of one emulator share."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from live_emulator.brain.types import ReplyPart
from live_emulator.session.ephemeral_tokens import TokenStore
from live_emulator.session.resumption import SessionStore
from live_emulator.session.spoken_reply import Pace

__all__ = ["Limits", "SharedState", "Translate"]

Translate = Callable[[str, str, bool], Iterable[ReplyPart]]
"""Says a text in a language, whose code may be empty; the last argument tells whether
what is in that language already is said again."""


def _new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class Limits:
    """When the service ends a connection, or refuses one."""

    go_away_s: float = 540.0
    """Observed 2026-09-10: GoAway comes 540 s after the start."""
    cut_s: float = 590.0
    """Observed 2026-09-10: the socket is closed 50 s later."""
    sessions_per_key: int | None = None
    """None: any number. Google's limit depends on the tier."""
    audio_session_s: float = 15 * 60
    """Documented: how long a session without compression may last."""
    video_session_s: float = 2 * 60
    """Documented: the same, counted from its first image."""


@dataclass
class SharedState:
    """Stores and limits, shared by all sessions of an emulator."""

    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    lenient: bool = False
    """Accept what old clients send."""
    variants: frozenset[str] = frozenset()
    """What is done otherwise where sources disagree, of `VARIANTS`."""
    name: str = ""
    """What models with proactive audio are called; they stay silent at speech in which
    it does not occur. Empty: they answer all speech."""
    translate: Translate = lambda text, target, echo: ()
    """What a model that translates says; nothing if there is nobody who can."""
    new_id: Callable[[], str] = _new_id
    sessions: SessionStore = field(init=False)
    tokens: TokenStore = field(init=False)
    open_by_key: Counter[str] = field(default_factory=Counter)
    """Sessions that are open, and `lock` is for it."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Sessions are stepped in several threads; what they share is changed under it."""
    wall_start: datetime = field(default_factory=lambda: datetime(2026, 1, 1, 12))
    """What the calendar says when the emulator's clock stands at zero."""

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.new_id)
        self.tokens = TokenStore(self.new_id)

    def wall_time(self, now: float) -> datetime:
        """Return date and time for a time of the emulator's clock."""
        return self.wall_start + timedelta(seconds=now)
