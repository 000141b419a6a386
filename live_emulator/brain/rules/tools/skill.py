"""Call functions, ask for what is missing, and say what came back."""

import re
from collections.abc import Iterator, Sequence

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.tools.arguments import answer_for
from live_emulator.brain.rules.tools.choose import (
    choose,
    mood,
    request_words,
)
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
from live_emulator.brain.rules.tools.schema import (
    Parameter,
    name_words,
    read_parameters,
)
from live_emulator.brain.types import (
    Call,
    Question,
    ReplyPart,
    Result,
    Say,
    Think,
    Tool,
    Turn,
)
from live_emulator.brain.words.normalise import canonical, read, sentences
from live_emulator.brain.words.speech import capitalised, joined, sentence

__all__ = [
    "answer_asked",
    "call_functions",
    "follow_up",
    "say_results",
    "still_waiting",
]


def _asking(plan: Plan, parameter: Parameter) -> str:
    """Return the sentence that asks for one argument; it is recognised again later."""
    wish = capitalised(spoken_wish(plan.tool.name))
    return f"{wish} I still need the {parameter.spoken}."


def _choices(parameter: Parameter) -> str:
    options = [str(value) for value in parameter.enum if isinstance(value, (str, int))]
    if not 1 < len(options) <= 6:
        return ""
    spoken = [" ".join(name_words(option)) or option for option in options]
    return f"It can be {joined(spoken, 'or')}."


def _carry_out(ctx: Context, plans: Sequence[Plan]) -> Reply:
    parts: list[ReplyPart] = []
    waiting = {(call.name, repr(dict(call.args))) for call in ctx.question.pending}
    ready = [plan for plan in plans if not plan.missing]
    fresh = [p for p in ready if (p.tool.name, repr(dict(p.args))) not in waiting]
    if ready and not fresh:
        return _filler(ctx)
    for plan in fresh:
        reason = f" because of {plan.reason}" if plan.reason else ""
        parts.append(Think(sentence(f"I call {spoken_name(plan.tool.name)}{reason}")))
    if fresh:
        parts += [Call(plan.tool.name, plan.args) for plan in fresh]
        return parts
    plan = plans[0]
    parameter = plan.missing[0]
    parts.append(Think(sentence(f"{spoken_name(plan.tool.name)} needs more")))
    text = f"{_asking(plan, parameter)} {_choices(parameter)}".strip()
    parts.append(Say(text))
    return parts


def call_functions(ctx: Context) -> Reply | None:
    """Call the functions a clause asks for."""
    if not ctx.question.tools:
        return None
    plans = plan_calls(ctx.said, ctx.question)
    return _carry_out(ctx, plans) if plans else None


_FOLLOW_UP = re.compile(
    r"(?:and|what about|how about|and what about|and how about|also"
    r"|and now)(?: please)?(?: the weather| it)?(?P<what> .+)"
)


def follow_up(ctx: Context) -> Reply | None:
    """Repeat the latest call with a part exchanged: "and in Rome?"."""
    found = ctx.said.match(_FOLLOW_UP)
    call = last_call(ctx.before)
    if found is None or call is None or len(ctx.said.words) > 8:
        return None
    tool = next((t for t in ctx.question.tools if t.name == call.name), None)
    if tool is None:
        return None
    plan = Plan(tool, dict(call.args), (), "")
    changed = exchanged(found.part("what"), plan, ctx.question)
    return _carry_out(ctx, [changed]) if changed and not changed.missing else None


_GIVEN_UP = re.compile(
    r"(?:no |please )*(?:never mind|cancel(?: it| that)?|forget (?:it|about it|that)"
    r"|stop|no thanks|no thank you|nothing|leave it|not now|no|do not do it"
    r"|i changed my mind)(?: please| then)*"
)

_NO_ANSWER = frozenset(
    "what who where when why how which is are do does can could tell hello thank "
    "thanks repeat again pardon help".split()
)


def _asked_in(ctx_tools: Sequence[Tool], text: str) -> tuple[Tool, Parameter] | None:
    said = canonical(text)
    for tool in ctx_tools:
        if canonical(f"{spoken_wish(tool.name)} i still need the") not in said:
            continue
        for parameter in read_parameters(tool):
            if not parameter.required:
                continue
            asked = canonical(_asking(Plan(tool, {}, ()), parameter))
            if asked in said:
                return tool, parameter
    return None


def _exchange(turns: Sequence[Turn], tools: Sequence[Tool]) -> Iterator[Turn]:
    """Yield the user's turns since the wish that is still being completed."""
    tool: Tool | None = None
    before: list[Turn] = []
    index = len(turns) - 1
    while index >= 0 and len(before) < 12:
        turn = turns[index]
        if turn.role == "user":
            before.append(turn)
        elif turn.role == "model" and turn.text:
            asked = _asked_in(tools, turn.text)
            if asked is None or (tool is not None and asked[0] != tool):
                break
            tool = asked[0]
        index -= 1
    return reversed(before)


def answer_asked(ctx: Context) -> Reply | None:
    """Take the answer to "for set timer I still need the duration"."""
    last = next((t for t in reversed(ctx.before) if t.role != "tool"), None)
    if last is None or last.role != "model" or not last.text or not ctx.question.tools:
        return None
    asked = _asked_in(ctx.question.tools, last.text)
    if asked is None or not ctx.said:
        return None
    if ctx.said.match(_GIVEN_UP):
        return say("All right, I have left it.")
    tool, parameter = asked
    if ctx.said.words[0] in _NO_ANSWER:
        return None
    own = choose(ctx.said.words, ctx.question.tools)
    if own and mood(request_words(ctx.said.words)) in ("order", "question"):
        return None
    value = answer_for(ctx.said, parameter, ctx.question.now)
    if value is None:
        return say(
            "I did not understand that.",
            f"{_asking(Plan(tool, {}, ()), parameter)} {_choices(parameter)}".strip(),
        )
    plan = _gathered(ctx, tool)
    if plan is None:
        return None
    args = {**plan.args, parameter.name: value}
    missing = tuple(
        p for p in read_parameters(tool) if p.required and p.name not in args
    )
    return _carry_out(ctx, [Plan(tool, args, missing, "your answer")])


def _gathered(ctx: Context, tool: Tool) -> Plan | None:
    """Put together what the turns before gave for one function."""
    turns = list(_exchange(ctx.before, ctx.question.tools))
    plan: Plan | None = None
    for turn in turns:
        text = turn.text[:2_000]
        if plan is None:
            for one in sentences(text)[:10] or [text]:
                for found in plan_calls(read(one), ctx.question):
                    if found.tool == tool:
                        plan = found
            continue
        if plan.missing:
            wanted = plan.missing[0]
            value = answer_for(read(text), wanted, ctx.question.now)
            if value is not None:
                args = {**plan.args, wanted.name: value}
                plan = Plan(tool, args, plan.missing[1:])
    return plan


_IS_IT_DONE = re.compile(
    r"(?:is (?:it|that|this|everything) (?:done|ready|finished|over|complete)(?: yet"
    r"| now)?|(?:are you|have you) (?:done|ready|finished)(?: yet| now)?"
    r"|how long (?:does it take|will it take|is it going to take)"
    r"|what is the (?:status|state)|any news|what are you (?:doing|waiting for))"
)


def _filler(ctx: Context) -> Reply:
    names = list(dict.fromkeys(spoken_name(c.name) for c in ctx.question.pending))
    what = joined(names[:3])
    return say(
        ctx.pick(
            (
                "I have started that; I will tell you when it is done.",
                f"I am waiting for {what}; I will tell you when it is done.",
                "That is under way. I will tell you as soon as I know more.",
            ),
            "filler",
        )
    )


def still_waiting(ctx: Context) -> Reply | None:
    """Fill the gap while functions run in the background."""
    if not ctx.question.pending:
        return None
    if ctx.turn.role == "model" and ctx.turn.calls:
        return _filler(ctx)
    if ctx.turn.role == "user" and ctx.said.match(_IS_IT_DONE):
        names = list(dict.fromkeys(spoken_name(c.name) for c in ctx.question.pending))
        return say(f"Not yet. I am still waiting for {joined(names[:3])}.")
    return None


def _origin(question: Question, result: Result) -> Call | None:
    for turn in reversed(question.turns):
        for call in turn.calls:
            same = call.id == result.id if result.id and call.id else False
            if same or (not (result.id and call.id) and call.name == result.name):
                return call
    return None


def say_results(ctx: Context) -> Reply:
    """Say what the functions answered, and ask for what another one still needs."""
    parts: list[ReplyPart] = []
    results = ctx.question.results
    for result in results[:MOST_CALLS]:
        call = _origin(ctx.question, result)
        named = (
            result
            if result.name or call is None
            else Result(call.name, result.response)
        )
        parts += [Say(line) for line in result_sentences(named, call)]
    if not parts:
        parts.append(Say("The function gave no result."))
    if not ctx.question.pending:
        parts += _left_to_ask(ctx)
    return parts


def _left_to_ask(ctx: Context) -> list[Say]:
    """Ask for the arguments of a call that was wanted together with the ones made."""
    asked = next((t for t in reversed(ctx.before) if t.role == "user"), None)
    if asked is None:
        return []
    for one in sentences(asked.text)[:6]:
        plans = plan_calls(read(one), ctx.question)
        if len(plans) < 2:
            continue
        for plan in plans:
            if plan.missing:
                parameter = plan.missing[0]
                text = f"{_asking(plan, parameter)} {_choices(parameter)}".strip()
                return [Say(text)]
    return []
