"""Answer to what the user tells about themselves, and recall it."""

import re

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.facts import Fact, key_words, statement
from live_emulator.brain.rules.memory import Memory, memory_of
from live_emulator.brain.rules.tools.concepts import concepts
from live_emulator.brain.words.numbers import to_words
from live_emulator.brain.words.speech import capitalised, flip, joined, sentence

__all__ = ["recall", "remembered", "tell"]

_AGAIN = r"(?: (?:again|called|named|please|then|exactly|now|once more))*"
_KNOW = (
    r"(?:tell me|do you (?:still |even )?(?:know|remember|recall)|remind me(?: of)?"
    r"|what did i (?:say|tell you)|what have i (?:said|told you)|give me|say)"
)
_NAME = re.compile(
    rf"(?:and )?(?:(?:what is|what was|{_KNOW})(?: what)? my (?:first |full "
    rf"|last )?name(?: is| was)?|who am i|what am i called|{_KNOW} (?:me"
    r"|who i am))(?: again)?"
)
_ATTRIBUTE = (
    re.compile(
        r"(?:and )?(?:what|who|where|when|which|how (?:much|many|old|tall|long|big"
        rf"|far)) (?:is|are|was|were) (?P<whose>my|our|the) (?P<key>[\w' -]+?){_AGAIN}"
    ),
    re.compile(
        r"(?:and )?(?:what|which) (?:color|kind|sort|size|day|time|place|name|type"
        r"|brand)(?: of [\w]+)? (?:is|are|was|were|do|does|did) (?P<whose>my|our"
        rf"|the) (?P<key>[\w' -]+?)(?: have| has)?{_AGAIN}"
    ),
    re.compile(
        rf"{_KNOW}(?: what| where| who| when| which)?(?: is)? (?P<whose>my|our|the) "
        rf"(?P<key>[\w' -]+?)(?: is| are| was| were)?{_AGAIN}"
    ),
)
_VERBS = (
    "live work come study like love hate enjoy prefer have own play speak drive drink "
    "eat need want collect teach build read write know"
).split()
_VERB = "|".join(_VERBS)
_WH_VERB = re.compile(
    r"(?:and )?(?:do you (?:know|remember) )?"
    r"(?P<wh>where|what|who|which [\w]+|how many [\w]+) (?:do i|i) "
    rf"(?:really )?(?P<verb>{_VERB})(?: (?:from|as|in|at|for|to (?P<more>[\w ]+)))?"
    r"(?: again| most| best)?"
)
_FROM = re.compile(
    r"where am i from|where did i (?:say i (?:am|was|come) )?(?:come )?from"
)
_AGE = re.compile(r"how old am i|what is my age|do you (?:know|remember) how old i am")
_DO_I = re.compile(
    rf"do i (?:really |still )?(?P<verb>{_VERB}) (?P<what>.+)|am i (?P<am>.+)"
)
_ABOUT_ME = re.compile(
    r"(?:what (?:else )?do you (?:know|remember)|tell me (?:what|everything"
    r"|all) you know|what have you learned|what did you learn|what have i told you"
    r"|what did i tell you)(?: about me| about myself)?(?: so far| until now)?"
    r"|what do you (?:know|remember)|do you remember (?:anything|what i (?:said"
    r"|told you))(?: about me)?|tell me about me"
)
_ABOUT = re.compile(
    r"(?:what (?:else )?(?:did|have) i (?:tell|told|say|said)(?: to)?(?: you)? about"
    r"|what do you (?:know|remember) about"
    r"|do you (?:still )?remember (?:what i (?:said|told you)|anything)?(?: about)?"
    r"|what was it i (?:said|told you) about|remind me (?:of|about)"
    r"|what about) (?P<what>my [\w' -]+|our [\w' -]+|the [\w' -]+|[\w' -]+)"
)
_ASKED = re.compile(
    r"(?:what|which things?) (?:did|have) i ask(?:ed)? you to (?:remember|memorize)"
    r"|what (?:should|do|did|must) you (?:have to )?remember(?: for me)?"
    r"|what was (?:i|it|that|the thing) (?:i wanted you )?to remember"
    r"|what was i supposed to remember|what did i (?:want|tell) you to remember"
)
_QUESTION_INSIDE = re.compile(
    r" (?:what|who|where|when|how|why) (?:is|are|do|did|does|was|many|much|old|can)\b"
    r"| (?:can|could|will|would|do|did) you\b| (?:tell|give|show|sing) me\b"
)
_EMPTY_REMEMBER = re.compile(
    r"(?:can|could|will) you (?:please )?remember (?:something|things|this)(?: for me)?"
    r"|(?:please )?remember (?:something|this)(?: for me)?"
    r"|i want you to remember something"
)

_SECRETS = frozenset(
    {"code word", "password", "secret word", "magic word", "secret", "code"}
)
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
    index = len(ctx.question.turns) - 1
    facts = statement(ctx.said, index)
    if not facts:
        return None
    if facts[0].forgets:
        return say(
            "All right, I have put that out of my mind."
            if facts[0].key != "*"
            else "All right, I have forgotten everything you told me about yourself."
        )
    if facts[0].corrects:
        return _corrected(ctx)
    known = ctx.memory
    lines: list[str] = []
    for fact in facts:
        lines.append(_acknowledged(ctx, fact, known))
    return say(*lines)


def _corrected(ctx: Context) -> Reply | None:
    index = len(ctx.question.turns) - 1
    fact = next((f for f in reversed(ctx.memory.facts) if f.turn == index), None)
    if fact is None:
        return say("I have nothing to correct yet. What is it about?")
    return say(sentence(f"Thank you for the correction: {fact.said}"))


def _acknowledged(ctx: Context, fact: Fact, known: Memory) -> str:
    if fact.key == "name" and fact.mine:
        earlier = _earlier_name(ctx)
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
    verb = ctx.pick(("I will remember that", "I have made a note that"), fact.said)
    if fact.asked:
        return sentence(f"I will remember that {fact.said}")
    if fact.kind == "i" and fact.key in ("like", "love", "enjoy"):
        return sentence(f"How pleasant. {verb} {fact.said}")
    return sentence(f"Thank you. {verb} {fact.said}")


def _earlier_name(ctx: Context) -> str:
    return memory_of(ctx.before, ctx.question.instruction).name


def recall(ctx: Context) -> Reply | None:
    """Say what was told earlier in this conversation."""
    said, memory = ctx.said, ctx.memory
    if said.match(_NAME):
        if memory.name:
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
        return say(_not_told(ctx, "your name"))
    if said.match(_ASKED):
        asked = [fact.said for fact in memory.facts if fact.asked]
        if not asked:
            return say("You have not asked me to remember anything yet.")
        return say(sentence(f"You asked me to remember that {joined(asked)}"))
    if said.match(_AGE):
        return _from_facts(memory.of_verb("age")) or say(_not_told(ctx, "your age"))
    if said.match(_FROM):
        facts = memory.of_verb("come") or memory.of_verb("live")
        return _from_facts(facts) or say(_not_told(ctx, "where you are from"))
    if said.match(_ABOUT_ME):
        return _everything(ctx)
    return _attribute(ctx) or _by_verb(ctx) or _about(ctx)


def _attribute(ctx: Context) -> Reply | None:
    for pattern in _ATTRIBUTE:
        found = ctx.said.match(pattern)
        if found is None:
            continue
        key = found.text("key")
        mine = found.text("whose") != "the"
        fact = ctx.memory.latest(key, mine=True if mine else None)
        if fact is not None and not mine:
            fact = fact if key_words(key) <= key_words(fact.key) else None
        if fact is None and mine:
            noted = [f for f in ctx.memory.about(key_words(key)) if f.mine]
            noted = [f for f in noted if key_words(key) <= f.words]
            fact = noted[-1] if noted else None
        if fact is not None:
            return say(sentence(fact.said))
        if mine or key in _SECRETS:
            part = flip(f"{found.text('whose')} {found.part('key').shown}")
            if ctx.said.text.endswith(f"{key} called"):
                part += "'s name"
            return say(_not_told(ctx, part))
    return None


_NEAR = {
    "like": ("like", "love", "enjoy", "prefer"),
    "love": ("love", "like"),
    "enjoy": ("enjoy", "like", "love"),
    "hate": ("hate",),
    "have": ("have", "own", "had", "got", "bought"),
    "own": ("own", "have"),
    "come": ("come", "live"),
}


def _by_verb(ctx: Context) -> Reply | None:
    if found := ctx.said.match(_WH_VERB):
        verb = found.text("verb")
        if found.has("more") and verb not in ("like", "want", "need", "love"):
            return None
        facts = ctx.memory.of_verb(*_NEAR.get(verb, (verb,)))
        if verb == "like" and not facts:
            likes = [f for f in ctx.memory.facts if f.key.startswith("favorite")]
            facts = tuple(likes)
        if facts:
            return _from_facts(facts)
        return say(_not_told(ctx, f"{found.text('wh')} you {verb}"))
    if found := ctx.said.match(_DO_I):
        what = key_words(found.text("what") or found.text("am"))
        about = [f for f in ctx.memory.about(what) if what <= f.words and f.mine]
        if about:
            return say(sentence(f"Yes, {about[-1].said}"))
        return say("You have not told me that, so I can not say.")
    return None


def _from_facts(facts: tuple[Fact, ...]) -> Reply | None:
    if not facts:
        return None
    return say(sentence(joined([fact.said for fact in facts])))


def _about(ctx: Context) -> Reply | None:
    found = ctx.said.match(_ABOUT)
    if found is None:
        return None
    what = found.part("what")
    if ctx.said.text.startswith("what about") and what.words[0] not in ("my", "our"):
        return None
    facts = ctx.memory.about(key_words(what.text))
    if facts:
        lines = [fact.said for fact in facts]
        return say(sentence(f"You told me that {joined(lines)}"))
    if ctx.said.text.startswith("what do you know about") and what.words[0] != "my":
        return None
    shown = flip(what.shown)
    return say(f"You have not told me anything about {shown} yet.")


def _everything(ctx: Context) -> Reply:
    told = [f for f in ctx.memory.facts if f.mine or f.turn >= 0]
    if not told:
        return say(
            "So far you have told me nothing about yourself. "
            "Tell me your name, if you like."
        )
    lines = [sentence(capitalised(fact.said)) for fact in told[-12:]]
    count = len(told)
    head = (
        "I know one thing."
        if count == 1
        else f"I know {to_words(count)} things from this conversation."
    )
    return say(head, *lines)


_ASKS = frozenset("what who where when why how which did does do is was am are".split())
_NOT_TELLING = frozenset(
    "did do doe old many much called again remember know name".split()
)


def remembered(ctx: Context) -> Reply | None:
    """Answer a question with what was told in nearly the same words."""
    said = ctx.said
    if not said or said.words[0] not in _ASKS or len(said.words) > 14:
        return None
    wanted = concepts(key_words(said.text) - _NOT_TELLING)
    best: tuple[float, Fact] | None = None
    for fact in ctx.memory.facts:
        known = concepts(fact.words)
        share = len(wanted & known) / len(wanted) if wanted else 0.0
        if share > 0.6 and (best is None or share >= best[0]):
            best = share, fact
    return say(sentence(best[1].said)) if best else None


def _not_told(ctx: Context, what: str) -> str:
    return ctx.pick(_NOT_TOLD, what).format(what=what)
