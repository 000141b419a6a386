"""Call functions, ask for what is missing, and say what came back."""

from collections.abc import Sequence
from dataclasses import replace

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.rules.tools.choose import choose, mood, request_words
from live_emulator.brain.rules.tools.fill import answer_for
from live_emulator.brain.rules.tools.planning import (
    MOST_CALLS,
    Plan,
    exchanged,
    last_call,
    plan_calls,
)
from live_emulator.brain.rules.tools.results import (
    result_sentences,
    spoken_name,
    spoken_wish,
)
from live_emulator.brain.rules.tools.schema import Parameter, name_words
from live_emulator.brain.types import Call, Question, Result, Say, Think, Tool
from live_emulator.brain.words.data import words
from live_emulator.brain.words.normalise import canonical, read, sentences
from live_emulator.brain.words.speech import capitalised, joined, sentence

__all__ = [
    "answer_asked",
    "call_functions",
    "follow_up",
    "say_results",
    "still_waiting",
]

_NO_ANSWER = words("no_answer")
_MOST_TURNS = 12


def _asking(tool: Tool, parameter: Parameter) -> str:
    """Return the sentence that asks for one argument; it is recognised again later."""
    return f"{capitalised(spoken_wish(tool.name))} I still need the {parameter.spoken}."


def _ask(plan: Plan) -> str:
    """Ask for the first thing that a plan lacks, and name the choices."""
    parameter = plan.missing[0]
    options = [str(one) for one in parameter.enum if isinstance(one, (str, int))]
    spoken = joined([" ".join(name_words(one)) or one for one in options], "or")
    choices = f" It can be {spoken}." if 1 < len(options) <= 6 else ""
    return _asking(plan.tool, parameter) + choices


def _carry_out(ctx: Context, plans: Sequence[Plan]) -> Reply:
    waiting = {(call.name, repr(dict(call.args))) for call in ctx.question.pending}
    ready = [plan for plan in plans if not plan.missing]
    fresh = [p for p in ready if (p.tool.name, repr(dict(p.args))) not in waiting]
    if ready and not fresh:
        return _filler(ctx)
    if not fresh:
        name = spoken_name(plans[0].tool.name)
        return [Think(sentence(f"{name} needs more")), Say(_ask(plans[0]))]
    thoughts = []
    for plan in fresh:
        reason = f" because of {plan.reason}" if plan.reason else ""
        name = spoken_name(plan.tool.name)
        thoughts.append(Think(sentence(f"I call {name}{reason}")))
    return [*thoughts, *(Call(plan.tool.name, plan.args) for plan in fresh)]


def call_functions(ctx: Context) -> Reply | None:
    """Call the functions a clause asks for."""
    plans = plan_calls(ctx.said, ctx.question)
    return _carry_out(ctx, plans) if plans else None


def follow_up(ctx: Context) -> Reply | None:
    """Repeat the latest call with a part exchanged: "and in Rome?"."""
    found = heard(ctx.said, "follow_up")
    call = last_call(ctx.before)
    if found is None or call is None or len(ctx.said.words) > 8:
        return None
    tool = next((t for t in ctx.question.tools if t.name == call.name), None)
    if tool is None:
        return None
    plan = Plan(tool, dict(call.args))
    changed = exchanged(found.part("what"), plan, ctx.question)
    return _carry_out(ctx, [changed]) if changed and not changed.missing else None


def answer_asked(ctx: Context) -> Reply | None:
    """Take the answer to "to set the timer I still need the duration"."""
    last = next((t for t in reversed(ctx.before) if t.role != "tool"), None)
    if last is None or last.role != "model" or not ctx.said:
        return None
    plan = _unfinished(ctx) if "I still need the" in last.text else None
    if plan is None or canonical(_asking(plan.tool, plan.missing[0])) not in canonical(
        last.text
    ):
        return None
    if heard(ctx.said, "given_up"):
        return say("All right, I have left it.")
    own = choose(ctx.said.words, ctx.question.tools)
    asks = mood(request_words(ctx.said.words)) in ("order", "question")
    if ctx.said.words[0] in _NO_ANSWER or (own and asks):
        return None
    more = _answered(plan, ctx.said.raw, ctx.question)
    if more is None:
        return say("I did not understand that.", _ask(plan))
    return _carry_out(ctx, [replace(more, reason="your answer")])


def _answered(plan: Plan, text: str, question: Question) -> Plan | None:
    """Add the answer to the first thing that a plan lacks."""
    value = answer_for(read(text[:2_000]), plan.missing[0], question.now)
    if value is None:
        return None
    return replace(plan, args={**plan.args, plan.missing[0].name: value})


def _unfinished(ctx: Context) -> Plan | None:
    """Put together what the turns before gave for the function that was asked for."""
    plan: Plan | None = None
    for turn in ctx.before[-2 * _MOST_TURNS :]:
        if turn.role == "model" and turn.text and "I still need the" not in turn.text:
            plan = None
        if turn.role != "user":
            continue
        answered = _answered(plan, turn.text, ctx.question) if plan else None
        wished = [] if answered else _wished(ctx.question, turn.text)
        plan = answered or next((one for one in wished if one.missing), plan)
        if plan is not None and not plan.missing:
            plan = None
    return plan


def _wished(question: Question, text: str) -> list[Plan]:
    """Return all calls that a text asks for, sentence by sentence."""
    parts = sentences(text[:2_000])[:10]
    return [plan for one in parts for plan in plan_calls(read(one), question)]


def _filler(ctx: Context) -> Reply:
    options = (
        "I have started that; I will tell you when it is done.",
        f"I am waiting for {_pending(ctx)}; I will tell you when it is done.",
        "That is under way. I will tell you as soon as I know more.",
    )
    return say(ctx.pick(options, "filler"))


def _pending(ctx: Context) -> str:
    names = dict.fromkeys(spoken_name(call.name) for call in ctx.question.pending)
    return joined(list(names)[:3])


def still_waiting(ctx: Context) -> Reply | None:
    """Fill the gap while functions run in the background."""
    if not ctx.question.pending:
        return None
    if ctx.turn.role == "model" and ctx.turn.calls:
        return _filler(ctx)
    if ctx.turn.role == "user" and heard(ctx.said, "is_it_done"):
        return say(f"Not yet. I am still waiting for {_pending(ctx)}.")
    return None


def _origin(question: Question, result: Result) -> Call | None:
    """Return the call that a result answers, by its id or else by its name."""
    for turn in reversed(question.turns):
        for call in turn.calls:
            by_id = bool(result.id and call.id)
            if call.id == result.id if by_id else call.name == result.name:
                return call
    return None


def say_results(ctx: Context) -> Reply:
    """Say what the functions answered, and ask for what another one still needs."""
    lines: list[str] = []
    results = [one for one in ctx.question.results if not one.silent]
    for result in results[:MOST_CALLS]:
        call = _origin(ctx.question, result)
        name = result.name or (call.name if call else "")
        lines += result_sentences(replace(result, name=name), call)
    asked = next((t.text for t in reversed(ctx.before) if t.role == "user"), "")
    if not ctx.question.pending:
        for one in sentences(asked)[:6]:
            plans = plan_calls(read(one), ctx.question)
            if len(plans) > 1 and any(plan.missing for plan in plans):
                lines.append(_ask(next(plan for plan in plans if plan.missing)))
                break
    return say(*(lines or ["The function gave no result."]))
