"""text_turns.py: a text, cut into turns."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapter_04.text_turns import INSTRUCTION, LONGEST_TURN, turns_of

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VECTORS: list[dict[str, Any]] = json.loads(
    (REPOSITORY / "tests/vectors/text_turns.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_a_text_becomes_the_turns_of_the_vectors(case: dict[str, Any]) -> None:
    """Each case of the vectors is a fact about turns; its name says which."""
    assert turns_of(case["text"], case["longest"]) == case["turns"]


@given(text=st.text(st.sampled_from("ab., ;!?\n\"'é😀")), longest=st.integers(1, 40))
def test_no_letter_is_lost_and_no_turn_is_too_long(text: str, longest: int) -> None:
    """Turns hold every letter of the text, in order, and fit the limit."""
    turns = turns_of(text, longest)
    assert all(0 < len(turn) <= longest for turn in turns)
    kept = [letter for letter in text if letter.isalnum()]
    assert [letter for turn in turns for letter in turn if letter.isalnum()] == kept


def test_both_languages_ask_for_the_same() -> None:
    """The page and the script give the model the same instruction and limit."""
    code = (REPOSITORY / "chapter_04/text-turns.js").read_text("utf-8")
    joined = code.replace('" +\n  "', "")
    assert f'"{INSTRUCTION}"' in joined
    assert f"LONGEST_TURN = {LONGEST_TURN};" in code
