"""Answer to what the user tells, and recall it from what was said."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.rules.memory import (
    QUESTION_WORDS,
    Fact,
    key_words,
    memory_of,
    statement,
)
from live_emulator.brain.rules.tools.concepts import concept, concepts
from live_emulator.brain.words.data import words
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import capitalised, flip, joined, sentence

__all__ = ["not_told", "recall", "remembered", "tell"]

_QUESTION_INSIDE = re.compile(
    r" (?:what|who|where|when|how|why) (?:is|are|do|did|does|was|many|much|old|can)\b"
    r"| (?:can|could|will|would|do|did) you\b| (?:tell|give|show|sing) me\b"
)
_HAS_VERB = re.compile(r"\b(?:is|are|was|were|will|has|have|had|\w+ed|you|I|\w+s) ")
_SECRETS = words("secrets")
_NOT_TOLD = (
    "You have not told me {what} yet. Tell me, and I will remember it.",
    "I do not know {what} yet. You have not mentioned it in this conversation.",
)
_META, _WEAK = concepts(words("meta")), concepts(words("weak"))
_SAME = {concept("like"): concept("favorite"), concept("love"): concept("favorite")}
_MOST_LISTED = 12


# --- telling


def tell(ctx: Context) -> Reply | None:
    """Acknowledge what the user states, asks to remember, corrects or withdraws."""
    if heard(ctx.said, "remember_nothing"):
        return say("Of course. Tell me what it is, and I will keep it in mind.")
    if ctx.said.search(_QUESTION_INSIDE):
        return None
    facts = [fact for fact in statement(ctx.said) if fact.kind != "passing"]
    if not facts:
        return None
    if facts[0].kind == "forgets":
        if facts[0].key == "*":
            return say("All right, I have forgotten everything you told me.")
        return say("All right, I have put that out of my mind.")
    if facts[0].kind == "corrects":
        index = len(ctx.question.turns) - 1
        fact = next((f for f in reversed(ctx.memory.told) if f.turn == index), None)
        if fact is None:
            return say("I have nothing to correct yet. What is it about?")
        return say(sentence(f"Thank you for the correction: {fact.said}"))
    return say(*(_acknowledged(ctx, fact) for fact in facts))


def _acknowledged(ctx: Context, fact: Fact) -> str:
    if fact.key == "name" and fact.mine:
        return _greeted(ctx, fact.value)
    if fact.asked:
        return sentence(f"I will remember {_that(fact)}")
    verb = ctx.pick(("I will remember that", "I have made a note that"), fact.said)
    lead = "How pleasant" if fact.key in ("like", "love", "enjoy") else "Thank you"
    return sentence(f"{lead}. {verb} {fact.said}")


def _greeted(ctx: Context, name: str) -> str:
    earlier = memory_of(ctx.before, ctx.question.instruction).name
    if earlier and earlier != name:
        return f"I am sorry, {name}. I have corrected your name."
    if earlier:
        return f"Yes, {name}, I remember."
    options = (
        f"Nice to meet you, {name}.",
        f"Hello, {name}. I will remember your name.",
        f"It is a pleasure to meet you, {name}.",
    )
    return ctx.pick(options, "name")


def _that(fact: Fact) -> str:
    """Return "that the key is under the mat", but "the number 42"."""
    clause = fact.kind != "note" or _HAS_VERB.search(fact.said)
    return f"that {fact.said}" if clause else fact.said


# --- asking


def recall(ctx: Context) -> Reply | None:
    """Say what was told earlier in this conversation."""
    name = ctx.memory.name
    if heard(ctx.said, "my_name"):
        options = (
            "Your name is {0}.",
            "You are {0}.",
            "You told me that your name is {0}.",
        )
        text = ctx.pick(options, "my name").format(name)
        return say(text if name else _not_told(ctx, "your name"))
    if heard(ctx.said, "asked_to_remember"):
        return _asked(ctx)
    if heard(ctx.said, "about_me"):
        return _everything(ctx)
    return _about(ctx) or _personal(ctx)


def _asked(ctx: Context) -> Reply:
    asked = [fact for fact in ctx.memory.facts if fact.asked]
    wanted = _wanted(ctx)
    near = [fact for fact in asked if wanted & fact.words] or asked
    if not near:
        return say("You have not asked me to remember anything yet.")
    return say(sentence(f"You asked me to remember {joined([_that(f) for f in near])}"))


def _everything(ctx: Context) -> Reply:
    told = [fact for fact in ctx.memory.told if fact.mine or fact.turn >= 0]
    if not told:
        return say(
            "So far you have told me nothing about yourself. "
            "Tell me your name, if you like."
        )
    head = f"I know {to_words(len(told))} things from this conversation."
    lines = [sentence(fact.said) for fact in told[-_MOST_LISTED:]]
    return say("I know one thing." if len(told) == 1 else head, *lines)


def _about(ctx: Context) -> Reply | None:
    sure = heard(ctx.said, "about")
    found = sure or heard(ctx.said, "about_maybe")
    if found is None:
        return None
    wanted = concepts(key_words(found.text("what")))
    facts = [fact for fact in ctx.memory.facts if wanted and wanted <= fact.words]
    mine = found.text("what").split()[0] in ("my", "our")
    if not sure and not mine and (not facts or ctx.said.words[1] == "about"):
        return None
    if facts:
        return say(sentence(f"You told me that {joined([f.said for f in facts])}"))
    about = flip(found.part("what").shown)
    return say(f"You have not told me anything about {about} yet.")


def _wanted(ctx: Context) -> frozenset[str]:
    """Return the concepts that a question asks about."""
    asked = concepts(key_words(ctx.said.text))
    wanted = asked - _META or asked - concepts(["ask", "tell", "remember"])
    return wanted - _WEAK or wanted


def _best(ctx: Context, enough: float, new: bool = True) -> Fact | None:
    """Return the statement that shares most with the question, the newest of equals.

    Args:
        ctx: The question.
        enough: The share of the question's words that must be in the statement.
        new: The statement must say something that the question doesn't.

    """
    wanted = _wanted(ctx)
    best: tuple[float, Fact] | None = None
    for fact in ctx.memory.facts if wanted else ():
        known = fact.words | {_SAME.get(word, word) for word in fact.words}
        asked = {w if w in known else _SAME.get(w, w) for w in wanted}
        this_turn = fact.turn == len(ctx.question.turns) - 1
        if this_turn or (new and not fact.words - wanted):
            continue
        shared = len(asked & known) / len(wanted)
        share = shared - 0.01 * (fact.kind == "passing")
        if shared >= enough and (best is None or share >= best[0]):
            best = share, fact
    return best[1] if best else None


def _personal(ctx: Context) -> Reply | None:
    """Answer what is asked about the user, if it was told."""
    if heard(ctx.said, "do_i"):
        fact = _best(ctx, 1.0, new=False)
        return say(sentence(f"Yes, {fact.said}")) if fact else None
    if _wh_do_i(ctx):
        if "from" in ctx.said.words and not _wanted(ctx):
            facts = [f for f in ctx.memory.told if f.key in ("come", "live")]
            fact = facts[-1] if facts else None
        else:
            fact = _best(ctx, 0.5)
        return _say_fact(fact) if fact else None
    my, the = heard(ctx.said, "my"), heard(ctx.said, "the")
    found = my or the
    if found is None:
        return None
    key = found.text("key")
    fact = ctx.memory.latest(key, mine=True if my else None)
    if fact is not None and not my and not key_words(key) <= key_words(fact.key):
        fact = None
    fact = fact or (_best(ctx, 0.7) if my else None)
    return _say_fact(fact) if fact else None


def _wh_do_i(ctx: Context) -> bool:
    """Tell whether it is a question such as "which city do I live in"."""
    found = heard(ctx.said, "wh_do_i")
    wh = found.text("wh").split() if found else []
    return bool(wh) and len(wh) <= 3 and wh[0] in words("wh")


def remembered(ctx: Context) -> Reply | None:
    """Answer a question with what was told in nearly the same words."""
    said = ctx.said
    if not said or len(said.words) > 16:
        return None
    if said.words[0] not in QUESTION_WORDS and not said.raw.rstrip().endswith("?"):
        return None
    fact = _best(ctx, 0.66)
    return _say_fact(fact) if fact else None


def _say_fact(fact: Fact) -> Reply:
    if fact.kind == "passing" and not fact.said.startswith(("you", "the ")):
        return say(sentence(f"You said: {capitalised(fact.said)}"))
    return say(sentence(fact.said))


# --- what is not known


def not_told(ctx: Context) -> Reply | None:
    """Say that what is asked about the user was not told."""
    plain, asked = heard(ctx.said, "do_i"), heard(ctx.said, "wh_do_i")
    do_i = plain or (asked if _wh_do_i(ctx) else None)
    if do_i is not None:
        verb = do_i.text("verb")
        if verb not in ("do", "am", "") or len(ctx.said.words) > 8:
            return None
        if plain:
            return say("You have not told me that, so I can not say.")
        rest = flip(do_i.text("rest"))
        are = "are " if verb == "am" else ""
        return say(_not_told(ctx, f"{do_i.text('wh')} you {are}{rest}".strip()))
    my, the = heard(ctx.said, "my"), heard(ctx.said, "the")
    if my is None:
        key = the.text("key") if the else ""
        return say(_not_told(ctx, f"the {key}")) if key in _SECRETS else None
    what = flip(f"{my.text('whose')} {my.part('key').shown}")
    what += "'s name" if ctx.said.text.endswith(" called") else ""
    return say(_not_told(ctx, what))


def _not_told(ctx: Context, what: str) -> str:
    return ctx.pick(_NOT_TOLD, what).format(what=what)
