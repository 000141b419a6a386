"""The page in Firefox, with a sound card: one spoken turn.

Playwright drives its own Firefox alone, so this takes the one that is installed and
Puppeteer, from a lock file, kept in the user's cache.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs
import pytest

from guide.chapters import REPOSITORY
from guide.commands.system_packages import find_node
from tests.chapter_02.virtual_sound_card import VirtualSoundCard

HERE = Path(__file__).parent / "firefox"
CACHE = Path(platformdirs.user_cache_dir("live_guide", appauthor=False))
QUESTION = REPOSITORY / "assets" / "audio" / "capital-of-france.wav"


@pytest.fixture(scope="module")
def firefox():
    """Return a Firefox that is installed."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        pytest.skip("There is no Firefox on this machine.")
    return found


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
    """Return the library that drives Firefox, installed once."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing; it comes with node.")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / f"firefox-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            pytest.skip(f"Puppeteer could not be installed: {done.stderr.strip()}")
        (folder / "done").touch()
    found = folder / "node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js"
    assert found.is_file(), found
    return found


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_a_spoken_question_is_answered_in_firefox(port, firefox, sound_card, puppeteer):
    """Microphone, worklets, player and socket work there as they do in Chromium."""
    node, sentence = find_node()
    assert node, sentence
    address = f"http://localhost:{port}/chapter_05/"
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
        "what is the capital of france",
        "The capital of France is Paris.",
    ]
    assert "Hz, sent as 16,000 Hz" in said["measured"]
    assert said["complaints"] == []
