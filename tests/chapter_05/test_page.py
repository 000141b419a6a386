"""The page in Chromium: conversations, and everything that can go wrong with one."""

import json
import re

import pytest

from guide.audio_files import read_speech, write_wav
from tests.chapter_05.conftest import SPOKEN, Chat
from tests.conftest import BROWSER_ARGUMENTS
from tests.legibility import TEXT_COLOURS, contrast

pytestmark = pytest.mark.timeout(180)


def frames(live, direction):
    """Return the messages of the latest session, parsed."""
    frames = live.sessions[-1].frames
    return [json.loads(one.text) for one in frames if one.direction == direction]


def inputs(live):
    """Return what the latest session was sent as realtime input, field by field."""
    sent = [message.get("realtimeInput", {}) for message in frames(live, "client")]
    return [field for message in sent for field in message]


def test_two_questions_are_heard_and_answered(visit, live):
    """The transcripts of both sides stand there, with where the time went."""
    chat = visit()
    chat.begin()
    chat.say("capital-of-france")
    assert chat.is_answered(1) == "The capital of France is Paris."
    chat.say("twelve-times-seven")
    assert chat.is_answered(2) == "Twelve times seven is eighty-four."
    asked = chat.page.locator(".by-user .words").all_inner_texts()
    assert asked == ["What is the capital of France?", "What is 12 times 7?"]
    delays = chat.page.locator(".delay").all_inner_texts()
    assert len(delays) == 2
    assert all(re.match(r"\d\.\d\d s after your last word", text) for text in delays)
    chat.presses("End")
    chat.reaches("closed")
    assert set(inputs(live)) == {"audio"}


def test_a_device_of_the_browser_is_heard(browser, browser_path, port, tmp_path):
    """The real way of a microphone into the page, with echo cancellation and all."""
    spoken = tmp_path / "question.wav"
    question = read_speech(SPOKEN / "capital-of-france.wav")
    # A pretended device speaks from the moment at which it is opened.
    write_wav(spoken, bytes(48_000) + question + bytes(32_000), 16_000)
    device = browser.browser_type.launch(
        executable_path=browser_path,
        args=[*BROWSER_ARGUMENTS, f"--use-file-for-fake-audio-capture={spoken}%noloop"],
    )
    try:
        page = device.new_page()
        page.goto(f"http://localhost:{port}/chapter_05/")
        chat = Chat(page)
        chat.begin()
        assert chat.is_answered(1) == "The capital of France is Paris."
    finally:
        device.close()


def test_a_barge_in_silences_the_answer_and_shows_what_was_not_heard(visit, live):
    """The rest of the story stays unheard, and the interruption is answered."""
    chat = visit()
    chat.begin()
    chat.say("tell-me-a-story")
    chat.reaches("speaking")
    chat.page.locator(".by-model .delay").wait_for()
    chat.say("capital-of-france")
    unheard = chat.page.locator(".by-model").first.locator(".unheard")
    unheard.wait_for(timeout=45_000)
    assert len(unheard.inner_text()) > 20
    assert chat.is_answered(2) == "The capital of France is Paris."
    assert any(
        message.get("serverContent", {}).get("interrupted")
        for message in frames(live, "server")
    )


def test_a_muted_microphone_sends_nothing_and_says_so(visit, live):
    """After audioStreamEnd comes nothing; the voice is back after a second press."""
    chat = visit()
    chat.begin()
    chat.presses("Mute")
    mute = chat.page.get_by_role("button", name="Mute")
    assert mute.get_attribute("aria-pressed") == "true"
    chat.say("capital-of-france")
    assert inputs(live)[-1] == "audioStreamEnd"
    assert chat.page.get_by_text("You are muted").is_visible()
    chat.presses("Mute")
    chat.say("capital-of-france")
    assert chat.is_answered(1) == "The capital of France is Paris."


def test_push_to_talk_by_keyboard_marks_the_turns(visit, live):
    """Space held is a turn, Enter held during the answer interrupts it at once."""
    chat = visit()
    page = chat.page
    page.get_by_text("Settings").focus()
    page.keyboard.press("Enter")
    page.get_by_label("last as long as I hold the button").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Start talking").focus()
    page.keyboard.press("Enter")
    chat.reaches("listening")
    page.get_by_role("button", name="Hold to talk").focus()
    page.keyboard.down("Space")
    chat.reaches("hearing")
    chat.say("tell-me-a-story")
    page.keyboard.up("Space")
    chat.reaches("speaking")
    page.locator(".by-model .delay").wait_for()
    page.keyboard.down("Enter")
    chat.reaches("interrupted")
    page.locator(".unheard").wait_for()
    chat.say("capital-of-france")
    page.keyboard.up("Enter")
    assert chat.is_answered(2) == "The capital of France is Paris."
    sent = inputs(live)
    turn = ["activityStart", "audio", "activityEnd"]
    assert [field for field in sent if field != "audio"] == [turn[0], turn[2]] * 2
    assert sent[0] == "activityStart" and sent[-1] == "activityEnd"
    assert page.get_by_role("button", name="Mute").is_hidden()


def test_a_tap_on_the_button_is_a_turn_that_the_service_accepts(visit, live):
    """Even the shortest turn holds audio: an empty one would close the session."""
    chat = visit()
    chat.page.get_by_text("Settings").click()
    chat.page.get_by_label("last as long as I hold the button").check()
    chat.begin()
    chat.presses("Hold to talk")
    chat.reaches("thinking", "listening")
    chat.page.wait_for_function("document.querySelector('#hold.is-held') === null")
    assert "audio" in inputs(live)
    assert chat.page.locator("#stage").get_attribute("data-phase") != "closed"


def test_an_unplugged_microphone_does_not_end_the_conversation(visit, live):
    """The page says so, the service is told, and another microphone goes on."""
    chat = visit()
    chat.begin()
    chat.page.evaluate("unplug()")
    assert "The microphone is gone" in chat.complains()
    assert chat.page.get_by_text("There is no microphone.").is_visible()
    assert inputs(live)[-1] == "audioStreamEnd"
    chat.presses("Use the default microphone")
    chat.page.locator("#problem").wait_for(state="hidden")
    chat.say("capital-of-france")
    assert chat.is_answered(1) == "The capital of France is Paris."


def test_a_refused_microphone_is_explained(browser, visit):
    """Permission denied says where to allow it."""
    refuse = (
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))"
    )
    chat = visit(prepare=lambda page: page.add_init_script(refuse))
    chat.page.get_by_role("button", name="Start talking").click()
    assert "Allow it in the browser's settings" in chat.complains()
    assert chat.page.get_by_role("button", name="Start again").is_enabled()


def test_a_machine_without_a_microphone_is_explained(visit):
    """Nothing to record with says so."""
    missing = (
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('Requested device not found', "
        "'NotFoundError'))"
    )
    chat = visit(prepare=lambda page: page.add_init_script(missing))
    chat.page.get_by_role("button", name="Start talking").click()
    assert "There is no microphone" in chat.complains()


@pytest.mark.parametrize(
    ("file", "word"),
    [
        ("audio-recording-worklet.js", "recorder"),
        ("audio-streaming-worklet.js", "player"),
    ],
)
def test_a_worklet_that_does_not_load_is_explained(visit, file, word):
    """The page names the file, and the devices are given back."""
    chat = visit(
        prepare=lambda page: page.add_init_script(
            "const { addModule } = AudioWorklet.prototype;"
            "AudioWorklet.prototype.addModule = function (address) {"
            "const gone = String(address).replace('" + file + "', 'gone.js');"
            "return addModule.call(this, gone);"
            "}"
        )
    )
    chat.page.get_by_role("button", name="Start talking").click()
    problem = chat.complains()
    assert file in problem and word in problem
    chat.reaches("closed")
    visit.complaints[:] = [one for one in visit.complaints if "404" not in one]


def test_a_worklet_that_fails_is_explained(visit):
    """An error on the audio thread reaches the reader."""
    chat = visit(
        prepare=lambda page: page.add_init_script(
            "const { AudioWorkletNode: Node } = window;"
            "window.AudioWorkletNode = class extends Node {"
            "constructor(context, name, { processorOptions, ...rest }) {"
            "super(context, name, { ...rest, processorOptions: "
            "{ ...processorOptions, rateHz: -1 } }); } }"
        )
    )
    chat.page.get_by_role("button", name="Start talking").click()
    assert "recorder on the audio thread has failed" in chat.complains()
    chat.reaches("closed")
    visit.complaints.clear()


def test_a_guide_without_an_emulator_is_explained(visit, monkeypatch):
    """The token server's sentence reaches the reader."""
    chat = visit()
    monkeypatch.setenv("LIVE_EMULATOR_URL", "http://127.0.0.1:9")
    chat.page.get_by_role("button", name="Start talking").click()
    assert "python3 guide.py" in chat.complains()
    chat.reaches("closed")
    visit.complaints[:] = [one for one in visit.complaints if "502" not in one]


def test_a_lost_connection_is_explained_with_code_and_reason(visit, live):
    """The page says why, stops recording, and can start again."""
    chat = visit()
    chat.begin()
    chat.page.evaluate(
        "() => { const send = WebSocket.prototype.send;"
        " WebSocket.prototype.send = function () {"
        " WebSocket.prototype.send = send; send.call(this, '{\"bogus\": 1}'); } }"
    )
    problem = chat.complains()
    assert "1007" in problem and "bogus" in problem
    chat.reaches("closed")
    chat.presses("Start again")
    chat.reaches("listening")
    assert chat.page.locator("#problem").is_hidden()


def test_choices_are_kept_until_the_next_visit(visit):
    """Volume and manner of turns are the same after a reload."""
    chat = visit()
    chat.page.get_by_label("Volume").fill("40")
    chat.page.get_by_text("Settings").click()
    chat.page.get_by_label("last as long as I hold the button").check()
    chat.page.reload()
    assert chat.page.get_by_label("Volume").input_value() == "40"
    chat.page.get_by_text("Settings").click()
    assert chat.page.get_by_label("last as long as I hold the button").is_checked()


def test_a_chosen_microphone_is_asked_for(visit):
    """Devices are listed by name, and the choice reaches getUserMedia."""
    devices = (
        "navigator.mediaDevices.enumerateDevices = async () => ["
        "{kind: 'audioinput', deviceId: 'default', label: 'Default - Desk'},"
        "{kind: 'audioinput', deviceId: 'd1', label: 'Desk'},"
        "{kind: 'audiooutput', deviceId: 's1', label: 'Box'}]"
    )
    chat = visit(prepare=lambda page: page.add_init_script(devices))
    chat.page.get_by_text("Settings").click()
    menu = chat.page.get_by_label("Microphone")
    menu.locator("option[value=d1]").wait_for(state="attached")
    names = menu.locator("option").all_inner_texts()
    assert names == ["The system's default", "Desk"]
    menu.select_option("d1")
    chat.begin()
    asked = chat.page.evaluate("asked[0].audio")
    assert asked["deviceId"] == {"exact": "d1"}
    assert asked["echoCancellation"] is True


def test_the_page_holds_no_key_and_no_token(visit, live):
    """Neither its text nor its address nor its storage tells who may connect."""
    chat = visit()
    chat.begin()
    page = chat.page
    everything = (
        page.content() + page.url + page.evaluate("JSON.stringify({...localStorage})")
    )
    assert "auth_tokens" not in everything
    assert not re.search(r"AIza[\w-]{20}", everything)


def test_all_of_it_is_reached_by_keyboard(visit):
    """Tab goes through every control, each with an outline, in order."""
    chat = visit()
    page = chat.page
    reached = []
    page.keyboard.press("Tab")
    is_somewhere = "document.activeElement !== document.body"
    while page.evaluate(is_somewhere) and len(reached) < 30:
        active = page.evaluate("""() => {
            const { id, className, tagName, textContent } = document.activeElement;
            return [id || className || textContent.trim(), tagName,
                    getComputedStyle(document.activeElement).outlineStyle];
        }""")
        reached.append(active[0])
        assert active[2] in ("solid", "auto"), active
        page.keyboard.press("Tab")
    assert reached[0] == "skip"
    assert reached.index("start") < reached.index("volume") < reached.index("Settings")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width_px", [390, 1000])
def test_text_is_legible_in_every_phase(visit, scheme, width_px):
    """Contrast is 4.5 to 1 everywhere, and nothing scrolls sideways."""
    chat = visit(color_scheme=scheme, viewport={"width": width_px, "height": 800})
    chat.page.get_by_text("Settings").click()
    for start in (False, True):
        if start:
            chat.begin()
        for what, foreground, background in chat.page.evaluate(TEXT_COLOURS):
            ratio = contrast(foreground, background)
            assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
        root = "document.documentElement"
        assert chat.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
