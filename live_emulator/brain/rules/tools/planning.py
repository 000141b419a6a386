"""Work out which calls a clause asks for, and with what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from live_emulator.brain.rules.tools.choose import (
    Choice,
    choose,
    mood,
    request_words,
    wish_words,
)
from live_emulator.brain.rules.tools.concepts import concepts, verb_group
from live_emulator.brain.rules.tools.fill import fill
from live_emulator.brain.rules.tools.pieces import Pieces
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    name_words,
    read_parameters,
    role_of,
)
from live_emulator.brain.types import Call, Question, Tool, Turn
from live_emulator.brain.words.lexicon import COUNTRIES, PLACES
from live_emulator.brain.words.normalise import Utterance, read

__all__ = ["MOST_CALLS", "Plan", "exchanged", "last_call", "plan_calls"]

MOST_CALLS = 8
_MOST_WORDS = 60
_IT = frozenset("it them that those".split())
_ASKING_MOODS = frozenset({"order", "question", "wish"})
_ELLIPTIC = frozenset("in for at to from on about tomorrow".split())
_TO_THE_END = re.compile(
    r"\b(?:saying|that says|says that|remind me|remember|note that)\b"
)
_PLACE_AND = re.compile(r" and (?:in )?|, ")


@dataclass(frozen=True)
class Plan:
    """One call that is wanted."""

    tool: Tool
    args: dict[str, Any]
    reason: str = ""

    @property
    def missing(self) -> tuple[Parameter, ...]:
        """What it still lacks."""
        needed = (p for p in read_parameters(self.tool) if p.required)
        return tuple(p for p in needed if p.name not in self.args)


def last_call(turns: Sequence[Turn]) -> Call | None:
    """Return the newest call of the last few turns."""
    calls = (turn.calls[-1] for turn in reversed(turns[-8:]) if turn.calls)
    return next(calls, None)


def plan_calls(said: Utterance, question: Question) -> list[Plan]:
    """Return all calls that one clause asks for."""
    if not said or not question.tools:
        return []
    said = said.slice(0, _MOST_WORDS)
    planner = _Planner(question, said)
    pieces = _pieces(said)
    whole = len(pieces) < 2 or _TO_THE_END.search(said.text)
    plans = [] if whole else planner.plans(pieces)
    if not plans and (plan := planner.plan(said)):
        plans = [plan]
    unique: list[Plan] = []
    for plan in plans:
        for one in _split_places(plan):
            if all((one.tool, one.args) != (old.tool, old.args) for old in unique):
                unique.append(one)
    return unique[:MOST_CALLS]


def _pieces(said: Utterance) -> list[Utterance]:
    """Split a clause at every "and" and "then"; quoted text stays whole."""
    if '"' in said.original or "\u201c" in said.original:
        return [said]
    joints = [at for at, w in enumerate(said.words) if w in ("and", "then", "also")]
    starts, ends = [0, *(at + 1 for at in joints)], [*joints, len(said.words)]
    pieces = [said.slice(a, b) for a, b in zip(starts, ends, strict=True)]
    return [piece for piece in pieces if piece][:MOST_CALLS]


class _Planner:
    """Plans the calls of one clause."""

    def __init__(self, question: Question, said: Utterance) -> None:
        self.question, self.said = question, said
        self.kept: dict[str, Any] = {}
        self.it: frozenset[str] = frozenset()
        """Concepts of the call that "it" stands for; `kept` are its arguments."""
        if _IT & set(said.words[1:5]) and mood(request_words(said.words)) == "order":
            if call := last_call(question.turns[:-1]):
                texts = call.args.items()
                self.kept = {key: one for key, one in texts if isinstance(one, str)}
                self.it = concepts(name_words(call.name))

    def plan(self, said: Utterance, alone: bool = False) -> Plan | None:
        """Return the call that some words ask for.

        Args:
            said: A run of the clause.
            alone: It says all; "it" means nothing from before.

        """
        it = frozenset() if alone else self.it
        said = _request(said)
        plans = [
            (choice.score, self._filled(said, choice, {} if alone else self.kept, it))
            for choice in choose(said.words, self.question.tools, it)
        ]
        # What can be called at once fits better than what needs more.
        best = max(plans, key=lambda p: p[0] - 1.5 * len(p[1].missing), default=None)
        return best[1] if best else None

    def _filled(
        self, said: Utterance, choice: Choice, kept: dict[str, Any], it: frozenset[str]
    ) -> Plan:
        names = concepts(name_words(choice.tool.name)) | it
        count = _verb_words(said, choice)
        args = fill(said, choice.parameters, self.question.now, names, verb_words=count)
        there = self._there() if "there" in said.words else ""
        for parameter in choice.parameters:
            if parameter.name in kept:
                args.setdefault(parameter.name, kept[parameter.name])
            if there and parameter.required and role_of(parameter) == "place":
                args.setdefault(parameter.name, there)
        return Plan(choice.tool, args, choice.reason)

    def _there(self) -> str:
        """Return the place that was spoken of last."""
        for turn in reversed(self.question.turns[-12:-1]):
            if turn.role == "user":
                pieces = Pieces(read(turn.text[:500]), self.question.now.date(), 0)
                if place := pieces.named(PLACES | COUNTRIES):
                    return place
        return ""

    def plans(self, pieces: Sequence[Utterance]) -> list[Plan]:
        """Return the calls of a clause that "and" divides."""
        done: list[Plan] = []
        current, plan = pieces[0], self.plan(pieces[0])
        for piece in pieces[1:]:
            new = self._next(piece, current, plan)
            if new is not None:
                done += [plan] if plan else []
                current, plan = new
                continue
            if piece.raw == current.raw:
                current = _joined(self.said, current, piece)
            plan = self.plan(current) or plan
        return [*done, plan] if plan else done

    def _next(
        self, piece: Utterance, before: Utterance, plan: Plan | None
    ) -> tuple[Utterance, Plan] | None:
        """Return the call a further piece asks for, None if it continues the last."""
        asked = request_words(piece.words)
        kind, own = mood(asked), self.plan(piece, alone=True)
        if own is not None and kind in _ASKING_MOODS:
            return piece, own
        if plan is None or kind in ("order", "question") and own is None:
            return None
        # "turn on the kitchen light and the bedroom light"
        if front := _front(before):
            words, spans = front.words + piece.words, front.spans + piece.spans
            glued = Utterance(piece.raw, words, spans)
            again = self.plan(glued, alone=True)
            if again and not again.missing and again.args != plan.args:
                if again.tool != plan.tool or not _takes_lists(again.tool):
                    return glued, again
        # "the weather in Paris and in Rome"
        if asked and asked[0] in _ELLIPTIC:
            changed = exchanged(piece, plan, self.question)
            return (piece, changed) if changed else None
        return None


def _request(said: Utterance) -> Utterance:
    return said.slice(len(said.words) - len(request_words(said.words)))


def _verb_words(said: Utterance, choice: Choice) -> int:
    """Return how many words in front say what to do, not with what."""
    kind = mood(said.words)
    if kind == "wish":
        return wish_words(said.words)
    if kind not in ("order", "question"):
        return 0
    if said.words[1:2] in (("on",), ("off",), ("up",)):
        return 2
    own = said.words[0] in name_words(choice.tool.name)
    return 1 if own or kind == "question" or verb_group(said.words) else 0


def _front(said: Utterance) -> Utterance:
    """Return the verb of an order with its particle: "turn on"."""
    said = _request(said)
    if mood(said.words) != "order":
        return said.slice(0, 0)
    return said.slice(0, 2 if said.words[1:2] in (("on",), ("off",), ("up",)) else 1)


def _joined(said: Utterance, first: Utterance, last: Utterance) -> Utterance:
    """Return the run of the clause from one piece to another."""

    def index(piece: Utterance) -> int:
        size = len(piece.words)
        for at in range(len(said.words) - size + 1):
            if said.slice(at, at + size) == piece:
                return at
        return 0

    return said.slice(index(first), index(last) + len(last.words))


def _takes_lists(tool: Tool) -> bool:
    return any(parameter.type == "array" for parameter in read_parameters(tool))


def exchanged(said: Utterance, plan: Plan, question: Question) -> Plan | None:
    """Return the same call with what an elliptical piece says instead."""
    known = read_parameters(plan.tool)
    names = concepts(name_words(plan.tool.name))
    options = [p for p in known if p.name in plan.args or not p.required]
    values = fill(said, options, question.now, names, verb_words=0, loose=False)
    args = {**plan.args, **values}
    return replace(plan, args=args) if args != plan.args else None


def _split_places(plan: Plan) -> list[Plan]:
    """Turn one call for "Paris and Rome" into two."""
    for parameter in read_parameters(plan.tool):
        value = plan.args.get(parameter.name)
        if isinstance(value, str) and " and " in value and parameter.type == "string":
            if role_of(parameter) == "place":
                places = [one.strip() for one in _PLACE_AND.split(value) if one.strip()]
                changes = [{**plan.args, parameter.name: place} for place in places]
                return [replace(plan, args=args) for args in changes]
    return [plan]
