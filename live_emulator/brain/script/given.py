"""What every line of a script knows without being told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from live_emulator.brain.rules.instruction import read_instruction
from live_emulator.brain.rules.memory import memory_of
from live_emulator.brain.rules.tools.schema import name_words
from live_emulator.brain.types import Question
from live_emulator.brain.words.clock import say_time
from live_emulator.brain.words.lexicon import MONTHS
from live_emulator.brain.words.moments import say_date, say_day
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import to_ordinal, to_words, year_words
from live_emulator.brain.words.speech import (
    capitalised,
    joined,
    plural,
    shortened,
    speakable,
)

__all__ = ["GIVEN", "Given", "is_question"]

_ASKING = re.compile(
    r"(?:what|who|where|when|why|how|which|whose|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|shall|am)\b"
)


def is_question(text: str) -> bool:
    """Tell whether a text asks for something."""
    return text.rstrip().endswith("?") or bool(_ASKING.match(canonical(text[:200])))


def _said(question: Question) -> list[str]:
    """Return what the user said before."""
    return [t.text for t in question.turns[:-1] if t.role == "user" and t.text]


def _replies(question: Question) -> list[str]:
    return [t.text for t in question.turns[:-1] if t.role == "model" and t.text]


def _quoted(texts: Sequence[str]) -> str:
    """Return a text as a sentence, empty if there is none."""
    if not texts:
        return ""
    text = capitalised(speakable(shortened(texts[0], 30)).strip())
    end = "?" if is_question(text) else "."
    return text if text[-1:] in ".?!" else text + end


def _user(question: Question) -> str:
    return memory_of(question.turns, question.instruction).name


def _me(question: Question) -> str:
    persona = read_instruction(question.instruction)
    who = ", ".join(one for one in (persona.name, persona.role) if one)
    if who:
        return f"I am {who}, played by the emulator of the Live API."
    return "I am the emulator of the Gemini Live API, running on this machine."


def _instruction(question: Question) -> str:
    text = read_instruction(question.instruction).text
    return " ".join(text.split())[:600].rstrip(".")


def _interrupted(question: Question) -> str:
    """Return how many words the last reply had when it was interrupted."""
    last = next(
        (t for t in question.turns[-2::-1] if t.role == "model" and t.text), None
    )
    if last is None or not last.interrupted:
        return ""
    count = len(last.text.split())
    return f"{to_words(count)} {plural(count, 'word')}"


def _last_words(question: Question) -> str:
    words = (_replies(question) or [""])[-1].split()
    return speakable(" ".join(words[-12:])).rstrip(".,;:!?")


def _questions(question: Question) -> str:
    count = 1 + sum(map(is_question, _said(question)))
    return f"{to_words(count)} {plural(count, 'question')}"


def _talked_about(question: Question) -> str:
    texts = (shortened(speakable(text), 10) for text in _said(question)[-5:])
    return "; ".join(text.rstrip(".?! ") for text in texts)


GIVEN: Mapping[str, Callable[[Question], str]] = {
    "heard": lambda q: next((t.text for t in q.turns[::-1] if t.role == "user"), ""),
    "user": _user,
    "to_user": lambda q: f", {user}" if (user := _user(q)) else "",
    "me": _me,
    "name": lambda q: read_instruction(q.instruction).name,
    "greeting": lambda q: read_instruction(q.instruction).greeting,
    "instruction": _instruction,
    "functions": lambda q: joined([" ".join(name_words(t.name)) for t in q.tools[:12]]),
    "search": lambda q: "Google Search, emulated" if q.search else "",
    "first": lambda q: "" if any(t.role == "model" for t in q.turns[:-1]) else "first",
    "interrupted": _interrupted,
    "turn": lambda q: to_ordinal(len(_said(q)) + 1),
    "questions": _questions,
    "first_said": lambda q: _quoted(_said(q)[:1]),
    "second_said": lambda q: _quoted(_said(q)[1:2]),
    "said_before": lambda q: _quoted(_said(q)[-1:]),
    "said_before_that": lambda q: _quoted(_said(q)[-2:-1]),
    "asked_before": lambda q: _quoted([t for t in _said(q) if is_question(t)][-1:]),
    "talked_about": _talked_about,
    "first_reply": lambda q: _quoted(_replies(q)[:1]),
    "last_reply": lambda q: (_replies(q) or [""])[-1],
    "last_words": _last_words,
    "time": lambda q: say_time(q.now),
    "day": lambda q: say_day(q.now.date()),
    "date": lambda q: say_date(q.now.date()),
    "month": lambda q: MONTHS[q.now.month - 1].capitalize(),
    "year": lambda q: year_words(q.now.year),
}
"""The names that can stand in braces, and behind ``if:``; the README explains them."""


class Given(Mapping[str, Any]):
    """What can stand in braces: the values of slots, and what every line knows.

    The latter is worked out when it is asked for; what is unknown is empty.
    """

    def __init__(self, question: Question, values: Mapping[str, Any]) -> None:
        self._question, self._values = question, values

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        return GIVEN[name](self._question)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._values, **GIVEN})

    def __len__(self) -> int:
        return len({**self._values, **GIVEN})

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in GIVEN
