"""What was said in this conversation, and going on where a reply was cut off."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.types import Turn
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import parse_ordinal, to_ordinal, to_words
from live_emulator.brain.words.speech import (
    capitalised,
    chunks,
    plural,
    shortened,
    speakable,
    split_sentences,
)

__all__ = ["continue_reply", "history", "remainder"]

_THING = r"(?:question|sentence|message|request|words?|thing|statement|utterance)"
_I_SAY = r"(?:say|ask|tell you|ask you|say to you|want)"
_ORD = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
_FIRST = re.compile(
    rf"(?:what|which question) did i {_I_SAY}"
    r" (?:first|at first|at the (?:beginning|start)|in the beginning)"
    rf"|what (?:was|were) my (?:very )?first {_THING}"
    rf"|what was the (?:very )?first (?:thing|{_THING}) i (?:said|asked|told you)"
)
_NTH = re.compile(
    rf"what was (?:my|the) (?P<nth>{_ORD}) {_THING}(?: i (?:said|asked|told you))?"
)
_BEFORE_THAT = re.compile(
    rf"(?:and )?(?:what did i {_I_SAY} )?before that"
    rf"|what was (?:the {_THING}|my {_THING}) before (?:that|the last one)"
    r"|what was the second to last thing i said"
)
_LAST_QUESTION = re.compile(
    r"what was my (?:last|previous|latest) question"
    r"|what was the last question(?: i asked(?: you)?)?|what was my question"
    r"|what did i (?:just |last )?ask(?: you)?(?: (?:just now|last|before))?"
)
_LAST = re.compile(
    rf"what did i (?:just )?{_I_SAY}(?: (?:just now|last|before|a moment ago|earlier))?"
    rf"|what (?:was|were) my (?:last|previous) {_THING}"
    rf"|what was the last (?:thing|{_THING}) i (?:said|told you)"
    r"|repeat what i (?:just )?said|what have i (?:just )?said|did you hear what i said"
    r"|what did you (?:hear|understand)(?: me say)?|what have you (?:heard|understood)"
)
_YOU_FIRST = re.compile(
    r"what did you (?:say|tell me) (?:first|at the (?:beginning|start))"
    r"|what was (?:your first (?:answer|sentence|reply|words?)|the first thing you "
    r"said)"
)
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
_COUNT = re.compile(
    r"how many (?P<what>questions|things|messages|sentences|times) (?:have i|did i)"
    r" (?:asked?|said|say|sent?|talked?|spoken?|speak)(?: you| to you)?(?: so far)?"
)
_WHY = re.compile(r"why (?:did|do|have) you (?:just )?(?:stop(?:ped)?|pause)(?: \w+)?")
_HOW_MANY_WORDS = re.compile(r"how many words (?:did you (?:just )?say|was that)")
_TALKED = re.compile(
    r"what (?:did we|have we|were we) (?:talk(?:ed|ing)?|spoken|speak(?:ing)?) about"
    r"(?: so far| before| until now)?|what have we discussed(?: so far)?"
    r"|summarize (?:our|the|this) (?:conversation|chat|talk)(?: so far)?"
    r"|what was this conversation about"
)
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


def _earlier(ctx: Context) -> list[Turn]:
    return [turn for turn in ctx.before if turn.role == "user" and turn.text]


def _quote(turn: Turn) -> str:
    text = speakable(shortened(turn.text, 30)).strip()
    end = "?" if _is_question(text) else "."
    return capitalised(text) if text[-1:] in ".?!" else capitalised(text) + end


def history(ctx: Context) -> Reply | None:
    """Answer questions about the conversation itself."""
    said = ctx.said
    mine = _earlier(ctx)
    if said.match(_FIRST):
        if not mine:
            return say("This is the first thing you have said to me.")
        return say(f"The first thing you said was: {_quote(mine[0])}")
    if found := said.match(_NTH):
        nth = parse_ordinal(found.text("nth").split())
        if nth and nth[0] <= len(mine):
            at = to_ordinal(nth[0])
            return say(f"The {at} thing you said was: {_quote(mine[nth[0] - 1])}")
        if not mine:
            return say("You have not said anything before.")
        count = to_words(len(mine))
        return say(f"You have said only {count} {plural(len(mine), 'thing')} before.")
    if said.match(_BEFORE_THAT):
        if len(mine) < 2:
            return say("There was nothing before that.")
        return say(f"Before that you said: {_quote(mine[-2])}")
    if said.match(_LAST_QUESTION):
        asked = [turn for turn in mine if _is_question(turn.text)]
        if asked:
            return say(f"Your last question was: {_quote(asked[-1])}")
        if not mine:
            return say("You have not asked me anything before.")
        return say(
            f"You asked no question yet. The last you said was: {_quote(mine[-1])}"
        )
    if said.match(_LAST):
        if not mine:
            return say("You had not said anything before that.")
        return say(f"You said: {_quote(mine[-1])}")
    if found := said.match(_COUNT):
        return _counted(found.text("what"), mine)
    if said.match(_TALKED):
        return _talked(mine)
    return _about_me(ctx)


_ASKING = re.compile(
    r"(?:what|who|where|when|why|how|which|whose|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|shall|am)\b"
)


def _is_question(text: str) -> bool:
    return text.rstrip().endswith("?") or bool(_ASKING.match(canonical(text[:200])))


def _counted(what: str, mine: list[Turn]) -> Reply:
    if what == "questions":
        count = sum(_is_question(turn.text) for turn in mine) + 1
        return say(
            f"With this one you have asked me {to_words(count)} "
            f"{plural(count, 'question')}."
        )
    count = len(mine) + 1
    return say(f"This is the {to_ordinal(count)} time you speak to me.")


def _talked(mine: list[Turn]) -> Reply:
    if not mine:
        return say("We have only just begun. You have not said anything before this.")
    shown = [shortened(speakable(turn.text), 10).rstrip(".?! ") for turn in mine[-5:]]
    head = "So far you said:" if len(mine) <= 5 else "Among other things you said:"
    return say(head + " " + "; ".join(shown) + ".")


def _about_me(ctx: Context) -> Reply | None:
    said, last = ctx.said, ctx.last_reply
    if said.match(_INTERRUPTED):
        return _interrupted(ctx)
    if said.match(_WHY):
        if last is not None and last.interrupted:
            return say("Because you interrupted me. Say go on, and I will continue.")
        return say("I had finished what I had to say.")
    if said.match(_HOW_MANY_WORDS):
        count = len(last.text.split()) if last is not None else 0
        return say(f"That was {to_words(count)} {plural(count, 'word')}.")
    if said.match(_YOU_FIRST):
        first = next((t for t in ctx.before if t.role == "model" and t.text), None)
        if first is None:
            return say("I have not said anything yet.")
        return say(f"The first thing I said was: {_quote(first)}")
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
