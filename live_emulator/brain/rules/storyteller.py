"""Compose a story of a given length about a given subject."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from live_emulator.brain.words.chance import chance
from live_emulator.brain.words.data import data
from live_emulator.brain.words.lexicon import FIRST_NAMES, STOP_WORDS
from live_emulator.brain.words.speech import with_article, word_count

__all__ = ["CREATURES", "PLACES", "compose"]

_TEXTS = data("rules", "stories.yaml")
_HEROES = tuple(_TEXTS["heroes"].items())
_MALE_NAMES = frozenset(_TEXTS["male_names"].split())
CREATURES = frozenset(_TEXTS["creatures"].split())
PLACES: dict[str, str] = _TEXTS["places"]
_NUMBERS = frozenset("two three four five many some".split())
_FULL_FROM_WORDS = 165
_TITLE_FROM_WORDS = 50
_LEAST_WORDS = 40
_NEAR_ENOUGH = 2
_CHOICE = re.compile(r"\[([^\]]*)\]")


class _Story:
    """Makes all choices of one story from its seed: whom it is about, and what."""

    def __init__(self, subject: str, *salt: object) -> None:
        self._salt = ("story", subject.lower(), *salt)
        self._count = 0
        self._rounds: list[list[str]] = []
        self.cast = _cast(subject, self)
        self.lines: list[str] = []
        """Short passages that go between episodes."""

    def number(self, limit: int) -> int:
        self._count += 1
        return chance(limit, *self._salt, self._count)

    def one(self, options: Sequence[Any]) -> Any:
        return options[self.number(len(options))]

    def shuffled(self, items: Sequence[str]) -> list[str]:
        left = list(items)
        return [left.pop(self.number(len(left))) for _ in items]

    def fill(self, text: str) -> str:
        """Make the choices of a fragment and put the names in."""
        text = _CHOICE.sub(lambda match: self.one(match[1].split("|")), text)
        return text.replace("{found}", self.cast.found).format(**self.cast.names)

    # --- what stands between the beginning and the end

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
        chosen = _fitting([word_count(line) for line in self.lines], max(room, 0))
        lines = [self.lines[index] for index in chosen]
        if not episodes:
            return [" ".join(lines)] if lines else []
        # One line behind each episode, in turn, so that none stands in a heap.
        step = len(episodes)
        return [" ".join([text, *lines[at::step]]) for at, text in enumerate(episodes)]

    def _round(self, number: int) -> list[str]:
        """Return all episodes in some order; each round tells them differently."""
        while len(self._rounds) <= number:
            texts = self.shuffled(_TEXTS["episodes"])
            self._rounds.append([self.fill(text) for text in texts])
        return self._rounds[number]

    def outlines(self, words: int) -> Iterator[tuple[str, str]]:
        """Yield beginnings and ends, the fullest that leave room for the rest first."""
        letter = self.cast.names["quest"] == "the blue letter"
        departures = _TEXTS["letter_departure" if letter else "departures"]
        if words >= _FULL_FROM_WORDS:
            frame = self.fill(self.one(_TEXTS["frames"]))
            way = self.fill(self.one(departures))
            yield (
                f"{frame} {self.cast.need} {way}",
                self.fill(self.one(_TEXTS["endings"])),
            )
        frames = [self.fill(text) for text in self.shuffled(_TEXTS["short_frames"])]
        for need in (self.cast.need, ""):
            for ways in (departures, _TEXTS["short_departures"]):
                for ends in (_TEXTS["short_endings"], _TEXTS["tiny_endings"]):
                    for frame in frames:
                        parts = [frame, need, self.fill(self.one(ways))]
                        yield " ".join(filter(None, parts)), self.fill(self.one(ends))


@dataclass(frozen=True)
class _Cast:
    """Whom a story is about, and what is looked for."""

    names: dict[str, str]
    need: str
    found: str


def _cast(subject: str, story: _Story) -> _Cast:
    hero, pronoun = _HEROES[story.number(len(_HEROES))]
    who, home = story.one(_TEXTS["trades"]), story.one(_TEXTS["homes"])
    quest, need, found = story.one(_TEXTS["quests"]).values()
    for word in (w.removesuffix("'s") for w in subject.lower().split()):
        single = word if word in CREATURES or word in PLACES else word.rstrip("s")
        if word in FIRST_NAMES:
            hero, pronoun = word.capitalize(), "he" if word in _MALE_NAMES else "she"
        elif single in CREATURES:
            who = with_article(_described(subject.lower().split(), word, single))
        elif single in PLACES:
            home = PLACES[single]
    his, him = ("her", "her") if pronoun == "she" else ("his", "him")
    names = {"hero": hero, "he": pronoun, "He": pronoun.capitalize(), "his": his}
    names |= {"him": him, "who": who, "home": home, "quest": quest}
    return _Cast(names, need, found)


def _described(said: list[str], word: str, single: str) -> str:
    """Keep an adjective in front: "a brave little dragon"."""
    at = said.index(word)
    front = [w for w in said[max(0, at - 2) : at] if w not in STOP_WORDS]
    others = _NUMBERS | CREATURES | PLACES.keys()
    if not front or any(not w.isalpha() or w in others for w in front):
        return f"young {single}"
    return " ".join([*front, single])


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
    story = _Story(subject, *salt)
    titled = subject and words >= _TITLE_FROM_WORDS
    title = [f"This is a story about {subject}."] if titled else []
    words -= sum(map(word_count, title))
    if words < _LEAST_WORDS:
        lines = [story.fill(text) for text in _TEXTS["one_sentence"]]
        fitting = [line for line in lines if word_count(line) <= words]
        return [max(fitting, key=word_count, default=min(lines, key=word_count))]
    best, least = [""], words
    story.lines = story.shuffled([story.fill(text) for text in _TEXTS["interludes"]])
    for opening, ending in story.outlines(words):
        room = words - word_count(opening) - word_count(ending)
        sections = story.sections(room) if room > 0 else []
        missing = abs(room - sum(map(word_count, sections)))
        if best == [""] or missing < least:
            best, least = [opening, *sections, ending], missing
        if missing <= _NEAR_ENOUGH:
            break
    return [*title, *best]
