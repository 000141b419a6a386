"""The sentences a vocabulary expects, as words."""

from collections.abc import Iterable

from live_emulator.voice.jsgf import SLOT, Network
from live_emulator.voice.wording import spoken_sentences

__all__ = ["expected_sentences"]

_MAX_WORDS = 4000


def expected_sentences(
    phrases: Iterable[str], network: Network | None
) -> list[list[str]]:
    """Return what is said in the phrases and some sentences of the grammar.

    Up to a sensible amount; an open slot is left out of its sentence.
    """
    sentences = [sentence for text in phrases for sentence in spoken_sentences(text)]
    if network is not None:
        for sentence in network.sentences():
            words = [word for word in sentence if word != SLOT]
            sentences += [words] if words else []
    kept: list[list[str]] = []
    total = 0
    for sentence in sentences:
        total += len(sentence)
        if total > _MAX_WORDS:
            break
        kept.append(sentence)
    return kept
