"""The process that speaks: espeak-ng behind frames on standard input and output.

Started by `worker`. Any number of
speeches take turns, one short segment each, so that a long story does not hold
up anybody else's first word.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.resampling import resample
from live_emulator.voice.speaking.espeak import Espeak, UnknownLanguage, open_espeak
from live_emulator.voice.speaking.speech_text import Segment, segments, timed_words
from live_emulator.voice.types import OUTPUT_RATE_HZ

_SILENT_PEAK = 60
"""Samples below it (-55 dB of full scale) are silence at the ends of a segment."""
_LEAD_MS = 20
"""Silence kept before the first and after the last sound of a segment."""


@dataclass
class _Speech:
    """One text on its way out."""

    text: str
    voice: str
    language: str
    todo: list[Segment]
    """Last first."""
    credit: int
    """How many segments the other side wants now."""
    skip: int = 0
    """How many pieces it already has, from a worker that died."""
    spoken: int = field(default=0)


class _Mouth:
    def __init__(self, espeak: Espeak, outbox: Outbox) -> None:
        self._espeak = espeak
        self._outbox = outbox
        self._speeches: OrderedDict[int, _Speech] = OrderedDict()

    def has_work(self) -> bool:
        return any(speech.credit > 0 for speech in self._speeches.values())

    def obey(self, message: dict[str, Any]) -> None:
        number = message.get("id", 0)
        match message["do"]:
            case "ping":
                self._outbox.send({"id": number})
            case "speak":
                todo = segments(message["text"])[::-1]
                self._speeches[number] = _Speech(
                    text=message["text"],
                    voice=message["voice"],
                    language=message["language"],
                    todo=todo,
                    credit=message["credit"],
                    skip=message["skip"],
                )
            case "more" if number in self._speeches:
                self._speeches[number].credit += 1
            case "stop":
                self._speeches.pop(number, None)

    def speak_some(self) -> None:
        """Say one segment of the speech that waited longest."""
        number, speech = next(
            (number, speech)
            for number, speech in self._speeches.items()
            if speech.credit > 0
        )
        self._speeches.move_to_end(number)
        if not speech.todo:
            del self._speeches[number]
            self._outbox.send({"id": number, "end": True})
            return
        segment = speech.todo.pop()
        speech.spoken += 1
        if speech.spoken <= speech.skip:
            return
        speech.credit -= 1
        try:
            pcm, words = self._say(speech, segment)
        except UnknownLanguage as error:
            del self._speeches[number]
            self._outbox.send({"id": number, "error": str(error)})
            return
        self._outbox.send({"id": number, "words": words}, pcm)

    def _say(
        self, speech: _Speech, segment: Segment
    ) -> tuple[bytes, list[tuple[int, int, float]]]:
        sound = self._espeak.say(segment.text, speech.voice, speech.language)
        rate_hz = self._espeak.rate_hz
        samples = np.frombuffer(sound.pcm, np.int16)
        start, end = _audible(samples, rate_hz)
        pcm = resample(samples[start:end].tobytes(), rate_hz, OUTPUT_RATE_HZ)
        length_ms = len(pcm) / 2 / OUTPUT_RATE_HZ * 1000
        if speech.todo:
            pcm += bytes(segment.pause_ms * OUTPUT_RATE_HZ // 1000 * 2)
        marks = [
            (index, (sample - start) / rate_hz * 1000) for index, sample in sound.words
        ]
        return pcm, timed_words(speech.text, segment, marks, length_ms)


def _audible(samples: NDArray[np.int16], rate_hz: int) -> tuple[int, int]:
    """Return where the sound begins and ends, with a little silence around it."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _SILENT_PEAK)
    if not len(loud):
        return 0, 0
    margin = rate_hz * _LEAD_MS // 1000
    return max(0, int(loud[0]) - margin), int(loud[-1]) + margin


def _work(inbox: Inbox, outbox: Outbox) -> None:
    with open_espeak() as espeak:
        mouth = _Mouth(espeak, outbox)
        outbox.send({"ready": True})
        while True:
            while mouth.has_work() and inbox.empty():
                mouth.speak_some()
            frame = inbox.get()
            if frame is None:
                return
            mouth.obey(frame[0])


if __name__ == "__main__":
    serve(_work)
