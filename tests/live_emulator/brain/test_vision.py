"""Questions about images are answered from what was measured, and nothing else."""

import pytest

from live_emulator.brain import Question, Sight, Turn
from tests.live_emulator.brain.conversation import BRAIN, words_of

RED_CIRCLE = Sight(640, 480, ("blue", "white"), 0.8, 0.2, ("a red circle",))
DARK = Sight(320, 240, ("black",), 0.05)


def seen(message: str, *sights: Sight, spoken: bool = False) -> str:
    turns = (Turn("user", message, sights=sights, spoken=spoken),)
    return words_of(BRAIN.parts(Question(turns)))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("what do you see", "I see a red circle. The main colors are blue and white."),
        ("What is this?", "I see a red circle."),
        (
            "describe the picture",
            "rather bright, six hundred and forty by four hundred",
        ),
        ("What colour is it?", "The main colors are blue and white."),
        ("what color is it", "The main colors are blue and white."),
        ("is it bright or dark", "rather bright"),
        ("is it dark", "No, it is rather bright."),
        ("is anything moving", "Yes, there is a lot of motion."),
        ("what shape is it", "I can make out a red circle."),
        ("how large is the image", "six hundred and forty pixels wide"),
        ("do you see a red circle", "Yes, I can make out a red circle."),
        ("do you see anything green", "No, I see no green."),
        ("is it blue", "Yes. The main colors are blue and white."),
        ("do you see a cat", "I can not tell whether there is a cat."),
        ("can you see me", "I receive your images."),
        ("", "I see a red circle."),
    ],
)
def test_answers_from_what_was_measured(message, expected):
    """Colours, light, motion, shapes and size, in words."""
    assert expected in seen(message, RED_CIRCLE)


def test_says_that_it_only_measures():
    """It does not pretend to recognise things."""
    assert "Gemini would recognize" in seen("what do you see", RED_CIRCLE)


def test_a_dark_still_image():
    """No motion and no light are said as such."""
    assert seen("is it dark", DARK) == "Yes, it is very dark."
    assert "not" in seen("is anything moving", DARK).lower()
    assert seen("what shape is it", DARK) == "I can not make out a large shape."


def test_the_newest_image_counts():
    """A question without an image is about the last one that was sent."""
    turns = (
        Turn("user", "hello", sights=(DARK,)),
        Turn("model", "Hello."),
        Turn("user", "look", sights=(RED_CIRCLE,)),
        Turn("model", "I see."),
        Turn("user", "what color is it"),
    )
    assert "blue and white" in words_of(BRAIN.parts(Question(turns)))


def test_counts_images():
    """It knows how many images there were."""
    assert "one image" in seen("how many images have you seen", DARK)
    assert "no images" in seen("how many images have you seen")


def test_the_middle_and_the_edges():
    """Neither bright nor dark is called so, and so are the extremes."""
    gray = Sight(2, 2, ("gray",), 0.5)
    assert seen("is it bright", gray) == "It is neither bright nor dark."
    assert seen("is it bright", Sight(2, 2, (), 1.0)) == "Yes, it is very bright."
    assert seen("is it bright", Sight(2, 2, (), 0.2)) == "No, it is rather dark."
    assert "can not make out a color" in seen("what color is it", Sight(2, 2))
    assert "No, nothing is moving." in seen("is anything moving", DARK, DARK)


@pytest.mark.parametrize(
    "message",
    ["what do you see", "what color is it", "is anything moving", "look here"],
)
def test_without_an_image_it_says_so(message):
    """Nothing is made up."""
    assert "not received an image" in seen(message)
