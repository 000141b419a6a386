"""Conversations over a raw socket, typed and spoken, frame by frame."""

import base64
from typing import Any

import pytest

from live_emulator.protocol.sources import documented, observed
from tests.conformance.wire import Exchange, Frame, audio_frames, exchange, open_wire
from tests.live_emulator.rules import rule

pytestmark = pytest.mark.service

TRANSCRIPTS: dict[str, Any] = {
    "inputAudioTranscription": {},
    "outputAudioTranscription": {},
}


def setup_of(backend: Any, **fields: Any) -> dict[str, Any]:
    """Return a setup for the model of the guide."""
    return {
        "model": f"models/{backend.live_model}",
        "generationConfig": {"responseModalities": ["AUDIO"]},
    } | fields


def typed(text: str, complete: bool = True) -> dict[str, Any]:
    """Return a clientContent with one turn."""
    turn = {"role": "user", "parts": [{"text": text}]}
    return {"clientContent": {"turns": [turn], "turnComplete": complete}}


@pytest.fixture
def typed_turn(backend, once) -> Exchange:
    """Return what comes back when a question is typed; asked once for all tests."""

    async def typed_turn() -> Exchange:
        async with open_wire(backend, setup_of(backend, **TRANSCRIPTS)) as socket:
            return await exchange(socket, [typed("What is twelve times seven?")])

    return once(typed_turn)


@pytest.fixture
def spoken_turn(backend, once) -> Exchange:
    """Return what comes back when the same is spoken; asked once for all tests."""

    async def spoken_turn() -> Exchange:
        frames = audio_frames("twelve-times-seven", encode=base64.b64encode)
        frames.append({"realtimeInput": {"audioStreamEnd": True}})
        async with open_wire(backend, setup_of(backend, **TRANSCRIPTS)) as socket:
            return await exchange(socket, frames)

    return once(spoken_turn)


@rule(
    observed("2026-09-10; js-genai recordings"),
    "setupComplete frames.binary order.start",
)
async def test_the_first_frame(backend):
    """The first frame is binary and says nothing but setupComplete."""
    async with open_wire(backend) as socket:
        first = await exchange(
            socket, [{"setup": setup_of(backend)}], lambda frame: True
        )
    assert isinstance(first.frames[0].raw, bytes)
    assert first.frames[0].message == {"setupComplete": {}}


@rule(
    documented("Live API guide"),
    "clientContent serverContent.modelTurn.parts.inlineData.mimeType order.audio",
)
def test_audio_of_an_answer(typed_turn):
    """An answer is PCM at 24 kHz, in frames that the SDKs can take."""
    assert {part["mimeType"] for part in typed_turn.audio()} == {"audio/pcm;rate=24000"}
    assert 0.3 < typed_turn.audio_s() < 60
    assert all(len(frame.raw) < 2**20 for frame in typed_turn.frames)


@rule(documented("Live API guide"), "setup.outputAudioTranscription order.audio")
def test_transcript_of_an_answer(typed_turn):
    """What is said is written as well, and it is right."""
    said = typed_turn.text().lower()
    assert "84" in said or "eighty-four" in said or "eighty four" in said


@rule(
    documented("proto: the last transcription, generationComplete, turnComplete"),
    "serverContent.generationComplete serverContent.turnComplete order.audio",
)
def test_order_of_the_end(typed_turn):
    """Audio and transcript come first, then generationComplete, then turnComplete."""
    generation_complete = typed_turn.index("generationComplete")
    assert typed_turn.last_index("outputTranscription") <= generation_complete
    assert typed_turn.last_index("modelTurn") <= generation_complete
    assert generation_complete < typed_turn.index("turnComplete")


@rule(observed("2026-08-29, within 30 ms"), "serverContent.turnComplete frames.pace")
def test_the_end_waits_for_the_playback(typed_turn, speed):
    """`turnComplete` does not come before the audio could have been played."""
    end = typed_turn.frames[typed_turn.index("turnComplete")]
    assert end.at_s * speed > 0.9 * typed_turn.audio_s()


@rule(observed("2026: fields are there only when true"), "frames.union")
def test_no_field_is_false(typed_turn):
    """A boolean is there or it is not; none is false."""
    for frame in typed_turn.frames:
        assert False not in [value for value in frame.content.values()]


@rule(
    observed("js-genai recordings"),
    "usageMetadata.promptTokenCount usageMetadata.responseTokenCount "
    "usageMetadata.totalTokenCount usageMetadata.promptTokensDetails.modality "
    "usageMetadata.responseTokensDetails.modality usage",
)
def test_usage_of_a_turn(typed_turn):
    """The frame of `turnComplete` says what the turn cost, by modality."""
    usage = typed_turn.frames[-1].message["usageMetadata"]
    prompt, response = usage["promptTokenCount"], usage["responseTokenCount"]
    assert prompt > 0
    assert response > 0
    assert usage["totalTokenCount"] >= prompt + response
    modalities = {one["modality"] for one in usage["responseTokensDetails"]}
    assert "AUDIO" in modalities
    assert {one["modality"] for one in usage["promptTokensDetails"]} >= {"TEXT"}


@rule(
    documented("Live API guide: 25 tokens for a second of audio"),
    "usage usageMetadata.responseTokensDetails.tokenCount",
)
def test_audio_costs_25_tokens_a_second(typed_turn):
    """The audio of an answer is counted by its length."""
    usage = typed_turn.frames[-1].message["usageMetadata"]
    [audio] = [
        one["tokenCount"]
        for one in usage["responseTokensDetails"]
        if one["modality"] == "AUDIO"
    ]
    assert audio == pytest.approx(25 * typed_turn.audio_s(), rel=0.15, abs=10)


@rule(
    documented("Live API guide"),
    "realtimeInput.audio realtimeInput.audioStreamEnd setup.inputAudioTranscription "
    "activity.automatic",
)
def test_speech_is_heard(spoken_turn):
    """Speech is transcribed and answered, though it came faster than real time."""
    assert "twelve" in spoken_turn.text("inputTranscription").lower() or "12" in (
        spoken_turn.text("inputTranscription")
    )
    assert spoken_turn.audio_s() > 0.3


@rule(
    observed("2026, 3.x: sent by default, positions in the audio"),
    "voiceActivity.type voiceActivity.audioOffset",
)
def test_activity_is_reported(spoken_turn):
    """Beginning and end of the speech are told as positions in the audio."""
    start, end = spoken_turn.values("voiceActivity")
    assert (start["type"], end["type"]) == ("ACTIVITY_START", "ACTIVITY_END")
    begin_s, end_s = (float(one["audioOffset"].rstrip("s")) for one in (start, end))
    assert 0 <= begin_s < 1
    assert begin_s < end_s < 4


@rule(
    documented("Live API: turnComplete: false only adds to the history"),
    "clientContent.turnComplete history",
)
async def test_content_is_remembered(backend):
    """Content that asks for nothing is known to the question behind it."""
    async with open_wire(backend, setup_of(backend, **TRANSCRIPTS)) as socket:
        frames = [typed("My name is Ada.", complete=False), typed("What is my name?")]
        answer = await exchange(socket, frames)
    assert "ada" in answer.text().lower()


@rule(
    documented("Live API, 3.8: turnComplete interrupts"),
    "serverContent.interrupted serverContent.turnComplete order.barge-in",
)
async def test_an_interruption(backend):
    """A turn that is cut off says so, ends, and makes room for the next."""
    async with open_wire(backend, setup_of(backend, **TRANSCRIPTS)) as socket:
        await exchange(
            socket, [typed("Tell me a long story.")], lambda frame: _has_audio(frame)
        )
        rest = await exchange(socket, [typed("What is twelve times seven?")])
        answer = await exchange(socket, [])
    assert rest.contents("interrupted") == [True]
    assert rest.index("interrupted") < rest.index("turnComplete")
    assert "84" in answer.text() or "eighty" in answer.text().lower()


def _has_audio(frame: Frame) -> bool:
    return bool(Exchange([frame]).audio())


@rule(
    documented("Live API guide: manual activity"),
    "setup.realtimeInputConfig.automaticActivityDetection.disabled "
    "realtimeInput.activityStart realtimeInput.activityEnd activity.manual",
)
async def test_manual_activity(backend):
    """The client says itself when a turn begins and ends."""
    manual = {"automaticActivityDetection": {"disabled": True}}
    setup = setup_of(backend, realtimeInputConfig=manual, **TRANSCRIPTS)
    frames = [
        {"realtimeInput": {"activityStart": {}}},
        *audio_frames("my-name-is-ada", encode=base64.b64encode),
        {"realtimeInput": {"activityEnd": {}}},
    ]
    async with open_wire(backend, setup) as socket:
        answer = await exchange(socket, frames)
    assert answer.audio_s() > 0.3


@rule(
    documented("both SDKs: each writes in its own way"),
    "json.spelling json.base64 json.enums",
)
async def test_the_other_spelling(backend):
    """snake_case, lower-case enums and URL-safe base64 mean the same."""
    setup = {
        "model": f"models/{backend.live_model}",
        "generation_config": {"response_modalities": ["audio"]},
        "input_audio_transcription": {},
        "output_audio_transcription": {},
    }
    frames = [
        {"realtime_input": {"audio": _in_snake_case(frame)}}
        for frame in audio_frames("what-is-my-name", encode=base64.urlsafe_b64encode)
    ]
    frames.append({"realtime_input": {"audio_stream_end": True}})
    async with open_wire(backend, setup) as socket:
        answer = await exchange(socket, frames)
    assert "name" in answer.text("inputTranscription").lower()


def _in_snake_case(frame: dict[str, Any]) -> dict[str, Any]:
    blob = frame["realtimeInput"]["audio"]
    return {"data": blob["data"], "mime_type": blob["mimeType"]}
