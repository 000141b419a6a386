"""Turn written text into the words that are spoken, as the recogniser spells them.

Lower case, no punctuation, digits as words: ``"Set 2 timers, 20%!"`` becomes
``set two timers twenty percent``.
"""

import re
import unicodedata

__all__ = ["number_words", "spoken_words", "spoken_sentences"]

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_SYMBOLS = {
    "%": " percent ",
    "&": " and ",
    "+": " plus ",
    "=": " equals ",
    "×": " times ",
    "÷": " divided by ",
    "°": " degrees ",
    "@": " at ",
    "$": " dollars ",
    "€": " euros ",
    "£": " pounds ",
}
_MAX_NUMBER_DIGITS = 12

_SENTENCE_END = re.compile(r"[.!?;:]+(?=\s|$)|\n+")
_THOUSANDS_COMMA = re.compile(r"(?<=\d),(?=\d{3}\b)")
_DECIMALS = re.compile(r"(?<=\d)\.(\d+)")
_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"\d+|[a-z]+(?:'[a-z]+)*")


def number_words(number: int) -> list[str]:
    """Return a whole number from 0 up to a trillion as English words."""
    if number < 20:
        return [_UNITS[number]]
    if number < 100:
        tens, unit = divmod(number, 10)
        return [_TENS[tens], *([_UNITS[unit]] if unit else [])]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        words = [_UNITS[hundreds], "hundred"]
        return words + (number_words(rest) if rest else [])
    for scale, name in _SCALES:
        if number >= scale:
            many, rest = divmod(number, scale)
            words = [*number_words(many), name]
            return words + (number_words(rest) if rest else [])
    raise AssertionError(number)


def _digits(token: str) -> list[str]:
    too_long = len(token) > _MAX_NUMBER_DIGITS
    if too_long or (token[0] == "0" and len(token) > 1):
        return [_UNITS[int(digit)] for digit in token]
    return number_words(int(token))


def spoken_words(text: str) -> list[str]:
    """Return the words of a text; identifiers such as ``getWeather`` are split."""
    text = text.replace("’", "'").replace("ʼ", "'")  # noqa: RUF001
    for symbol, spoken in _SYMBOLS.items():
        text = text.replace(symbol, spoken)
    text = _THOUSANDS_COMMA.sub("", text)
    text = _DECIMALS.sub(lambda match: " point " + " ".join(match[1]), text)
    text = _CASE_CHANGE.sub(" ", text)
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    words: list[str] = []
    for token in _TOKEN.findall(plain):
        words += _digits(token) if token.isdigit() else [token]
    return words


def spoken_sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence of a text, empty ones left out."""
    sentences = (spoken_words(part) for part in _SENTENCE_END.split(text))
    return [words for words in sentences if words]
