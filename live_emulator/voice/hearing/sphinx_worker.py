"""The process that listens: pocketsphinx behind frames on standard input and output.

Started by `worker_process`.
"""

import logging
from collections.abc import Callable

from live_emulator.voice.decoders import FRAME_MS, Meter
from live_emulator.voice.hearing.ears import EarsRoom
from live_emulator.voice.hearing.utterance import Utterance
from live_emulator.voice.process.head import run_head
from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.types import HeardWord, Hearing, Vocabulary


class _Task:
    """An utterance that pocketsphinx hears."""

    def __init__(self, room: EarsRoom, meter: Meter, vocabulary: Vocabulary) -> None:
        self._room = room
        self._meter = meter
        self._vocabulary = vocabulary
        self._utterance = Utterance()

    @property
    def ended(self) -> bool:
        return self._utterance.ended

    @property
    def waiting_bytes(self) -> int:
        return self._utterance.waiting_bytes

    def add(self, pcm: bytes) -> None:
        self._utterance.add(pcm)

    def end(self) -> None:
        self._utterance.end()

    def has_work(self) -> bool:
        return self._utterance.has_work()

    def begin(self) -> bool:
        if self._utterance.ears is None:
            self._utterance.ears = self._room.take(self._vocabulary)
        return self._utterance.ears is not None

    def work(self) -> bool:
        return self._utterance.work(self._meter.means)

    def partial(self) -> str | None:
        return self._utterance.partial()

    def result(self) -> Hearing:
        judgement = self._utterance.result()
        words = tuple(
            HeardWord(word, start * FRAME_MS, (end + 1) * FRAME_MS)
            for word, start, end in judgement.words
        )
        text = " ".join(word.text for word in words)
        return Hearing(text, judgement.source, words)

    def lose(self) -> None:
        self._utterance.ears = None
        self._room.lose_ears()

    def release(self) -> None:
        ears = self._utterance.release()
        if ears is not None:
            self._room.give_back(self._vocabulary, ears)


class SphinxEngine:
    """All ears of this process."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._room = EarsRoom(warn)
        self._meter = Meter()

    @property
    def wear(self) -> int:
        """Decoders made so far: pocketsphinx leaks some memory with each."""
        return self._room.made

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Have the decoders for a vocabulary ready."""
        self._room.prepare(vocabulary)

    def open(self, vocabulary: Vocabulary) -> _Task:
        """Begin an utterance."""
        return _Task(self._room, self._meter, vocabulary)


def _work(inbox: Inbox, outbox: Outbox) -> None:
    run_head(
        SphinxEngine(lambda text: outbox.log(logging.WARNING, text)), inbox, outbox
    )


if __name__ == "__main__":
    serve(_work)
