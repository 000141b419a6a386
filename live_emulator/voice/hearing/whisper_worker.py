"""The process that listens with a Whisper model; the argument is its folder.

Whisper hears whole utterances: there is no text before the end. It writes as people
do, with capitals and digits, which is turned into the words that were spoken.
"""

import os
import sys
from collections.abc import Iterable
from itertools import islice

import numpy as np

from live_emulator.voice.process.head import run_head
from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing, Vocabulary
from live_emulator.voice.wording import spoken_sentences

os.environ["HF_HUB_OFFLINE"] = "1"  # Whatever it lacks, it must not be fetched.

from faster_whisper import WhisperModel  # noqa: E402

__all__ = ["WhisperEngine"]

_LEAST_BYTES = INPUT_RATE_HZ * 100 // 1000 * 2
"""Less than a tenth of a second holds no word."""
_MAX_HOTWORDS = 120
"""The model's prompt has room for about twice as many."""


class _Task:
    """An utterance that Whisper hears, all at once at its end."""

    def __init__(self, model: WhisperModel, hotwords: str) -> None:
        self._model = model
        self._hotwords = hotwords
        self._audio = bytearray()
        self._text: list[str] = []
        self.ended = False

    @property
    def waiting_bytes(self) -> int:
        return len(self._audio)

    def add(self, pcm: bytes) -> None:
        self._audio += pcm

    def end(self) -> None:
        self.ended = True

    def has_work(self) -> bool:
        return self.ended

    def begin(self) -> bool:
        return True

    def work(self) -> bool:
        pcm, self._audio = bytes(self._audio), bytearray()
        if len(pcm) < _LEAST_BYTES:
            return False
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32)
        segments, _ = self._model.transcribe(
            samples / 32768,
            language="en",
            beam_size=1,
            without_timestamps=True,
            condition_on_previous_text=False,
            hotwords=self._hotwords or None,
        )
        self._text = [segment.text for segment in segments]
        return True

    def partial(self) -> str | None:
        return None

    def result(self) -> Hearing:
        sentences = spoken_sentences(" ".join(self._text))
        text = " ".join(word for sentence in sentences for word in sentence)
        return Hearing(text, "open" if text else "nothing")

    def lose(self) -> None:
        pass

    def release(self) -> None:
        pass


class WhisperEngine:
    """A model."""

    wear = 0

    def __init__(self, folder: str) -> None:
        self._model = WhisperModel(
            folder, device="cpu", compute_type="int8", local_files_only=True
        )

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Do nothing: expected words are handed over with the audio."""

    def open(self, vocabulary: Vocabulary) -> _Task:
        """Begin an utterance; of the grammar, Whisper can make no use."""
        return _Task(self._model, _hotwords(vocabulary.phrases))


def _hotwords(phrases: Iterable[str]) -> str:
    """Return the words of the latest phrases, each once."""
    words = (
        word
        for phrase in reversed(list(phrases))
        for sentence in spoken_sentences(phrase)
        for word in sentence
    )
    return " ".join(islice(dict.fromkeys(words), _MAX_HOTWORDS))


def _work(inbox: Inbox, outbox: Outbox) -> None:
    run_head(WhisperEngine(sys.argv[-1]), inbox, outbox)


if __name__ == "__main__":
    serve(_work)
