"""Tell a story about anything, as long as asked, always the same for a seed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from live_emulator.brain.rules.context import Context, Reply
from live_emulator.brain.rules.storyteller import CREATURES, PLACES, compose
from live_emulator.brain.types import Say
from live_emulator.brain.words.clock import parse_span
from live_emulator.brain.words.lexicon import FIRST_NAMES, STOP_WORDS
from live_emulator.brain.words.numbers import parse_number, to_words
from live_emulator.brain.words.speech import (
    chunks,
    flip,
    split_sentences,
    with_article,
)

__all__ = ["WORDS_PER_MINUTE", "stories"]

WORDS_PER_MINUTE = 165
"""How fast the emulator's voices speak, near enough."""

_DEFAULT_WORDS = 165
_BRIEF_WORDS = 60
_MONTH_SECONDS = 30 * 86_400

_LONGEST_MINUTES = 30


@dataclass(frozen=True)
class _Wish:
    words: int = _DEFAULT_WORDS
    sentences: int = 0
    subject: str = ""
    cut: bool = False
    """More was wished for than is told at a time."""


_STORY = re.compile(
    r"(?:and |then |now )?(?:please )?"
    r"(?:tell|give|read|make up|invent|i want(?: to hear)?|i would like(?: to hear)?"
    r"|let me hear|let us hear|i need|write|do you know|how about|what about)?"
    r"(?: (?:me|us))?(?: (?:please|just|now))*"
    r" ?(?:a|an|another|one more|the|one|some|any|your)? ?(?P<before>[\w.,' -]*?) ?"
    r"\b(?:story|stories|tale|tales|fairytale)\b(?P<after>.*)"
)

_TALK = re.compile(
    r"(?:talk|speak|tell me something|say something)(?: to me)?"
    r"(?: (?:about|of) (?P<subject>.+?))? (?:for )?(?P<length>[\w ]+? (?:seconds?"
    r"|minutes?)|long|a (?:long )?while)"
    r"(?: (?:about|of) (?P<topic>.+))?"
)
_ANYTHING = frozenset({"anything", "something", "whatever you like", "whatever"})
_ABOUT = re.compile(r"\b(?:about|of|on|with|in which there is|for) (?P<subject>.+)")

_LENGTHS = {
    "very long": 5 * WORDS_PER_MINUTE,
    "really long": 5 * WORDS_PER_MINUTE,
    "long": 3 * WORDS_PER_MINUTE,
    "longer": 3 * WORDS_PER_MINUTE,
    "very short": 60,
    "short": 90,
    "shorter": 90,
    "quick": 90,
    "brief": 90,
    "tiny": 60,
    "while": 2 * WORDS_PER_MINUTE,
    "long while": 3 * WORDS_PER_MINUTE,
}


def stories(ctx: Context) -> Reply | None:
    """Tell a story of the wanted length about the wanted subject."""
    if found := ctx.said.match(_TALK):
        after = f"of {found.text('length').removeprefix('a ')}"
        subject = found.text("subject") or found.text("topic")
        if subject and subject not in _ANYTHING:
            after += f" about {subject}"
        return _told(ctx, _wish("", after, ctx))
    found = ctx.said.match(_STORY)
    if found is None:
        return None
    before, after = found.text("before"), found.text("after").strip()
    return _told(ctx, _wish(before, after, ctx))


def _told(ctx: Context, wish: _Wish | None) -> Reply | None:
    if wish is None:
        return None
    told = sum(turn.role == "user" for turn in ctx.before)
    salt = (ctx.question.seed, told)
    if wish.sentences:
        return [Say(text) for text in _in_sentences(wish, salt)]
    limit = ctx.persona.max_words or ctx.question.max_words
    if limit is not None:
        wish = replace(wish, words=min(wish.words, limit), cut=False)
    if ctx.persona.max_sentences is not None and ctx.persona.max_sentences < 3:
        wish = replace(wish, words=min(wish.words, 30))
    if ctx.persona.brief and wish.words == _DEFAULT_WORDS:
        wish = replace(wish, words=_BRIEF_WORDS)
    sections = compose(wish.subject, wish.words, *salt)
    parts = [Say(text) for section in sections for text in chunks(section, 24)]
    if wish.cut:
        longest = to_words(_LONGEST_MINUTES)
        parts.insert(0, Say(f"I tell stories of up to {longest} minutes. Here is one."))
    return parts


def _in_sentences(wish: _Wish, salt: tuple[object, ...]) -> list[str]:
    if wish.sentences == 1:
        return compose(wish.subject, 30, *salt)[-1:]
    lines = split_sentences(" ".join(compose(wish.subject, 400, *salt)))
    half = (wish.sentences + 1) // 2
    return lines[:half] + lines[len(lines) - (wish.sentences - half) :]


def _wish(before: str, after: str, ctx: Context) -> _Wish | None:
    """Read length and subject from around the word "story"."""
    wish = _Wish()
    words = before.replace("-", " ").split()
    rest: list[str] = []
    at = 0
    while at < len(words):
        length = _length(words, at)
        if length is not None:
            wish, at = _with_length(wish, *length[:2]), length[2]
            continue
        if words[at] not in STOP_WORDS | {"another", "one", "minute", "about", "more"}:
            rest.append(words[at])
        at += 1
    known = [w for w in rest if w in CREATURES or w in PLACES or w in FIRST_NAMES]
    if len(rest) > 4 or (ctx.said.words[0] in ("what", "who", "why", "how") and rest):
        return None
    subject = with_article(known[-1]) if known else ""
    tail = after.split()
    for index in range(len(tail)):
        length = _length(tail, index)
        if length is not None:
            wish = _with_length(wish, *length[:2])
            start = index - (
                tail[index - 1] in ("of", "in", "for", "with", "about", "lasting")
            )
            tail = tail[: max(start, 0)] + tail[length[2] :]
            tail = tail[1:] if tail[:1] == ["long"] else tail
            break
    about = _ABOUT.search(" ".join(tail))
    if about:
        subject = about["subject"].removesuffix(" please").strip(" .,")
    elif not known and tail and tail[0] not in ("please", "now", "for", "to", "that"):
        return None
    subject = flip(_as_written(subject, ctx))
    return replace(wish, subject=" ".join(subject.split()[:12]))


def _as_written(subject: str, ctx: Context) -> str:
    """Return the subject with the capitals it was typed with, or a name's."""
    text = ctx.said.text
    at = text.rfind(subject)
    if not subject or at < 0:
        return subject
    return ctx.said.between(at, at + len(subject)).shown


def _length(words: Sequence[str], at: int) -> tuple[str, Fraction, int] | None:
    """Read a length that begins at a word: "two minutes", "fifty words", "long"."""
    span = parse_span(words, at)
    if span is not None:
        seconds = span[0].seconds + span[0].months * _MONTH_SECONDS
        return "words", seconds * WORDS_PER_MINUTE / 60, span[1]
    number = parse_number(words, at)
    if number is not None and number[1] < len(words):
        unit = words[number[1]].rstrip("s")
        if unit in ("word", "sentence"):
            return unit + "s", number[0], number[1] + 1
    two = " ".join(words[at : at + 2])
    if two in _LENGTHS:
        return "words", Fraction(_LENGTHS[two]), at + 2
    if words[at] in _LENGTHS:
        return "words", Fraction(_LENGTHS[words[at]]), at + 1
    if two in ("one sentence", "single sentence"):
        return "sentences", Fraction(1), at + 2
    return None


def _with_length(wish: _Wish, unit: str, amount: Fraction) -> _Wish:
    if unit == "sentences":
        return replace(wish, sentences=max(1, min(int(amount), 40)))
    longest = _LONGEST_MINUTES * WORDS_PER_MINUTE
    return replace(
        wish, words=max(1, min(round(amount), longest)), cut=amount > longest
    )
