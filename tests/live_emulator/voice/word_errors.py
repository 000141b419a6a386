"""Compare what was heard with what was said, as the benchmarks do, too."""

import re

from live_emulator.brain.words.numbers import to_words

__all__ = ["word_errors", "words"]


def words(text: str, digit_by_digit: bool = False) -> list[str]:
    """Return the words of a text as they are spoken."""

    def spoken(number: re.Match[str]) -> str:
        parts = list(number[0]) if digit_by_digit else [number[0]]
        return f" {' '.join(to_words(int(part)) for part in parts)} "

    text = text.lower().replace("’", "'").replace("mr.", "mister")  # noqa: RUF001
    text = text.replace("%", " percent").replace("favourite", "favorite")
    text = re.sub(r"\d+", spoken, text.replace("colour", "color"))
    return re.findall(r"[a-z']+", text.replace("-", " "))


def word_errors(wanted: str, heard: str) -> int:
    """Return how many words differ, however numbers are read."""
    return min(_distance(words(wanted), words(heard, way)) for way in (False, True))


def _distance(first: list[str], second: list[str]) -> int:
    row = list(range(len(second) + 1))
    for number, left in enumerate(first):
        above, row[0] = row[0], number + 1
        for index, right in enumerate(second):
            cost = min(row[index + 1] + 1, row[index] + 1, above + (left != right))
            above, row[index + 1] = row[index + 1], cost
    return row[-1]
