"""Shape what is said: sentences, lists, the change of person, plain words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from live_emulator.brain.words.normalise import Utterance, proper

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

_TITLES = r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bMs)"
_END = re.compile(
    _TITLES + r"[.!?\u2026]+[\"')\]\u201d\u2019]*(?=\s)|[\u3002\uff01\uff1f]+|\n+"
)
_SPACE = re.compile(r"\s+")


def word_count(text: str) -> int:
    """Count words the way a listener would: runs between spaces."""
    return len(text.split())


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences; joined by spaces they are the text again."""
    parts: list[str] = []
    start = 0
    for match in _END.finditer(text):
        parts.append(text[start : match.end()])
        start = match.end()
    parts.append(text[start:])
    whole = (_SPACE.sub(" ", part).strip() for part in parts)
    return [piece for part in whole if part for piece in _pieces(part)]


def _pieces(text: str) -> Iterable[str]:
    """Cut a sentence without an end, so that speech can start before it is over."""
    words = text.split(" ")
    while len(words) > _MAX_SENTENCE_WORDS:
        cut = _MAX_SENTENCE_WORDS
        for index in range(_MAX_SENTENCE_WORDS, _MAX_SENTENCE_WORDS // 2, -1):
            if words[index - 1].endswith((",", ";", ":")):
                cut = index
                break
        yield " ".join(words[:cut])
        words = words[cut:]
    yield " ".join(words)


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
    text = _SPACE.sub(" ", text).strip()
    if not text:
        return ""
    text = capitalised(text.rstrip(",;:"))
    return text if text[-1] in ".!?\u3002\u2026" else text + "."


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


_AN_EXCEPTIONS = ("one", "uni", "use", "eu")


def with_article(noun: str) -> str:
    """Return the noun with "a" or "an" in front."""
    lower = noun.lower()
    vowel = lower[:1] in tuple("aeiou") and not lower.startswith(_AN_EXCEPTIONS)
    return f"{'an' if vowel or lower.startswith('hour') else 'a'} {noun}"


_FLIPS = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "am": "are",
    "you": "I",
    "your": "my",
    "yours": "mine",
    "yourself": "myself",
    "we": "you",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "i'm": "you're",
    "i've": "you've",
    "i'll": "you'll",
    "i'd": "you'd",
}
_AFTER_VERB = frozenset(
    "to for with about of from at by than like love hate help tell told ask asked "
    "give thank see hear know want need show call miss on".split()
)
_PARTS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[\W_]+")


def flip(text: str) -> str:
    """Turn what the user said about themselves into what is said back to them."""
    parts = _PARTS.findall(text)
    out: list[str] = []
    previous = ""
    for index, part in enumerate(parts):
        lower = part.lower().replace("\u2019", "'")
        flipped = _FLIPS.get(lower)
        if lower == "you":
            flipped = "me" if previous in _AFTER_VERB or not parts[index + 1 :] else "I"
        elif lower == "are" and previous == "you":
            flipped = "am"
        elif lower == "was" and previous == "i":
            flipped = "were"
        elif lower == "were" and previous == "you":
            flipped = "was"
        out.append(flipped if flipped is not None else part)
        if part[:1].isalnum():
            previous = lower
    return "".join(out)


def flip_words(said: Utterance) -> str:
    """Return the utterance with the person changed, names with capitals."""
    return flip(proper(said.original.rstrip(" .!?,;:")))


_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LOOSE_MARK = re.compile(r" ([,.;:!?](?: |$))")
_MARKUP = re.compile(r"[*_`#<>|~{}\[\]\\^]+")


def speakable(text: str) -> str:
    """Return a foreign text without what can't be spoken.

    Links become "a link"; markup, control characters and pictographs go.
    """
    text = _MARKUP.sub(" ", _LINK.sub("a link", text))
    plain = "".join(
        character
        for character in text
        if character.isspace()
        or unicodedata.category(character) not in ("So", "Cc", "Cf", "Cs", "Co", "Cn")
    )
    return _LOOSE_MARK.sub(r"\1", _SPACE.sub(" ", plain)).strip()
