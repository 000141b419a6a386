"""Barge-in: what an interruption stops, says, and leaves in memory."""

import json

import pytest

from live_emulator.brain.types import Say
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session import actions as do
from live_emulator.voice.types import SpeechPiece
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import Bench, audio, silence, tone, user_text


def story(question):
    """Tell something long enough to be interrupted."""
    return [Say("word " * 40), Say("more " * 40)]


@rule(
    observed("60 to 90 ms between the two; 2026-08"),
    "serverContent.interrupted serverContent.turnComplete order.barge-in",
)
def test_speech_interrupts():
    """Speech stops the reply; its turn ends without generationComplete."""
    bench = Bench(story).setup(outputAudioTranscription={}).forget()
    bench.send(user_text("go")).run(1).forget()
    bench.send(audio(tone(100)))
    assert bench.kinds()[:2] == ["ACTIVITY_START", "interrupted"]
    bench.run(5)
    [(interrupted, _)] = bench.find("interrupted")
    [(complete, message)] = bench.find("turnComplete")
    assert 0.06 <= complete - interrupted <= 0.09
    assert bench.find("generationComplete") == []
    assert bench.find("audio") == []
    assert "usageMetadata" in message


@rule(
    documented("only what was sent stays in the history"),
    "history order.barge-in",
)
def test_history_keeps_what_was_sent():
    """The model remembers its words as far as they were sent."""
    bench = Bench(story).setup().forget().send(user_text("go")).run(0.5)
    sent_ms = bench.audio_ms()
    bench.send(user_text("what?")).run(0.01)
    bench.run(1)
    _, reply, _ = bench.questions[-1].turns
    assert reply.interrupted
    assert len(reply.text.split()) == pytest.approx(sent_ms / 300, abs=1)


@rule(
    observed("responseTokenCount counts only what was generated"),
    "usageMetadata.responseTokenCount usage",
)
def test_usage_of_an_interrupted_turn():
    """An interrupted turn costs the audio that was sent."""
    bench = Bench(story).setup().forget().send(user_text("go")).run(0.5)
    sent_ms = bench.audio_ms()
    bench.send(audio(tone(100))).run(1)
    [(_, message)] = bench.find("turnComplete")
    assert message["usageMetadata"]["responseTokenCount"] == round(sent_ms / 40)


@rule(
    documented("the rest is cancelled and discarded"),
    "order.barge-in",
)
def test_interruption_stops_brain_and_mouth():
    """An interruption stops the question and the speech it interrupts."""
    bench = Bench(story).setup().send(user_text("go")).run(0.2).forget()
    bench.send(audio(tone(100)))
    stops = [action for action in bench.actions if isinstance(action, do.StopAsking)]
    assert len(stops) == 1


@rule(
    observed("also after generationComplete, before turnComplete"),
    "serverContent.interrupted order.barge-in",
)
def test_interruption_while_the_audio_would_still_play():
    """A reply that is generated but not yet played is interrupted as well."""
    bench = Bench().setup().forget().send(user_text("one two three four")).run(0.6)
    assert bench.kinds()[-1] == "generationComplete"
    bench.send(audio(tone(100))).run(1)
    assert bench.kinds()[-3:] == ["ACTIVITY_START", "interrupted", "turnComplete"]


@rule(
    documented("activityHandling"),
    "setup.realtimeInputConfig.activityHandling serverContent.interrupted",
)
def test_no_interruption():
    """With NO_INTERRUPTION the reply goes on; the new turn follows it."""
    config = {"activityHandling": "NO_INTERRUPTION"}
    bench = Bench(lambda q: [Say("word " * 10)]).setup(realtimeInputConfig=config)
    bench.forget().send(user_text("go")).run(0.2)
    bench.send(audio(tone(500) + silence(1000))).run(20)
    kinds = bench.kinds()
    assert "interrupted" not in kinds
    assert kinds.count("turnComplete") == 2
    assert [turn.role for turn in bench.questions[1].turns] == [
        "user",
        "user",
        "model",
    ]


@rule(
    documented("manual activity interrupts"),
    "realtimeInput.activityStart order.barge-in activity.manual",
)
def test_activity_start_interrupts():
    """In manual mode `activityStart` is the interruption."""
    config = {"automaticActivityDetection": {"disabled": True}}
    bench = Bench(story).setup(realtimeInputConfig=config).send(user_text("go")).run(1)
    bench.forget().send({"realtimeInput": {"activityStart": {}}}).run(1)
    assert bench.kinds() == ["interrupted", "turnComplete"]


@rule(
    observed("2026-08"),
    "order.barge-in",
)
def test_the_conversation_goes_on():
    """After a barge-in the interrupting turn is answered."""
    bench = Bench(story, words=["stop please"]).setup().forget()
    bench.send(user_text("go")).run(1).forget().speak().run(60)
    assert bench.kinds() == [
        "ACTIVITY_START",
        "interrupted",
        "turnComplete",
        "ACTIVITY_END",
        "audio",
        "generationComplete",
        "turnComplete",
    ]
    assert bench.questions[-1].turns[-1].text == "stop please"


@rule(
    guessed("livekit/agents has seen it with no generation under way"),
    "serverContent.interrupted",
)
def test_an_idle_session_is_not_interrupted():
    """Speech while nothing runs sends no `interrupted`."""
    bench = Bench().setup().forget().speak().run(9)
    assert "interrupted" not in bench.kinds()


@rule(
    documented("SDK types: interrupted, then turn_complete"),
    "serverContent.turnComplete order.barge-in",
)
def test_every_interrupted_turn_has_its_own_end():
    """Typing quickly, each interrupted turn still ends with turnComplete."""
    bench = Bench(story).setup().forget()
    for text in ("one", "two", "three"):
        bench.send(user_text(text)).run(0.5)
    bench.run(60)
    kinds = bench.kinds()
    assert kinds.count("interrupted") == 2
    assert kinds.count("turnComplete") == 3


@rule(
    documented("activityHandling"),
    "setup.realtimeInputConfig.activityHandling realtimeInput.activityStart",
)
def test_manual_activity_without_interruption():
    """With NO_INTERRUPTION `activityStart` leaves the reply alone."""
    config = {
        "automaticActivityDetection": {"disabled": True},
        "activityHandling": "NO_INTERRUPTION",
    }
    bench = Bench(lambda q: [Say("word " * 10)]).setup(realtimeInputConfig=config)
    bench.forget().send(user_text("go")).run(0.2)
    bench.send({"realtimeInput": {"activityStart": {}}}).send(audio(tone(500)))
    bench.send({"realtimeInput": {"activityEnd": {}}}).run(20)
    assert "interrupted" not in bench.kinds()
    assert bench.kinds().count("turnComplete") == 2


def test_what_comes_late_is_dropped():
    """Words and audio of an interrupted reply change nothing any more."""
    bench = Bench(story).setup().send(user_text("go")).run(0.2)
    [ask] = [action for action in bench.actions if isinstance(action, do.Ask)]
    [speak] = [action for action in bench.actions if isinstance(action, do.Speak)]
    bench.send(user_text("what?")).run(60).forget()
    session, now = bench.session, bench.now
    late = SpeechPiece(tone(1000, 24_000), ())
    for actions in (
        session.said(ask.reply, Say("late"), now),
        session.said_all(ask.reply, now),
        session.spoke(speak.speech, late, now),
        session.spoke_all(speak.speech, now),
    ):
        assert actions == []


@rule(documented("the rest is cancelled and discarded"), "order.barge-in")
def test_an_interruption_stops_the_mouth():
    """Speech that is still being made is stopped."""
    session = Bench().setup().session
    [ask] = session.frame(json.dumps(user_text("go")), 0)
    [speak] = session.said(ask.reply, Say("Once upon a time."), 0)
    actions = session.frame(json.dumps(user_text("what?")), 1)
    assert do.StopSpeaking(speak.speech) in actions
