"""Take the pictures of notebooks that stand in the READMEs of chapters without a page.

``python -m assets.make_notebook_pictures`` shows the committed notebooks as a page
(nbconvert, light) in Chromium and takes a picture of one cell of each. Run it from
the root of the repository.
"""

import sys

import nbconvert

from assets.pages import ROOT, chromium, keep

WIDTH, HEIGHT = 900, 760

CELLS = {
    # picture: its notebook, and words in the cell that it shows
    "chapter-01": ("chapter_01/sdk-intro.ipynb", "print(log.as_text("),
    "chapter-02": ("chapter_02/audio-to-audio.ipynb", 'play("interruption.wav")'),
}


def main() -> int:
    """Take all pictures; return 1 if one is too large."""
    exporter = nbconvert.HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="lab", theme="light"
    )
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, (notebook, words) in CELLS.items():
            html, _ = exporter.from_filename(str(ROOT / notebook))
            page.set_content(html, wait_until="domcontentloaded")
            cell = page.locator(".jp-CodeCell", has_text=words).first
            if not keep(f"{name}.png", cell.screenshot()):
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
