"""Two calls at once, and each result in a message of its own, seen through the SDK."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from google import genai
from google.genai import types

from live_emulator.emulator import Emulator
from live_emulator.protocol.sources import observed
from tests.live_emulator.brain.model_server import chunk, model_server, tool_call
from tests.live_emulator.rules import rule
from tests.live_emulator.server.test_sdk import CONFIG, MODEL, receive

WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city.",
    "behavior": "BLOCKING",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING", "description": "Name of the city."}},
        "required": ["city"],
    },
}
SKIES = {"Paris": "blue", "Rome": "grey"}

SCRIPT = """
- when: what is the weather in Paris and in Rome
  do: [call: {get_weather: {city: Paris}}, call: {get_weather: {city: Rome}}]
- {when_result: get_weather, say: "The sky is {sky}."}
"""


@asynccontextmanager
async def brain_called(name: str, folder) -> AsyncIterator[str]:
    """Give what `--brain` is to be, for each of the three kinds."""
    if name == "rules":
        yield "rules"
    elif name == "script":
        file = folder / "weather.yaml"
        file.write_text(SCRIPT, "utf-8")
        yield f"script:{file}"
    else:
        async with model_server() as server:
            server.say(
                tool_call(0, "get_weather", '{"city": "Paris"}', "x"),
                tool_call(1, "get_weather", '{"city": "Rome"}', "y"),
            )
            server.say(chunk("The sky is blue, and grey."))
            yield f"openai:{server.url}#tiny"
            *_, made, first, second = server.asked[-1]["messages"]
            told = {one["tool_call_id"]: one["content"] for one in (first, second)}
            assert [told[call["id"]] for call in made["tool_calls"]] == [
                '{"sky":"blue"}',
                '{"sky":"grey"}',
            ]


async def is_taken(emulator: Emulator, call_id: str) -> None:
    """Wait until the emulator has the result of a call."""
    [session] = emulator.sessions
    async with asyncio.timeout(20):
        while call_id not in {one["id"] for one in session.tool_responses}:
            await asyncio.to_thread(time.sleep, 0.01)


@rule(
    observed("adk-java 1357"),
    "toolResponse.functionResponses order.blocking",
)
@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "reversed"])
@pytest.mark.parametrize("name", ["rules", "script", "openai"])
async def test_both_results_are_used(name, reverse, tmp_path, monkeypatch):
    """Whoever answers waits for both results, and speaks of both."""
    config = {**CONFIG, "tools": [{"function_declarations": [WEATHER]}]}
    async with (
        brain_called(name, tmp_path) as brain,
        Emulator(brain=brain, speed=10) as emulator,
    ):
        for variable, value in emulator.environment.items():
            monkeypatch.setenv(variable, value)
        live = genai.Client().aio.live
        async with live.connect(model=MODEL, config=config) as session:
            text = "What is the weather in Paris and in Rome?"
            turn = types.Content(role="user", parts=[types.Part(text=text)])
            await session.send_client_content(turns=turn)
            calls = (await receive(session, "tool_call")).calls
            assert [call.args["city"] for call in calls] == ["Paris", "Rome"]
            for call in reversed(calls) if reverse else calls:
                answer = types.FunctionResponse(
                    id=call.id,
                    name=call.name,
                    response={"sky": SKIES[call.args["city"]]},
                )
                await session.send_tool_response(function_responses=answer)
                await is_taken(emulator, call.id)
            reply = await receive(session)
            assert reply.kinds.count("turn_complete") == 1
            assert "blue" in reply.said and "grey" in reply.said
