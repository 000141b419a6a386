"""How long a connection lives: GoAway, the cut, session and token limits.

And that it lives: the empty messages in between.
"""

from dataclasses import dataclass

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import close_for
from live_emulator.session.state import SessionState

__all__ = ["Lifetime"]


@dataclass
class Lifetime:
    """The times at which a connection is warned and ended."""

    go_away_at: float
    cut_at: float
    session_ends_at: float | None = None
    """None with context window compression: the session may go on for ever."""
    token_expires_at: float | None = None
    beat_at: float | None = None
    """When the next empty message is due; None for none at all."""
    heartbeat_s: float = 0.0
    """Time between two of them."""
    _warned: bool = False

    @property
    def next_wake(self) -> float:
        """The nearest of those times."""
        times = (
            self.cut_at if self._warned else self.go_away_at,
            self.session_ends_at,
            self.token_expires_at,
            self.beat_at,
        )
        return min(time for time in times if time is not None)

    def limit_video(self, ends_at: float) -> None:
        """Shorten a limited session that has begun to receive images."""
        if self.session_ends_at is not None:
            self.session_ends_at = min(self.session_ends_at, ends_at)

    def announce(self, state: SessionState, left_s: float) -> None:
        """Say now that the connection is cut in so many seconds."""
        self._warned = True
        self.cut_at = state.now + left_s
        state.send(messages.go_away(left_s))

    def wake(self, state: SessionState) -> None:
        """Warn or end the connection if it is time.

        Raises:
            Rejected: When the time of the connection, the session or the token
                is over.

        """
        if self.token_expires_at is not None and state.now >= self.token_expires_at:
            raise close_for("token.expired-live")
        if self.session_ends_at is not None and state.now >= self.session_ends_at:
            raise close_for("session.over")
        if state.now >= self.cut_at:
            raise close_for("go-away.ignored")
        if not self._warned and state.now >= self.go_away_at:
            self._warned = True
            state.send(messages.go_away(self.cut_at - state.now))
        if self.beat_at is not None and state.now >= self.beat_at:
            self.beat_at = state.now + self.heartbeat_s
            state.send({})
