"""What the speaking process does with the frames that come in.

Any number of speeches take turns, one short piece each, so that a long story does
not hold up anybody else's first word.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from live_emulator.voice.process.worker_side import Outbox
from live_emulator.voice.speaking.network import EnglishNetwork
from live_emulator.voice.speaking.speech_text import Segment, segments, timed_words
from live_emulator.voice.speaking.synthesis import FRAME_MS, audible, synthesise
from live_emulator.voice.speaking.voices import Voice, find_voice
from live_emulator.voice.types import OUTPUT_RATE_HZ

__all__ = ["Mouth"]

_UNSPOKEN_MS = 60
"""Silence for each character of what can't be said, so that its words have a time."""
_MOST_TOLD = 100
"""So many languages are named in the log that have no voice."""
_BYTES_PER_MS = OUTPUT_RATE_HZ * 2 / 1000

_Piece = tuple[bytes, list[tuple[int, int, float]]]
"""Sound, and start, end and time of the words that begin in it; the time counts from
the beginning of the piece."""


@dataclass
class _Speech:
    """One text on its way out."""

    pieces: Iterator[_Piece]
    credit: int
    """How many pieces the other side wants now."""
    skip: int = 0
    """How many pieces it already has, from a worker that died."""
    spoken: int = field(default=0)


class Mouth:
    """Speaks all texts that are under way, in the voices they ask for."""

    def __init__(self, outbox: Outbox, stack: ExitStack) -> None:
        self._outbox = outbox
        self._stack = stack
        self._english = EnglishNetwork()
        self._others: Any = None
        self._speeches: OrderedDict[int, _Speech] = OrderedDict()
        self._unspoken: set[str] = set()

    def has_work(self) -> bool:
        """Tell whether somebody waits for a piece."""
        return any(speech.credit > 0 for speech in self._speeches.values())

    def obey(self, message: dict[str, Any]) -> None:
        """Begin, go on with, or end a speech."""
        number = message.get("id", 0)
        match message["do"]:
            case "ping":
                self._outbox.send({"id": number})
            case "speak":
                voice = find_voice(message["voice"])
                assert voice is not None
                pieces = self._pieces(message["text"], voice, message["language"])
                self._speeches[number] = _Speech(
                    pieces, message["credit"], message["skip"]
                )
            case "more" if number in self._speeches:
                self._speeches[number].credit += 1
            case "stop":
                self._speeches.pop(number, None)

    def speak_some(self) -> None:
        """Say one piece of the speech that waited longest."""
        number, speech = next(
            (number, speech)
            for number, speech in self._speeches.items()
            if speech.credit > 0
        )
        self._speeches.move_to_end(number)
        piece = next(speech.pieces, None)
        if piece is None:
            del self._speeches[number]
            self._outbox.send({"id": number, "end": True})
            return
        speech.spoken += 1
        if speech.spoken > speech.skip:
            speech.credit -= 1
            pcm, words = piece
            self._outbox.send({"id": number, "words": words}, pcm)

    def _pieces(self, text: str, voice: Voice, language: str) -> Iterator[_Piece]:
        todo = segments(text)
        for number, segment in enumerate(todo):
            sounds = self._sounds(segment, voice, language)
            words: list[tuple[int, int, float]] | None = None
            begin_ms = 0.0
            for pcm, marks, length_ms in sounds:
                if words is None:
                    words = timed_words(text, segment, marks, length_ms)
                end_ms = begin_ms + len(pcm) / _BYTES_PER_MS
                # Words at the very end belong to the last piece.
                last = end_ms >= length_ms - 1
                if last and number < len(todo) - 1:
                    pcm += bytes(segment.pause_ms * OUTPUT_RATE_HZ // 1000 * 2)
                inside = [word for word in words if last or word[2] < end_ms]
                words = words[len(inside) :]
                yield pcm, [(one, two, at - begin_ms) for one, two, at in inside]
                begin_ms = end_ms

    def _sounds(
        self, segment: Segment, voice: Voice, language: str
    ) -> Iterator[tuple[bytes, list[tuple[int, float]], float]]:
        """Yield sound, and each time where words begin and how long all will be."""
        if (sound := self._foreign(segment.text, voice, language)) is not None:
            yield sound.pcm, list(sound.marks), len(sound.pcm) / _BYTES_PER_MS
            return
        utterance = None
        try:
            utterance = self._english.say(segment.text, voice.pace)
        except Exception as error:  # of a reader of words that is not ours
            self._outbox.log(
                logging.WARNING,
                f"Can't say {segment.text[:40]!r}: {type(error).__name__}",
            )
        start, end = audible(utterance.spectra) if utterance else (0, 0)
        if utterance is None or start == end:
            length_ms = _UNSPOKEN_MS * len(segment.text.strip())
            yield bytes(length_ms * OUTPUT_RATE_HZ // 1000 * 2), [], length_ms
            return
        length_ms = (end - start) * FRAME_MS
        marks = [
            (index, max(0.0, at_ms - start * FRAME_MS) if number else 0.0)
            for number, (index, at_ms) in enumerate(utterance.marks)
        ]
        spectra = utterance.spectra.cut(start, end)
        # The same noise in each sentence: what a text sounds like depends on nothing.
        for slice_ in synthesise(spectra, voice, np.random.default_rng(0)):
            yield (slice_ * 32_767).astype("<i2").tobytes(), marks, length_ms

    def _foreign(self, text: str, voice: Voice, language: str) -> Any:
        """Return what sounds as the language does, None if nothing here speaks it."""
        if _is_english(language) or (espeak := self._espeak(language)) is None:
            return None
        try:
            return espeak.say(text, voice, language)
        except ValueError as error:  # of the language
            self._say_once(language, f"{error}. The English voice speaks instead.")
            return None

    def _espeak(self, language: str) -> Any:
        """Return what speaks other languages, None if it is not installed."""
        if self._others is None:
            try:
                from live_emulator.voice.speaking.espeak import open_espeak
            except ImportError:
                self._say_once(
                    language,
                    f"The language {language!r} is spoken by the English voice. "
                    "For a voice of its own: pip install "
                    '"espeakng-loader>=0.2.4,<0.3" (the extra languages).',
                )
                return None
            self._others = self._stack.enter_context(open_espeak())
        return self._others

    def _say_once(self, language: str, text: str) -> None:
        if language not in self._unspoken and len(self._unspoken) < _MOST_TOLD:
            self._unspoken.add(language)
            self._outbox.log(logging.WARNING, text)


def _is_english(language: str) -> bool:
    return language.lower().replace("_", "-").partition("-")[0] in ("", "en")
