"""Read the data files of the brain: every value in them is a text."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["alternatives", "data", "patterns", "words"]

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""LibYAML's is ten times as fast; PyYAML's own wheels have it."""


_FRAGMENTS_DEEP = 3


@cache
def data(package: str, name: str) -> dict[str, Any]:
    """Return the content of a file in a package of the brain."""
    text = files(f"live_emulator.brain.{package}").joinpath(name).read_text("utf-8")
    content: dict[str, Any] = yaml.load(text, _Loader)
    return content


@cache
def words(key: str) -> frozenset[str]:
    """Return a list of words, or of phrases with commas between them."""
    text = data("words", "words.yaml")[key]
    return frozenset(text.split(", ") if "," in text else text.split())


def alternatives(key: str) -> str:
    """Return the words or phrases of a list as a regular expression."""
    return "|".join(sorted(words(key), key=lambda phrase: (-len(phrase), phrase)))


@cache
def patterns(key: str) -> tuple[re.Pattern[str], ...]:
    """Return regular expressions of ``patterns.yaml``, their fragments written out."""
    texts = data("rules", "patterns.yaml")
    sources: list[str] = texts[key]
    for _ in range(_FRAGMENTS_DEEP):
        for name, fragment in texts["fragments"].items():
            # "(?P<count>" is a group, and "<count>" a fragment.
            part = re.compile(rf"(?<!\?P)<{name}>")
            sources = [fragment.join(part.split(one)) for one in sources]
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)
