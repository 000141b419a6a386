"""Take the pictures of notebooks that stand in the READMEs of chapters without a page.

``python -m assets.make_notebook_pictures`` shows the committed notebooks as a page
(nbconvert, light) in Chromium and takes a picture of a stretch of each. Run it from
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
WIDTH, MOST_HEIGHT = 900, 760
MOST_BYTES = 150_000

STRETCHES = {
    # picture: its notebook, and words in the cell at its top
    "chapter-01": ("chapter_01/sdk-intro.ipynb", "The words grow along"),
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
        page = browser.new_page(viewport={"width": WIDTH, "height": MOST_HEIGHT})
        for name, (notebook, beginning) in STRETCHES.items():
            html, _ = exporter.from_filename(str(ROOT / notebook))
            page.set_content(html, wait_until="domcontentloaded")
            cell = page.locator(".jp-Cell", has_text=beginning).first
            cell.evaluate("cell => cell.scrollIntoView({ block: 'start' })")
            picture = in_few_colours(page.screenshot())
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
