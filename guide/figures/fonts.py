"""How wide a text is, and which of its letters can be drawn.

Matplotlib brings DejaVu Sans, which has Latin, Greek, Cyrillic, Hebrew and
Arabic letters. For other scripts the fonts of the machine are asked; what none of
them has is left out quietly, since a warning per letter would bury the figure.
"""

from functools import lru_cache
from typing import Final

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

__all__ = [
    "BASE_FAMILY",
    "cut",
    "drawable",
    "families_for",
    "text_width_in",
    "wrapped",
]

BASE_FAMILY: Final = "DejaVu Sans"

_OTHER_SCRIPTS: Final = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Hiragino Sans",
    "PingFang SC",
    "Yu Gothic",
    "Microsoft YaHei",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "WenQuanYi Micro Hei",
    "Kohinoor Devanagari",
    "Nirmala UI",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Leelawadee UI",
    "Thonburi",
)
"""Fonts of the systems readers have, in order of preference."""

_MISSING: Final = "…"

_FINE_DPI: Final = 1000
"""Fine enough for hinting not to change a width by more than a hundredth or two."""


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[str, frozenset[int]], ...]:
    """Return the fonts for other scripts that this machine has, with letters."""
    names = set(font_manager.fontManager.get_font_names())
    return tuple(
        (family, _letters(family)) for family in _OTHER_SCRIPTS if family in names
    )


@lru_cache(maxsize=32)
def _letters(family: str) -> frozenset[int]:
    path = font_manager.findfont(FontProperties(family=family))
    return frozenset(font_manager.get_font(path).get_charmap())


def _is_plain(text: str) -> bool:
    return _letters(BASE_FAMILY).issuperset(map(ord, text))


def families_for(text: str) -> list[str]:
    """Return the fonts to draw a text with, the usual one first."""
    if _is_plain(text):
        return [BASE_FAMILY]
    wanted = {ord(letter) for letter in text}
    others = [family for family, letters in _installed() if wanted & letters]
    return [BASE_FAMILY, *others]


def drawable(text: str) -> str:
    """Return a text in one line, with letters no font has replaced by one "…"."""
    text = " ".join(text.split())
    if _is_plain(text):
        return text
    known = set(_letters(BASE_FAMILY))
    for _, letters in _installed():
        known |= letters
    kept: list[str] = []
    for letter in text:
        if ord(letter) in known:
            kept.append(letter)
        elif ord(letter) not in _INVISIBLE and kept[-1:] != [_MISSING]:
            kept.append(_MISSING)
    return "".join(kept)


_INVISIBLE: Final = frozenset([0x200D, *range(0xFE00, 0xFE10)])
"""Joiners and variation selectors, which say how to draw the letter before."""


@lru_cache(maxsize=8)
def _font(families: tuple[str, ...], bold: bool, italic: bool) -> FT2Font:
    paths = [
        font_manager.findfont(
            FontProperties(
                family=family,
                weight="bold" if bold else "normal",
                style="italic" if italic else "normal",
            )
        )
        for family in families
    ]
    return font_manager.get_font(paths)


@lru_cache(maxsize=4096)
def text_width_in(
    text: str, size: float, *, bold: bool = False, italic: bool = False
) -> float:
    """Return the width of a drawable text in inches; `size` is in points."""
    font = _font(tuple(families_for(text)), bold, italic)
    font.set_size(size, _FINE_DPI)
    font.set_text(text, 0.0)
    width, _ = font.get_width_height()
    return float(width) / 64 / _FINE_DPI


def cut(text: str, size: float, width_in: float, *, bold: bool = False) -> str:
    """Drop the end of a text, at a word if possible, until it fits."""
    if text_width_in(text, size, bold=bold) <= width_in:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        shorter = text[:middle].rstrip() + "…"
        if text_width_in(shorter, size, bold=bold) <= width_in:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    at_word = kept.rfind(" ")
    if at_word > low // 2:
        kept = kept[:at_word]
    kept = kept.rstrip(" ,;:.…")
    return kept + "…" if kept else ""


def wrapped(
    text: str, size: float, width_in: float, max_lines: int, *, bold: bool = False
) -> list[str]:
    """Break a text into at most so many lines; the last says if more was cut."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < max_lines:
        taken = 1
        while (
            taken < len(words)
            and text_width_in(" ".join(words[: taken + 1]), size, bold=bold) <= width_in
        ):
            taken += 1
        if len(lines) == max_lines - 1:
            taken = len(words)
        lines.append(cut(" ".join(words[:taken]), size, width_in, bold=bold))
        words = words[taken:]
    return [line for line in lines if line]
