"""Counting and spelling."""

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.types import Say
from live_emulator.brain.words.data import data
from live_emulator.brain.words.numbers import to_words, value_of
from live_emulator.brain.words.speech import capitalised

__all__ = ["counting"]

_MOST = 1_000
"""So many numbers are counted at a time."""
_IN_A_SENTENCE = 10
_STEPS: dict[str, str] = data("words", "words.yaml")["steps"]


def counting(ctx: Context) -> Reply | None:
    """Count or spell."""
    if found := heard(ctx.said, "count"):
        back = any(found.has(group) for group in ("back", "back2", "back3"))
        step = found.text("step") or found.text("step2")
        return _count(found.text("first"), found.text("last"), step, back)
    if found := heard(ctx.said, "spell"):
        return _spelled(ctx, found.part("what").original)
    return None


def _whole(text: str) -> int | None:
    value = value_of(_STEPS.get(text, text))
    if value is None or value.denominator != 1 or abs(value) > 10**9:
        return None
    return int(value)


def _count(first: str, last: str, step: str, back: bool) -> Reply | None:
    """Count between two numbers; either may be missing, and is guessed."""
    start, end, size = _whole(first), _whole(last), _whole(step or "one")
    if (first and start is None) or (last and end is None) or size is None:
        return None
    size = abs(size)
    if not size:
        return say("In steps of zero I would never get anywhere.")
    if back:
        if start is None:
            start, end = (10 if end is None else end), 1
        elif end is None:
            end = 1 if start > 0 else start - 10
        start, end = max(start, end), min(start, end)
    elif start is None:
        start = 10 if end is not None and end < 1 else size if end and size > 1 else 1
        end = 10 * size if end is None else end
    elif end is None:
        end = start + 9 * size
    return _counted(start, end, size if end >= start else -size)


def _counted(start: int, end: int, step: int) -> Reply:
    numbers = range(start, end + (1 if step > 0 else -1), step)
    said = [to_words(number) for number in numbers[:_MOST]]
    groups = [said[at : at + _IN_A_SENTENCE] for at in range(0, len(said), 10)]
    parts = [Say(capitalised(", ".join(group)) + ".") for group in groups]
    if len(numbers) > _MOST:
        parts.append(Say("I will leave it at that; the rest would take too long."))
    return parts


def _spelled(ctx: Context, what: str) -> Reply | None:
    lower = what.lower()
    if lower in ("my name", "me"):
        what = ctx.memory.name
        if not what:
            return say("You have not told me your name yet.")
    elif lower in ("your name", "yourself"):
        what = ctx.persona.name or "emulator"
    words = what.split()[:4]
    letters = ["".join(c for c in word.upper() if c.isalpha()) for word in words]
    if not any(letters) or not what[0].isalpha() or lower in ("it", "that", "this"):
        return None
    text = ", then ".join(", ".join(word) for word in letters if word)
    if len(what) == 1:
        return say(f"That is a single letter: {text}.")
    return say(f"{capitalised(' '.join(words))} is spelled {text}.")
