"""Answer what is written in a picture: all of it, a price, a total, a line."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.rules.vision import (
    NO_IMAGE,
    as_sentence,
    newest_sight,
    written,
)
from live_emulator.brain.types import Question, TextLine
from live_emulator.brain.words.data import data, words
from live_emulator.brain.words.normalise import read

__all__ = ["finding", "reading", "wants_text"]

_CLOSE_SIGN = re.compile(r"\s*[×✕✖]\s*$")
"""Windows have one beside their title."""
_TOTAL_LINE = re.compile(
    r"\b(?:grand total|total|amount due|to pay|balance|sum)\b", re.IGNORECASE
)
_SUBTOTAL_LINE = re.compile(r"\bsub[- ]?total\b|\btax\b|\bvat\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:[$€£¥]|EUR|USD|GBP|CHF)? ?\d{1,6}(?:[.,]\d{3})*[.,]\d{2}"
    r"(?: ?(?:[$€£¥]|EUR|USD|GBP|CHF))?|[$€£¥] ?\d{1,6}|\d{1,6} ?[$€£¥]",
    re.IGNORECASE,
)
_ABOUT_TEXT = re.compile(r"\b(?:written|text|see|describe)\b")
_ASKS = frozenset("what which when where who whose how is are does do".split())
_SMALL = words("small")
_NEAR: dict[str, str] = data("words", "words.yaml")["near"]
_ALIKE = 0.8
_UNREAD = (
    "I can not read this picture any more. Show it to me again, and ask once more."
)


def wants_text(question: Question) -> bool:
    """Tell whether the words of the last turn are about what is written somewhere."""
    said = read(question.turns[-1].text)
    if not said:
        return bool(question.turns[-1].sights)
    asked = ("read_all", "total", "price", "price_too", "title")
    return any(heard(said, one) for one in asked) or bool(_ABOUT_TEXT.search(said.text))


def reading(ctx: Context) -> Reply | None:
    """Answer questions for all text, for a price, a total, and a title."""
    sight = newest_sight(ctx.question.turns)
    lines = sight.lines if sight else None
    if lines:
        if heard(ctx.said, "total"):
            return _total(lines)
        if heard(ctx.said, "title"):
            # What is written at the top of a window, a page or a poster.
            return say(f"The title is {_CLOSE_SIGN.sub('', lines[0].text)}.")
        price = heard(ctx.said, "price") or heard(ctx.said, "price_too")
        if price and (found := _price(lines, price.text("what"))):
            return found
    if not heard(ctx.said, "read_all"):
        return None
    if sight is None:
        # "What is this" and the like have an answer without words, too.
        return say(NO_IMAGE) if set(ctx.said.words) & words("written") else None
    if lines is None:
        return say(_UNREAD)
    return say(
        f"It says: {written(lines)}" if lines else "I see no text in the picture."
    )


def finding(ctx: Context) -> Reply | None:
    """Answer another question with the line of the picture that fits it best."""
    sight = newest_sight(ctx.question.turns)
    if sight is None or not sight.lines:
        return None
    price = heard(ctx.said, "price")
    if price and any(map(_amount, sight.lines)):
        return say(f"I find no {price.text('what')} with a price in the picture.")
    said = ctx.said.words
    first = said[1:2] if said[0] in ("and", "until", "at", "on", "in") else said[:1]
    if not _ASKS & set(first):
        return None
    asked = [word for word in said if word not in _SMALL and len(word) > 2]
    near = [other for word in said for other in _NEAR.get(word, "").split()]
    best = _fitting(sight.lines, [*asked, *near])
    return say(f"It says: {as_sentence(best[0].text)}") if best else None


def _total(lines: Sequence[TextLine]) -> Reply:
    totals = [
        amount
        for line in lines
        if _TOTAL_LINE.search(line.text) and not _SUBTOTAL_LINE.search(line.text)
        if (amount := _amount(line))
    ]
    if totals:
        return say(f"The total is {totals[-1]}.")
    return say(f"I find no total in it. It says: {written(lines)}")


def _price(lines: Sequence[TextLine], what: str) -> Reply:
    asked = [word for word in what.split() if word not in _SMALL]
    fitting = _fitting([line for line in lines if _amount(line)], asked)
    costs = [f"{_name(line.text)} costs {_amount(line)}." for line in fitting[:4]]
    return say(*(one[0].upper() + one[1:] for one in costs))


def _amount(line: TextLine) -> str:
    """Return the last amount of money in a line, its sign in front; empty if none."""
    found = [match.group().strip() for match in _AMOUNT.finditer(line.text)]
    if not found:
        return ""
    amount = re.sub(r"(?<=[$€£¥]) (?=\d)", "", found[-1])
    amount = re.sub(r"^([\d.,]+) ?([$€£¥])$", r"\2\1", amount)
    return re.sub(r",(?=\d\d$)", ".", amount)


def _name(text: str) -> str:
    """Return what stands before the amount in a line."""
    at = [match.start() for match in _AMOUNT.finditer(text)][-1]
    return re.sub(r"[\s.·…_-]+$", "", text[:at]) or "It"


def _fitting(lines: Sequence[TextLine], asked: Sequence[str]) -> list[TextLine]:
    """Return the lines that hold most of the words, if any does."""
    scores = [_score(line.text, asked) for line in lines]
    best = max(scores, default=0.0)
    near = [
        one for one, score in zip(lines, scores, strict=True) if score > best - 0.05
    ]
    return near if best >= _ALIKE else []


def _score(text: str, asked: Sequence[str]) -> float:
    """Count the words that are in a text, nearly alike ones for a little less."""
    there = read(text).words
    alike = (
        max((SequenceMatcher(None, word, one).ratio() for one in there), default=0.0)
        for word in asked
    )
    return sum(ratio for ratio in alike if ratio >= _ALIKE)
