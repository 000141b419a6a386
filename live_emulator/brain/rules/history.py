"""What was said in this conversation, and going on where a reply was cut off."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Turn
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import (
    chunks,
    plural,
    speakable,
    split_sentences,
)

__all__ = ["continue_reply", "history", "remainder"]

_YOU = re.compile(
    r"what did you (?:just )?(?:say|tell me|answer|reply)"
    r"(?: (?:just now|last|before|a moment ago))?(?: to me)?"
    r"|what (?:was|were) your last (?:answer|sentence|reply|words?)"
    r"|what was the last thing you (?:said|told me)|what were you (?:just )?saying"
    r"|what have you (?:just )?said"
    r"|what (?:was|were) the last words? you said(?: before i interrupted(?: you)?)?"
    r"|what did you say before i interrupted(?: you)?|where were (?:you|we)"
)
_AGAIN = re.compile(
    r"(?:please )?(?:repeat (?:that|it|this|yourself|what you (?:just )?said"
    r"|the (?:last|previous) (?:sentence|answer|part)|your (?:last )?answer)"
    r"|say (?:that|it) (?:again|once more)|say again|repeat|come again|pardon(?: me)?"
    r"|once more|excuse me|what was that|one more time|what|tell me (?:that )?again"
    r"|huh|beg your pardon|i beg your pardon|again slowly|can you repeat(?: that| it)?"
    r"|i (?:did not|could not) (?:hear|catch|get|understand) (?:that|you|it"
    r"|what you said))(?: again| once more| please| for me| more slowly| slowly)*"
)
_HOW_MANY_WORDS = re.compile(r"how many words (?:did you (?:just )?say|was that)")
_INTERRUPTED = re.compile(
    r"did i (?:just )?interrupt you|were you interrupted|have i interrupted you"
    r"|where did (?:i interrupt you|you stop|you leave off)|how far did you get"
    r"|did you notice that i interrupted you|was i too fast"
)
_CONTINUE = re.compile(
    r"(?:sorry )?(?:please )?(?:and )?(?:now )?(?:you can |you may )?(?:go on|continue"
    r"|carry on|keep going|keep on|go ahead|proceed|resume|keep talking"
    r"|keep (?:reading|counting|telling)|do go on|continue (?:counting|reading"
    r"|talking)|finish (?:it|that|what you were saying|your sentence|the .+)"
    r"|continue with .+|continue (?:the|your|that) .+|go on with .+|(?:continue|go on"
    r"|carry on) (?:from )?where you (?:stopped|left off|were)|where you (?:stopped"
    r"|left off)|and then(?: what(?: happened)?)?|what happen(?:ed|s) (?:then|next"
    r"|after that)|what comes next|then what|i am listening|do not stop"
    r"|i did not mean to interrupt(?: you)?)(?: please| now| then| with it)*"
)


def history(ctx: Context) -> Reply | None:
    """Say again what was said, and where an interruption came."""
    said, last = ctx.said, ctx.last_reply
    if said.match(_INTERRUPTED):
        return _interrupted(ctx)
    if said.match(_HOW_MANY_WORDS):
        count = len(last.text.split()) if last is not None else 0
        return say(f"That was {to_words(count)} {plural(count, 'word')}.")
    if said.match(_YOU):
        if last is None:
            return say("I have not said anything yet.")
        if last.interrupted:
            tail = " ".join(last.text.split()[-12:])
            return say(f"You interrupted me. My last words were: {speakable(tail)}.")
        return say("I said:", *chunks(last.text))
    if said.match(_AGAIN):
        if last is None:
            return say("I have not said anything yet that I could repeat.")
        text = last.text
        if last.interrupted:
            text = ctx.replay(_index(ctx, last)) or text
        return say(*chunks(text))
    return None


def _index(ctx: Context, turn: Turn) -> int:
    for index in range(len(ctx.before) - 1, -1, -1):
        if ctx.before[index] is turn:
            return index
    return -1


def _cut_off(ctx: Context) -> int | None:
    """Return the index of the reply that was interrupted lately."""
    seen = 0
    for index in range(len(ctx.before) - 1, -1, -1):
        turn = ctx.before[index]
        if turn.role != "model" or not turn.text:
            continue
        if turn.interrupted:
            return index
        seen += 1
        if seen == 3:
            break
    return None


def _interrupted(ctx: Context) -> Reply:
    index = _cut_off(ctx)
    if index is None:
        return say("No, you let me finish.")
    words = ctx.before[index].text.split()
    tail = speakable(" ".join(words[-8:])).rstrip(".,;:!?")
    return say(
        f"Yes, after {to_words(len(words))} {plural(len(words), 'word')}. "
        f"I had just said: {tail}."
    )


def continue_reply(ctx: Context) -> Reply | None:
    """Go on where an earlier reply was interrupted."""
    if not ctx.said.match(_CONTINUE):
        return None
    index = _cut_off(ctx)
    if index is None:
        if ctx.last_reply is None:
            return say("I have not begun anything yet. What would you like to hear?")
        if len(ctx.last_reply.text.split()) > 60:
            return say("That was all of it. Would you like to hear another story?")
        return say("I had finished. What would you like to hear next?")
    heard = ctx.before[index].text
    full = ctx.replay(index)
    rest = remainder(full, heard) if full else None
    if rest is None:
        tail = " ".join(heard.split()[-8:])
        return say(
            f"My last words were: {speakable(tail)}. "
            "I am sorry, I have lost the thread from there."
        )
    if not rest:
        return say("I had just finished. What would you like to hear next?")
    return say(*chunks(rest))


_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


def remainder(full: str, heard: str) -> str | None:
    """Return what of a text was not heard, from the start of the cut sentence.

    Returns:
        None if what was heard is not the beginning of the text.

    """
    spoken = [word.lower() for word in _WORD.findall(heard)]
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
    at = places[same].start()
    start = 0
    for one in split_sentences(full):
        begin = full.find(one, start)
        start = begin + len(one)
        if start > at:
            # A list goes on with its next item, anything else from the start.
            comma = full.rfind(", ", begin, at)
            cut = comma + 2 if one.count(", ") >= 5 and comma >= 0 else begin
            return full[cut:].strip()
    return full[at:].strip()
