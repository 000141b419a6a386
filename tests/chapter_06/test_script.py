"""see.py as a reader runs it, and what it takes frames from."""

import itertools
import subprocess
import sys
import wave

import av
import pytest
from PIL import Image

from chapter_06 import capture
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


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["x", "--image", "nothing.jpg"], 1, "There is no file nothing.jpg."),
        (["x", "--image", "."], 1, ". is a folder; name a picture in it."),
        (["x", "--video", "nothing.mp4"], 1, "There is no file nothing.mp4."),
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
    assert len(capture.thumbnail(second)) == 256
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
    red, green, blue = Image.open(capture.io.BytesIO(frame.jpeg)).getpixel((9, 9))
    assert red < green < blue


def test_a_machine_without_a_screen_is_explained(monkeypatch):
    """In a sentence that names a way out."""

    def refuse():
        raise capture.mss.ScreenShotError("no display")

    monkeypatch.setattr(capture.mss, "MSS", refuse)
    with pytest.raises(FrameError, match="can't be captured"):
        next(capture.screen_frames())
