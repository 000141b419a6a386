"""The page in Firefox, with a sound card: its own recorder, decoded by the server."""

import json
import subprocess
from pathlib import Path

import pytest

from guide.commands.system_packages import find_node
from tests.chapter_05.test_firefox import QUESTION, firefox, puppeteer, sound_card

__all__ = ["firefox", "puppeteer", "sound_card"]

HERE = Path(__file__).parent / "firefox"


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_what_firefox_records_is_understood(server, firefox, sound_card, puppeteer):
    """Its WebM is cut otherwise than Chromium's; nothing is missing or damaged."""
    node, sentence = find_node()
    assert node, sentence
    address = f"{server.url}/chapter_08/"
    browser = subprocess.Popen(
        [node, HERE / "talk.mjs", address, firefox, puppeteer],
        env=sound_card.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with browser:
        assert browser.stdout is not None
        assert browser.stdout.readline() == "listening\n"
        sound_card.say(QUESTION)
        said = json.loads(browser.stdout.readline())
    assert browser.returncode == 0
    assert said["words"] == [
        "What is the capital of France?",
        "The capital of France is Paris.",
    ]
    assert "silence" not in said["summary"]
    assert said["complaints"] == []
