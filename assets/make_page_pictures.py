"""Take the pictures of the chapters' pages that stand in their READMEs.

``python -m assets.make_page_pictures`` takes all of them, or those that are named
(``... chapter_05``), in Chromium, from pages that were used: the emulator answers, and
the recordings in assets/audio speak. Run it from the root of the repository.
"""

import argparse
import base64
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from guide.audio_files import read_speech
from guide.commands.browser import find_browser
from live_emulator import Emulator
from tests.conftest import BROWSER_ARGUMENTS
from tests.page_server import page_server

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "assets" / "figures"
MICROPHONE = ROOT / "tests" / "chapter_05" / "microphone.js"
SIZE = ViewportSize(width=1080, height=860)
PATIENCE_MS = 60_000
MOST_BYTES = 150_000


def use_page_3(page: Page) -> None:
    """Open a session, ask the question that is there, and wait for the answer."""
    page.locator("#connect").click()
    page.locator("#send:not([disabled])").wait_for(timeout=PATIENCE_MS)
    page.locator("#send").click()
    page.get_by_text("eighty-four").first.wait_for(timeout=PATIENCE_MS)
    page.locator("#frames").get_by_text("turnComplete").last.wait_for(
        timeout=PATIENCE_MS
    )


def use_page_4(page: Page) -> None:
    """Have the text read that is there, and look while it is read."""
    page.locator("#speak").click()
    page.get_by_text("and so all").last.wait_for(timeout=PATIENCE_MS)
    progress = page.locator("#progress")
    while progress.evaluate("bar => bar.value / bar.max") < 0.6:
        page.wait_for_timeout(50)


def use_page_5(page: Page) -> None:
    """Ask for a story, and interrupt it with another question."""
    page.get_by_role("button", name="Start").click()
    _reaches(page, "listening")
    say(page, "tell-me-a-story")
    _reaches(page, "speaking")
    page.locator(".by-model .delay").wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(1200)  # some of it is to be heard
    say(page, "capital-of-france")
    page.locator(".unheard").wait_for(timeout=PATIENCE_MS)
    page.locator(".by-model").nth(1).wait_for(timeout=PATIENCE_MS)
    _reaches(page, "listening")


def use_page_7(page: Page) -> None:
    """Set a timer, fill the list, heat the oven, and look while it gets hot."""
    page.get_by_role("button", name="Start").click()
    _reaches(page, "listening")
    for text, argument in (
        ("Set a pasta timer for eight minutes.", "pasta"),
        ("Add milk and eggs to the shopping list.", "milk"),
        ("Heat the oven to 180 degrees.", "180"),
    ):
        page.locator("#text").fill(text)
        page.locator("#send").click()
        if text.startswith("Heat"):
            page.locator("#consent .yes").click(timeout=PATIENCE_MS)
        page.locator("#calls").get_by_text(argument).first.wait_for(timeout=PATIENCE_MS)
        page.locator("#said .by-model").last.wait_for(timeout=PATIENCE_MS)
        _reaches(page, "listening")
    page.locator("#chart-toggle").click()


PAGES: dict[str, Callable[[Page], None]] = {
    "chapter_03": use_page_3,
    "chapter_04": use_page_4,
    "chapter_05": use_page_5,
    "chapter_07": use_page_7,
}


def say(page: Page, name: str) -> None:
    """Speak one of the recordings into the page's microphone."""
    pcm = read_speech(ROOT / "assets" / "audio" / f"{name}.wav")
    page.evaluate("text => say(text)", base64.b64encode(pcm).decode())


def _reaches(page: Page, phase: str) -> None:
    page.locator(f"#stage[data-phase={phase}]").wait_for(timeout=PATIENCE_MS)


def open_page(browser: Any, port: int, folder: str, **options: Any) -> Page:
    """Open a chapter's page in a window of its own, with a microphone for tests."""
    context = browser.new_context(**{"viewport": SIZE, **options})
    context.add_init_script(path=MICROPHONE)
    page: Page = context.new_page()
    page.goto(f"http://localhost:{port}/{folder}/")
    return page


def in_few_colours(png: bytes) -> bytes:
    """Return the picture with 128 colours, which is enough for a page."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Take pictures; return 1 if one is too large."""
    parser = argparse.ArgumentParser(prog="python -m assets.make_page_pictures")
    parser.add_argument("folders", nargs="*", help="default: all of them")
    folders = parser.parse_args(arguments).folders or list(PAGES)
    with Emulator() as emulator, page_server(repository=ROOT) as port:
        os.environ["LIVE_EMULATOR_URL"] = emulator.url
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=list(BROWSER_ARGUMENTS)
            )
            for folder in folders:
                page = open_page(browser, port, folder, color_scheme="light")
                PAGES[folder](page)
                picture = in_few_colours(page.screenshot())
                path = FIGURES / f"{folder.replace('_', '-')}.png"
                if len(picture) > MOST_BYTES:
                    print(f"{path.name} would have {len(picture):,} bytes.")
                    return 1
                path.write_bytes(picture)
                print(f"{path.name}: {len(picture):,} bytes")
                page.context.close()
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
