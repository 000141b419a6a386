"""An emulator that a test tells what to say, and asks what it was told."""

import asyncio
import base64
import json
import re
import unittest
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from aiohttp import ClientSession, WSMsgType

from live_emulator import LiveApi
from live_emulator.brain import Call, RulesBrain, ScriptedBrain
from live_emulator.voice.types import INPUT_RATE_HZ

pytestmark = pytest.mark.live_api(speed=20)

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SETUP = {
    "setup": {
        "model": "models/gemini-3.8-live",
        "generationConfig": {"responseModalities": ["AUDIO"]},
        "outputAudioTranscription": {},
        "tools": [
            {"functionDeclarations": [{"name": "look_up", "behavior": "BLOCKING"}]}
        ],
    }
}


class Client:
    """A client of a few lines, for tests of what the emulator's side tells."""

    def __init__(self, socket) -> None:
        self._socket = socket

    async def send(self, message: object) -> None:
        await self._socket.send_str(json.dumps(message))

    async def type(self, text: str) -> str:
        """Type a question; return what is said in answer, up to a call or the end."""
        turn = {"role": "user", "parts": [{"text": text}]}
        await self.send({"clientContent": {"turns": [turn], "turnComplete": True}})
        return await self.answer()

    async def answer(self) -> str:
        said = ""
        async for frame in self._socket:
            if frame.type is not WSMsgType.BINARY:
                break
            message = json.loads(frame.data)
            content = message.get("serverContent", {})
            said += content.get("outputTranscription", {}).get("text", "")
            if "turnComplete" in content or "toolCall" in message:
                break
        return said.strip()


@asynccontextmanager
async def connected(live: LiveApi, setup: object = SETUP) -> AsyncIterator[Client]:
    async with (
        ClientSession() as http,
        http.ws_connect(f"{live.url}{PATH}?key=any") as socket,
    ):
        client = Client(socket)
        await client.send(setup)
        await socket.receive()
        yield client


async def test_until_something_is_prepared_the_rules_answer(live_api):
    """A test that does not care what is said has a model that answers."""
    async with connected(live_api) as client:
        assert "eighty-four" in await client.type("What is twelve times seven?")
    assert live_api.asked == ["What is twelve times seven?"]


async def test_say_goes_before_answers(live_api):
    """What is prepared for the next replies is used up first, then the mapping."""
    live_api.answers({"hello": "Good day."})
    live_api.say("One.", ["Two.", "And a half."])
    live_api.answers({re.compile("^bye"): "See you."})
    live_api.say("Three.")
    async with connected(live_api) as client:
        said = [await client.type(text) for text in ("Hello!", "b", "c", "Hello!")]
        said.append(await client.type("bye, then"))
    assert said == ["One.", "Two. And a half.", "Three.", "Good day.", "See you."]
    assert live_api.session.said == said
    assert live_api.session.typed == live_api.asked


async def test_answers_while_a_session_runs(live_api):
    """What is prepared after the client has connected counts."""
    async with connected(live_api) as client:
        live_api.say("First.")
        assert await client.type("a") == "First."
        live_api.say("Second.")
        assert await client.type("b") == "Second."


async def test_calls_and_their_results(live_api):
    """After a call the answer is found by the function's name."""
    live_api.answers({"where": Call("look_up", {"what": "it"}), "look_up": "There."})
    async with connected(live_api) as client:
        await client.type("where")
        [call] = live_api.session.tool_calls
        assert (call["name"], call["args"]) == ("look_up", {"what": "it"})
        response = {"id": call["id"], "name": "look_up", "response": {"place": "x"}}
        await client.send({"toolResponse": {"functionResponses": [response]}})
        assert await client.answer() == "There."
    assert live_api.session.tool_responses == [response]
    assert live_api.asked == ["where", "look_up"]


async def test_what_was_not_prepared(live_api):
    """It closes the session, and every message says which question it was."""
    live_api.say("Only this.")
    async with connected(live_api) as client:
        await client.type("a")
        assert await client.type("and now?") == ""
    assert live_api.session.close.code == 1011
    assert live_api.report().endswith("No answer was prepared for 'and now?'.")
    with pytest.raises(AssertionError, match="prepared for 'and now"):
        await live_api.until("toolResponse", timeout_s=0)


async def test_a_call_in_the_background_leaves_a_gap(live_api):
    """While its result is awaited the model says nothing that was not prepared."""
    setup = json.loads(json.dumps(SETUP).replace("BLOCKING", "NON_BLOCKING"))
    live_api.say(Call("look_up"), "There.")
    async with connected(live_api, setup) as client:
        assert [await client.type("where"), await client.answer()] == ["", ""]
        call_id = live_api.session.tool_calls[0]["id"]
        response = {"id": call_id, "name": "look_up", "response": {"place": "x"}}
        await client.send({"toolResponse": {"functionResponses": [response]}})
        assert await client.answer() == "There."


@pytest.mark.live_api(brain=ScriptedBrain(["From the marker."]))
async def test_the_brain_of_the_options_has_the_rest(live_api):
    """What no answer fits goes to the brain that the marker names."""
    live_api.answers({"hello": "Good day."})
    async with connected(live_api) as client:
        assert await client.type("something else") == "From the marker."
        assert await client.type("hello") == "Good day."
        live_api.answers({}, otherwise=RulesBrain())
        assert "four" in await client.type("What is two plus two?")


def test_no_session(live_api):
    """Asking for the session of a client that never came is explained."""
    with pytest.raises(AssertionError, match="No client has connected .* in the test"):
        _ = live_api.session
    assert live_api.report() == "No client has connected."


async def test_until(live_api):
    """Waiting returns what was waited for, or says what was sent instead."""
    with pytest.raises(AssertionError) as told:
        await live_api.until("setup", timeout_s=0)
    expected = "The client sent no setup, after 0 s. No client has connected."
    assert str(told.value) == expected
    async with connected(live_api) as client:
        waiting = asyncio.create_task(live_api.until("clientContent"))
        await asyncio.sleep(0)
        assert not waiting.done()
        await client.send({"client_content": {"turn_complete": True}})
        assert await waiting == {"turnComplete": True}
        await client.send({"realtimeInput": {}})
        assert await live_api.until("realtimeInput") == {"realtimeInput": {}}
        assert await live_api.until(lambda: live_api.session.sent()[1:]) != []
        with pytest.raises(AssertionError) as told:
            await live_api.until(lambda: live_api.session.tool_responses, 0)
    assert "live_api.until(lambda: live_api.session.tool_responses, 0)" in str(
        told.value
    )
    sent = "Session 1 sent setup, clientContent, realtimeInput; it is open."
    assert str(told.value).endswith(f"after 0 s. {sent}")


def test_wait_for(live_api):
    """Tests without `async` wait in the same way, for anything at all."""
    found = iter([0, "", "there"])
    assert live_api.wait_for(lambda: next(found)) == "there"
    with pytest.raises(ValueError, match="no message 'tool_response'.*toolResponse"):
        live_api.wait_for("tool_response")

    def is_done() -> bool:
        return False

    with pytest.raises(AssertionError, match="Not there: is_done, after 0 s"):
        live_api.wait_for(is_done, timeout_s=0)


def test_speech(live_api):
    """A sentence is PCM at 16 kHz, with silence around it, the same every time."""
    pcm = live_api.speech("Hello there.")
    levels = np.abs(np.frombuffer(pcm, "<i2").astype(int))
    assert levels[: INPUT_RATE_HZ // 5].max() == 0
    assert levels[-INPUT_RATE_HZ:].max() == 0
    assert levels.max() > 3_000
    assert live_api.speech("Hello there.") == pcm
    assert live_api.speech("Hello there.", silence_s=0) == pcm[: -2 * INPUT_RATE_HZ]
    with pytest.raises(ValueError, match="Nothing in '...' can be said"):
        live_api.speech("...")


@pytest.mark.live_api(speed=1)
async def test_speech_is_understood(live_api):
    """What the test speaks is heard word for word, names and numbers too."""
    live_api.answers({"Is Gwendolyn in room 12?": "She is."})
    pcm = live_api.speech("Is Gwendolyn in room 12?")
    blob = {"mimeType": "audio/pcm;rate=16000", "data": base64.b64encode(pcm).decode()}
    async with connected(live_api) as client:
        await client.send({"realtimeInput": {"audio": blob}})
        assert await client.answer() == "She is."
    assert live_api.asked == ["Is Gwendolyn in room 12?"]
    assert live_api.session.audio_sent_s == pytest.approx(len(pcm) / 32_000, abs=0.001)


def test_it_must_run_to_speak():
    """Before the start and after the end there is nobody who could speak."""
    live = LiveApi()
    with pytest.raises(RuntimeError, match="does not run"):
        live.speech("Hello.")
    with live:
        pass
    with pytest.raises(RuntimeError, match="does not run"):
        live.speech("Hello.")


def test_started_again():
    """An emulator of a test can be stopped and started, and speaks each time."""
    live = LiveApi()
    spoken = []
    for text in ("One.", "Two."):
        with live:
            spoken.append(live.speech(text))
    assert all(spoken)


class WithUnittest(unittest.TestCase):
    """The standard library's tests have it by `with`."""

    def setUp(self) -> None:
        self.live_api = self.enterContext(LiveApi())

    def test_it_runs(self) -> None:
        """It is there for one test."""
        self.assertEqual(self.live_api.sessions, [])


async def test_an_application_runs_beside_the_test(live_api):
    """It ends with the block, and may end before."""
    ended = []

    async def application() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def short() -> str:
        return "done"

    async with live_api.running(application()), live_api.running(short()):
        await asyncio.sleep(0)
        assert not ended
    assert ended


async def test_an_application_that_fails_ends_the_test(live_api):
    """Its error comes at once, instead of what the test waited for."""

    async def application() -> None:
        raise OSError("no microphone")

    with pytest.raises(OSError, match="no microphone"):
        async with live_api.running(application()):
            await asyncio.Event().wait()
    with pytest.raises(OSError, match="no microphone"):
        async with live_api.running(application()):
            await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_test_that_fails_keeps_its_own_error(live_api):
    """What the test found is not hidden by how the application ended."""

    async def application() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("while closing")

    with pytest.raises(AssertionError, match="found"):
        async with live_api.running(application()):
            await asyncio.sleep(0)
            raise AssertionError("found")


async def test_a_test_that_is_cancelled_is_cancelled(live_api):
    """A timeout around the block works as everywhere."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), live_api.running(asyncio.sleep(60)):
            await asyncio.Event().wait()
