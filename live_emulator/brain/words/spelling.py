"""One spelling for every word: American, lower case, contractions written out."""

import unicodedata
from functools import lru_cache

__all__ = ["MAX_WORD", "canonical_forms"]

MAX_WORD = 40

_AMERICAN = {
    "colour": "color",
    "colours": "colors",
    "coloured": "colored",
    "favourite": "favorite",
    "favourites": "favorites",
    "grey": "gray",
    "centre": "center",
    "theatre": "theater",
    "theatres": "theaters",
    "neighbour": "neighbor",
    "metre": "meter",
    "metres": "meters",
    "kilometre": "kilometer",
    "kilometres": "kilometers",
    "litre": "liter",
    "litres": "liters",
    "programme": "program",
    "behaviour": "behavior",
    "honour": "honor",
    "flavour": "flavor",
    "maths": "math",
    "mum": "mom",
    "yoghurt": "yogurt",
    "cosy": "cozy",
    "jewellery": "jewelry",
    "recognise": "recognize",
    "apologise": "apologize",
    "summarise": "summarize",
    "organise": "organize",
    "memorise": "memorize",
    "capitalise": "capitalize",
    "centimetre": "centimeter",
    "centimetres": "centimeters",
    "spelt": "spelled",
    "travelling": "traveling",
    "cancelled": "canceled",
    "alright": "all right",
    "ok": "okay",
    "hi": "hello",
    "hey": "hello",
    "hiya": "hello",
    "hallo": "hello",
    "goodbye": "goodbye",
    "thankyou": "thank you",
    "everybody": "everyone",
    "alphabetical": "alphabet",
}

_CONTRACTIONS = {
    "can't": "can not",
    "cannot": "can not",
    "cant": "can not",
    "won't": "will not",
    "wont": "will not",
    "shan't": "shall not",
    "ain't": "am not",
    "let's": "let us",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "isnt": "is not",
    "whats": "what is",
    "whos": "who is",
    "wheres": "where is",
    "hows": "how is",
    "thats": "that is",
    "im": "i am",
    "ive": "i have",
    "youre": "you are",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "gimme": "give me",
    "lemme": "let me",
    "o'clock": "o'clock",
}

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
