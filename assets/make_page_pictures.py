"""Take the pictures of the chapters' pages that stand in their READMEs.

``python -m assets.make_page_pictures`` takes all of them, or those that are named
(``... chapter_05``), in Chromium, from pages that were used: the emulator answers, and
the recordings in assets/audio speak. Run it from the root of the repository.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, ViewportSize

from assets.pages import PATIENCE_MS, aim, keep, pages, reaches, say
from tests.chapter_08.conftest import running

SIZE = ViewportSize(width=1080, height=860)
HEIGHTS = {"chapter_06": 1090, "chapter_08": 1540}
"""Of pages with something to see below the conversation."""


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
    reaches(page, "listening")
    say(page, "tell-me-a-story")
    reaches(page, "speaking")
    page.locator(".by-model .delay").wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(1200)  # some of it is to be heard
    say(page, "capital-of-france")
    page.locator(".unheard").wait_for(timeout=PATIENCE_MS)
    page.locator(".by-model").nth(1).wait_for(timeout=PATIENCE_MS)
    reaches(page, "listening")


def use_page_6(page: Page) -> None:
    """Ask what the soup costs, then share a screen and ask about that."""
    aim(page, "camera", "menu.jpg")
    aim(page, "screen", "error-window.png")
    page.get_by_role("button", name="Start").click()
    reaches(page, "listening")
    page.get_by_role("button", name="Camera", exact=True).click()
    page.locator("#strip li").first.wait_for(timeout=PATIENCE_MS)
    say(page, "price-of-the-soup")
    page.locator(".by-model", has_text="5.20").wait_for(timeout=PATIENCE_MS)
    reaches(page, "listening")
    page.get_by_role("button", name="Stop camera").click()
    page.get_by_role("button", name="Share screen").click()
    page.locator("#strip li", has_text="Screen").first.wait_for(timeout=PATIENCE_MS)
    say(page, "title-of-the-window")
    reaches(page, "speaking")
    page.locator(".by-model", has_text="Backup").wait_for(timeout=PATIENCE_MS)


def use_page_7(page: Page) -> None:
    """Set a timer, fill the list, heat the oven, and look while it gets hot."""
    page.get_by_role("button", name="Start").click()
    reaches(page, "listening")
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
        reaches(page, "listening")
    page.locator("#chart-toggle").click()


def use_page_8(page: Page) -> None:
    """Ask, lose a piece of what is recorded, and look at what became of it."""
    page.get_by_role("button", name="Start").click()
    reaches(page, "listening")
    say(page, "capital-of-france")
    page.locator(".by-model .delay").wait_for(timeout=PATIENCE_MS)
    reaches(page, "listening")
    page.get_by_role("button", name="Lose the next piece").click()
    page.get_by_text("of silence").first.wait_for(timeout=PATIENCE_MS)


@contextmanager
def own_server(folder: str) -> Iterator[int | None]:
    """Run the server of a chapter that has one; yields its port, None without one."""
    if folder != "chapter_08":
        yield None
        return
    with TemporaryDirectory() as kept, running(Path(kept)) as server:
        yield server.port


PAGES: dict[str, Callable[[Page], None]] = {
    "chapter_03": use_page_3,
    "chapter_04": use_page_4,
    "chapter_05": use_page_5,
    "chapter_06": use_page_6,
    "chapter_07": use_page_7,
    "chapter_08": use_page_8,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Take pictures; return 1 if one is too large."""
    parser = argparse.ArgumentParser(prog="python -m assets.make_page_pictures")
    parser.add_argument("folders", nargs="*", help="default: all of them")
    folders = parser.parse_args(arguments).folders or list(PAGES)
    with pages() as all_pages:
        for folder in folders:
            size = ViewportSize(SIZE, height=HEIGHTS.get(folder, SIZE["height"]))
            with own_server(folder) as port:
                page = all_pages.open(folder, port, viewport=size)
                PAGES[folder](page)
                page.evaluate("scrollTo(0, 0)")
                kept = keep(f"{folder.replace('_', '-')}.png", page.screenshot())
                page.context.close()
            if not kept:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
