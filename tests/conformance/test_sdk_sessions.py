"""Tools, resumption and tokens, through Google's plain SDK."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from guide.backend import ensure
from live_emulator.protocol.sources import documented, observed
from tests.live_emulator.rules import rule

pytestmark = [
    pytest.mark.service,
    pytest.mark.filterwarnings("ignore:.*experimental"),
]

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "output_audio_transcription": {},
}
PATIENCE_S = 60.0


async def ask(session: Any, text: str) -> None:
    """Type something that is to be answered."""
    turn = types.Content(role="user", parts=[types.Part(text=text)])
    await session.send_client_content(turns=turn, turn_complete=True)


async def messages(session: Any) -> AsyncIterator[Any]:
    """Yield messages of this turn and all that follow."""
    while True:
        async for message in session.receive():
            yield message


async def said_until(session: Any, *words: str) -> str:
    """Return what is said, turn after turn, until one of the words is in it."""
    said = ""
    async with asyncio.timeout(PATIENCE_S):
        async for message in messages(session):
            content = message.server_content
            if content and content.output_transcription:
                said += content.output_transcription.text or ""
            if content and content.turn_complete:
                if any(word in said.lower() for word in words):
                    break
    return said


async def first_call(session: Any) -> Any:
    """Return the call that the model makes before its turn ends."""
    async with asyncio.timeout(PATIENCE_S):
        async for message in session.receive():
            if message.tool_call:
                [call] = message.tool_call.function_calls
                return call
    raise AssertionError("The turn ended without a call.")


@rule(
    documented("Live API guide: function calling"),
    "toolCall.functionCalls.id toolCall.functionCalls.name "
    "toolCall.functionCalls.args toolResponse.functionResponses order.background",
)
async def test_a_function_call(client, backend):
    """A function is called by name with its arguments, and its result is spoken."""
    weather = {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"city": {"type": "STRING"}},
            "required": ["city"],
        },
    }
    config = CONFIG | {"tools": [{"function_declarations": [weather]}]}
    async with client.aio.live.connect(
        model=backend.live_model, config=config
    ) as session:
        await ask(session, "What is the weather in Paris?")
        call = await first_call(session)
        assert call.name == "get_weather"
        assert "paris" in call.args["city"].lower()
        assert call.id
        result = types.FunctionResponse(
            id=call.id, name=call.name, response={"temperature_celsius": 21}
        )
        await session.send_tool_response(function_responses=result)
        said = await said_until(session, "21", "twenty-one", "twenty one")
    assert said


@rule(
    documented("Live API guide: session resumption"),
    "setup.sessionResumption.handle sessionResumptionUpdate.newHandle "
    "order.resumption history",
)
async def test_resumption(client, backend):
    """A session goes on over another socket and remembers what was said."""
    config = CONFIG | {"session_resumption": {}}
    handle, said = None, False
    async with client.aio.live.connect(
        model=backend.live_model, config=config
    ) as session:
        await ask(session, "My name is Ada. Answer with one word.")
        async with asyncio.timeout(PATIENCE_S):
            async for message in messages(session):
                said = said or bool(
                    message.server_content and message.server_content.turn_complete
                )
                update = message.session_resumption_update
                if said and update and update.new_handle:
                    handle = update.new_handle
                    break
    config["session_resumption"] = {"handle": handle}
    async with client.aio.live.connect(
        model=backend.live_model, config=config
    ) as session:
        await ask(session, "What is my name?")
        assert "ada" in (await said_until(session, "ada")).lower()


@rule(
    observed("three reports; 2026-09-18"),
    "auth_tokens.create auth_tokens.uses auth_tokens.expireTime close.token.used-up "
    "method.BidiGenerateContentConstrained",
)
async def test_an_ephemeral_token(client, backend):
    """A token opens as many sessions as it is good for, and no more."""
    ensure(backend.kind)
    maker = genai.Client(http_options={"api_version": "v1alpha"})
    expires = datetime.now(UTC) + timedelta(minutes=5)
    token = await maker.aio.auth_tokens.create(
        config={"uses": 1, "expire_time": expires}
    )
    assert token.name.startswith("auth_tokens/")
    page = genai.Client(api_key=token.name, http_options={"api_version": "v1alpha"})
    async with page.aio.live.connect(
        model=backend.live_model, config=CONFIG
    ) as session:
        await ask(session, "What is two plus two?")
        assert await said_until(session, "four", "4")
    with pytest.raises(errors.APIError) as caught:
        async with page.aio.live.connect(model=backend.live_model, config=CONFIG) as no:
            await ask(no, "What is two plus two?")
            await said_until(no, "four", "4")
    assert caught.value.code == 1011


@rule(documented("REST reference"), "unary.models")
async def test_the_model_is_listed(client, backend):
    """The model of the guide is one that holds live sessions."""
    model = await client.aio.models.get(model=backend.live_model)
    assert "bidiGenerateContent" in model.supported_actions


@rule(documented("REST reference"), "unary.countTokens")
async def test_tokens_are_counted(client, backend):
    """Text is counted in tokens before it is sent."""
    counted = await client.aio.models.count_tokens(
        model=backend.live_model, contents="What is twelve times seven?"
    )
    assert 3 <= counted.total_tokens <= 20
