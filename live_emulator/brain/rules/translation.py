"""Live translation: the sentences of ``translations.yaml``, for others its shape."""

from collections.abc import Iterator
from functools import cache

from live_emulator.brain.types import Say
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import canonical, sentences

__all__ = ["translate", "translation"]

_SOURCE = "en"
"""The language of what is not in the table: the built-in recogniser writes English."""

_NAMES: dict[str, str] = data("rules", "translations.yaml")["names"]


@cache
def _known() -> dict[str, dict[str, str]]:
    rows: list[dict[str, str]] = data("rules", "translations.yaml")["sentences"]
    return {canonical(text): row for row in reversed(rows) for text in row.values()}


def translation(text: str, language: str) -> str:
    """Return a text in another language, empty if one of its sentences isn't known.

    Args:
        text: A few sentences in English, Spanish, German or French.
        language: ``en``, ``es``, ``de`` or ``fr``.

    """
    rows = [_known().get(canonical(one), {}) for one in sentences(text)]
    return " ".join(row.get(language, "") for row in rows) if all(rows) else ""


def translate(text: str, target: str, echo: bool) -> Iterator[Say]:
    """Yield what a model that translates says of an utterance.

    For all but a few sentences that is what it would do.

    Args:
        text: What was said.
        target: Language code; empty stands for English.
        echo: What is in the target language already is said again (documented);
            otherwise it is left alone.

    """
    target = target or "en"
    language = target.split("-")[0].lower()
    known = translation(text, language)
    if known and canonical(known) != canonical(text):
        yield Say(known)
    elif language == _SOURCE or known:
        if echo and text:
            yield Say(text)
    elif text:
        name = _NAMES.get(language, target)
        yield Say(f"Emulated translation into {name}: {text}.")
