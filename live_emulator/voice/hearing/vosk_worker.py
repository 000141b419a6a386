"""The process that listens with a Vosk model; the argument is the model's folder.

Vosk streams. The model hears anything; where its graph is made at run time (the small
models), a second recogniser hears the expected sentences alone, and is believed where
the two sound alike.
"""

import json
import logging
import sys
from collections import OrderedDict
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import vosk

from live_emulator.voice.expected import expected_sentences
from live_emulator.voice.jsgf import GrammarError, read_grammar
from live_emulator.voice.process.head import run_head
from live_emulator.voice.process.worker_side import Inbox, Outbox, serve
from live_emulator.voice.types import INPUT_RATE_HZ, HeardWord, Hearing, Vocabulary

__all__ = ["VoskEngine", "choose"]

_BLOCK_BYTES = INPUT_RATE_HZ * 40 // 1000 * 2
_PARTIAL_BLOCKS = 7
_ALIKE = 0.75
"""How much of the letters must agree for the expected sentence to be believed: a
judgement, not measured with English models."""
_UNKNOWN = "[unk]"
_MAX_KEPT = 12
_MAX_NAMED = 10
_MANY = 40
"""Of so many words, a model of the right language knows most."""

Words = tuple[HeardWord, ...]


class _Stream:
    """One recogniser of Vosk, and the words it is sure of."""

    def __init__(self, recogniser: Any) -> None:
        self._recogniser = recogniser
        recogniser.SetWords(True)
        self._words: list[HeardWord] = []

    def feed(self, pcm: bytes) -> None:
        try:
            if self._recogniser.AcceptWaveform(pcm):
                self._take(self._recogniser.Result())
        except Exception as error:  # Vosk raises nothing more special.
            raise RuntimeError(str(error)) from error

    def partial(self) -> str:
        rest = json.loads(self._recogniser.PartialResult()).get("partial", "")
        return " ".join([*(word.text for word in self._words), *_sayable(rest)])

    def finish(self) -> Words:
        self._take(self._recogniser.FinalResult())
        return tuple(self._words)

    def _take(self, result: str) -> None:
        for word in json.loads(result).get("result", ()):
            text = word["word"].lower()
            self._words.append(HeardWord(text, word["start"] * 1e3, word["end"] * 1e3))


class _Task:
    """An utterance that Vosk hears."""

    def __init__(self, make: Callable[[], tuple[_Stream, _Stream | None]]) -> None:
        self._make = make
        self._anything: _Stream | None = None
        self._expected: _Stream | None = None
        self._audio = bytearray()
        self._blocks = 0
        self.ended = False

    @property
    def waiting_bytes(self) -> int:
        return len(self._audio)

    def add(self, pcm: bytes) -> None:
        self._audio += pcm

    def end(self) -> None:
        self.ended = True

    def has_work(self) -> bool:
        return self.ended or len(self._audio) >= _BLOCK_BYTES

    def begin(self) -> bool:
        if self._anything is None:
            self._anything, self._expected = self._make()
        return True

    def work(self) -> bool:
        block = bytes(self._audio[: min(_BLOCK_BYTES, len(self._audio) // 2 * 2)])
        del self._audio[:_BLOCK_BYTES]
        if not block:
            return False
        assert self._anything is not None
        self._anything.feed(block)
        if self._expected is not None:
            self._expected.feed(block)
        self._blocks += 1
        return True

    def partial(self) -> str | None:
        if self._blocks % _PARTIAL_BLOCKS or self._anything is None:
            return None
        return self._anything.partial()

    def result(self) -> Hearing:
        assert self._anything is not None
        anything = self._anything.finish()
        return choose(anything, self._expected.finish() if self._expected else ())

    def lose(self) -> None:
        self.release()

    def release(self) -> None:
        self._anything = self._expected = None


def choose(anything: Words, expected: Words) -> Hearing:
    """Return what was heard, given what either recogniser made of it."""
    open_text, expected_text = _text(anything), _text(expected)
    is_sure = bool(expected) and not any(word.text == _UNKNOWN for word in expected)
    alike = SequenceMatcher(None, open_text, expected_text, autojunk=False).ratio()
    if is_sure and alike >= _ALIKE:
        return Hearing(expected_text, "phrases", expected)
    words = tuple(word for word in anything if _sayable(word.text))
    return Hearing(open_text, "open" if words else "nothing", words)


def _sayable(text: str) -> list[str]:
    """Return the words of a text; noises and unknown words are in brackets."""
    return [word for word in text.split() if word[0] not in "[<"]


def _text(words: Words) -> str:
    return " ".join(word.text for word in words if _sayable(word.text))


class VoskEngine:
    """A model, and what it is to expect."""

    wear = 0

    def __init__(self, folder: str, warn: Callable[[str], None]) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(folder)
        graph = Path(folder) / "graph"
        self._can_expect = all((graph / f).exists() for f in ("Gr.fst", "HCLr.fst"))
        self._warn = warn
        self._named: set[str] = set()
        self._lists: OrderedDict[Vocabulary, str] = OrderedDict()

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Have the list of sentences for a vocabulary ready."""
        self._list(vocabulary)

    def open(self, vocabulary: Vocabulary) -> _Task:
        """Begin an utterance."""
        return _Task(lambda: self._streams(vocabulary))

    def _streams(self, vocabulary: Vocabulary) -> tuple[_Stream, _Stream | None]:
        def stream(*sentences: str) -> _Stream:
            return _Stream(vosk.KaldiRecognizer(self._model, INPUT_RATE_HZ, *sentences))

        sentences = self._list(vocabulary)
        return stream(), stream(sentences) if sentences else None

    def _list(self, vocabulary: Vocabulary) -> str:
        """Return the sentences as Vosk wants them; empty if there are none."""
        if vocabulary not in self._lists:
            self._lists[vocabulary] = self._make_list(vocabulary)
            if len(self._lists) > _MAX_KEPT:
                self._lists.popitem(last=False)
        self._lists.move_to_end(vocabulary)
        return self._lists[vocabulary]

    def _make_list(self, vocabulary: Vocabulary) -> str:
        if not self._can_expect:
            return ""
        network = None
        if vocabulary.grammar.strip():
            try:
                network = read_grammar(vocabulary.grammar)
            except GrammarError as error:
                self._warn(f"This grammar is of no use and passed over: {error}.")
        sentences = expected_sentences(vocabulary.phrases, network)
        words = {word for sentence in sentences for word in sentence}
        known = {word for word in words if self._model.vosk_model_find_word(word) >= 0}
        if len(words) >= _MANY and len(known) < len(words) / 2:
            self._say_once(
                "The model knows few of the expected words, and hears without them."
            )
            return ""
        self._name(words - known)
        texts = (" ".join(w for w in sentence if w in known) for sentence in sentences)
        kept = list(dict.fromkeys(text for text in texts if text))
        if kept and self._model.vosk_model_find_word(_UNKNOWN) >= 0:
            kept.append(_UNKNOWN)
        return json.dumps(kept, ensure_ascii=False) if kept else ""

    def _say_once(self, text: str) -> None:
        if text not in self._named:
            self._named.add(text)
            self._warn(text)

    def _name(self, unknown: set[str]) -> None:
        """Say once of each word that the model does not know it."""
        fresh = sorted(unknown - self._named)
        if fresh:
            self._named.update(fresh)
            more = f" and {len(fresh) - _MAX_NAMED} more" * (len(fresh) > _MAX_NAMED)
            names = ", ".join(fresh[:_MAX_NAMED])
            self._warn(f"The model does not know, and cannot expect: {names}{more}.")


def _work(inbox: Inbox, outbox: Outbox) -> None:
    folder = sys.argv[-1]
    engine = VoskEngine(folder, lambda text: outbox.log(logging.WARNING, text))
    run_head(engine, inbox, outbox)


if __name__ == "__main__":
    serve(_work)
