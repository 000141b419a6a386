"""How audio looks: an outline around a middle line, on a time axis."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from guide.figures.axis import TimeAxis
from guide.figures.look import ACCENT, DPI, MODEL, RULE, USER, Sheet
from guide.wire_log.envelope import (
    Outline,
    envelope_of,
    outline_of,
    peak_dbfs,
    samples_of,
)

__all__ = ["Sound", "Who", "clipped_samples", "draw_outline", "draw_sound"]

Who = Literal["user", "model"]

_COLOUR: dict[Who, str] = {"user": USER, "model": MODEL}
_QUIETEST_PEAK = 0.02
"""Drawings are scaled to the peak of the audio, but never beyond this: silence
must look like silence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Some audio to draw: 16-bit little-endian mono PCM, and whose it is."""

    pcm: bytes
    rate_hz: int
    name: str = ""
    who: Who = "model"

    def __post_init__(self) -> None:
        if self.rate_hz < 1:
            raise ValueError(f"rate_hz is the sample rate in Hz, not {self.rate_hz}.")

    @property
    def duration_s(self) -> float:
        """How long it sounds."""
        return len(self.pcm) // 2 / self.rate_hz

    @property
    def colour(self) -> str:
        """Whose it is, as a colour."""
        return _COLOUR[self.who]


def draw_outline(
    sheet: Sheet,
    xs: NDArray[np.float64],
    outline: Outline,
    middle: float,
    half: float,
    colour: str,
    *,
    peak: float,
    faint: bool = False,
    hollow: bool = False,
) -> None:
    """Draw an outline around a height: peaks light, effective level solid.

    Args:
        sheet: Where to draw.
        xs: The middle of each column.
        outline: What to draw.
        middle: The height of silence.
        half: The height above it that `peak` gets.
        colour: One of the guide's.
        peak: The loudest value of all that is drawn to the same scale.
        faint: Leave out the solid part: something is drawn over it.
        hollow: Draw the contour alone.

    """
    scale = half / max(peak, _QUIETEST_PEAK)
    # Half a pixel, so that silence is a line and not a hole.
    least = 0.5 / DPI
    low = middle + np.minimum(outline.low * scale, -least)
    high = middle + np.maximum(outline.high * scale, least)
    if hollow:
        for edge in (low, high):
            sheet.line(xs, edge, colour, 0.7, alpha=0.85)
        return
    sheet.fill(xs, low, high, colour, alpha=0.22 if faint else 0.42)
    if not faint:
        core = outline.rms * scale
        core_low = np.maximum(low, middle - core)
        core_high = np.minimum(high, middle + core)
        sheet.fill(xs, core_low, core_high, colour)


def draw_sound(
    sheet: Sheet,
    sound: Sound,
    axis: TimeAxis,
    middle: float,
    half: float,
    *,
    faint: bool = False,
    columns_per_in: float = DPI,
) -> None:
    """Draw a sound from the start of an axis, and mark where it is clipped."""
    sheet.lines([(axis.left, middle, axis.right, middle)], RULE, 0.5, alpha=0.35)
    width = sound.duration_s * axis.scale
    samples = len(sound.pcm) // 2
    columns = min(max(2, int(width * columns_per_in)), samples)
    if not columns:
        return
    bin_ms = sound.duration_s * 1000 / columns
    envelope = envelope_of(sound.pcm, sound.rate_hz, bin_ms=bin_ms)
    outline = outline_of([(0.0, envelope)], 0.0, sound.duration_s, columns)
    xs = axis.left + (np.arange(columns) + 0.5) / columns * width
    peak = 10 ** (peak_dbfs(sound.pcm) / 20)
    draw_outline(sheet, xs, outline, middle, half, sound.colour, peak=peak, faint=faint)
    clipped = np.unique(clipped_samples(sound.pcm) * columns // samples)
    sheet.dots(
        xs[clipped],
        np.full(len(clipped), middle + half + 0.03),
        ACCENT,
        2.2,
        marker="s",
    )


def clipped_samples(pcm: bytes) -> NDArray[np.intp]:
    """Return where three samples in a row are at full scale."""
    samples = samples_of(pcm)
    full = (samples >= 32767) | (samples <= -32767)
    if len(full) < 3:
        return np.empty(0, np.intp)
    return np.flatnonzero(full[:-2] & full[1:-1] & full[2:])
