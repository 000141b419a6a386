"""Any word gets a pronunciation: known, made of known parts, or guessed."""

import pytest

from live_emulator.voice.letter_sounds import LetterSounds
from live_emulator.voice.pronunciation import Pronouncer

DICTIONARY = {
    "web": "W EH B",
    "socket": "S AA K AH T",
    "read": "R EH D",
    "read(2)": "R IY D",
    "cat": "K AE T",
    "dish": "D IH SH",
    "thirty": "TH ER T IY",
}


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("read", ["R EH D", "R IY D"]),
        ("websocket", ["W EH B S AA K AH T"]),
        ("cats", ["K AE T S"]),
        ("cat's", ["K AE T S"]),
        ("webs", ["W EH B Z"]),
        ("dish's", ["D IH SH IH Z"]),
        ("http", ["EY CH T IY T IY P IY"]),
        ("thirty", ["TH ER D IY"]),
        ("123", []),
    ],
)
def test_where_pronunciations_come_from(word: str, sounds: list[str]):
    """The dictionary, compounds, endings, letters read one by one."""
    assert Pronouncer(DICTIONARY.get)(word) == sounds


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("shelf", "SH EH L F"),
        ("blip", "B L IH P"),
        ("shopping", "SH AA P IH NG"),
        ("vision", "V IH ZH AH N"),
    ],
)
def test_letters_are_turned_into_sounds(word: str, sounds: str):
    """By rules that were learned from a dictionary."""
    assert " ".join(LetterSounds()(word)) == sounds


def test_letters_without_sounds_do_no_harm():
    """Whatever is not a letter from a to z is passed over."""
    assert LetterSounds()("\u00fc-7") == ()
    assert LetterSounds()("\u00fcblip") == LetterSounds()("blip")
