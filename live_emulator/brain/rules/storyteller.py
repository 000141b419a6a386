"""Compose a story of a given length about a given subject."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from live_emulator.brain.words.chance import chance
from live_emulator.brain.words.data import data
from live_emulator.brain.words.lexicon import FIRST_NAMES, STOP_WORDS
from live_emulator.brain.words.speech import (
    with_article,
    word_count,
)

__all__ = ["CREATURES", "PLACES", "compose"]

_TEXTS = data("rules", "stories.yaml")
_HEROES = tuple(_TEXTS["heroes"].items())
_MALE_NAMES = frozenset(_TEXTS["male_names"].split())
CREATURES = frozenset(_TEXTS["creatures"].split())
PLACES: dict[str, str] = _TEXTS["places"]

_FULL_FROM_WORDS = 165


class _Chooser:
    """Makes all choices of one story from its seed."""

    def __init__(self, *salt: object) -> None:
        self._salt = salt
        self._count = 0

    def number(self, limit: int) -> int:
        self._count += 1
        return chance(limit, *self._salt, self._count)

    def one(self, options: Sequence[Any]) -> Any:
        return options[self.number(len(options))]

    def order(self, count: int) -> list[int]:
        left = list(range(count))
        return [left.pop(self.number(len(left))) for _ in range(count)]


_CHOICE = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True)
class _Cast:
    """Whom a story is about, and what is looked for."""

    hero: str
    pronoun: str
    who: str
    home: str
    quest: str
    need: str
    found: str

    def fill(self, text: str, chooser: _Chooser) -> str:
        """Make the choices of a fragment and put the names in."""
        text = _CHOICE.sub(lambda match: chooser.one(match[1].split("|")), text)
        his, him = ("her", "her") if self.pronoun == "she" else ("his", "him")
        text = text.replace("{found}", self.found)
        return text.format(
            hero=self.hero,
            he=self.pronoun,
            He=self.pronoun.capitalize(),
            his=his,
            him=him,
            who=self.who,
            home=self.home,
            quest=self.quest,
        )


def _cast(subject: str, chooser: _Chooser) -> _Cast:
    hero, pronoun = _HEROES[chooser.number(len(_HEROES))]
    who, home = chooser.one(_TEXTS["trades"]), chooser.one(_TEXTS["homes"])
    quest, need, found = chooser.one(_TEXTS["quests"]).values()
    for word in (w.removesuffix("'s") for w in subject.lower().split()):
        single = word if word in CREATURES or word in PLACES else word.rstrip("s")
        if word in FIRST_NAMES:
            hero = word.capitalize()
            pronoun = "he" if word in _MALE_NAMES else "she"
        elif single in CREATURES:
            who = with_article(_described(subject, word, single))
        elif single in PLACES:
            home = PLACES[single]
    return _Cast(hero, pronoun, who, home, quest, need, found)


def _described(subject: str, word: str, single: str) -> str:
    """Keep an adjective in front: "a brave little dragon"."""
    words = subject.lower().split()
    at = words.index(word)
    front = [w for w in words[max(0, at - 2) : at] if w not in STOP_WORDS]
    if any(not w.isalpha() or w in PLACES or w in CREATURES for w in front):
        front = []
    if any(w in ("two", "three", "four", "five", "many", "some") for w in front):
        front = []
    return " ".join([*front, single]) if front else f"young {single}"


def _fitting(lengths: Sequence[int], room: int) -> list[int]:
    """Return indices whose lengths add up to the room as nearly as possible."""
    best: dict[int, tuple[int, ...]] = {0: ()}
    for index, length in enumerate(lengths):
        for total, chosen in list(best.items()):
            if total + length <= room + 3 and total + length not in best:
                best[total + length] = (*chosen, index)
    nearest = min(best, key=lambda total: (abs(room - total), total))
    return list(best[nearest])


def compose(subject: str, words: int, *salt: object) -> list[str]:
    """Return a story of about so many words, as a list of its sections.

    Args:
        subject: What it is about, canonical or as typed; may be empty.
        words: Wanted length; from 55 words on it is met within ten percent.
        salt: What the choices depend on, for example seed and place.

    """
    chooser = _Chooser("story", subject.lower(), *salt)
    cast = _cast(subject, chooser)
    title = [f"This is a story about {subject}."] if subject and words >= 50 else []
    words -= sum(word_count(text) for text in title)
    if words < 40:
        lines = [cast.fill(text, chooser) for text in _TEXTS["one_sentence"]]
        fitting = [line for line in lines if word_count(line) <= words]
        return [max(fitting, key=word_count, default=min(lines, key=word_count))]
    middle = _Middle(cast, chooser)
    best: tuple[int, list[str]] | None = None
    for opening, ending in _outlines(cast, words, chooser):
        room = words - word_count(opening) - word_count(ending)
        sections = middle.sections(room) if room > 0 else []
        missing = abs(room - sum(word_count(text) for text in sections))
        if best is None or missing < best[0]:
            best = missing, [opening, *sections, ending]
        if missing <= 2:
            break
    assert best is not None
    return [*title, *best[1]]


def _outlines(cast: _Cast, words: int, chooser: _Chooser) -> Iterator[tuple[str, str]]:
    """Yield beginnings and ends, the fullest that leave room for the rest first."""
    departures = (
        _TEXTS["letter_departure"]
        if cast.quest == "the blue letter"
        else _TEXTS["departures"]
    )
    fill = partial(cast.fill, chooser=chooser)
    if words >= _FULL_FROM_WORDS:
        frame = fill(chooser.one(_TEXTS["frames"]))
        opening = f"{frame} {cast.need}"
        yield (
            f"{opening} {fill(chooser.one(departures))}",
            fill(chooser.one(_TEXTS["endings"])),
        )
    frames = [
        fill(_TEXTS["short_frames"][index])
        for index in chooser.order(len(_TEXTS["short_frames"]))
    ]
    for needed in (True, False):
        for ways in (departures, _TEXTS["short_departures"]):
            for ends in (_TEXTS["short_endings"], _TEXTS["tiny_endings"]):
                for frame in frames:
                    parts = [
                        frame,
                        cast.need if needed else "",
                        fill(chooser.one(ways)),
                    ]
                    opening = " ".join(part for part in parts if part)
                    yield opening, fill(chooser.one(ends))


class _Middle:
    """The episodes of one story and the lines between them."""

    def __init__(self, cast: _Cast, chooser: _Chooser) -> None:
        self._cast = cast
        self._chooser = chooser
        self._rounds: list[list[str]] = []
        lines = [cast.fill(text, chooser) for text in _TEXTS["interludes"]]
        self._lines = [lines[index] for index in chooser.order(len(lines))]

    def _round(self, number: int) -> list[str]:
        """Return all episodes in some order; each round tells them differently."""
        while len(self._rounds) <= number:
            order = self._chooser.order(len(_TEXTS["episodes"]))
            self._rounds.append(
                [
                    self._cast.fill(_TEXTS["episodes"][index], self._chooser)
                    for index in order
                ]
            )
        return self._rounds[number]

    def sections(self, room: int) -> list[str]:
        """Return episodes and lines that add up to so many words, as nearly."""
        episodes: list[str] = []
        for number in count():
            before = room
            for text in self._round(number):
                if word_count(text) <= room:
                    episodes.append(text)
                    room -= word_count(text)
            if room == before:
                break
        chosen = _fitting([word_count(line) for line in self._lines], max(room, 0))
        lines = [self._lines[index] for index in chosen]
        if not episodes:
            return [" ".join(lines)] if lines else []
        # One line behind each episode, in turn, so that none stands in a heap.
        behind: list[list[str]] = [[] for _ in episodes]
        for index, line in enumerate(lines):
            behind[index % len(episodes)].append(line)
        return [
            " ".join([text, *more]) for text, more in zip(episodes, behind, strict=True)
        ]
