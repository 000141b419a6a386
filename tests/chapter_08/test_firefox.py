"""The page in Firefox, with a sound card: its own recorder, decoded by the server."""

from pathlib import Path

import pytest

from tests.chapter_05.test_firefox import firefox, hold_turn, puppeteer, sound_card

__all__ = ["firefox", "puppeteer", "sound_card"]

HERE = Path(__file__).parent / "firefox"


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_what_firefox_records_is_understood(server, firefox, sound_card, puppeteer):
    """Its WebM is cut otherwise than Chromium's; nothing is missing or damaged."""
    address = f"{server.url}/chapter_08/"
    said = hold_turn(HERE / "talk.mjs", address, firefox, puppeteer, sound_card)
    assert said["words"] == [
        "What is the capital of France?",
        "The capital of France is Paris.",
    ]
    assert "silence" not in said["summary"]
