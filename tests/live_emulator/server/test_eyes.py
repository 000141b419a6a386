"""What is measured in an image: size, colours, brightness, motion, shapes."""

import io
import random
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageDraw

from live_emulator.serving import eyes as eyes_module
from live_emulator.serving.eyes import Eyes, UnreadableImage


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    """Return the bytes of a file with the image."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def drawing(
    shape: str, colour: str, size: tuple[int, int] = (640, 480), box: int = 200
) -> bytes:
    """Return a white image with one shape in the middle."""
    image = Image.new("RGB", size, "white")
    left, top = (size[0] - box) // 2, (size[1] - box) // 2
    right, bottom = left + box, top + box
    draw = ImageDraw.Draw(image)
    match shape:
        case "circle":
            draw.ellipse((left, top, right, bottom), colour)
        case "ellipse":
            draw.ellipse((left - box // 2, top, right + box // 2, bottom), colour)
        case "square":
            draw.rectangle((left, top, right, bottom), colour)
        case "rectangle":
            draw.rectangle((left - box // 2, top, right + box // 2, bottom), colour)
        case "triangle":
            top_corner = ((left + right) // 2, top)
            draw.polygon([top_corner, (left, bottom), (right, bottom)], colour)
        case "cross":
            third = box // 3
            draw.rectangle((left + third, top, right - third, bottom), colour)
            draw.rectangle((left, top + third, right, bottom - third), colour)
        case "diamond":
            middle = (left + box // 2, top + box // 2)
            draw.regular_polygon((middle, box // 2), 4, rotation=45, fill=colour)
    return encoded(image)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_size_colour_and_brightness(kind):
    """A plain image has its size, one colour, and that colour's brightness."""
    sight = Eyes().look(encoded(Image.new("RGB", (320, 200), (40, 90, 210)), kind))
    assert (sight.width, sight.height) == (320, 200)
    assert (sight.colours, sight.shapes) == (("blue",), ())
    assert 0.3 < sight.brightness < 0.5


def test_colours_are_ordered_by_their_area():
    """The largest area comes first; specks are not worth a word."""
    image = Image.new("RGB", (100, 100), "red")
    image.paste("green", (0, 0, 100, 30))
    image.paste("yellow", (0, 0, 10, 10))
    assert Eyes().look(encoded(image)).colours == ("red", "green")


@pytest.mark.parametrize(
    ("shape", "seen"),
    [
        ("circle", ("a red circle",)),
        ("ellipse", ("a red ellipse",)),
        ("square", ("a red square",)),
        ("rectangle", ("a red rectangle",)),
        ("triangle", ("a red triangle",)),
        ("cross", ()),
        ("diamond", ()),
    ],
)
def test_shapes(shape, seen):
    """A plain shape is named; what is none of them is not."""
    assert Eyes().look(drawing(shape, "red")).shapes == seen


def test_an_orange_shape_has_its_article():
    """Orange begins with a vowel."""
    assert Eyes().look(drawing("square", (245, 140, 25))).shapes == (
        "an orange square",
    )


def test_what_is_scattered_is_no_shape():
    """Spots of one colour all over the image are no shape, nor is a thin line."""
    image = Image.new("RGB", (96, 96), "white")
    draw = ImageDraw.Draw(image)
    for x in (10, 70):
        draw.rectangle((x, 10, x + 12, 22), "red")
    draw.rectangle((0, 60, 95, 63), "blue")
    assert Eyes().look(encoded(image)).shapes == ()


def test_two_shapes_at_most():
    """The two largest shapes are named, the larger first."""
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 149, 149), "blue")
    draw.rectangle((180, 10, 279, 109), "red")
    draw.rectangle((10, 200, 69, 259), "green")
    assert Eyes().look(encoded(image)).shapes == ("a blue square", "a red square")


def test_motion_is_the_change_since_the_image_before():
    """The first image has no motion; the same again has none; another has some."""
    eyes = Eyes()
    black, white = (
        encoded(Image.new("RGB", (50, 50), colour)) for colour in ("black", "white")
    )
    motions = [eyes.look(image).motion for image in (black, black, white, black)]
    assert motions == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"not an image",
        encoded(Image.new("RGB", (10, 10)), "GIF"),
        encoded(Image.new("RGB", (64, 64)))[:60],
        random.Random(7).randbytes(10_000),
    ],
    ids=["nothing", "text", "another format", "cut short", "noise"],
)
def test_what_is_no_image(image):
    """Anything but a whole JPEG, PNG or WebP is refused."""
    with pytest.raises(UnreadableImage):
        Eyes().look(image)


def test_an_image_that_would_not_fit(monkeypatch):
    """An image of too many pixels is refused before it is unpacked."""
    monkeypatch.setattr(eyes_module, "_MAX_PIXELS", 99)
    with pytest.raises(UnreadableImage, match="too many pixels"):
        Eyes().look(encoded(Image.new("RGB", (10, 10))))


def header_of(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b""
    for kind, data in (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ):
        check = struct.pack(">I", zlib.crc32(kind + data))
        chunks += struct.pack(">I", len(data)) + kind + data + check
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("side", [8_000, 13_400, 60_000, 2**31 - 1])
def test_a_huge_header_is_refused_in_one_sentence(side):
    """Whatever Pillow makes of it: 64 megapixels, 180, more than it opens."""
    with pytest.raises(UnreadableImage, match="too many pixels.*50 million") as refused:
        Eyes().look(header_of(side, side))
    assert "not known" in str(refused.value)


def test_of_an_animation_the_first_picture_counts():
    """It takes no longer than that."""
    first, *others = (Image.new("RGB", (64, 64), c) for c in ("red", "blue", "green"))
    file = io.BytesIO()
    first.save(file, "WEBP", save_all=True, append_images=others, lossless=True)
    assert Eyes().look(file.getvalue()).colours == ("red",)


def test_transparent_parts_are_white():
    """As on a page."""
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert Eyes().look(encoded(image)).colours == ("white",)


LARGE = """
import io, resource, sys
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
from live_emulator.serving.eyes import Eyes
file = io.BytesIO()
Image.new("RGB", (7000, 7000), "blue").save(file, "PNG", compress_level=1)
large = file.getvalue()
Eyes().look(large)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with ThreadPoolExecutor(6) as threads:
    sights = list(threads.map(lambda _: Eyes().look(large), range(6)))
assert {sight.colours for sight in sights} == {("blue",)}
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts otherwise there")
def test_many_large_images_take_the_memory_of_one():
    """They are decoded one after another, whoever sends them."""
    done = subprocess.run(
        [sys.executable, "-c", LARGE], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 60, "megabytes"


def test_an_image_is_made_smaller_for_reading():
    """Its longer side is bounded, and a small one stays as it is."""
    wide = encoded(Image.new("RGB", (3000, 100), "red"), "JPEG")
    assert eyes_module.scaled(wide, 1000).size == (1000, 33)
    thin = encoded(Image.new("RGB", (1, 900), "red"))
    assert eyes_module.scaled(thin, 100).size == (1, 100)
    assert eyes_module.scaled(encoded(Image.new("RGB", (80, 60))), 100).size == (80, 60)


@pytest.mark.parametrize(
    ("level", "colour"), [(0, "black"), (30_000, "grey"), (65_535, "white")]
)
def test_a_png_of_16_bits(level, colour):
    """A grey picture of a scanner or a scientific camera has its own brightness."""
    sight = Eyes().look(encoded(Image.new("I;16", (64, 64), level)))
    assert sight.colours == (colour,)
    assert sight.brightness == pytest.approx(level / 65_535, abs=0.01)


@pytest.mark.parametrize(
    ("picture", "transparency", "colour"),
    [
        (Image.new("RGB", (64, 64), "red").quantize(8), b"\0", "white"),
        (Image.new("RGB", (64, 64), "red").quantize(8), b"\xff\x80", "red"),
        (Image.new("RGB", (64, 64), "red"), (255, 0, 0), "white"),
        (Image.new("RGB", (64, 64), "red"), (0, 0, 0), "red"),
        (Image.new("L", (64, 64), 0), 0, "white"),
    ],
    ids=["palette", "palette, opaque", "key", "another key", "grey key"],
)
def test_transparency_without_an_alpha_channel(picture, transparency, colour):
    """What can be seen through shows the white ground, however the file says so."""
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=transparency)
    assert Eyes().look(file.getvalue()).colours == (colour,)
