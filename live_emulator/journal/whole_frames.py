"""Keep the latest frames as they were, so that sessions can be saved afterwards."""

from collections import deque

from live_emulator.cassette.recording import FrameEvent

__all__ = ["WholeFrames"]

_MOST_BYTES = 64 * 2**20
"""For all sessions together; the oldest frames go first."""

_FRAME_BYTES = 300
"""What a frame takes besides its data."""


class WholeFrames:
    """The complete frames of all sessions, within a budget."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._order: deque[int] = deque()
        self._frames: dict[int, deque[FrameEvent]] = {}

    def keep(self, session: int, frame: FrameEvent) -> None:
        """Keep a frame, by reference, at the cost of the oldest ones of any session."""
        self._order.append(session)
        self._frames.setdefault(session, deque()).append(frame)
        self._bytes += _FRAME_BYTES + len(frame.data)
        while self._bytes > self._most_bytes:
            oldest = self._order.popleft()
            frames = self._frames[oldest]
            self._bytes -= _FRAME_BYTES + len(frames.popleft().data)
            if not frames:
                del self._frames[oldest]

    def latest(self, session: int) -> tuple[FrameEvent, ...]:
        """Return the frames of a session that are still there, up to its last."""
        return tuple(self._frames.get(session, ()))
