"""What is written in a picture answers questions about it."""

from dataclasses import replace

import pytest

from live_emulator.brain import Question, Sight, Turn
from live_emulator.brain.types import TextLine, Tool
from tests.live_emulator.brain.conversation import BRAIN, words_of


def lines(*texts: str) -> tuple[TextLine, ...]:
    return tuple(
        TextLine(text, 0.1, number / 20, 0.9, number / 20 + 0.04)
        for number, text in enumerate(texts)
    )


MENU = Sight(
    800,
    600,
    ("white",),
    lines=lines(
        "Café Kormoran",
        "open daily from 8 to 18",
        "Tomato soup € 4.50",
        "Onion soup € 5.20",
        "Vegetable lasagne ..... € 11.90",
        "Coffee 2,80 €",
    ),
)
BILL = Sight(
    400,
    800,
    lines=lines("2 x Soup $9.00", "Subtotal $9.00", "Tax $0.63", "TOTAL $9.63"),
)
SIGN = Sight(800, 400, lines=lines("Harbour Street", "No parking 8 am to 6 pm"))
ERROR = Sight(800, 400, lines=lines("The disk is full.", "Error code: E-4107"))
BLANK = Sight(800, 400, ("white",), lines=())
UNREAD = Sight(800, 400, ("white",))


def asked(message: str, sight: Sight, *before: Turn) -> str:
    turns = (*before, Turn("user", message, sights=(sight,)))
    return words_of(BRAIN.parts(Question(turns)))


@pytest.mark.parametrize(
    ("message", "sight", "answer"),
    [
        ("What does the soup cost?", MENU, "Tomato soup costs €4.50. Onion soup co"),
        ("how much is the tomato soup", MENU, "Tomato soup costs €4.50."),
        ("How much is a coffee?", MENU, "Coffee costs €2.80."),
        ("and the coffee?", MENU, "Coffee costs €2.80."),
        ("What's the price of the lasagna?", MENU, "Vegetable lasagne costs €11.90."),
        ("How much is the salad?", MENU, "I find no salad with a price"),
        ("When is it open?", MENU, "It says: open daily from 8 to 18."),
        ("Read me the menu.", MENU, "It says: Café Kormoran. open daily from 8 to 18."),
        ("What is the total of this bill?", BILL, "The total is $9.63."),
        ("How much do I have to pay?", BILL, "The total is $9.63."),
        ("What does the sign say?", SIGN, "It says: Harbour Street. No parking 8 am"),
        ("what street is this", SIGN, "It says: Harbour Street."),
        ("Can you read it?", SIGN, "It says: Harbour Street."),
        ("What is the error code?", ERROR, "It says: Error code: E-4107."),
        ("What does it say?", BLANK, "I see no text"),
        ("What does the sign say?", UNREAD, "I can not read this picture any more"),
        ("What do you see?", SIGN, "I see text. It says: Harbour Street."),
        ("", SIGN, "I see text. It says: Harbour Street."),
    ],
)
def test_questions_about_text(message, sight, answer):
    """All of it, a price, a total, or the line that fits the question."""
    assert asked(message, sight).startswith(answer)


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("How much is twelve times seven?", "eighty-four"),
        ("My name is Ada.", "Ada"),
        ("What color is it?", "white"),
    ],
)
def test_other_questions_are_answered_as_ever(message, answer):
    """A menu in the picture is no reason to read from it."""
    assert answer in asked(message, MENU)


@pytest.mark.parametrize(
    "message", ["What is the title of the window?", "What is this window called?"]
)
def test_a_title_is_what_is_written_at_the_top(message):
    """Without the sign that closes the window."""
    lines = (TextLine("Backup ×", 0, 0, 1, 0.1), TextLine("Full", 0, 0.5, 1, 0.6))
    window = replace(MENU, lines=lines)
    assert asked(message, window) == "The title is Backup."


def test_a_function_comes_first():
    """What a declared function can find out is not read from the picture."""
    schema = {"type": "object", "properties": {"dish": {"type": "string"}}}
    tool = Tool("get_price", "Get the price of a dish", schema)
    turn = Turn("user", "What is the price of the soup?", sights=(MENU,))
    assert BRAIN.skill(Question((turn,), tools=(tool,))) == "function"


def test_without_a_picture_it_asks_for_one():
    """As for every other question about what is seen."""
    turn = Turn("user", "What does the sign say?")
    assert "not received an image" in words_of(BRAIN.parts(Question((turn,))))


@pytest.mark.parametrize(
    ("message", "needed"),
    [
        ("What does the soup cost?", True),
        ("", True),
        ("What do you see?", True),
        ("Which trains leave after ten?", True),
        ("What is twelve times seven?", False),
        ("Tell me a story.", False),
        ("Hello!", False),
    ],
)
def test_text_is_read_only_when_it_is_needed(message, needed):
    """Reading takes a second, and a camera sends a picture each."""
    assert (
        BRAIN.needs_text(Question((Turn("user", message, sights=(UNREAD,)),))) is needed
    )
    if message:
        assert not BRAIN.needs_text(Question((Turn("user", message),)))
