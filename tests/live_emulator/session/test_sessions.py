"""Sessions that last: resumption, limits, compression, seeded history."""

import base64
import struct
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from live_emulator.brain.types import Call, Say, Think
from live_emulator.protocol.closing import Rejected
from live_emulator.protocol.endpoints import CredentialKind, Method
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.voices import DEFAULT_VOICE
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session import ephemeral_tokens, resumption
from live_emulator.session.ephemeral_tokens import TokenRequest
from live_emulator.session.history import Entry, History
from live_emulator.session.resumption import SessionStore
from live_emulator.session.shared import Limits, SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import (
    ENDPOINT,
    LEVEL,
    Bench,
    audio,
    silence,
    tone,
    user_text,
    with_credential,
)

IMAGE = {"realtimeInput": {"video": {"data": "AAAA", "mimeType": "image/png"}}}


def handle_of(bench: Bench) -> str:
    """Return the newest handle that was offered."""
    _, message = bench.find("sessionResumptionUpdate")[-1]
    return message["sessionResumptionUpdate"]["newHandle"]


def hang_up(bench: Bench) -> None:
    """Close the client's socket."""
    bench.session.end(bench.now)


def resume(shared: SharedState, handle: str, now: float = 0.0, **setup) -> Bench:
    """Open a connection with a handle."""
    bench = Bench(shared=shared, now=now)
    return bench.setup(sessionResumption={"handle": handle}, **setup)


@rule(
    observed("2026-10-06 after connecting; bifrost: after turnComplete"),
    "setup.sessionResumption sessionResumptionUpdate.newHandle "
    "sessionResumptionUpdate.resumable order.resumption",
)
def test_handles_are_offered():
    """A handle comes after the setup and after each turn, if asked for."""
    bench = Bench().setup(sessionResumption={}).send(user_text("x")).run(9)
    updates = [
        message["sessionResumptionUpdate"]
        for _, message in bench.find("sessionResumptionUpdate")
    ]
    handles = [one.get("newHandle") for one in updates]
    assert [handle is not None for handle in handles] == [True, False, True]
    assert str(UUID(handles[0])) == handles[0] != handles[2]
    assert bench.kinds() == [
        "setupComplete",
        "sessionResumptionUpdate",
        "audio",
        "generationComplete",
        "turnComplete",
        "sessionResumptionUpdate",
    ]
    assert updates[0]["resumable"] is True
    assert "sessionResumptionUpdate" not in Bench().setup().kinds()


@rule(
    documented("SDK types: an empty handle while generating or in a function call"),
    "sessionResumptionUpdate sessionResumptionUpdate.resumable order.resumption",
)
def test_no_resumption_in_the_middle_of_something():
    """While the model generates, or waits for a result, there is no handle."""

    def assistant(question):
        return [Say("Wait.")] if question.pending else [Call("f")]

    bench = Bench(assistant).setup(
        sessionResumption={}, tools=[{"functionDeclarations": [{"name": "f"}]}]
    )
    bench.forget().send(user_text("x")).run(60)
    updates = bench.find("sessionResumptionUpdate")
    assert updates == [(0, {"sessionResumptionUpdate": {}})]
    [(_, message)] = bench.find("toolCall")
    [call] = message["toolCall"]["functionCalls"]
    answer = {"id": call["id"], "response": {"y": 1}, "scheduling": "SILENT"}
    bench.forget().send({"toolResponse": {"functionResponses": [answer]}})
    assert "newHandle" in bench.messages[-1]["sessionResumptionUpdate"]
    resumed = Bench(shared=bench.shared, now=bench.now)
    hang_up(bench)
    resumed.setup(sessionResumption={"handle": handle_of(bench)}).send(user_text("y"))
    roles = [turn.role for turn in resumed.questions[0].turns]
    assert roles == ["user", "model", "model", "tool", "user"]


@rule(
    documented("SDK types; that the setup has index 0 is a guess"),
    "setup.sessionResumption.transparent "
    "sessionResumptionUpdate.lastConsumedClientMessageIndex",
)
def test_transparent_resumption():
    """On Vertex AI a handle says which client message it stands for."""
    vertex = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")
    config = {"transparent": True}
    bench = Bench(lambda q: [Say("word " * 40)], vertex)
    bench.setup(sessionResumption=config)
    bench.send(audio(silence(40))).send(user_text("x")).run(1)
    bench.send(audio(tone(100))).send(audio(tone(100))).run(1)
    indices = [
        message["sessionResumptionUpdate"].get("lastConsumedClientMessageIndex")
        for _, message in bench.find("sessionResumptionUpdate")
    ]
    # The speech that interrupted is not in the state of the last handle.
    assert indices == ["0", None, "2"]


@rule(
    documented("session resumption"),
    "setup.sessionResumption.handle order.resumption history",
)
def test_a_resumed_session_remembers():
    """History comes back with the handle; the configuration may change."""
    shared = SharedState()
    first = Bench(shared=shared).setup(sessionResumption={})
    first.send(user_text("my name is Ada")).run(9)
    hang_up(first)
    second = resume(
        shared,
        handle_of(first),
        first.now,
        generationConfig={"seed": 99},
    )
    second.send(user_text("who am I")).run(9)
    question = second.questions[-1]
    assert question.turns[0].text == "my name is Ada"
    assert question.seed == 99


@rule(
    observed("2026-09; 3.8, 2026-10-06"),
    "setup.sessionResumption.handle close.resumption.unknown "
    "close.resumption.malformed close.resumption.busy",
)
def test_refused_handles():
    """Unknown, malformed, busy, expired and foreign handles are told apart."""
    shared = SharedState()
    unknown = "58836b26-2e71-4453-912b-6e73a4a0e8ef"
    assert resume(shared, unknown).closed.reason == (
        "BidiGenerateContent session not found"
    )
    malformed = resume(shared, "old-handle").closed
    assert (malformed.code, malformed.reason) == (1007, "Invalid session handle")
    first = Bench(shared=shared).setup(sessionResumption={}).send(user_text("x")).run(9)
    handle = handle_of(first)
    busy = resume(shared, handle).closed
    assert (busy.code, busy.reason) == (1011, "Internal error encountered.")
    hang_up(first)
    other = Bench(shared=shared, now=first.now)
    other.setup("gemini-3.1-flash-live-preview", sessionResumption={"handle": handle})
    assert other.closed.code == 1007
    assert resume(shared, handle, first.now + 7199).closed is None


@rule(
    documented("valid for two hours after the session ended"),
    "limits.handle close.resumption.unknown",
)
def test_handles_expire():
    """Two hours after its session ended a handle is unknown."""
    shared = SharedState()
    first = Bench(shared=shared).setup(sessionResumption={}).send(user_text("x")).run(9)
    hang_up(first)
    late = resume(shared, handle_of(first), first.now + 7201)
    assert (late.closed.code, late.closed.reason) == (
        1008,
        "BidiGenerateContent session not found",
    )


@rule(
    documented("session management guide"),
    "limits.handle order.resumption",
)
def test_a_resumed_session_can_be_resumed_again():
    """While it is open its handles don't age; new ones are offered."""
    shared = SharedState()
    first = Bench(shared=shared).setup(sessionResumption={}).send(user_text("x")).run(9)
    hang_up(first)
    second = resume(shared, handle_of(first), first.now + 7000).run(500)
    second.send(user_text("y")).run(9)
    hang_up(second)
    third = resume(shared, handle_of(second), second.now + 7000)
    third.send(user_text("z"))
    texts = [turn.text for turn in third.questions[0].turns if turn.role == "user"]
    assert texts == ["x", "y", "z"]


@rule(
    guessed("no source says what an older handle stands for"),
    "setup.sessionResumption.handle",
)
def test_an_old_handle_holds_the_history_of_its_time():
    """A handle from before a turn resumes before that turn."""
    shared = SharedState()
    first = Bench(shared=shared).setup(sessionResumption={})
    early = handle_of(first)
    first.send(user_text("x")).run(9)
    hang_up(first)
    second = resume(shared, early, first.now).send(user_text("y"))
    assert [turn.text for turn in second.questions[0].turns] == ["y"]


@rule(
    documented("Live API limits"),
    "limits.concurrency close.quota",
)
def test_sessions_per_key():
    """One session too many is refused; another key is not."""
    shared = SharedState(limits=Limits(sessions_per_key=2))
    first, second = Bench(shared=shared).setup(), Bench(shared=shared).setup()
    third = Bench(shared=shared).setup()
    assert (third.closed.code, "quota" in third.closed.reason) == (1011, True)
    hang_up(third)
    other = with_credential(CredentialKind.KEY, "another")
    assert Bench(shared=shared, endpoint=other).setup().closed is None
    hang_up(first)
    assert Bench(shared=shared).setup().closed is None
    assert second.closed is None


@rule(
    documented("15 min of audio, 2 min with video; the close is a guess"),
    "limits.session close.session.over realtimeInput.video",
)
def test_session_limits_without_compression():
    """A session's time counts over all its connections, video shortens it."""
    shared = SharedState(limits=Limits(go_away_s=1e6, cut_s=2e6))
    first = Bench(shared=shared).setup(sessionResumption={}).run(800)
    first.send(user_text("x")).run(9)
    hang_up(first)
    second = resume(shared, handle_of(first), first.now).run(85)
    assert second.closed is None
    assert second.run(20).closed.code == 1011
    unlimited = (
        Bench(shared=shared)
        .setup(contextWindowCompression={"slidingWindow": {}})
        .run(5000)
    )
    assert unlimited.closed is None
    seeing = Bench(shared=shared).setup()
    seeing.send(IMAGE).run(119)
    assert seeing.closed is None
    assert seeing.run(2).closed is not None


@rule(
    documented("slidingWindow"),
    "setup.contextWindowCompression.triggerTokens "
    "setup.contextWindowCompression.slidingWindow.targetTokens limits.window",
)
def test_compression_slides():
    """Above the trigger the oldest turns go until the target is met."""
    bench = Bench(lambda q: [Say("word " * 40)])
    config = {"triggerTokens": 1000, "slidingWindow": {"targetTokens": 600}}
    bench.setup(contextWindowCompression=config)
    for index in range(6):
        bench.send(user_text(f"question {index}")).run(60)
    prompts = [
        message["usageMetadata"]["promptTokenCount"]
        for _, message in bench.find("turnComplete")
    ]
    assert prompts[:4] == [135, 438, 741, 438]
    kept = bench.questions[3].turns
    assert kept[0].role == "user"
    assert kept[-1].text == "question 3"
    assert len(kept) < 7


@rule(
    documented("trigger 80 % of the window, target half the trigger"),
    "setup.contextWindowCompression limits.window",
)
def test_compression_defaults():
    """Without numbers the window's own defaults hold."""
    bench = Bench().setup(contextWindowCompression={"slidingWindow": {}})
    compression = bench.session.settings.compression
    assert (compression.trigger_tokens, compression.target_tokens) == (104_857, 52_428)


@rule(
    observed("livekit/agents: context exhausted"),
    "limits.window close.argument.invalid",
)
def test_a_full_window_ends_the_session():
    """Without compression a prompt beyond the limit is an invalid argument."""
    bench = Bench().setup().send(user_text("x" * 4 * 131_072))
    assert (bench.closed.code, bench.closed.reason) == (
        1007,
        "Request contains an invalid argument.",
    )


@rule(guessed("when the window is judged"), "limits.window clientContent.turnComplete")
def test_content_that_only_adds_fills_the_window_too():
    """Content beyond the limit ends a session before anything is asked."""
    bench = Bench().setup()
    for _ in range(131):
        bench.send(user_text("x" * 4_000, complete=False))
    assert bench.closed is None
    bench.send(user_text("x" * 24_000, complete=False))
    assert bench.closed.code == 1007
    slid = Bench().setup(contextWindowCompression={"slidingWindow": {}})
    for _ in range(500):
        slid.send(user_text("x" * 4_000, complete=False))
    assert slid.closed is None
    slid.send(user_text("now"))
    assert len(slid.questions[0].turns) < 120


@rule(
    documented("initialHistoryInClientContent"),
    "setup.historyConfig.initialHistoryInClientContent",
)
def test_initial_history():
    """Seeded content is not answered; realtime input follows it."""
    bench = Bench().setup(historyConfig={"initialHistoryInClientContent": True})
    turns = [
        {"role": "user", "parts": [{"text": "I am Ada"}]},
        {"role": "model", "parts": [{"text": "Hello Ada"}]},
    ]
    bench.forget().send({"clientContent": {"turns": turns[:1]}})
    bench.send({"clientContent": {"turns": turns[1:], "turnComplete": True}}).run(9)
    assert bench.messages == []
    bench.send({"realtimeInput": {"text": "who am I"}}).run(9)
    assert [turn.text for turn in bench.questions[0].turns] == [
        "I am Ada",
        "Hello Ada",
        "who am I",
    ]


@rule(
    observed("Google's own tests of its SDK drive 3.1 so; documented for seeding only"),
    "clientContent.turns",
)
def test_content_all_session():
    """3.1 answers content that comes after realtime input."""
    bench = Bench().setup("gemini-3.1-flash-live-preview").forget()
    bench.send({"realtimeInput": {"text": "hi"}}).run(9)
    bench.send(user_text("and now")).run(9)
    assert [question.turns[-1].text for question in bench.questions] == [
        "hi",
        "and now",
    ]


@rule(observed("pipecat 1.14 seeds so, or not at all"), "setup.historyConfig")
@pytest.mark.parametrize("seeded", [True, False])
def test_realtime_input_ends_an_incomplete_history(seeded):
    """Realtime input begins the conversation, whatever was seeded before it."""
    bench = Bench().setup(historyConfig={"initialHistoryInClientContent": True})
    if seeded:
        turn = {"role": "user", "parts": [{"text": "I am Ada"}]}
        bench.send({"clientContent": {"turns": [turn]}})
    bench.send({"realtimeInput": {"text": "who am I"}}).run(9)
    texts = [turn.text for turn in bench.questions[0].turns]
    assert texts == (["I am Ada", "who am I"] if seeded else ["who am I"])
    bench.send(user_text("and now")).run(9)
    assert bench.questions[1].turns[-1].text == "and now"


@rule(
    observed("pipecat 1.14 sends a blank, google-adk 2.13 a full stop"),
    "setup.historyConfig realtimeInput.text",
)
@pytest.mark.parametrize("nudge", [" ", "."])
def test_a_nudge_has_seeded_history_answered(nudge):
    """A blank or a full stop after a seeded question has the question answered."""
    bench = Bench().setup(historyConfig={"initialHistoryInClientContent": True})
    bench.send(user_text("who am I")).run(9)
    assert bench.questions == []
    bench.send({"realtimeInput": {"text": nudge}}).run(9)
    assert [turn.text for turn in bench.questions[0].turns] == ["who am I"]


@rule(
    documented("roles of content"),
    "clientContent.turns.role close.argument.invalid",
)
@pytest.mark.parametrize("role", ["system", "assistant"])
def test_roles_that_do_not_exist(role):
    """A role that the Gemini API does not know is refused."""
    turn = {"role": role, "parts": [{"text": "x"}]}
    assert Bench().setup().send({"clientContent": {"turns": [turn]}}).closed


@rule(
    observed("livekit/agents, 2026: a note on 2.5, 1007 on 3.1 and 3.8"),
    "clientContent.turns.role",
)
def test_content_without_a_role():
    """Content without a role is a note on 2.5 models, and refused by 3.x."""
    note = {"parts": [{"text": "be kind"}]}
    message = {"clientContent": {"turns": [note]}}
    bench = Bench().setup("gemini-2.5-flash-native-audio-latest").send(message)
    bench.send(user_text("x"))
    assert [turn.role for turn in bench.questions[0].turns] == ["note", "user"]
    for model in ("gemini-3.8-live", "gemini-3.1-flash-live-preview"):
        assert Bench().setup(model).send(message).closed.code == 1007
    assert Bench(shared=SharedState(lenient=True)).setup().send(message).closed is None


@rule(
    observed("a wire note of 2026-09-17, one source: 1007 on 3.8, answered by others"),
    "clientContent.turns.role close.argument.invalid lenient",
)
@pytest.mark.parametrize(
    ("model", "lenient", "answered"),
    [
        ("gemini-3.8-live", False, False),
        ("gemini-3.8-live", True, True),
        ("gemini-3.1-flash-live-preview", False, True),
        ("gemini-2.5-flash-native-audio-latest", False, True),
    ],
)
def test_a_question_without_a_role(model, lenient, answered):
    """Content without a role that is to be answered is the user's, but on 3.8."""
    turn = {"parts": [{"text": "hello"}]}
    bench = Bench(shared=SharedState(lenient=lenient)).setup(model)
    bench.send({"clientContent": {"turns": [turn], "turnComplete": True}})
    if answered:
        assert bench.questions[0].turns[-1].role == "user"
    else:
        assert bench.closed.reason == "Request contains an invalid argument."


@rule(
    documented("Content parts"),
    "clientContent.turns.parts.inlineData.mimeType "
    "clientContent.turns.parts.inlineData.data",
)
def test_speech_and_images_in_content():
    """Content may hold audio and images beside text."""
    blob = audio(silence(500))["realtimeInput"]["audio"]
    parts = [
        {"text": "listen:"},
        {"inlineData": blob},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
    ]
    turn = {"role": "user", "parts": parts}
    bench = Bench(words=["good morning"]).setup()
    bench.send({"clientContent": {"turns": [turn], "turnComplete": True}})
    [question] = bench.questions
    assert question.turns[0].text == "listen: good morning"
    assert question.turns[0].sights == (bench.sight,)


@rule(
    documented("function calls in history"),
    "clientContent.turns.parts.functionCall.name "
    "clientContent.turns.parts.functionCall.args "
    "clientContent.turns.parts.functionResponse",
)
def test_calls_and_results_in_content():
    """A seeded history may hold calls and their results."""
    call = {"functionCall": {"name": "f", "args": {"x": 1}}}
    result = {"functionResponse": {"name": "f", "response": {"y": 2}}}
    turns = [
        {"role": "model", "parts": [call]},
        {"role": "user", "parts": [result]},
    ]
    bench = Bench().setup()
    bench.send({"clientContent": {"turns": turns, "turnComplete": True}})
    first, second = bench.questions[0].turns
    assert (first.calls[0].args, second.role) == ({"x": 1}, "tool")
    assert second.results[0].response == {"y": 2}


# --- ephemeral tokens

TOKEN_ENDPOINT = replace(ENDPOINT, method=Method.CONSTRAINED, version="v1alpha")


def with_token(shared: SharedState, name: str, now: float = 0.0) -> Bench:
    """Return a bench whose client shows a token."""
    credential = with_credential(CredentialKind.TOKEN, name).credential
    return Bench(
        shared=shared, now=now, endpoint=replace(TOKEN_ENDPOINT, credential=credential)
    )


def make_token(shared: SharedState, **request) -> str:
    """Return the name of a new token."""
    return shared.tokens.create(TokenRequest(**request), 0.0).name


@rule(
    observed("three reports; 2026-09-18"),
    "auth_tokens.uses auth_tokens.newSessionExpireTime close.token.used-up "
    "close.token.expired method.BidiGenerateContentConstrained",
)
def test_tokens_run_out():
    """A token is good for so many sessions, to be begun and held in its time."""
    shared = SharedState()
    once = make_token(shared)
    assert with_token(shared, once).setup().closed is None
    used_up = with_token(shared, once).setup().closed
    assert (used_up.code, used_up.reason) == (
        1011,
        "Token has been used too many times",
    )
    any_number = make_token(shared, uses=0)
    assert all(with_token(shared, any_number).setup().closed is None for _ in range(5))
    late = with_token(shared, any_number, now=61).setup().closed
    assert (late.code, late.reason) == (1011, "Token has expired")
    over = with_token(shared, any_number, now=1801).setup().closed
    assert (over.code, over.reason) == (1011, "Token has expired")
    unknown = with_token(shared, "auth_tokens/x").setup().closed
    assert unknown.code == 1007


@rule(
    observed("2026-09-18, within 1 s of expireTime"),
    "auth_tokens.expireTime close.token.expired-live",
)
def test_a_session_ends_with_its_token():
    """When its token expires, a running session is closed."""
    shared = SharedState()
    bench = with_token(shared, make_token(shared, lifetime_s=100)).setup().run(99)
    assert bench.closed is None
    bench.run(2)
    assert (bench.closed.code, bench.closed.reason) == (1011, "auth token has expired")


@rule(
    documented("resuming does not count as a use"),
    "auth_tokens.uses",
)
def test_resuming_is_not_another_use():
    """A session begun with a token is resumed with it, even when used up."""
    shared = SharedState()
    name = make_token(shared)
    first = with_token(shared, name).setup(sessionResumption={})
    first.send(user_text("x")).run(9)
    hang_up(first)
    second = with_token(shared, name, now=120)
    second.setup(sessionResumption={"handle": handle_of(first)})
    assert second.closed is None


@rule(
    observed("2026-08-29, 2026-10-06: replaced, not merged"),
    "auth_tokens.bidiGenerateContentSetup auth_tokens.fieldMask",
)
@pytest.mark.parametrize(
    ("mask", "voice", "instruction"),
    [
        (None, "Kore", ""),
        (("generationConfig.speechConfig",), "Kore", "client"),
        (("generation_config.speech_config",), "Kore", "client"),
        (("systemInstruction",), "Zephyr", ""),
        ((), "Zephyr", "client"),
    ],
)
def test_what_a_token_locks(mask, voice, instruction):
    """Without a mask the whole setup is the token's; with one, its paths are."""
    shared = SharedState()
    locked = {"model": "models/gemini-3.8-live"} | voice_setup("Kore")
    name = make_token(shared, setup=locked, locked=mask)
    bench = with_token(shared, name).setup(
        systemInstruction={"parts": [{"text": "client"}]}, **voice_setup("Zephyr")
    )
    settings = bench.session.settings
    assert (settings.voice, settings.instruction) == (voice, instruction)


@rule(
    observed("a locked setup ignores the client's model"),
    "auth_tokens.bidiGenerateContentSetup",
)
def test_a_locked_model():
    """A client that names another model gets the token's."""
    shared = SharedState()
    locked = {"model": "models/gemini-3.8-live"}
    bench = with_token(shared, make_token(shared, setup=locked)).setup("no-such-model")
    assert bench.closed is None
    assert bench.session.settings.model.name == "gemini-3.8-live"


def voice_setup(name: str) -> dict:
    """Return a setup's fields that choose a voice."""
    voice = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": name}}}
    return {"generationConfig": {"speechConfig": voice}}


# --- models that differ


@rule(
    documented("extended thinking: turnComplete and IN_PROGRESS, then IDLE"),
    "serverContent.interactionStatus order.extended-thinking",
)
def test_extended_thinking():
    """A filler has a turn of its own; the answer follows and is IDLE."""
    bench = Bench(lambda q: [Think("Adding."), Say("Two.")])
    bench.setup(
        "gemini-3.8-live-extended-thinking", outputAudioTranscription={}, **LEVEL
    )
    bench.forget().send(user_text("one plus one")).run(30)
    statuses = [
        message["serverContent"]["interactionStatus"]
        for _, message in bench.find("turnComplete")
    ]
    assert statuses == ["IN_PROGRESS", "IDLE"]
    assert bench.transcript().endswith("Two.")
    assert bench.transcript().startswith("Let me think")


@rule(
    documented("live translate; the words are ours"),
    "setup.generationConfig.translationConfig.targetLanguageCode order.translation",
)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("good morning", "Buenos días."),
        (
            "the weather is fine",
            "Emulated translation into Spanish: the weather is fine.",
        ),
    ],
)
def test_translation_in_shape(said, expected):
    """A few sentences are translated; of others it is said what stands there."""
    config = {"translationConfig": {"targetLanguageCode": "es"}}
    bench = Bench(words=[said])
    bench.setup(
        "gemini-3.5-live-translate-preview",
        generationConfig=config,
        outputAudioTranscription={},
    )
    bench.forget().speak().run(20)
    assert bench.transcript() == expected


@rule(
    guessed("which images count"),
    "realtimeInput.video setup.realtimeInputConfig.turnCoverage",
)
@pytest.mark.parametrize(
    ("coverage", "seen"),
    [
        (None, 2),
        ("TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO", 2),
        ("TURN_INCLUDES_ALL_INPUT", 2),
        ("TURN_INCLUDES_ONLY_ACTIVITY", 0),
    ],
)
def test_images_of_a_turn(coverage, seen):
    """A turn holds all images since the last, or those of its activity."""
    config = {"turnCoverage": coverage} if coverage else {}
    bench = Bench().setup(realtimeInputConfig=config)
    for _ in range(2):
        bench.send(
            {"realtimeInput": {"video": {"data": "AA", "mimeType": "image/png"}}}
        )
    bench.send({"realtimeInput": {"text": "what do you see"}})
    assert len(bench.questions[0].turns[-1].sights) == seen


@rule(
    documented("64 at LOW, 256 else"),
    "setup.generationConfig.mediaResolution usage",
)
@pytest.mark.parametrize(
    ("resolution", "tokens"),
    [("MEDIA_RESOLUTION_LOW", 64), ("MEDIA_RESOLUTION_HIGH", 256), (None, 256)],
)
def test_tokens_of_an_image(resolution, tokens):
    """An image costs what its resolution says."""
    config = {"mediaResolution": resolution} if resolution else {}
    bench = Bench().setup(generationConfig=config)
    bench.send(IMAGE).send({"realtimeInput": {"text": "x"}}).run(9)
    details = bench.messages[-1]["usageMetadata"]["promptTokensDetails"]
    assert {"modality": "IMAGE", "tokenCount": tokens} in details


@rule(
    documented("function calls in history"), "clientContent.turns.parts.functionCall.id"
)
def test_ids_of_calls_in_content():
    """Calls and results of a seeded history keep their ids."""
    call = {"functionCall": {"id": "one", "name": "f"}}
    result = {"functionResponse": {"id": "one", "name": "f", "response": 3}}
    turns = [{"role": "model", "parts": [call]}, {"role": "user", "parts": [result]}]
    bench = Bench().setup()
    bench.send({"clientContent": {"turns": turns, "turnComplete": True}})
    first, second = bench.questions[0].turns
    assert (first.calls[0].id, second.results[0].id) == ("one", "one")
    assert second.results[0].response == {"output": 3}


@rule(guessed("a number of uses is not negative"), "auth_tokens.uses")
def test_negative_uses():
    """A token for less than no session is refused."""
    with pytest.raises(Rejected):
        make_token(SharedState(), uses=-1)


@rule(
    observed("the client still has to send a setup"),
    "auth_tokens.bidiGenerateContentSetup close.setup.order",
)
def test_a_locked_setup_has_to_be_sent_all_the_same():
    """A token's setup does not set the session up by itself."""
    shared = SharedState()
    name = make_token(shared, setup={"model": "models/gemini-3.8-live"})
    assert with_token(shared, name).send(user_text("x")).closed.code == 1007
    assert with_token(shared, name).send({"setup": {}}).closed is None


@rule(documented("SDK: what locking no field sends"), "auth_tokens.fieldMask")
def test_a_mask_two_levels_deep():
    """The mask the SDK makes of a setup locks its fields and no others."""
    shared = SharedState()
    locked = {
        "model": "models/gemini-3.8-live",
        "generationConfig": {"temperature": 0.7, "seed": 5},
        "systemInstruction": {"parts": [{"text": "token"}]},
    }
    mask = ("model", "generationConfig.seed", "systemInstruction.parts")
    bench = with_token(shared, make_token(shared, setup=locked, locked=mask)).setup(
        "no-such-model",
        generationConfig={"seed": 9, "maxOutputTokens": 100},
        systemInstruction={"role": "user", "parts": [{"text": "client"}]},
    )
    settings = bench.session.settings
    assert settings.model.name == "gemini-3.8-live"
    assert (settings.seed, settings.max_output_tokens) == (5, 100)
    assert settings.instruction == "token"


def wav(rate_hz: int = 16_000, channels: int = 1, *, chunks: bytes = b"") -> str:
    """Return a WAV file of half a second, in base64."""
    pcm = bytes(rate_hz * channels)
    head = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * 2, 2, 16)
    body = b"fmt " + struct.pack("<I", 16) + head + chunks
    body += b"data" + struct.pack("<I", len(pcm)) + pcm
    whole = b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body
    return base64.b64encode(whole).decode()


def with_blob(mime_type: str, data: str) -> dict[str, Any]:
    """Return a clientContent that holds nothing but a blob."""
    part = {"inlineData": {"mimeType": mime_type, "data": data}}
    turn = {"role": "user", "parts": [part]}
    return {"clientContent": {"turns": [turn], "turnComplete": True}}


@rule(
    guessed("Google's other calls take WAV files"),
    "clientContent.turns.parts.inlineData.mimeType",
)
@pytest.mark.parametrize(
    ("rate_hz", "chunks"), [(16_000, b""), (8_000, b"LIST\x03\0\0\0abc\0")]
)
def test_a_wav_file_in_content(rate_hz, chunks):
    """A WAV file is heard at its own rate, whatever else is in it."""
    bench = Bench(words=["good morning"]).setup()
    bench.send(with_blob("audio/wav", wav(rate_hz, chunks=chunks)))
    [question] = bench.questions
    assert question.turns[0].text == "good morning"
    [ear] = bench.ears.values()
    assert len(ear) == 16_000


@rule(
    guessed("what the service says is not known"),
    "clientContent.turns.parts.inlineData.data close.argument.invalid",
)
@pytest.mark.parametrize(
    ("mime_type", "data"),
    [
        ("audio/wav", wav(channels=2)),
        ("audio/wav", wav(rate_hz=1_000)),
        ("audio/wav", base64.b64encode(b"RIFF\0\0\0\0WAVE").decode()),
        ("audio/wav", base64.b64encode(b"RIFF\0\0\0\0AVI ").decode()),
        ("audio/wav", base64.b64encode(b"abcd").decode()),
        ("audio/wav", wav(chunks=b"LIST\0\0\0\0" * 1_000)),
        ("application/pdf", "AAAA"),
    ],
)
def test_blobs_that_can_not_be_taken(mime_type, data):
    """Audio that is no PCM, and files of other kinds, are refused."""
    bench = Bench().setup().send(with_blob(mime_type, data))
    assert bench.closed.code == 1007


@rule(documented("Vertex AI and old SDKs"), "clientContent.turns.role")
@pytest.mark.parametrize("role", ["tool", "function"])
def test_roles_of_results(role):
    """Results may come in a turn of their own role."""
    result = {"functionResponse": {"name": "f", "response": {"x": 1}}}
    turn = {"role": role, "parts": [result]}
    bench = Bench().setup()
    bench.send({"clientContent": {"turns": [turn], "turnComplete": True}})
    assert bench.questions[0].turns[0].role == "tool"


@rule(documented("compression: unlimited"), "limits.session realtimeInput.video")
def test_video_does_not_limit_a_compressed_session():
    """With compression a session with images lasts as long as any."""
    bench = Bench().setup(contextWindowCompression={"slidingWindow": {}}).send(IMAGE)
    bench.run(300)
    assert bench.closed is None


@rule(guessed("which images count"), "realtimeInput.video")
def test_an_image_between_turns():
    """An image belongs to the turn behind it, not to the one before."""
    bench = Bench().setup().send(user_text("x")).run(9).send(IMAGE)
    bench.send({"realtimeInput": {"text": "y"}})
    first, _, second = bench.questions[-1].turns
    assert (first.sights, second.sights) == ((), (bench.sight,))


@rule(guessed("absent in the token is absent in the session"), "auth_tokens.fieldMask")
@pytest.mark.parametrize(
    "mask",
    [
        ("generationConfig.speechConfig.voiceConfig",),
        ("generationConfig.speechConfig",),
        ("generationConfig.nonsense.deeper", "generationConfig.speechConfig"),
    ],
)
def test_a_mask_of_what_the_token_does_not_have(mask):
    """A locked field without a value has its default, whatever the client sends."""
    shared = SharedState()
    setup = {"model": "models/gemini-3.8-live"}
    name = make_token(shared, setup=setup, locked=mask)
    bench = with_token(shared, name).setup(**voice_setup("Kore"))
    assert (bench.closed, bench.session.settings.voice) == (None, DEFAULT_VOICE)


def test_a_mask_inside_of_what_the_client_does_not_have():
    """A locked field is set where the client sends nothing around it."""
    shared = SharedState()
    setup = {"model": "models/gemini-3.8-live"} | voice_setup("Kore")
    mask = ("generationConfig.speechConfig.voiceConfig",)
    name = make_token(shared, setup=setup, locked=mask)
    bench = with_token(shared, name).setup()
    assert bench.session.settings.voice == "Kore"


def test_stores_stay_small():
    """Expired tokens and handles are forgotten, and a session has ten handles."""
    shared = SharedState()
    names = [shared.tokens.create(TokenRequest(), now=0).name for _ in range(100)]
    shared.tokens.create(TokenRequest(), now=3600 * 3)
    with pytest.raises(Rejected) as caught:
        shared.tokens.find(names[0], now=3600 * 3)
    assert caught.value.close.code == 1007  # unknown by now, not just expired

    sessions = shared.sessions
    session = sessions.begin()
    handles = [sessions.save(session, "m", History()) for _ in range(12)]
    sessions.end(session, now=0)
    assert not _is_known(sessions, handles[1])
    assert _is_known(sessions, handles[2])
    sessions.end(session, now=0)
    sessions.end(sessions.begin(), now=3 * 3600)
    assert not _is_known(sessions, handles[-1])
    assert sessions._saved == {}


def _is_known(sessions: SessionStore, handle: str) -> bool:
    try:
        sessions.resume(handle, "m", now=1)
    except Rejected:
        return False
    return True


def test_a_window_without_anything_to_drop():
    """A single turn stays, however small the window."""
    history = History()
    entry = Entry("user")
    entry.tokens.add("TEXT", 1_000)
    history.append(entry)
    assert (history.slide(10), history.entries) == (0, [entry])
    assert History().slide(10) == 0


@rule(guessed("nothing was said"), "order.translation")
@pytest.mark.parametrize("target", ["en", "es"])
def test_a_translation_of_nothing(target):
    """Where nothing was understood, nothing is translated."""
    config = {"translationConfig": {"targetLanguageCode": target}}
    model = "gemini-3.5-live-translate-preview"
    bench = Bench(words=[""]).setup(model, generationConfig=config).forget()
    bench.speak().run(9)
    assert bench.kinds() == ["ACTIVITY_START", "ACTIVITY_END"]


CALL_OF_TEN_WORDS = {"functionCall": {"name": "f", "args": {"text": "one " * 10}}}


@pytest.mark.parametrize(
    "part",
    [
        CALL_OF_TEN_WORDS,
        {"functionResponse": {"name": "f", "response": {"text": "one " * 10}}},
        {"text": "one " * 10},
    ],
    ids=["call", "result", "text"],
)
def test_whatever_is_remembered_counts(part):
    """History of any kind fills the window, and is refused beyond it."""
    turn = {"role": "model", "parts": [part] * 1_000}
    bench = Bench().setup()
    for _ in range(20):
        bench.send({"clientContent": {"turns": [turn]}})
        if bench.closed is not None:
            break
    assert bench.closed is not None
    assert bench.closed.code == 1007


@pytest.mark.parametrize("part", [{}, {"functionCall": {}}, {"text": ""}])
def test_what_holds_nothing_is_not_remembered(part):
    """Turns of empty parts cost nothing, so they leave nothing behind."""
    bench = Bench().setup()
    turns = [{"role": "model", "parts": [part]}] * 100
    bench.send({"clientContent": {"turns": turns}}).send(user_text("hello"))
    [question] = bench.questions
    assert [turn.text for turn in question.turns] == ["hello"]
    assert bench.session.remembered == 1
    assert Bench().session.remembered == 0


def test_nothing_stays_of_a_key_that_was_shown():
    """Sessions are counted by key while they are open, and for no longer."""
    shared = SharedState()
    for number in range(3):
        key = with_credential(CredentialKind.KEY, f"key {number}")
        bench = Bench(shared=shared, endpoint=key).setup()
        assert shared.open_by_key == {f"key {number}": 1}
        hang_up(bench)
        assert not shared.open_by_key


def test_the_latest_sessions_can_be_resumed(monkeypatch):
    """Of sessions that are over only so many are kept, whoever opened them."""
    monkeypatch.setattr(resumption, "_MOST_SESSIONS", 2)
    shared, benches = SharedState(), []
    for number in range(3):
        bench = Bench(shared=shared, now=float(number)).setup(sessionResumption={})
        benches.append(bench.send(user_text("x")).run(9))
        hang_up(bench)
    first, second, third = (
        resume(shared, handle_of(bench), 20.0).closed for bench in benches
    )
    assert first is not None and first.code == 1008
    assert second is third is None


def test_tokens_have_room_for_so_many(monkeypatch):
    """By number and by what their setups take, until the first are forgotten."""
    monkeypatch.setattr(ephemeral_tokens, "_MOST_TOKENS", 2)
    shared = SharedState()
    make_token(shared, size_bytes=2**23)
    with pytest.raises(ephemeral_tokens.NoRoom):
        make_token(shared, size_bytes=2**23 + 1)
    make_token(shared)
    with pytest.raises(ephemeral_tokens.NoRoom):
        make_token(shared)
    shared.tokens.create(TokenRequest(), now=1800 + 3601)
