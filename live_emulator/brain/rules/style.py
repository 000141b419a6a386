"""Apply what the instruction says about the form of every answer."""

import re
from collections.abc import Iterable, Iterator, Sequence

from live_emulator.brain.rules.instruction import Persona
from live_emulator.brain.types import ReplyPart, Say
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import canonical
from live_emulator.brain.words.speech import (
    sentence,
    speakable,
    split_sentences,
    word_count,
)

__all__ = ["cut", "styled"]

_REFUSAL = "I would rather not talk about that."
_PIRATE: dict[str, str] = data("words", "words.yaml")["pirate"]
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
    """Tell whether one of some words is said, in the singular or the plural."""
    said = f" {canonical(text)} " if forbidden else ""
    for plain in filter(None, map(canonical, forbidden)):
        forms = (plain, f"{plain}s", plain.removesuffix("s"))
        if any(f" {form} " in said for form in forms):
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
    left = None if verbatim else max_sentences
    opening, dropped = _opening(persona), False
    opened = False
    for part in parts:
        if not isinstance(part, Say):
            yield part
            continue
        whole = not persona.forbidden and left is None
        lines = [part.text] if whole else split_sentences(part.text)
        kept = [line for line in lines if not _mentions(line, persona.forbidden)]
        dropped = dropped or len(kept) < len(lines)
        kept = kept[:left]
        left = None if left is None else left - len(kept)
        if kept:
            text = " ".join(kept) if verbatim else _spoken(" ".join(kept), persona)
            yield Say(text if opened else f"{opening} {text}".strip())
            opened = True
    if dropped and not opened:
        opened = True
        yield Say(f"{opening} {_REFUSAL}".strip())
    if opened and persona.closing:
        yield Say(sentence(persona.closing))


def _spoken(text: str, persona: Persona) -> str:
    text = speakable(text) if _UNSPEAKABLE.search(text) else text
    return _pirate(text) if persona.pirate else text


def _opening(persona: Persona) -> str:
    text = persona.opening or ("Arr." if persona.pirate else "")
    return text if text[-1:] in tuple(".!?,:") or not text else text + "."


def cut(parts: Iterable[ReplyPart], max_words: int | None) -> Iterator[ReplyPart]:
    """Yield parts until a number of words is reached, at a sentence's end if possible.

    The first sentence is cut inside if it alone is too long.
    """
    left, said = max_words, False
    for part in parts:
        if not isinstance(part, Say) or left is None:
            yield part
            continue
        kept: list[str] = []
        for line in split_sentences(part.text) if left > 0 else ():
            if word_count(line) > left:
                kept += [] if said or kept else [_shorter(line, left)]
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
    ends = (n for n in range(words, words // 2, -1) if parts[n - 1][-1] in ",;:")
    return sentence(" ".join(parts[: next(ends, words)]).rstrip(",;:-"))
