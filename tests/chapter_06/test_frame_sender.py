"""Which picture goes out, and when; and what that costs."""

import json
from pathlib import Path

import numpy
import pytest
from PIL import Image

from chapter_06.frame_budget import (
    CONTEXT_TOKENS,
    FRAME_TOKENS,
    frame_tokens,
    minutes_until_full,
)
from chapter_06.frame_sender import CHANGED, FrameSender, difference

CASES = json.loads(
    (Path(__file__).parents[1] / "vectors" / "frame_sender.json").read_text("utf-8")
)["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vectors(case):
    """The twin in JavaScript is held to the same."""
    sender = FrameSender(case["policy"])
    for step in case["steps"]:
        at_ms, brightness, is_speaking, expected = step
        sent = sender.should_send([brightness] * 16, at_ms, is_speaking=is_speaking)
        assert sent is expected
    assert (sender.sent, sender.kept) == (case["sent"], case["kept"])


def thumbnail(image: numpy.ndarray) -> list[int]:
    small = Image.fromarray(image.clip(0, 255).astype(numpy.uint8)).resize((16, 16))
    return list(small.tobytes())


def test_noise_is_no_change_and_a_hand_is_one():
    """The threshold lies between what a sensor does and what a person does."""
    random = numpy.random.default_rng(1)
    room = numpy.full((240, 320), 90.0)
    noisy = [room + random.normal(0, 12, room.shape) for _ in range(2)]
    noise = difference(*(thumbnail(image) for image in noisy))
    hand = room.copy()
    hand[100:180, 120:200] += 80
    assert noise < CHANGED / 4
    assert difference(thumbnail(room), thumbnail(hand)) > CHANGED


def test_pictures_that_cannot_be_compared_are_different():
    """Another size, or none at all."""
    assert difference([1], [1, 2]) == difference([], []) == 255


def test_prices():
    """A frame has one price for each resolution, whatever its size."""
    assert frame_tokens(10, "low") == 640
    assert frame_tokens(10) == frame_tokens(10, "medium") == 2560
    assert set(FRAME_TOKENS) == {"low", "medium", "high"}


def test_how_long_a_session_lasts():
    """131,072 tokens: 87 minutes of an open microphone, under 8 with a camera."""
    assert minutes_until_full(0) == pytest.approx(CONTEXT_TOKENS / 25 / 60)
    assert minutes_until_full(1) == pytest.approx(131_072 / 281 / 60)
    assert minutes_until_full(1, "low") == pytest.approx(131_072 / 89 / 60)
    assert minutes_until_full(0, talking=0) == float("inf")
