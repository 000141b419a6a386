"""Small talk, facts and pastimes: what ``talk.yaml`` has an answer to."""

import re
from functools import lru_cache
from importlib.resources import files

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.script.lines import Line
from live_emulator.brain.script.text import read_script
from live_emulator.brain.types import Brain, BrainError, Say
from live_emulator.brain.words.normalise import read
from live_emulator.brain.words.speech import capitalised

__all__ = ["again", "agreed", "talk"]

_NAME = "talk.yaml"


def _no_brain(name: str) -> Brain:
    raise BrainError(f"{_NAME} needs no other brain, and names {name}")


@lru_cache(maxsize=1)
def _lines() -> tuple[Line, ...]:
    text = files("live_emulator.brain.rules").joinpath(_NAME).read_text("utf-8")
    lines = read_script(text, _NAME, _no_brain, trusted=True).lines
    return tuple(line for line in lines if isinstance(line, Line))


def talk(ctx: Context) -> Reply | None:
    """Answer with the first line that fits."""
    if ctx.said.is_long:
        return None
    text = ctx.said.original
    for line in _lines():
        values = line.heard_in(ctx.question, text, ctx.said)
        if values is not None:
            parts = line.steps_for(ctx.question, values)
            first = parts[0] if parts else None
            if isinstance(first, Say):
                return [Say(capitalised(first.text)), *parts[1:]]
            return parts
    return None


_OFFER = re.compile(r"(?:hear|tell you) (a|another) (joke|story|riddle)\b")


def agreed(ctx: Context) -> Reply | None:
    """Take "yes" as the answer to an offer that was just made."""
    last = ctx.before[-1] if ctx.before else None
    if last is None or last.role != "model" or not heard(ctx.said, "agreed"):
        return None
    offer = _OFFER.search(last.text[-120:])
    if offer is None and last.text.endswith("Shall I tell you one?"):
        return ctx.answer("tell me a riddle")
    return ctx.answer(f"tell me {offer[1]} {offer[2]}") if offer else None


def again(ctx: Context) -> Reply | None:
    """Do once more what was asked for before: "another one"."""
    if not heard(ctx.said, "more"):
        return None
    for turn in reversed(ctx.before):
        if turn.role != "user" or not turn.text or len(turn.text) > 500:
            continue
        if not heard(read(turn.text), "more"):
            return ctx.answer(turn.text)
    return say("Another what? You could say: tell me a joke.")
