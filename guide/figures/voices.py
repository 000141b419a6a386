"""Several stretches of audio, one under the other, to compare."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from guide.figures.axis import TimeAxis, draw_time_axis
from guide.figures.fonts import cut, drawable, text_width_in
from guide.figures.look import DPI, WIDTH_IN, Sheet, in_style, show
from guide.figures.pitch import HIGHEST_HZ, LOWEST_HZ, Pitch, pitch_of
from guide.figures.sound import Sound, draw_sound
from guide.figures.titles import MARGIN_IN, Title

__all__ = ["draw_waveforms", "show_waveforms"]

_AXIS_Y = 0.27
_LANE_IN = 0.66
_ALL_LANES_IN = 4.0
_LEAST_LANE_IN = 0.32
"""Many voices share the height of six, as long as that leaves each this much."""
_NAME_SIZE = 8.5


def show_waveforms(
    sounds: Sequence[Sound], *, title: str = "", pitch: bool = False
) -> None:
    """Show several waveforms on one time axis.

    Args:
        sounds: From top to bottom. Six make a picture of about 100 KB.
        title: A claim.
        pitch: Draw the pitch of the voice over each waveform, all on the same
            scale, and name its median.

    """
    show(draw_waveforms(sounds, title=title, pitch=pitch))


@in_style
def draw_waveforms(
    sounds: Sequence[Sound], *, title: str = "", pitch: bool = False
) -> Figure:
    """Return the figure that `show_waveforms` shows."""
    names = [cut(drawable(one.name), _NAME_SIZE, 1.6, bold=True) for one in sounds]
    widest = max(
        (text_width_in(name, _NAME_SIZE, bold=True) for name in names), default=0
    )
    end_s = max((sound.duration_s for sound in sounds), default=0.0) or 1.0
    axis = TimeAxis(
        0.0,
        end_s,
        MARGIN_IN + (widest + 0.15 if widest else 0.0),
        WIDTH_IN - MARGIN_IN - (0.75 if pitch else 0.0),
    )
    heading = Title(title, air_in=0.06)
    lane_in = min(_LANE_IN, max(_LEAST_LANE_IN, _ALL_LANES_IN / max(1, len(sounds))))
    height_in = _AXIS_Y + 0.08 + lane_in * len(sounds) + heading.height_in
    sheet = Sheet("waveforms", WIDTH_IN, height_in)
    heading.draw(sheet)
    contours = [pitch_of(one.pcm, one.rate_hz) for one in sounds] if pitch else []
    range_hz = _range_hz(contours)
    top = height_in - heading.height_in
    if contours:
        sheet.text(axis.right + 0.08, top - 0.09, "median pitch", size=6.2)
    for row, (sound, name) in enumerate(zip(sounds, names, strict=True)):
        middle = top - lane_in * (row + 0.5)
        half = lane_in * 0.42
        sheet.text(
            axis.left - 0.15,
            middle,
            name,
            size=_NAME_SIZE,
            colour=sound.colour,
            align="right",
            anchor="center_baseline",
            bold=True,
        )
        draw_sound(
            sheet, sound, axis, middle, half, faint=pitch, columns_per_in=DPI / 2
        )
        if pitch:
            _draw_pitch(
                sheet, contours[row], sound.colour, axis, range_hz, middle, half
            )
    draw_time_axis(sheet, _AXIS_Y, axis)
    return sheet.figure


def _range_hz(contours: Sequence[Pitch]) -> tuple[float, float]:
    """Return the lowest and highest pitch to show, with some air."""
    voiced = [contour.hz[~np.isnan(contour.hz)] for contour in contours]
    values = np.concatenate([np.empty(0), *voiced])
    if not len(values):
        return LOWEST_HZ, HIGHEST_HZ
    low, high = np.percentile(values, [1, 99])
    return float(low) / 1.1, float(high) * 1.1


def _draw_pitch(
    sheet: Sheet,
    contour: Pitch,
    colour: str,
    axis: TimeAxis,
    range_hz: tuple[float, float],
    middle: float,
    half: float,
) -> None:
    """Draw a contour, an octave as high everywhere as everywhere else."""
    if np.isnan(contour.median_hz):
        return
    low, high = np.log(range_hz)
    heights = (np.log(np.clip(contour.hz, *range_hz)) - low) / (high - low)
    xs = axis.left + contour.times_s * axis.scale
    sheet.line(xs, middle + (heights * 2 - 1) * half, colour, 1.7, layer=4)
    text = f"{contour.median_hz:.0f} Hz"
    sheet.text(axis.right + 0.08, middle, text, anchor="center_baseline")
