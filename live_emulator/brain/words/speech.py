"""Shape what is said: sentences, lists, the change of person, plain words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from live_emulator.brain.words.data import data, words
from live_emulator.brain.words.normalise import TITLES, Utterance, proper

__all__ = [
    "capitalised",
    "chunks",
    "flip",
    "flip_words",
    "joined",
    "plural",
    "sentence",
    "shortened",
    "speakable",
    "split_sentences",
    "with_article",
    "word_count",
]

_MAX_SENTENCE_WORDS = 60
_END = re.compile(
    TITLES + r"[.!?\u2026]+[\"')\]\u201d\u2019]*(?=\s)|[\u3002\uff01\uff1f]+|\n+"
)
_AN_EXCEPTIONS = ("one", "uni", "use", "eu")
_FLIPS: dict[str, str] = data("words", "words.yaml")["flips"]
_AFTER_VERB = words("before_me")
_PARTS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[\W_]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LOOSE_MARK = re.compile(r" ([,.;:!?](?: |$))")
_MARKUP = re.compile(r"[*_`#<>|~{}\[\]\\^]+")
_UNSPEAKABLE = frozenset(("So", "Cc", "Cf", "Cs", "Co", "Cn"))


def word_count(text: str) -> int:
    """Count words the way a listener would: runs between spaces."""
    return len(text.split())


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences; joined by spaces they are the text again."""
    ends = [match.end() for match in _END.finditer(text)]
    parts = (text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True))
    return [piece for part in parts for piece in _pieces(part.split()) if piece]


def _pieces(said: list[str]) -> Iterable[str]:
    """Cut a sentence without an end, so that speech can start before it is over."""
    most = _MAX_SENTENCE_WORDS
    while len(said) > most:
        commas = (n for n in range(most, most // 2, -1) if said[n - 1][-1] in ",;:")
        end = next(commas, most)
        yield " ".join(said[:end])
        said = said[end:]
    yield " ".join(said)


def chunks(text: str, words: int = 12) -> list[str]:
    """Group the sentences of a text, the first alone so that speech can start."""
    groups: list[str] = []
    for part in split_sentences(text):
        if len(groups) > 1 and word_count(groups[-1]) < words:
            groups[-1] = f"{groups[-1]} {part}"
        else:
            groups.append(part)
    return groups


def capitalised(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return the text as a sentence: a capital first and a full stop last."""
    text = capitalised(" ".join(text.split()).rstrip(",;:"))
    return text if text[-1:] in tuple(".!?\u3002\u2026") or not text else text + "."


def joined(items: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def shortened(text: str, words: int = 14) -> str:
    """Return the beginning of a long text, in whole words."""
    parts = text.split()
    if len(parts) <= words and len(text) <= 12 * words:
        return text
    return " ".join(parts[:words])[: 12 * words].rstrip(",;:.!?") + " and so on"


def plural(count: int, noun: str) -> str:
    """Return the noun as it stands behind a number."""
    return noun if count == 1 else f"{noun}s"


def with_article(noun: str) -> str:
    """Return the noun with "a" or "an" in front."""
    lower = noun.lower()
    vowel = lower[:1] in tuple("aeiou") and not lower.startswith(_AN_EXCEPTIONS)
    return f"{'an' if vowel or lower.startswith('hour') else 'a'} {noun}"


def flip(text: str) -> str:
    """Turn what the user said about themselves into what is said back to them."""
    parts = _PARTS.findall(text)
    out: list[str] = []
    previous = ""
    for index, part in enumerate(parts):
        lower = part.lower().replace("\u2019", "'")
        flipped = _FLIPS.get(f"{previous} {lower}") or _FLIPS.get(lower, part)
        if lower == "you":
            flipped = "me" if previous in _AFTER_VERB or not parts[index + 1 :] else "I"
        out.append(flipped)
        previous = lower if part[0].isalnum() else previous
    return "".join(out)


def flip_words(said: Utterance) -> str:
    """Return the utterance with the person changed, names with capitals."""
    return flip(proper(said.original.rstrip(" .!?,;:")))


def speakable(text: str) -> str:
    """Return a foreign text without what can't be spoken.

    Links become "a link"; markup, control characters and pictographs go.
    """
    plain = "".join(
        character
        for character in _MARKUP.sub(" ", _LINK.sub("a link", text))
        if character.isspace() or unicodedata.category(character) not in _UNSPEAKABLE
    )
    return _LOOSE_MARK.sub(r"\1", " ".join(plain.split()))
