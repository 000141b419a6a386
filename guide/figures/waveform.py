"""One stretch of audio as a picture, with its words."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from guide.figures.axis import TimeAxis, draw_time_axis
from guide.figures.fonts import drawable, text_width_in
from guide.figures.labels import Label, place_labels
from guide.figures.look import ACCENT, WIDTH_IN, Sheet, in_style, show
from guide.figures.sound import Sound, Who, clipped_samples, draw_sound
from guide.figures.titles import MARGIN_IN, Title

__all__ = ["draw_waveform", "show_waveform"]

_AXIS_Y = 0.27
_WAVE_IN = 1.15
_WORD_SIZE = 7.2
_ROW_IN = 0.15


def show_waveform(
    pcm: bytes,
    rate_hz: int,
    *,
    title: str = "",
    who: Who = "model",
    words: Sequence[tuple[str, float]] = (),
) -> None:
    """Show audio as a waveform.

    Args:
        pcm: 16-bit little-endian mono PCM.
        rate_hz: Its sample rate.
        title: A claim, or what is said in it.
        who: Decides the colour.
        words: Words and the time in seconds at which each begins; written
            below the waveform where there is room.

    """
    show(draw_waveform(pcm, rate_hz, title=title, who=who, words=words))


@in_style
def draw_waveform(
    pcm: bytes,
    rate_hz: int,
    *,
    title: str = "",
    who: Who = "model",
    words: Sequence[tuple[str, float]] = (),
) -> Figure:
    """Return the figure that `show_waveform` shows."""
    sound = Sound(pcm, rate_hz, who=who)
    end_s = max(sound.duration_s, 0.001)
    axis = TimeAxis(0.0, end_s, MARGIN_IN, WIDTH_IN - MARGIN_IN)
    spots = _place_words(words, axis)
    clipped = clipped_samples(pcm)
    heading = Title(
        title, bold=False, max_lines=3, air_in=0.24 if len(clipped) else 0.08
    )
    rows = max((row for _, _, row in spots), default=-1) + 1
    low = _AXIS_Y + 0.08 + _ROW_IN * rows
    sheet = Sheet("waveform", WIDTH_IN, low + _WAVE_IN + 0.04 + heading.height_in)
    heading.draw(sheet)
    draw_sound(sheet, sound, axis, low + _WAVE_IN / 2, _WAVE_IN / 2)
    if len(clipped):
        x = axis.x(float(clipped[0]) / rate_hz)
        x = min(x, axis.right - text_width_in("clipped", 7.0, bold=True))
        y = low + _WAVE_IN + 0.06
        sheet.text(x, y, "clipped", size=7.0, colour=ACCENT, bold=True)
    for word, x, row in spots:
        sheet.text(x, low - 0.13 - _ROW_IN * row, word, size=_WORD_SIZE)
    draw_time_axis(sheet, _AXIS_Y, axis)
    return sheet.figure


def _place_words(
    words: Sequence[tuple[str, float]], axis: TimeAxis
) -> list[tuple[str, float, int]]:
    """Return words with their position and row; those without room are left out."""
    texts = [drawable(word) for word, _ in words]
    labels = [
        Label(axis.x(at_s), (text_width_in(text, _WORD_SIZE),))
        for text, (_, at_s) in zip(texts, words, strict=True)
    ]
    placed = place_labels(
        labels, axis.left, axis.right, max_rows=2, offset=0.0, gap=0.06
    )
    return [(texts[one.index], one.left, one.row) for one in placed]
