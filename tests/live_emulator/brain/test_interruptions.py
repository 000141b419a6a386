"""It knows what it had said when it was interrupted, and can go on from there."""

import pytest

from live_emulator.brain.rules.history import remainder
from tests.live_emulator.brain.conversation import Conversation


def test_knows_its_last_words():
    """Asked what it said, it gives only what was heard, and says why."""
    talk = Conversation()
    talk.say("tell me a story about a dragon")
    heard = talk.interrupt(30)
    said = talk.say("what did you just say")
    assert said.startswith("You interrupted me.")
    assert heard.split()[-1] in said


def test_goes_on_where_it_was_interrupted():
    """Saying "Go on" continues with the sentence that was cut, to the very end."""
    talk = Conversation()
    full = talk.say("tell me a story of two minutes")
    talk.interrupt(50)
    rest = talk.say("go on")
    assert full.endswith(rest)
    assert 250 < len(rest.split()) <= 330 - 50 + 40


def test_goes_on_after_a_pause():
    """Something said in between does not lose the thread."""
    talk = Conversation()
    full = talk.say("tell me a story")
    talk.interrupt(40)
    assert "go on" in talk.say("stop")
    assert full.endswith(talk.say("continue please"))


def test_goes_on_again_and_again():
    """A continuation can be interrupted and continued as well."""
    talk = Conversation()
    full = talk.say("tell me a long story about the sea")
    for _ in range(4):
        talk.interrupt(40)
        assert full.endswith(talk.say("go on"))


def test_goes_on_counting_with_the_next_number():
    """A list goes on with its next item, not from its beginning."""
    talk = Conversation()
    talk.say("count to fifty")
    talk.interrupt(17)
    assert talk.say("keep counting").startswith("eighteen, nineteen, twenty.")


def test_repeats_the_whole_of_an_interrupted_reply():
    """Saying "Repeat that" gives all of it, not only what was heard."""
    talk = Conversation()
    full = talk.say("tell me a short story")
    talk.interrupt(10)
    assert talk.say("repeat that") == full


def test_tells_whether_it_was_interrupted():
    """It knows that, and after how many words."""
    talk = Conversation()
    talk.say("count to thirty")
    assert talk.say("did i interrupt you") == "No, you let me finish."
    talk.say("count to thirty")
    talk.interrupt(5)
    assert talk.say("did i interrupt you").startswith("Yes, after five words.")


def test_says_when_there_is_nothing_to_go_on_with():
    """After a complete reply there is nothing left."""
    talk = Conversation()
    talk.say("count to three")
    assert "finished" in talk.say("go on")
    talk.say("tell me a story")
    assert "That was all of it" in talk.say("go on")
    assert len(talk.say("yes").split()) > 100


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("", "One two. Three four. Five."),
        ("One", "One two. Three four. Five."),
        ("One two. Thr", "Three four. Five."),
        ("One two. Three four.", "Five."),
        ("One two. Three four. Five.", ""),
        ("Something else was said", None),
    ],
)
def test_remainder(heard, expected):
    """What was not heard begins at the start of the sentence that was cut."""
    assert remainder("One two. Three four. Five.", heard) == expected
