"""Sets of decoders that listen to one utterance together, lent out and taken back."""

from collections import OrderedDict
from collections.abc import Callable, Sequence, Set
from typing import Generic, TypeVar

from live_emulator.voice.decoders import (
    Ear,
    grammar_ear,
    open_ear,
    phrase_ear,
    sound_ear,
)
from live_emulator.voice.expected import expected_sentences
from live_emulator.voice.jsgf import GrammarError, Network, read_grammar
from live_emulator.voice.judging import (
    HeardSegment,
    Judgement,
    judge,
    whole_sentence,
)
from live_emulator.voice.pronunciation import Pronouncer
from live_emulator.voice.types import Vocabulary
from live_emulator.voice.wording import spoken_sentences

__all__ = ["Ears", "EarsRoom"]

_MAX_OPEN_EARS = 3
"""An ear for all of English takes 80 MB, and a core can serve three at a time."""
_MAX_KEPT = 12
"""Grammars and vocabularies: each takes up to 15 MB."""

Warn = Callable[[str], None]


class _Stock:
    """Ears of one kind for one purpose: those not in use, and how to make more."""

    def __init__(self, what: str, make: Callable[[], Ear], room: "EarsRoom") -> None:
        self._what = what
        self._make = make
        self._room = room
        self._idle: list[Ear] = []
        self._is_of_use = True

    def take(self) -> Ear | None:
        """Lend an ear; None if none can be made."""
        if self._idle:
            return self._idle.pop()
        if not self._is_of_use:
            return None
        self._room.made += 1
        try:
            return self._make()
        except (ValueError, RuntimeError) as error:
            self._is_of_use = False
            self._room.warn(f"{self._what} of no use and passed over: {error}.")
            return None

    def give_back(self, ear: Ear | None) -> None:
        """Take back what was lent."""
        if ear is not None:
            self._idle.append(ear)


class _Grammar:
    """A grammar, as a network of words, and the ears for its sentences."""

    def __init__(self, text: str, pronounce: Pronouncer, room: "EarsRoom") -> None:
        self.network: Network | None = None
        self.ears: _Stock | None = None
        if not text.strip():
            return
        try:
            network = read_grammar(text)
        except GrammarError as error:
            room.warn(f"This grammar is of no use and passed over: {error}.")
            return
        self.network = network
        self.ears = _Stock(
            "This grammar is", lambda: grammar_ear(network, pronounce), room
        )


class _Phrases:
    """The sentences of a vocabulary, and the ears for what is made like them."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        network: Network | None,
        pronounce: Pronouncer,
        room: "EarsRoom",
    ) -> None:
        has_phrases = any(map(spoken_sentences, vocabulary.phrases))
        sentences = (
            expected_sentences(vocabulary.phrases, network) if has_phrases else []
        )
        self.known = frozenset(tuple(sentence) for sentence in sentences)
        self.ears: _Stock | None = None
        if sentences:
            self.ears = _Stock(
                "These phrases are", lambda: phrase_ear(sentences, pronounce), room
            )


class Ears:
    """The decoders for one utterance."""

    def __init__(
        self,
        anything: Ear,
        sounds: Ear,
        grammar: Ear | None = None,
        phrases: Ear | None = None,
        network: Network | None = None,
        known: Set[tuple[str, ...]] = frozenset(),
    ) -> None:
        self.anything = anything
        self.sounds = sounds
        self.grammar = grammar
        self.phrases = phrases
        self._network = network
        self._known = known

    def _all(self) -> list[Ear]:
        all_four = (self.grammar, self.phrases, self.sounds, self.anything)
        return [ear for ear in all_four if ear is not None]

    def start(self, means: Sequence[float]) -> None:
        """Begin an utterance, or the next part of it."""
        for ear in self._all():
            ear.start(means)

    def feed(self, pcm: bytes) -> None:
        """Listen to some more audio."""
        for ear in self._all():
            ear.feed(pcm)

    def stop(self) -> None:
        """End the utterance, or a part of it."""
        for ear in self._all():
            ear.stop()

    def judge(self, final: bool) -> Judgement:
        """Return what seems to have been said so far.

        If it is final, half a sentence of the grammar does not count.
        """

        def heard(ear: Ear | None) -> list[HeardSegment]:
            return ear.segments() if ear is not None else []

        sounds = heard(self.sounds)
        sentence = heard(self.grammar)
        if final and self._network is not None:
            sentence = whole_sentence(sentence, sounds, self._network, self._spell)
        phrase = heard(self.phrases)
        is_known = tuple(segment.word for segment in phrase) in self._known
        return judge(
            sentence, phrase, is_known, heard(self.anything), sounds, self._spell
        )

    def _spell(self, word: str) -> list[str]:
        for ear in (self.grammar, self.phrases, self.anything):
            if ear is not None and (sounds := ear.sounds(word)):
                return sounds
        return []


class EarsRoom:
    """All ears of this process.

    Those for a grammar serve all vocabularies that have it: the words of a
    conversation change with each turn, its grammar hardly ever.
    """

    def __init__(self, warn: Warn) -> None:
        self.warn = warn
        self.made = 0
        """Ears for grammars and phrases that were made so far; pocketsphinx leaks
        about 20 KB with each."""
        anything, self._pronounce = open_ear()
        self._idle = [(anything, sound_ear())]
        self._built = 1
        self._grammars = _Latest[str, _Grammar](
            lambda text: _Grammar(text, self._pronounce, self)
        )
        self._phrases = _Latest[Vocabulary, _Phrases](
            lambda vocabulary: _Phrases(
                vocabulary,
                self._grammars[vocabulary.grammar].network,
                self._pronounce,
                self,
            )
        )

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Have the ears for a vocabulary ready."""
        for stock in self._stocks(vocabulary):
            if stock is not None:
                stock.give_back(stock.take())

    def take(self, vocabulary: Vocabulary) -> Ears | None:
        """Lend ears to an utterance; None if all are in use."""
        if not self._idle:
            if self._built == _MAX_OPEN_EARS:
                return None
            self._built += 1
            self._idle.append((open_ear()[0], sound_ear()))
        grammar, phrases = (
            stock.take() if stock is not None else None
            for stock in self._stocks(vocabulary)
        )
        return Ears(
            *self._idle.pop(),
            grammar,
            phrases,
            self._grammars[vocabulary.grammar].network if grammar else None,
            self._phrases[vocabulary].known,
        )

    def give_back(self, vocabulary: Vocabulary, ears: Ears) -> None:
        """Take ears back; they must have been stopped."""
        self._idle.append((ears.anything, ears.sounds))
        lent = (ears.grammar, ears.phrases)
        for stock, ear in zip(self._stocks(vocabulary), lent, strict=True):
            if stock is not None:
                stock.give_back(ear)

    def lose_ears(self) -> None:
        """Know that lent ears do not come back, so that others may be made."""
        self._built -= 1

    def _stocks(self, vocabulary: Vocabulary) -> tuple[_Stock | None, _Stock | None]:
        """Return the ears for the grammar and for the phrases."""
        grammar = self._grammars[vocabulary.grammar]
        return grammar.ears, self._phrases[vocabulary].ears


Key = TypeVar("Key")
Value = TypeVar("Value")


class _Latest(Generic[Key, Value]):
    """Makes what is asked for, and keeps what was asked for last."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        self._make = make
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def __getitem__(self, key: Key) -> Value:
        if key not in self._kept:
            self._kept[key] = self._make(key)
            if len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
