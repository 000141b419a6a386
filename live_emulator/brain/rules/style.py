"""Apply what the instruction says about the form of every answer."""

import re
from collections.abc import Iterable, Iterator, Sequence

from live_emulator.brain.rules.instruction import Persona
from live_emulator.brain.types import ReplyPart, Say
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.speech import (
    sentence,
    speakable,
    split_sentences,
    word_count,
)

__all__ = ["cut", "styled"]

_REFUSAL = "I would rather not talk about that."

_PIRATE = {
    "hello": "ahoy",
    "yes": "aye",
    "my": "me",
    "you": "ye",
    "your": "yer",
    "friend": "matey",
    "is not": "be not",
    "money": "doubloons",
    "sir": "cap'n",
}
_PIRATE_WORD = re.compile(
    r"\b(" + "|".join(sorted(_PIRATE, key=len, reverse=True)) + r")\b", re.IGNORECASE
)


_UNSPEAKABLE = re.compile(
    r"[*_`#<>|~{}\[\]\\^\x00-\x1f\u2000-\uffff\U00010000-\U0010ffff]|https?:|www\."
)
"""What foreign words may bring along that can not be spoken; or may be, look twice."""


def _pirate(text: str) -> str:
    def swap(match: re.Match[str]) -> str:
        word = _PIRATE[match[0].lower()]
        return word.capitalize() if match[0][0].isupper() else word

    return _PIRATE_WORD.sub(swap, text)


def _mentions(text: str, forbidden: Sequence[str]) -> bool:
    if not forbidden:
        return False
    words = f" {canonical(text)} "
    for item in forbidden:
        plain = canonical(item)
        if plain and (f" {plain} " in words or f" {plain}s " in words):
            return True
        if plain.endswith("s") and f" {plain[:-1]} " in words:
            return True
    return False


def styled(
    parts: Iterable[ReplyPart],
    persona: Persona,
    verbatim: bool = False,
    max_sentences: int | None = None,
) -> Iterator[ReplyPart]:
    """Yield a reply in the form the instruction demands.

    Args:
        parts: The reply as the skills gave it.
        persona: The instruction as it was read.
        verbatim: The words are the user's own and stay as they are.
        max_sentences: How many sentences may be said; does not count for the
            user's own words.

    """
    if persona.verbatim and verbatim:
        yield from parts
        return
    said = 0
    opened = False
    dropped = False
    for part in parts:
        if not isinstance(part, Say):
            yield part
            continue
        whole = not persona.forbidden and (verbatim or max_sentences is None)
        lines = [part.text] if whole else split_sentences(part.text)
        kept = [line for line in lines if not _mentions(line, persona.forbidden)]
        dropped = dropped or len(kept) < len(lines)
        limit = None if verbatim else max_sentences
        if limit is not None:
            kept = kept[: max(0, limit - said)]
        if not kept:
            continue
        said += len(kept)
        text = " ".join(kept)
        if not verbatim and _UNSPEAKABLE.search(text):
            text = speakable(text)
        if persona.pirate and not verbatim:
            text = _pirate(text)
        if not opened:
            opened = True
            text = f"{_opening(persona)} {text}".strip()
        yield Say(text)
    if dropped and not opened:
        opened = True
        yield Say(f"{_opening(persona)} {_REFUSAL}".strip())
    if opened and persona.closing:
        yield Say(sentence(persona.closing))


def _opening(persona: Persona) -> str:
    if persona.opening:
        text = persona.opening
        return text if text[-1] in ".!?,:" else text + "."
    return "Arr." if persona.pirate else ""


def cut(parts: Iterable[ReplyPart], max_words: int | None) -> Iterator[ReplyPart]:
    """Yield parts until a number of words is reached, at a sentence's end if possible.

    The first sentence is cut inside if it alone is too long.
    """
    if max_words is None:
        yield from parts
        return
    left = max_words
    said = False
    for part in parts:
        if not isinstance(part, Say):
            yield part
            continue
        if left <= 0:
            continue
        kept: list[str] = []
        for line in split_sentences(part.text):
            if word_count(line) > left:
                if not said and not kept:
                    kept.append(_shorter(line, left))
                left = 0
                break
            kept.append(line)
            left -= word_count(line)
        if kept:
            said = True
            yield Say(" ".join(kept))


def _shorter(line: str, words: int) -> str:
    """Cut one sentence, behind a comma if there is one late enough."""
    parts = line.split()[:words]
    for index in range(len(parts), len(parts) // 2, -1):
        if parts[index - 1][-1] in ",;:":
            parts = parts[:index]
            break
    return sentence(" ".join(parts).rstrip(",;:-"))
