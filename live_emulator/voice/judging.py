"""Decide which of several hypotheses to believe.

The ear for a grammar always hears a sentence of the grammar, whatever is said.
Two measures tell whether it was said, each weak alone: how much worse its sounds
fit than the best sounds would, and how many of its sounds an ear for bare sounds
heard as well. Thresholds were set on four voices and checked on others; the
benchmark prints what they lead to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from live_emulator.voice.jsgf import Network

__all__ = [
    "HeardSegment",
    "Judgement",
    "SLOT_PREFIX",
    "Source",
    "Word",
    "doubt",
    "is_slot",
    "judge",
    "sound_distance",
    "whole_sentence",
]

SLOT_PREFIX = "_"
"""Marks the words of an ear that stand for anything at all."""


@dataclass(frozen=True)
class HeardSegment:
    """One word of a hypothesis, or one sound."""

    word: str
    start_frame: int
    end_frame: int
    badness: float
    """Sum of how much worse than the best sound each frame is; natural log."""

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.end_frame - self.start_frame + 1

    @property
    def middle(self) -> float:
        """Where it lies."""
        return (self.start_frame + self.end_frame) / 2


Word = tuple[str, int, int]
"""A word, its first frame and its last."""

Source = Literal["grammar", "phrases", "open", "nothing"]

Spell = Callable[[str], Sequence[str]]
"""A word in, its sounds out."""


@dataclass(frozen=True)
class Judgement:
    """What is believed to have been said."""

    source: Source
    words: tuple[Word, ...]


_ALIKE = (
    "AA AO AH OW",
    "AE EH AA AH",
    "AW AO AA OW",
    "AY AA AE",
    "EH AE IH EY AH",
    "IH IY EH AH EY",
    "UH UW OW AO AH",
    "ER AH R AO UH",
    "OY AO",
    "IY Y",
    "UW W",
    "P B T D K G",
    "F V TH DH S Z",
    "SH ZH CH JH S Z",
    "T D DH TH",
    "T CH D JH",
    "M N NG",
    "L R W",
    "V B W",
    "HH F",
)
_VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
_ALIKE_PAIRS = frozenset(
    (first, second)
    for group in _ALIKE
    for first in group.split()
    for second in group.split()
)
_GAP_COST = 0.8

_PER_BADNESS = 0.1
_BELIEVED = 1.12
_PHRASES_MARGIN = 0.42
"""The ear for phrases may join words freely, so it finds something in anything."""
_KNOWN_MARGIN = 0.1
_LITTLE = 5
"""So few sounds before an open slot ("say ...") are easily found in anything."""
_LITTLE_COST = 0.25


def _change_cost(first: str, second: str) -> float:
    if first == second:
        return 0.0
    if (first, second) in _ALIKE_PAIRS:
        return 0.45
    return 0.8 if (first in _VOWELS) == (second in _VOWELS) else 1.1


def sound_distance(first: Sequence[str], second: Sequence[str]) -> float:
    """Return how different two rows of sounds are, 0 (same) to about 1."""
    if not first and not second:
        return 1.0
    row = [index * _GAP_COST for index in range(len(second) + 1)]
    for left in first:
        above, row[0] = row[0], row[0] + _GAP_COST
        for index, right in enumerate(second):
            cost = min(
                row[index] + _GAP_COST,
                row[index + 1] + _GAP_COST,
                above + _change_cost(left, right),
            )
            above, row[index + 1] = row[index + 1], cost
    return row[-1] / max(len(first), len(second))


def is_slot(segment: HeardSegment) -> bool:
    """Tell words that stand for anything."""
    return segment.word.startswith(SLOT_PREFIX)


def doubt(
    words: Sequence[HeardSegment], sounds: Sequence[HeardSegment], spell: Spell
) -> float:
    """Return how doubtful it is that these words were said; below 0 is likely.

    Args:
        words: A hypothesis without pauses. Slots in it are not judged.
        sounds: What the ear for bare sounds heard in the same audio.
        spell: Gives the sounds of each word.

    """
    fixed = [word for word in words if not is_slot(word)]
    frames = sum(word.frames for word in fixed)
    if not frames:
        return 9.0
    badness = sum(word.badness for word in fixed) / frames
    in_slots = [(word.start_frame, word.end_frame) for word in words if is_slot(word)]
    wanted = [sound for word in fixed for sound in spell(word.word)]
    heard = [
        sound.word
        for sound in sounds
        if not any(start <= sound.middle <= end for start, end in in_slots)
    ]
    distance = sound_distance(wanted, heard)
    is_little = bool(in_slots) and len(wanted) < _LITTLE
    return badness * _PER_BADNESS + distance - _BELIEVED + is_little * _LITTLE_COST


def whole_sentence(
    words: Sequence[HeardSegment],
    sounds: Sequence[HeardSegment],
    network: Network,
    spell: Spell,
) -> list[HeardSegment]:
    """Return a sentence of the grammar; empty if the words are only half of one.

    Pocketsphinx gives the best-scored words, also when more would have to follow:
    "plus a", where only "plus a hundred" and "plus eight" are sentences. Then the
    last word becomes the one that ends a sentence and sounds most like it.
    """
    texts = [word.word for word in words]
    if not words or network.accepts(texts):
        return list(words)
    *before, last = words
    heard = [s.word for s in sounds if last.start_frame <= s.middle <= last.end_frame]
    ends = sorted(network.last_words(texts[:-1]))
    if not ends:
        return []
    best = min(ends, key=lambda word: sound_distance(spell(word), heard))
    return [*before, replace(last, word=best)]


def judge(
    grammar: Sequence[HeardSegment],
    phrases: Sequence[HeardSegment],
    is_known_phrase: bool,
    anything: Sequence[HeardSegment],
    sounds: Sequence[HeardSegment],
    spell: Spell,
) -> Judgement:
    """Return what to believe.

    Args:
        grammar: What the ear for the grammar heard, without pauses.
        phrases: What the ear for the phrases heard.
        is_known_phrase: That is one of the phrases, word by word.
        anything: What the ear for all of English heard.
        sounds: What the ear for bare sounds heard.
        spell: Gives the sounds of a word of the first three.

    """
    if grammar and doubt(grammar, sounds, spell) < 0:
        return Judgement("grammar", _fill_slots(grammar, anything))
    if phrases:
        certainty = -doubt(phrases, sounds, spell)
        fits = _misfit(phrases, sounds, spell) <= _misfit(anything, sounds, spell)
        if certainty > (_KNOWN_MARGIN if is_known_phrase else _PHRASES_MARGIN) and (
            is_known_phrase or fits
        ):
            return Judgement("phrases", _words(phrases))
    if anything:
        return Judgement("open", _words(anything))
    return Judgement("nothing", ())


def _misfit(
    words: Sequence[HeardSegment], sounds: Sequence[HeardSegment], spell: Spell
) -> float:
    wanted = [sound for word in words for sound in spell(word.word)]
    return sound_distance(wanted, [sound.word for sound in sounds])


def _words(segments: Sequence[HeardSegment]) -> tuple[Word, ...]:
    return tuple((s.word, s.start_frame, s.end_frame) for s in segments)


def _fill_slots(
    grammar: Sequence[HeardSegment], anything: Sequence[HeardSegment]
) -> tuple[Word, ...]:
    """Put in the place of each slot what the ear for anything heard there."""
    words: list[Word] = []
    run: list[HeardSegment] = []
    for segment in [*grammar, None]:
        if segment is not None and is_slot(segment):
            run.append(segment)
            continue
        if run:
            start, end = run[0].start_frame, run[-1].end_frame
            words += _words([s for s in anything if start <= s.middle <= end])
            run = []
        if segment is not None:
            words += _words([segment])
    return tuple(words)
