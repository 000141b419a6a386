"""The wire timeline: both directions and the audio beside them, on one axis."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from guide.figures.axis import TimeAxis, draw_time_axis
from guide.figures.calls import CallLane, calls_of
from guide.figures.fonts import text_width_in
from guide.figures.lane import FAN_IN, WAVE_IN, Lane
from guide.figures.look import (
    ACCENT,
    INK,
    MODEL,
    USER,
    WIDTH_IN,
    Sheet,
    in_style,
    show,
)
from guide.figures.scene import Delay, Scene, scene_of
from guide.figures.titles import Title
from guide.wire_log import WireLog

__all__ = ["draw_timeline", "show_timeline"]

_LEFT_IN = 0.72
_RIGHT_IN = 0.12
_SHORTEST_S = 0.5
_AXIS_Y = 0.27
_BETWEEN_LANES_IN = 0.12
_NOTE_SIZE = 7.0
_SHORTEST_DELAY_IN = 0.12
"""A delay drawn shorter than this is a blot."""


def show_timeline(
    log: WireLog,
    *,
    title: str = "",
    start_s: float | None = None,
    end_s: float | None = None,
    calls: bool = False,
) -> None:
    """Show a session on one time axis.

    Each direction is a lane: its messages by name, a tick for every chunk of audio
    on the wire, the audio at the time it sounds, and its words. Thin lines lead
    from a chunk to its sound, so that they fan out where audio is sent ahead. What
    an interruption kept from being heard is drawn hollow, its words in grey.

    Args:
        log: The frames of the session.
        title: A claim that the picture supports.
        start_s: Show the session from here.
        end_s: Show it up to here.
        calls: Add a lane with the calls of functions, from call to result.

    Raises:
        ValueError: The end would lie before the start.

    """
    show(draw_timeline(log, title=title, start_s=start_s, end_s=end_s, calls=calls))


@in_style
def draw_timeline(
    log: WireLog,
    *,
    title: str = "",
    start_s: float | None = None,
    end_s: float | None = None,
    calls: bool = False,
) -> Figure:
    """Return the figure that `show_timeline` shows."""
    scene = scene_of(log)
    axis = _axis_over(scene, start_s, end_s)
    cuts_s = [at_s for at_s in scene.interruptions_s if axis.shows(at_s)]
    user = Lane(
        axis=axis,
        colour=USER,
        name="you",
        wire_note="sent",
        sound_note="",
        chunks=scene.user_chunks,
        marks=scene.sent,
        speeches=scene.user_speech,
        images_s=scene.images_s,
    )
    model = Lane(
        axis=axis,
        colour=MODEL,
        name="model",
        wire_note="received",
        sound_note="as heard",
        chunks=scene.model_chunks,
        marks=scene.received,
        speeches=scene.model_speech,
        has_fan=True,
    )
    functions = CallLane(axis, calls_of(log) if calls else ())
    heading = Title(title, air_in=0.06)
    lanes_in = user.height_in + _BETWEEN_LANES_IN + model.height_in
    lanes_in += functions.height_in
    sheet = Sheet("timeline", WIDTH_IN, _AXIS_Y + 0.06 + lanes_in + heading.height_in)
    heading.draw(sheet)
    user.stand_at(sheet.height_in - heading.height_in)
    model.stand_at(user.top_y - user.height_in - _BETWEEN_LANES_IN)
    user.draw(sheet)
    model.draw(sheet)
    _draw_interruptions(sheet, axis, cuts_s, user, model)
    if model.chunks:
        _draw_delays(sheet, axis, scene.delays, cuts_s, model)
        _draw_losses(sheet, axis, scene, model)
    functions.draw(sheet, model.top_y - model.height_in)
    draw_time_axis(sheet, _AXIS_Y, axis)
    return sheet.figure


def _axis_over(scene: Scene, start_s: float | None, end_s: float | None) -> TimeAxis:
    if start_s is None:
        start_s = scene.first_s
    if end_s is None:
        end_s = scene.last_s + 0.02 * (scene.last_s - start_s)
    if end_s < start_s:
        raise ValueError(
            f"The timeline would end at {end_s:.2f} s, before its start at "
            f"{start_s:.2f} s. The log runs to {scene.last_s:.2f} s."
        )
    end_s = max(end_s, start_s + _SHORTEST_S)
    return TimeAxis(start_s, end_s, _LEFT_IN, WIDTH_IN - _RIGHT_IN)


def _draw_interruptions(
    sheet: Sheet, axis: TimeAxis, cuts_s: Sequence[float], user: Lane, model: Lane
) -> None:
    """Draw a line through everything but labels and words."""
    for at_s in cuts_s:
        x = axis.x(at_s)
        for lane in (user, model):
            top, low = lane.wire_y + 0.08, lane.words_y
            sheet.lines([(x, top, x, low)], ACCENT, 1.0, layer=5)


def _draw_delays(
    sheet: Sheet,
    axis: TimeAxis,
    delays: Sequence[Delay],
    cuts_s: Sequence[float],
    model: Lane,
) -> None:
    """Draw the time to each answer as a dimension line between wire and sound."""
    y = model.sound_y + WAVE_IN / 2 + FAN_IN * 0.28
    for delay in delays:
        x0, x1 = axis.x(delay.from_s), axis.x(delay.to_s)
        shown = axis.shows(delay.from_s) and axis.shows(delay.to_s)
        if not shown or x1 - x0 < _SHORTEST_DELAY_IN:
            continue
        sheet.lines([(x, y - 0.045, x, y + 0.045) for x in (x0, x1)], INK, 0.8)
        text = f"{delay.to_s - delay.from_s:.2f} s"
        width = text_width_in(text, _NOTE_SIZE) + 0.06
        crossed = any(x0 < axis.x(at_s) < x1 for at_s in cuts_s)
        if x1 - x0 > width + 0.12 and not crossed:
            middle = (x0 + x1) / 2
            ends = (middle - width / 2, middle + width / 2)
            sheet.lines([(x0, y, ends[0], y), (ends[1], y, x1, y)], INK, 0.8)
            sheet.text(middle, y - 0.035, text, size=_NOTE_SIZE, align="center")
            continue
        sheet.lines([(x0, y, x1, y)], INK, 0.8)
        # In front of the line, if the model was silent there.
        before = max(axis.clamped(delay.silent_since_s), *_crossings(axis, cuts_s, x0))
        if before < x0 - width - 0.04:
            sheet.text(x0 - 0.04, y - 0.035, text, size=_NOTE_SIZE, align="right")


def _crossings(axis: TimeAxis, cuts_s: Sequence[float], x: float) -> list[float]:
    """Return where interruptions are drawn up to a place, the left end included."""
    return [axis.left, *(c for c in map(axis.x, cuts_s) if c <= x)]


def _draw_losses(sheet: Sheet, axis: TimeAxis, scene: Scene, model: Lane) -> None:
    """Say how much was never heard, beside the line that cut it off."""
    y = model.wire_y - 0.13
    taken = axis.left
    for loss in scene.losses:
        if not axis.shows(loss.at_s):
            continue
        text = f"{loss.lost_s:.1f} s never heard"
        width = text_width_in(text, _NOTE_SIZE)
        x, next_x = axis.x(loss.at_s), axis.clamped(loss.until_s)
        # Where the chunks begin that were cut off, the fan is at its highest.
        begun_s = [delay.to_s for delay in scene.delays]
        begun_s += [other.until_s for other in scene.losses]
        before = [axis.clamped(at_s) for at_s in begun_s if at_s < loss.at_s]
        if x + 0.05 + width < next_x - 0.05:
            sheet.text(x + 0.05, y, text, size=_NOTE_SIZE, italic=True)
            taken = x + 0.05 + width
        elif x - 0.1 - width > max(taken, *before, axis.left) + 0.1:
            # Over the last chunks before the line, where the fan is at its lowest.
            sheet.text(x - 0.1, y, text, size=_NOTE_SIZE, italic=True, align="right")
            taken = x
