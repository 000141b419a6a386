"""The shell around a session: slow ears, broken brains, images, and the end."""

import asyncio
import base64
import gc
import io
import json
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from live_emulator.brain import Question, ReplyPart
from live_emulator.brain.rules.brain import RulesBrain
from live_emulator.brain.types import Tool, Turn
from live_emulator.emulator import Emulator
from live_emulator.journal.journal import Journal, _payloads
from live_emulator.protocol.endpoints import find_live_endpoint
from live_emulator.protocol.sources import documented, guessed
from live_emulator.serving.inbox import _SIZE as _INBOX_SIZE
from live_emulator.serving.performer import _MOST_TASKS
from live_emulator.session.actions import Action
from live_emulator.session.machine import Session
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import Hearing, Interim, OnInterim
from tests.live_emulator.rules import rule

PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent?key=k"
PICTURES = Path(__file__).parents[3] / "assets" / "pictures"
SETUP: dict[str, Any] = {"setup": {"model": "models/gemini-3.8-live"}}


def open_socket(live: Emulator) -> Any:
    """Connect to a live session."""
    return connect(live.url.replace("http", "ws") + PATH, proxy=None, max_size=None)


def text(words: str) -> dict[str, Any]:
    """Return realtime text."""
    return {"realtimeInput": {"text": words}}


def image(colour: str) -> dict[str, Any]:
    """Return a plain image as realtime video."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return {"realtimeInput": {"video": {"data": data, "mimeType": "image/png"}}}


async def transcript(socket: Any, *messages: Any) -> str:
    """Send messages and return what is said until the turn is complete."""
    for message in messages:
        await socket.send(json.dumps(message))
    said = ""
    async with asyncio.timeout(20):
        while True:
            content = json.loads(await socket.recv()).get("serverContent", {})
            said += content.get("outputTranscription", {}).get("text", "")
            if "turnComplete" in content:
                return said


async def close_of(live: Emulator, *messages: Any) -> tuple[int, str]:
    """Send messages and return code and reason of the close that follows."""
    async with open_socket(live) as socket:
        try:
            await transcript(socket, *messages)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason
    raise AssertionError("The session went on.")


class SlowEars:
    """Hear every utterance only when told to."""

    def __init__(self) -> None:
        self.open = 0
        self.most = 0
        self.heard = 0
        self.full = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.dropped = threading.Event()

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> "SlowEars":
        """Begin another utterance."""
        self.on_interim = on_interim
        self.open += 1
        self.most = max(self.most, self.open)
        return self

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Take audio and understand the same every time."""
        if self.on_interim is not None:
            self.on_interim(Interim("", "hello"))

    async def finish(self) -> Hearing:
        """Wait until it is allowed."""
        if self.open >= _MOST_TASKS:
            self.full.set()
        await self.may_finish.wait()
        self.open -= 1
        self.heard += 1
        return Hearing("hello")

    def drop(self) -> None:
        """Have nothing to forget."""
        self.dropped.set()


async def test_speech_faster_than_it_is_heard(say):
    """A client that speaks faster than it is heard has to wait."""
    pcm = await say("What is two plus two?")
    frame = speech_frame(pcm)
    many = 10 * _MOST_TASKS
    ears = SlowEars()
    loop = asyncio.get_running_loop()
    with Emulator(recogniser=ears, speed=10) as live:
        emulator_loop = live._loop
        async with open_socket(live) as socket, asyncio.timeout(60):
            await socket.send(json.dumps(SETUP))
            sending = [socket.send(frame) for _ in range(many)]
            sent = asyncio.gather(*sending)
            await asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(ears.full.wait(), emulator_loop),
                loop=loop,
            )
            async with open_socket(live) as other:
                await transcript(other, SETUP, text("Hello."))
            # What was read before the pause, up to a full inbox, is still heard.
            assert ears.most <= _MOST_TASKS + _INBOX_SIZE < many
            emulator_loop.call_soon_threadsafe(ears.may_finish.set)
            await sent
            while ears.heard < many:
                await socket.recv()


def speech_frame(pcm: bytes) -> str:
    """Return audio as one message."""
    blob = {"data": base64.b64encode(pcm).decode(), "mimeType": "audio/pcm;rate=16000"}
    return json.dumps({"realtimeInput": {"audio": blob}})


async def test_who_vanishes_is_listened_to_no_longer(say):
    """A client that is gone in the middle of a word leaves no listener behind."""
    pcm = await say("What is two plus two?")
    ears = SlowEars()
    with Emulator(recogniser=ears) as live:
        async with open_socket(live) as socket:
            await socket.send(json.dumps(SETUP))
            await socket.send(speech_frame(pcm[: len(pcm) // 6 * 2]))
            async with asyncio.timeout(20):
                while "voiceActivity" not in json.loads(await socket.recv()):
                    pass
            socket.transport.abort()
        assert await asyncio.to_thread(ears.dropped.wait, 20)


async def test_interim_texts_come_while_one_speaks(say):
    """A transcribe model tells what it has understood before the end."""
    pcm = await say("What is two plus two?")
    setup = {"setup": {"model": "models/gemini-3.5-transcribe-live"}}
    with Emulator(recogniser=SlowEars()) as live:
        async with open_socket(live) as socket, asyncio.timeout(20):
            await socket.send(json.dumps(setup))
            await socket.send(speech_frame(pcm))
            content: dict[str, Any] = {}
            while "interimInputTranscription" not in content:
                content = json.loads(await socket.recv()).get("serverContent", {})
            socket.transport.abort()  # more has come than is read
    assert content["interimInputTranscription"] == {"text": "hello"}


@rule(guessed("what the service does is not known"), "close.internal")
async def test_a_brain_that_fails(caplog):
    """An error in one session closes it with 1011, is logged, and harms no other."""

    class Brain:
        async def reply(self, question: Question) -> AsyncIterator[ReplyPart]:
            raise ValueError("no idea")
            yield

    with Emulator(brain=Brain()) as live:
        for _ in range(2):
            found = await close_of(live, SETUP, text("x"))
            assert found == (1011, "Internal error encountered.")
    assert "no idea" in caplog.text


class LostEars:
    """Lose each utterance, as when their process is killed again and again."""

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> "LostEars":
        """Begin an utterance."""
        return self

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Take audio."""

    async def finish(self) -> Hearing:
        """Be unable to."""
        raise WorkerLost("nothing heard: it ended with exit code -9")

    def drop(self) -> None:
        """Have nothing to forget."""


async def test_ears_that_are_lost(caplog):
    """A session closes with 1011, a call gets 500; one sentence each says why."""
    blob = {"mimeType": "audio/pcm", "data": base64.b64encode(bytes(3200)).decode()}
    turn = {"role": "user", "parts": [{"inlineData": blob}]}
    content = {"clientContent": {"turns": [turn], "turnComplete": True}}
    with Emulator(recogniser=LostEars()) as live:
        assert (await close_of(live, SETUP, content))[0] == 1011
        url = f"{live.url}/v1beta/models/gemini-3.8-flash:generateContent?key=k"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, json={"contents": [turn]}) as answer,
        ):
            assert answer.status == 500
            assert (await answer.json())["error"]["status"] == "INTERNAL"
    assert caplog.text.count("nothing heard: it ended with exit code -9.") == 2
    assert "Traceback" not in caplog.text


@rule(documented("Live API guide: images"), "realtimeInput.video.data")
async def test_an_image_is_seen(live):
    """What is in an image can be asked for."""
    setup = {"setup": SETUP["setup"] | {"outputAudioTranscription": {}}}
    async with open_socket(live) as socket:
        asked = (setup, image("red"), text("What color do you see?"))
        assert "red" in (await transcript(socket, *asked)).lower()


@rule(documented("Live API guide: images"), "realtimeInput.video.data")
async def test_text_in_an_image_is_read(live):
    """A question about what is written in it is answered from it."""
    setup = {"setup": SETUP["setup"] | {"outputAudioTranscription": {}}}
    menu = base64.b64encode((PICTURES / "menu.jpg").read_bytes()).decode()
    shown = {"realtimeInput": {"video": {"data": menu, "mimeType": "image/jpeg"}}}
    async with open_socket(live) as socket:
        asked = (setup, shown, text("What does the onion soup cost?"))
        assert "5.20" in await transcript(socket, *asked)
        assert "2.80" in await transcript(socket, text("And the coffee?"))


@rule(
    guessed("ours: a page of Firebase lists HEIC and HEIF, which are not decoded here"),
    "realtimeInput.video.data close.emulator.image",
)
@pytest.mark.parametrize(
    ("image", "ours"), [(b"\0\0\0\x18ftypheic", True), (b"no image at all", False)]
)
async def test_images_that_only_the_emulator_refuses(live, image, ours, caplog):
    """An image of a format that is not decoded here closes as the emulator's limit."""
    blob = {"mimeType": "image/heic", "data": base64.b64encode(image).decode()}
    message = {"realtimeInput": {"video": blob}}
    code, reason = await close_of(live, SETUP, message, text("x"))
    assert code == 1007
    assert reason.startswith("Emulator: this image" if ours else "Request contains")
    assert ("Closed with 1007. Emulator: this image" in caplog.text) == ours


@rule(
    guessed("what the service says of such a file is not known"),
    "realtimeInput.video.data close.argument.invalid",
)
async def test_an_image_that_is_none(live):
    """An image that can't be decoded ends the session."""
    blob = {"data": "AAAA", "mimeType": "image/jpeg"}
    message = {"realtimeInput": {"video": blob}}
    assert (await close_of(live, SETUP, message, text("x")))[0] == 1007


async def test_stopping_closes_open_sessions():
    """When the emulator stops, its clients are told so."""
    live = Emulator().start()
    async with open_socket(live) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        await asyncio.to_thread(live.stop)
        with pytest.raises(ConnectionClosed) as caught:
            await socket.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001


async def test_stopping_ends_connections_that_never_spoke():
    """When the emulator stops, a connection that said nothing is closed too."""
    live = Emulator().start()
    port = int(live.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with open_socket(live) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()  # by now the silent one was accepted as well
    await asyncio.to_thread(live.stop)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


async def test_frames_that_break_the_protocol(live):
    """A frame that is no WebSocket frame ends its connection alone."""
    async with open_socket(live) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        socket.transport.write(b"\xff" * 64)
        async with asyncio.timeout(10):
            await socket.wait_closed()
        assert socket.close_code == 1002
    async with open_socket(live) as socket:
        assert await transcript(socket, SETUP, text("Hello.")) == ""


async def test_a_large_message_holds_nobody_up(live, monkeypatch):
    """While it is read, others converse; what it says is answered as ever."""
    reading, go_on, threads = threading.Event(), threading.Event(), set()
    frame = Session.frame

    def read(session: Session, data: str | bytes, now: float) -> list[Action]:
        threads.add(threading.get_ident())
        if len(data) > 2**18:
            reading.set()
            assert go_on.wait(20)
        return frame(session, data, now)

    monkeypatch.setattr(Session, "frame", read)
    turns = [{"role": "user", "parts": [{"text": f"Note {n}."}]} for n in range(8_000)]
    turns.append({"role": "user", "parts": [{"text": "What is two plus two?"}]})
    large = {"clientContent": {"turns": turns, "turnComplete": True}}
    setup = SETUP["setup"] | {"outputAudioTranscription": {}}
    async with open_socket(live) as one, open_socket(live) as other:
        for socket in (one, other):
            await socket.send(json.dumps({"setup": setup}))
            await socket.recv()
        await one.send(json.dumps(large))
        assert await asyncio.to_thread(reading.wait, 20)
        assert "four" in await transcript(other, text("What is two plus two?"))
        go_on.set()
        assert "four" in await transcript(one)
    assert len(threads) > 1
    assert gc.isenabled()


async def test_a_question_of_many_functions_holds_nobody_up(monkeypatch):
    """The rules go through them in a thread of their own."""
    threads: list[int] = []
    parts = RulesBrain.parts

    def think(brain: RulesBrain, question: Question) -> list[ReplyPart]:
        threads.append(threading.get_ident())
        return parts(brain, question)

    monkeypatch.setattr(RulesBrain, "parts", think)
    many = tuple(Tool(f"light_{number}") for number in range(200))
    for tools in ((), many):
        question = Question((Turn("user", "Hello."),), tools=tools)
        assert [part async for part in RulesBrain().reply(question)]
    few_in, many_in = threads
    assert few_in == threading.get_ident() != many_in


def test_what_is_shown_of_a_frame_is_looked_for_alone():
    """A frame of a hundred thousand payloads is shown as far as there is room."""
    payload = b'{"data": "' + b"A" * 64 + b'"}'
    data = b"[" + b",".join([payload] * 100_000) + b"]"
    assert len(_payloads(data)) <= 1_000
    journal = Journal(lambda: 0.0)
    endpoint = find_live_endpoint(PATH.partition("?")[0], {}, {})
    assert endpoint is not None
    record = journal.open(endpoint)
    journal.add(record, "client", data)
    shown = record.frames[0].text
    assert shown.startswith('[{"data": "<64 base64 characters>"},')
    assert "AAAA" not in shown
