"""Find out how words are pronounced: from the dictionary, its parts, or letters."""

from collections.abc import Callable

from live_emulator.voice.letter_sounds import LetterSounds

__all__ = ["Pronouncer"]

_BETTER = {
    "thirty": ["TH ER D IY"],
    "forty": ["F AO R D IY"],
    "seventy": ["S EH V AH N D IY", "S EH V AH N T IY"],
    "eighty": ["EY D IY"],
    "ninety": ["N AY N D IY"],
}
"""As Americans say them; the dictionary's sounds are those of thirteen and so on,
but for the N, which is easily missed."""

_VOICELESS = frozenset({"P", "T", "K", "F", "TH"})
_HISSING = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_SHORTEST_PART = 3
_NAMES_OF_LETTERS = {
    "a": "EY",
    "b": "B IY",
    "c": "S IY",
    "d": "D IY",
    "e": "IY",
    "f": "EH F",
    "g": "JH IY",
    "h": "EY CH",
    "i": "AY",
    "j": "JH EY",
    "k": "K EY",
    "l": "EH L",
    "m": "EH M",
    "n": "EH N",
    "o": "OW",
    "p": "P IY",
    "q": "K Y UW",
    "r": "AA R",
    "s": "EH S",
    "t": "T IY",
    "u": "Y UW",
    "v": "V IY",
    "w": "D AH B AH L Y UW",
    "x": "EH K S",
    "y": "W AY",
    "z": "Z IY",
}


class Pronouncer:
    """Words in, pronunciations in ARPAbet out, the likeliest first."""

    def __init__(self, look_up: Callable[[str], str | None]) -> None:
        """Take a dictionary: a word in, sounds or None out."""
        self._look_up = look_up
        self._guess = LetterSounds()

    def __call__(self, word: str) -> list[str]:
        """Return the ways to say a lower-case word; empty if there is none."""
        known = _BETTER.get(word) or self._known(word)
        if known:
            return known
        if word.endswith("'s"):
            stems = self(word.removesuffix("'s"))
            return [f"{stem} {_plural(stem)}" for stem in stems]
        if word.endswith("s") and (stems := self._known(word[:-1])):
            return [f"{stem} {_plural(stem)}" for stem in stems]
        compound = self._compound(word)
        if compound:
            return [compound]
        guessed = " ".join(self._guess(word))
        spelled = " ".join(_NAMES_OF_LETTERS.get(letter, "") for letter in word)
        if not set(word) & set("aeiouy"):
            return [spelled] if spelled.strip() else []
        # A short unknown word may be an abbreviation that is read letter by letter.
        ways = [guessed, spelled] if len(word) <= 4 else [guessed]
        return [way for way in ways if way.strip()]

    def _known(self, word: str) -> list[str]:
        ways = []
        name, number = word, 1
        while sounds := self._look_up(name):
            ways.append(sounds)
            number += 1
            name = f"{word}({number})"
        return ways

    def _compound(self, word: str) -> str:
        """Return the sounds of a word made of two known ones, such as websocket."""
        for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            first, second = self._look_up(word[:cut]), self._look_up(word[cut:])
            if first and second:
                return f"{first} {second}"
        return ""


def _plural(stem: str) -> str:
    last = stem.split()[-1]
    if last in _HISSING:
        return "IH Z"
    return "S" if last in _VOICELESS else "Z"
