"""The quiz asks what it can judge, and judges fairly."""

import pytest

from live_emulator.brain import Question, Turn
from tests.live_emulator.brain.conversation import (
    BRAIN,
    Conversation,
    answer,
    words_of,
)

PERU = "What is the capital of Peru?"
SUM = "What is seven times eight?"


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        (PERU, "Lima", "That is right: Lima."),
        (PERU, "it is lima", "That is right: Lima."),
        (PERU, "rome", "Not quite, it is Lima."),
        (PERU, "i do not know", "It is Lima."),
        (PERU, "what time is it", "ten oh five"),
        (SUM, "fifty six", "That is right: fifty-six."),
        (SUM, "It is 56.", "That is right: fifty-six."),
        (SUM, "54", "Not quite, it is fifty-six."),
        (SUM, "i give up", "It is fifty-six."),
        (SUM, "stop", "All right."),
        ("What is the capital of Atlantis?", "Lima", ""),
        ("What is love times hate?", "4", ""),
    ],
)
def test_judges_answers(asked, said, expected):
    """Right, wrong, given up, or something else altogether."""
    turns = (Turn("user", "quiz me"), Turn("model", asked), Turn("user", said))
    now = Conversation().rest["now"]
    assert words_of(BRAIN.parts(Question(turns, now=now))).startswith(
        expected
    ) or expected in words_of(BRAIN.parts(Question(turns, now=now)))


def test_every_question_can_be_answered():
    """Each question it asks it can answer itself."""
    for seed in range(40):
        question = answer("quiz me", seed=seed)
        assert "Gemini" not in answer(question)


def test_the_next_question_is_another():
    """Question after question, none twice."""
    talk = Conversation()
    asked = [talk.say("quiz me")]
    asked += [talk.say("next question") for _ in range(8)]
    assert len(set(asked)) > 7
