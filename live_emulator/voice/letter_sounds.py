"""Guess how a word is pronounced from its letters.

The rules were learned from the CMU dictionary by `letter_sounds_training`: what a
letter sounds like between certain letters before and behind it.
"""

from functools import cache
from pathlib import Path

__all__ = ["CONTEXTS", "RULES_FILE", "LetterSounds", "key"]

CONTEXTS = ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (4, 4))
"""How many letters before and behind are looked at, few first."""

RULES_FILE = Path(__file__).with_name("letter_sounds.txt")


def key(word: str, index: int, level: int) -> str:
    """Return how a letter with its surroundings is written in the rules."""
    before, behind = CONTEXTS[level]
    padded = "_" * before + word + "_" * behind
    middle = index + before
    left, right = padded[index:middle], padded[middle + 1 : middle + 1 + behind]
    return f"{left}<{word[index]}>{right}"


@cache
def _rules() -> dict[str, tuple[str, ...]]:
    lines = RULES_FILE.read_text(encoding="utf-8").splitlines()
    rules = {}
    for line in lines:
        context, *sounds = line.split()
        rules[context] = tuple(sounds)
    return rules


class LetterSounds:
    """A word of the letters a to z in, its sounds in ARPAbet out."""

    def __init__(self) -> None:
        self._rules = _rules()

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the sounds of a word; other characters are passed over."""
        letters = "".join(c for c in word.lower() if "a" <= c <= "z")
        sounds: list[str] = []
        for index in range(len(letters)):
            for level in reversed(range(len(CONTEXTS))):
                rule = self._rules.get(key(letters, index, level))
                if rule is not None:
                    sounds += rule
                    break
        return tuple(sounds)
