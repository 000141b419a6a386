"""Whether the text of a page can be read: colours, and the contrast they make."""

import re

__all__ = ["TEXT_COLOURS", "contrast"]

TEXT_COLOURS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    if (!text || parent.closest("noscript, title")) continue;
    if (!parent.checkVisibility()) continue;
    let behind = parent;
    const clear = (one) =>
      getComputedStyle(one).backgroundColor === "rgba(0, 0, 0, 0)";
    while (behind.parentElement && clear(behind)) behind = behind.parentElement;
    const style = getComputedStyle(parent);
    const colour = parent.closest("svg") ? style.fill : style.color;
    found.push([text.slice(0, 40), colour, getComputedStyle(behind).backgroundColor]);
  }
  return found;
}"""
"""For a page: every visible text, its colour, and the colour behind it."""


def contrast(first: str, second: str) -> float:
    """Compute the contrast of two CSS colours, as WCAG defines it."""
    lighter, darker = sorted(map(luminance, (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Compute the relative luminance of an opaque CSS colour, 0 to 1."""
    values = [float(value) for value in re.findall(r"[\d.]+", colour)]
    assert len(values) == 3, f"{colour} is not opaque"

    def linear(value: float) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
