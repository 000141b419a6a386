"""The page in Firefox, with a sound card and a pretended camera and screen."""

from pathlib import Path

import pytest

from tests.chapter_05.test_firefox import firefox, hold_turn, puppeteer, sound_card
from tests.chapter_06.conftest import PICTURES

__all__ = ["firefox", "puppeteer", "sound_card"]

HERE = Path(__file__).parent
QUESTION = PICTURES.parent / "audio" / "price-of-the-soup.wav"


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_camera_and_screen_are_seen_in_firefox(port, firefox, sound_card, puppeteer):
    """A menu is asked about by voice, and a window in writing."""
    address = f"http://localhost:{port}/chapter_06/"
    script, sights = HERE / "firefox" / "look.mjs", HERE / "sights.js"
    more = (sights, PICTURES / "menu.jpg", PICTURES / "error-window.png")
    browser = (firefox, puppeteer, sound_card)
    said = hold_turn(script, address, *browser, *more, question=QUESTION)
    assert "5.20" in said["words"][0]
    assert "Backup" in said["words"][1]
    assert said["frames"][0].startswith("Camera") and "256 tokens" in said["frames"][0]
    assert said["frames"][-1].startswith("Screen")
    assert said["state"] == "The model sees your screen."
