"""A model server behind the emulator, seen through the SDK."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from google import genai
from google.genai import types

from live_emulator.emulator import Emulator
from tests.live_emulator.brain.model_server import (
    ModelServer,
    chunk,
    model_server,
    sse,
    tool_call,
)
from tests.live_emulator.server.test_sdk import CONFIG, MODEL, receive, type_text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDER = {
    "name": "order",
    "behavior": "BLOCKING",
    "parameters": {"type": "OBJECT", "properties": {"dish": {"type": "STRING"}}},
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server() -> AsyncIterator[ModelServer]:
    async with model_server() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def emulator(server: ModelServer) -> AsyncIterator[Emulator]:
    async with Emulator(brain=f"openai:{server.url}#tiny", speed=10) as running:
        yield running


@pytest.fixture
def client(
    server: ModelServer, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> genai.Client:
    server.answers.clear()
    server.closed.clear()
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    return genai.Client()


async def until_audio(session) -> None:
    async with asyncio.timeout(20):
        async for message in session.receive():
            if message.data:
                return


def ask(session, text: str):
    turn = types.Content(role="user", parts=[types.Part(text=text)])
    return session.send_client_content(turns=turn)


async def test_it_speaks_while_the_server_still_writes(server, client):
    """Audio of the first sentence comes before the server has finished."""
    go = asyncio.Event()
    server.say(chunk("Good day. How"), go, chunk(" are you?"))
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await ask(session, "Hello.")
        await until_audio(session)
        go.set()  # only now does the server go on
        rest = await receive(session)
    assert rest.said.endswith("How are you?")
    assert rest.kinds == ["generation_complete", "turn_complete"]


async def test_an_interruption_ends_the_request(server, client):
    """The server sees its connection closed, and learns what was cut off."""
    server.say(chunk("One sentence is here. And"), asyncio.Event())
    server.say(chunk("Yes."))
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await ask(session, "Hello.")
        await until_audio(session)
        await ask(session, "Stop.")
        assert "interrupted" in (await receive(session)).kinds
        async with asyncio.timeout(20):
            await server.closed.wait()
        assert (await receive(session)).said == "Yes."
    *_, cut, last = server.asked[-1]["messages"]
    assert cut["role"] == "assistant" and cut["content"].endswith("[interrupted]")
    assert last == {"role": "user", "content": "Stop."}


async def test_a_function_is_called_and_its_result_is_told(server, client):
    """The call goes to the client, and its result to the server."""
    server.say(tool_call(0, "order", '{"dish": "so', "x"), tool_call(0, None, 'up"}'))
    server.say(chunk("It is on its way."))
    config = {**CONFIG, "tools": [{"function_declarations": [ORDER]}]}
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        await ask(session, "I would like soup.")
        [call] = (await receive(session, "tool_call")).calls
        assert (call.name, call.args) == ("order", {"dish": "soup"})
        answer = types.FunctionResponse(id=call.id, name="order", response={"ok": True})
        await session.send_tool_response(function_responses=[answer])
        assert (await receive(session)).said == "It is on its way."
    *_, made, result = server.asked[-1]["messages"]
    assert made["tool_calls"][0]["id"] == result["tool_call_id"] == call.id
    assert result["content"] == '{"ok":true}'
    schema = server.asked[-1]["tools"][0]["function"]["parameters"]
    assert schema["properties"] == {"dish": {"type": "string"}}


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (lambda s: s.give({"error": "x"}, 500), "failed (500): x."),
        (lambda s: s.say(sse("nonsense")), "can't be used: what it sent is not JSON."),
        (lambda s: s.say(), "gave an empty answer."),
    ],
)
async def test_the_session_lives_on(server, client, fail, sentence):
    """What goes wrong is said, and the next turn is answered."""
    fail(server)
    server.say(chunk("Fine."))
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        assert sentence in (await type_text(session, "Hello.")).said
        assert (await type_text(session, "Again.")).said == "Fine."


async def test_no_server_at_all(monkeypatch):
    """The reader hears that it can't be reached, and may ask again."""
    async with model_server() as server:
        url = server.url
    async with Emulator(brain=f"openai:{url}", speed=10) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        client = genai.Client()
        async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
            for _ in range(2):
                said = (await type_text(session, "Hello.")).said
                assert said.startswith(f"The model server at {url[:-3]} can't be re")
