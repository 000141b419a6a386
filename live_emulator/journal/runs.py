"""Join what streams: of many small pieces, only the sum is news."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Line", "joined"]

Event = TypeVar("Event")


@dataclass(slots=True)
class Line(Generic[Event]):
    """What becomes one line: events at one time, or the pieces of a run."""

    at_s: float
    """Of the first."""
    side: str
    events: list[Event]


def joined(
    frames: Iterable[tuple[float, str, Iterable[Event]]],
    run_of: Callable[[Event], Hashable | None],
) -> list[Line[Event]]:
    """Return lines in the order in which they begin.

    A run ends with the next event of its side that is no piece. What the other side
    does meanwhile ends none: how the two interleave is a matter of milliseconds, and
    differs from one session to the next.

    Args:
        frames: Time, side and events of each.
        run_of: Returns to which run an event belongs, None if it is no piece.

    """
    lines: list[Line[Event]] = []
    running: dict[str, dict[Hashable, Line[Event]]] = {}
    for at_s, side, events in frames:
        rest = []
        runs = running.setdefault(side, {})
        for event in events:
            run = run_of(event)
            if run is None:
                rest.append(event)
            elif run in runs:
                runs[run].events.append(event)
            else:
                runs[run] = Line(at_s, side, [event])
                lines.append(runs[run])
        if rest:
            lines.append(Line(at_s, side, rest))
            runs.clear()
    return lines
