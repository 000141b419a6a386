"""Tell what is asked for: the phrases that skills wait for stand in ``heard.yaml``."""

from functools import cache

from live_emulator.brain.script.phrases import Phrase, read_when
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import Found, Utterance

__all__ = ["heard"]

_DATA = data("rules", "heard.yaml")
_TABLES = {
    name: {text: text for text in texts.split(", ")}
    for name, texts in _DATA["tables"].items()
}
_DEEPEST = 3


@cache
def _phrases(name: str) -> tuple[Phrase, ...]:
    texts: list[str] = _DATA[name]
    for _ in range(_DEEPEST):
        for fragment, phrase in _DATA["fragments"].items():
            texts = [text.replace(f"<{fragment}>", phrase) for text in texts]
    found = (read_when(text, _TABLES) for text in texts)
    return tuple(phrase for phrase in found if isinstance(phrase, Phrase))


def heard(said: Utterance, name: str) -> Found | None:
    """Return the first phrase of a name that was said, with the words in its slots."""
    return next(filter(None, (p.found_in(said) for p in _phrases(name))), None)
