"""The process that listens with a Vosk model; the argument is the model's folder."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import vosk

from live_emulator.voice.process.head import Urgency, run_head
from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing, Interim

__all__ = ["VoskEngine"]

_BLOCK_BYTES = INPUT_RATE_HZ * 40 // 1000 * 2
_INTERIM_BLOCKS = 7


class _Task:
    """An utterance that Vosk hears, block by block."""

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        self._texts: list[str] = []
        """What it is sure of, up to a pause each."""
        self._audio = bytearray()
        self._blocks = 0
        self._ended = False

    @property
    def waiting_bytes(self) -> int:
        return len(self._audio)

    @property
    def urgency(self) -> Urgency | None:
        if self._ended:
            return Urgency.AWAITED
        return Urgency.SPOKEN if len(self._audio) >= _BLOCK_BYTES else None

    def add(self, pcm: bytes, *, silent: bool) -> None:
        self._audio += pcm

    def end(self) -> None:
        self._ended = True

    def work(self) -> Hearing | None:
        block = bytes(self._audio[: min(_BLOCK_BYTES, len(self._audio) // 2 * 2)])
        del self._audio[:_BLOCK_BYTES]
        try:
            if not block:
                self._take(self._recogniser.FinalResult())
                return Hearing(" ".join(self._texts))
            if self._recogniser.AcceptWaveform(block):
                self._take(self._recogniser.Result())
        except Exception as error:  # Vosk raises nothing more special.
            raise RuntimeError(str(error)) from error
        self._blocks += 1
        return None

    def interim(self) -> Interim | None:
        if self._blocks % _INTERIM_BLOCKS:
            return None
        rest = json.loads(self._recogniser.PartialResult()).get("partial", "")
        return Interim(" ".join(self._texts), _sayable(rest))

    def _take(self, result: str) -> None:
        if text := _sayable(json.loads(result).get("text", "")):
            self._texts.append(text)


def _sayable(text: str) -> str:
    """Return the words of a text; noises and unknown words are in brackets."""
    return " ".join(word for word in text.split() if word[0] not in "[<")


class VoskEngine:
    """A model, for any number of utterances."""

    wear = 0

    def __init__(self, folder: str) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(folder)

    def open(self, phrases: Sequence[str], *, wants_interim: bool) -> _Task:
        """Begin an utterance; the models take no phrases that are merely likely."""
        return _Task(vosk.KaldiRecognizer(self._model, INPUT_RATE_HZ))


def _work(inbox: Inbox, outbox: Outbox) -> None:
    run_head(VoskEngine(sys.argv[-1]), inbox, outbox)


if __name__ == "__main__":
    serve(_work)
