"""The page in a browser, by keyboard alone, with the emulator behind it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from guide.voices import VOICES
from live_emulator import Emulator
from tests.chapter_01.sound import hear
from tests.legibility import TEXT_COLOURS, contrast
from tests.page_server import page_server

SCHEMES = ("light", "dark")
SECRETS = re.compile(r"auth_tokens|access_token|x-goog-api-key|[?&]key=")
PARIS = "The capital of France is Paris."
PATIENCE_MS = 30_000
"""On a busy machine speech takes its time."""


@pytest.fixture(scope="module")
def emulator():
    """Run an emulator as slow as the service, for speech is heard in real time."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def port(repository):
    """Start a page server on the real repository; returns its port."""
    with page_server(repository=repository) as port:
        yield port


class Reader:
    """The page, as somebody uses it."""

    def __init__(self, page):
        self.page = page

    def types(self, text):
        """Put a text into the place of the one that is there, and stay there."""
        self.page.locator("#text").focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def reaches(self, phase):
        """Wait until the page is in a phase."""
        wanted = f"#content[data-phase={phase}]"
        self.page.locator(wanted).wait_for(timeout=PATIENCE_MS)

    def shows(self, name):
        """Return a text on the page."""
        return self.page.locator(f"#{name}").inner_text().strip()

    def seconds(self):
        """Return how much was heard, of how much."""
        return [float(part) for part in re.findall(r"\d+\.\d", self.shows("heard"))]

    def focused(self):
        """Return the id of what has the focus."""
        return self.page.evaluate("document.activeElement.id")

    def saves(self, path):
        """Press the button, and keep what is downloaded."""
        with self.page.expect_download() as download:
            self.page.locator("#download").focus()
            self.page.keyboard.press("Enter")
        assert download.value.suggested_filename == "speech.wav"
        download.value.save_as(path)
        return path


@pytest.fixture
def visit(browser, port, emulator, monkeypatch):
    """Open the page; whatever it complains about fails the test."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    contexts, complaints, hosts = [], [], set()

    def open_page(expected=(), prepare=lambda page: None, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()

        def complain(text):
            if not any(part in text for part in expected):
                complaints.append(text)

        page.on("console", lambda message: complain(message.text))
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        prepare(page)
        page.goto(f"http://localhost:{port}/chapter_04/")
        reader = Reader(page)
        reader.reaches("idle")
        return reader

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
    assert hosts <= {"localhost", None}  # a file that is saved comes from no host


def test_what_is_typed_is_heard_read_and_saved(visit, tmp_path):
    """By keyboard: Ctrl+Enter speaks to the end, and the file is intelligible."""
    reader = visit()
    reader.types(PARIS)
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("speaking")
    reader.reaches("finished")
    assert reader.shows("said") == PARIS
    assert reader.page.locator("#difference").is_hidden()
    heard_s, all_s = reader.seconds()
    assert heard_s == all_s > 1
    assert reader.shows("turns") == "1 of 1 read"
    assert reader.shows("gaps") == "no silence"
    saved = reader.saves(tmp_path / "speech.wav")
    with ThreadPoolExecutor(1) as thread:  # Playwright has this one's event loop
        heard = thread.submit(hear, saved).result()
    assert heard == "the capital of france is paris"


def test_a_voice_is_chosen_kept_and_seen_on_the_wire(visit):
    """All 30 are offered; the choice stands in the setup, and after a reload."""
    reader = visit()
    offered = reader.page.locator("#voice option").all_inner_texts()
    assert offered == [f"{name}, {word}" for name, word in VOICES.items()]
    reader.page.locator("#voice").focus()
    reader.page.keyboard.type("Gac")
    reader.types("Yes.")
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("finished")
    reader.page.locator(".frame.sent summary").first.focus()
    reader.page.keyboard.press("Enter")
    frame = reader.page.locator(".frame.sent pre", has_text="setup")
    frame.wait_for()
    sent = json.loads(frame.inner_text())
    assert '"voiceName": "Gacrux"' in json.dumps(sent)
    assert "systemInstruction" in sent["setup"]
    reader.page.reload()
    assert reader.page.locator("#voice").input_value() == "Gacrux"


def test_a_long_text_is_read_turn_by_turn_without_a_gap(visit):
    """Each turn has a session; they are heard as one stream."""
    reader = visit()
    reader.types("Ada was here.\n\nBob was late.\n\nEve was early.")
    reader.page.locator("#speak").focus()
    reader.page.keyboard.press("Enter")
    assert reader.focused() == "stop"
    reader.reaches("finished")
    assert reader.shows("said") == "Ada was here. Bob was late. Eve was early."
    assert reader.shows("turns") == "3 of 3 read"
    assert reader.shows("gaps") == "no silence"
    closes = reader.page.locator(".frame.closed .frame-names").all_inner_texts()
    assert closes == ["close 1000"] * 3
    assert reader.focused() == "speak"


def test_stop_is_silence_and_speak_begins_anew(visit):
    """Escape stops in the middle; the next text is read whole."""
    reader = visit()
    reader.types("One two three four five six seven eight nine ten. " * 3)
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("speaking")
    reader.page.keyboard.press("Escape")
    reader.reaches("stopped")
    heard_s, all_s = reader.seconds()
    assert heard_s < all_s
    frames = reader.shows("frames")
    reader.types("Yes.")
    assert reader.seconds() == [heard_s, all_s]
    assert reader.shows("frames") == frames
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("finished")
    assert reader.shows("said") == "Yes."
    heard_s, all_s = reader.seconds()
    assert heard_s == all_s < 2


def test_the_naive_queue_has_gaps_to_be_seen(visit):
    """Between its chunks there is silence, and the page counts it."""
    reader = visit()
    reader.page.locator("#queue").focus()
    reader.page.keyboard.type("naive")
    reader.types(PARIS)
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("finished")
    found = re.fullmatch(r"(\d+) ms of silence in (\d+) gaps", reader.shows("gaps"))
    assert found and int(found[2]) >= 5


def test_nothing_to_read_is_said_at_once(visit):
    """No session is opened for blanks, and the text has the focus."""
    reader = visit()
    reader.types(" \n ...\n")
    reader.page.locator("#speak").focus()
    reader.page.keyboard.press("Enter")
    reader.reaches("failed")
    assert reader.shows("problem").startswith("There is nothing to read.")
    assert reader.focused() == "text"
    assert reader.page.locator(".frame").count() == 0


def test_without_an_emulator_the_page_says_what_to_do(visit, monkeypatch):
    """The message of the page server reaches the reader, who may try again."""
    reader = visit(expected=("502", "503", "409", "500"))
    monkeypatch.setenv("LIVE_EMULATOR_URL", "http://127.0.0.1:9")
    reader.page.locator("#speak").click()
    reader.reaches("failed")
    assert "emulator" in reader.shows("problem")
    assert reader.page.locator("#speak").is_enabled()


def test_when_the_guide_has_ended_the_page_says_so(visit):
    """A token that nobody gives is a sentence, not a silent button."""

    def cut(page):
        page.route("**/api/token", lambda route: route.abort())

    reader = visit(expected=("ERR_FAILED",), prepare=cut)
    reader.page.locator("#speak").click()
    reader.reaches("failed")
    assert "python3 guide.py" in reader.shows("problem")


AUDIO = {
    "serverContent": {
        "modelTurn": {
            "parts": [
                {
                    "inlineData": {
                        "mimeType": "audio/pcm;rate=24000",
                        "data": "A" * 64_000,
                    }
                }
            ]
        },
        "outputTranscription": {"text": "Something else."},
    }
}


def speaking_as(*messages, code=None):
    """Stand in for the service: accept the setup, say this, then close, or not."""

    def talk(socket):
        def answer(message):
            if "setup" in json.loads(message):
                socket.send(json.dumps({"setupComplete": {}}))
                return
            for one in messages:
                socket.send(json.dumps(one))
            if code:
                socket.close(code=code, reason="Token limit exceeded")

        socket.on_message(answer)

    return lambda page: page.route_web_socket(re.compile("Bidi"), talk)


def test_a_session_that_is_lost_is_explained_and_what_came_is_kept(visit, tmp_path):
    """The close is put into words; what had arrived is heard, and can be saved."""
    reader = visit(prepare=speaking_as(AUDIO, code=1011))
    reader.page.locator("#speak").click()
    reader.reaches("failed")
    assert "1011" in reader.shows("problem")
    assert reader.seconds() == [1.0, 1.0]
    assert reader.saves(tmp_path / "a.wav").stat().st_size == 44 + 48_000


def test_what_may_never_be_heard_is_not_asked_for_yet(visit):
    """With half a minute still to be heard, the next turn can wait."""
    done = {"serverContent": {"generationComplete": True}}
    reader = visit(prepare=speaking_as(*[AUDIO] * 30, done))
    reader.types("One.\n\nTwo.")
    reader.page.keyboard.press("Control+Enter")
    reader.page.get_by_text("1 of 2 read").wait_for()
    reader.page.get_by_text(
        re.compile(r"^1\.\d of 30\.3 s$|^1\.\d of 30\.0 s$")
    ).wait_for()
    setups = reader.page.locator(".frame.sent", has_text="setup")
    assert setups.count() == 1
    reader.page.keyboard.press("Escape")
    reader.reaches("stopped")


def test_another_text_than_the_one_typed_is_pointed_out(visit):
    """The reader is told to compare when the model did not read word for word."""
    done = {"serverContent": {"generationComplete": True}}
    reader = visit(prepare=speaking_as(AUDIO, done))
    reader.page.locator("#speak").click()
    reader.reaches("finished")
    assert reader.page.locator("#difference").is_visible()


def test_no_secret_is_in_the_page(visit):
    """The token is in no text, attribute, address or storage of the page."""
    reader = visit()
    reader.types("Yes.")
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("finished")
    kept = reader.page.evaluate("JSON.stringify(localStorage)")
    assert not SECRETS.search(reader.page.content() + reader.page.url + kept)


def test_the_keyboard_reaches_every_control_visibly(visit):
    """Tab goes through all of them, in the order of the page, with an outline."""
    reader = visit()
    reached = []
    for _ in range(20):
        reader.page.keyboard.press("Tab")
        reached.append(reader.focused())
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert reader.page.evaluate(style) == "solid"
        if reached[-1] == "speak":
            break
    controls = ["text", "voice", "queue", "start-up", "speak"]
    assert [one for one in reached if one in controls] == controls


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width_px", [390, 1200])
def test_text_is_legible(visit, scheme, width_px):
    """Every text has a contrast of 4.5 to 1, and nothing scrolls sideways."""
    reader = visit(color_scheme=scheme, viewport={"width": width_px, "height": 900})
    reader.types("Yes.")
    reader.page.keyboard.press("Control+Enter")
    reader.reaches("finished")
    for what, foreground, background in reader.page.evaluate(TEXT_COLOURS):
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    root = "document.documentElement"
    assert reader.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
