"""Which picture goes out, and when: no camera, no socket, no clock.

The API takes at most one frame a second. Most of them would show what the one before
showed, at the same price; so by default a frame goes out when the picture has changed,
or when somebody speaks and may speak about it. Chapter 6 builds this module;
frame-sender.js is its twin, and both are held to tests/vectors/frame_sender.json.
"""

from collections.abc import Sequence
from typing import Literal

__all__ = ["MIN_INTERVAL_MS", "FrameSender", "Policy", "difference"]

MIN_INTERVAL_MS = 1000
"""One frame a second (documented)."""

CHANGED = 6.0
"""Mean difference of brightness, 0 to 255, from which on a picture has changed. The
noise of a sensor averages out in a thumbnail; what moves does not."""

Policy = Literal["useful", "every"]
"""`useful`: when something has changed or somebody speaks. `every`: each second."""


def difference(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how much two thumbnails differ: the mean over their pixels, 0 to 255.

    Args:
        one: Brightness of the pixels of a small picture, 16 × 16 for example.
        other: Of as many pixels.

    """
    if len(one) != len(other) or not one:
        return 255.0
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


class FrameSender:
    """Decides for one source; ask it each time there is a picture."""

    def __init__(self, policy: Policy = "useful") -> None:
        self.policy = policy
        self.sent = 0
        self.kept = 0
        """How many pictures did not go out."""
        self._sent_at_ms: float | None = None
        self._last: Sequence[int] = ()
        self._is_open = True

    def should_send(
        self, thumbnail: Sequence[int], at_ms: float, *, is_speaking: bool = False
    ) -> bool:
        """Tell whether this picture goes out; if so, it counts as sent.

        Args:
            thumbnail: The picture in small, see `difference`.
            at_ms: On any clock that never goes back.
            is_speaking: The user speaks, or has just spoken.

        """
        is_due = self._is_open and (
            self._sent_at_ms is None or at_ms - self._sent_at_ms >= MIN_INTERVAL_MS
        )
        wanted = (
            self.policy == "every"
            or self._sent_at_ms is None
            or is_speaking
            or difference(self._last, thumbnail) >= CHANGED
        )
        if not (is_due and wanted):
            self.kept += 1
            return False
        self._sent_at_ms, self._last = at_ms, tuple(thumbnail)
        self.sent += 1
        return True

    def pause(self) -> None:
        """Let nothing out, for example while the page is hidden."""
        self._is_open = False

    def resume(self) -> None:
        """Go on; the first picture is sent whatever it shows, once it is due."""
        self._is_open = True
        self._last = ()
