"""Every close code and reason that a client can provoke."""

from dataclasses import replace

import pytest

from live_emulator.protocol.closing import CLOSES, cut_reason
from live_emulator.protocol.endpoints import CredentialKind, Method
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session.shared import SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import (
    ENDPOINT,
    Bench,
    audio,
    silence,
    tone,
    user_text,
    with_credential,
)

LIVE = "gemini-3.8-live"
INVALID = "Request contains an invalid argument."


def closed(bench: Bench) -> tuple[int, str]:
    """Return code and reason as the wire shows them."""
    assert bench.closed is not None, bench.messages
    return bench.closed.code, cut_reason(bench.closed.reason)


@rule(
    observed("2026-09-10, voiceclaw #155, cookbook #821"),
    "close.key.invalid close.key.expired close.key.missing method.credentials",
)
@pytest.mark.parametrize(
    ("kind", "value", "code", "reason"),
    [
        (
            CredentialKind.KEY,
            "invalid-key",
            1007,
            "API key not valid. Please pass a valid API key.",
        ),
        (
            CredentialKind.KEY,
            "YOUR_API_KEY",
            1007,
            "API key not valid. Please pass a valid API key.",
        ),
        (
            CredentialKind.KEY,
            "auth_tokens/abc",
            1007,
            "API key not valid. Please pass a valid API key.",
        ),
        (
            CredentialKind.KEY,
            "expired-key",
            1007,
            "API key expired. Please renew the API key.",
        ),
        (
            CredentialKind.NONE,
            "",
            1008,
            "Method doesn't allow unregistered callers (callers without established "
            "identity). Please use API Key or other form of API c",
        ),
        (
            CredentialKind.BEARER,
            "of-vertex",
            1008,
            "Method doesn't allow unregistered callers (callers without established "
            "identity). Please use API Key or other form of API c",
        ),
        (
            CredentialKind.TOKEN,
            "auth_tokens/abc",
            1008,
            "Method doesn't allow unregistered callers (callers without established "
            "identity). Please use API Key or other form of API c",
        ),
    ],
)
def test_refused_callers(kind, value, code, reason):
    """A caller is refused after its first frame, not at the upgrade."""
    bench = Bench(endpoint=with_credential(kind, value)).setup()
    assert closed(bench) == (code, reason)
    assert bench.messages == []


@rule(
    observed("livekit/agents #4414, adk-python #3964"),
    "setup.model close.model.unknown",
)
@pytest.mark.parametrize(
    "model", ["gemini-live-2.5-flash-preview", "gemini-2.0-flash-exp", "no-such-model"]
)
def test_retired_and_unknown_models(model):
    """A retired model is refused with the words for an unknown one."""
    full = (
        f"models/{model} is not found for API version v1, or is not supported for "
        "bidiGenerateContent. Call ListModels to see the list of available models "
        "and their supported methods."
    )
    bench = Bench().setup(model)
    assert closed(bench) == (1008, full[:123])
    assert len(closed(bench)[1]) == 123


@rule(
    observed("a comment in the SDK's tests"),
    "setup.generationConfig.responseModalities close.modalities",
)
def test_text_modality_on_an_audio_model():
    """TEXT is refused, with the combinations that would be accepted."""
    bench = Bench().setup(generationConfig={"responseModalities": ["TEXT"]})
    assert bench.closed.code == 1007
    assert bench.closed.reason == (
        "The requested combination of response modalities (TEXT) is not supported "
        f"by the model. models/{LIVE} accepts the following combination of response "
        "modalities:\n* AUDIO"
    )


@rule(
    observed("2026-09-09, 2026-09-10"),
    "json.strict close.field.unknown setup.sessionResumption.transparent "
    "setup.proactivity setup.explicitVadSignal",
)
@pytest.mark.parametrize(
    ("setup", "name", "path"),
    [
        ({"bogusField": 1}, "bogusField", "setup"),
        ({"responseModalities": ["AUDIO"]}, "responseModalities", "setup"),
        ({"temperature": 1}, "temperature", "setup"),
        ({"thinkingConfig": {}}, "thinkingConfig", "setup"),
        ({"mediaResolution": "LOW"}, "mediaResolution", "setup"),
        ({"speechConfig": {}}, "speechConfig", "setup"),
        (
            {"sessionResumption": {"transparent": True}},
            "transparent",
            "setup.session_resumption",
        ),
        ({"explicitVadSignal": True}, "explicitVadSignal", "setup"),
        ({"proactivity": {}}, "proactivity", "setup"),
        (
            {"generationConfig": {"enableAffectiveDialog": True}},
            "enableAffectiveDialog",
            "setup.generation_config",
        ),
        (
            {"tools": [{"functionDeclarations": [{"name": "f", "strict": True}]}]},
            "strict",
            "setup.tools[0].function_declarations[0]",
        ),
    ],
)
def test_unknown_setup_fields(setup, name, path):
    """A field that does not exist, or not here, is named with its place."""
    assert closed(Bench().setup(**setup)) == (
        1007,
        cut_reason(
            f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': "
            "Cannot find field."
        ),
    )


@rule(
    observed("2026-09-10"),
    "setup close.setup.order order.start",
)
@pytest.mark.parametrize(
    "first",
    [
        user_text("hello"),
        audio(silence(40)),
        {"toolResponse": {"functionResponses": []}},
        {},
    ],
)
def test_setup_must_come_first(first):
    """Whatever comes before setup closes the socket."""
    bench = Bench().send(first)
    assert closed(bench) == (
        1007,
        "setup must be the first message and only the first",
    )


@rule(
    observed("2026-09-10"),
    "setup close.setup.order",
)
def test_setup_comes_once():
    """A second setup closes the socket."""
    assert closed(Bench().setup().setup()) == (
        1007,
        "setup must be the first message and only the first",
    )


@rule(
    documented("3.8 migration guide: an error; the text is a guess"),
    "setup.generationConfig.thinkingConfig setup.proactivity.proactiveAudio "
    "close.argument.invalid",
)
@pytest.mark.parametrize(
    ("model", "version", "setup"),
    [
        (LIVE, "v1", {"generationConfig": {"thinkingConfig": {}}}),
        (LIVE, "v1alpha", {"generationConfig": {"enableAffectiveDialog": True}}),
        (LIVE, "v1alpha", {"proactivity": {"proactiveAudio": False}}),
        (LIVE, "v1", {"tools": [{"codeExecution": {}}]}),
        (LIVE, "v1", {"tools": [{"urlContext": {}}]}),
        (LIVE, "v1", {"tools": [{"googleMaps": {}}]}),
        (LIVE, "v1", {"generationConfig": {"responseMimeType": "application/json"}}),
        (LIVE, "v1", {"generationConfig": {"stopSequences": ["x"]}}),
    ],
)
def test_combinations_that_are_refused(model, version, setup):
    """What a model can't do is an invalid argument."""
    bench = Bench(endpoint=replace(ENDPOINT, version=version)).setup(model, **setup)
    assert closed(bench) == (1007, INVALID)


@rule(
    observed("2026-09, on 3.x"),
    "realtimeInput.mediaChunks close.media-chunks.deprecated lenient",
)
def test_media_chunks_are_refused_by_3x():
    """3.x models refuse the deprecated field, and say what to use."""
    chunk = {"mimeType": "audio/pcm", "data": "AAAAAAAA"}
    message = {"realtimeInput": {"mediaChunks": [chunk]}}
    assert closed(Bench().setup().send(message)) == (
        1007,
        "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.",
    )
    old = "gemini-2.5-flash-native-audio-preview-12-2025"
    assert Bench().setup(old).send(message).closed is None
    assert Bench(shared=SharedState(lenient=True)).setup().send(message).closed is None


@rule(
    observed("2026-09-10"),
    "realtimeInput.activityStart realtimeInput.activityEnd close.activity.explicit",
)
@pytest.mark.parametrize("field", ["activityStart", "activityEnd"])
def test_explicit_activity_needs_automatic_detection_off(field):
    """Activity messages close a session that detects activity itself."""
    bench = Bench().setup().send({"realtimeInput": {field: {}}})
    assert closed(bench) == (
        1007,
        "Explicit activity control is not supported when automatic activity "
        "detection is enabled.",
    )


@rule(
    observed("2026-09-10"),
    "realtimeInput.activityEnd close.precondition.failed activity.manual",
)
def test_empty_activity():
    """An activity without content ends the turn and then the session."""
    bench = Bench().setup(
        realtimeInputConfig={"automaticActivityDetection": {"disabled": True}}
    )
    bench.forget().send({"realtimeInput": {"activityStart": {}}})
    bench.send({"realtimeInput": {"activityEnd": {}}})
    assert bench.messages == [
        {"serverContent": {"turnComplete": True}, "usageMetadata": {}}
    ]
    assert closed(bench) == (1007, "Precondition check failed.")


@rule(
    observed("adk-python #5552, #4587"),
    "realtimeInput.audio.data close.argument.invalid",
)
def test_half_a_sample():
    """PCM with an odd number of bytes is an invalid argument."""
    assert closed(Bench().setup().send(audio(b"\0\0\0"))) == (1007, INVALID)


@rule(
    guessed("what the service says of such rates is not known"),
    "realtimeInput.audio.mimeType close.argument.invalid",
)
@pytest.mark.parametrize("mime_type", ["audio/pcm;rate=1", "audio/pcm;rate=x"])
def test_audio_of_impossible_rates(mime_type):
    """Audio of an impossible rate is refused."""
    message = {"realtimeInput": {"audio": {"data": "AAAA", "mimeType": mime_type}}}
    assert closed(Bench().setup().send(message)) == (1007, INVALID)


@rule(
    guessed("wording"),
    "close.json.invalid close.value.invalid close.value.base64",
)
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("{", "Invalid JSON payload received. Parse error at line 1"),
        ("", "Invalid JSON payload received. Parse error at line 1"),
        (b"\xff\xfe", "Invalid JSON payload received. Parse error at line 1"),
        ("[1]", "Invalid value at '' (BidiGenerateContentClientMessage), [1]"),
        ('{"setup": 1}', "Invalid value at 'setup' (BidiGenerateContentSetup), 1"),
        (
            '{"setup": {"model": 3}}',
            "Invalid value at 'setup.model' (TYPE_STRING), 3",
        ),
        (
            '{"setup": {"systemInstruction": "Be brief."}}',
            "Invalid value at 'setup.system_instruction' (Content), \"Be brief.\"",
        ),
        (
            '{"realtimeInput": {"audio": {"data": "%%%"}}}',
            "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), "
            'Base64 decoding failed for "%%%"',
        ),
        (
            '{"setup": {"generationConfig": {"responseModalities": ["SMELL"]}}}',
            "Invalid value at 'setup.generation_config.response_modalities[0]' "
            '(TYPE_ENUM), "SMELL"',
        ),
    ],
)
def test_malformed_frames(frame, reason):
    """A frame that can't be read closes the socket and says where."""
    code, given = closed(Bench().send(frame))
    assert code == 1007
    assert given.startswith(reason)


@rule(
    guessed("an empty object is a message of no kind"),
    "close.argument.invalid",
)
def test_a_message_of_no_kind():
    """A message that says nothing closes a session that has begun."""
    assert closed(Bench().setup().send({})) == (
        1007,
        "Request contains an invalid argument.",
    )


@rule(
    guessed("proto JSON: a oneof is set once"),
    "close.value.oneof",
)
def test_two_messages_in_one_frame():
    """A frame holds one message of the union."""
    frame = {"setup": {"model": "models/x"}, "clientContent": {}}
    code, reason = closed(Bench().send(frame))
    assert (code, "oneof" in reason) == (1007, True)


@rule(
    documented("protobuf JSON parsers"),
    "close.json.deep",
)
def test_deep_nesting_is_refused():
    """A schema nested beyond protobuf's limit is refused, not followed."""
    schema: dict = {"type": "OBJECT"}
    for _ in range(150):
        schema = {"type": "ARRAY", "items": schema}
    tools = [{"functionDeclarations": [{"name": "f", "parameters": schema}]}]
    code, reason = closed(Bench().setup(tools=tools))
    assert (code, "too deep" in reason) == (1007, True)


@rule(
    observed(
        "pipecat PR 5497, a livekit fork: ignored on 2.5, 3.1 and 3.8; "
        "generative-ai-js #487: 1008 now and then, here a fault on command"
    ),
    "toolResponse.functionResponses.id toolResponse.functionResponses.name "
    "close.tool.unknown",
)
@pytest.mark.parametrize("names", [{"id": "x"}, {"name": "f"}, {}])
@pytest.mark.parametrize(
    "model", [LIVE, "gemini-3.1-flash-live-preview", "gemini-3.5-transcribe-live"]
)
def test_answer_to_a_call_that_was_never_made(model, names):
    """A result for a call of another connection, or of none, is ignored."""
    message = {"toolResponse": {"functionResponses": [names | {"response": {"x": 1}}]}}
    bench = Bench().setup(model).forget().send(message).run(9)
    assert (bench.closed, bench.messages) == (None, [])
    [note] = bench.notes
    assert "belongs to no call" in note
    bench.send(user_text("hello")).run(9)
    assert bench.kinds()[-1] == "turnComplete"


@rule(
    observed("2026-09-10: both messages, cut at 123 bytes"),
    "goAway.timeLeft close.go-away.ignored limits.connection order.go-away",
)
def test_go_away_and_the_cut():
    """GoAway comes at 540 s with 50 s left; the socket is cut at 590 s."""
    bench = Bench().setup().forget().run(539)
    assert bench.messages == []
    bench.run(2)
    assert bench.messages == [{"goAway": {"timeLeft": "50s"}}]
    bench.run(48)
    assert bench.closed is None
    bench.run(2)
    assert closed(bench) == (
        1008,
        "Connection aborted because the client failed to close the connection after "
        "receiving a GoAway signal once the session durat",
    )


@rule(
    observed("the reports named beside each reason"),
    "close.internal close.unavailable close.deadline close.aborted "
    "close.region.unsupported frames.close",
)
@pytest.mark.parametrize("name", CLOSES)
def test_every_close_on_command(name):
    """A session can be closed with every reason there is, running or not."""
    expected = (CLOSES[name].code, cut_reason(CLOSES[name].reason))
    for bench in (Bench(), Bench().setup()):
        bench._perform(bench.session.fail(name, bench.now))
        assert closed(bench) == expected
    assert len(expected[1].encode()) <= 123


def test_nothing_follows_a_close():
    """A closed session sends and does nothing any more."""
    bench = Bench().setup().send("{").forget()
    bench.send(user_text("hello")).send(audio(tone(2000))).run(1000)
    assert bench.actions == []


@rule(
    documented("another method, not emulated"),
    "close.unsupported",
)
def test_music_is_not_emulated():
    """Live Music is refused with a code of the service."""
    bench = Bench(endpoint=replace(ENDPOINT, method=Method.MUSIC)).setup()
    assert closed(bench)[0] == 1008


@rule(
    documented("RFC 6455, 5.5; four observed reasons have 123 bytes"),
    "frames.close",
)
def test_a_reason_is_never_cut_inside_a_character():
    """What does not fit into 123 bytes goes as a whole character."""
    assert cut_reason("x" * 122 + "é") == "x" * 122
    assert cut_reason("x" * 121 + "é") == "x" * 121 + "é"
