"""The page in a browser, by keyboard alone, with the emulator behind it."""

import json
import re

import pytest

from live_emulator import Emulator
from tests.legibility import TEXT_COLOURS, contrast
from tests.page_server import page_server

SCHEMES = ("light", "dark")
SECRETS = re.compile(r"auth_tokens|access_token|x-goog-api-key|[?&]key=")


@pytest.fixture(scope="module")
def port(repository):
    """Start a page server on the real repository; returns its port."""
    with page_server(repository=repository) as port:
        yield port


@pytest.fixture
def visit(browser, port, emulator, monkeypatch):
    """Open the page; whatever it complains about fails the test."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    contexts, complaints = [], []

    def open_page(expected=(), **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()

        def complain(text):
            if not any(part in text for part in expected):
                complaints.append(text)

        page.on("console", lambda message: complain(message.text))
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(f"http://localhost:{port}/chapter_03/")
        page.get_by_text("No session.").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def press_until(page, selector):
    """Go on with the tabulator until an element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} can't be reached with the keyboard.")


def open_session(page):
    press_until(page, "#connect")
    page.keyboard.press("Enter")
    page.get_by_text("The session is open.").wait_for()


def frames(page):
    """Return direction and names of the frames that are shown."""
    return page.locator("li.frame:visible").evaluate_all(
        """rows => rows.map(row => [
          row.className.replace("frame ", ""),
          row.querySelector(".frame-names").textContent,
        ])"""
    )


def test_an_exchange_by_keyboard_alone(visit):
    """Open a session, ask, read the answer and its frames, filter, close."""
    page = visit()
    open_session(page)
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.press("Enter")
    page.locator("#talk .model", has_text="eighty-four").wait_for()
    page.get_by_text("The session is open.").wait_for()
    shown = frames(page)
    assert shown[:3] == [
        ["sent", "setup"],
        ["received", "setupComplete"],
        ["sent", "clientContent"],
    ]
    assert shown[-1] == ["received", "serverContent turnComplete usageMetadata"]
    assert any("modelTurn" in names and "audio" in names for _, names in shown)
    press_until(page, ".frame-filter.audio input")
    page.keyboard.press("Space")
    assert not any("audio" in names for _, names in frames(page))
    press_until(page, ".frame-search")
    page.keyboard.type("usage")
    assert [names for _, names in frames(page)] == [shown[-1][1]]
    press_until(page, "summary.frame-line")
    page.keyboard.press("Enter")
    page.locator("pre:visible", has_text='"totalTokenCount": 185').wait_for()
    press_until(page, "#disconnect")
    page.keyboard.press("Enter")
    page.get_by_text("No session.").wait_for()
    assert page.evaluate("document.activeElement.id") == "connect"
    assert page.locator("#closed").is_hidden()


def test_the_answer_is_heard(visit):
    """As much sound is scheduled as was received, one chunk after the other."""
    page = visit()
    page.evaluate(
        """() => {
          window.heard = [];
          const start = AudioBufferSourceNode.prototype.start;
          AudioBufferSourceNode.prototype.start = function (at) {
            const { duration, sampleRate } = this.buffer;
            const peak = Math.max(...this.buffer.getChannelData(0).map(Math.abs));
            window.heard.push({ at, duration, sampleRate, peak });
            start.call(this, at);
          };
        }"""
    )
    open_session(page)
    page.keyboard.press("Enter")
    page.locator("#talk .model", has_text="eighty-four").wait_for()
    page.get_by_text("The session is open.").wait_for()
    heard = page.evaluate("window.heard")
    assert {one["sampleRate"] for one in heard} == {24_000}
    assert sum(one["duration"] for one in heard) == pytest.approx(1.54, abs=0.1)
    assert 0.3 < max(one["peak"] for one in heard) <= 1
    for first, second in zip(heard, heard[1:], strict=False):
        assert second["at"] >= first["at"] + first["duration"] - 1e-6


def test_a_second_question_silences_the_first_answer(visit):
    """What was interrupted is struck out, and not played to its end."""
    page = visit()
    page.evaluate(
        """() => {
          window.stopped = 0;
          const stop = AudioBufferSourceNode.prototype.stop;
          AudioBufferSourceNode.prototype.stop = function () {
            window.stopped += 1;
            stop.call(this);
          };
        }"""
    )
    open_session(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("Tell me a long story.")
    page.keyboard.press("Enter")
    page.locator("#talk .model", has_text="harbor").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("What is twelve times seven?")
    page.keyboard.press("Enter")
    page.locator("#talk .model:not(.gone)", has_text="eighty-four").wait_for()
    assert "harbor" in page.locator("#talk .model.gone").inner_text()
    assert page.evaluate("window.stopped") > 0
    assert any("interrupted" in names for _, names in frames(page))


MISTAKES = {
    "Mistake: a field in the wrong place": (1007, 'Unknown name "temperature"'),
    "Mistake: a setting this model does not take": (1007, "Thinking level is not"),
    "Mistake: a question before the setup": (1007, "setup must be the first"),
}


@pytest.mark.parametrize("label", MISTAKES)
def test_a_refused_setup_is_explained(visit, label):
    """Code, reason and what to do stand where the reader looks."""
    code, reason = MISTAKES[label]
    page = visit()
    page.get_by_label("Begin with").select_option(label)
    press_until(page, "#connect")
    page.keyboard.press("Enter")
    box = page.get_by_role("alert").filter(has_text=f"Closed with {code}")
    box.wait_for()
    assert reason in box.inner_text()
    assert len(box.locator("p[id]:not(:empty)").all()) == 4
    more = box.get_by_role("link").get_attribute("href")
    assert more.endswith(f"/chapter_03/close-codes.md#{code}")
    assert frames(page)[-1][0] == "closed"
    assert page.evaluate("document.activeElement.id") == "connect"


def test_every_other_message_can_be_sent(visit):
    """Each example of the menu is answered, or closes the session with a reason."""
    page = visit()
    labels = page.locator("#later option").all_text_contents()
    assert len(labels) >= 6
    for label in labels:
        if page.locator("#connect").is_enabled():
            page.focus("#connect")
            page.keyboard.press("Enter")
            page.get_by_text("The session is open.").wait_for()
        page.locator("#any").evaluate("details => details.open = true")
        page.get_by_label("For example").select_option(label)
        page.get_by_role("button", name="Send this message").click()
        if label.startswith("Mistake"):
            page.get_by_text("Closed with 1007").wait_for()
            page.get_by_text("No session.").wait_for()
    sent = [names for direction, names in frames(page) if direction == "sent"]
    assert sent[-1] == "setup"


def test_what_is_no_json_is_said_before_anything_is_sent(visit, emulator):
    """The editor keeps the text and gets the focus."""
    page = visit()
    before = len(emulator.sessions)
    page.get_by_label("The message, to edit as you like").first.fill('{"setup": ')
    page.get_by_role("button", name="Open a session").click()
    page.get_by_text("This is not JSON yet").wait_for()
    assert page.evaluate("document.activeElement.id") == "setup"
    assert len(emulator.sessions) == before


def test_an_emulator_that_is_gone_is_named(visit, monkeypatch):
    """The page says how to start it, and can be used again."""
    page = visit(expected=("502",))
    monkeypatch.setenv("LIVE_EMULATOR_URL", "http://127.0.0.1:1")
    page.get_by_role("button", name="Open a session").click()
    page.get_by_role("alert").filter(has_text="python3 guide.py").wait_for()
    assert page.locator("#connect").is_enabled()


def test_a_lost_connection_is_explained(visit, monkeypatch):
    """An emulator that ends in the middle of a session leaves a sentence."""
    with Emulator() as other:
        page = visit(expected=("WebSocket",))
        monkeypatch.setenv("LIVE_EMULATOR_URL", other.url)
        open_session(page)
    page.locator("#closed:visible").wait_for()
    assert "Closed with 1" in page.locator("#closed-title").inner_text()
    assert page.locator("#closed-next").inner_text()


def test_page_server_gone(visit):
    """Without the page server there is no token, and the page says so."""
    page = visit(expected=("Failed to load",))
    page.route("**/api/token", lambda route: route.abort())
    page.get_by_role("button", name="Open a session").click()
    page.get_by_text("The guide has stopped").wait_for()


def test_no_secret_is_on_the_page(visit, port):
    """No key and no token: not in sources, address bar, console, storage or frames."""
    texts = []
    page = visit()
    page.on("console", lambda message: texts.append(message.text))
    page.on("response", lambda answer: texts.append(answer.url))
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.reload()
    page.get_by_text("No session.").wait_for()
    open_session(page)
    page.keyboard.press("Enter")
    page.locator("#talk .model", has_text="eighty-four").wait_for()
    page.locator("li.frame details").evaluate_all("all => all.map(d => d.open = true)")
    texts.append(page.content())
    texts.append(page.url)
    texts.append(
        page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
            " performance.getEntriesByType('resource').map(entry => entry.name)])"
        )
    )
    assert not SECRETS.search("\n".join(texts))
    # The socket itself has its token, and nothing but a token.
    assert len(sockets) == 1
    assert re.search(r"Constrained\?access_token=auth_tokens%2F[\w-]+$", sockets[0])


def test_a_thousand_frames_do_not_fill_the_page(visit):
    """The oldest are dropped and counted; a long session stays usable."""
    page = visit()
    page.evaluate(
        """async () => {
          const { FrameList } = await import("./frame-list.js");
          const list = new FrameList(document.getElementById("frames"));
          for (let n = 0; n < 1000; n += 1) list.sent(JSON.stringify({ n }));
        }"""
    )
    assert page.locator("li.frame").count() == 600
    assert page.locator(".frame-count").inner_text() == (
        "600 of 1000 frames, the first 400 not kept"
    )


def test_frames_are_text_never_markup(visit):
    """What a model says can't become part of the page."""
    page = visit()
    evil = json.dumps({"<img src=x onerror=alert(1)>": "<script>alert(1)</script>"})
    page.evaluate(
        """async (evil) => {
          const { FrameList } = await import("./frame-list.js");
          const list = new FrameList(document.getElementById("frames"));
          list.received(evil);
          list.received("no json <b>");
        }""",
        evil,
    )
    page.locator("li.frame details").evaluate_all("all => all.map(d => d.open = true)")
    page.locator("#frames pre", has_text="no json <b>").wait_for()
    page.locator("#frames pre", has_text="<script>").wait_for()
    assert page.locator("#frames img, #frames script, #frames b").count() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width_px", [390, 1200])
def test_the_page_is_readable(visit, scheme, width_px):
    """Enough contrast, no sideways scrolling, and targets big enough for a thumb."""
    page = visit(color_scheme=scheme, viewport={"width": width_px, "height": 844})
    page.get_by_label("Begin with").select_option(index=3)
    page.get_by_role("button", name="Open a session").click()
    page.locator("#closed:visible").wait_for()
    page.locator("li.frame details").first.evaluate("details => details.open = true")
    for text, colour, behind in page.evaluate(TEXT_COLOURS):
        assert contrast(colour, behind) >= 4.5, text
    assert page.evaluate("document.documentElement.scrollWidth") <= width_px
    heights = page.locator(
        "button:visible, select:visible, input:visible"
    ).evaluate_all(
        "all => all.filter(one => one.type !== 'checkbox')"
        ".map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 40


def test_the_page_keeps_still_for_those_who_ask(visit):
    """With reduced motion nothing is animated."""
    page = visit(reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
