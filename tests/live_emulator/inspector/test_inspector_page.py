"""The inspector's page in a browser."""

import json
import re

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from live_emulator.emulator import Emulator
from live_emulator.protocol.closing import CLOSES, REASONS, cut_reason
from tests.live_emulator.inspector.test_inspector import PATH, SETUP

QUESTION = {"realtimeInput": {"text": "What is twelve times seven?"}}

DELAY = r"\d+ ms|\d+\.\d+ s"


@pytest.fixture
def live(live_api_workers):
    """Run an emulator that nobody else talks to."""
    with Emulator(speed=10, **live_api_workers) as emulator:
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
    # The browser itself complains of every request that is refused.
    assert [one for one in complaints if "400 (Bad Request)" not in one] == []


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
    """The three variables stand there, to be copied, for both kinds of shell."""
    page.locator("#empty").wait_for()
    for name, value in live.environment.items():
        assert f"export {name}='{value}'" in page.locator("#for-sh").inner_text()
        powershell = page.locator("#for-powershell").inner_text()
        assert f"$env:{name} = '{value}'" in powershell
    assert page.locator("#session").is_hidden()


def test_a_conversation_is_seen_without_a_reload(page, live):
    """Frames, figures and the end appear; audio chunks on request."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    seen = names(page)
    assert seen[:3] == ["setup", "setupComplete", "text"]
    assert "turnComplete" in seen
    assert "audio" not in seen
    figures = page.locator("#figures")
    assert figures.get_by_text("Turns", exact=True).locator("+ dd").inner_text() == "1"
    delay = figures.get_by_text("End of speech to first sound").locator("+ dd")
    assert re.fullmatch(DELAY, delay.inner_text())
    assert "websockets" in page.locator("#about-client").inner_text()
    page.get_by_label("Audio chunks").check()
    shown, of = re.findall(r"\d+", page.locator("#count").inner_text())
    assert shown == of


def test_each_turn_is_listed_with_its_delay_and_tokens(page, live):
    """The second tab, reached with the arrow keys; a turn leads to its first frame."""
    converse(live, {"setup": SETUP["setup"] | {"outputAudioTranscription": {}}})
    page.get_by_text("left by the client").wait_for()
    page.get_by_role("tab", name="Frames").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#frames-panel").is_hidden()
    cells = page.locator("#turn-rows tr").locator("td").all_inner_texts()
    asked, said, delay, cut, tokens = cells
    assert asked == "What is twelve times seven?"
    assert said == "Twelve times seven is eighty-four."
    assert re.fullmatch(DELAY, delay)
    assert cut == ""
    assert re.fullmatch(r"\d+ in, \d+ out", tokens)
    page.get_by_role("button", name="Turn 1").press("Enter")
    message = json.loads(page.locator("#json").inner_text())
    assert "modelTurn" in message["serverContent"]


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
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "json"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "frames"
    page.keyboard.press("Escape")
    assert page.locator("#json").is_hidden()


def test_a_click_on_the_timeline_chooses_the_frame(page, live):
    """A chunk of audio too, which the list then shows although it lists none else."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    page.locator("#lanes").click(position={"x": 8, "y": 80})
    about = page.locator("#about")
    assert "sent by the client" in about.inner_text()
    page.get_by_role("button", name="All", exact=True).click()
    box = page.locator("#lanes").bounding_box()
    page.locator("#lanes").click(position={"x": box["width"] / 2, "y": 200})
    assert "sent by the server" in about.inner_text()
    assert page.locator(".frame[aria-selected=true]").count() == 1


def test_the_timeline_is_scaled_by_keys(page, live):
    """Plus and minus change the scale, 0 shows all of the session."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    width = "document.getElementById('length').clientWidth"
    whole = page.evaluate(width)
    page.locator("#scroll").focus()
    for _ in range(6):
        page.keyboard.press("+")
    assert page.evaluate(width) > whole
    page.keyboard.press("0")
    seen = page.evaluate("document.getElementById('scroll').clientWidth")
    assert abs(page.evaluate(width) - seen) <= 1  # half pixels are rounded up or down


def test_a_refused_session_says_why_in_words(page, live):
    """The close code is explained and the reason shown."""
    refused(live)
    ending = page.locator("#ending")
    ending.get_by_text("Closed with 1008.").wait_for()
    assert "models/gone is not found" in ending.inner_text()
    assert "Use a model that lists bidiGenerateContent" in ending.inner_text()


def test_every_reason_of_the_emulator_is_explained(page):
    """No close is left with the meaning of its code alone."""
    reasons = [(close.code, cut_reason(close.reason)) for close in CLOSES.values()]
    reasons += [(one.code, cut_reason(one.text)) for one in REASONS.values()]
    unknown = page.evaluate(
        "async (reasons) => { const { endingOf } = await import('./closing.js');"
        "return reasons.filter(([code, reason]) => !endingOf(code, reason)); }",
        reasons,
    )
    assert unknown == []


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
    page.get_by_text("Paused, 1 new frame held").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.locator("#session-2").wait_for()


def test_a_session_fails_on_command(page, live):
    """The menu sends the fault to the session in view; the end says what it was."""
    url = f"{live.url.replace('http', 'ws')}{PATH}?key=any"
    with connect(url, proxy=None) as socket:
        socket.send(json.dumps(SETUP))
        socket.recv()
        page.locator("#session-1").wait_for()
        page.get_by_text("Make it fail").click()
        page.get_by_label("Fault", exact=True).select_option("late")
        page.get_by_text("every message comes later").wait_for()
        page.get_by_label("Settings, if any").fill("by=soon")
        page.get_by_role("button", name="Let it happen").click()
        page.get_by_text("by must be a time").wait_for()
        page.get_by_role("button", name="Let it happen").press("Escape")
        page.get_by_text("Make it fail").click()
        page.get_by_text("by must be a time").wait_for(state="hidden")
        page.locator("#title").click()
        page.get_by_role("button", name="Let it happen").wait_for(state="hidden")
        page.get_by_text("Make it fail").click()
        page.get_by_label("Fault", exact=True).select_option("drop")
        page.get_by_label("Settings, if any").fill("")
        page.get_by_role("button", name="Let it happen").click()
        with pytest.raises(ConnectionClosedError):
            socket.recv()
    page.get_by_text("Dropped on command.").wait_for()


def test_a_session_can_be_kept(page, live):
    """The download holds every frame, a line each."""
    converse(live)
    page.get_by_text("left by the client").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as JSON lines").click()
    assert download.value.suggested_filename == "session-1.jsonl"
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    head, first, *_ = map(json.loads, lines)
    assert head["model"] == "gemini-3.8-live"
    assert first["message"] == SETUP


def test_a_cassette_that_cannot_be_had_is_explained(context, live):
    """What the emulator answers stands on the page; otherwise it is saved."""
    page = context.new_page()  # the browser itself complains of a 410
    page.goto(f"{live.url}/inspector/")
    answers = [(410, "Its audio was forgotten."), (200, "{}")]

    def answer(route):
        status, body = answers.pop(0)
        route.fulfill(status=status, body=body, content_type="text/plain")

    page.route("**/sessions/1/cassette", answer)
    converse(live)
    page.get_by_text("left by the client").wait_for()
    page.get_by_role("button", name="Download cassette").click()
    page.get_by_text("Its audio was forgotten.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download cassette").click()
    assert download.value.suggested_filename == "session-1.cassette"


def test_a_new_emulator_in_the_place_of_the_old_one_is_noticed(
    context, live_api_workers
):
    """The page connects again by itself and says that what was before is gone."""
    page = context.new_page()
    with Emulator(speed=10, **live_api_workers) as live:
        page.goto(f"{live.url}/inspector/")
        page.locator("#empty").wait_for()
        refused(live)
        page.locator("#session-1").wait_for()
        port = int(live.url.rsplit(":", 1)[1])
    page.get_by_text("The emulator does not answer").wait_for()
    with Emulator(speed=10, port=port, **live_api_workers):
        page.get_by_text("The emulator was started anew").wait_for()
        page.locator("#empty").wait_for()
        assert page.locator("#session-1").count() == 0


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
