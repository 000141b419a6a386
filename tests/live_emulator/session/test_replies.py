"""The two kinds of reply, and rules of sessions, where conversations don't reach."""

import pytest

from live_emulator.session.ephemeral_tokens import known_path
from live_emulator.session.spoken_reply import Pace, SpokenReply
from live_emulator.session.written_reply import WrittenReply
from tests.live_emulator.session.bench import Bench


def test_blank_words_are_not_spoken():
    """A model that sends spaces gets no empty speech for them."""
    reply = SpokenReply(Pace())
    reply.add_text(" \n")
    assert reply.next_text() is None
    assert reply.idle
    reply.add_text("  one \n two ")
    assert reply.next_text() == "one two"


def test_a_written_reply_keeps_nothing_back():
    """Its words go out in chunks of text, none is left for the end."""
    reply = WrittenReply()
    reply.add_text(" \n")
    assert reply.idle
    assert reply.next_due is None
    reply.add_text("Good day.")
    reply.complete()
    chunk = reply.take_chunk(0.0)
    assert chunk is not None
    assert (chunk.text, chunk.pcm) == ("Good day.", b"")
    assert reply.take_rest() == ""
    assert reply.finished


def test_written_words_are_kept_apart():
    """Though a brain may give them without a space between."""
    reply = WrittenReply()
    reply.add_text("Good day.")
    reply.add_text("How are you?")
    reply.complete()
    while reply.take_chunk(0.0):
        pass
    assert reply.sent_text == "Good day. How are you?"


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("generationConfig.temperature", True),
        ("generation_config.response_modalities", True),
        ("model", True),
        ("modell", False),
        ("temperature", False),
        ("generationConfig.nothing", False),
        ("tools.0", False),
    ],
)
def test_a_field_mask_names_fields_of_setup(path, is_known):
    """In either spelling, at every depth, but not into a list."""
    assert known_path(path) is is_known


def test_before_its_setup_a_session_has_nothing_that_speech_was_found_in():
    """A late word about it does no harm."""
    bench = Bench()
    bench.session.decided(3)
    assert bench.setup().kinds() == ["setupComplete"]
