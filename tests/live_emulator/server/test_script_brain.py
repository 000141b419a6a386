"""A script, seen through the SDK: spoken to, with a call, waiting and interrupted."""

import asyncio
from collections.abc import Iterator

import pytest
from google import genai
from google.genai import errors, types

from live_emulator.brain import BrainError
from live_emulator.emulator import Emulator
from tests.live_emulator.server.test_sdk import (
    CONFIG,
    MODEL,
    receive,
    speak,
    type_text,
)

SCRIPT = """
- {when: [hello, open the garden door], say: Good evening.}
- {when: I would like {dish}, call: {order: {dish: "{dish}"}}}
- {when_result: order, say: "{dish} is on its way."}
- when: call first
  do: [call: {order: {dish: tea}}, wait: 3600, say: This is never said.]
- {when: give up, do: [say: One moment., fail: close code=1008 reason=Enough.]}
- {when: wait, do: [say: One moment., wait: 3600, say: This is never said.]}
- {when: patience, do: [wait: 2, say: Here I am.]}
""".replace("{when: I would like {dish},", '{when: "I would like {dish}",')

ORDER = {
    "function_declarations": [
        {
            "name": "order",
            "behavior": "BLOCKING",
            "parameters": {
                "type": "OBJECT",
                "properties": {"dish": {"type": "STRING"}},
            },
        }
    ]
}


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    path = tmp_path_factory.mktemp("script") / "talk.yaml"
    path.write_text(SCRIPT, "utf-8")
    with Emulator(brain=f"script:{path}", speed=10) as emulator:
        yield emulator


@pytest.fixture
def client(scripted: Emulator, monkeypatch: pytest.MonkeyPatch) -> genai.Client:
    for name, value in scripted.environment.items():
        monkeypatch.setenv(name, value)
    return genai.Client()


async def test_a_spoken_phrase_is_recognised(client, say):
    """It is written with a capital and a full stop, and fits all the same."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        await speak(session, await say("Open the garden door!"))
        reply = await receive(session)
        # Whether a word is a name is the recogniser's guess.
        assert reply.heard.capitalize() == "Open the garden door."
        assert reply.said == "Good evening."
        await speak(session, await say("I would like tomatoes."))
        assert (await receive(session, "tool_call")).calls[0].name == "order"


async def test_a_call_and_its_result(client):
    """Words of the user go into the call, and the result into the answer."""
    config = {**CONFIG, "tools": [ORDER]}
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        turn = {"role": "user", "parts": [{"text": "I would like green soup."}]}
        await session.send_client_content(turns=turn)
        [call] = (await receive(session, "tool_call")).calls
        assert call.args == {"dish": "green soup"}
        answer = types.FunctionResponse(id=call.id, name="order", response={"ok": True})
        await session.send_tool_response(function_responses=[answer])
        assert (await receive(session)).said == "green soup is on its way."


async def test_waiting_runs_on_the_clock_and_ends_with_an_interruption(client):
    """A wait delays what is behind it, and nobody waits on once interrupted."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        assert (await type_text(session, "patience")).said == "Here I am."
        turn = {"role": "user", "parts": [{"text": "wait"}]}
        await session.send_client_content(turns=turn)
        async with asyncio.timeout(20):
            async for message in session.receive():
                content = message.server_content
                if content and content.output_transcription:
                    break
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": "hello"}]}
        )
        interrupted = await receive(session)
        assert "interrupted" in interrupted.kinds
        assert (await receive(session)).said == "Good evening."


async def test_a_call_before_a_wait_is_made_before_it(client):
    """The client gets the call while the script waits."""
    config = {**CONFIG, "tools": [ORDER]}
    async with client.aio.live.connect(model=MODEL, config=config) as session:
        turn = {"role": "user", "parts": [{"text": "call first"}]}
        await session.send_client_content(turns=turn)
        [call] = (await receive(session, "tool_call")).calls
        assert call.args == {"dish": "tea"}


async def test_a_script_lets_the_session_fail(client):
    """What is said before is sent first, then the fault happens."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        said = ""
        with pytest.raises(errors.APIError, match="1008 .*Enough"):
            turn = {"role": "user", "parts": [{"text": "give up"}]}
            await session.send_client_content(turns=turn)
            async for message in session.receive():
                content = message.server_content
                if content and content.output_transcription:
                    said += content.output_transcription.text or ""
        assert said == "One moment."


async def test_the_unary_call_waits_too(client):
    """Even generateContent answers from the same script."""
    answer = await client.aio.models.generate_content(
        model="gemini-3.8-flash", contents="patience"
    )
    assert answer.text == "Here I am."


def test_a_brain_that_can_not_be_had():
    """Whoever starts the emulator is told, in one sentence."""
    with pytest.raises(BrainError, match="There is no script at"):
        Emulator(brain="script:/nowhere/talk.yaml").start()
