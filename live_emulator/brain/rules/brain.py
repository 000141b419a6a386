"""The built-in brain: rules, tried one after another.

It is no language model and says so. It keeps no state: all it knows is in the
question, so that a resumed session goes on where it was, and the same question
always gets the same reply.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from live_emulator.brain.rules.arithmetic import Sum, arithmetic, calculate
from live_emulator.brain.rules.clauses import (
    forms_of,
    is_greeting,
    opening_greeting,
    requests_in,
    starts_in,
    without_greeting,
)
from live_emulator.brain.rules.context import Context, Reply, Skill, say
from live_emulator.brain.rules.counting import counting
from live_emulator.brain.rules.dates import dates
from live_emulator.brain.rules.fallback import fallback, nothing_heard, reflect
from live_emulator.brain.rules.history import continue_reply, repeat_reply
from live_emulator.brain.rules.instruction import Persona, read_instruction
from live_emulator.brain.rules.languages import in_language
from live_emulator.brain.rules.reading import finding, reading, wants_text
from live_emulator.brain.rules.recall import not_told, recall, remembered, tell
from live_emulator.brain.rules.stories import stories
from live_emulator.brain.rules.style import cut, styled
from live_emulator.brain.rules.talk import again, agreed, talk
from live_emulator.brain.rules.tools.skill import (
    answer_asked,
    call_functions,
    follow_up,
    say_results,
    still_waiting,
)
from live_emulator.brain.rules.verbatim import echo_everything, read_aloud, say_it
from live_emulator.brain.rules.vision import describe, newest_sight, vision
from live_emulator.brain.types import Call, Question, ReplyPart, Say, Think, Turn
from live_emulator.brain.words.data import words
from live_emulator.brain.words.normalise import Utterance, canonical, read, sentences
from live_emulator.brain.words.numbers import value_of

__all__ = ["RulesBrain"]

_MOST_SENTENCES = 8
_MOST_TURNS = 1_500
"""Older turns are forgotten; the service's own context window is finite too."""
_LARGE_TEXT = 10_000
_MANY_TURNS = 100
_MANY_TOOLS = 50
_MOST_WORDS = 40
_MOST_CUTS = 6
_MOST_PARTS = 6
_DEPTH = 6
"""So often may a reply refer to the one before it ("go on", then "go on")."""
_BRIEF_SENTENCES = 2
_NEVER_BRIEF = frozenset({"story", "counting", "continue", "again", "history"})
"""What these say is as long as the user wants it."""
_OWN_WORDS = words("own_words")
"""What follows these may hold any words, also those of another request."""
_COMMA = re.compile(r"\s*[,;:]\s+|\s+[\u2013\u2014-]\s+")


@dataclass(frozen=True)
class _Answer:
    skill: str
    parts: Sequence[ReplyPart]
    verbatim: bool = False


def _number_alone(ctx: Context) -> Reply | None:
    if value_of(ctx.said.text) is None:
        return None
    return say(f"I heard the number {ctx.said.shown}. What shall I do with it?")


_SKILLS: tuple[tuple[str, Skill], ...] = (
    ("waiting", still_waiting),
    ("asked", answer_asked),
    ("again", agreed),
    ("continue", continue_reply),
    ("history", repeat_reply),
    ("function", call_functions),
    ("follow up", follow_up),
    ("reading", reading),
    ("story", stories),
    ("again", again),
    ("arithmetic", arithmetic),
    ("counting", counting),
    ("date", dates),
    ("recall", recall),
    ("vision", vision),
    ("reading", finding),
    ("talk", talk),
    ("memory", tell),
    ("say", say_it),
    ("number", _number_alone),
    ("recall", remembered),
)


class RulesBrain:
    """Answers by rules: honest, courteous, and always the same for a seed.

    Example:
        ```python
        question = Question((Turn("user", "What is three plus four?"),))
        async for part in RulesBrain().reply(question):
            print(part)
        ```

    """

    async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
        """Yield the parts of the reply; see `Brain.reply`."""
        if _is_large(question):
            parts = await asyncio.to_thread(self.parts, question)
        else:
            parts = self.parts(question)
        for part in parts:
            yield part

    def needs_text(self, question: Question) -> bool:
        """Tell whether the newest picture is to be read; see `ReadingBrain`.

        It is if the words ask for it, and if nothing else is known to say.
        """
        if newest_sight(question.turns) is None:
            return False
        return wants_text(question) or self.skill(question) in ("fallback", "reflect")

    def parts(self, question: Question) -> list[ReplyPart]:
        """Return the whole reply at once."""
        return list(_finished(question, _answer(question, 0)))

    def skill(self, question: Question) -> str:
        """Return the name of the skill that answers; for tests and curiosity."""
        return _answer(question, 0).skill


def _is_large(question: Question) -> bool:
    """Tell whether an answer may take so long that others should not wait for it."""
    size = len(question.instruction) + sum(len(t.text) for t in question.turns[-1:])
    many = len(question.turns) > _MANY_TURNS or len(question.tools) > _MANY_TOOLS
    return size > _LARGE_TEXT or many


def _finished(question: Question, answer: _Answer) -> Iterator[ReplyPart]:
    """Give a reply the form and the length that the instruction demands."""
    persona = read_instruction(question.instruction)
    limits = [n for n in (persona.max_words, question.max_words) if n is not None]
    if answer.verbatim and question.max_words is None:
        limits = []
    sentences_left = persona.max_sentences
    if sentences_left is None and persona.brief and answer.skill not in _NEVER_BRIEF:
        sentences_left = _BRIEF_SENTENCES
    form = styled(answer.parts, persona, answer.verbatim, sentences_left)
    return cut(form, min(limits, default=None))


def _context(question: Question, said: Utterance, depth: int) -> Context:
    def replay(index: int) -> str | None:
        if depth >= _DEPTH or not 0 < index <= len(question.turns):
            return None
        earlier = replace(question, turns=question.turns[:index], pending=())
        parts = _finished(earlier, _answer(earlier, depth + 1))
        return " ".join(part.text for part in parts if isinstance(part, Say)) or None

    def answer_to(text: str) -> Reply | None:
        if depth >= _DEPTH:
            return None
        found = _clause(_context(question, read(text), depth + 1))
        return found.parts if found else None

    persona = read_instruction(question.instruction)
    return Context(question, persona, said, replay, answer_to)


def _answer(question: Question, depth: int) -> _Answer:
    turns = question.turns[-_MOST_TURNS:] or (Turn("user"),)
    question = replace(question, turns=turns)
    turn = question.turns[-1]
    ctx = _context(question, read(turn.text), depth)
    if turn.role == "tool":
        return _Answer("results", say_results(ctx))
    if turn.role == "model":
        waiting = still_waiting(ctx)
        return _Answer("waiting", waiting or say("I am listening."))
    if turn.text.strip():
        return _to_text(ctx)
    if turn.sights and not turn.spoken:
        return _Answer("vision", describe(turn.sights))
    return _Answer("nothing heard", in_language(ctx) or nothing_heard(ctx))


def _to_text(ctx: Context) -> _Answer:
    if everything := echo_everything(ctx):
        return _Answer("verbatim", everything, verbatim=True)
    if newest_sight(ctx.question.turns) is not None and not ctx.question.tools:
        if asked := reading(ctx):
            return _Answer("reading", asked)
    if aloud := read_aloud(ctx):
        return _Answer("verbatim", aloud, verbatim=True)
    if ctx.persona.language is not None:
        return _foreign(ctx)
    return _sentences(ctx) or _Answer("fallback", fallback(ctx))


def _foreign(ctx: Context) -> _Answer:
    """Answer in the instruction's language; functions are called as ever."""
    calls = call_functions(ctx) or ()
    if any(isinstance(part, Call) for part in calls):
        return _Answer("function", calls)
    done = calculate(ctx.said)
    value = f"{float(done.value):.15g}" if isinstance(done, Sum) else ""
    return _Answer("language", in_language(ctx, value) or fallback(ctx))


def _sentences(ctx: Context) -> _Answer | None:
    """Answer every sentence of a typed text that is understood."""
    parts = sentences(ctx.turn.text)
    if len(parts) <= 1:
        return _clause(ctx)
    if len(parts) > _MOST_SENTENCES:
        # Long texts put what they want at their beginning or at their end.
        parts = [*parts[:3], *parts[3 - _MOST_SENTENCES :]]
    found: list[_Answer] = []
    for said in filter(None, map(read, parts)):
        one = _clause(ctx.about(said))
        if one is not None and is_greeting(said.text) and not ctx.persona.greeting:
            # Together with something else a greeting need not introduce anybody.
            one = _Answer("talk", say(opening_greeting(ctx.about(said))))
        found += [one] if one else []
    strong = [one for one in found if one.skill != "reflect"]
    return _merged(strong or found)


def _merged(answers: Sequence[_Answer]) -> _Answer | None:
    """Put several answers into one: thoughts first, calls last, nothing twice."""
    if len(answers) < 2:
        return answers[0] if answers else None
    parts = [part for answer in answers for part in answer.parts]
    said = {repr(p): p for p in parts if not isinstance(p, (Think, Call))}
    thoughts = [part for part in parts if isinstance(part, Think)]
    calls = [part for part in parts if isinstance(part, Call)]
    verbatim = any(answer.verbatim for answer in answers)
    return _Answer(answers[0].skill, [*thoughts, *said.values(), *calls], verbatim)


def _clause(ctx: Context) -> _Answer | None:
    """Answer one clause, None if it is not understood."""
    if not ctx.said:
        return None
    greeting, said = without_greeting(ctx.said, _names(ctx.persona))
    about = ctx.about(said)
    spoken = said.words
    apart = 4 <= len(spoken) <= _MOST_WORDS and not _OWN_WORDS & set(spoken[:3])
    cuts = requests_in(spoken) if apart else ()
    found = _two(about, cuts) or _skilled(about) or _at_commas(about) or _split(about)
    if found is None and (parts := not_told(about)):
        found = _Answer("recall", parts)
    if found is None and (mirrored := reflect(about)):
        found = _Answer("reflect", mirrored)
    if found is None or not greeting:
        return found
    starts = next((part.text for part in found.parts if isinstance(part, Say)), "")
    greets = starts.startswith(("Hello", "Good ", "Nice to meet"))
    if greets or (ctx.memory.name and found.skill == "memory"):
        return found
    hello = opening_greeting(ctx.about(greeting))
    return _Answer(found.skill, [Say(hello), *found.parts], found.verbatim)


def _names(persona: Persona) -> frozenset[str]:
    own = canonical(persona.name).split()
    return frozenset([*own, "emulator", "gemini", "google", "computer", "assistant"])


def _skilled(ctx: Context) -> _Answer | None:
    """Try the skills, first on the words as they are, then without courtesies."""
    for form in forms_of(ctx.said) if ctx.said else ():
        about = ctx.about(form)
        for name, skill in _SKILLS:
            parts = skill(about)
            if parts is not None:
                return _Answer(name, parts, name == "say")
    return None


def _two(ctx: Context, cuts: Iterable[tuple[int, int]]) -> _Answer | None:
    """Answer two requests in a clause, if both are understood."""
    for end, start in cuts:
        left = _skilled(ctx.about(ctx.said.slice(0, end)))
        right = _skilled(ctx.about(ctx.said.slice(start))) if left else None
        if left is not None and right is not None:
            return _merged([left, right])
    return None


def _at_commas(ctx: Context) -> _Answer | None:
    """Answer what is understood of a sentence whose parts commas divide."""
    pieces = _COMMA.split(ctx.said.original)
    if not 2 <= len(pieces) <= _MOST_PARTS:
        return None
    found: list[_Answer] = []
    lost = 0
    for piece in pieces:
        one = _skilled(ctx.about(read(piece)))
        if one is None or one.skill == "memory":
            lost += len(piece.split())
        else:
            found.append(one)
    return _merged(found) if 2 * lost < len(ctx.said.words) else None


def _split(ctx: Context, depth: int = 0) -> _Answer | None:
    """Split what runs on without punctuation, where both sides are understood."""
    spoken = ctx.said.words
    if not 4 <= len(spoken) <= _MOST_WORDS or depth > 3:
        return None
    for end, start in islice(starts_in(spoken), _MOST_CUTS):
        rest = ctx.about(ctx.said.slice(start))
        right = _skilled(rest) or (_split(rest, depth + 1) if start > end else None)
        left = _skilled(ctx.about(ctx.said.slice(0, end))) if right else None
        if left is not None and right is not None:
            return _merged([left, right])
    return None
