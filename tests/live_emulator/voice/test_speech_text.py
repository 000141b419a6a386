"""Texts are cut for speaking so that nothing is lost and every word keeps its place."""

import pytest

from live_emulator.voice.speaking.speech_text import segments, timed_words


def said(text: str) -> list[str]:
    return [segment.text for segment in segments(text)]


def test_sentences_are_spoken_one_by_one():
    """A segment ends where a sentence ends."""
    assert said("One. Two? Three!") == ["One.", " Two?", " Three!"]


@pytest.mark.parametrize("text", ["Mr. Smith is here", "It is 3.14 m", "J. S. Bach"])
def test_a_dot_alone_ends_no_sentence(text):
    """Abbreviations and decimal points do not cut a sentence in two."""
    assert len(segments(text)) == 1


def test_the_first_segment_ends_at_an_early_comma():
    """Somebody waits for it; later ones are cut at commas only when they are long."""
    clause = "Once upon a time there lived a robot,"
    assert said(f"{clause} small, old and grey, that wanted to see the sea.") == [
        clause,
        " small, old and grey, that wanted to see the sea.",
    ]
    assert len(said("Hello, Ada.")) == 1


def test_no_segment_is_long():
    """Text without any punctuation is cut between words."""
    text = "word " * 500
    assert all(len(segment.text) <= 201 for segment in segments(text))
    assert "".join(said(text)).split() == text.split()


def test_text_without_spaces_is_cut_too():
    """Ten thousand letters in a row are no reason to wait."""
    assert sum(len(text) for text in said("a" * 10_000)) == 10_000


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\n", "...", "\U0001f600\U0001f44d", "\0"]
)
def test_nothing_to_say(text):
    """Blanks, punctuation, emoji and control characters are no speech."""
    assert segments(text) == []


def test_control_characters_and_emoji_become_blanks():
    """Neither ends the text, commands the synthesiser, or is read by name."""
    (segment,) = segments("a\0b\x01c \U0001f600 d\ud800e")
    assert segment.text == "a b c   d e"


def test_every_character_keeps_its_place():
    """Also behind a long number, which is parted into digits."""
    text = "Call 12345678901234567890 now caf\u00e9"
    (segment,) = segments(text)
    assert "1 2 3" in segment.text
    for character, origin in zip(segment.text, segment.origin, strict=True):
        assert character in (text[origin], " ")


def words(text: str, marks: list[tuple[str, float]]) -> list[tuple[str, float]]:
    (segment,) = segments(text)
    known = [(segment.text.index(part), ms) for part, ms in marks]
    timed = timed_words(text, segment, known, 1000)
    return [(text[start:end], ms) for start, end, ms in timed]


def test_words_are_found_without_punctuation():
    """A mark may lie anywhere in its word."""
    marks = [("He", 0.0), ("said", 100.0), ("84", 200.0), ("$5", 300.0)]
    assert words('He said: "84 ($5)!"', marks) == marks


def test_one_word_that_is_spoken_as_two_counts_once():
    """84 begins with eighty."""
    found = words("84 days", [("84", 0.0), ("4", 250.0), ("days", 500.0)])
    assert found == [("84", 0.0), ("days", 500.0)]


def test_two_words_that_are_spoken_as_one_are_both_timed():
    """The second lies between its neighbours, at the end before the end."""
    found = words("D\u00e9j\u00e0 vu is it", [("D", 0.0), ("is", 600.0)])
    expected = [("D\u00e9j\u00e0", 0), ("vu", 300), ("is", 600), ("it", 800)]
    assert found == expected


def test_languages_without_spaces_are_parted_at_the_marks():
    """There the synthesiser says what a word is."""
    found = words("\u4eca\u65e5\u306f\u3002", [("\u4eca", 0.0), ("\u306f", 400.0)])
    assert found == [("\u4eca\u65e5", 0.0), ("\u306f", 400.0)]


def test_times_never_run_backwards_nor_beyond():
    """Whatever the synthesiser claims."""
    found = words("one two three", [("one", 500.0), ("two", 100.0), ("three", 5000.0)])
    assert [ms for _, ms in found] == [500.0, 500.0, 1000.0]
