"""Vertex AI: the same protocol, spelt and ordered in its own way."""

from dataclasses import replace

import pytest

from live_emulator.brain.types import Call, Question, Say
from live_emulator.protocol.closing import cut_reason
from live_emulator.protocol.endpoints import Credential, CredentialKind
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.wire_types import Dialect
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import (
    ENDPOINT,
    Bench,
    audio,
    silence,
    tone,
    user_text,
)

VERTEX = replace(
    ENDPOINT,
    dialect=Dialect.VERTEX,
    version="v1beta1",
    credential=Credential(CredentialKind.BEARER, "token"),
)
OLDER = "gemini-live-2.5-flash-native-audio"


def on_vertex(model: str = "gemini-3.8-live", answer=None, **setup) -> Bench:
    """Return a session that was set up on Vertex AI."""
    bench = Bench(endpoint=VERTEX) if answer is None else Bench(answer, VERTEX)
    return bench.setup(model, **setup)


def calls_then_says(question: Question):
    """Call a function, then say what came of it."""
    if question.turns[-1].role == "tool":
        yield Say("The lights are on.")
    else:
        yield Call("turn_on_the_lights")


LIGHTS = [
    {"functionDeclarations": [{"name": "turn_on_the_lights", "behavior": "BLOCKING"}]}
]


@rule(observed("js-genai recordings"), "setupComplete.sessionId")
def test_the_session_has_a_name():
    """Only Vertex AI puts a session id into `setupComplete`."""
    [message] = on_vertex().messages
    assert len(message["setupComplete"]["sessionId"]) == 36


@rule(
    observed("js-genai recordings"),
    "usageMetadata.candidatesTokenCount usageMetadata.candidatesTokensDetails "
    "usageMetadata.trafficType",
)
def test_usage_in_the_spelling_of_vertex():
    """What the model said is counted as candidates, not as a response."""
    bench = on_vertex(answer=lambda q: [Say("word " * 10)]).forget()
    usage = bench.send(user_text("x" * 40)).run(9).messages[-1]["usageMetadata"]
    assert usage == {
        "promptTokenCount": 142,
        "candidatesTokenCount": 75,
        "totalTokenCount": 217,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 142}],
        "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 75}],
        "trafficType": "ON_DEMAND",
    }


@rule(
    observed("js-genai recordings"),
    "serverContent.modelTurn.role serverContent.modelTurn.parts.inlineData.mimeType",
)
@pytest.mark.parametrize("model", ["gemini-3.8-live", OLDER])
def test_audio_on_vertex(model):
    """Audio parts name no rate, and the turn says whose it is."""
    bench = on_vertex(model).forget().send(user_text("x")).run(9)
    for _, message in bench.find("audio"):
        turn = message["serverContent"]["modelTurn"]
        assert turn["role"] == "model"
        assert turn["parts"][0]["inlineData"]["mimeType"] == "audio/pcm"


@rule(
    observed("js-genai recordings; pipecat"),
    "serverContent.outputTranscription order.vertex",
)
@pytest.mark.parametrize("model", ["gemini-3.8-live", OLDER])
def test_the_transcript_runs_ahead(model):
    """An empty transcript begins the turn; words come before their audio."""
    bench = on_vertex(model, outputAudioTranscription={}).forget()
    bench.send(user_text("x")).run(9)
    contents = [message["serverContent"] for message in bench.messages]
    assert contents[0] == {"outputTranscription": {}}
    assert "text" in contents[1]["outputTranscription"]
    assert "modelTurn" in contents[2]
    assert all(
        len({"outputTranscription", "modelTurn"} & one.keys()) < 2 for one in contents
    )
    assert bench.transcript() == "You said x."
    untold = on_vertex(model).forget().send(user_text("x")).run(9)
    assert "outputTranscription" not in untold.kinds()


@rule(
    observed("js-genai recordings; Google's own test of a tool call on Vertex AI"),
    "toolCall order.vertex",
)
def test_a_blocking_call_on_vertex():
    """`generationComplete` follows the call; the result begins another generation."""
    bench = on_vertex(OLDER, calls_then_says, tools=LIGHTS, outputAudioTranscription={})
    bench.forget().send(user_text("lights")).run(9)
    assert bench.kinds() == ["toolCall", "generationComplete"]
    [call] = bench.messages[0]["toolCall"]["functionCalls"]
    answer = {"id": call["id"], "response": {"result": "ok"}}
    bench.forget().send({"toolResponse": {"functionResponses": [answer]}}).run(9)
    assert bench.messages[0] == {"serverContent": {"outputTranscription": {}}}
    assert bench.kinds()[-2:] == ["generationComplete", "turnComplete"]


@rule(
    observed("Google's own test of a tool call on Vertex AI"),
    "serverContent.outputTranscription order.vertex",
)
def test_a_silent_result_on_vertex():
    """A result the model says nothing about still has its empty transcript."""

    def says_nothing(question: Question):
        return [] if question.turns[-1].role == "tool" else [Call("turn_on_the_lights")]

    bench = on_vertex(OLDER, says_nothing, tools=LIGHTS, outputAudioTranscription={})
    bench.send(user_text("lights")).forget()
    answer = {"name": "turn_on_the_lights", "response": {}}
    bench.send({"toolResponse": {"functionResponses": [answer]}}).run(9)
    assert bench.kinds() == [
        "outputTranscription",
        "generationComplete",
        "turnComplete",
    ]


def test_words_before_a_call_are_not_cut_off():
    """While audio is under way, the call does not complete the generation."""

    def talks_and_calls(question: Question):
        return [Say("word " * 20), Call("turn_on_the_lights")]

    bench = on_vertex(OLDER, talks_and_calls, tools=LIGHTS).forget()
    bench.send(user_text("lights")).run(9)
    assert bench.kinds() == ["toolCall", "audio"]


@rule(
    observed("js-genai #1429: the flag is on Vertex alone"),
    "serverContent.inputTranscription.finished",
)
def test_finished_transcripts():
    """A finished input transcript says so on Vertex AI, not on the Gemini API."""
    for endpoint, finished in ((VERTEX, True), (ENDPOINT, None)):
        bench = Bench(endpoint=endpoint).setup(inputAudioTranscription={})
        bench.forget().speak(pause_ms=1500).run(9)
        [(_, message)] = bench.find("inputTranscription")
        transcription = message["serverContent"]["inputTranscription"]
        assert transcription.get("finished") is finished


@rule(documented("SDK: explicit_vad_signal, Vertex AI"), "setup.explicitVadSignal")
@pytest.mark.parametrize("asked", [False, True])
def test_activity_is_reported_if_asked_for(asked):
    """A model that reports no activity by itself does so on request."""
    bench = on_vertex(OLDER, explicitVadSignal=asked).forget()
    bench.speak(pause_ms=1500).run(9)
    assert ("ACTIVITY_START" in bench.kinds()) == asked


@rule(
    documented("SDK: HIGH is the default of the Gemini API, LOW of Vertex AI"),
    "setup.realtimeInputConfig.automaticActivityDetection.startOfSpeechSensitivity "
    "setup.realtimeInputConfig.automaticActivityDetection.endOfSpeechSensitivity",
)
@pytest.mark.parametrize(
    ("endpoint", "detection", "start_threshold", "silence_ms"),
    [
        (ENDPOINT, {}, 0.5, 700),
        (VERTEX, {}, 0.7, 1000),
        (
            VERTEX,
            {
                "startOfSpeechSensitivity": "START_SENSITIVITY_HIGH",
                "endOfSpeechSensitivity": "END_SENSITIVITY_HIGH",
            },
            0.5,
            700,
        ),
        (
            ENDPOINT,
            {
                "startOfSpeechSensitivity": "START_SENSITIVITY_LOW",
                "endOfSpeechSensitivity": "END_SENSITIVITY_LOW",
            },
            0.7,
            1000,
        ),
    ],
)
def test_default_sensitivities(endpoint, detection, start_threshold, silence_ms):
    """Low sensitivity needs clearer speech to begin and longer silence to end."""
    config = {"automaticActivityDetection": detection}
    settings = Bench(endpoint=endpoint).setup(realtimeInputConfig=config).session
    assert settings.settings.activity.start_threshold == start_threshold
    assert settings.settings.activity.silence_ms == silence_ms


@rule(observed("adk-python #3314; the end is a guess"), "close.model.vertex")
def test_a_model_that_vertex_does_not_have():
    """A model that is not on Vertex AI is named with its whole path."""
    name = "projects/p/locations/global/publishers/google/models/gemini-2.0-flash-exp"
    bench = Bench(endpoint=VERTEX).send({"setup": {"model": name}})
    assert bench.closed.code == 1008
    reason = cut_reason(bench.closed.reason)
    assert reason.startswith(f"Publisher Model `{name}` ")
    for model in ("gemini-3.8-live-extended-thinking", "gemini-3.1-flash-live-preview"):
        assert Bench(endpoint=VERTEX).setup(model).closed.code == 1008


@rule(documented("SDK: how it names models on Vertex AI"), "setup.model")
@pytest.mark.parametrize(
    "prefix",
    [
        "publishers/google/models/",
        "projects/p/locations/us-central1/publishers/google/models/",
        "models/",
        "",
    ],
)
def test_names_of_models_on_vertex(prefix):
    """A model is found behind every prefix the SDKs put before it."""
    setup = {"setup": {"model": f"{prefix}gemini-3.8-live"}}
    assert Bench(endpoint=VERTEX).send(setup).closed is None


@rule(
    guessed("documented by Vertex AI in 2025; livekit/agents, 2026: refused there too"),
    "clientContent.turns.role",
)
def test_system_content_on_vertex():
    """Content of the role "system" is a note on Vertex AI."""
    turn = {"role": "system", "parts": [{"text": "be kind"}]}
    bench = on_vertex().send({"clientContent": {"turns": [turn]}})
    bench.send(user_text("x"))
    assert [one.role for one in bench.questions[0].turns] == ["note", "user"]


def test_a_spoken_turn_on_vertex():
    """Speech is heard and answered as on the Gemini API."""
    bench = on_vertex().forget()
    bench.send(audio(tone(1000) + silence(1200))).run(9)
    assert bench.kinds() == [
        "ACTIVITY_START",
        "ACTIVITY_END",
        "audio",
        "generationComplete",
        "turnComplete",
    ]
