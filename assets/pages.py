"""What the makers of pictures share: pages in Chromium, somebody who speaks to them."""

import base64
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from guide.audio_files import read_speech
from guide.commands.browser import find_browser
from live_emulator import Emulator
from tests.conftest import BROWSER_ARGUMENTS
from tests.page_server import page_server

__all__ = [
    "FIGURES",
    "PATIENCE_MS",
    "ROOT",
    "Pages",
    "aim",
    "chromium",
    "keep",
    "pages",
    "reaches",
    "say",
]

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "assets" / "figures"
PATIENCE_MS = 60_000
_TESTS = ROOT / "tests"
_SENSES = (_TESTS / "chapter_05" / "microphone.js", _TESTS / "chapter_06" / "sights.js")
_MOST_BYTES = 150_000


class Pages:
    """The chapters' pages, with the emulator behind them."""

    def __init__(self, browser: Browser, port: int, emulator: Emulator) -> None:
        self._browser = browser
        self._port = port
        self.emulator = emulator

    def open(self, folder: str, port: int | None = None, **options: Any) -> Page:
        """Open a chapter's page, with a microphone and a camera for tests.

        It comes from the page server, unless another `port` is given.
        """
        context = self._browser.new_context(color_scheme="light", **options)
        for script in _SENSES:
            context.add_init_script(path=script)
        page: Page = context.new_page()
        page.goto(f"http://localhost:{port or self._port}/{folder}/")
        return page


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=list(BROWSER_ARGUMENTS)
        )
        yield browser
        browser.close()


@contextmanager
def pages() -> Iterator[Pages]:
    """Serve the pages, and an emulator."""
    with Emulator() as emulator, page_server(repository=ROOT) as port:
        os.environ["LIVE_EMULATOR_URL"] = emulator.url
        with chromium() as browser:
            yield Pages(browser, port, emulator)


def say(page: Page, name: str) -> None:
    """Begin to speak one of the recordings into the page's microphone."""
    pcm = read_speech(ROOT / "assets" / "audio" / f"{name}.wav")
    page.evaluate("text => { say(text); }", base64.b64encode(pcm).decode())


def aim(page: Page, source: str, name: str) -> None:
    """Hold one of the pictures to the camera, or show it on the screen."""
    text = base64.b64encode((ROOT / "assets" / "pictures" / name).read_bytes()).decode()
    page.evaluate("([source, text]) => aim(source, text)", [source, text])


def reaches(page: Page, phase: str) -> None:
    """Wait until the conversation is in a phase."""
    page.locator(f"#stage[data-phase={phase}]").wait_for(timeout=PATIENCE_MS)


def keep(name: str, png: bytes) -> bool:
    """Write a picture with 128 colours, which are enough; False if it is too large."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    picture = small.getvalue()
    print(f"{name}: {len(picture):,} bytes")
    if len(picture) > _MOST_BYTES:
        print(f"That is more than {_MOST_BYTES:,} bytes.")
        return False
    (FIGURES / name).write_bytes(picture)
    return True
