"""Counting, spelling and the alphabet."""

import re
from collections.abc import Sequence

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Say
from live_emulator.brain.words.numbers import to_words, value_of
from live_emulator.brain.words.speech import capitalised, with_article

__all__ = ["counting"]

_MOST = 1_000
"""So many numbers are counted at a time."""

_COUNT = re.compile(
    r"(?:count|keep counting)(?: (?:slowly|quickly|aloud|out loud))*"
    r"(?P<back> (?:backwards?|down))?(?: (?:in|by) (?P<step0>[\w ]+?))?"
    r"(?: from (?P<first>[\w ]+?))?(?: (?:up |down )?(?:to|until|till|through) "
    r"(?P<last>[\w ]+?))?(?P<back2> backwards?)?(?: (?:in|by) (?P<step>[\w ]+?))?"
    r"(?P<back3> backwards?)?(?: (?:aloud|out loud|slowly|quickly|for me))*"
)
_SPELL = re.compile(
    r"(?:spell(?: out)?|how (?:do you|do i|to|is|would you) spell(?:ed)?"
    r"|how is(?= .* spelled))"
    r"(?: the (?:word|name))? (?P<what>[^\W\d_](?:[\w' -]*?[^\W\d_])?)(?: spelled)?"
    r"(?: for me| please)*"
)
_ALPHABET = re.compile(
    r"(?:(?:please )?(?:say|recite|tell me|spell|give me|sing|list"
    r"|go through)(?: me)? )?(?:the )?(?:whole |entire )?(?:alphabet"
    r"|letters of the alphabet|a b c|abc)(?: song)?(?P<back> backwards?)?"
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STEPS = {"ones": 1, "twos": 2, "threes": 3, "fours": 4, "fives": 5, "tens": 10} | {
    "sixes": 6,
    "sevens": 7,
    "eights": 8,
    "nines": 9,
    "twenties": 20,
    "hundreds": 100,
}


def _whole(text: str) -> int | None:
    value = value_of(text)
    if value is None or value.denominator != 1 or abs(value) > 10**9:
        return None
    return int(value)


def _listed(items: Sequence[str], size: int) -> list[Say]:
    """Return the items as sentences of a few items each."""
    groups = [items[at : at + size] for at in range(0, len(items), size)]
    return [Say(capitalised(", ".join(group)) + ".") for group in groups]


def counting(ctx: Context) -> Reply | None:
    """Count, spell, or recite the alphabet."""
    said = ctx.said
    if said.text == "count":
        return _counted(1, 10, 1)
    if found := said.match(_COUNT):
        back = any(found.has(group) for group in ("back", "back2", "back3"))
        step = found.text("step") or found.text("step0")
        return _count(found.text("first"), found.text("last"), step, back)
    if found := said.match(_ALPHABET):
        letters = _LETTERS[::-1] if found.has("back") else _LETTERS
        return _listed(letters, 7)
    if found := said.match(_SPELL):
        return _spelled(ctx, found.part("what").original)
    return None


def _count(first: str, last: str, step: str, back: bool) -> Reply | None:
    start = _whole(first) if first else None
    end = _whole(last) if last else None
    if (first and start is None) or (last and end is None):
        return None
    size = 1
    if step:
        found = _STEPS.get(step) or _whole(step)
        if found is None:
            return None
        size = abs(found)
    if size == 0:
        return say("In steps of zero I would never get anywhere.")
    if back:
        if start is None:
            start, end = (end if end is not None else 10), 1
        elif end is None:
            end = 1 if start > 0 else start - 10
        elif start < end:
            start, end = end, start
    else:
        start_given = start is not None
        if start is None and end is not None and end < 1:
            start = 10
        if start is None:
            start = size if size > 1 and end is not None else 1
        if end is None:
            end = start + 9 * size if start_given else 10 * size
    return _counted(start, end, size)


def _counted(start: int, end: int, size: int) -> Reply:
    step = size if end >= start else -size
    count = (end - start) // step + 1
    too_many = count > _MOST
    numbers = range(start, end + (1 if step > 0 else -1), step)[:_MOST]
    parts = _listed([to_words(number) for number in numbers], 10)
    if too_many:
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
    elif lower in ("it", "that", "this"):
        return None
    words = what.split()[:4]
    spelled = ["".join(c for c in word.upper() if c.isalpha()) for word in words]
    if not any(spelled):
        return None
    text = ", then ".join(", ".join(word) for word in spelled if word)
    if len(what) == 1:
        return say(f"That is {with_article('single')} letter: {text}.")
    return say(f"{capitalised(' '.join(words))} is spelled {text}.")
