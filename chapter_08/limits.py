"""What one conversation, and one user, may use; counted without a clock of its own.

The service has limits of its own (15 minutes of audio in a session, 2 with video,
some sessions at a time). A server in the middle states them before they are reached,
and adds those that keep one user from taking what belongs to all. Chapter 8 uses it.
"""

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Limits", "Refused", "Spent"]


class Refused(Exception):
    """A rule was broken, or a limit reached: the conversation ends.

    `code` is the WebSocket's close code, `sentence` is for the user.
    """

    def __init__(self, code: int, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{sentence} ({code})")


@dataclass(frozen=True)
class Limits:
    """All of them; seconds are those of audio unless said otherwise."""

    max_audio_s: float = 900.0
    """In a session without compression, answers aside (documented)."""
    max_video_s: float = 120.0
    """In a session with video (documented), on the wall clock."""
    warn_s: float = 60.0
    """So long before one of the two is reached, the user is told."""
    burst_s: float = 5.0
    """How much audio may come at once; after that, a second in a second."""
    handshake_s: float = 10.0
    """Until the first message, on the wall clock."""
    idle_s: float = 60.0
    """Without any message, on the wall clock."""
    frame_every_s: float = 0.9
    """Frames of video come once a second (documented); clocks are not exact."""
    audio_bytes: int = 65_536
    """In one message."""
    text_bytes: int = 16_384
    image_bytes: int = 262_144
    """As base64, in one message."""
    sessions_a_user: int = 3
    sessions_in_all: int = 400
    upload_bytes: int = 209_715_200
    upload_s: float = 3_600.0
    uploads_a_user: int = 2

    def for_page(self) -> dict[str, Any]:
        """Return what users should know before they begin."""
        return asdict(self)


class Spent:
    """What one conversation has used so far. Times come from outside, in seconds."""

    def __init__(self, limits: Limits, now_s: float) -> None:
        self._limits = limits
        self._last_s = now_s
        self._allowed_s = limits.burst_s
        self._filled_at_s = now_s
        self._frame_at_s: float | None = None
        self._first_frame_at_s: float | None = None
        self._warned = False
        self.audio_s = 0.0
        """Audio that came from the page."""
        self.frames = 0

    def message(self, now_s: float) -> None:
        """Note that the page sent something."""
        self._last_s = now_s

    def audio(self, ms: float, now_s: float) -> None:
        """Note audio that came.

        Raises:
            Refused: It comes faster than it can have been spoken, or it is too much.

        """
        elapsed_s = now_s - self._filled_at_s
        self._filled_at_s = now_s
        self._allowed_s = min(self._limits.burst_s, self._allowed_s + elapsed_s)
        self._allowed_s -= ms / 1000
        if self._allowed_s < 0:
            raise Refused(
                4429,
                "Audio came faster than anybody speaks. Send a second of it each "
                "second, or upload the recording as a file.",
            )
        self.audio_s += ms / 1000
        if self.audio_s > self._limits.max_audio_s:
            raise Refused(4410, _time_is_up(self._limits.max_audio_s))

    def frame(self, now_s: float) -> bool:
        """Note a frame of video, and tell whether it may be sent on."""
        if self._first_frame_at_s is None:
            self._first_frame_at_s = now_s
        last, every_s = self._frame_at_s, self._limits.frame_every_s
        if last is not None and now_s - last < every_s:
            return False
        self._frame_at_s = now_s
        self.frames += 1
        return True

    def left_s(self, now_s: float) -> float:
        """Return how long the conversation may still take."""
        left_s = self._limits.max_audio_s - self.audio_s
        if self._first_frame_at_s is not None:
            seen_s = now_s - self._first_frame_at_s
            left_s = min(left_s, self._limits.max_video_s - seen_s)
        return max(0.0, left_s)

    def tick(self, now_s: float) -> str:
        """Look at the clock; returns a warning for the user, once, or "".

        Raises:
            Refused: A deadline has passed.

        """
        if now_s - self._last_s > self._limits.idle_s:
            raise Refused(
                4408,
                f"Nothing came for {self._limits.idle_s:g} s, so the conversation "
                "was ended. Start another one.",
            )
        left_s = self.left_s(now_s)
        if left_s <= 0:
            limit_s = self._limits.max_video_s if self.frames else 0
            raise Refused(4410, _time_is_up(limit_s or self._limits.max_audio_s))
        if left_s <= self._limits.warn_s and not self._warned:
            self._warned = True
            return f"This conversation may take {left_s:.0f} more seconds."
        return ""


def _time_is_up(limit_s: float) -> str:
    return (
        f"The {limit_s / 60:g} minutes that a session may take are over. Start "
        "another one; it begins without a memory of this one."
    )
