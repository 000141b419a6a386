"""The process that listens: pocketsphinx behind frames on standard input and output.

Started by `worker`. Utterances take
turns, one block of audio each; those that somebody is waiting for go first.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from live_emulator.voice.decoders import FRAME_MS, Meter
from live_emulator.voice.ears import EarsRoom
from live_emulator.voice.judging import Judgement
from live_emulator.voice.types import Vocabulary
from live_emulator.voice.utterance import Utterance
from live_emulator.voice.worker_side import Inbox, Outbox, serve

_MAX_WAITING_BYTES = 64 * 1024 * 1024
_MAX_TO_PREPARE = 8
"""Of more vocabularies that wait to be prepared, the oldest are of no more use."""


@dataclass
class _Listening:
    vocabulary: Vocabulary
    wants_partials: bool
    utterance: Utterance
    last_partial: str = ""


class _Head:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._room = EarsRoom(lambda text: outbox.log(logging.WARNING, text))
        self._meter = Meter()
        self._listening: OrderedDict[int, _Listening] = OrderedDict()
        self._to_prepare: dict[Vocabulary, None] = {}
        self._pings: list[int] = []
        self._wear_told = 0

    def obey(self, message: dict[str, Any], payload: bytes) -> None:
        number = message.get("id", 0)
        listening = self._listening.get(number)
        match message["do"]:
            case "ping":
                self._pings.append(number)
            case "prepare":
                self._to_prepare[_vocabulary(message)] = None
                if len(self._to_prepare) > _MAX_TO_PREPARE:
                    del self._to_prepare[next(iter(self._to_prepare))]
            case "open":
                self._listening[number] = _Listening(
                    _vocabulary(message), message["partials"], Utterance()
                )
            case "feed" if listening:
                self._feed(listening, payload)
            case "finish" if listening:
                listening.utterance.end()
            case "drop" if listening:
                self._forget(number)

    def work(self) -> bool:
        """Do a little; returns False if there is nothing to do."""
        did_something = self._work()
        if self._room.made > self._wear_told:
            self._wear_told = self._room.made
            self._outbox.send({"wear": self._wear_told})
        return did_something

    def _work(self) -> bool:
        for number in self._in_turn():
            listening = self._listening[number]
            utterance = listening.utterance
            if utterance.ears is None:
                utterance.ears = self._room.take(listening.vocabulary)
                if utterance.ears is None:
                    continue
            self._listening.move_to_end(number)
            try:
                if utterance.work(self._meter.means):
                    self._tell_partial(number, listening)
                else:
                    self._tell_result(number, utterance.result())
            except RuntimeError as error:  # Pocketsphinx fails with nothing else.
                self._outbox.log(logging.ERROR, f"An utterance is lost: {error}")
                utterance.ears = None  # Nobody knows what state they are in.
                self._room.lose_ears()
                self._tell_result(number, Judgement("nothing", ()))
            return True
        if self._to_prepare:
            vocabulary = next(iter(self._to_prepare))
            del self._to_prepare[vocabulary]
            self._room.prepare(vocabulary)
            return True
        for number in self._pings:
            self._outbox.send({"id": number})
        self._pings.clear()
        return False

    def _in_turn(self) -> list[int]:
        ready = [n for n, it in self._listening.items() if it.utterance.has_work()]
        return sorted(ready, key=lambda n: not self._listening[n].utterance.ended)

    def _feed(self, listening: _Listening, pcm: bytes) -> None:
        waiting = sum(it.utterance.waiting_bytes for it in self._listening.values())
        if waiting + len(pcm) > _MAX_WAITING_BYTES:
            text = "Too much audio is waiting to be heard; some is passed over."
            self._outbox.log(logging.WARNING, text)
            return
        listening.utterance.add(pcm)

    def _tell_partial(self, number: int, listening: _Listening) -> None:
        if not listening.wants_partials or listening.utterance.ended:
            return
        text = listening.utterance.partial()
        if text and text != listening.last_partial:
            listening.last_partial = text
            self._outbox.send({"id": number, "partial": text})

    def _tell_result(self, number: int, judgement: Judgement) -> None:
        words = [
            (word, start * FRAME_MS, (end + 1) * FRAME_MS)
            for word, start, end in judgement.words
        ]
        text = " ".join(word for word, _, _ in words)
        answer = {"text": text, "source": judgement.source, "words": words}
        self._outbox.send({"id": number, **answer})
        self._forget(number)

    def _forget(self, number: int) -> None:
        listening = self._listening.pop(number)
        ears = listening.utterance.release()
        if ears is not None:
            self._room.give_back(listening.vocabulary, ears)


def _vocabulary(message: dict[str, Any]) -> Vocabulary:
    return Vocabulary(message["grammar"], tuple(message["phrases"]))


def _work(inbox: Inbox, outbox: Outbox) -> None:
    head = _Head(outbox)
    outbox.send({"ready": True})
    while True:
        while inbox.empty() and head.work():
            pass
        frame = inbox.get()
        if frame is None:
            return
        head.obey(*frame)


if __name__ == "__main__":
    serve(_work)
