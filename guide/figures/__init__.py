"""The figures of the guide, for notebooks and scripts.

`show_timeline` draws a session with both directions on one time axis;
`show_waveform`, `show_waveforms` and `listen` draw audio; `show_budget` and
`show_series` are plain charts in the same look. Each returns None and ends with
the figure on the reader's screen. The `draw_` function of the same name returns
the matplotlib figure instead, to be saved. `play` draws nothing: it offers to play
a file.
"""

from guide.figures.budget import Step, draw_budget, show_budget
from guide.figures.listening import NO_PLAYERS, listen, play
from guide.figures.look import ACCENT, COLOURS, INK, MODEL, USER
from guide.figures.pitch import Pitch, pitch_of
from guide.figures.series import Series, draw_series, show_series
from guide.figures.sound import Sound
from guide.figures.timeline import draw_timeline, show_timeline
from guide.figures.voices import draw_waveforms, show_waveforms
from guide.figures.waveform import draw_waveform, show_waveform

__all__ = [
    "ACCENT",
    "COLOURS",
    "INK",
    "MODEL",
    "NO_PLAYERS",
    "USER",
    "Pitch",
    "Series",
    "Sound",
    "Step",
    "draw_budget",
    "draw_series",
    "draw_timeline",
    "draw_waveform",
    "draw_waveforms",
    "listen",
    "pitch_of",
    "play",
    "show_budget",
    "show_series",
    "show_timeline",
    "show_waveform",
    "show_waveforms",
]
