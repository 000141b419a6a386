"""Work out which calls a clause asks for, and with what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from live_emulator.brain.rules.tools.arguments import fill
from live_emulator.brain.rules.tools.choose import (
    Choice,
    choose,
    mood,
    request_words,
    wish_words,
)
from live_emulator.brain.rules.tools.concepts import concepts, verb_group
from live_emulator.brain.rules.tools.phrases import Phrases
from live_emulator.brain.rules.tools.roles import role_of
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    name_words,
    read_parameters,
)
from live_emulator.brain.types import (
    Call,
    Question,
    Tool,
    Turn,
)
from live_emulator.brain.words.normalise import Utterance, read

__all__ = ["MOST_CALLS", "Plan", "exchanged", "last_call", "plan_calls"]

MOST_CALLS = 8


@dataclass(frozen=True)
class Plan:
    """One call that is wanted, and what it still lacks."""

    tool: Tool
    args: dict[str, Any]
    missing: tuple[Parameter, ...]
    reason: str = ""


def _verb_words(said: Utterance, choice: Choice) -> int:
    """Return how many words in front say what to do, not with what."""
    words = said.words
    kind = mood(words)
    if kind == "wish":
        return wish_words(words)
    if kind not in ("order", "question"):
        return 0
    if words[1:2] in (("on",), ("off",), ("up",)):
        return 2
    own = name_words(choice.tool.name)
    return 1 if verb_group(words) or words[0] in own or kind == "question" else 0


def _plan(
    said: Utterance, ctx_question: Question, carried: dict[str, Any], it: frozenset[str]
) -> Plan | None:
    words = request_words(said.words)
    said = said.slice(len(said.words) - len(words))
    best: tuple[float, Plan] | None = None
    for choice in choose(said.words, ctx_question.tools, it):
        plan = _filled(said, choice, ctx_question, carried, it)
        # What can be called at once fits better than what needs more.
        score = choice.score - 1.5 * len(plan.missing)
        if best is None or score > best[0]:
            best = score, plan
    return best[1] if best else None


def _filled(
    said: Utterance,
    choice: Choice,
    question: Question,
    carried: dict[str, Any],
    it: frozenset[str],
) -> Plan:
    names = concepts(name_words(choice.tool.name)) | it
    filled = fill(
        said,
        choice.parameters,
        question.now,
        names,
        verb_words=_verb_words(said, choice),
    )
    args = dict(filled.args)
    if carried:
        for parameter in choice.parameters:
            if parameter.name in carried and parameter.name not in args:
                args[parameter.name] = carried[parameter.name]
    if "there" in said.words and (place := _there(question)):
        for parameter in choice.parameters:
            if parameter.required and role_of(parameter) == "place":
                args.setdefault(parameter.name, place)
    missing = tuple(p for p in choice.parameters if p.required and p.name not in args)
    return Plan(choice.tool, args, missing, choice.reason)


def _there(question: Question) -> str:
    """Return the place that was spoken of last."""
    for turn in reversed(question.turns[-12:-1]):
        if turn.role == "user":
            said = read(turn.text[:500])
            if place := Phrases(said, question.now.date(), 0).known_place():
                return place
    return ""


def _pieces(said: Utterance) -> list[Utterance]:
    """Split a clause at every "and" and "then"; quoted text stays whole."""
    if '"' in said.original or "\u201c" in said.original:
        return [said]
    pieces: list[Utterance] = []
    start = 0
    for at, word in enumerate(said.words):
        if word in ("and", "then", "also") and at >= start:
            if at > start:
                pieces.append(said.slice(start, at))
            start = at + 1
    if start < len(said.words):
        pieces.append(said.slice(start))
    return pieces[:MOST_CALLS]


_TO_THE_END = re.compile(
    r"\b(?:saying|that says|says that|remind me|remember|note that)\b"
)


def _join(said: Utterance, first: Utterance, last: Utterance) -> Utterance:
    """Return the run of the clause from one piece to another."""
    start = _index(said, first)
    return said.slice(start, _index(said, last) + len(last.words))


def _index(said: Utterance, piece: Utterance) -> int:
    spans = said.spans
    for at in range(len(spans) - len(piece.spans) + 1):
        same = spans[at : at + len(piece.spans)] == piece.spans
        if same and said.words[at : at + len(piece.words)] == piece.words:
            return at
    return 0


def _front(said: Utterance) -> Utterance:
    """Return the verb of an order with its particle: "turn on"."""
    words = request_words(said.words)
    said = said.slice(len(said.words) - len(words))
    if mood(said.words) != "order":
        return said.slice(0, 0)
    return said.slice(0, 2 if said.words[1:2] in (("on",), ("off",), ("up",)) else 1)


def _glued(front: Utterance, piece: Utterance) -> Utterance:
    return Utterance(piece.raw, front.words + piece.words, front.spans + piece.spans)


_ASKING_MOODS = frozenset({"order", "question", "wish"})


def plan_calls(said: Utterance, question: Question) -> list[Plan]:
    """Return all calls that one clause asks for."""
    if not said or not question.tools:
        return []
    if len(said.words) > 60:
        said = said.slice(0, 60)
    carried, it = _carried(question, said)
    whole = _plan(said, question, carried, it)
    pieces = _pieces(said)
    if len(pieces) < 2 or _TO_THE_END.search(said.text):
        return _split_places(whole) if whole else []
    groups: list[tuple[Utterance, Plan]] = []
    current = pieces[0]
    plan = _plan(current, question, carried, it)
    for piece in pieces[1:]:
        new = _next_plan(piece, current, plan, question)
        if new is not None and plan is not None:
            groups.append((current, plan))
            current, plan = new
            continue
        if plan is None and mood(request_words(piece.words)) in _ASKING_MOODS:
            own = _plan(piece, question, {}, frozenset())
            if own is not None:
                current, plan = piece, own
                continue
        current = _join(said, current, piece) if piece.raw == current.raw else current
        plan = _plan(current, question, carried, it) or plan
    if plan is not None:
        groups.append((current, plan))
    found = [one for _, plan in groups for one in _split_places(plan)]
    if not found and whole is not None:
        found = _split_places(whole)
    unique: list[Plan] = []
    for one in found:
        if all((one.tool, one.args) != (old.tool, old.args) for old in unique):
            unique.append(one)
    return unique[:MOST_CALLS]


def _next_plan(
    piece: Utterance, before: Utterance, plan: Plan | None, question: Question
) -> tuple[Utterance, Plan] | None:
    """Return the call a further piece asks for, None if it continues the last."""
    words = request_words(piece.words)
    kind = mood(words)
    own = _plan(piece, question, {}, frozenset())
    if own is not None and kind in _ASKING_MOODS:
        return piece, own
    if plan is None:
        return None
    if kind in ("order", "question") and own is None:
        return None
    # "turn on the kitchen light and the bedroom light"
    front = _front(before)
    if front:
        glued = _glued(front, piece)
        again = _plan(glued, question, {}, frozenset())
        if again is not None and not again.missing and again.args != plan.args:
            whole = _takes_lists(again.tool)
            if not whole or again.tool != plan.tool:
                return glued, again
    # "the weather in Paris and in Rome"
    if words and words[0] in (
        "in",
        "for",
        "at",
        "to",
        "from",
        "on",
        "about",
        "tomorrow",
    ):
        changed = exchanged(piece, plan, question)
        if changed is not None:
            return piece, changed
    return None


def _takes_lists(tool: Tool) -> bool:
    return any(p.type == "array" for p in read_parameters(tool))


def exchanged(said: Utterance, plan: Plan, question: Question) -> Plan | None:
    """Return the same call with what an elliptical piece says instead."""
    parameters = read_parameters(plan.tool)
    names = concepts(name_words(plan.tool.name))
    options = [p for p in parameters if p.name in plan.args or not p.required]
    filled = fill(said, options, question.now, names, verb_words=0, loose=False)
    if not filled.args:
        return None
    args = {**plan.args, **filled.args}
    if args == plan.args:
        return None
    missing = tuple(p for p in parameters if p.required and p.name not in args)
    return Plan(plan.tool, args, missing, plan.reason)


_PLACE_AND = re.compile(r" and (?:in )?|, ")


def _split_places(plan: Plan) -> list[Plan]:
    """Turn one call for "Paris and Rome" into two."""
    for parameter in read_parameters(plan.tool):
        value = plan.args.get(parameter.name)
        if parameter.type != "string" or not isinstance(value, str):
            continue
        if role_of(parameter) != "place" or " and " not in value:
            continue
        places = [place.strip() for place in _PLACE_AND.split(value) if place.strip()]
        return [
            Plan(
                plan.tool,
                {**plan.args, parameter.name: place},
                plan.missing,
                plan.reason,
            )
            for place in places
        ]
    return [plan]


_IT = frozenset("it them that those".split())


def last_call(turns: Sequence[Turn]) -> Call | None:
    """Return the newest call of the last few turns."""
    for turn in list(reversed(turns))[:8]:
        if turn.role == "model" and turn.calls:
            return turn.calls[-1]
    return None


def _carried(
    question: Question, said: Utterance
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return what "it" stands for: arguments and concepts of the latest call."""
    if not _IT & set(said.words[1:5]) or mood(request_words(said.words)) != "order":
        return {}, frozenset()
    call = last_call(question.turns[:-1])
    if call is None:
        return {}, frozenset()
    kept = {key: value for key, value in call.args.items() if isinstance(value, str)}
    return kept, concepts(name_words(call.name))
