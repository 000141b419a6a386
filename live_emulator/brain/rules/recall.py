"""Answer to what the user tells, and recall it from what was said."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.memory import (
    QUESTION_WORDS,
    Fact,
    key_words,
    memory_of,
    statement,
)
from live_emulator.brain.rules.tools.concepts import concept, concepts
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import capitalised, flip, joined, sentence

__all__ = ["not_told", "recall", "remembered", "tell"]

_KNOW = (
    r"(?:tell me|do you (?:still |even )?(?:know|remember|recall)|remind me(?: of)?"
    r"|what did i (?:say|tell you)|what have i (?:said|told you)|give me|say)"
)
_NAME = re.compile(
    rf"(?:and |so )?(?:(?:what is|what was|{_KNOW})(?: what)? my (?:first |full "
    rf"|last )?name(?: is| was)?|who am i|what am i called|{_KNOW} (?:me"
    r"|who i am))(?: again)?"
)
_MY = re.compile(
    r"(?:and )?(?:(?:in|on|at|from|to|for|with|by) )?"
    r"(?:what|who|where|when|which|how|do you know|tell me|remind me of)\b.*?"
    r"\b(?P<whose>my|our) (?P<key>[\w' -]+?)(?: (?:is|are|was|were|have|has|called"
    r"|named|again|now|please|exactly|do|does|did|live|work)\b.*)?"
)
_THE = re.compile(
    rf"(?:and )?(?:(?:what|who|where|when|which) (?:is|are|was|were)|{_KNOW})"
    r"(?: (?:what|where|who|when))?(?: is)? the (?P<key>[\w' -]+?)(?: is| are)?"
    r"(?: (?:again|called|please|now))*"
)
_DO_I = re.compile(
    r"(?:and )?(?:do you (?:know|remember) )?(?P<wh>(?:where|what|who|when|which [\w]+"
    r"|how (?:many|much|old)(?: [\w]+)?) )?(?P<verb>do|did|am|are|was|were|have|had) "
    r"(?:i|we)\b(?P<rest> .+)?|(?P<wh2>where|what|who|when) i (?P<rest2>.+)"
)
_ABOUT_ME = re.compile(
    r"(?:what (?:else )?do you (?:know|remember)|tell me (?:what|everything"
    r"|all) you know|what have you learned|what did you learn|what have i told you"
    r"|what did i tell you)(?: about me| about myself)?(?: so far| until now)?"
    r"|do you remember (?:anything|what i (?:said|told you))(?: about me)?"
)
_ABOUT = re.compile(
    r"(?:what (?:else )?(?:did|have) i (?:tell|told|say|said)(?: to)?(?: you)? about"
    r"|(?P<maybe>what do you (?:know|remember) about)|remind me (?:of|about)"
    r"|do you (?:still )?remember (?:what i (?:said|told you)|anything)?(?: about)?"
    r"|what was it i (?:said|told you) about|what about(?= (?:my|our) )) (?P<what>.+)"
)
_ASKED = re.compile(
    r"(?:what|which)\b.* (?:i ask(?:ed)?|i want(?:ed)?|i tell|i told|i supposed)"
    r"(?: you)? to (?:remember|memorize|keep in mind)"
    r"|what (?:should|do|did|must) you (?:have to )?remember(?: for me)?"
    r"|what was (?:i supposed|it|that|the thing) (?:i wanted you )?to remember"
)
_QUESTION_INSIDE = re.compile(
    r" (?:what|who|where|when|how|why) (?:is|are|do|did|does|was|many|much|old|can)\b"
    r"| (?:can|could|will|would|do|did) you\b| (?:tell|give|show|sing) me\b"
)
_EMPTY_REMEMBER = re.compile(
    r"(?:please )?remember (?:something|things|this)(?: for me)?"
)
_SECRETS = frozenset("code word|password|secret word|magic word|secret|code".split("|"))
_NOT_TOLD = (
    "You have not told me {what} yet. Tell me, and I will remember it.",
    "I do not know {what} yet. You have not mentioned it in this conversation.",
)


def tell(ctx: Context) -> Reply | None:
    """Acknowledge what the user states, asks to remember, corrects or withdraws."""
    if ctx.said.match(_EMPTY_REMEMBER):
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
        earlier = memory_of(ctx.before, ctx.question.instruction).name
        if earlier and earlier != fact.value:
            return f"I am sorry, {fact.value}. I have corrected your name."
        if earlier:
            return f"Yes, {fact.value}, I remember."
        return ctx.pick(
            (
                f"Nice to meet you, {fact.value}.",
                f"Hello, {fact.value}. I will remember your name.",
                f"It is a pleasure to meet you, {fact.value}.",
            ),
            "name",
        )
    if fact.asked:
        return sentence(f"I will remember {_that(fact)}")
    verb = ctx.pick(("I will remember that", "I have made a note that"), fact.said)
    lead = "How pleasant" if fact.key in ("like", "love", "enjoy") else "Thank you"
    return sentence(f"{lead}. {verb} {fact.said}")


_HAS_VERB = re.compile(r"\b(?:is|are|was|were|will|has|have|had|\w+ed|you|I|\w+s) ")


def _that(fact: Fact) -> str:
    """Return "that the key is under the mat", but "the number 42"."""
    clause = fact.kind != "note" or _HAS_VERB.search(fact.said)
    return f"that {fact.said}" if clause else fact.said


def recall(ctx: Context) -> Reply | None:
    """Say what was told earlier in this conversation."""
    said, memory = ctx.said, ctx.memory
    if said.match(_NAME):
        if not memory.name:
            return say(_not_told(ctx, "your name"))
        return say(
            ctx.pick(
                (
                    f"Your name is {memory.name}.",
                    f"You are {memory.name}.",
                    f"You told me that your name is {memory.name}.",
                ),
                "my name",
            )
        )
    if said.match(_ASKED):
        return _asked(ctx)
    if said.match(_ABOUT_ME):
        return _everything(ctx)
    return _about(ctx) or _personal(ctx)


def _asked(ctx: Context) -> Reply:
    asked = [fact for fact in ctx.memory.facts if fact.asked]
    wanted = _wanted(ctx)
    near = [fact for fact in asked if wanted & fact.words] or asked
    if not near:
        return say("You have not asked me to remember anything yet.")
    return say(sentence(f"You asked me to remember {joined([_that(f) for f in near])}"))


_META = concepts(
    "ask tell told give gave remember memorize know recall say said mention again "
    "exactly please supposed thing old many much kind sort type".split()
)
_WEAK = concepts(
    "call called name named go get best most among now give month day date year place "
    "kind sort type".split()
)
_SAME = {concept("like"): concept("favorite"), concept("love"): concept("favorite")}


def _wanted(ctx: Context) -> frozenset[str]:
    """Return the concepts that a question asks about."""
    words = concepts(key_words(ctx.said.text))
    wanted = words - _META or words - concepts(["ask", "tell", "remember"])
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
    index = len(ctx.question.turns) - 1
    for fact in ctx.memory.facts:
        known = fact.words | {_SAME.get(word, word) for word in fact.words}
        asked = {w if w in known else _SAME.get(w, w) for w in wanted}
        shared = len(asked & known) / len(wanted) if wanted else 0.0
        if fact.turn == index or (new and not fact.words - wanted):
            continue
        share = shared - 0.01 * (fact.kind == "passing")
        if shared >= enough and (best is None or share >= best[0]):
            best = share, fact
    return best[1] if best else None


def _personal(ctx: Context) -> Reply | None:
    """Answer what is asked about the user, if it was told."""
    do_i = ctx.said.match(_DO_I)
    if do_i is not None and not (do_i.has("wh") or do_i.has("wh2")):
        fact = _best(ctx, 1.0, new=False)
        return say(sentence(f"Yes, {fact.said}")) if fact else None
    if do_i is not None:
        if "from" in ctx.said.words and not _wanted(ctx):
            facts = [f for f in ctx.memory.told if f.key in ("come", "live")]
            fact = facts[-1] if facts else None
        else:
            fact = _best(ctx, 0.5)
        return _say_fact(fact) if fact else None
    found = ctx.said.match(_MY) or ctx.said.match(_THE)
    if found is None:
        return None
    key = found.text("key")
    mine = found.match.re is _MY
    fact = ctx.memory.latest(key, mine=True if mine else None)
    if fact is not None and not mine and not key_words(key) <= key_words(fact.key):
        fact = None
    fact = fact or (_best(ctx, 0.7) if mine else None)
    return _say_fact(fact) if fact else None


def not_told(ctx: Context) -> Reply | None:
    """Say that what is asked about the user was not told."""
    do_i = ctx.said.match(_DO_I)
    if do_i is not None:
        if do_i.text("verb") not in ("do", "am") or len(ctx.said.words) > 8:
            return None
        if not (do_i.has("wh") or do_i.has("wh2")):
            return say("You have not told me that, so I can not say.")
        rest = (do_i.text("rest") or do_i.text("rest2")).strip()
        are = "are " if do_i.text("verb") == "am" else ""
        return say(_not_told(ctx, f"{do_i.text('wh')}you {are}{flip(rest)}".strip()))
    found = ctx.said.match(_MY) or ctx.said.match(_THE)
    if found is None:
        return None
    key, mine = found.text("key"), found.match.re is _MY
    if not mine and key not in _SECRETS:
        return None
    what = flip(f"{found.text('whose')} {found.part('key').shown}") if mine else key
    what += "'s name" if mine and ctx.said.text.endswith(" called") else ""
    return say(_not_told(ctx, what if mine else f"the {what}"))


def _say_fact(fact: Fact) -> Reply:
    if fact.kind == "passing" and not fact.said.startswith(("you", "the ")):
        return say(sentence(f"You said: {capitalised(fact.said)}"))
    return say(sentence(fact.said))


def _about(ctx: Context) -> Reply | None:
    found = ctx.said.match(_ABOUT)
    if found is None:
        return None
    wanted = concepts(key_words(found.text("what")))
    facts = [fact for fact in ctx.memory.facts if wanted and wanted <= fact.words]
    if facts:
        return say(sentence(f"You told me that {joined([f.said for f in facts])}"))
    if found.has("maybe") and found.text("what").split()[0] != "my":
        return None
    return say(
        f"You have not told me anything about {flip(found.part('what').shown)} yet."
    )


def _everything(ctx: Context) -> Reply:
    told = [fact for fact in ctx.memory.told if fact.mine or fact.turn >= 0]
    if not told:
        return say(
            "So far you have told me nothing about yourself. "
            "Tell me your name, if you like."
        )
    count = len(told)
    head = f"I know {to_words(count)} things from this conversation."
    lines = [sentence(capitalised(fact.said)) for fact in told[-12:]]
    return say("I know one thing." if count == 1 else head, *lines)


def remembered(ctx: Context) -> Reply | None:
    """Answer a question with what was told in nearly the same words."""
    said = ctx.said
    asks = said.text and (
        said.words[0] in QUESTION_WORDS or said.raw.rstrip().endswith("?")
    )
    if not asks or len(said.words) > 16:
        return None
    fact = _best(ctx, 0.66)
    return _say_fact(fact) if fact else None


def _not_told(ctx: Context, what: str) -> str:
    return ctx.pick(_NOT_TOLD, what).format(what=what)
