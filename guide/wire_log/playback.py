"""When audio sounds: chunks queue up behind one another, received or sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Played", "played_spans", "recorded_spans"]


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
) -> list[Played]:
    """Return when each chunk plays.

    Args:
        chunks: Arrival time and duration of each, in order of arrival.
        flushes_s: Times at which everything not yet heard is dropped. A chunk
            that arrives at the same time counts as dropped.
        start_delay_s: How long a player waits after running dry before it
            starts again, to gather a reserve.

    """
    flushes = sorted(flushes_s)
    spans: list[Played] = []
    free_s = float("-inf")
    next_flush = 0
    for arrived_s, duration_s in chunks:
        while next_flush < len(flushes) and flushes[next_flush] < arrived_s:
            free_s = min(free_s, flushes[next_flush])
            next_flush += 1
        start_s = free_s if free_s >= arrived_s else arrived_s + start_delay_s
        free_s = start_s + duration_s
        heard_s = duration_s
        if next_flush < len(flushes):
            heard_s = min(duration_s, max(0.0, flushes[next_flush] - start_s))
        spans.append(Played(arrived_s, start_s, duration_s, heard_s))
    return spans


def recorded_spans(
    chunks: Sequence[tuple[float, float]], *, slack_s: float, catch_up_s: float = 1.0
) -> list[Played]:
    """Return when each chunk that was sent is spoken, as its receiver counts.

    A microphone does not pause because a program was late: chunks that come late
    and are followed by others in time, or ahead of it, leave no gap.

    Args:
        chunks: When each was sent and its duration, in order.
        slack_s: How late a chunk may be and still count as in time.
        catch_up_s: After a longer delay than this, audio begins anew.

    """
    spans: list[Played] = []
    free_s = float("-inf")
    for number, (sent_s, duration_s) in enumerate(chunks):
        start_s = sent_s
        due_s = free_s
        for later_s, later_duration_s in chunks[number:]:
            if later_s > sent_s + catch_up_s:
                break
            if due_s >= later_s - slack_s:
                start_s = free_s
                break
            due_s += later_duration_s
        free_s = start_s + duration_s
        spans.append(Played(sent_s, start_s, duration_s, duration_s))
    return spans
