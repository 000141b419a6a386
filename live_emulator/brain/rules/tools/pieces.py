"""Hand out the words of a clause: what is said, where, when, to whom and how many.

Each word is given away once, so that two parameters never get the same ones.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from live_emulator.brain.rules.tools.concepts import concept
from live_emulator.brain.words.clock import Clock, Span, parse_clock, parse_span
from live_emulator.brain.words.data import words
from live_emulator.brain.words.moments import Day, parse_date
from live_emulator.brain.words.normalise import Utterance
from live_emulator.brain.words.numbers import parse_number

__all__ = ["Amount", "Pieces"]

T = TypeVar("T")
Parse = Callable[[Sequence[str], int], tuple[T, int] | None]
"""Read something at a word; return it and the index behind it."""

PREPOSITIONS = words("prepositions")
_ENDS = PREPOSITIONS | words("ends")
_ARTICLES = frozenset("the a an some any my our your another".split())
_TAIL = words("tail")
_EMPTY = words("empty")
_ASKING = frozenset("what who where when why how which is are do does will".split())
_MARKED = frozenset("at noon midnight midday half quarter".split())
_CLOCK_ENDS = frozenset("am pm o'clock m morning afternoon evening night".split())
_QUOTES = (('"', '"'), ("\u201c", "\u201d"), ("'", "'"))


@dataclass
class Amount:
    """A number that was said, and the word behind it."""

    value: Fraction
    start: int
    end: int
    unit: str


class Pieces:
    """The words of one clause, and which of them are taken.

    Args:
        said: The clause, without "could you please" in front.
        today: For "tomorrow" and the like.
        verb_words: How many words in front say what to do, and are no values.

    """

    def __init__(self, said: Utterance, today: date, verb_words: int = 1) -> None:
        self.said, self.words = said, said.words
        self.today = today
        self.verb_words = min(verb_words, len(self.words))
        self.used = [at < self.verb_words for at in range(len(self.words))]

    def take(self, start: int, end: int) -> str:
        """Take a run of words and return it as it was said."""
        self.used[start:end] = [True] * (end - start)
        text = self.said.slice(start, end).shown.strip(" .,;:!?\"'")
        whose = end < len(self.words) and self.words[end - 1].endswith("'s")
        return text[:-2] if whose else text

    def free(self, start: int, end: int) -> bool:
        """Tell whether none of the words is taken."""
        return not any(self.used[start:end])

    def find(self, parse: Parse[T]) -> tuple[T, int, int] | None:
        """Take the first free run that can be read; return also where it stood."""
        for at in range(len(self.words)):
            found = parse(self.words, at)
            if found is not None and self.free(at, found[1]):
                self.take(at, found[1])
                return found[0], at, found[1]
        return None

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Drop articles in front and fillers behind."""
        while start < end and self.words[start] in _ARTICLES:
            start += 1
        while end > start and self.words[end - 1] in _TAIL:
            if self.words[end - 1] == "me" and self.words[end - 2] in PREPOSITIONS:
                break
            end -= 1
        return start, end

    def run(self, at: int, ends: Collection[str] = _ENDS) -> int:
        """Return the end of the run of free words that begins at a place."""
        end = at
        while end < len(self.words) and not self.used[end]:
            if self.words[end] in ends and end > at:
                break
            end += 1
        return end

    # --- what stands behind something

    def behind(self, prepositions: Sequence[str]) -> str:
        """Take what stands behind the first of these prepositions."""
        for preposition in prepositions:
            for at in range(len(self.words) - 1):
                if self.words[at] != preposition or self.used[at]:
                    continue
                start, end = self.trimmed(at + 1, self.run(at + 1))
                if end > start:
                    self.used[at] = True
                    return self.take(start, end)
        return ""

    def rest_behind(self, marks: Sequence[str]) -> str:
        """Take everything behind a mark such as "saying", to the end."""
        for mark in marks:
            parts = tuple(mark.split())
            for at in range(len(self.words) - len(parts)):
                start, end = at + len(parts), len(self.words)
                while end > start and self.used[end - 1]:
                    end -= 1
                said = self.words[at:start] == parts
                if said and start < end and self.free(at, end):
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
        for opening, closing in _QUOTES:
            start = raw.find(opening)
            end = raw.find(closing, start + 1)
            apostrophe = opening == "'" and start > 0 and raw[start - 1].isalpha()
            if start < 0 or end <= start + 1 or apostrophe:
                continue
            for at, span in enumerate(self.said.spans):
                self.used[at] = self.used[at] or start < span[0] - base < end
            return raw[start + 1 : end].strip()
        return ""

    # --- kinds of values

    def span(self) -> Span | None:
        """Take a duration, with the preposition in front of it."""

        def parse(words: Sequence[str], at: int) -> tuple[Span, int] | None:
            found = parse_span(words, at)
            return found if found and found[0].seconds else None

        found = self.find(parse)
        if found is None:
            return None
        at = found[1]
        if at and self.words[at - 1] in ("for", "of", "in", "to"):
            self.used[at - 1] = True
        return found[0]

    def day(self) -> Day | None:
        """Take a date."""
        found = self.find(lambda words, at: parse_date(words, at, self.today))
        return found[0] if found else None

    def clock(self, bare: bool = False) -> Clock | None:
        """Take a time of day; a number is one behind "at", or if `bare` are allowed."""

        def parse(words: Sequence[str], at: int) -> tuple[Clock, int] | None:
            behind = words[at] in ("for", "by", "until", "to", "from")
            found = parse_clock(words, at + 1 if behind else at)
            if found is None:
                return None
            if behind:
                # "for four people" tells a number of things.
                rest = words[found[1] : found[1] + 1]
                counts = rest and rest[0] not in (*_ENDS, "and", "in", "this")
                return None if counts else found
            word, last = words[at], found[0].words[-1]
            marked = word in _MARKED or ":" in word or last in _CLOCK_ENDS
            return found if marked or bare else None

        found = self.find(parse)
        return found[0] if found else None

    def amounts(self) -> list[Amount]:
        """Return all free numbers, with the words behind them; none is taken."""
        found: list[Amount] = []
        at = 0
        while at < len(self.words):
            number = parse_number(self.words, at)
            if number is None or not self.free(at, number[1]):
                at += 1
                continue
            start, at = at, number[1]
            unit = self.words[at] if at < len(self.words) else ""
            found.append(Amount(number[0], start, at, unit))
        return found

    def named(self, names: Collection[str], chained: bool = False) -> str:
        """Take one of some names, the longest that is there.

        Args:
            names: Canonical words, several with spaces between them.
            chained: Take also what follows behind "and", if it is one of them.

        """
        for size in (3, 2, 1):
            for at in range(len(self.words) - size + 1):
                end = at + size
                if " ".join(self.words[at:end]) in names and self.free(at, end):
                    while chained and self.words[end : end + 1] == ("and",):
                        if " ".join(self.words[end + 1 : end + 2]) not in names:
                            break
                        end += 2
                    return self.take(at, end)
        return ""

    def capitals(self) -> str:
        """Take the first run of typed words with capitals, not at the beginning."""
        for at in range(1, len(self.words)):
            if not self._is_capital(at):
                continue
            end = at + 1
            while self._is_capital(end) or (
                self.words[end : end + 1] == ("and",) and self._is_capital(end + 1)
            ):
                end += 1
            return self.take(at, end)
        return ""

    def _is_capital(self, at: int) -> bool:
        if at >= len(self.words) or self.said.spans[at] == self.said.spans[0]:
            return False  # the "is" of "What's"
        written = self.said.slice(at, at + 1).original
        return written[:1].isupper() and written.lower() != "i" and not self.used[at]

    def before(self, names: frozenset[str]) -> str:
        """Take the word that stands right before the thing itself: "jazz music"."""
        for at in range(self.verb_words + 1, len(self.words)):
            word = self.words[at - 1]
            if concept(self.words[at]) in names and not self.used[at - 1]:
                if word not in _ARTICLES | _TAIL and concept(word) not in names:
                    return self.take(at - 1, at)
        return ""

    # --- what is left

    def head(self, without: frozenset[str]) -> str:
        """Take the longest run between the verb and the first preposition.

        Args:
            without: Concepts that name the function and are no value themselves.

        """
        end = self.verb_words
        while end < len(self.words) and self.words[end] not in PREPOSITIONS:
            end += 1
        start = self.verb_words
        while start < end and self.words[start] in ("me", "us", "up"):
            start += 1
        asks = self.words[:1] and self.words[0] in _ASKING
        return self._longest(start, end, without, _ENDS, _EMPTY if asks else ())

    def left_over(self, without: frozenset[str]) -> str:
        """Take the longest run of words that nothing has claimed."""
        return self._longest(0, len(self.words), without, _EMPTY)

    def _longest(
        self,
        start: int,
        end: int,
        without: frozenset[str],
        ends: Collection[str],
        skipped: Collection[str] = (),
    ) -> str:
        """Take the longest free run, without words that are skipped in front of it."""
        best = (0, 0)
        for at in range(start, end + 1):
            word = self.words[at] if at < end else ""
            if word and not self.used[at] and word not in ends:
                if concept(word) not in without:
                    continue
            first, last = self.trimmed(start, at)
            while first < last and self.words[first] in skipped:
                first += 1
            best = max(best, (first, last), key=lambda run: run[1] - run[0])
            start = at + 1
        return self.take(*best) if best[1] > best[0] else ""
