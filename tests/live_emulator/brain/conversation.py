"""Short forms for asking a brain, shared by its tests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from live_emulator.brain import Call, Question, Result, RulesBrain, Say, Tool, Turn
from live_emulator.brain.types import ReplyPart

NOW = datetime(2026, 11, 21, 10, 5)
"""A Saturday."""

BRAIN = RulesBrain()


def question(text: str, *, spoken: bool = False, **rest: Any) -> Question:
    """Return a question of one turn."""
    return Question((Turn("user", text, spoken=spoken),), now=NOW, **rest)


def words_of(parts: Sequence[ReplyPart]) -> str:
    """Return all that is said."""
    return " ".join(part.text for part in parts if isinstance(part, Say))


def calls_of(parts: Sequence[ReplyPart]) -> list[tuple[str, dict[str, Any]]]:
    """Return the names and arguments of all calls."""
    return [(part.name, dict(part.args)) for part in parts if isinstance(part, Call)]


def answer(text: str, **rest: Any) -> str:
    """Return what is said to one message."""
    return words_of(BRAIN.parts(question(text, **rest)))


def skill(text: str, **rest: Any) -> str:
    """Return which skill answers one message."""
    return BRAIN.skill(question(text, **rest))


class Conversation:
    """Several turns with the rules, as a session would keep them."""

    def __init__(self, *, spoken: bool = False, **rest: Any) -> None:
        self.turns: list[Turn] = []
        self.spoken = spoken
        self.rest = {"now": NOW, **rest}

    def parts(self) -> list[ReplyPart]:
        """Return the reply to the turns so far."""
        return BRAIN.parts(Question(tuple(self.turns), **self.rest))

    def say(
        self, text: str, results: Mapping[str, Mapping[str, Any]] | None = None
    ) -> str:
        """Say something and return the reply; calls get `results` by name."""
        self.turns.append(Turn("user", text, spoken=self.spoken))
        parts = self.parts()
        calls = tuple(
            Call(part.name, part.args, f"id-{len(self.turns)}-{number}")
            for number, part in enumerate(parts)
            if isinstance(part, Call)
        )
        if calls:
            self.turns.append(Turn("model", words_of(parts), calls=calls))
            if results is None:
                return repr(calls_of(parts))
            given = tuple(
                Result(call.name, results.get(call.name, {"result": "ok"}), call.id)
                for call in calls
            )
            self.turns.append(Turn("tool", results=given))
            parts = self.parts()
        self.turns.append(Turn("model", words_of(parts)))
        return words_of(parts)

    def interrupt(self, words: int) -> str:
        """Cut the last reply after some words; return what was said of it."""
        last = self.turns[-1]
        heard = " ".join(last.text.split()[:words])
        self.turns[-1] = Turn("model", heard, interrupted=True)
        return heard


def tool(
    name: str, description: str = "", required: Sequence[str] = (), **properties: Any
) -> Tool:
    """Return a declaration; a property may be just its type."""
    schema = {
        key: {"type": value} if isinstance(value, str) else value
        for key, value in properties.items()
    }
    return Tool(
        name,
        description,
        {"type": "object", "properties": schema, "required": list(required)},
    )
