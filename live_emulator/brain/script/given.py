"""What every line of a script knows without being told."""

import re
from collections.abc import Sequence

from live_emulator.brain.rules.instruction import read_instruction
from live_emulator.brain.rules.memory import memory_of
from live_emulator.brain.rules.tools.schema import name_words
from live_emulator.brain.types import Question
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import to_ordinal, to_words
from live_emulator.brain.words.speech import (
    capitalised,
    joined,
    plural,
    shortened,
    speakable,
)

__all__ = ["GIVEN", "given", "is_question"]

GIVEN = frozenset(
    "heard user to_user me name greeting instruction functions search first turn "
    "questions interrupted first_said second_said said_before said_before_that "
    "asked_before talked_about first_reply".split()
)
"""The names that can stand in braces, and behind ``if:``; the README explains them."""


def given(question: Question) -> dict[str, str]:
    """Return what can stand in braces; empty texts for what is not known."""
    persona = read_instruction(question.instruction)
    user = memory_of(question.turns, question.instruction).name
    before = question.turns[:-1]
    mine = [turn.text for turn in before if turn.role == "user" and turn.text]
    replies = [turn for turn in before if turn.role == "model" and turn.text]
    functions = [" ".join(name_words(tool.name)) for tool in question.tools[:12]]
    asked = [text for text in mine if is_question(text)]
    short = [shortened(speakable(text), 10).rstrip(".?! ") for text in mine[-5:]]
    return {
        "heard": next((t.text for t in question.turns[::-1] if t.role == "user"), ""),
        "user": user,
        "to_user": f", {user}" if user else "",
        "me": _me(persona.name, persona.role),
        "name": persona.name,
        "greeting": persona.greeting,
        "instruction": " ".join(persona.text.split())[:600].rstrip("."),
        "functions": joined(functions),
        "search": "Google Search, emulated" if question.search else "",
        "first": "" if any(turn.role == "model" for turn in before) else "first",
        "interrupted": "yes" if replies and replies[-1].interrupted else "",
        "turn": to_ordinal(len(mine) + 1),
        "questions": f"{to_words(len(asked) + 1)} {plural(len(asked) + 1, 'question')}",
        "first_said": _quoted(mine[:1]),
        "second_said": _quoted(mine[1:2]),
        "said_before": _quoted(mine[-1:]),
        "said_before_that": _quoted(mine[-2:-1]),
        "asked_before": _quoted(asked[-1:]),
        "talked_about": "; ".join(short),
        "first_reply": _quoted([turn.text for turn in replies[:1]]),
    }


_ASKING = re.compile(
    r"(?:what|who|where|when|why|how|which|whose|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|shall|am)\b"
)


def is_question(text: str) -> bool:
    """Tell whether a text asks for something."""
    return text.rstrip().endswith("?") or bool(_ASKING.match(canonical(text[:200])))


def _quoted(texts: Sequence[str]) -> str:
    """Return a text as a sentence, empty if there is none."""
    if not texts:
        return ""
    text = capitalised(speakable(shortened(texts[0], 30)).strip())
    end = "?" if is_question(text) else "."
    return text if text[-1:] in ".?!" else text + end


def _me(name: str, role: str) -> str:
    who = ", ".join(one for one in (name, role) if one)
    if who:
        return f"I am {who}, played by the emulator of the Live API."
    return "I am the emulator of the Gemini Live API, running on this machine."
