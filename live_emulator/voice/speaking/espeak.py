"""A small binding of the espeak-ng library, for worker processes alone.

It speaks other languages than English, where the extra `languages` is installed.
The library is GPL-3 and keeps global state: one instance per process, one text at a
time. The emulator's own process never imports this module.
"""

import ctypes
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from live_emulator.voice.resampling import resample
from live_emulator.voice.speaking.voices import Voice
from live_emulator.voice.types import OUTPUT_RATE_HZ

__all__ = ["Espeak", "Sound", "UnknownLanguage", "open_espeak"]

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
"""Without it, the library ends the process when its data is missing."""
_POSITION_CHARACTER = 1
_UTF8 = 1
_EVENT_END, _EVENT_WORD = 0, 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_WORDS_PER_MINUTE = 175
_MIDDLE = 50
"""Of pitch and range, on scales from 0 to 99."""
_LOUDNESS = 60
"""At 100 some voices are clipped."""
_HIGH_FROM_HZ = 150
_KINDS = {"m3": 100.0, "f3": 200.0}
"""Bundled variants, and the pitch of a voice that they suit as they are."""
_STEPS_A_SEMITONE = 4
_SILENT_PEAK = 60
"""Samples below it (-55 dB of full scale) are silence at the ends of a text."""
_LEAD_MS = 20
"""Silence kept before the first and after the last sound."""


_OTHER_NAMES = {"zh": "cmn", "no": "nb", "iw": "he", "in": "id"}
"""What the library calls languages that have another code, too."""
_NAME = re.compile("[a-z0-9-]+")


class UnknownLanguage(ValueError):
    """The library does not speak this language."""


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_short),
    ctypes.c_int,
    ctypes.POINTER(_Event),
)


@dataclass(frozen=True)
class Sound:
    """A spoken text at 24 kHz."""

    pcm: bytes
    marks: tuple[tuple[int, float], ...]
    """For each word its index in the text, and when it begins, in ms."""


class Espeak:
    """The one instance of the library in this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._declare(self._library)
        self._rate_hz: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, b".", _DO_NOT_EXIT
        )
        if self._rate_hz <= 0:
            raise RuntimeError("espeak-ng does not find its data")
        self._pcm: list[bytes] = []
        self._words: list[tuple[int, int]] = []
        self._callback = _Callback(self._collect)  # Must outlive the library.
        self._library.espeak_SetSynthCallback(self._callback)

    @staticmethod
    def _declare(library: Any) -> None:
        integer, text = ctypes.c_int, ctypes.c_char_p
        library.espeak_Initialize.argtypes = [integer, integer, text, integer]
        library.espeak_SetVoiceByName.argtypes = [text]
        library.espeak_SetParameter.argtypes = [integer, integer, integer]
        library.espeak_Synth.argtypes = [
            text,
            ctypes.c_size_t,
            ctypes.c_uint,
            integer,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]

    def say(self, text: str, voice: Voice, language: str) -> Sound:
        """Speak a short text that has no control characters in it.

        Args:
            text: Plain text.
            voice: Its pitch, range and pace are used.
            language: An espeak-ng language; its region is dropped if unknown.

        Raises:
            UnknownLanguage: Neither the language nor its main part is known.

        """
        self._choose(voice, language)
        self._pcm, self._words = [], []
        data = text.encode("utf-8", "replace") + b"\0"
        self._library.espeak_Synth(
            data, len(data), 0, _POSITION_CHARACTER, 0, _UTF8, None, None
        )
        samples = np.frombuffer(b"".join(self._pcm), np.int16)
        start, end = _audible(samples, self._rate_hz)
        pcm = resample(samples[start:end].tobytes(), self._rate_hz, OUTPUT_RATE_HZ)
        marks = [
            (index, (sample - start) / self._rate_hz * 1000)
            for index, sample in self._words
        ]
        return Sound(pcm, tuple(marks))

    def _choose(self, voice: Voice, language: str) -> None:
        kind = "f3" if voice.pitch_hz > _HIGH_FROM_HZ else "m3"
        language = language.lower().replace("_", "-")
        main = language.partition("-")[0]
        for name in dict.fromkeys((language, main, _OTHER_NAMES.get(main, main))):
            # The name is part of a path there.
            if not _NAME.fullmatch(name):
                continue
            if not self._library.espeak_SetVoiceByName(f"{name}+{kind}".encode()):
                break
        else:
            raise UnknownLanguage(
                f"espeak-ng does not speak {language!r}; it wants a language such as "
                "'de', 'fr' or 'pt-br'"
            )
        semitones = 12 * math.log2(voice.pitch_hz / _KINDS[kind])
        settings = {
            _RATE: _WORDS_PER_MINUTE * voice.pace,
            _VOLUME: _LOUDNESS,
            _PITCH: _MIDDLE + _STEPS_A_SEMITONE * semitones,
            _RANGE: _MIDDLE * voice.range,
        }
        for parameter, value in settings.items():
            most = 450 if parameter == _RATE else 99
            self._library.espeak_SetParameter(
                parameter, max(0, min(round(value), most)), 0
            )

    def _collect(self, wave: Any, samples: int, events: Any) -> int:
        index = 0
        while events[index].type != _EVENT_END:
            event = events[index]
            if event.type == _EVENT_WORD:
                self._words.append((event.text_position - 1, event.sample))
            index += 1
        if wave and samples > 0:
            self._pcm.append(ctypes.string_at(wave, samples * 2))
        return 0


def _audible(samples: NDArray[np.int16], rate_hz: int) -> tuple[int, int]:
    """Return where the sound begins and ends, with a little silence around it."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENT_PEAK)
    if not len(loud):
        return 0, 0
    margin = rate_hz * _LEAD_MS // 1000
    return max(0, int(loud[0]) - margin), int(loud[-1]) + margin


@contextmanager
def open_espeak() -> Iterator[Espeak]:
    """Give the library, loaded.

    Changes the working directory: the library takes at most 160 bytes of path,
    and on Windows not every letter in it, so it is given as good as none.
    """
    before = os.getcwd()
    os.chdir(Path(espeakng_loader.get_data_path()).parent)
    try:
        yield Espeak()
    finally:
        os.chdir(before)
