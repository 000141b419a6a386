"""Translate what stands in ``translations.yaml``, and nothing else."""

from functools import cache

from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import canonical, sentences

__all__ = ["translation"]


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
