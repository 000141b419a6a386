"""A small quiz: ask a question, judge the answer."""

import re
from collections.abc import Sequence

from live_emulator.brain.rules.context import Context, Reply, chance, say
from live_emulator.brain.rules.knowledge_texts import CAPITALS
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.numbers import to_words, value_of
from live_emulator.brain.words.speech import split_sentences

__all__ = ["fresh", "quiz", "quiz_answer"]


def _told_before(ctx: Context) -> list[str]:
    return [turn.text for turn in ctx.before if turn.role == "model"]


def fresh(ctx: Context, options: Sequence[str], salt: str) -> str:
    """Choose one that was not said before in this conversation, if any is left."""
    told = _told_before(ctx)
    start = chance(len(options), ctx.question.seed, salt)
    ordered = [*options[start:], *options[:start]]
    for option in ordered:
        opening = option.split("\n")[0][:24]
        if not any(opening in text for text in told):
            return option
    return ordered[len(told) % len(ordered)]


_QUIZ = re.compile(
    r"(?:please )?(?:(?:ask|give) me (?:a|another|one more|the next|some) "
    r"(?:quiz |trivia )?questions?|(?:let us |can we |i want to )?play (?:a|the) "
    r"(?:quiz|game|quiz game)|start (?:a|the) quiz|quiz me|(?:a |the )?quiz|test me"
    r"|next question|ask me something|let us play|can we play)(?: please| again)?"
)

_ASKED = re.compile(r"what is the capital of (?P<country>[a-z ]+)$")

_ASKED_SUM = re.compile(r"what is (?P<one>[a-z ]+) times (?P<two>[a-z ]+)$")

_GIVE_UP = re.compile(
    r"(?:i )?(?:do not know|no idea|give up|pass|tell me|have no idea|what is it"
    r"|i am not sure)(?: the answer| please)?|(?:i )?(?:have )?no idea"
)


def quiz(ctx: Context) -> Reply | None:
    """Ask a question, if the user wants one."""
    if not ctx.said.match(_QUIZ):
        return None
    return say(_question(ctx))


def _question(ctx: Context) -> str:
    number = chance(3, ctx.question.seed, len(ctx.before), "kind")
    if number == 0:
        one, two = (2 + ctx.pick(range(11), "factor", which) for which in (1, 2))
        return f"What is {to_words(one)} times {to_words(two)}?"
    countries = [
        " ".join(w if w == "the" else w.capitalize() for w in country.split())
        for country in CAPITALS
        if country not in ("america", "england", "scotland", "wales")
    ]
    options = [f"What is the capital of {country}?" for country in countries]
    return fresh(ctx, options, "capital")


def quiz_answer(ctx: Context) -> Reply | None:
    """Judge the answer to a question of the quiz, if one was just asked."""
    last = ctx.before[-1] if ctx.before else None
    if last is None or last.role != "model" or not last.text.rstrip().endswith("?"):
        return None
    asked = canonical(split_sentences(last.text)[-1])
    said = ctx.said.text
    if match := _ASKED.search(asked):
        country = match["country"].strip()
        right = CAPITALS.get(country) or CAPITALS.get(f"the {country}")
        if right is None:
            return None
        if ctx.said.match(_GIVE_UP):
            return say(f"It is {right}. Say next question for another one.")
        if right.lower() in f" {said} ":
            return say(f"That is right: {right}. Say next question for another one.")
        if len(ctx.said.words) <= 4 and ctx.said.words[0] not in _QUESTIONS:
            return say(f"Not quite, it is {right}. Say next question for another one.")
    if match := _ASKED_SUM.search(asked):
        one, two = value_of(match["one"]), value_of(match["two"])
        if one is None or two is None:
            return None
        result = to_words(one * two)
        answer = value_of(said.removeprefix("it is ").removeprefix("that is "))
        if ctx.said.match(_GIVE_UP):
            return say(f"It is {result}. Say next question for another one.")
        if answer is None:
            return None
        if answer == one * two:
            return say(f"That is right: {result}. Say next question for another one.")
        return say(f"Not quite, it is {result}. Say next question for another one.")
    return None


_QUESTIONS = frozenset(
    "what who where when how why which tell stop next can could count spell say repeat "
    "hello thank no yes ask".split()
)
