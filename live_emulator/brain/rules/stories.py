"""Tell a story about anything, as long as asked, always the same for a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.heard import heard
from live_emulator.brain.rules.storyteller import CREATURES, PLACES, compose
from live_emulator.brain.words.clock import parse_span
from live_emulator.brain.words.data import data, words
from live_emulator.brain.words.lexicon import FIRST_NAMES, STOP_WORDS
from live_emulator.brain.words.numbers import parse_number, to_words
from live_emulator.brain.words.speech import chunks, flip, split_sentences, with_article

__all__ = ["WORDS_PER_MINUTE", "stories"]

WORDS_PER_MINUTE = 165
"""How fast the emulator's voices speak, near enough."""
_DEFAULT_WORDS = 165
_BRIEF_WORDS = 60
_MOST_SENTENCES = 40
_LONGEST_MINUTES = 30
_MOST_SUBJECT = 12
_CHUNK_WORDS = 24
_LENGTHS: dict[str, str] = data("words", "words.yaml")["story_lengths"]
_ABOUT, _BEFORE_LENGTH = words("story_about"), words("before_length")
_ANYTHING = frozenset({"anything", "something", "whatever you like", "whatever"})
_KNOWN = CREATURES | PLACES.keys() | FIRST_NAMES


@dataclass(frozen=True)
class _Wish:
    words: int = _DEFAULT_WORDS
    sentences: int = 0
    subject: str = ""

    def with_length(self, words: int, sentences: int) -> "_Wish":
        if sentences:
            return replace(self, sentences=min(sentences, _MOST_SENTENCES))
        return replace(self, words=max(1, words))


def stories(ctx: Context) -> Reply | None:
    """Tell a story of the wanted length about the wanted subject."""
    if found := heard(ctx.said, "talk"):
        length = found.text("length").removeprefix("a ")
        subject = found.text("subject") or found.text("topic")
        about = f" about {subject}" if subject and subject not in _ANYTHING else ""
        wish = _wish([], f"of {length}{about}".split(), ctx)
        return _told(ctx, wish) if wish and _length(length.split(), 0) else None
    found = heard(ctx.said, "story")
    if found is None:
        return None
    before = found.text("before").replace("-", " ").split()
    wish = _wish(before, found.text("after").split(), ctx)
    return _told(ctx, wish) if wish else None


def _told(ctx: Context, wish: _Wish) -> Reply:
    told = sum(turn.role == "user" for turn in ctx.before)
    salt = (ctx.question.seed, told)
    if wish.sentences:
        return say(*_in_sentences(wish, salt))
    limit = ctx.persona.max_words or ctx.question.max_words or wish.words
    longest = _LONGEST_MINUTES * WORDS_PER_MINUTE
    count = min(wish.words, limit, longest)
    if ctx.persona.max_sentences is not None and ctx.persona.max_sentences < 3:
        count = min(count, 30)
    if ctx.persona.brief and count == _DEFAULT_WORDS:
        count = _BRIEF_WORDS
    sections = compose(wish.subject, count, *salt)
    parts = [text for section in sections for text in chunks(section, _CHUNK_WORDS)]
    if min(wish.words, limit) > longest:
        minutes = to_words(_LONGEST_MINUTES)
        parts.insert(0, f"I tell stories of up to {minutes} minutes. Here is one.")
    return say(*parts)


def _in_sentences(wish: _Wish, salt: tuple[object, ...]) -> Sequence[str]:
    if wish.sentences == 1:
        return compose(wish.subject, 30, *salt)[-1:]
    lines = split_sentences(" ".join(compose(wish.subject, 400, *salt)))
    half = (wish.sentences + 1) // 2
    return lines[:half] + lines[len(lines) - (wish.sentences - half) :]


def _wish(before: list[str], after: list[str], ctx: Context) -> _Wish | None:
    """Read length and subject from around the word "story"."""
    wish = _Wish()
    rest: list[str] = []
    at = 0
    while at < len(before):
        if length := _length(before, at):
            wish, at = wish.with_length(*length[:2]), length[2]
            continue
        if before[at] not in STOP_WORDS | words("around_story"):
            rest.append(before[at])
        at += 1
    if len(rest) > 4 or (rest and ctx.said.words[0] in ("what", "who", "why", "how")):
        return None
    known = [word for word in rest if word in _KNOWN]
    for at in range(len(after)):
        if length := _length(after, at):
            wish = wish.with_length(*length[:2])
            start = at - (at > 0 and after[at - 1] in _BEFORE_LENGTH)
            after = after[:start] + after[length[2] :]
            after = after[after[:1] == ["long"] :]
            break
    about = next((at + 1 for at, word in enumerate(after) if word in _ABOUT), 0)
    about = 4 if after[:4] == ["in", "which", "there", "is"] else about
    if not about and not known and after and after[0] not in words("behind_story"):
        return None
    subject = with_article(known[-1]) if known else ""
    if after[about:] and about:
        subject = " ".join(after[about:]).removesuffix(" please").strip(" .,")
    subject = flip(_as_written(subject, ctx))
    return replace(wish, subject=" ".join(subject.split()[:_MOST_SUBJECT]))


def _as_written(subject: str, ctx: Context) -> str:
    """Return the subject with the capitals it was typed with, or a name's."""
    at = ctx.said.text.rfind(subject)
    if not subject or at < 0:
        return subject
    return ctx.said.between(at, at + len(subject)).shown


def _length(said: Sequence[str], at: int) -> tuple[int, int, int] | None:
    """Read a length that begins at a word: "two minutes", "fifty words", "long".

    Returns:
        The words or the sentences that are wanted, and the index behind the length.

    """
    if span := parse_span(said, at):
        seconds = span[0].seconds + span[0].months * 30 * 86_400
        return round(seconds * WORDS_PER_MINUTE / 60), 0, span[1]
    number = parse_number(said, at)
    unit = said[number[1]].rstrip("s") if number and number[1] < len(said) else ""
    if number and unit == "word":
        return round(number[0]), 0, number[1] + 1
    if number and unit == "sentence":
        return 0, max(1, int(number[0])), number[1] + 1
    for size in (2, 1):
        if minutes := _LENGTHS.get(" ".join(said[at : at + size])):
            return round(float(minutes) * WORDS_PER_MINUTE), 0, at + size
    return (0, 1, at + 2) if said[at : at + 2] == ["single", "sentence"] else None
