"""Cut a clause into what is said, where, when, to whom and how many.

A `Phrases` hands out each piece once, so that two parameters never get the same
words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from live_emulator.brain.rules.tools.concepts import concept
from live_emulator.brain.words.clock import Clock, Span, parse_clock, parse_span
from live_emulator.brain.words.lexicon import COUNTRIES, FIRST_NAMES, PLACES
from live_emulator.brain.words.moments import Day, parse_date
from live_emulator.brain.words.normalise import Utterance
from live_emulator.brain.words.numbers import parse_number

__all__ = ["Amount", "Phrases"]

PREPOSITIONS = frozenset(
    "in at for near around to from of with about regarding on by called named titled "
    "saying says into via using between until labeled per".split()
)
_ENDS = PREPOSITIONS | frozenset(
    "that which who please today tomorrow tonight now right is are was were do does "
    "doing did done".split()
)
_ARTICLES = frozenset("the a an some any my our your another".split())
_TAIL = frozenset(
    "please now right today like is are be for me currently again thanks there "
    "outside".split()
)


@dataclass
class Amount:
    """A number that was said, and the word behind it."""

    value: Fraction
    start: int
    end: int
    unit: str


@dataclass
class Phrases:
    """The words of one clause, and which of them are taken."""

    said: Utterance
    today: date
    verb_words: int = 1
    used: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = self.said.words
        self.used = [index < self.verb_words for index in range(len(self.words))]
        self.head_taken = False

    # --- taking pieces

    def take(self, start: int, end: int) -> str:
        """Take a run of words and return it as it was said."""
        for index in range(start, end):
            self.used[index] = True
        return self.said.slice(start, end).shown.strip(" .,;:!?\"'")

    def free(self, start: int, end: int) -> bool:
        """Tell whether none of the words is taken."""
        return not any(self.used[start:end])

    def run(self, at: int, stop: Iterable[str] = _ENDS) -> int:
        """Return the end of the run of free words that begins at a place."""
        ends = frozenset(stop)
        end = at
        while end < len(self.words) and not self.used[end]:
            if self.words[end] in ends and end > at:
                break
            end += 1
        return end

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Drop articles in front and fillers behind."""
        while start < end and self.words[start] in _ARTICLES:
            start += 1
        while end > start and self.words[end - 1] in _TAIL:
            if self.words[end - 1] == "me" and self.words[end - 2] in PREPOSITIONS:
                break
            end -= 1
        return start, end

    def behind(self, prepositions: Sequence[str], keep_articles: bool = False) -> str:
        """Take what stands behind the first of these prepositions."""
        for preposition in prepositions:
            for at in range(len(self.words) - 1):
                if self.words[at] != preposition or self.used[at]:
                    continue
                start, end = at + 1, self.run(at + 1)
                if not keep_articles:
                    start, end = self.trimmed(start, end)
                if end > start and self.free(start, end):
                    self.used[at] = True
                    return self.take(start, end)
        return ""

    def rest_behind(self, marks: Sequence[str]) -> str:
        """Take everything behind a mark such as "saying", to the end."""
        for mark in marks:
            parts = tuple(mark.split())
            for at in range(len(self.words) - len(parts)):
                if self.words[at : at + len(parts)] == parts and self.free(
                    at, at + len(parts)
                ):
                    start, end = at + len(parts), len(self.words)
                    while end > start and self.used[end - 1]:
                        end -= 1
                    if start < end and self.free(start, end):
                        self.take(at, start)
                        return self.take(start, end)
        return ""

    def quoted(self) -> str:
        """Take a text in quotation marks, if one was typed."""
        if not self.said:
            return ""
        base = self.said.spans[0][0]
        # The closing mark stands behind the last word.
        raw = self.said.raw[base : self.said.spans[-1][1] + 2]
        for opening, closing in (('"', '"'), ("\u201c", "\u201d"), ("'", "'")):
            start = raw.find(opening)
            end = raw.find(closing, start + 1)
            if start < 0 or end <= start + 1:
                continue
            if opening == "'" and start > 0 and raw[start - 1].isalpha():
                continue
            for index, span in enumerate(self.said.spans):
                if start < span[0] - base < end:
                    self.used[index] = True
            return raw[start + 1 : end].strip()
        return ""

    # --- kinds of pieces

    def span(self) -> Span | None:
        """Take a duration."""
        for at in range(len(self.words)):
            found = parse_span(self.words, at)
            if found and self.free(at, found[1]) and found[0].seconds:
                if at and self.words[at - 1] in ("for", "of", "in", "to"):
                    self.used[at - 1] = True
                self.take(at, found[1])
                return found[0]
        return None

    def day(self) -> Day | None:
        """Take a date."""
        for at in range(len(self.words)):
            found = parse_date(self.words, at, self.today)
            if found and self.free(at, found[1]):
                self.take(at, found[1])
                return found[0]
        return None

    def clock(self, bare: bool = False) -> Clock | None:
        """Take a time of day; a bare number is one only behind "at" or "for".

        Args:
            bare: Accept a number without any preposition.

        """
        for at in range(len(self.words)):
            if self.words[at] in ("for", "by", "until", "to", "from") and (
                at + 1 < len(self.words)
            ):
                found = parse_clock(self.words, at + 1)
                clear = found is not None and (not self._is_amount(at + 1, found[1]))
                if found and clear and self.free(at, found[1]):
                    self.take(at, found[1])
                    return found[0]
            found = parse_clock(self.words, at)
            if not found or not self.free(at, found[1]):
                continue
            marked = (
                self.words[at]
                in ("at", "noon", "midnight", "midday", "half", "quarter")
                or ":" in self.words[at]
                or found[0].words[-1] in ("am", "pm", "o'clock", "morning", "m")
                or found[0].words[-1] in ("afternoon", "evening", "night")
            )
            if marked or bare:
                self.take(at, found[1])
                return found[0]
        return None

    def _is_amount(self, at: int, end: int) -> bool:
        """Tell a number of things ("for four people") from a time ("for four")."""
        if end >= len(self.words):
            return False
        return self.words[end] not in _ENDS and self.words[end] not in (
            "and",
            "in",
            "this",
        )

    def amounts(self) -> list[Amount]:
        """Return all free numbers, with the words behind them."""
        found: list[Amount] = []
        at = 0
        while at < len(self.words):
            number = parse_number(self.words, at)
            if number is None or not self.free(at, number[1]):
                at += 1
                continue
            value, end = number
            unit = self.words[end] if end < len(self.words) else ""
            found.append(Amount(value, at, end, unit))
            at = end
        return found

    def known_place(self) -> str:
        """Take the name of a place that stands without a preposition."""
        for length in (3, 2, 1):
            for at in range(len(self.words) - length + 1):
                name = " ".join(self.words[at : at + length])
                if (name in PLACES or name in COUNTRIES) and self.free(at, at + length):
                    return self.take(at, at + length)
        return ""

    def capitals(self) -> str:
        """Take the first run of typed words with capitals, not at the beginning."""
        for at in range(1, len(self.words)):
            if not self._is_capital(at):
                continue
            end = at + 1
            while end < len(self.words) and (
                self._is_capital(end)
                or (self.words[end] == "and" and self._is_capital(end + 1))
            ):
                end += 1
            return self.take(at, end)
        return ""

    def _is_capital(self, at: int) -> bool:
        if at >= len(self.words) or self.said.spans[at] == self.said.spans[0]:
            return False  # the "is" of "What's"
        written = self.said.slice(at, at + 1).original
        return written[:1].isupper() and written.lower() != "i" and not self.used[at]

    def known_person(self) -> str:
        """Take a first name, or "my mother" and the like."""
        for at, word in enumerate(self.words):
            if self.used[at]:
                continue
            if word in FIRST_NAMES or word in _PEOPLE:
                end = at + 1
                while (
                    end + 1 < len(self.words)
                    and self.words[end] == "and"
                    and (self.words[end + 1] in FIRST_NAMES | _PEOPLE)
                ):
                    end += 2
                return self.take(at, end)
        return ""

    def before(self, names: frozenset[str]) -> str:
        """Take the word that stands right before the thing itself: "jazz music"."""
        for at in range(self.verb_words + 1, len(self.words)):
            word = self.words[at - 1]
            if concept(self.words[at]) in names and not self.used[at - 1]:
                if word not in _ARTICLES | _TAIL and concept(word) not in names:
                    return self.take(at - 1, at)
        return ""

    def head(self, without: frozenset[str]) -> str:
        """Take what stands between the verb and the first preposition.

        Args:
            without: Concepts that name the function and are no value themselves.

        """
        start = self.verb_words
        while start < len(self.words) and self.words[start] in ("me", "us", "up"):
            start += 1
        runs: list[tuple[int, int]] = []
        at = start
        while at < len(self.words) and self.words[at] not in PREPOSITIONS:
            if self.used[at] or concept(self.words[at]) in without:
                at += 1
                continue
            end = at
            while (
                end < len(self.words)
                and not self.used[end]
                and self.words[end] not in _ENDS
                and concept(self.words[end]) not in without
            ):
                end += 1
            if end == at:
                break
            first, last = self.trimmed(at, end)
            if self.words[0] in _ASKING:
                while first < last and self.words[first] in _EMPTY:
                    first += 1
            if last > first:
                runs.append((first, last))
            at = end
        if not runs:
            return ""
        longest = max(runs, key=lambda run: run[1] - run[0])
        return self.take(*longest)


_ASKING = frozenset("what who where when why how which is are do does will".split())
_EMPTY = frozenset(
    "what is are was were the a an how much many do does did it there like who which "
    "where when why can could would will i you me my to be going get have has".split()
)
_PEOPLE = frozenset(
    "mom mother dad father sister brother grandma grandmother grandpa boss wife "
    "husband everyone team doctor grandfather aunt uncle son daughter".split()
)
