"""Stories are as long as asked, about what was asked, and each one is different."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain import Say
from live_emulator.brain.rules.stories import WORDS_PER_MINUTE
from live_emulator.brain.rules.storyteller import compose
from live_emulator.brain.words.speech import word_count
from tests.live_emulator.brain.conversation import (
    BRAIN,
    Conversation,
    answer,
    question,
    skill,
)


@pytest.mark.parametrize(
    ("wish", "minutes"),
    [
        ("tell me a story of two minutes", 2),
        ("Tell me a 2 minute story.", 2),
        ("a one minute story about a lighthouse", 1),
        ("tell me a story about a robot for three minutes", 3),
        ("tell me a two minute bedtime story about a brave little dragon", 2),
        ("tell me a story that lasts ninety seconds", 1.5),
        ("tell me a story of half a minute", 0.5),
        ("tell me a twenty second story", 1 / 3),
        ("tell me a story of ten minutes", 10),
        ("please tell me a story about the sea, five minutes long", 5),
        ("talk for thirty seconds", 0.5),
        ("Talk to me about the sea for two minutes.", 2),
        ("say something long", 3),
    ],
)
def test_length_in_time(wish, minutes):
    """The words of a story fill the time within ten percent."""
    words = word_count(answer(wish))
    assert words == pytest.approx(minutes * WORDS_PER_MINUTE, rel=0.1)


@given(
    st.integers(55, 3_000),
    st.sampled_from(["", "a lighthouse", "a brave little dragon", "Ada", "hope"]),
    st.integers(0, 10**9),
)
def test_length_in_words(words, subject, seed):
    """Any length from 55 words on is met within ten percent."""
    told = sum(map(word_count, compose(subject, words, seed)))
    assert told == pytest.approx(words, rel=0.1)


def test_short_and_long():
    """A long story is longer than one of no given length, and that than a short one."""
    lengths = [
        word_count(answer(f"tell me a {kind} story"))
        for kind in ("very short", "short", "", "long", "very long")
    ]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize(
    ("wish", "sentences"),
    [
        ("tell me a story in three sentences", 3),
        ("tell me a one sentence story", 1),
        ("a story of five sentences", 5),
    ],
)
def test_length_in_sentences(wish, sentences):
    """A number of sentences is kept exactly."""
    assert len(re.findall(r"[.?](?: |$)", answer(wish))) == sentences


def test_extreme_wishes_are_bounded():
    """Nobody gets a story of a year; they are told so, and get a long one."""
    said = answer("tell me a story of one year")
    assert said.startswith("I tell stories of up to thirty minutes.")
    assert word_count(said) < 31 * WORDS_PER_MINUTE


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("tell me a story about a lighthouse", "story about a lighthouse"),
        ("tell me a story about a dragon", "dragon called"),
        ("Tell me a story about Ada and the sea.", "called Ada"),
        ("tell me a story about ada", "called Ada"),
        ("tell me a story about my cat", "story about your cat"),
        ("tell me a story about bananas and friendship", "bananas and friendship"),
        ("tell me a robot story", "robot called"),
    ],
)
def test_subjects(wish, expected):
    """The subject comes up in the story, in the words of the wish."""
    assert expected in answer(wish)


def test_stories_differ_and_repeat():
    """Another seed or subject gives another story, the same gives the same."""
    told = {answer("tell me a story", seed=seed) for seed in range(10)}
    assert len(told) == 10
    assert answer("tell me a story", seed=3) == answer("tell me a story", seed=3)
    assert answer("tell me a story about tea") != answer("tell me a story about salt")


def test_another_story_is_another():
    """In one conversation no two stories are the same."""
    talk = Conversation()
    told = [talk.say("tell me a story")]
    told += [talk.say("another one") for _ in range(3)]
    assert len(set(told)) == 4


def test_no_episode_comes_twice():
    """Up to ten minutes nothing is repeated."""
    sections = compose("", 10 * WORDS_PER_MINUTE, 7)
    assert len(set(sections)) == len(sections)


def test_speech_can_start_at_once():
    """A story comes in pieces of a few sentences, the first a short one."""
    parts = [
        p for p in BRAIN.parts(question("tell me a long story")) if isinstance(p, Say)
    ]
    assert len(parts) > 15
    assert max(word_count(part.text) for part in parts) < 70


def test_all_placeholders_are_filled():
    """No brackets or braces are left over in any story."""
    for seed in range(30):
        assert not re.search(r"[\[\]{}|]", " ".join(compose("a fox", 3_000, seed)))


@pytest.mark.parametrize(
    "message",
    ["what is your favorite story", "the history of rome", "what story is that"],
)
def test_not_every_story_is_wished_for(message):
    """The word alone does not start a story."""
    assert skill(message) != "story"


def test_jokes_are_not_repeated():
    """A dozen jokes in one conversation are a dozen different ones."""
    talk = Conversation()
    told = [talk.say("tell me a joke") for _ in range(12)]
    assert len(set(told)) == 12
