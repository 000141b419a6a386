"""An unmodified google-genai client, pointed here by three variables alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from live_emulator.emulator import Emulator
from live_emulator.protocol.sources import documented
from tests.live_emulator.rules import rule

MODEL = "gemini-3.8-live"
CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}


@dataclass
class Reply:
    """What came back in one turn."""

    heard: str = ""
    said: str = ""
    pcm: bytes = b""
    kinds: list[str] = field(default_factory=list)
    usage: Any = None
    calls: list[Any] = field(default_factory=list)


@pytest.fixture
def client(live: Emulator, monkeypatch: pytest.MonkeyPatch) -> genai.Client:
    """Return a client that knows nothing but its environment."""
    for name, value in live.environment.items():
        monkeypatch.setenv(name, value)
    return genai.Client()


async def receive(session: Any, until: str = "turn_complete") -> Reply:
    """Collect a reply up to a field of server_content."""
    reply = Reply()
    async with asyncio.timeout(20):
        async for message in _all_turns(session):
            if message.tool_call:
                reply.calls += message.tool_call.function_calls
                reply.kinds.append("tool_call")
                if until == "tool_call":
                    return reply
            content = message.server_content
            if content is None:
                continue
            if content.input_transcription:
                reply.heard += content.input_transcription.text or ""
            if content.output_transcription:
                reply.said += content.output_transcription.text or ""
            for part in (
                content.model_turn.parts if content.model_turn else None
            ) or ():
                if part.inline_data:
                    reply.pcm += part.inline_data.data
            for kind in ("interrupted", "generation_complete", "turn_complete"):
                if getattr(content, kind):
                    reply.kinds.append(kind)
            reply.usage = message.usage_metadata or reply.usage
            if getattr(content, until, None):
                return reply
    raise AssertionError


async def _all_turns(session: Any) -> AsyncIterator[Any]:
    while True:
        async for message in session.receive():
            yield message


async def type_text(session: Any, text: str) -> Reply:
    """Type something and collect the reply."""
    turn = types.Content(role="user", parts=[types.Part(text=text)])
    await session.send_client_content(turns=turn, turn_complete=True)
    return await receive(session)


async def speak(session: Any, pcm: bytes) -> None:
    """Send audio in chunks of 40 ms, faster than it plays."""
    for start in range(0, len(pcm), 1280):
        blob = types.Blob(
            data=pcm[start : start + 1280], mime_type="audio/pcm;rate=16000"
        )
        await session.send_realtime_input(audio=blob)


async def test_a_typed_turn(client):
    """A typed question is answered in audio, with a transcript and usage."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        reply = await type_text(session, "What is twelve times seven?")
    assert "eighty-four" in reply.said.lower()
    assert len(reply.pcm) > 24_000
    assert len(reply.pcm) % 2 == 0
    assert reply.kinds == ["generation_complete", "turn_complete"]
    assert reply.usage.response_token_count > 10


async def test_a_spoken_turn(client, say):
    """A spoken question is heard, transcribed and answered."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await speak(session, await say("What is twelve times seven?"))
        reply = await receive(session)
    assert reply.heard == "What is 12 times 7?"
    assert "eighty-four" in reply.said.lower()


async def test_a_second_turn_remembers_the_first(client, say):
    """What was typed is known when it is asked for by voice."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await type_text(session, "My favorite color is blue.")
        await speak(session, await say("What is my favorite color?"))
        reply = await receive(session)
    assert "blue" in reply.said.lower()


async def test_a_barge_in(client, say):
    """Speech stops a story; the interrupting turn is answered."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        turn = types.Content(role="user", parts=[types.Part(text="Tell me a story.")])
        await session.send_client_content(turns=turn, turn_complete=True)
        await speak(session, await say("What is two plus two?"))
        interrupted = await receive(session)
        answer = await receive(session)
    assert interrupted.kinds == ["interrupted", "turn_complete"]
    assert "four" in answer.said.lower()


async def test_a_tool_call(client):
    """A declared function is called and its result is spoken."""
    weather = {
        "name": "get_weather",
        "description": "Returns the weather of a city.",
        "behavior": "BLOCKING",
        "parameters": {
            "type": "OBJECT",
            "properties": {"city": {"type": "STRING"}},
            "required": ["city"],
        },
    }
    config = CONFIG | {"tools": [{"function_declarations": [weather]}]}
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        turn = types.Content(
            role="user", parts=[types.Part(text="What is the weather in Paris?")]
        )
        await session.send_client_content(turns=turn, turn_complete=True)
        [call] = (await receive(session, until="tool_call")).calls
        assert (call.name, call.args) == ("get_weather", {"city": "Paris"})
        result = types.FunctionResponse(
            id=call.id, name=call.name, response={"temperature": 21}
        )
        await session.send_tool_response(function_responses=[result])
        reply = await receive(session)
    assert "twenty-one" in reply.said or "21" in reply.said


@pytest.mark.parametrize(
    ("model", "config", "key", "code", "reason"),
    [
        ("no-such-model", {}, "k", 1008, "models/no-such-model is not found"),
        ("gemini-2.0-flash-exp", {}, "k", 1008, "is not found for API version v1"),
        (MODEL, {}, "invalid-key", 1007, "API key not valid."),
        (MODEL, {"response_modalities": ["TEXT"]}, "k", 1007, "The requested comb"),
        (
            MODEL,
            {"thinking_config": {"thinking_level": "LOW"}},
            "k",
            1007,
            "Thinking level is not supported for this model.",
        ),
        (
            MODEL,
            {"session_resumption": {"handle": "nonsense"}},
            "k",
            1007,
            "Invalid session handle",
        ),
    ],
)
async def test_errors(client, model, config, key, code, reason):
    """The SDK shows the service's own code and reason."""
    other = genai.Client(api_key=key)
    with pytest.raises(errors.APIError) as caught:
        async with asyncio.timeout(5):
            async with other.aio.live.connect(model=model, config=config):
                pass
    assert caught.value.code == code
    assert reason in str(caught.value)


async def test_wrong_order_after_setup(client):
    """Activity messages in an automatic session end it in receive()."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await session.send_realtime_input(activity_start=types.ActivityStart())
        with pytest.raises(
            errors.APIError, match="Explicit activity control"
        ) as caught:
            await receive(session)
    assert caught.value.code == 1007


async def test_an_ephemeral_token(client):
    """A token made with a key opens one session, and no second."""
    with pytest.warns(Warning, match="experimental"):
        token = await client.aio.auth_tokens.create(config={"uses": 1})
        page = genai.Client(api_key=token.name, http_options={"api_version": "v1alpha"})
        async with page.aio.live.connect(model=MODEL, config=CONFIG) as session:
            reply = await type_text(session, "Say hello.")
        with pytest.raises(errors.APIError, match="too many times"):
            async with page.aio.live.connect(model=MODEL, config=CONFIG):
                pass
    assert reply.said


async def test_resumption(client):
    """A session goes on with its handle after the socket was closed."""
    config = CONFIG | {"session_resumption": {}}
    handle = None
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        turn = types.Content(role="user", parts=[types.Part(text="My name is Ada.")])
        await session.send_client_content(turns=turn, turn_complete=True)
        complete = False
        async with asyncio.timeout(10):
            async for message in _all_turns(session):
                content = message.server_content
                complete = complete or bool(content and content.turn_complete)
                if complete and message.session_resumption_update:
                    handle = message.session_resumption_update.new_handle
                    break
    config = CONFIG | {"session_resumption": {"handle": handle}}
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        reply = await type_text(session, "What is my name?")
    assert "Ada" in reply.said


@rule(
    documented("REST reference"),
    "unary.generateContent unary.streamGenerateContent unary.countTokens "
    "unary.models unary.errors",
)
async def test_unary_calls(client):
    """Text in and out, streamed and whole, tokens, and the list of models."""
    model = "gemini-3.8-flash"
    answer = await client.aio.models.generate_content(
        model=model, contents="What is two plus two?"
    )
    assert "four" in answer.text.lower()
    assert answer.usage_metadata.total_token_count > 0
    stream = await client.aio.models.generate_content_stream(
        model=model, contents="Tell me a story."
    )
    pieces = [piece.text or "" async for piece in stream]
    assert len(pieces) > 3
    counted = await client.aio.models.count_tokens(model=model, contents="x" * 40)
    assert counted.total_tokens == 10
    models = {one.name: one async for one in await client.aio.models.list()}
    assert "bidiGenerateContent" in models[f"models/{MODEL}"].supported_actions
    assert (await client.aio.models.get(model=MODEL)).name == f"models/{MODEL}"
    with pytest.raises(errors.ClientError, match="is not found for API version"):
        await client.aio.models.generate_content(model="nope", contents="x")


def test_unary_calls_from_plain_code(client):
    """The synchronous client works as well, and its errors are the service's."""
    answer = client.models.generate_content(
        model="gemini-3.8-flash", contents="What is two plus two?"
    )
    assert "four" in answer.text.lower()
    other = genai.Client(api_key="invalid-key")
    with pytest.raises(errors.ClientError, match="API key not valid") as caught:
        list(other.models.list())
    assert caught.value.code == 400


@rule(
    documented("TTS models; the shape from memory"),
    "unary.generateContent",
)
def test_unary_text_to_speech(client):
    """A TTS model answers with linear PCM in the voice that was asked for."""
    voice = {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}}
    answer = client.models.generate_content(
        model="gemini-3.8-flash-tts",
        contents="Good morning.",
        config={"response_modalities": ["AUDIO"], "speech_config": voice},
    )
    data = answer.candidates[0].content.parts[0].inline_data
    assert data.mime_type == "audio/L16;codec=pcm;rate=24000"
    assert len(data.data) > 24_000


@rule(
    documented("SDK: receive() ends with the interaction, not with the turn"),
    "serverContent.interactionStatus order.extended-thinking",
)
async def test_extended_thinking_is_one_interaction(client):
    """The SDK reads filler and answer of extended thinking in one `receive()`."""
    model = "gemini-3.8-live-extended-thinking"
    config = {**CONFIG, "thinking_config": {"thinking_level": "LOW"}}
    async with client.aio.live.connect(model=model, config=config) as session:
        turn = types.Content(
            role="user", parts=[types.Part(text="What is 12 times 7?")]
        )
        await session.send_client_content(turns=turn, turn_complete=True)
        statuses = []
        async with asyncio.timeout(20):
            async for message in session.receive():
                content = message.server_content
                if content and content.turn_complete:
                    statuses.append(content.interaction_status)
    assert [status.value for status in statuses] == ["IN_PROGRESS", "IDLE"]
