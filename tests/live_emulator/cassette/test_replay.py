"""A replay: the recorded frames, at their times, to who does what was recorded."""

import asyncio
import json

import aiohttp
import pytest
from google import genai
from google.genai import errors, types

from live_emulator.cassette.file import read_cassette
from live_emulator.cassette.recording import (
    CloseEvent,
    FrameEvent,
    event_line,
    header_line,
)
from live_emulator.emulator import Emulator

from .conftest import (
    GEMINI,
    SETUP,
    converse,
    end_of,
    lines_of,
    open_socket,
    typed,
    until_turn_ends,
)

MODEL = "gemini-3.8-live"


@pytest.fixture(scope="module")
def recorded(upstream, tmp_path_factory):
    """Return a recording of two sessions and the frames that came in them."""
    file = tmp_path_factory.mktemp("recorded") / "talk.jsonl"

    async def talk(relay):
        hello = await converse(relay, typed("hello"), typed("bye"))
        return hello, await converse(relay, typed("bye"))

    with Emulator(record=file, upstream=upstream.url) as relay:
        frames = asyncio.run(talk(relay))
    return file, frames


def write(file, *events):
    """Write a recording of one session by hand."""
    lines = [event_line(1, event) for event in events]
    file.write_bytes(b"".join([header_line("0.1.0", "today"), *lines]))
    return file


def client_frame(message, at_s=0.0):
    return FrameEvent(at_s, "client", json.dumps(message).encode(), True)


async def test_frames_come_back_byte_for_byte(recorded):
    """Who does the same gets the same bytes, each session once, in order."""
    file, (first, second) = recorded
    with Emulator(replay=file, speed=10) as replay:
        assert await converse(replay, typed("hello"), typed("bye")) == first
        assert await converse(replay, typed("bye")) == second
        assert replay.differences == []
        async with open_socket(replay) as socket:
            await socket.send(json.dumps(SETUP))
            code, reason = await end_of(socket)
    assert code == 1008
    assert reason.startswith("The recording's 2 sessions were replayed already: ")
    assert [str(one) for one in replay.differences][0].startswith(reason)
    assert replay.differences[0].session == 0
    record = replay.sessions[0]
    assert len(record.frames) == len(first) + 3


async def test_a_client_that_strays_is_told_where(recorded, caplog):
    """The first difference is the close reason, the log, and in `differences`."""
    file, _ = recorded
    with Emulator(replay=file, speed=10) as replay:
        async with open_socket(replay) as socket:
            await socket.send(json.dumps(SETUP))
            await socket.recv()
            await socket.send(json.dumps(typed("good evening")))
            end = await end_of(socket)
    sentence = (
        "Frame 2 differs from the recording: clientContent.turns[0].parts[0].text is "
        '"good evening", recorded was "hello".'
    )
    assert end == (1008, sentence[:123])
    assert [str(one) for one in replay.differences] == [sentence]
    assert caplog.messages == [f"Session 1: {sentence}"]
    assert replay.sessions[0].close.reason == sentence


async def test_who_leaves_early_is_noted(recorded):
    """A client that ends before all was said is a difference too."""
    file, _ = recorded
    with Emulator(replay=file, speed=10) as replay:
        await converse(replay, typed("hello"))
    [difference] = replay.differences
    assert str(difference) == (
        "The client ended the session after 2 frames; "
        "the recording goes on with clientContent."
    )


async def test_secrets_of_the_client_are_not_told(recorded):
    """A sentence about a difference shows no key, though the client sent it."""
    file, _ = recorded
    with Emulator(replay=file, speed=10) as replay:
        async with open_socket(replay, query="key=open-sesame-1") as socket:
            await socket.send(json.dumps({"setup": {"model": "open-sesame-1"}}))
            _, reason = await end_of(socket)
    assert 'setup.model is "SCRUBBED-key-1"' in reason


@pytest.mark.parametrize(
    ("close", "seen"),
    [
        (CloseEvent(0.1, "server", 1011, "Internal error encountered."), 1011),
        (CloseEvent(0.1, "server", 1005), 1005),
        (CloseEvent(0.1, "server", 1006), 1006),
    ],
)
async def test_the_end_is_replayed(file, close, seen):
    """A session ends as it did: with a code, without one, or by breaking off."""
    write(file, client_frame(SETUP), FrameEvent(0.0, "server", b"text", True), close)
    with Emulator(replay=file) as replay:
        async with aiohttp.ClientSession() as http:
            socket = await http.ws_connect(f"{replay.url}{GEMINI}?key=k")
            await socket.send_str(json.dumps(SETUP))
            message = await socket.receive(10)
            assert (message.type, message.data) == (aiohttp.WSMsgType.TEXT, "text")
            message = await socket.receive(10)
            if seen == 1006:
                assert message.type is aiohttp.WSMsgType.CLOSED
            else:
                assert message.type is aiohttp.WSMsgType.CLOSE
                assert (message.data or 1005, message.extra) == (seen, close.reason)
            await socket.close()


async def test_a_session_without_client_frames(file):
    """A service that spoke first, or closed at once, does so again."""
    write(
        file,
        FrameEvent(0.0, "server", b"\xff", False),
        CloseEvent(0.1, "server", 1013, "later"),
    )
    with Emulator(replay=file) as replay:
        async with open_socket(replay) as socket:
            assert await socket.recv() == b"\xff"
            assert await end_of(socket) == (1013, "later")


async def test_a_client_that_says_nothing_and_goes(recorded):
    """Who leaves before the setup takes no session from the recording."""
    file, (first, _) = recorded
    with Emulator(replay=file, speed=10) as replay:
        async with open_socket(replay):
            pass
        assert await converse(replay, typed("hello"), typed("bye")) == first
        assert replay.differences == []


async def test_a_client_that_is_gone(file, caplog):
    """A client that breaks off while frames are due ends its session alone."""
    frames = [FrameEvent(0.0, "server", bytes(2**20), False) for _ in range(20)]
    write(file, client_frame(SETUP), *frames)
    with Emulator(replay=file) as replay:
        async with open_socket(replay, max_queue=1) as socket:
            await socket.send(json.dumps(SETUP))
            await socket.recv()
            socket.transport.abort()
        assert len(replay.sessions) == 1
    assert replay.differences == []
    assert caplog.messages == []


async def test_ten_megabytes(file):
    """A long recording is read and replayed as well as a short one."""
    size = 20_000
    frames = [
        FrameEvent(number / 1000, "server", b"%06d" % number + b"x" * size, False)
        for number in range(550)
    ]
    write(file, client_frame(SETUP), *frames)
    assert file.stat().st_size > 10 * 2**20
    with Emulator(replay=file, speed=10) as replay:
        async with open_socket(replay) as socket:
            await socket.send(json.dumps(SETUP))
            for frame in frames:
                assert await socket.recv() == frame.data


async def test_other_calls_are_answered_by_the_emulator(recorded):
    """Lists of models and tokens are not recorded and are there nevertheless."""
    file, _ = recorded
    with Emulator(replay=file) as replay:
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{replay.url}/v1beta/models?key=k") as answer:
                assert "models/gemini-3.8-live" in await answer.text()


@pytest.mark.live_api(speed=10)
async def test_the_python_sdk_recorded_and_replayed(live_api, say, file):
    """A spoken barge-in is the same to the SDK from the service and from a file."""
    story = types.Content(role="user", parts=[types.Part(text="Tell me a story.")])
    speech = await say("What is two plus two?")
    config = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}}

    async def talk(emulator, chunk_bytes, **changes):
        options = {"base_url": emulator.url}
        client = genai.Client(api_key="a-key-of-mine", http_options=options)
        messages, turns = [], 0
        async with client.aio.live.connect(
            model=MODEL, config=config | changes
        ) as session:
            await session.send_client_content(turns=story, turn_complete=True)
            for start in range(0, len(speech), chunk_bytes):
                blob = types.Blob(
                    data=speech[start : start + chunk_bytes],
                    mime_type="audio/pcm;rate=16000",
                )
                await session.send_realtime_input(audio=blob)
            while turns < 2:
                async for message in session.receive():
                    messages.append(message)
                    content = message.server_content
                    turns += bool(content and content.turn_complete)
        return messages

    with Emulator(record=file, upstream=live_api.url) as relay:
        seen = await talk(relay, 1280)
    assert any(one.server_content.interrupted for one in seen if one.server_content)
    assert "a-key-of-mine" not in file.read_text("utf-8")
    with Emulator(replay=file, speed=10) as replay:
        assert await talk(replay, 3200) == seen
        assert replay.differences == []
    with Emulator(replay=file, speed=10) as replay:
        with pytest.raises(errors.APIError) as caught:
            await talk(replay, 1280, temperature=0.2)
    assert caught.value.code == 1008
    assert "Frame 1 differs from the recording: setup.generationConfig.temper" in str(
        caught.value
    )


async def test_resumption_is_replayed_with_other_handles(file, upstream):
    """The handle in a recording is a placeholder, and the client comes back with it."""

    async def talk(emulator, handle=None):
        asked = {} if handle is None else {"handle": handle}
        setup = {"setup": SETUP["setup"] | {"sessionResumption": asked}}
        async with open_socket(emulator) as socket:
            await socket.send(json.dumps(setup))
            await socket.send(json.dumps(typed("hello")))
            frames = await until_turn_ends(socket)
            while True:
                update = json.loads(await socket.recv()).get("sessionResumptionUpdate")
                if update and update.get("newHandle"):
                    return frames, update["newHandle"]

    with Emulator(record=file, upstream=upstream.url) as relay:
        _, handle = await talk(relay)
        await talk(relay, handle)
    assert handle not in file.read_text("utf-8")
    with Emulator(replay=file, speed=10) as replay:
        _, other = await talk(replay)
        assert other.startswith("SCRUBBED-handle-")
        await talk(replay, other)
        assert replay.differences == []


async def test_a_relay_can_record_a_replay(recorded, file):
    """A recording of a replay has the frames of the recording."""
    first, _ = recorded
    with Emulator(replay=first, speed=10) as replay:
        with Emulator(record=file, upstream=replay.url) as relay:
            await converse(relay, typed("hello"), typed("bye"))
    [again] = read_cassette(file).sessions
    original = read_cassette(first).sessions[0]
    for sender in ("client", "server"):
        assert [
            event.data
            for event in again.events
            if isinstance(event, FrameEvent) and event.sender == sender
        ] == [
            event.data
            for event in original.events
            if isinstance(event, FrameEvent) and event.sender == sender
        ]
    assert lines_of(file)[0]["model"] == "models/gemini-3.8-live"
