"""The page in Chromium: what it shows the model, when, and what can go wrong."""

import pytest

from tests.chapter_06.conftest import counted, frames

pytestmark = pytest.mark.timeout(180)


def test_a_menu_held_to_the_camera_is_read_and_priced(visit, live):
    """The answer is on the picture; the strip has what the wire had."""
    chat = visit()
    chat.aim("camera", "menu.jpg")
    chat.begin()
    chat.presses("Camera")
    (line,) = chat.has_shown(1)
    assert "Camera" in line and "256 tokens" in line and "698 × 768" in line
    assert chat.page.get_by_text("The model sees your camera.").is_visible()
    chat.types("What does the onion soup cost?")
    assert "5.20" in chat.is_answered(1)
    assert len(frames(live)) == len(chat.has_shown(1))


def test_a_spoken_conversation_about_camera_and_screen_and_a_typed_question(
    visit, live
):
    """What is asked by voice, what is typed meanwhile, and what each was about."""
    chat = visit()
    chat.aim("camera", "menu.jpg")
    chat.aim("screen", "error-window.png")
    chat.begin()
    chat.presses("Camera")
    chat.has_shown(1, "Camera")
    chat.say("price-of-the-soup")
    assert "5.20" in chat.is_answered(1)
    chat.presses("Stop camera")
    chat.presses("Share screen")
    chat.has_shown(1, "Screen")
    chat.say("what-the-screen-says")
    chat.page.locator(".by-model").nth(1).get_by_text("Backup").wait_for()
    chat.types("What is twelve times seven?")
    chat.page.locator(".by-model").nth(2).wait_for(timeout=45_000)
    chat.reaches("listening")
    said = chat.page.locator("#said .text").all_inner_texts()
    assert "Backup" in said[3]
    assert "eighty-four" in said[-1]


@pytest.mark.parametrize(("resolution", "price"), [("low", 64), ("high", 256)])
def test_the_strip_adds_up_to_what_the_service_counts(visit, live, resolution, price):
    """For each resolution; the text under the heading says both."""
    chat = visit()
    chat.page.get_by_text("Settings").click()
    chat.page.get_by_label("Resolution").select_option(resolution)
    chat.page.get_by_label("Send a frame").select_option("every")
    chat.begin()
    chat.presses("Camera")
    chat.has_shown(3)
    chat.presses("Stop camera")
    chat.types("What do you see?")
    chat.is_answered(1)
    shown = len(chat.has_shown(3))
    assert shown == len(frames(live))
    assert counted(live) == shown * price
    cost = chat.page.locator("#cost").inner_text()
    assert f"{shown * price} tokens" in cost and f"counted {shown * price} for" in cost


def test_no_frame_leaves_while_the_tab_is_hidden_or_after_the_end(visit, live):
    """Counted on the wire; the red frame goes with them."""
    chat = visit()
    page = chat.page
    page.get_by_text("Settings").click()
    page.get_by_label("Send a frame").select_option("every")
    chat.begin()
    chat.presses("Camera")
    chat.has_shown(1)
    assert page.get_by_text("Frames are being sent").first.is_visible()
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {value: true, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert page.get_by_text("Frames are being sent").first.is_hidden()
    # A question and its answer take longer than several frames would.
    before = len(frames(live))
    chat.say("capital-of-france")
    chat.is_answered(1)
    assert len(frames(live)) == before
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {value: false});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    chat.has_shown(before + 1)
    chat.presses("End")
    chat.reaches("closed")
    assert page.evaluate("isOn('camera')") is False
    shown = len(page.locator("#strip li").all())
    page.wait_for_timeout(1500)
    assert len(frames(live)) == shown == len(page.locator("#strip li").all())


def test_frames_go_out_one_a_second_at_most_from_two_sources_too(visit, live):
    """Both take turns."""
    chat = visit()
    chat.aim("camera", "menu.jpg")
    chat.aim("screen", "error-window.png")
    chat.page.get_by_text("Settings").click()
    chat.page.get_by_label("Send a frame").select_option("every")
    chat.begin()
    chat.presses("Camera")
    chat.presses("Share screen")
    lines = chat.has_shown(4)
    times = [float(line.split(", ")[1].split(" s")[0]) for line in lines]
    gaps = [later - one for one, later in zip(times, times[1:], strict=False)]
    assert min(gaps) >= 0.9  # they are printed in tenths
    sources = [line.split(",")[0] for line in lines]
    assert {"Camera", "Screen"} == set(sources[:3])
