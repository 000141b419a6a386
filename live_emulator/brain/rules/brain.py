"""The built-in brain: rules, tried one after another.

It is no language model and says so. It keeps no state: all it knows is in the
question, so that a resumed session goes on where it was, and the same question
always gets the same reply.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

from live_emulator.brain.rules.arithmetic import arithmetic
from live_emulator.brain.rules.clauses import (
    REQUESTS,
    STARTERS,
    forms_of,
    is_greeting,
    opening_greeting,
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
from live_emulator.brain.rules.sums import Sum, calculate
from live_emulator.brain.rules.talk import again, agreed, talk
from live_emulator.brain.rules.tools.skill import (
    answer_asked,
    call_functions,
    follow_up,
    say_results,
    still_waiting,
)
from live_emulator.brain.rules.units import units
from live_emulator.brain.rules.verbatim import echo_everything, read_aloud, say_it
from live_emulator.brain.rules.vision import describe, newest_sight, vision
from live_emulator.brain.types import (
    Call,
    Question,
    ReplyPart,
    Say,
    Think,
    Turn,
)
from live_emulator.brain.words.normalise import Utterance, canonical, read, sentences
from live_emulator.brain.words.numbers import value_of

__all__ = ["RulesBrain"]

_MOST_SENTENCES = 8

_MOST_TURNS = 1_500
"""Older turns are forgotten; the service's own context window is finite too."""

_LARGE_TEXT = 10_000
_MANY_TURNS = 100
_MANY_TOOLS = 50

_DEPTH = 6
"""So often may a reply refer to the one before it ("go on", then "go on")."""

_BRIEF_SENTENCES = 2
_NEVER_BRIEF = frozenset({"story", "counting", "continue", "again", "history"})
"""What these say is as long as the user wants it."""


@dataclass(frozen=True)
class _Answer:
    skill: str
    parts: Sequence[ReplyPart]
    verbatim: bool = False


def _number_alone(ctx: Context) -> Reply | None:
    value = value_of(ctx.said.text)
    if value is None:
        return None
    return say(f"I heard the number {ctx.said.shown}. What shall I do with it?")


_FIRST: tuple[tuple[str, Skill], ...] = (
    ("waiting", still_waiting),
    ("asked", answer_asked),
    ("again", agreed),
    ("continue", continue_reply),
    ("history", repeat_reply),
)

_SKILLS: tuple[tuple[str, Skill], ...] = (
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
    ("units", units),
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
    """Return whether an answer may take so long that others should not wait for it."""
    characters = len(question.instruction) + sum(
        len(turn.text) for turn in question.turns[-1:]
    )
    return (
        characters > _LARGE_TEXT
        or len(question.turns) > _MANY_TURNS
        or len(question.tools) > _MANY_TOOLS
    )


def _finished(question: Question, answer: _Answer) -> Iterator[ReplyPart]:
    persona = read_instruction(question.instruction)
    limits = [n for n in (persona.max_words, question.max_words) if n is not None]
    if answer.verbatim and question.max_words is None:
        limits = []
    sentences_left = persona.max_sentences
    if sentences_left is None and persona.brief and answer.skill not in _NEVER_BRIEF:
        sentences_left = _BRIEF_SENTENCES
    form = styled(answer.parts, persona, answer.verbatim, sentences_left)
    return cut(form, min(limits) if limits else None)


def _context(question: Question, said: Utterance, depth: int) -> Context:
    persona = read_instruction(question.instruction)

    def replay(index: int) -> str | None:
        if depth >= _DEPTH or not 0 < index <= len(question.turns):
            return None
        earlier = replace(question, turns=question.turns[:index], pending=())
        answer = _answer(earlier, depth + 1)
        texts = [p.text for p in _finished(earlier, answer) if isinstance(p, Say)]
        return " ".join(texts) or None

    def answer_to(text: str) -> Reply | None:
        if depth >= _DEPTH:
            return None
        found = _clause(_context(question, read(text), depth + 1), depth + 1)
        return found.parts if found else None

    return Context(question, persona, said, replay, answer_to)


def _answer(question: Question, depth: int) -> _Answer:
    if len(question.turns) > _MOST_TURNS:
        question = replace(question, turns=question.turns[-_MOST_TURNS:])
    if not question.turns:
        question = replace(question, turns=(Turn("user"),))
    turn = question.turns[-1]
    ctx = _context(question, read(turn.text), depth)
    if turn.role == "tool":
        return _Answer("results", say_results(ctx))
    if turn.role == "model":
        waiting = still_waiting(ctx)
        if waiting is not None:
            return _Answer("waiting", waiting)
        return _Answer("listening", say("I am listening."))
    if not turn.text.strip():
        if turn.sights and not turn.spoken:
            return _Answer("vision", describe(turn.sights))
        found = in_language(ctx)
        return _Answer("nothing heard", found or nothing_heard(ctx))
    return _to_text(ctx, depth)


def _to_text(ctx: Context, depth: int) -> _Answer:
    everything = echo_everything(ctx)
    if everything is not None:
        return _Answer("verbatim", everything, verbatim=True)
    if newest_sight(ctx.question.turns) is not None and not ctx.question.tools:
        asked = reading(ctx)
        if asked is not None:
            return _Answer("reading", asked)
    aloud = read_aloud(ctx)
    if aloud is not None:
        return _Answer("verbatim", aloud, verbatim=True)
    if ctx.persona.language is not None:
        return _foreign(ctx)
    found = _sentences(ctx, depth)
    if found is not None:
        return found
    return _Answer("fallback", fallback(ctx))


def _foreign(ctx: Context) -> _Answer:
    """Answer in the instruction's language; functions are called as ever."""
    calls = call_functions(ctx)
    if calls is not None and any(isinstance(part, Call) for part in calls):
        return _Answer("function", calls)
    done = calculate(ctx.said)
    value = ""
    if isinstance(done, Sum):
        shown = float(done.value)
        value = str(int(shown)) if shown == int(shown) else f"{shown:.3g}"
    return _Answer("language", in_language(ctx, value) or fallback(ctx))


def _sentences(ctx: Context, depth: int) -> _Answer | None:
    """Answer every sentence that is understood."""
    parts = sentences(ctx.turn.text)
    if len(parts) <= 1:
        return _clause(ctx, depth)
    if len(parts) > _MOST_SENTENCES:
        # Long texts put what they want at their beginning or at their end.
        parts = [*parts[:3], *parts[3 - _MOST_SENTENCES :]]
    found: list[_Answer] = []
    for part in parts:
        said = read(part)
        if not said:
            continue
        one = _clause(ctx.about(said), depth)
        if one is not None and is_greeting(said.text) and not ctx.persona.greeting:
            # Together with something else a greeting need not introduce anybody.
            one = _Answer("talk", say(opening_greeting(ctx.about(said))))
        if one is not None:
            found.append(one)
    strong = [one for one in found if one.skill != "reflect"]
    return _merged(strong or found) if found else None


def _merged(answers: Sequence[_Answer]) -> _Answer:
    """Put several answers into one: thoughts first, calls last."""
    if len(answers) == 1:
        return answers[0]
    parts = [part for answer in answers for part in answer.parts]
    seen: set[str] = set()
    said: list[ReplyPart] = []
    for part in parts:
        if isinstance(part, (Think, Call)):
            continue
        text = part.text if isinstance(part, Say) else repr(part)
        if text not in seen:
            said.append(part)
        seen.add(text)
    thoughts = [part for part in parts if isinstance(part, Think)]
    calls = [part for part in parts if isinstance(part, Call)]
    return _Answer(
        answers[0].skill,
        [*thoughts, *said, *calls],
        any(answer.verbatim for answer in answers),
    )


def _clause(ctx: Context, depth: int) -> _Answer | None:
    """Answer one clause, None if it is not understood."""
    if not ctx.said:
        return None
    names = _names(ctx.persona)
    greeting, said = without_greeting(ctx.said, names)
    about = ctx.about(said)
    found = (
        _in_turn(about)
        or _skilled(about)
        or _at_commas(about, depth)
        or _split(about, depth)
    )
    if found is None and (parts := not_told(about)):
        found = _Answer("recall", parts)
    if found is None and (mirrored := reflect(ctx.about(said))):
        found = _Answer("reflect", mirrored)
    if found is None or not greeting:
        return found
    hello = opening_greeting(ctx.about(greeting))
    named = ctx.memory.name
    starts = next((p.text for p in found.parts if isinstance(p, Say)), "")
    if starts.startswith(("Hello", "Good ", "Nice to meet")) or (
        named and found.skill == "memory"
    ):
        return found
    return _Answer(found.skill, [Say(hello), *found.parts], found.verbatim)


def _names(persona: Persona) -> frozenset[str]:
    own = canonical(persona.name).split() if persona.name else []
    return frozenset([*own, "emulator", "gemini", "google", "computer", "assistant"])


def _skilled(ctx: Context) -> _Answer | None:
    """Try the skills, first on the words as they are, then without courtesies."""
    if not ctx.said:
        return None
    for form in forms_of(ctx.said):
        about = ctx.about(form)
        for name, skill in (*_FIRST, *_SKILLS):
            parts = skill(about)
            if parts is not None:
                return _Answer(name, parts, name == "say")
    return None


_OWN_WORDS = frozenset(
    "say repeat read remember send text remind translate write note".split()
)
"""What follows these may hold any words, also those of another request."""


def _in_turn(ctx: Context) -> _Answer | None:
    """Answer two requests that an "and" joins: "tell me a joke and spell cat"."""
    words = ctx.said.words
    if not 4 <= len(words) <= 40 or _OWN_WORDS & set(words[:3]):
        return None
    for at in range(1, len(words) - 2):
        if words[at] not in ("and", "then"):
            continue
        start = at + (2 if words[at + 1] == "then" else 1)
        if words[start] not in REQUESTS and words[at : at + 2] != ("and", "then"):
            continue
        left = _skilled(ctx.about(ctx.said.slice(0, at)))
        right = _skilled(ctx.about(ctx.said.slice(start))) if left else None
        if left is not None and right is not None:
            return _merged([left, right])
    return None


_COMMA = re.compile(r"\s*[,;:]\s+|\s+[\u2013\u2014-]\s+")


def _at_commas(ctx: Context, depth: int) -> _Answer | None:
    """Answer what is understood of a sentence whose parts commas divide."""
    pieces = _COMMA.split(ctx.said.original)
    if not 2 <= len(pieces) <= 6 or depth > 3:
        return None
    answers = (_skilled(ctx.about(read(piece))) for piece in pieces)
    found: list[_Answer] = []
    lost = 0
    for piece, one in zip(pieces, answers, strict=True):
        if one is None or one.skill == "memory":
            lost += len(piece.split())
        else:
            found.append(one)
    return _merged(found) if found and 2 * lost < len(ctx.said.words) else None


def _split(ctx: Context, depth: int) -> _Answer | None:
    """Split what runs on without punctuation, where both sides are understood."""
    words = ctx.said.words
    if len(words) < 4 or len(words) > 40 or depth > 3:
        return None
    tried = 0
    for at in range(1, len(words) - 1):
        if words[at] not in STARTERS:
            continue
        start = at
        while start < len(words) - 1 and words[start] in ("and", "then", "but"):
            start += 1
        right = _skilled(ctx.about(ctx.said.slice(start)))
        if right is None and words[at] in ("and", "then", "but"):
            right = _split(ctx.about(ctx.said.slice(start)), depth + 1)
        if right is not None:
            left = _skilled(ctx.about(ctx.said.slice(0, at)))
            if left is not None:
                return _merged([left, right])
        tried += 1
        if tried == 6:
            break
    return None
