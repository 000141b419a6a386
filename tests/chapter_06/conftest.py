"""The page of chapter 6, with a microphone, a camera and a screen of the tests."""

import base64
import json
import time
from pathlib import Path

import pytest

from guide.chapters import REPOSITORY
from tests.chapter_05.conftest import (
    MICROPHONE,
    PATIENCE_MS,
    Chat,
    live,
    port,
    visiting,
)

__all__ = ["live", "port"]

SIGHTS = Path(__file__).with_name("sights.js").read_text("utf-8")
PICTURES = REPOSITORY / "assets" / "pictures"


class Seeing(Chat):
    """The page of chapter 6, as somebody uses it."""

    def aim(self, source, name):
        """Hold a picture of assets/pictures to the camera, or show it on the screen."""
        text = base64.b64encode((PICTURES / name).read_bytes()).decode()
        self.page.evaluate("([source, text]) => aim(source, text)", [source, text])

    def types(self, text):
        """Type a question and send it."""
        self.page.get_by_label("Type a question").fill(text)
        self.page.keyboard.press("Enter")

    def has_shown(self, count, source=""):
        """Wait until so many frames are in the strip; returns the strip's lines."""
        items = self.page.locator("#strip li")
        if source:
            items = items.filter(has_text=source)
        items.nth(count - 1).wait_for(timeout=PATIENCE_MS)
        return items.all_inner_texts()

    def is_set_up(self, live, *settings):
        """Wait until the latest session was set up with these settings."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while True:
            setup = next((one.text for one in live.sessions[-1].frames), "")
            if all(setting in setup for setting in settings):
                break
            assert time.monotonic() < deadline, setup
            self.page.wait_for_timeout(50)
        self.reaches("listening")


def frames(live):
    """Return the messages with a picture that the latest session was sent."""
    sent = [
        json.loads(one.text).get("realtimeInput", {})
        for one in live.sessions[-1].frames
        if one.direction == "client"
    ]
    return [one for one in sent if "video" in one]


def counted(live):
    """Return the tokens for pictures that the service counted last."""
    usages = [
        json.loads(one.text)["usageMetadata"]
        for one in live.sessions[-1].frames
        if one.direction == "server" and "usageMetadata" in one.text
    ]
    details = usages[-1]["promptTokensDetails"]
    return sum(one["tokenCount"] for one in details if one["modality"] == "IMAGE")


@pytest.fixture
def visit(browser, port):
    """Open the page; whatever it complains about in the console fails the test."""
    address = f"http://localhost:{port}/chapter_06/"
    with visiting(browser, address, Seeing, [MICROPHONE, SIGHTS]) as visit:
        yield visit
