"""Read the data files of the brain: every value in them is a text."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["data", "words"]

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""LibYAML's is ten times as fast; PyYAML's own wheels have it."""


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
