"""A small binding of the espeak-ng library, for worker processes alone.

The library is GPL-3 and keeps global state: one instance per process, one text
at a time. The emulator's own process never imports this module.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import espeakng_loader

from live_emulator.voice.speaking.espeak_data import DATA_NAME, VOICE_PREFIX, data_home

__all__ = ["Espeak", "Sound", "UnknownLanguage", "open_espeak"]

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
"""Without it, the library ends the process when its data is missing."""
_POSITION_CHARACTER = 1
_UTF8 = 1
_EVENT_END, _EVENT_WORD = 0, 1
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_SETTINGS = {_RATE: 175, _VOLUME: 60, _PITCH: 50, _RANGE: 50}
"""As the library has them, but for the volume: at 100 some voices are clipped."""


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
    """A spoken text at the rate of the library."""

    pcm: bytes
    words: tuple[tuple[int, int], ...]
    """For each word its index in the text and the sample at which it begins."""


class Espeak:
    """The one instance of the library in this process."""

    def __init__(self, home: Path) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._declare(self._library)
        path = bytes(str(home / DATA_NAME), "utf-8")
        self.rate_hz: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, path, _DO_NOT_EXIT
        )
        if self.rate_hz <= 0:
            raise RuntimeError(f"espeak-ng does not find its data in {home}")
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

    def say(self, text: str, voice: str, language: str) -> Sound:
        """Speak a short text that has no control characters in it.

        Args:
            text: Plain text.
            voice: One of our voices, in lower case.
            language: An espeak-ng language; its region is dropped if unknown.

        Raises:
            UnknownLanguage: Neither the language nor its main part is known.

        """
        self._choose(voice, language)
        for parameter, value in _SETTINGS.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        self._pcm, self._words = [], []
        data = text.encode("utf-8", "replace") + b"\0"
        self._library.espeak_Synth(
            data, len(data), 0, _POSITION_CHARACTER, 0, _UTF8, None, None
        )
        return Sound(b"".join(self._pcm), tuple(self._words))

    def _choose(self, voice: str, language: str) -> None:
        language = language.lower().replace("_", "-")
        for name in dict.fromkeys((language, language.partition("-")[0])):
            variant = f"{name}+{VOICE_PREFIX}{voice}"
            if not self._library.espeak_SetVoiceByName(variant.encode()):
                return
        raise UnknownLanguage(
            f"espeak-ng does not speak {language!r}; it wants a language such as "
            "'en-us', 'de' or 'pt-br'"
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


@contextmanager
def open_espeak() -> Iterator[Espeak]:
    """Give the library, loaded with our voices.

    Changes the working directory: the library takes at most 160 bytes of path,
    and on Windows not every letter in it, so it is given as good as none.
    """
    with data_home(Path(espeakng_loader.get_data_path())) as home:
        before = os.getcwd()
        os.chdir(home)
        try:
            yield Espeak(Path())
        finally:
            os.chdir(before)
