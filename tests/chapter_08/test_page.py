"""The pages of chapter 8 in Chromium: its own recorder, and all that can go wrong."""

import base64

import pytest

from assets.make_browser_recording import record
from chapter_08.piece_decoder import PieceDecoder
from tests.chapter_05.conftest import MICROPHONE, PATIENCE_MS, Chat, visiting
from tests.chapter_06.conftest import PICTURES, SIGHTS
from tests.chapter_08.conftest import AUDIO, running, speech
from tests.chapter_08.test_webm_audio import signal_to_noise_db
from tests.legibility import TEXT_COLOURS, contrast

pytestmark = pytest.mark.timeout(180)


class Bridge(Chat):
    """The page, as somebody uses it."""

    def chooses(self, label, value):
        """Change a setting."""
        self.page.get_by_label(label, exact=True).select_option(value)

    def types(self, text):
        """Type a question and send it."""
        self.page.get_by_label("Type a question").fill(text)
        self.page.keyboard.press("Enter")


@pytest.fixture
def visit(browser, server):
    """Open a page of chapter 8, of its own server unless told otherwise."""
    address = f"{server.url}/chapter_08/"
    with visiting(browser, address, Bridge, [MICROPHONE, SIGHTS]) as visit:
        yield visit


@pytest.mark.parametrize("sends", ["pieces-100", "pcm-100", "pcm-20"])
def test_a_spoken_question_and_a_barge_in(visit, sends):
    """What the browser records, or samples; the log has what became of it."""
    chat = visit()
    chat.page.get_by_text("Settings").click()
    chat.chooses("Send", sends)
    chat.begin()
    chat.say("capital-of-france")
    assert "Paris" in chat.is_answered(1)
    chat.say("tell-me-a-story")
    chat.reaches("speaking")
    chat.say("twelve-times-seven")
    chat.page.locator(".by-model").nth(2).wait_for(timeout=PATIENCE_MS)
    chat.reaches("listening")
    words = chat.page.locator(".by-model .text").all_inner_texts()
    assert "not heard" in words[1] and "eighty-four" in words[2]
    summary = chat.page.locator("#summary").inner_text()
    assert "pieces" in summary and "dropped" not in summary
    chat.presses("End")
    chat.reaches("closed")


def test_a_piece_that_is_lost_becomes_silence(visit):
    """Seen in the log, and nothing else breaks."""
    chat = visit()
    chat.begin()
    chat.page.locator("#pieces tr").nth(3).wait_for(timeout=PATIENCE_MS)
    chat.presses("Lose the next piece")
    chat.page.locator("#pieces .is-missing").first.wait_for(timeout=PATIENCE_MS)
    assert "became silence" in chat.page.locator("#summary").inner_text()
    chat.say("capital-of-france")
    assert "Paris" in chat.is_answered(1)


def test_a_kept_conversation_is_read_heard_exported_and_deleted(visit):
    """On the page next door; deleting takes two presses."""
    chat = visit()
    page = chat.page
    page.get_by_text("Settings").click()
    page.get_by_label("Keep my conversations").check()
    chat.begin()
    chat.say("capital-of-france")
    assert "Paris" in chat.is_answered(1)
    page.get_by_text("This conversation is kept").wait_for()
    chat.presses("End")
    chat.reaches("closed")
    page.get_by_role("link", name="Kept conversations").click()
    entry = page.locator(".kept li").first
    entry.get_by_role("heading").wait_for()
    entry.get_by_role("button", name="Read").click()
    entry.get_by_text("Paris").wait_for()
    ready = "audio => new Promise(done => { audio.oncanplay = () => done(true);"
    ready += " audio.onerror = () => done(false); audio.load(); })"
    assert entry.locator("audio").evaluate(ready)
    with page.expect_download() as download:
        entry.get_by_role("link", name="Export").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_label("Words to search for").fill("nobody said this")
    page.keyboard.press("Enter")
    page.get_by_text("No conversation has all of these words.").wait_for()
    page.get_by_label("Words to search for").fill("FRANCE")
    page.keyboard.press("Enter")
    entry.get_by_role("button", name="Delete").click()
    entry.get_by_role("button", name="Delete for good").click()
    page.get_by_text("Deleted, words and sound.").wait_for()


def test_a_recording_is_uploaded_and_answered(visit):
    """With its progress; and what is none is explained."""
    chat = visit()
    page = chat.page
    chooser = page.locator("#file")
    chat.presses("Send the recording")
    page.get_by_text("Choose a recording first.").wait_for()
    chooser.set_input_files(str(AUDIO / "browser-recording.webm"))
    chat.presses("Send the recording")
    page.locator("#upload-answer").get_by_text("Paris").wait_for(timeout=PATIENCE_MS)
    page.get_by_text("Done: 1.7 s.").wait_for()
    empty = {"name": "empty.wav", "mimeType": "audio/wav", "buffer": b""}
    chooser.set_input_files([empty])
    chat.presses("Send the recording")
    page.get_by_text("empty.wav is empty.").wait_for()


def test_what_is_no_recording_is_explained(visit):
    """The console names the answer's status, and nothing else."""
    chat = visit()
    letter = {"name": "letter.wav", "mimeType": "audio/wav", "buffer": b"Dear aunt"}
    chat.page.locator("#file").set_input_files([letter])
    chat.presses("Send the recording")
    chat.page.get_by_text("no sound that can be decoded").wait_for()
    assert all("415" in one for one in visit.complaints)
    visit.complaints.clear()


def test_a_menu_held_to_the_camera_is_read_through_the_server(visit, server):
    """Chapter 6's camera, and the server's limit of two minutes."""
    chat = visit()
    chat.begin()
    menu = base64.b64encode((PICTURES / "menu.jpg").read_bytes()).decode()
    chat.page.evaluate("text => aim('camera', text)", menu)
    chat.presses("Camera")
    chat.page.get_by_text("frame was sent").wait_for(timeout=PATIENCE_MS)
    assert chat.page.get_by_text("Frames are being sent").first.is_visible()
    chat.types("What does the onion soup cost?")
    assert "5.20" in chat.is_answered(1)
    chat.page.locator("#limits").get_by_text("1:").wait_for(timeout=PATIENCE_MS)
    chat.presses("End")
    chat.reaches("closed")
    assert chat.page.get_by_text("The camera is off.").is_visible()


def test_typed_questions_and_tools_of_the_server(visit):
    """The page says which function the server has run."""
    chat = visit()
    chat.page.get_by_text("Settings").click()
    chat.page.get_by_label("look at the server's clock").check()
    chat.begin()
    chat.types("What time is it?")
    chat.page.get_by_text("The server ran tell_time.").wait_for(timeout=PATIENCE_MS)
    assert chat.is_answered(1)


def test_a_server_that_ends_in_mid_conversation_is_explained(browser, live, tmp_path):
    """And the page can be used again, without a reload."""
    context = browser.new_context()
    context.add_init_script(MICROPHONE)
    with running(tmp_path) as own:
        chat = Bridge(context.new_page())
        chat.page.goto(f"{own.url}/chapter_08/")
        chat.begin()
    assert chat.complains()
    chat.reaches("closed")
    chat.page.get_by_role("button", name="Start again").click()
    assert "Reload the page" in chat.complains(), "not even the player can be loaded"
    chat.reaches("closed")
    context.close()


def test_on_the_page_server_it_leads_to_its_own_server(visit, serve_pages):
    """Whose routes that server has not."""
    port = serve_pages()
    chat = visit(at=f"http://localhost:{port}/chapter_08/")
    chat.page.get_by_text("python chapter_08/server.py").wait_for()
    assert chat.page.get_by_role("button", name="Start talking").is_disabled()
    visit.complaints.clear()  # the status of /api/me


def test_kept_conversations_are_a_link_away_on_the_page_server(
    visit, serve_pages, server
):
    """If the server of chapter 8 runs."""
    pages = f"http://localhost:{serve_pages()}"
    page = visit(at=f"{pages}/chapter_08/").page
    there = {"chapter": 8, "reachable": True, "page": f"{server.url}/chapter_08/"}
    page.route("**/api/status", lambda route: route.fulfill(json={"servers": [there]}))
    page.goto(f"{pages}/chapter_08/history.html")
    page.get_by_role("link", name="Open them there").click()
    page.get_by_text("Nothing has been kept.").wait_for()
    assert page.url == f"{server.url}/chapter_08/history.html"
    visit.complaints.clear()  # the status of /api/me


@pytest.mark.parametrize("piece_ms", [20, 100, 1_000])
def test_what_this_chromium_records_is_decoded(browser, piece_ms):
    """Recorded now, at several lengths; nothing is damaged or missing."""
    original = speech("capital-of-france")
    decoder = PieceDecoder("webm")
    pieces = record(browser, original, piece_ms)
    sound = b"".join(b"".join(decoder.feed(piece)) for piece in pieces)
    assert decoder.damaged == 0 and decoder.silence_ms == 0
    assert signal_to_noise_db(sound, original) > 12


def test_all_of_it_is_reached_by_keyboard(visit):
    """The order is the order of the page."""
    chat = visit()
    chat.begin()
    chat.page.locator(".skip").focus()
    reached = []
    for _ in range(30):
        chat.page.keyboard.press("Tab")
        reached.append(chat.page.evaluate("document.activeElement.id"))
    wanted = ["mute", "end", "text", "send", "lose", "file", "upload"]
    assert [one for one in dict.fromkeys(reached) if one in wanted] == wanted


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width_px", [390, 1000])
@pytest.mark.parametrize("path", ["/chapter_08/", "/chapter_08/history.html"])
def test_text_is_legible_and_nothing_scrolls_sideways(
    visit, server, scheme, width_px, path
):
    """Contrast is 4.5 to 1 everywhere."""
    size = {"width": width_px, "height": 800}
    chat = visit(at=server.url + path, color_scheme=scheme, viewport=size)
    if path == "/chapter_08/":
        chat.page.get_by_text("Settings").click()
        chat.begin()
        chat.page.locator("#pieces tr").nth(3).wait_for(timeout=PATIENCE_MS)
    else:
        chat.page.get_by_text("Nothing has been kept.").wait_for()
    for what, foreground, background in chat.page.evaluate(TEXT_COLOURS):
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    root = "document.documentElement"
    assert chat.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


def test_who_is_muted_is_told_so(visit):
    """A recorder of the browser's goes on, with silence, so that is what is said."""
    chat = visit()
    chat.presses("Start talking")
    chat.reaches("listening")
    chat.presses("Mute")
    chat.page.get_by_text("You are muted: nobody hears you.").wait_for()
    chat.presses("Mute")
    chat.page.get_by_text("Ask something.").wait_for()
