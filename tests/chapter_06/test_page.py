"""The page in Chromium: what it shows the model, when, and what can go wrong."""

import io

import pytest
from PIL import Image

from tests.chapter_06.conftest import PICTURES, Seeing, counted, frames
from tests.conftest import BROWSER_ARGUMENTS
from tests.legibility import TEXT_COLOURS, contrast

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
    chat.say("title-of-the-window")
    assert chat.is_answered(2) == "The title is Backup."
    chat.types("What does the screen say?")
    chat.page.locator(".by-model").nth(2).get_by_text("Backup").wait_for()
    chat.types("What is twelve times seven?")
    chat.page.locator(".by-model").nth(3).wait_for(timeout=45_000)
    chat.reaches("listening")
    said = chat.page.locator("#said .text").all_inner_texts()
    assert "not heard" in said[5]
    assert "eighty-four" in said[-1]


@pytest.mark.parametrize(
    ("resolution", "price"), [("low", 64), ("medium", 256), ("high", 256)]
)
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


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "may not use the camera"),
        ("NotFoundError", "There is no camera"),
        ("NotReadableError", "another program may be using it"),
        ("OverconstrainedError", "The chosen camera is gone"),
    ],
)
def test_a_camera_that_does_not_open_is_explained(visit, live, error, words):
    """In a sentence, and the conversation goes on."""
    chat = visit()
    chat.begin()
    chat.page.evaluate("error => (refusal.camera = error)", error)
    chat.presses("Camera")
    assert words in chat.complains()
    chat.types("What is twelve times seven?")
    assert "eighty-four" in chat.is_answered(1)
    assert frames(live) == []


def test_a_camera_without_a_picture_is_explained(visit, live):
    """A virtual camera of one pixel shows nothing."""
    chat = visit()
    chat.begin()
    chat.page.evaluate("aim('camera', '', 1, 1)")
    chat.presses("Camera")
    assert "1 × 1 pixels" in chat.complains()
    assert chat.page.evaluate("isOn('camera')") is False
    assert frames(live) == []


def test_a_camera_that_is_unplugged_and_a_share_that_ends(visit, live):
    """The red frame goes, the conversation stays."""
    chat = visit()
    chat.begin()
    chat.presses("Camera")
    chat.has_shown(1, "Camera")
    chat.page.evaluate("pull('camera')")
    assert "The camera is gone" in chat.complains()
    assert chat.page.get_by_text("The camera is off.").is_visible()
    chat.presses("Share screen")
    chat.has_shown(1, "Screen")
    chat.page.evaluate("pull('screen')")
    chat.page.get_by_role("button", name="Share screen").wait_for()
    chat.page.evaluate("refusal.screen = 'NotAllowedError'")
    chat.presses("Share screen")  # and cancel the browser's dialog
    assert chat.page.locator("#problem").is_hidden()
    chat.types("What is twelve times seven?")
    assert "eighty-four" in chat.is_answered(1)


def png_that_claims(width, height):
    """Return the head of a PNG of that size."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + bytes(20)


def test_pictures_are_sent_in_turn_and_what_is_none_is_refused(visit, live):
    """Chosen, dropped or pasted; each refusal is a sentence."""
    chat = visit()
    chat.begin()
    chooser = chat.page.locator("#pictures")
    chooser.set_input_files([str(PICTURES / "menu.jpg"), str(PICTURES / "bill.jpg")])
    lines = chat.has_shown(2)
    assert "menu.jpg" in lines[0] and "bill.jpg" in lines[1]
    chat.types("What is the total?")
    assert "27.07" in chat.is_answered(1)
    bad = {
        "empty.jpg": (b"", "empty.jpg is empty."),
        "large.png": (png_that_claims(10_000, 8_000), "10,000 × 8,000"),
        "notes.png": (b"Notes about a picture", "notes.png is not a picture"),
        "photo.heic": (b"\0\0\0\x18ftypheic" + bytes(20), "is a HEIC picture"),
        "drawing.svg": (b"<svg xmlns='x'></svg>", "is a drawing"),
        "half.jpg": ((PICTURES / "menu.jpg").read_bytes()[:900], "is damaged"),
    }
    for name, (data, words) in bad.items():
        file = {"name": name, "mimeType": "image/png", "buffer": data}
        chooser.set_input_files([file])
        problem = chat.page.locator("#problem-text").filter(has_text=name)
        problem.filter(has_text=words).wait_for()
    assert len(frames(live)) == 2
    chat.types("What is twelve times seven?")
    assert "eighty-four" in chat.is_answered(2)


def test_wrong_endings_and_animations_are_taken_for_what_they_are(visit, live):
    """A JPEG that calls itself a bitmap; of an animation, the first picture."""
    chat = visit()
    chat.begin()
    animation = io.BytesIO()
    menu = Image.open(PICTURES / "menu.jpg")
    blank = Image.new("RGB", menu.size, "white")
    menu.save(animation, "GIF", save_all=True, append_images=[blank])
    files = {
        "menu.bmp": (PICTURES / "menu.jpg").read_bytes(),
        "menu.webp": animation.getvalue(),
    }
    chat.page.locator("#pictures").set_input_files(
        [
            {"name": name, "mimeType": "image/bmp", "buffer": data}
            for name, data in files.items()
        ]
    )
    lines = chat.has_shown(2)
    assert "menu.bmp" in lines[0] and "menu.webp" in lines[1]
    assert all("698 × 768" in line for line in lines)
    chat.types("What does the onion soup cost?")
    assert "5.20" in chat.is_answered(1)
    assert chat.page.locator("#problem").is_hidden()


def test_settings_change_in_the_middle_of_a_conversation(visit, live):
    """A persona by a message, a voice by a session that remembers the old one."""
    chat = visit()
    chat.begin()
    chat.page.get_by_text("Settings").click()
    chat.types("My name is Ada.")
    chat.is_answered(1)
    sessions = len(live.sessions)
    chat.page.get_by_label("Persona").select_option("own")
    chat.page.get_by_label("Its instruction").fill("Be a pirate.")
    chat.page.keyboard.press("Tab")
    with chat.page.expect_websocket():
        chat.page.get_by_label("Voice", exact=True).select_option("Kore")
    chat.reaches("listening")
    chat.types("What is my name?")
    assert "Ada" in chat.is_answered(2)
    assert len(live.sessions) == sessions + 1
    texts = [one.text for one in live.sessions[-2].frames if one.direction == "client"]
    assert any("contextUpdate" in text and "pirate" in text for text in texts)
    setup = live.sessions[-1].frames[0].text
    assert "Kore" in setup and '"handle"' in setup
    chat.page.reload()
    assert chat.page.get_by_label("Voice", exact=True).input_value() == "Kore"


NOISE = """async () => {
    const { Camcorder } = await import("/chapter_06/picture.js");
    const canvas = new OffscreenCanvas(1500, 1500);
    const context = canvas.getContext("2d");
    const image = context.createImageData(1500, 1500);
    for (let at = 0; at < image.data.length; at += 65536) {
        crypto.getRandomValues(image.data.subarray(at, at + 65536));
    }
    context.putImageData(image, 0, 0);
    const frame = await new Camcorder().frame(canvas.transferToImageBitmap(), 1500);
    return [frame.jpeg.length, frame.width, frame.height];
}"""


def test_noise_is_made_smaller_until_it_fits(visit):
    """As in Python: 120 kB are kept to, whatever the picture and its size."""
    size, width, height = visit().page.evaluate(NOISE)
    assert size <= 120_000
    assert 100 < width == height < 1500


def test_a_missing_worker_is_explained(visit, live):
    """Without it no frame can be made; the conversation goes on."""
    chat = visit(
        prepare=lambda page: page.route(
            "**/jpeg-worker.js", lambda route: route.fulfill(status=404)
        )
    )
    chat.begin()
    chat.presses("Camera")
    assert "jpeg-worker.js did not load" in chat.complains()
    assert frames(live) == []
    chat.types("What is twelve times seven?")
    assert "eighty-four" in chat.is_answered(1)
    visit.complaints[:] = [one for one in visit.complaints if "404" not in one]


CHANGE_DURING = """([name, menu, value]) => {
    const change = () => {
        window[name] = real;
        document.getElementById(menu).value = value;
        document.getElementById("settings-form").dispatchEvent(new Event("change"));
    };
    const real = window[name];
    window[name] = new Proxy(real, {
        apply: (target, self, args) => (change(), Reflect.apply(target, self, args)),
        construct: (target, args) => (change(), Reflect.construct(target, args)),
    });
}"""


@pytest.mark.parametrize("step", ["fetch", "WebSocket"])
def test_a_setting_changed_while_a_session_is_replaced_takes_effect(visit, live, step):
    """While the token is asked for or the socket opened; and so do later ones."""
    chat = visit()
    chat.begin()
    chat.page.get_by_text("Settings").click()
    voice = chat.page.get_by_label("Voice", exact=True)
    chat.page.evaluate(CHANGE_DURING, [step, "resolution", "low"])
    voice.select_option("Kore")
    chat.is_set_up(live, "Kore", "MEDIA_RESOLUTION_LOW")
    voice.select_option("Puck")
    chat.is_set_up(live, "Puck", "MEDIA_RESOLUTION_LOW")
    chat.types("What is twelve times seven?")
    assert "eighty-four" in chat.is_answered(1)


def test_devices_of_the_browser_are_seen(browser, browser_path, port, live, tmp_path):
    """The real way of a camera and a screen into the page."""
    held = tmp_path / "menu.mjpeg"
    picture = Image.open(PICTURES / "menu.jpg").convert("RGB")
    # Cameras are wide; what is beside the menu is the table.
    scene = Image.new("RGB", (960, 720), "saddlebrown")
    picture.thumbnail((720, 720))
    scene.paste(picture, (150, 0))
    file = io.BytesIO()
    scene.save(file, "JPEG", quality=95)
    held.write_bytes(file.getvalue() * 3)
    device = browser.browser_type.launch(
        executable_path=browser_path,
        args=[*BROWSER_ARGUMENTS, f"--use-file-for-fake-video-capture={held}"],
    )
    try:
        chat = Seeing(device.new_page())
        chat.page.goto(f"http://localhost:{port}/chapter_06/")
        chat.begin()
        chat.presses("Camera")
        assert "768 × 576" in chat.has_shown(1, "Camera")[0]
        chat.types("What does the onion soup cost?")
        assert "5.20" in chat.is_answered(1)
        chat.presses("Stop camera")
        chat.presses("Share screen")
        assert "768 × 432" in chat.has_shown(1, "Screen")[-1]
        chat.presses("End")
        chat.reaches("closed")
        video = "document.querySelector('#screen').srcObject"
        assert chat.page.evaluate(video) is None
    finally:
        device.close()


def test_all_of_it_is_reached_by_keyboard(visit):
    """The order is the order of the page, and each place shows where one is."""
    chat = visit()
    page = chat.page
    chat.begin()
    page.locator(".skip").focus()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate("""() => {
            const { id, tagName } = document.activeElement;
            const style = getComputedStyle(document.activeElement);
            return [id || tagName, style.outlineStyle];
        }""")
        if name == "BODY":
            break
        reached.append(name)
        assert outline in ("solid", "auto") or name == "pictures", name
    places = [
        "camera-toggle",
        "screen-toggle",
        "mute",
        "end",
        "text",
        "pictures",
        "strip",
    ]
    assert [name for name in reached if name in places] == places
    page.get_by_label("Type a question").focus()
    page.keyboard.type("What is twelve times seven?")
    page.keyboard.press("Enter")
    assert "eighty-four" in chat.is_answered(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width_px", [390, 1000])
def test_text_is_legible_and_nothing_scrolls_sideways(visit, scheme, width_px):
    """Contrast is 4.5 to 1 everywhere, while frames are sent too."""
    chat = visit(color_scheme=scheme, viewport={"width": width_px, "height": 800})
    chat.page.get_by_text("Settings").click()
    chat.begin()
    chat.presses("Camera")
    chat.has_shown(1)
    for what, foreground, background in chat.page.evaluate(TEXT_COLOURS):
        ratio = contrast(foreground, background)
        assert ratio >= 4.5, f"{what}: {foreground} on {background}, {ratio:.2f}"
    root = "document.documentElement"
    assert chat.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
