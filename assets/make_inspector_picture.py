"""Take the picture of the inspector: a spoken conversation, looked at afterwards.

``python -m assets.make_inspector_picture`` speaks with the page of chapter 7 in
Chromium: a question, a story that is interrupted, a function that is called. Run it
from the root of the repository.
"""

import sys

from playwright.sync_api import Page

from assets.pages import PATIENCE_MS, keep, pages, reaches, say

HEARD_MS = 3_000
"""How much of the story is heard before the user interrupts."""


def converse(page: Page) -> None:
    """Hold a conversation of four turns, and end it."""
    page.get_by_role("button", name="Start").click()
    reaches(page, "listening")
    say(page, "capital-of-france")
    answered(page, 1)
    reaches(page, "listening")
    say(page, "tell-me-a-story")
    reaches(page, "speaking")
    page.wait_for_timeout(HEARD_MS)
    say(page, "set-a-timer")
    page.locator("#calls li, #calls tr").first.wait_for(timeout=PATIENCE_MS)
    answered(page, 3)
    reaches(page, "listening")
    say(page, "weather-in-rome")
    answered(page, 4)
    reaches(page, "listening")
    page.locator("#end").click()
    reaches(page, "closed")


def answered(page: Page, count: int) -> None:
    """Wait until there are so many answers."""
    page.locator("#said .by-model").nth(count - 1).wait_for(timeout=PATIENCE_MS)


def main() -> int:
    """Take the picture; return 1 if it is too large."""
    with pages() as all_pages:
        page = all_pages.open("chapter_07", viewport={"width": 1440, "height": 900})
        converse(page)
        page.goto(f"{all_pages.emulator.url}/inspector/")
        page.locator(".frame .name", has_text="toolCall").first.click()
        page.wait_for_timeout(500)  # the waveforms are drawn in steps
        return 0 if keep("inspector.png", page.screenshot()) else 1


if __name__ == "__main__":
    sys.exit(main())
