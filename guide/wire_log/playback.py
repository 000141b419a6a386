"""When received audio is heard: chunks queue up behind one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Played", "played_spans"]


@dataclass(frozen=True, slots=True)
class Played:
    """The fate of one chunk of audio. Times in seconds."""

    arrived_s: float
    start_s: float
    """When its first sample is due: on arrival, or once the one before ends."""
    duration_s: float
    heard_s: float
    """How much of it is heard: all, a part, or nothing after a flush."""

    @property
    def end_s(self) -> float:
        """When its last sample would be heard if nothing interrupted."""
        return self.start_s + self.duration_s


def played_spans(
    chunks: Sequence[tuple[float, float]],
    flushes_s: Iterable[float] = (),
    *,
    start_delay_s: float = 0.0,
    slack_s: float = 0.0,
) -> list[Played]:
    """Return when each chunk plays.

    Args:
        chunks: Arrival time and duration of each, in order of arrival.
        flushes_s: Times at which everything not yet heard is dropped. A chunk
            that arrives at the same time counts as dropped.
        start_delay_s: How long a player waits after running dry before it
            starts again, to gather a reserve.
        slack_s: A chunk that comes late by no more than this still joins on
            without a gap, as if it had come in time.

    """
    flushes = sorted(flushes_s)
    spans: list[Played] = []
    free_s = float("-inf")
    next_flush = 0
    for arrived_s, duration_s in chunks:
        while next_flush < len(flushes) and flushes[next_flush] < arrived_s:
            free_s = min(free_s, flushes[next_flush])
            next_flush += 1
        in_time = free_s >= arrived_s - slack_s
        start_s = free_s if in_time else arrived_s + start_delay_s
        free_s = start_s + duration_s
        heard_s = duration_s
        if next_flush < len(flushes):
            heard_s = min(duration_s, max(0.0, flushes[next_flush] - start_s))
        spans.append(Played(arrived_s, start_s, duration_s, heard_s))
    return spans
