"""Which picture goes out, and when: no camera, no socket, no clock.

The API takes at most one frame a second. Most of them would show what the one before
showed, at the same price; so by default a frame goes out when the picture has changed,
or when the user speaks, perhaps about it. Chapter 6 builds this module; frame-sender.js
is its twin, and both are held to tests/vectors/frame_sender.json.
"""

from collections.abc import Sequence
from typing import Literal

__all__ = ["MIN_INTERVAL_MS", "FrameSender", "Policy", "difference"]

MIN_INTERVAL_MS = 1000
"""One frame a second (documented)."""

CHANGED = 6.0
"""The `difference` from which on a picture has changed. The noise of a sensor averages
out in a thumbnail; what moves does not."""

Policy = Literal["useful", "every"]
"""`useful`: when something has changed or the user speaks. `every`: each second."""


def difference(one: Sequence[int], other: Sequence[int]) -> float:
    """Return by how much the pixels of two thumbnails differ, 0 to 255."""
    if len(one) != len(other) or not one:
        return 255.0
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


class FrameSender:
    """Decides for one source; ask it each time there is a picture."""

    def __init__(self, policy: Policy = "useful") -> None:
        self.policy = policy
        self.sent = self.kept = 0
        self._sent_at_ms = float("-inf")
        self._last: Sequence[int] = ()

    def should_send(
        self, thumbnail: Sequence[int], at_ms: float, is_speaking: bool = False
    ) -> bool:
        """Tell whether this picture goes out; if so, it counts as sent.

        The thumbnail is brightness, pixel by pixel; the clock never goes back.
        """
        is_due = at_ms - self._sent_at_ms >= MIN_INTERVAL_MS
        has_changed = difference(self._last, thumbnail) >= CHANGED
        is_wanted = has_changed or is_speaking or self.policy == "every"
        if is_due and is_wanted:
            self._sent_at_ms, self._last = at_ms, tuple(thumbnail)
            self.sent += 1
        else:
            self.kept += 1
        return is_due and is_wanted
