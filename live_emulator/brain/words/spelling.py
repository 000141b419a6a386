"""One spelling for every word: American, lower case, contractions written out."""

import unicodedata
from functools import lru_cache

from live_emulator.brain.words.data import data

__all__ = ["MAX_WORD", "canonical_forms"]

MAX_WORD = 40

_AMERICAN: dict[str, str] = data("words", "words.yaml")["american"]
_CONTRACTIONS: dict[str, str] = data("words", "words.yaml")["contractions"]

_IS_AFTER = frozenset(
    "what who where when how that there it he she here name why this".split()
)

_ENDINGS = {"'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}


@lru_cache(maxsize=4096)
def canonical_forms(token: str) -> tuple[str, ...]:
    """Return the canonical words of one word as it was written."""
    word = unicodedata.normalize("NFKC", token).casefold()
    word = word.replace("\u2019", "'").replace("\u02bc", "'")[:MAX_WORD]
    if word in _CONTRACTIONS:
        return tuple(_CONTRACTIONS[word].split())
    if word in _AMERICAN:
        return tuple(_AMERICAN[word].split())
    if "'" in word:
        if word.endswith("n't"):
            return word[:-3], "not"
        if word.endswith("'s") and word[:-2] in _IS_AFTER:
            return word[:-2], "is"
        for ending, verb in _ENDINGS.items():
            if word.endswith(ending):
                return word[: -len(ending)], verb
    return (word,)
