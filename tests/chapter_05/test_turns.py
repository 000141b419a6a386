"""turns.py and utterances.py against the vectors that turns.js is held to as well."""

import base64
import json

import pytest

from chapter_03.live_messages import read_message
from chapter_05.turns import FOLLOWING, Conversation, following
from chapter_05.utterances import Answer, SentAudio
from guide.chapters import REPOSITORY

VECTORS = REPOSITORY / "tests" / "vectors" / "turns.json"
SCENARIOS, MOMENTS = (
    json.loads(VECTORS.read_text("utf-8"))[name] for name in ("scenarios", "moments")
)


def audio_message(step):
    data = base64.b64encode(bytes(step["audio_ms"] * 2)).decode()
    part = {"inlineData": {"mimeType": "audio/pcm;rate=1000", "data": data}}
    content = {
        "modelTurn": {"parts": [part]},
        "outputTranscription": {"text": step["words"]},
    }
    return {"serverContent": content | step.get("and", {})}


def happen(conversation, step):
    at_ms = step["at_ms"]
    match step.get("do"):
        case None:
            message = step["message"] if "message" in step else audio_message(step)
            return [
                action
                for event in read_message(message)
                for action in conversation.receive(event, at_ms)
            ]
        case "sent":
            conversation.sent(step["ms"], at_ms)
        case "flushed":
            conversation.flushed(step["heard_ms"])
        case "talk":
            return conversation.talk()
        case "type":
            conversation.type(step["text"], at_ms)
        case ("rest" | "audible") as name:
            getattr(conversation, name)(at_ms)
        case name:
            getattr(conversation, name)()
    return []


def summary(utterance):
    if not isinstance(utterance, Answer):
        return {"who": "user", "text": utterance.text, "delay": None}
    heard, unheard = utterance.split()
    delay = utterance.delay()
    return {
        "who": "model",
        "heard": heard,
        "unheard": unheard,
        "interrupted": utterance.was_interrupted,
        "over": utterance.is_over,
        "delay": delay
        and {
            "noticing_ms": delay.noticing_ms,
            "answering_ms": delay.answering_ms,
            "playing_ms": delay.playing_ms,
            "total_ms": delay.total_ms,
        },
    }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one["name"])
def test_a_conversation_goes_as_the_vectors_say(scenario):
    """Phase and actions after every step, and at the end what was said and heard."""
    conversation = Conversation()
    for number, step in enumerate(scenario["steps"], 1):
        actions = happen(conversation, step)
        found = (conversation.phase, actions)
        assert found == (step["phase"], step["actions"]), f"step {number}: {step}"
    found = [summary(utterance) for utterance in conversation.utterances]
    assert found == scenario["utterances"]


def test_what_may_not_happen_in_a_phase_changes_nothing():
    """A late event of an earlier session does no harm."""
    assert following("idle", "answer") == "idle"
    assert following("closed", "voice") == "closed"


def test_every_phase_can_be_reached_and_left():
    """None of the eight is a dead end, and none is there for nothing."""
    steps = [pair for table in FOLLOWING.values() for pair in table.items()]
    left, reached = {before for before, _ in steps}, {after for _, after in steps}
    assert left == reached | {"idle"}
    assert len(left) == 8


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda one: one["name"])
def test_places_in_the_sent_audio_are_found_as_long_as_they_are_known(moment):
    """Time is counted in what was sent, so a mute leaves no hole in it."""
    sent = SentAudio()
    for ms, at_ms, *times in moment["sent"]:
        for chunk in range(*times or [1]):
            sent.add(ms, at_ms + chunk * ms)
    wanted = moment["spoken_at_ms"]
    assert {one: sent.spoken_at_ms(float(one)) for one in wanted} == wanted
