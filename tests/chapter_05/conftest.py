"""An emulator, its pages, and a browser with a microphone that says what tests want."""

import base64
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from guide.audio_files import read_speech
from guide.chapters import REPOSITORY
from live_emulator import Emulator

MICROPHONE = Path(__file__).with_name("microphone.js").read_text("utf-8")
SPOKEN = REPOSITORY / "assets" / "audio"
PATIENCE_MS = 30_000
"""On a busy machine a recogniser takes its time."""


@pytest.fixture(scope="module")
def live():
    """Run an emulator that the pages find."""
    with pytest.MonkeyPatch.context() as patch, Emulator() as running:
        patch.setenv("LIVE_EMULATOR_URL", running.url)
        yield running


@pytest.fixture(scope="module")
def port(serve_pages, live):
    """Serve the pages; returns their port."""
    return serve_pages(repository=REPOSITORY)


class Chat:
    """The page of chapter 5, as somebody uses it."""

    def __init__(self, page):
        self.page = page

    def say(self, name):
        """Speak one of the questions in assets/audio into the microphone."""
        pcm = read_speech(SPOKEN / f"{name}.wav")
        text = base64.b64encode(pcm).decode()
        self.page.evaluate("text => say(text)", text)

    def begin(self):
        """Press the button, and wait until the model listens."""
        self.page.get_by_role("button", name="Start").click()
        self.reaches("listening")

    def reaches(self, *phases):
        """Wait until the conversation is in one of these phases."""
        wanted = ", ".join(f"#stage[data-phase={phase}]" for phase in phases)
        self.page.locator(wanted).wait_for(timeout=PATIENCE_MS)

    def is_answered(self, count):
        """Wait until so many answers have been heard to their end."""
        last = self.page.locator(".by-model").nth(count - 1)
        last.wait_for(timeout=PATIENCE_MS)
        self.reaches("listening")
        return last.locator(".words").inner_text()

    def presses(self, name):
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def complains(self):
        """Return what the page says has gone wrong."""
        problem = self.page.locator("#problem")
        problem.wait_for(timeout=PATIENCE_MS)
        return problem.locator("#problem-text").inner_text()


@contextmanager
def visiting(browser, address, person, scripts):
    """Open a chapter's page as often as wanted, each time for a `person`.

    Whatever a page complains about in its console fails the test, and so does a request
    to another machine (the pictures that a page makes come from none).
    """
    contexts, complaints, hosts = [], [], set()

    def open_page(*, at=address, microphone=True, prepare=None, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        for script in scripts if microphone else ():
            context.add_init_script(script)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        if prepare:
            prepare(page)
        page.goto(at)
        return person(page)

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert hosts <= {"localhost", "127.0.0.1", None}


@pytest.fixture
def visit(browser, port):
    """Open the page of chapter 5."""
    address = f"http://localhost:{port}/chapter_05/"
    with visiting(browser, address, Chat, [MICROPHONE]) as visit:
        yield visit
