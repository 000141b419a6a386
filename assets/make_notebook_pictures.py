"""Take the pictures of notebooks that stand in the READMEs of chapters without a page.

``python -m assets.make_notebook_pictures`` shows the committed notebooks as a page
(nbconvert, light) in Chromium and takes a picture of one cell of each. Run it from
the root of the repository.
"""

import io
import sys
from pathlib import Path

import nbconvert
from PIL import Image
from playwright.sync_api import sync_playwright

from guide.commands.browser import find_browser
from tests.conftest import BROWSER_ARGUMENTS

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "assets" / "figures"
WIDTH, HEIGHT = 900, 760
MOST_BYTES = 150_000

CELLS = {
    # picture: its notebook, and words in the cell that it shows
    "chapter-01": ("chapter_01/sdk-intro.ipynb", "print(log.as_text("),
    "chapter-02": ("chapter_02/audio-to-audio.ipynb", 'play("interruption.wav")'),
}


def in_few_colours(png: bytes) -> bytes:
    """Return the picture with 128 colours, which is enough for text and charts."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> int:
    """Take all pictures; return 1 if one is too large."""
    exporter = nbconvert.HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="lab", theme="light"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=list(BROWSER_ARGUMENTS)
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, (notebook, words) in CELLS.items():
            html, _ = exporter.from_filename(str(ROOT / notebook))
            page.set_content(html, wait_until="domcontentloaded")
            cell = page.locator(".jp-CodeCell", has_text=words).first
            picture = in_few_colours(cell.screenshot())
            path = FIGURES / f"{name}.png"
            if len(picture) > MOST_BYTES:
                print(f"{path.name} would have {len(picture):,} bytes.")
                return 1
            path.write_bytes(picture)
            print(f"{path.name}: {len(picture):,} bytes")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
