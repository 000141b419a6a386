"""Pictures of any kind become small JPEGs; what is none is refused in one sentence."""

import io
import os
import struct
import zlib

import av
import numpy
import pytest
from PIL import Image

from chapter_06.frames import (
    MOST_BYTES,
    MOST_FILE_BYTES,
    FrameError,
    frame_from,
    read_frame,
    video_frames,
)


def picture(width=1600, height=900, mode="RGB", seed=1) -> Image.Image:
    """Make a picture of soft blots."""
    small = numpy.random.default_rng(seed).integers(0, 255, (9, 16, 3), numpy.uint8)
    return Image.fromarray(small).resize((width, height), 3).convert(mode)


def saved(image: Image.Image, format: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def decoded(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


@pytest.mark.parametrize(
    ("format", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P")]
    + [("PNG", "1"), ("WEBP", "RGB"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "RGB")],
)
def test_every_kind_becomes_a_small_jpeg(format, mode, tmp_path):
    """The longer side is 768, and the picture is the one that it was."""
    path = tmp_path / f"menu.{format.lower()}"
    path.write_bytes(saved(picture(mode=mode), format))
    frame = read_frame(path)
    assert (frame.width, frame.height) == (768, 432)
    assert decoded(frame.jpeg).size == (768, 432)
    assert len(frame.jpeg) <= MOST_BYTES and frame.source == str(path)
    if mode == "RGB":
        small = numpy.asarray(picture().resize((768, 432)), int)
        assert numpy.abs(small - numpy.asarray(decoded(frame.jpeg), int)).mean() < 6


def test_the_name_of_a_file_says_nothing(tmp_path):
    """A PNG that is called .jpg is a PNG."""
    path = tmp_path / "menu.jpg"
    path.write_bytes(saved(picture(), "PNG"))
    assert read_frame(path).width == 768


def test_small_pictures_stay_as_they_are():
    """Nothing is made larger."""
    frame = frame_from(picture(64, 36))
    assert (frame.width, frame.height) == (64, 36)


def test_pictures_of_phones_are_turned_upright():
    """How the camera was held stands in the file."""
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    frame = frame_from(saved(picture(), "JPEG", exif=exif))
    assert (frame.width, frame.height) == (432, 768)


def test_what_is_transparent_becomes_white():
    """Not black, on which dark text could not be read."""
    frame = frame_from(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert decoded(frame.jpeg).getpixel((25, 25)) == (255, 255, 255)


def test_of_an_animation_the_first_picture_is_taken():
    """As a person would see it at first."""
    first, second = (
        Image.new("RGB", (40, 40), "red"),
        Image.new("RGB", (40, 40), "blue"),
    )
    data = saved(first, "GIF", save_all=True, append_images=[second])
    red, _, blue = decoded(frame_from(data).jpeg).getpixel((20, 20))
    assert red > 200 and blue < 50


def test_deep_pictures_keep_their_contrast():
    """16 bits a pixel, of which only the lowest are used."""
    ramp = numpy.linspace(100, 4000, 64 * 64).reshape(64, 64).astype(numpy.uint16)
    frame = frame_from(saved(Image.fromarray(ramp), "PNG"))
    grey = numpy.asarray(decoded(frame.jpeg).convert("L"))
    assert grey.min() < 10 and grey.max() > 245


@pytest.mark.parametrize("side_px", [768, 3000])
def test_noise_is_made_smaller_until_it_fits(side_px):
    """The worst of all pictures costs no more than the best, whatever is allowed."""
    shape = (side_px, side_px, 3)
    noise = numpy.random.default_rng(1).integers(0, 2, shape, numpy.uint8) * 255
    frame = frame_from(Image.fromarray(noise), most_px=side_px)
    assert len(frame.jpeg) <= MOST_BYTES
    assert decoded(frame.jpeg).size == (frame.width, frame.height)


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    ended = b"\0\0\0\0IEND\xaeB`\x82"
    sum32 = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + sum32 + ended


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello", "is not a picture. JPEG, PNG"),
        (b"<svg xmlns='x'></svg>", "is a drawing or a page"),
        (b'<?xml version="1.0"?><svg/>', "is a drawing or a page"),
        (HEIC, "is a HEIC picture"),
        (saved(picture(), "JPEG")[:2000], "is damaged or incomplete"),
        (saved(picture(), "PNG")[:2000], "is damaged or incomplete"),
        (png_that_claims(9_000, 9_000), "has 9,000 × 9,000 pixels"),
        (png_that_claims(60_000, 60_000), "far too many pixels"),
        (png_that_claims(100, 100), "is damaged or incomplete"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(data, words, tmp_path):
    """It is refused before it is decoded, and the file is named."""
    path = tmp_path / "menu.jpg"
    path.write_bytes(data)
    with pytest.raises(FrameError, match=words) as refused:
        read_frame(path)
    assert str(path) in str(refused.value)


def test_files_that_cannot_be_read(tmp_path):
    """Folders, missing files, pipes and huge files are named as what they are."""
    with pytest.raises(FrameError, match="is a folder"):
        read_frame(tmp_path)
    with pytest.raises(FrameError, match="There is no file"):
        read_frame(tmp_path / "none.jpg")
    with pytest.raises(FrameError, match="can't be read"):
        read_frame("\0.jpg")
    with pytest.raises(FrameError, match="can't be read"):
        read_frame("x" * 300)
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)
    with pytest.raises(FrameError, match="has 50 MB"):
        read_frame(huge)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_a_pipe_is_no_picture(tmp_path):
    """Nobody waits for what may never come."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FrameError, match="is not a file"):
        read_frame(tmp_path / "pipe")


def video(path, seconds, rate=10, codec="mpeg4") -> None:
    """Write a video whose red grows by 20 each second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(int(seconds * rate)):
            colour = (20 * (number // rate), 40, 60)
            image = Image.new("RGB", (320, 240), colour)
            for packet in stream.encode(av.VideoFrame.from_image(image)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def test_a_video_gives_a_frame_each_second(tmp_path):
    """At the moments that were asked for, with the pictures of these moments."""
    path = tmp_path / "walk.mp4"
    video(path, 4.5)
    frames = list(video_frames(path))
    assert [round(frame.at_s or 0, 1) for frame in frames] == [0, 1, 2, 3, 4]
    reds = [decoded(frame.jpeg).getpixel((9, 9))[0] for frame in frames]
    assert all(abs(red - 20 * second) < 8 for second, red in enumerate(reds))


def test_a_video_of_one_frame_gives_one(tmp_path):
    """A picture that calls itself a video is enough."""
    path = tmp_path / "still.mp4"
    video(path, 0.1)
    assert len(list(video_frames(path))) == 1


def test_a_video_without_its_first_key_frame_begins_later(tmp_path):
    """What can't be decoded is left out, and nothing is raised."""
    path = tmp_path / "cut.ts"
    video(path, 4, codec="mpeg2video")
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 3 // 188 * 188 :])
    frames = list(video_frames(path))
    assert 1 <= len(frames) <= 4


def test_damage_in_the_middle_ends_the_frames(tmp_path):
    """What came before is kept."""
    path = tmp_path / "walk.mkv"
    video(path, 4)
    path.write_bytes(path.read_bytes()[:-2000])
    assert len(list(video_frames(path))) >= 2


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "can't be read as a video"), (b"hello" * 99, "can't be read as a video")],
)
def test_what_is_no_video_is_refused_in_one_sentence(data, words, tmp_path):
    """As for pictures."""
    path = tmp_path / "walk.mp4"
    path.write_bytes(data)
    with pytest.raises(FrameError, match=words):
        list(video_frames(path))


def test_sound_is_no_video(repository):
    """The sentence says where sound goes."""
    speech = repository / "assets" / "audio" / "my-name-is-ada.wav"
    with pytest.raises(FrameError, match="holds no video"):
        list(video_frames(speech))
