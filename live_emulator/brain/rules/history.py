"""Say again what was said, and go on where a reply was cut off."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.words.speech import chunks, speakable, split_sentences

__all__ = ["continue_reply", "remainder", "repeat_reply"]

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_REPLIES_BACK = 3
"""So many later replies do not make one forgotten that was cut off."""


def repeat_reply(ctx: Context) -> Reply | None:
    """Say the last reply again, all of it if it was interrupted."""
    if not heard(ctx.said, "repeat"):
        return None
    index = _reply_before(ctx, 0)
    if index is None:
        return say("I have not said anything yet that I could repeat.")
    turn = ctx.before[index]
    return say(*chunks((turn.interrupted and ctx.replay(index)) or turn.text))


def _reply_before(ctx: Context, back: int) -> int | None:
    """Return the index of the last reply, or of one before it."""
    replies = [
        index
        for index, turn in enumerate(ctx.before)
        if turn.role == "model" and turn.text
    ]
    return replies[-1 - back] if back < len(replies) else None


def _cut_off(ctx: Context) -> int | None:
    """Return the index of the reply that was interrupted lately."""
    for back in range(_REPLIES_BACK):
        index = _reply_before(ctx, back)
        if index is not None and ctx.before[index].interrupted:
            return index
    return None


def continue_reply(ctx: Context) -> Reply | None:
    """Go on where an earlier reply was interrupted."""
    if not heard(ctx.said, "continue"):
        return None
    index = _cut_off(ctx)
    if index is None:
        last = ctx.last_reply
        if last is None:
            return say("I have not begun anything yet. What would you like to hear?")
        if len(last.text.split()) > 60:
            return say("That was all of it. Would you like to hear another story?")
        return say("I had finished. What would you like to hear next?")
    told = ctx.before[index].text
    full = ctx.replay(index)
    rest = remainder(full, told) if full else None
    if rest is None:
        tail = speakable(" ".join(told.split()[-8:]))
        lost = "I am sorry, I have lost the thread from there."
        return say(f"My last words were: {tail}. {lost}")
    if not rest:
        return say("I had just finished. What would you like to hear next?")
    return say(*chunks(rest))


def remainder(full: str, told: str) -> str | None:
    """Return what of a text was not told, from the start of the cut sentence.

    Returns:
        None if what was told is not the beginning of the text.

    """
    spoken = [word.lower() for word in _WORD.findall(told)]
    places = list(_WORD.finditer(full))
    same = 0
    for place, word in zip(places, spoken, strict=False):
        if place.group().lower() != word:
            break
        same += 1
    if same < len(spoken) - 1 or (spoken and not same):
        return None
    if same >= len(places):
        return ""
    at, start = places[same].start(), 0
    for one in split_sentences(full):
        begin = full.find(one, start)
        start = begin + len(one)
        if start > at:
            # A list goes on with its next item, anything else from the start.
            comma = full.rfind(", ", begin, at)
            cut = comma + 2 if one.count(", ") >= 5 and comma >= 0 else begin
            return full[cut:].strip()
    return full[at:].strip()
