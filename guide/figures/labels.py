"""Find room for small labels on a time axis: no two ever touch.

Labels stand in rows above (or below) a line, each with a leader down to it. A
label may stand to the right or to the left of its leader. No label covers
another, and no leader runs through one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Label", "PlacedLabel", "place_labels"]


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to one point of the axis. Lengths in inches."""

    x: float
    widths: tuple[float, ...]
    """Of the text, then of shorter forms of it, for where room is scarce."""
    priority: int = 0
    """Higher ones choose first."""
    group: str = ""
    """Of labels that share a name here, one is placed."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """Where a label went."""

    index: int
    """Its place in the list that was given."""
    left: float
    row: int
    """0 is next to the line."""
    form: int = 0
    """Which of its forms was chosen."""


def place_labels(
    labels: Sequence[Label],
    left: float,
    right: float,
    *,
    max_rows: int = 4,
    gap: float = 0.08,
    offset: float = 0.03,
) -> list[PlacedLabel]:
    """Place as many labels as there is room for.

    Args:
        labels: In any order.
        left: Where the room begins.
        right: Where it ends.
        max_rows: How many rows there may be.
        gap: Least distance between two labels of a row.
        offset: Distance between a leader and its own label.

    Returns:
        The placed ones, in the order in which they were given.

    """
    room = _Room(labels, left, right, max_rows, gap, offset)
    urgent = sorted(
        range(len(labels)), key=lambda i: (-labels[i].priority, labels[i].x)
    )
    # From right to left makes a flight of steps out of labels that crowd. No
    # order is best for all; whichever gets most said wins.
    steps = sorted(urgent, key=lambda i: (-labels[i].x, -labels[i].priority))
    attempts = (
        room.fill(order, short_first, right_first)
        for order in (urgent, steps)
        for short_first in (False, True)
        for right_first in (False, True)
    )
    best = max(attempts, key=lambda placed: room.merit(placed))
    return sorted(best, key=lambda one: one.index)


@dataclass(frozen=True, slots=True)
class _Room:
    """The space above a line, and the rules of it."""

    labels: Sequence[Label]
    left: float
    right: float
    max_rows: int
    gap: float
    offset: float

    def fill(
        self, order: Sequence[int], short_first: bool, right_first: bool
    ) -> list[PlacedLabel]:
        """Give each label in turn the first place that is free."""
        placed: list[PlacedLabel] = []
        groups: set[str] = set()
        for index in order:
            label = self.labels[index]
            if label.group in groups:
                continue
            forms = range(len(label.widths))
            for candidate in self._places(
                index, forms[::-1] if short_first else forms, right_first
            ):
                if self._is_free(candidate, placed):
                    placed.append(candidate)
                    groups |= {label.group} - {""}
                    break
        if short_first:
            for one in tuple(placed):
                self._lengthen(one, placed)
        return placed

    def merit(self, placed: Sequence[PlacedLabel]) -> tuple[float, float]:
        """Rate an arrangement: by what it says, then by how flat it is."""
        said = sum(1 + self.labels[one.index].priority - one.form / 4 for one in placed)
        return said, -sum(one.row for one in placed)

    def _places(
        self, index: int, forms: Sequence[int], right_first: bool
    ) -> Iterator[PlacedLabel]:
        label = self.labels[index]
        spots = [(row, side) for row in range(self.max_rows) for side in (0, 1)]
        if right_first:
            spots.sort(key=lambda spot: spot[1])
        for form in forms:
            width = label.widths[form]
            for row, side in spots:
                start = label.x + (-self.offset - width if side else self.offset)
                if self.left <= start and start + width <= self.right:
                    yield PlacedLabel(index, start, row, form)

    def _lengthen(self, one: PlacedLabel, placed: list[PlacedLabel]) -> None:
        """Put a label's longest form in its place that there is room for."""
        others = [other for other in placed if other.index != one.index]
        for candidate in self._places(one.index, range(one.form), right_first=True):
            if candidate.row == one.row and self._is_free(candidate, others):
                placed[placed.index(one)] = candidate
                return

    def _end(self, one: PlacedLabel) -> float:
        return one.left + self.labels[one.index].widths[one.form]

    def _is_free(self, one: PlacedLabel, placed: Sequence[PlacedLabel]) -> bool:
        return not any(self._collide(one, other) for other in placed)

    def _collide(self, one: PlacedLabel, other: PlacedLabel) -> bool:
        if one.row == other.row:
            return (
                one.left < self._end(other) + self.gap
                and other.left < self._end(one) + self.gap
            )
        # The leader of the higher label passes the row of the lower one.
        low, high = (one, other) if one.row < other.row else (other, one)
        clear = self.offset * 0.9
        return low.left - clear < self.labels[high.index].x < self._end(low) + clear
