"""One direction of a timeline: labels, frames on the wire, sound, words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from guide.figures.axis import TimeAxis
from guide.figures.fonts import cut, drawable, text_width_in
from guide.figures.labels import Label, PlacedLabel, place_labels
from guide.figures.look import ACCENT, DPI, INK, RULE, Sheet
from guide.figures.marks import Mark
from guide.figures.scene import Chunk, Speech
from guide.figures.sound import draw_outline
from guide.figures.subtitles import LINE_IN, SIZE, Line, set_subtitles
from guide.wire_log import Envelope, Played
from guide.wire_log.envelope import outline_of

__all__ = ["FAN_IN", "WAVE_IN", "Lane"]

FAN_IN = 0.30
WAVE_IN = 0.56
_LABEL_SIZE = 7.2
_ROW_IN = 0.145
_TICKS_IN = 0.12
_MOST_FAN_LINES = 160
_MOST_LABELS = 60
_CROWDED_IN = 0.3
"""Beyond so many marks, those nearer to their like than this go unlabelled."""
_LAG_S = 0.15
"""Audio that lies on the wire at least this long before its time gets a fan."""
_REPEATED = 6
"""A label that would come more often than this is written once."""


@dataclass(slots=True)
class Lane:
    """What one side sends, from top to bottom, and how high each part is."""

    axis: TimeAxis
    colour: str
    name: str
    wire_note: str
    """What the frames on the wire do: they are sent, they arrive."""
    sound_note: str
    chunks: Sequence[Chunk]
    marks: Sequence[Mark]
    speeches: Sequence[Speech]
    images_s: Sequence[float] = ()
    has_fan: bool = False
    """Leave room between wire and sound even if nothing lags."""

    _texts: dict[int, list[str]] = field(init=False, default_factory=dict)
    _placed: list[PlacedLabel] = field(init=False, default_factory=list)
    _lines: list[Line] = field(init=False, default_factory=list)
    top_y: float = field(init=False, default=0.0)
    wire_y: float = field(init=False, default=0.0)
    sound_y: float = field(init=False, default=0.0)
    words_y: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        axis = self.axis
        self.chunks = [
            chunk
            for chunk in self.chunks
            if len(chunk.envelope)
            and chunk.played.arrived_s <= axis.end_s
            and chunk.played.end_s >= axis.start_s
        ]
        self.marks = [mark for mark in self.marks if axis.shows(mark.at_s)]
        self._place_labels()
        self._lines = set_subtitles(self.speeches, axis.x, axis.left, axis.right)
        lags = [one.played.start_s - one.played.arrived_s for one in self.chunks]
        self.has_fan = bool(self.chunks) and (
            self.has_fan or max(lags, default=0.0) > _LAG_S
        )

    @property
    def labels_in(self) -> float:
        """Height of the labels."""
        rows = max((one.row for one in self._placed), default=-1) + 1
        return rows * _ROW_IN + (0.02 if rows else 0.0)

    @property
    def words_in(self) -> float:
        """Height of the words."""
        rows = max((line.row for line in self._lines), default=-1) + 1
        return rows * LINE_IN + (0.03 if rows else 0.0)

    @property
    def height_in(self) -> float:
        """Height of the whole lane."""
        sound = WAVE_IN if self.chunks else 0.09
        return self.labels_in + _TICKS_IN + self.fan_in + sound + self.words_in

    @property
    def fan_in(self) -> float:
        """Height of the room between wire and sound."""
        return FAN_IN if self.has_fan else 0.03

    def stand_at(self, top_y: float) -> None:
        """Fix the heights of all parts below a height on the sheet."""
        self.top_y = top_y
        self.wire_y = top_y - self.labels_in - _TICKS_IN
        below = self.wire_y - self.fan_in
        self.sound_y = below - WAVE_IN / 2
        self.words_y = below - (WAVE_IN if self.chunks else 0.09)

    def draw(self, sheet: Sheet) -> None:
        """Draw the lane where it stands."""
        axis = self.axis
        for y in [self.wire_y, *([self.sound_y] if self.chunks else [])]:
            sheet.lines([(axis.left, y, axis.right, y)], RULE, 0.5, alpha=0.35, layer=1)
        self._draw_name(sheet)
        self._draw_labels(sheet)
        self._draw_words(sheet)
        self._draw_ticks(sheet)
        if self.chunks:
            self._draw_fan(sheet)
            self._draw_sound(sheet)

    def _place_labels(self) -> None:
        often = {
            text
            for text, count in Counter(mark.text for mark in self.marks).items()
            if count > _REPEATED
        }
        named: list[int] = []
        labels: list[Label] = []
        for index in self._worth_a_label():
            mark = self.marks[index]
            forms = [
                cut(drawable(text), _LABEL_SIZE, room_in, bold=mark.is_alert)
                for text, room_in in ((mark.text, 3.6), (mark.short, 1.2))
            ]
            self._texts[index] = forms
            if not all(forms):
                continue
            widths = tuple(
                text_width_in(form, _LABEL_SIZE, bold=mark.is_alert)
                for form in dict.fromkeys(forms)
            )
            group = mark.text if mark.text in often else ""
            named.append(index)
            labels.append(Label(self.axis.x(mark.at_s), widths, mark.priority, group))
        placed = place_labels(labels, self.axis.left, self.axis.right + 0.09)
        self._placed = [replace(one, index=named[one.index]) for one in placed]

    def _worth_a_label(self) -> list[int]:
        """Return the marks to label; where thousands crowd, one every so often."""
        if len(self.marks) <= _MOST_LABELS:
            return list(range(len(self.marks)))
        last_x: dict[int, float] = {}
        worth = []
        for index, mark in enumerate(self.marks):
            x = self.axis.x(mark.at_s)
            if x - last_x.get(mark.priority, -1.0) >= _CROWDED_IN:
                last_x[mark.priority] = x
                worth.append(index)
        return worth

    def _draw_name(self, sheet: Sheet) -> None:
        if self.chunks:
            sheet.text(0.1, self.wire_y, self.wire_note, size=6.6)
            y, note = self.sound_y, self.sound_note
        else:
            y, note = self.wire_y, self.wire_note
        shift = 0.02 if note else -0.04
        sheet.text(0.1, y + shift, self.name, size=9.0, colour=self.colour, bold=True)
        sheet.text(0.1, y - 0.10, note, size=6.6)

    def _draw_labels(self, sheet: Sheet) -> None:
        y = self.wire_y
        for is_alert in (False, True):
            xs = self._columns(
                mark.at_s for mark in self.marks if mark.is_alert == is_alert
            )
            ink = ACCENT if is_alert else self.colour
            sheet.lines([(x, y - 0.035, x, y + 0.08) for x in xs], ink, 1.1, layer=3)
        for one in self._placed:
            mark, text = self.marks[one.index], self._texts[one.index][one.form]
            ink = ACCENT if mark.is_alert else INK
            x = self.axis.x(mark.at_s)
            row_y = y + _TICKS_IN + one.row * _ROW_IN
            sheet.lines([(x, y, x, row_y + 0.10)], ink, 0.6, alpha=0.6)
            sheet.text(
                one.left,
                row_y + 0.02,
                text,
                size=_LABEL_SIZE,
                colour=ink,
                bold=mark.is_alert,
            )

    def _draw_ticks(self, sheet: Sheet) -> None:
        """Draw a tick for each chunk and a square for each image."""
        y = self.wire_y
        arrivals_s = [chunk.played.arrived_s for chunk in self.chunks]
        xs = self._columns(arrivals_s)
        sheet.lines([(x, y, x, y + 0.065) for x in xs], self.colour, 0.8)
        xs = self._columns(self.images_s)
        sheet.dots(xs, [y + 0.03] * len(xs), self.colour, 3.4, marker="s")

    def _columns(self, times_s: Iterable[float]) -> list[float]:
        """Return where times lie, to every other pixel, each place once."""
        columns = {
            round(self.axis.x(at_s) * DPI / 2)
            for at_s in times_s
            if self.axis.shows(at_s)
        }
        return [column * 2 / DPI for column in sorted(columns)]

    def _draw_fan(self, sheet: Sheet) -> None:
        """Join each chunk on the wire with the moment at which it sounds."""
        if not self.has_fan:
            return
        axis = self.axis
        top, low = self.wire_y - 0.02, self.sound_y + WAVE_IN / 2
        heard = [chunk.played for chunk in self.chunks if chunk.played.heard_s]
        for run in _runs(heard):
            corners = [
                (axis.clamped(run[0].arrived_s), top),
                (axis.clamped(run[-1].arrived_s), top),
                (axis.clamped(run[-1].start_s + run[-1].heard_s), low),
                (axis.clamped(run[0].start_s), low),
            ]
            sheet.shape(corners, self.colour, alpha=0.10)
        if len(heard) <= _MOST_FAN_LINES:
            ends_s = [(one.arrived_s, one.start_s) for one in heard]
            sheet.lines(
                [
                    (axis.x(arrived_s), top, axis.x(start_s), low)
                    for arrived_s, start_s in ends_s
                    if axis.shows(arrived_s) and axis.shows(start_s)
                ],
                self.colour,
                0.6,
                alpha=0.5,
            )

    def _draw_sound(self, sheet: Sheet) -> None:
        """Draw what was heard solid, and what an interruption took hollow."""
        axis = self.axis
        bin_s = max(chunk.envelope.bin_s for chunk in self.chunks)
        span_s = axis.end_s - axis.start_s
        columns = max(1, int(min((axis.right - axis.left) * DPI, span_s / bin_s)))
        xs = axis.left + (np.arange(columns) + 0.5) / columns * (axis.right - axis.left)
        peak = max(
            float(max(chunk.envelope.high.max(), -chunk.envelope.low.min()))
            for chunk in self.chunks
        )
        for pieces, hollow in zip(
            _heard_and_lost(self.chunks), (False, True), strict=True
        ):
            outline = outline_of(pieces, axis.start_s, axis.end_s, columns)
            draw_outline(
                sheet,
                xs,
                outline,
                self.sound_y,
                WAVE_IN * 0.46,
                self.colour,
                peak=peak,
                hollow=hollow,
            )

    def _draw_words(self, sheet: Sheet) -> None:
        for line in self._lines:
            sheet.text(
                line.x,
                self.words_y - (line.row + 1) * LINE_IN + 0.02,
                line.text,
                size=SIZE,
                colour=self.colour if line.is_heard else INK,
                italic=not line.is_heard,
            )


def _heard_and_lost(
    chunks: Sequence[Chunk],
) -> tuple[list[tuple[float, Envelope]], list[tuple[float, Envelope]]]:
    """Part audio into what was heard and what was not, each piece with its time.

    Lost audio gives way to the next that is heard: they would overlap.
    """
    heard: list[tuple[float, Envelope]] = []
    lost: list[tuple[float, Envelope]] = []
    next_heard_s = float("inf")
    for chunk in reversed(chunks):
        played, envelope = chunk.played, chunk.envelope
        bins = round(played.heard_s / envelope.bin_s)
        cut_s = played.start_s + bins * envelope.bin_s
        room = min(max(0.0, (next_heard_s - cut_s) / envelope.bin_s), len(envelope))
        if rest := envelope[bins : bins + int(room)]:
            lost.append((cut_s, rest))
        if bins:
            heard.append((played.start_s, envelope[:bins]))
            next_heard_s = played.start_s
    return heard, lost


def _runs(played: Sequence[Played]) -> list[list[Played]]:
    """Part chunks into stretches that were heard without a break."""
    runs: list[list[Played]] = []
    for one in played:
        if runs and one.start_s - runs[-1][-1].end_s < 0.001:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs
