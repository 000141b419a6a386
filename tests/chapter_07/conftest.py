"""The page of chapter 7, with a microphone of the tests."""

import json

import pytest

from tests.chapter_05.conftest import (
    MICROPHONE,
    PATIENCE_MS,
    Chat,
    live,
    port,
    visiting,
)

__all__ = ["live", "port"]


class KitchenPage(Chat):
    """The page of chapter 7, as somebody uses it."""

    def types(self, text):
        """Type a request and send it."""
        self.page.get_by_label("Type a request").fill(text)
        self.page.keyboard.press("Enter")

    def card(self, title, state=None):
        """Wait for the newest card of a function, in a state if one is named."""
        cards = self.page.locator("#calls > li").filter(has_text=title)
        if state is not None:
            cards = cards.and_(self.page.locator(f"[data-state={state}]"))
        cards.first.wait_for(timeout=PATIENCE_MS)
        return cards.first

    def hears(self, text):
        """Wait until the model has said something, as far as it is transcribed."""
        words = self.page.locator(".by-model .words").filter(has_text=text)
        words.last.wait_for(timeout=PATIENCE_MS)
        return words.last.inner_text()

    def sets(self, **choices):
        """Choose settings by the ids of their menus."""
        settings = self.page.locator("#settings")
        if settings.get_attribute("open") is None:
            settings.locator("summary").click()
        for menu, value in choices.items():
            self.page.locator(f"#{menu}").select_option(value)


def sent(live, field):
    """Return what the latest session was sent in messages of one kind."""
    frames = live.sessions[-1].frames
    messages = [json.loads(one.text) for one in frames if one.direction == "client"]
    return [message[field] for message in messages if field in message]


def responses(live):
    """Return the results of functions that the latest session was sent."""
    answers = [one["functionResponses"] for one in sent(live, "toolResponse")]
    return [response for answer in answers for response in answer]


@pytest.fixture
def visit(browser, port):
    """Open the page of chapter 7."""
    address = f"http://localhost:{port}/chapter_07/"
    with visiting(browser, address, KitchenPage, [MICROPHONE]) as visit:
        yield visit
