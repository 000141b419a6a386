"""What every line of a script knows without being told."""

from live_emulator.brain.rules.instruction import read_instruction
from live_emulator.brain.rules.memory import memory_of
from live_emulator.brain.types import Question
from live_emulator.brain.words.speech import joined, shortened, speakable

__all__ = ["GIVEN", "given", "spoken_name"]

GIVEN = frozenset(
    "heard user to_user me name greeting instruction functions search first "
    "interrupted daytime first_said said_before".split()
)
"""The names that can stand in braces, and behind ``if:``; the README explains them."""

_CAMEL = str.maketrans("_-.:", "    ")


def spoken_name(name: str) -> str:
    """Return the name of a function as it is spoken."""
    spaced = "".join(f" {c}" if c.isupper() else c for c in name[:64])
    return " ".join(spaced.translate(_CAMEL).lower().split())


def given(question: Question) -> dict[str, str]:
    """Return what can stand in braces; empty texts for what is not known."""
    persona = read_instruction(question.instruction)
    user = memory_of(question.turns, question.instruction).name
    before = question.turns[:-1]
    mine = [turn.text for turn in before if turn.role == "user" and turn.text]
    replies = [turn for turn in before if turn.role == "model" and turn.text]
    hour = question.now.hour
    return {
        "heard": next((t.text for t in question.turns[::-1] if t.role == "user"), ""),
        "user": user,
        "to_user": f", {user}" if user else "",
        "me": _me(persona.name, persona.role),
        "name": persona.name,
        "greeting": persona.greeting,
        "instruction": " ".join(persona.text.split())[:600].rstrip("."),
        "functions": joined([spoken_name(tool.name) for tool in question.tools[:12]]),
        "search": "Google Search, emulated" if question.search else "",
        "first": "" if any(turn.role == "model" for turn in before) else "first",
        "interrupted": "yes" if replies and replies[-1].interrupted else "",
        "daytime": "morning" if hour < 12 else "afternoon" if hour < 18 else "evening",
        "first_said": _quoted(mine[0]) if mine else "",
        "said_before": _quoted(mine[-1]) if mine else "",
    }


def _quoted(text: str) -> str:
    return speakable(shortened(text, 30)).rstrip(".")


def _me(name: str, role: str) -> str:
    who = ", ".join(one for one in (name, role) if one)
    if who:
        return f"I am {who}, played by the emulator of the Live API."
    return "I am the emulator of the Gemini Live API, running on this machine."
