"""A session over a plain WebSocket, with the emulator and with worse."""

import asyncio
import contextlib
import json
from itertools import groupby
from pathlib import Path

import pytest
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from chapter_03.live_events import (
    Audio,
    OutputTranscript,
    SetupComplete,
    TurnComplete,
)
from chapter_03.live_messages import (
    activity_start_message,
    audio_message,
    setup_message,
    text_message,
)
from chapter_03.live_socket import LiveClosed, LiveSocket, key_headers, live_url
from guide import models
from guide.wire_log import Kind, WireLog

VECTORS = Path(__file__).parent.parent / "vectors" / "live_socket.json"
SESSIONS = json.loads(VECTORS.read_text("utf-8"))["sessions"]
SETUP = setup_message(models.LIVE, transcribe_output=True)
KEY = key_headers("any")


@contextlib.asynccontextmanager
async def answering(handler):
    """Serve WebSockets with a handler; yields the address."""
    async with serve(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}"


async def events_until_turn_complete(socket):
    events = []
    async for event in socket:
        events.append(event)
        if isinstance(event, TurnComplete):
            return events
    raise AssertionError("The session ended before the turn did.")


class CloseLog:
    """Keeps the closes."""

    def __init__(self):
        self.closes = []

    def sent(self, message):
        """Nothing is kept of it."""

    def received(self, message):
        """Nothing is kept of it."""

    def closed(self, code, reason="", *, by):
        self.closes.append([code, reason, by])


def frame_of(one):
    """Return a frame of a vector as text."""
    message = one["message"]
    if "parts" in one:
        message["serverContent"]["modelTurn"]["parts"] *= one["parts"]
    return json.dumps(message)


async def whole_session(url, session, log):
    """Read what a vector has; return the types of the events, and the error."""
    types = []
    timeout_s = session.get("setup_timeout_ms", 10_000) / 1000
    try:
        async with LiveSocket.connect(
            url, SETUP, log=log, setup_timeout_s=timeout_s
        ) as socket:
            async for event in socket:
                name = type(event).__name__
                types.append(name[0].lower() + name[1:])
                if len(types) == session.get("close_after"):
                    await socket.close()
    except LiveClosed as closed:
        return types, [closed.code, closed.reason]
    return types, None


def in_short(types):
    """Return names with how many there are of them in a row."""
    counts = [(name, len(list(run))) for name, run in groupby(types)]
    return [name if count == 1 else f"{count} {name}" for name, count in counts]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session["name"])
async def test_sessions_end_as_the_vectors_say(session):
    """The log hears of the end once, and the error says the same."""

    async def talk(connection):
        await connection.recv()
        with contextlib.suppress(ConnectionClosed):  # when it has had enough
            for one in session["frames"]:
                text = frame_of(one)
                for _ in range(one.get("times", 1)):
                    await connection.send(text)
        if session["close"]:
            await connection.close(*session["close"])
        await connection.wait_closed()

    log = CloseLog()
    async with answering(talk) as url:
        types, error = await whole_session(url, session, log)
    assert in_short(types) == session["events"]
    assert log.closes == session["closes"]
    assert error == session["error"]


async def test_an_exchange(emulator):
    """A typed question is answered in audio, with the words beside it."""
    log = WireLog()
    url = live_url(emulator.url)
    async with LiveSocket.connect(url, SETUP, headers=KEY, log=log) as socket:
        await socket.send(text_message("What is the capital of France?"))
        events = await events_until_turn_complete(socket)
    assert isinstance(events[0], SetupComplete)
    said = "".join(e.text for e in events if isinstance(e, OutputTranscript))
    assert "Paris" in said
    spoken = [event for event in events if isinstance(event, Audio)]
    assert sum(len(event.pcm) for event in spoken) / 2 / 24_000 > 0.5
    sent = [frame.events[0].kind for frame in log.frames if frame.direction == "sent"]
    assert sent == [Kind.SETUP, Kind.TEXT]
    assert sum(e.kind is Kind.AUDIO for f in log.frames for e in f.events) == len(
        spoken
    )


async def test_a_loop_can_be_left_and_taken_up_again(emulator):
    """Nothing is lost between two loops over the same session."""
    async with LiveSocket.connect(live_url(emulator.url), SETUP, headers=KEY) as socket:
        assert isinstance(await anext(socket), SetupComplete)
        for _ in range(2):
            await socket.send(text_message("What is twelve times seven?"))
            events = await events_until_turn_complete(socket)
            assert any(isinstance(event, Audio) for event in events)


async def test_the_iteration_ends_after_close(emulator):
    """Whoever closes has no error to handle."""
    async with LiveSocket.connect(live_url(emulator.url), SETUP, headers=KEY) as socket:
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(events_of(socket))
            await asyncio.sleep(0)
            await socket.close()
        assert [type(event) for event in reader.result()] in ([], [SetupComplete])
        with pytest.raises(LiveClosed) as caught:
            await socket.send(text_message("Too late"))
        assert caught.value.code == 1000


async def events_of(socket):
    return [event async for event in socket]


BAD_SETUPS = {
    # setup and headers, and code and reason of the close
    "no model": (setup_message("gemini-2.0-flash-exp"), KEY, 1008, "is not found"),
    "text": (setup_message(models.LIVE, modality="TEXT"), KEY, 1007, "modalities"),
    "unknown field": (
        setup_message(models.LIVE, more={"responseModalities": ["AUDIO"]}),
        KEY,
        1007,
        "Unknown name \"responseModalities\" at 'setup'",
    ),
    "no setup": (text_message("Hello"), KEY, 1007, "setup must be the first"),
    "no key": (SETUP, {}, 1008, "unregistered callers"),
}


@pytest.mark.parametrize("name", BAD_SETUPS)
async def test_a_refused_setup_is_explained(emulator, name):
    """The code, the reason, and what to do about it."""
    setup, headers, code, reason = BAD_SETUPS[name]
    log = WireLog()
    with pytest.raises(LiveClosed) as caught:
        async with LiveSocket.connect(
            live_url(emulator.url), setup, headers=headers, log=log
        ):
            raise AssertionError("It was accepted.")
    assert caught.value.code == code
    assert reason in caught.value.reason
    assert caught.value.explanation.next in str(caught.value)
    last = log.frames[-1].events[0]
    assert (last.kind, last.code, last.text) == (Kind.CLOSE, code, caught.value.reason)


async def test_a_mistake_on_the_way_ends_the_iteration_with_its_reason(emulator):
    """A close by the other side is an error, whatever was received before."""
    async with LiveSocket.connect(live_url(emulator.url), SETUP, headers=KEY) as socket:
        await socket.send(activity_start_message())
        with pytest.raises(LiveClosed, match="Explicit activity control"):
            await events_of(socket)


async def test_an_emulator_that_goes_away_is_noticed():
    """A connection that breaks off has the code 1006."""
    connections = []

    async def accept_and_vanish(connection):
        connections.append(connection)
        await connection.recv()
        await connection.send(b'{"setupComplete": {}}')
        connection.transport.abort()

    async with answering(accept_and_vanish) as url:
        async with LiveSocket.connect(url, SETUP) as socket:
            assert isinstance(await anext(socket), SetupComplete)
            with pytest.raises(LiveClosed) as caught:
                await anext(socket)
    assert caught.value.code == 1006


async def test_what_comes_with_the_setup_is_not_lost():
    """Events before and beside setupComplete are yielded in their order."""

    async def chatty(connection):
        await connection.recv()
        await connection.send('{"newThing": 1}')
        await connection.send(b'{"setupComplete": {}, "usageMetadata": {}}')
        await connection.wait_closed()

    async with answering(chatty) as url:
        async with LiveSocket.connect(url, SETUP) as socket:
            kinds = [type(await anext(socket)).__name__ for _ in range(3)]
    assert kinds == ["Unknown", "SetupComplete", "Usage"]


async def test_a_setup_without_an_answer_is_given_up():
    """Silence ends with a code of the guide's own."""
    codes = []

    async def silent(connection):
        await connection.wait_closed()
        codes.append(connection.close_code)

    async with answering(silent) as url:
        with pytest.raises(LiveClosed, match="no setupComplete within 0.05 s"):
            async with LiveSocket.connect(url, SETUP, setup_timeout_s=0.05):
                raise AssertionError("It was accepted.")
    assert codes == [4000]


async def test_a_frame_longer_than_the_library_allows_is_read():
    """A megabyte of audio is no reason to end a session."""
    message = audio_message(bytes(1_200_000))
    answer = {"serverContent": {"modelTurn": {"parts": []}}}
    blob = message["realtimeInput"]["audio"]
    answer["serverContent"]["modelTurn"]["parts"] = [{"inlineData": blob}]

    async def long(connection):
        await connection.recv()
        await connection.send(b'{"setupComplete": {}}')
        await connection.send(json.dumps(answer))
        await connection.wait_closed()

    async with answering(long) as url:
        async with LiveSocket.connect(url, SETUP) as socket:
            assert isinstance(await anext(socket), SetupComplete)
            event = await anext(socket)
    assert isinstance(event, Audio)
    assert len(event.pcm) == 1_200_000


async def test_an_address_that_does_not_exist(emulator):
    """An HTTP status is explained, too."""
    url = live_url(emulator.url).replace("Generate", "Degenerate")
    with pytest.raises(LiveClosed) as caught:
        async with LiveSocket.connect(url, SETUP, headers=KEY):
            raise AssertionError("It was accepted.")
    assert (caught.value.code, caught.value.reason) == (1006, "HTTP 404")


async def test_nobody_at_home(unused_tcp_port):
    """Without a listener there is no session, and the system says why."""
    with pytest.raises(OSError):
        async with LiveSocket.connect(f"ws://127.0.0.1:{unused_tcp_port}", SETUP):
            raise AssertionError("It was accepted.")


async def test_cancellation_is_not_swallowed():
    """A task that waits for the setup can be cancelled, and leaves nothing open."""
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def silent(connection):
        begun.set()
        await connection.wait_closed()
        ended.set()

    async def wait(url):
        async with LiveSocket.connect(url, SETUP):
            raise AssertionError("It was accepted.")

    async with answering(silent) as url:
        task = asyncio.create_task(wait(url))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10):
            await ended.wait()
