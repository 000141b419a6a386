"""Whose turn it is, as far as messages and milliseconds tell."""

from google.genai import types

from chapter_02.turn_taking import AnswerWatch, HalfDuplex

VOICE = {"voice_activity": {"voice_activity_type": "ACTIVITY_START"}}


def content(**fields):
    return {"server_content": fields}


HEARD = content(input_transcription={"text": "hello"})
AUDIO = content(model_turn={"parts": [{"inline_data": {"data": b"ab"}}]})
INTERRUPTED = content(interrupted=True)
COMPLETE = content(turn_complete=True)


def watched(*messages):
    watch = AnswerWatch()
    for message in messages:
        watch.note(types.LiveServerMessage.model_validate(message))
    return watch.is_awaited, watch.answers, watch.interruptions


def test_a_voice_is_answered_by_a_complete_turn():
    """Until then the answer is awaited."""
    assert watched() == (False, 0, 0)
    assert watched(VOICE) == (True, 0, 0)
    assert watched(VOICE, HEARD, AUDIO) == (True, 0, 0)
    assert watched(VOICE, HEARD, AUDIO, COMPLETE) == (False, 1, 0)


def test_models_that_do_not_report_voices_are_watched_by_their_transcripts():
    """Older ones, for example."""
    assert watched(HEARD) == (True, 0, 0)
    assert watched(AUDIO) == (True, 0, 0)


def test_who_interrupts_waits_for_the_answer_to_that():
    """The interrupted turn is complete, but it is no answer."""
    half = (VOICE, HEARD, AUDIO, VOICE, INTERRUPTED, COMPLETE)
    assert watched(*half) == (True, 0, 1)
    assert watched(*half, HEARD, AUDIO, COMPLETE) == (False, 1, 1)


def test_who_speaks_into_an_answer_that_goes_on_waits_for_the_next():
    """That is how it is without interruptions."""
    both = (VOICE, HEARD, AUDIO, VOICE, AUDIO, COMPLETE)
    assert watched(*both) == (True, 1, 0)
    assert watched(*both, HEARD, AUDIO, COMPLETE) == (False, 2, 0)


def test_who_goes_on_before_the_answer_gets_one_answer():
    """A pause in a sentence, for example."""
    assert watched(VOICE, HEARD, VOICE, HEARD, AUDIO, COMPLETE) == (False, 1, 0)


def test_the_microphone_is_closed_while_something_plays_and_for_its_echo():
    """As much silence is sent as was recorded."""
    gate = HalfDuplex(echo_ms=80)
    playing = [False, True, True, False, False, False, False]
    sent = [gate.filter(b"\1\2", 40, is_playing) for is_playing in playing]
    assert sent == [b"\1\2", *[b"\0\0"] * 4, b"\1\2", b"\1\2"]
