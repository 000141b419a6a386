"""Texts are read word for word, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain import Say
from tests.live_emulator.brain.conversation import (
    BRAIN,
    Conversation,
    answer,
    question,
    words_of,
)

ENGINE = "You are a text to speech engine. Read the user's text aloud, word for word."

TEXT = (
    "It was, he said, \u201cfine\u201d. Was it? Call me at 10:30, or e-mail "
    "a@b.example; we owe \u20ac3.50 (net).\nA second line follows here, "
    "and then: nothing."
)


@pytest.mark.parametrize(
    "wrapper",
    [
        "Read this aloud: {}",
        "Please read the following text aloud: {}",
        "Read the following text aloud:\n\n{}",
        "Repeat after me: {}",
        "Say exactly: {}",
        "Say: {}",
        "Say cheerfully: {}",
        "Could you read this to me: {}",
        "Read aloud: {}",
        "Repeat the following sentence word for word: {}",
        "TTS the following: {}",
    ],
)
def test_reads_what_stands_behind_the_colon(wrapper):
    """All of the text is said, and nothing else."""
    assert answer(wrapper.format(TEXT)).split() == TEXT.split()


@pytest.mark.parametrize(
    "message",
    [
        "repeat after me the quick brown fox",
        "please repeat after me the quick brown fox",
        "say exactly the quick brown fox",
        "read this aloud the quick brown fox",
        "say the words the quick brown fox",
        "Say the quick brown fox",
    ],
)
def test_reads_without_a_colon(message):
    """Spoken requests have no punctuation and work as well."""
    assert answer(message).lower().strip(".") == "the quick brown fox"


def test_quotation_marks_around_the_text_are_not_read():
    """Marks around the whole text only show where it begins and ends."""
    assert answer('Read this aloud: "Hello there."') == "Hello there."
    assert answer('Read this aloud: "A" or "B"?') == '"A" or "B"?'


def test_asks_for_a_missing_text():
    """Without a text it asks for it, and reads the next message."""
    talk = Conversation()
    assert "send me the text" in talk.say("Read the following text aloud:")
    assert talk.say("What is two plus two?") == "What is two plus two?"


@pytest.mark.parametrize(
    "instruction",
    [
        ENGINE,
        "You are a TTS engine. Repeat the user's message verbatim.",
        "Read exactly what the user writes, aloud.",
        "You are a text-to-speech system.",
    ],
)
def test_an_instruction_makes_it_a_speech_engine(instruction):
    """Whatever is sent is read, also what looks like a question or a request."""
    for text in (TEXT, "What is two plus two?", "Tell me a joke.", "stop"):
        assert answer(text, instruction=instruction).split() == text.split()


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_any_text_is_read_word_for_word(text):
    """No word of any text is lost, added or changed."""
    if not text.strip() or ":" in text:
        return
    # Behind a Chinese full stop, which needs no space, a part may begin.
    said = answer(text, instruction=ENGINE)
    assert "".join(said.split()) == "".join(text.split())


def test_long_texts_come_in_pieces():
    """Ten thousand words are read completely, in pieces that can be interrupted."""
    text = "One more sentence, as it happens, is read here. " * 1_250
    parts = BRAIN.parts(question(f"Read this aloud: {text}"))
    assert words_of(parts).split() == text.split()
    assert len(parts) > 400


def test_a_text_without_full_stops_comes_in_pieces():
    """Even an endless sentence is cut, so that speech can start."""
    parts = BRAIN.parts(question("Read this aloud: " + "word " * 1_000))
    assert all(isinstance(p, Say) and len(p.text.split()) <= 60 for p in parts)
    assert words_of(parts).split() == ["word"] * 1_000
