"""What a skill gets to see, and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from live_emulator.brain.rules.instruction import Persona
from live_emulator.brain.rules.memory import Memory, memory_of
from live_emulator.brain.types import Question, ReplyPart, Say, Turn
from live_emulator.brain.words.chance import chance
from live_emulator.brain.words.normalise import Utterance

__all__ = ["Context", "Reply", "Skill", "say"]

Reply = Sequence[ReplyPart]
"""The parts of one reply, before the instruction's style is applied to them."""

T = TypeVar("T")


def say(*sentences: str) -> Reply:
    """Return a reply of one part per text; empty ones are left out."""
    return [Say(sentence) for sentence in sentences if sentence]


@dataclass(frozen=True)
class Context:
    """One clause that is to be answered, and everything around it."""

    question: Question
    persona: Persona
    said: Utterance
    """The clause, without fillers."""
    replay: Callable[[int], str | None] = field(repr=False)
    """Return the whole reply that began at a model turn, by the turn's index."""
    answer: Callable[[str], Reply | None] = field(repr=False)
    """Return what would be answered to another text; None if nothing would."""

    @property
    def turn(self) -> Turn:
        """The turn that is answered."""
        return self.question.turns[-1]

    @property
    def before(self) -> tuple[Turn, ...]:
        """All turns before the one that is answered."""
        return self.question.turns[:-1]

    @cached_property
    def memory(self) -> Memory:
        """What the user told, in this turn and before."""
        return memory_of(self.question.turns, self.question.instruction)

    @cached_property
    def last_reply(self) -> Turn | None:
        """The newest model turn that has words."""
        for turn in reversed(self.before):
            if turn.role == "model" and turn.text:
                return turn
        return None

    @property
    def said_to(self) -> str:
        """The user's name with a comma in front, empty if it isn't known."""
        name = self.memory.name
        return f", {name}" if name else ""

    def pick(self, options: Sequence[T], *salt: object) -> T:
        """Choose one, by the seed and the place in the conversation."""
        at = sum(turn.role == "user" for turn in self.question.turns)
        return options[chance(len(options), self.question.seed, at, *salt)]

    def about(self, said: Utterance) -> "Context":
        """Return the context of another clause of the same turn."""
        return replace(self, said=said)


Skill = Callable[[Context], Reply | None]
"""Answers a clause it understands, and returns None for any other."""
