"""The inspector's page in a browser."""

import json
import re

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from live_emulator.emulator import Emulator
from tests.live_emulator.inspector.test_inspector import PATH, SETUP

QUESTION = {"realtimeInput": {"text": "What is twelve times seven?"}}


@pytest.fixture
def live():
    """Run an emulator that nobody else talks to."""
    with Emulator(speed=10) as emulator:
        yield emulator


@pytest.fixture
def page(context, live):
    """Open the inspector; whatever it complains about fails the test."""
    complaints = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live.url}/inspector/")
    page.locator("#link[data-state=ready]").wait_for()
    yield page
    assert not complaints


def converse(live, setup=SETUP):
    """Ask one question and hear the answer."""
    url = f"{live.url.replace('http', 'ws')}{PATH}?key=any"
    with connect(url, proxy=None, max_size=None) as socket:
        socket.send(json.dumps(setup))
        socket.send(json.dumps(QUESTION))
        for message in socket:
            if "turnComplete" in json.loads(message).get("serverContent", {}):
                return


def refused(live):
    """Ask for a model that does not exist."""
    url = f"{live.url.replace('http', 'ws')}{PATH}?key=any"
    with connect(url, proxy=None) as socket:
        socket.send('{"setup": {"model": "models/gone"}}')
        with pytest.raises(ConnectionClosedError):
            socket.recv()


def names(page):
    """Return the names of the frames in the list."""
    return page.locator(".frame .name").all_inner_texts()


def test_before_the_first_session_the_page_says_how_to_begin(page, live):
    """An empty page would explain nothing."""
    port = live.url.rsplit(":", 1)[1]
    command = page.locator("#command").inner_text()
    assert command == f"python -m live_emulator env --port {port}"
    assert page.locator("#session").is_hidden()


def test_a_conversation_is_seen_without_a_reload(page, live):
    """Frames, figures and the end appear; audio chunks on request."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    seen = names(page)
    assert seen[:3] == ["setup", "setupComplete", "text"]
    assert "turnComplete" in seen
    assert "audio" not in seen
    assert (
        page.locator("#figures").get_by_text("Turns").locator("+ dd").inner_text()
        == "1"
    )
    page.get_by_label("Audio chunks").check()
    shown, of = re.findall(r"\d+", page.locator("#count").inner_text())
    assert shown == of


def test_frames_are_found_and_read_by_keyboard(page, live):
    """Type to filter, move with the arrow keys, read what is chosen."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    page.get_by_label("Find").fill("setup")
    page.locator("#frames").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert json.loads(page.locator("#json").inner_text()) == {"setupComplete": {}}
    active = page.locator("#frames").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"


def test_a_refused_session_says_why_in_words(page, live):
    """The close code is explained and the reason shown."""
    refused(live)
    ending = page.locator("#ending")
    ending.get_by_text("Closed with 1008.").wait_for()
    assert "models/gone is not found" in ending.inner_text()


def test_an_older_session_stays_when_a_newer_begins(page, live):
    """Choosing one ends following the newest."""
    refused(live)
    converse(live)
    page.locator("#session-1").click()
    assert not page.get_by_label("Follow the newest").is_checked()
    refused(live)
    page.locator("#session-3").wait_for()
    assert page.locator("#title").inner_text() == "Session 1: gone"


def test_nothing_moves_while_paused(page, live):
    """And nothing is lost."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    page.get_by_role("button", name="Pause").click()
    refused(live)
    # Two pictures later all that came would have been drawn.
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => "
        "requestAnimationFrame(done)))"
    )
    assert page.locator("#session-2").count() == 0
    page.get_by_role("button", name="Go on").click()
    page.locator("#session-2").wait_for()


def test_a_session_can_be_kept(page, live):
    """The download holds every frame, a line each."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download session").click()
    assert download.value.suggested_filename == "session-1.jsonl"
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    head, first, *_ = map(json.loads, lines)
    assert head["model"] == "gemini-3.8-live"
    assert first["message"] == SETUP


def test_an_emulator_that_stops_is_noticed(context):
    """The page says so instead of looking alive; it does not hold the emulator up."""
    page = context.new_page()
    with Emulator() as live:
        page.goto(f"{live.url}/inspector/")
        page.locator("#link[data-state=ready]").wait_for()
    page.get_by_text("The emulator does not answer").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width_px", [390, 1440])
def test_the_page_fits(page, live, scheme, width_px):
    """No sideways scroll on a phone; the timeline has been drawn in."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width_px, "height": 800})
    converse(live)
    page.get_by_text("left by the client").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width_px
    drawn = page.locator("#lanes").evaluate(
        "(canvas) => canvas.getContext('2d')"
        ".getImageData(0, 0, canvas.width, canvas.height).data.some((one) => one > 0)"
    )
    assert drawn
