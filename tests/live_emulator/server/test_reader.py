"""Text in pictures is read in a process of its own, or not at all."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from PIL import Image

from live_emulator.serving import reader as reader_module
from live_emulator.serving.eyes import UnreadableImage
from live_emulator.serving.reader import TextReader, lines_of

PICTURES = Path(__file__).parents[3] / "assets" / "pictures"


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def piece(text: str, left: float, top: float, width: float = 100, tilt: float = 0.0):
    """Return a piece of text, 20 pixels high, in a picture held askew."""
    right = left + width
    corners = [
        (x, y + tilt * x)
        for x, y in ((left, top), (right, top), (right, top + 20), (left, top + 20))
    ]
    return {"text": text, "corners": corners}


def texts(*pieces) -> list[str]:
    return [line.text for line in lines_of(pieces, 1000, 1000)]


def test_what_stands_side_by_side_is_one_line():
    """From left to right, lines from top to bottom."""
    found = [piece("€4.50", 600, 102), piece("Soup", 50, 100), piece("Menu", 200, 20)]
    assert texts(*found) == ["Menu", "Soup €4.50"]
    (_, line) = lines_of(found, 1000, 1000)
    assert (line.left, line.top, line.right, line.bottom) == (0.05, 0.1, 0.7, 0.122)


@pytest.mark.parametrize("tilt", [-0.08, -0.03, 0.05, 0.1])
def test_a_tilted_picture_keeps_its_lines(tilt):
    """A price belongs to the dish that it would be beside if it was held straight."""
    found = [
        piece(text, left, top, tilt=tilt)
        for top in (100, 140, 180)
        for text, left in ((f"dish {top}", 50), (f"{top}.00", 700))
    ]
    assert texts(*found) == [f"dish {top} {top}.00" for top in (100, 140, 180)]


def test_nothing_found_is_no_line():
    """An empty list, and a picture of a single pixel."""
    assert lines_of([], 1, 1) == ()


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[TextReader]:
    async with TextReader() as reader:
        yield reader


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("menu.jpg", ["Café Kormoran", "Onion soup € 5.20", "Coffee € 2.80"]),
        ("bill.jpg", ["12 Harbour Street", "TOTAL €27.07"]),
        ("street-sign.jpg", ["Harbour Street", "No parking 8 am to 6 pm"]),
        ("error-window.png", ["The disk is full.", "Error code: E-4107"]),
    ],
)
async def test_the_pictures_of_the_guide_are_read(reader, name, wanted):
    """Tilted, with shadows and grain; prices beside their names."""
    lines = await reader.read((PICTURES / name).read_bytes())
    assert lines is not None
    assert set(wanted) <= {line.text for line in lines}


async def test_a_blank_picture_has_no_text(reader):
    """None is invented."""
    assert await reader.read(encoded(Image.new("RGB", (640, 480), "white"))) == ()
    with pytest.raises(UnreadableImage):
        await reader.read(b"nothing")


async def test_a_reader_that_dies_or_hangs_is_replaced(reader, monkeypatch):
    """One picture goes unread (not without text); the next one is read."""
    sign = (PICTURES / "street-sign.jpg").read_bytes()
    assert await reader.read(sign)
    (process,) = map(psutil.Process, reader.process_ids)
    process.kill()
    process.wait()
    assert await reader.read(sign)
    (process,) = map(psutil.Process, reader.process_ids)
    process.suspend()
    reading = asyncio.create_task(reader.read(sign))
    while not reader._worker.load:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    process.kill()
    assert await reading is None
    assert await reader.read(sign)
    (process,) = map(psutil.Process, reader.process_ids)
    process.suspend()
    monkeypatch.setattr(reader_module, "_PATIENCE_S", 0.2)
    assert await reader.read(sign) is None
    assert not process.is_running()
    monkeypatch.undo()
    assert await reader.read(sign)


async def test_without_the_package_the_log_says_what_to_install(monkeypatch, caplog):
    """Once, and no process is started."""
    monkeypatch.setattr(reader_module.importlib.util, "find_spec", lambda name: None)
    async with TextReader() as reader:
        with caplog.at_level(logging.WARNING):
            found = await asyncio.gather(*(reader.read(b"") for _ in range(3)))
        assert found == [None] * 3
        assert reader.process_ids == ()
    assert caplog.text.count("pip install") == 1
    assert "rapidocr" in caplog.text
