"""What was not heard is told to the model, once and in words."""

from chapter_03.live_events import (
    Audio,
    Interrupted,
    OutputTranscript,
    SetupComplete,
    TurnComplete,
)
from chapter_05.turns import Conversation
from chapter_07.unheard import UnheardNews

SECOND = Audio(bytes(48_000), 24_000)


def told(*happened, heard_ms=None):
    conversation = Conversation()
    conversation.connect()
    news = UnheardNews(conversation)
    notes = []
    for each in (SetupComplete(), *happened):
        conversation.receive(each, 0)
        if isinstance(each, Interrupted) and heard_ms is not None:
            conversation.flushed(heard_ms)
        notes += news.messages()
    return notes


def answer(*words):
    return [each for word in words for each in (SECOND, OutputTranscript(word))]


def test_the_model_is_told_where_it_was_cut():
    """The note joins the history and asks for no answer."""
    said = answer("Once there", " lived a", " king")
    [note] = told(*said, Interrupted(), TurnComplete(), heard_ms=2000)
    content = note["clientContent"]
    assert content["turnComplete"] is False
    words = content["turns"][0]["parts"][0]["text"]
    assert 'I did not hear: "king")' in words
    assert 'The last words that I heard were: "Once there lived a".' in words


def test_an_answer_of_which_nothing_was_heard():
    """There are no last words then."""
    [note] = told(*answer("Once"), Interrupted(), heard_ms=0)
    words = note["clientContent"]["turns"][0]["parts"][0]["text"]
    assert words == (
        '(You were interrupted. I heard none of your answer. I did not hear: "Once")'
    )


def test_what_was_heard_is_no_news():
    """Nor is an interruption of which is not known yet what it cut off."""
    said = answer("Once", " there")
    assert told(*said, TurnComplete()) == []
    assert told(*said, Interrupted(), heard_ms=2000) == []
    assert told(*said, Interrupted()) == []


def test_each_cut_is_told_once():
    """However many events follow."""
    said = [*answer("Once", " there"), Interrupted(), TurnComplete()]
    assert len(told(*said, *said, TurnComplete(), heard_ms=500)) == 2


def test_a_cut_is_told_once_it_is_known_what_was_heard():
    """The player may say it after the turn has ended."""
    conversation = Conversation()
    conversation.connect()
    news = UnheardNews(conversation)
    said = answer("Once", " there")
    for each in (SetupComplete(), *said, Interrupted(), TurnComplete()):
        conversation.receive(each, 0)
        assert news.messages() == []
    conversation.flushed(1000)
    assert len(news.messages()) == 1


def test_of_a_long_answer_only_the_last_words_are_repeated():
    """The model knows the rest."""
    long = "word " * 100
    [note] = told(*answer(long, "king"), Interrupted(), heard_ms=1000)
    words = note["clientContent"]["turns"][0]["parts"][0]["text"]
    assert len(words) < 200 and 'word". I did not hear: "king")' in words
