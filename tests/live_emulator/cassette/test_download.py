"""A session that was not recorded can be saved from the inspector, and replayed."""

import asyncio
import json

import aiohttp
import pytest

from live_emulator.cassette.file import read_cassette
from live_emulator.cassette.recording import CloseEvent, FrameEvent
from live_emulator.emulator import Emulator
from live_emulator.inspector.saved_session import cassette_lines
from live_emulator.journal.journal import Journal
from live_emulator.journal.whole_frames import WholeFrames
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import find_live_endpoint

from .conftest import GEMINI, SETUP, converse, end_of, open_socket, typed

KEY = "planted-key-of-mine"


async def download(live, number, **headers):
    """Return status, headers and body of a session's recording."""
    async with aiohttp.ClientSession() as http:
        url = f"{live.url}/inspector/sessions/{number}/cassette"
        async with http.get(url, headers=headers) as answer:
            return answer.status, answer.headers, await answer.read()


async def test_a_session_is_saved_and_replayed(upstream, file):
    """What is downloaded replays to the same frames, and holds no key."""
    frames = await converse(upstream, typed("hello"), query=f"key={KEY}")
    number = upstream.sessions[-1].number
    status, headers, body = await download(upstream, number)
    assert status == 200
    name = f'attachment; filename="live-session-{number}.jsonl"'
    assert headers["Content-Disposition"] == name
    assert KEY.encode() not in body
    file.write_bytes(body)
    [session] = read_cassette(file).sessions
    assert session.events[0].is_text and not session.events[1].is_text
    assert session.events[-1] == CloseEvent(session.events[-1].at_s, "client", 1000)
    with Emulator(replay=file, speed=10) as replay:
        assert await converse(replay, typed("hello")) == frames
        assert replay.differences == []


async def test_a_session_that_runs_can_be_saved(upstream, file):
    """What has passed so far is there while a session goes on."""
    async with open_socket(upstream) as socket:
        await socket.send(json.dumps(SETUP))
        first = await socket.recv()
        _, _, body = await download(upstream, upstream.sessions[-1].number)
    file.write_bytes(body)
    [session] = read_cassette(file).sessions
    assert [type(event) for event in session.events] == [FrameEvent, FrameEvent]
    assert session.events[1].data == first


async def test_how_the_emulator_ended_it_is_saved(upstream, file):
    """A close of the emulator is replayed with its code and reason."""
    async with open_socket(upstream) as socket:
        await socket.send('{"setup": {"model": "models/gone"}}')
        end = await end_of(socket)
    _, _, body = await download(upstream, upstream.sessions[-1].number)
    file.write_bytes(body)
    with Emulator(replay=file) as replay:
        async with open_socket(replay) as socket:
            await socket.send('{"setup": {"model": "models/gone"}}')
            assert await end_of(socket) == end


async def test_what_cannot_be_saved_is_explained():
    """Sessions that never were, had no frames, or are gone: a status and a sentence."""
    with Emulator(speed=10) as live:
        assert (await download(live, 1))[0] == 404
        async with open_socket(live):
            pass
        status, _, body = await download(live, 1)
        assert (status, body) == (409, b"Session 1 has no frame that could be saved.")
        for number in (0, 2, 999_999_999):
            status, _, body = await download(live, number)
            assert (status, body) == (404, f"There is no session {number}.".encode())
        assert (await download(live, "x"))[0] == 404
        status, _, _ = await download(live, 1, Origin="https://example.org")
        assert status == 403


@pytest.fixture
def small(monkeypatch):
    """Run an emulator that keeps 100 kB of frames."""
    monkeypatch.setattr(
        "live_emulator.journal.journal.WholeFrames", lambda: WholeFrames(10**5)
    )
    with Emulator(speed=10) as live:
        yield live


async def test_a_session_of_which_parts_are_gone(small):
    """When the space is full the oldest frames go, and that is said."""
    setup = json.dumps(SETUP)
    for _ in range(2):
        async with open_socket(small) as socket:
            await socket.send(setup)
            await socket.recv()
            await socket.send(
                json.dumps({"clientContent": {"turns": []}}) + " " * 90_000
            )
            await asyncio.wait_for(socket.ping(), 10)
    status, _, body = await download(small, 1)
    assert status == 410
    assert body.startswith(b"The emulator no longer has all frames of session 1: ")
    assert (await download(small, 2))[0] == 200


def test_the_oldest_frames_go_first():
    """The budget counts for all sessions together."""
    whole = WholeFrames(most_bytes=1_000)
    first, *others = (FrameEvent(at_s, "client", bytes(100), True) for at_s in range(4))
    whole.keep(1, first)
    whole.keep(2, others[0])
    assert (whole.latest(1), whole.latest(2)) == ((first,), (others[0],))
    whole.keep(2, others[1])
    assert (whole.latest(1), whole.latest(2)) == ((), tuple(others[:2]))
    whole.keep(1, others[2])
    assert (whole.latest(1), whole.latest(2)) == ((others[2],), (others[1],))
    whole.keep(3, FrameEvent(0.0, "client", bytes(1_000), True))
    assert whole.latest(1) == whole.latest(2) == whole.latest(3) == ()


@pytest.mark.parametrize(
    ("close", "client_code", "fault", "end"),
    [
        (Close(1011, "why"), None, None, CloseEvent(2.0, "server", 1011, "why")),
        (None, 1001, None, CloseEvent(2.0, "client", 1001)),
        (None, None, None, CloseEvent(2.0, "client", 1006)),
        (None, None, "drop", CloseEvent(2.0, "server", 1006)),
        (None, None, "burst", CloseEvent(2.0, "client", 1006)),
    ],
)
def test_every_end_is_told_apart(file, close, client_code, fault, end):
    """Who ended a session, and how, is in its recording."""
    now = 10.0
    journal = Journal(lambda: now)
    record = journal.open(find_live_endpoint(GEMINI, {}, {}))
    journal.add(record, "client", b"{}", is_text=True)
    if fault:
        journal.mark(record, fault)
    now = 12.0
    journal.end(record, close, client_code)
    file.write_bytes(b"".join(cassette_lines(record, journal.whole.latest(1))))
    [session] = read_cassette(file).sessions
    assert session.events == [FrameEvent(0.0, "client", b"{}", True), end]


def test_a_session_that_was_forgotten():
    """A session that the journal no longer has is gone, not unknown."""
    from live_emulator.journal import journal as module

    with Emulator(speed=100) as live:

        async def go():
            for _ in range(module._MAX_SESSIONS + 2):
                async with open_socket(live):
                    pass
            return await download(live, 1)

        status, _, body = asyncio.run(go())
    assert status == 410
    assert b"no longer has" in body
