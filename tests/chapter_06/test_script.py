"""see.py as a reader runs it, and what it takes frames from."""

import asyncio
import io
import itertools
import signal
import subprocess
import sys
import wave

import av
import pytest
from PIL import Image

from chapter_03 import live_events as event
from chapter_06 import capture, see
from chapter_06.frames import FrameError
from guide.chapters import REPOSITORY
from tests.chapter_05.conftest import live

__all__ = ["live"]

SCRIPT = REPOSITORY / "chapter_06" / "see.py"
PICTURES = REPOSITORY / "assets" / "pictures"


def run(*arguments, cwd=REPOSITORY):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )


def test_a_typed_question_about_a_picture(live):
    """What was sent, its price, the answer, and the service's count."""
    question = "What does the onion soup cost?"
    done = run(question, "--image", PICTURES / "menu.jpg")
    assert done.returncode == 0, done.stderr
    sent, price, you, model, counted = done.stdout.splitlines()
    assert "menu.jpg: 698 × 768" in sent
    assert price == "1 frame, 256 tokens at resolution medium"
    assert (you, model) == (f"you: {question}", "model: Onion soup costs €5.20.")
    assert counted == "(the service counted 256 tokens for pictures)"


def test_a_spoken_question_about_a_video(live, tmp_path):
    """Frames that show nothing new are kept back; the answer is kept as sound."""
    video, output = tmp_path / "menu.mp4", tmp_path / "answer.wav"
    picture = Image.open(PICTURES / "menu.jpg").convert("RGB").resize((768, 768))
    with av.open(video, "w") as file:
        stream = file.add_stream("mpeg4", rate=4, width=768, height=768)
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        for _ in range(8):
            file.mux(stream.encode(av.VideoFrame.from_image(picture)))
        file.mux(stream.encode())
    spoken = REPOSITORY / "assets" / "audio" / "price-of-the-soup.wav"
    options = ("--resolution", "low", "--output", output)
    done = run("--input", spoken, "--video", video, *options)
    assert done.returncode == 0, done.stderr
    assert "1 frame, 64 tokens at resolution low" in done.stdout
    assert "5.20" in done.stdout
    with wave.open(str(output)) as answer:
        assert answer.getnframes() > 12_000


def test_a_video_loses_no_picture(live, tmp_path):
    """Each second shows something new, and each is sent, a second apart."""
    video = tmp_path / "three.mp4"
    with av.open(video, "w") as file:
        stream = file.add_stream("mpeg4", rate=10, width=320, height=240)
        stream.pix_fmt = "yuv420p"
        for colour in ("red", "white", "blue"):
            picture = av.VideoFrame.from_image(Image.new("RGB", (320, 240), colour))
            for _ in range(10):
                file.mux(stream.encode(picture))
        file.mux(stream.encode())
    done = run("What is twelve times seven?", "--video", video)
    assert done.returncode == 0, done.stderr
    assert "3 frames, 768 tokens at resolution medium" in done.stdout
    sent = [one for one in live.sessions[-1].frames if '"video"' in one.text]
    apart_s = [later.at_s - one.at_s for one, later in itertools.pairwise(sent)]
    assert len(sent) == 3 and min(apart_s) > 0.9


CAMERA = """
import runpy, sys
from chapter_06 import capture
capture.camera_place = lambda name: ("testsrc=size=1280x720:rate=10", "lavfi")
sys.argv[0] = "see.py"
runpy.run_path("chapter_06/see.py", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to a child")
def test_ctrl_c_while_a_camera_is_shown(live):
    """The script ends with 130 and says nothing, though a thread is in the camera."""
    running = subprocess.Popen(
        [sys.executable, "-c", CAMERA, "x", "--camera", "--seconds", "60"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        for line in running.stdout:
            if line.startswith("sent: <camera"):
                running.send_signal(signal.SIGINT)
                break
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "")


def test_an_answer_may_take_its_time(capsys):
    """What must come within a minute is the next message, not the whole answer."""
    words = [event.OutputTranscript(word) for word in ("It ", "is ", "long.")]
    later_s = 0

    async def dropwise():
        nonlocal later_s
        for one in (*words, event.TurnComplete()):
            later_s += 40
            await asyncio.sleep(0.01)  # what is due by then happens
            yield one

    async def listen():
        loop = asyncio.get_running_loop()
        now = loop.time
        loop.time = lambda: now() + later_s
        options = see.parse_arguments(["x", "--image", "menu.jpg"])
        await see.answer(dropwise(), options)

    asyncio.run(listen())
    assert capsys.readouterr().out.startswith("model: It is long.")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["x", "--image", "nothing.jpg"], 1, "There is no file nothing.jpg."),
        (["x", "--image", "."], 1, ". is a folder; name a picture in it."),
        (["x", "--video", "nothing.mp4"], 1, "There is no file nothing.mp4."),
        (
            ["x", "--image", PICTURES / "menu.jpg", "--output", "none/a.wav"],
            1,
            "There is no folder none for the answer",
        ),
        (["x", "--camera", "/dev/none"], 1, "The camera /dev/none can't be opened"),
        (["x"], 2, "one of the arguments --image --video --camera --screen"),
        (["--screen"], 2, 'give one question: typed ("...") or spoken'),
        (["x", "--screen", "--seconds", "0"], 2, "--seconds is a number from 1 to 600"),
        (["x", "--screen", "--voice", "Korre"], 1, "Did you mean Kore?"),
    ],
)
def test_bad_input_is_one_sentence(live, tmp_path, arguments, code, sentence):
    """No traceback, and an exit code that says so."""
    if arguments[1:2] == ["--camera"] and sys.platform != "linux":
        sentence = "can't be opened"
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_cameras_have_other_names_on_each_system():
    """The first one is taken if none is named; Windows knows only names."""
    assert capture.camera_place("", "linux") == ("/dev/video0", "v4l2")
    assert capture.camera_place("2", "linux") == ("/dev/video2", "v4l2")
    assert capture.camera_place("/dev/video9", "linux") == ("/dev/video9", "v4l2")
    assert capture.camera_place("", "darwin") == ("0", "avfoundation")
    assert capture.camera_place("USB", "win32") == ("video=USB", "dshow")


def test_a_camera_gives_frames_until_it_is_closed(monkeypatch):
    """FFmpeg's test picture stands in for a device."""
    source = ("testsrc=size=1280x720:rate=10", "lavfi")
    monkeypatch.setattr(capture, "camera_place", lambda name: source)
    frames = capture.camera_frames()
    first, second = itertools.islice(frames, 2)
    assert (first.width, first.height, first.source) == (768, 432, "camera")
    assert len(second.thumbnail) == 256
    frames.close()


class Screens:
    """What `mss` needs to be for a screen of one colour."""

    monitors = ({}, {"width": 1920, "height": 1080})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def grab(self, monitor):
        class Shot:
            size = (monitor["width"], monitor["height"])
            bgra = bytes((200, 100, 50, 255)) * (size[0] * size[1])

        return Shot


def test_the_screen_is_captured_in_its_colours(monkeypatch):
    """Blue and red are not exchanged."""
    monkeypatch.setattr(capture.mss, "MSS", Screens)
    frame = next(capture.screen_frames())
    assert (frame.width, frame.height, frame.source) == (768, 432, "screen")
    red, green, blue = Image.open(io.BytesIO(frame.jpeg)).getpixel((9, 9))
    assert red < green < blue


def test_a_machine_without_a_screen_is_explained(monkeypatch):
    """In a sentence that names a way out."""

    def refuse():
        raise capture.mss.ScreenShotError("no display")

    monkeypatch.setattr(capture.mss, "MSS", refuse)
    with pytest.raises(FrameError, match="can't be captured"):
        next(capture.screen_frames())
