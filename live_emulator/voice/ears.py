"""Sets of decoders that listen to one utterance together, lent out and taken back."""

from collections import OrderedDict
from collections.abc import Callable, Sequence, Set

from live_emulator.voice.decoders import (
    Ear,
    grammar_ear,
    open_ear,
    phrase_ear,
    sound_ear,
)
from live_emulator.voice.jsgf import SLOT, GrammarError, Network, read_grammar
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
_MAX_VOCABULARIES = 12
_MAX_PHRASE_WORDS = 4000

Warn = Callable[[str], None]


class _Models:
    """What is known of one vocabulary, and the ears for it that are not in use."""

    def __init__(
        self, vocabulary: Vocabulary, pronounce: Pronouncer, warn: Warn
    ) -> None:
        self._pronounce = pronounce
        self._warn = warn
        self.network: Network | None = None
        if vocabulary.grammar.strip():
            try:
                self.network = read_grammar(vocabulary.grammar)
            except GrammarError as error:
                warn(f"This grammar is of no use and is passed over: {error}.")
        self._sentences = _sentences(vocabulary, self.network)
        self.known = frozenset(tuple(sentence) for sentence in self._sentences)
        self._grammar_ears: list[Ear] = []
        self._phrase_ears: list[Ear] = []

    def take(self) -> tuple[Ear | None, Ear | None]:
        grammar, phrases = None, None
        if self.network is not None:
            try:
                grammar = (
                    self._grammar_ears.pop()
                    if self._grammar_ears
                    else grammar_ear(self.network, self._pronounce)
                )
            except (ValueError, RuntimeError) as error:
                self._warn(f"This grammar is of no use and is passed over: {error}.")
                self.network = None
        if self._sentences:
            try:
                phrases = (
                    self._phrase_ears.pop()
                    if self._phrase_ears
                    else phrase_ear(self._sentences, self._pronounce)
                )
            except (ValueError, RuntimeError) as error:
                self._warn(f"These phrases are of no use and are passed over: {error}.")
                self._sentences = []
        return grammar, phrases

    def give_back(self, grammar: Ear | None, phrases: Ear | None) -> None:
        if grammar is not None:
            self._grammar_ears.append(grammar)
        if phrases is not None:
            self._phrase_ears.append(phrases)


def _sentences(vocabulary: Vocabulary, network: Network | None) -> list[list[str]]:
    """Return what the ear for phrases learns from, up to a sensible amount."""
    sentences = [s for text in vocabulary.phrases for s in spoken_sentences(text)]
    if network is not None and sentences:
        for sentence in network.sentences():
            words = [word for word in sentence if word != SLOT]
            sentences += [words] if words else []
    kept: list[list[str]] = []
    total = 0
    for sentence in sentences:
        total += len(sentence)
        if total > _MAX_PHRASE_WORDS:
            break
        kept.append(sentence)
    return kept


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
    """All ears of this process."""

    def __init__(self, warn: Warn) -> None:
        self._warn = warn
        anything, self._pronounce = open_ear()
        self._idle = [(anything, sound_ear())]
        self._built = 1
        self._models: OrderedDict[Vocabulary, _Models] = OrderedDict()

    def prepare(self, vocabulary: Vocabulary) -> None:
        """Have the ears for a vocabulary ready."""
        models = self._models_of(vocabulary)
        models.give_back(*models.take())

    def take(self, vocabulary: Vocabulary) -> Ears | None:
        """Lend ears to an utterance; None if all are in use."""
        if not self._idle:
            if self._built == _MAX_OPEN_EARS:
                return None
            self._built += 1
            self._idle.append((open_ear()[0], sound_ear()))
        models = self._models_of(vocabulary)
        grammar, phrases = models.take()
        return Ears(*self._idle.pop(), grammar, phrases, models.network, models.known)

    def give_back(self, vocabulary: Vocabulary, ears: Ears) -> None:
        """Take ears back; they must have been stopped."""
        self._idle.append((ears.anything, ears.sounds))
        models = self._models.get(vocabulary)
        if models is not None:
            models.give_back(ears.grammar, ears.phrases)

    def lose_ears(self) -> None:
        """Know that lent ears do not come back, so that others may be made."""
        self._built -= 1

    def _models_of(self, vocabulary: Vocabulary) -> _Models:
        models = self._models.get(vocabulary)
        if models is None:
            models = _Models(vocabulary, self._pronounce, self._warn)
            self._models[vocabulary] = models
            if len(self._models) > _MAX_VOCABULARIES:
                self._models.popitem(last=False)
        self._models.move_to_end(vocabulary)
        return models
