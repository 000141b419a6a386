"""The page in Firefox, with a sound card: one spoken turn.

Playwright drives its own Firefox alone, so this takes the one that is installed and
Puppeteer.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from guide.chapters import REPOSITORY
from guide.commands.system_packages import find_node
from tests.chapter_02.virtual_sound_card import VirtualSoundCard
from tests.javascript.packages import (
    PackagesMissing,
    find_firefox,
    find_firefox_driver,
)

HERE = Path(__file__).parent / "firefox"
QUESTION = REPOSITORY / "assets" / "audio" / "capital-of-france.wav"


@pytest.fixture(scope="module")
def firefox():
    """Return a Firefox that is installed."""
    try:
        return find_firefox()
    except PackagesMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def sound_card():
    """Start a sound card made of software; Firefox plays nothing without one."""
    if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
        pytest.skip("There is no PulseAudio to make a sound card of.")
    # The name of a socket has room for 108 characters, which pytest's folders exceed.
    with tempfile.TemporaryDirectory() as folder, VirtualSoundCard(folder) as card:
        yield card


@pytest.fixture(scope="module")
def puppeteer():
    """Return the library that drives Firefox."""
    try:
        return find_firefox_driver()
    except PackagesMissing as missing:
        pytest.skip(str(missing))


def hold_turn(
    script, address, firefox, puppeteer, sound_card, *more, question=QUESTION
):
    """Run a script for Firefox, speak when it says so; returns what it found."""
    node, sentence = find_node()
    assert node, sentence
    browser = subprocess.Popen(
        [node, script, address, firefox, puppeteer, *more],
        env=sound_card.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with browser:
        assert browser.stdout is not None
        assert browser.stdout.readline() == "listening\n"
        sound_card.say(question)
        found = json.loads(browser.stdout.readline())
    assert browser.returncode == 0
    assert found["complaints"] == []
    return found


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_a_spoken_question_is_answered_in_firefox(port, firefox, sound_card, puppeteer):
    """Microphone, worklets, player and socket work there as they do in Chromium."""
    address = f"http://localhost:{port}/chapter_05/"
    said = hold_turn(HERE / "talk.mjs", address, firefox, puppeteer, sound_card)
    assert said["words"] == [
        "What is the capital of France?",
        "The capital of France is Paris.",
    ]
    assert "Hz, sent as 16,000 Hz" in said["measured"]
