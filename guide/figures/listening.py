"""Show audio so that a notebook can be read, heard, compared and committed."""

import math
import os
import wave
from importlib import import_module
from pathlib import Path
from typing import Any

from guide.figures.sound import Who
from guide.figures.waveform import show_waveform
from guide.wire_log.envelope import FULL_SCALE, peak_dbfs, samples_of

__all__ = ["NO_PLAYERS", "audio_in_words", "listen", "play", "wants_players"]

NO_PLAYERS = "GUIDE_NO_PLAYERS"
"""The environment variable that keeps players out of notebooks.

A player holds the whole audio as base64, 64 KB for each second, and is dead in a
notebook that was not run by its reader. So whatever writes notebooks to be
committed sets this variable, to anything. Under pytest it counts as set.
"""


def listen(pcm: bytes, rate_hz: int, caption: str = "", *, who: Who = "model") -> None:
    """Show audio with its words, say what it is, and offer to play it.

    Prints one line, the same for the same audio. A player appears only in a
    notebook that somebody looks at: see `NO_PLAYERS`.

    Args:
        pcm: 16-bit little-endian mono PCM.
        rate_hz: Its sample rate.
        caption: What is said in it, or what to listen for.
        who: Decides the colour.

    """
    show_waveform(pcm, rate_hz, title=caption, who=who)
    print(audio_in_words(pcm, rate_hz))
    if pcm and wants_players():
        display: Any = import_module("IPython.display")
        # Normalised, every sound would be equally loud.
        samples = samples_of(pcm) / FULL_SCALE
        display.display(display.Audio(samples, rate=rate_hz, normalize=False))


def play(path: str | Path) -> None:
    """Offer to play a WAV file of one or two channels, and say what it is.

    Prints one line and draws nothing; for the player, see `NO_PLAYERS`.

    Raises:
        OSError: It can't be read.
        wave.Error: It is no WAV file.

    """
    path = Path(path)
    with wave.open(str(path)) as file:
        duration_s = file.getnframes() / file.getframerate()
        channels = {1: "mono", 2: "stereo"}.get(file.getnchannels(), "many channels")
    print(f"{path.name}: {duration_s:.1f} s, {channels}")
    if duration_s and wants_players():
        display: Any = import_module("IPython.display")
        display.display(display.Audio(filename=str(path)))


def audio_in_words(pcm: bytes, rate_hz: int) -> str:
    """Return duration, rate and peak in one line."""
    duration_s = len(pcm) // 2 / rate_hz
    peak = peak_dbfs(pcm)
    level = "silent" if math.isinf(peak) else f"peak {peak:.1f} dBFS"
    return f"{duration_s:.2f} s at {rate_hz:,} Hz, {level}"


def wants_players() -> bool:
    """Return whether anybody could press play: in a notebook, unless told not to."""
    if os.environ.get(NO_PLAYERS) or "PYTEST_VERSION" in os.environ:
        return False
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell: Any = get_ipython()
    return getattr(shell, "kernel", None) is not None
