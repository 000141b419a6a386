"""The calls of functions on a timeline: a bar from each call to its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from guide.figures.axis import TimeAxis
from guide.figures.fonts import text_width_in
from guide.figures.look import ACCENT, INK, RULE, Sheet
from guide.wire_log import Kind, WireLog

__all__ = ["CallLane", "CallSpan", "calls_of"]

_ROW_IN = 0.2
_BAR_IN = 0.1
_ABOVE_IN = 0.12
_SIZE = 7.2


@dataclass(slots=True)
class CallSpan:
    """One call. Times in seconds since the log began."""

    name: str
    start_s: float
    end_s: float | None = None
    """When the last result was sent, or the call was cancelled; None: neither."""
    outcome: Literal["", "result", "cancelled"] = ""
    scheduling: str = ""
    progress_s: list[float] = field(default_factory=list)
    """When results were sent that others follow."""

    @property
    def text(self) -> str:
        """What stands beside the bar."""
        if self.outcome == "cancelled":
            return f"{self.name}: cancelled"
        return f"{self.name}: {self.scheduling}" if self.scheduling else self.name


def calls_of(log: WireLog) -> list[CallSpan]:
    """Return the calls in a log, in the order in which they came."""
    found: dict[str, CallSpan] = {}
    for frame in log.frames:
        for event in frame.events:
            if event.kind is Kind.TOOL_CALL and event.id:
                found.setdefault(event.id, CallSpan(event.text, frame.at_s))
            elif event.kind is Kind.TOOL_CANCELLED:
                for id in event.text.split(", "):
                    _end(found.get(id), frame.at_s, "cancelled")
            elif event.kind is Kind.TOOL_RESPONSE and event.id in found:
                call = found[event.id]
                call.scheduling = event.detail
                if event.will_continue:
                    call.progress_s.append(frame.at_s)
                else:
                    _end(call, frame.at_s, "result")
    return list(found.values())


def _end(
    call: CallSpan | None, at_s: float, outcome: Literal["result", "cancelled"]
) -> None:
    if call and call.end_s is None:
        call.end_s, call.outcome = at_s, outcome


class CallLane:
    """Bars side by side, one below the other where they overlap."""

    def __init__(self, axis: TimeAxis, calls: Sequence[CallSpan]) -> None:
        self._axis = axis
        self._rows: list[tuple[int, CallSpan]] = []
        ends: list[float] = []
        for call in calls:
            if call.start_s > axis.end_s or self._end_s(call) < axis.start_s:
                continue
            begin = axis.clamped(call.start_s)
            end = (
                axis.clamped(self._end_s(call)) + text_width_in(call.text, _SIZE) + 0.2
            )
            row = next((row for row, x in enumerate(ends) if x < begin), len(ends))
            ends[row : row + 1] = [end]
            self._rows.append((row, call))
        self._count = len(ends)

    @property
    def height_in(self) -> float:
        """Height of the lane; 0 without calls."""
        return _ABOVE_IN + self._count * _ROW_IN if self._count else 0.0

    def _end_s(self, call: CallSpan) -> float:
        return self._axis.end_s if call.end_s is None else call.end_s

    def draw(self, sheet: Sheet, top_y: float) -> None:
        """Draw the lane below a height on the sheet."""
        if not self._count:
            return
        axis = self._axis
        y0 = top_y - _ABOVE_IN - _ROW_IN / 2
        sheet.text(0.1, y0 - 0.04, "calls", size=6.6, colour=INK)
        for row, call in self._rows:
            y = y0 - row * _ROW_IN
            x0, x1 = axis.clamped(call.start_s), axis.clamped(self._end_s(call))
            self._draw_bar(sheet, call, x0, max(x1, x0 + 0.03), y)
            width = text_width_in(call.text, _SIZE)
            is_right = x1 + 0.06 + width < axis.right
            place = x1 + 0.06 if is_right else x0 - 0.06
            align = "left" if is_right else "right"
            sheet.text(place, y - 0.035, call.text, size=_SIZE, align=align)

    def _draw_bar(
        self, sheet: Sheet, call: CallSpan, x0: float, x1: float, y: float
    ) -> None:
        low, high = y - _BAR_IN / 2, y + _BAR_IN / 2
        edges = [(x0, low, x1, low), (x0, high, x1, high), (x0, low, x0, high)]
        if call.outcome == "cancelled":
            sheet.lines([*edges, (x1, low, x1, high)], RULE, 0.8)
            sheet.lines([(x1, low - 0.03, x1, high + 0.03)], ACCENT, 1.4, layer=5)
            return
        sheet.lines([(x0, y, x1, y)], RULE, _BAR_IN * 72, alpha=0.45)
        for at_s in call.progress_s:
            x = self._axis.clamped(at_s)
            sheet.lines([(x, low, x, high)], INK, 1.0, layer=5)
