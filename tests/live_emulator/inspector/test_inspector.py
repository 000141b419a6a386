"""What the inspector tells, and to whom."""

import asyncio
import base64
import json

import aiohttp
import numpy as np
import pytest
from websockets.asyncio.client import connect

from live_emulator.emulator import Emulator
from live_emulator.inspector.inspector import _Watcher
from live_emulator.journal.journal import Journal
from live_emulator.journal.peaks import peaks_of
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import find_live_endpoint

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SETUP = {"setup": {"model": "models/gemini-3.8-live"}}
SECRET = "AIza-a-key-that-nobody-may-see"


@pytest.fixture
def fresh():
    """Run an emulator that nobody else talks to."""
    with Emulator(speed=10) as emulator:
        yield emulator


def audio_frame(pcm, rate_hz=16_000):
    """Return a realtimeInput frame."""
    blob = {
        "data": base64.b64encode(pcm).decode(),
        "mimeType": f"audio/pcm;rate={rate_hz}",
    }
    return json.dumps({"realtimeInput": {"audio": blob}})


async def told(response, until):
    """Read events until one fulfils a condition; return them all."""
    events = []
    async with asyncio.timeout(20):
        async for line in response.content:
            if line.startswith(b"data: "):
                events += json.loads(line[6:])
                if any(until(event) for event in events):
                    return events
    raise AssertionError("the stream ended")


def is_kind(kind):
    return lambda event: event["kind"] == kind


async def test_a_session_is_told_of_while_it_runs(fresh):
    """Opening, frames of both directions with their loudness, and the end."""
    loud = np.full(640, 16_384, "<i2").tobytes()
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{fresh.url}/inspector/events") as response,
    ):
        hello, ready = await told(response, is_kind("ready"))
        assert hello["environment"]["GOOGLE_GEMINI_BASE_URL"] == fresh.url
        assert ready == {"kind": "ready"}
        url = f"{fresh.url.replace('http', 'ws')}{PATH}?key={SECRET}"
        async with connect(url, proxy=None) as socket:
            await socket.send(json.dumps(SETUP))
            await socket.recv()
            await socket.send(audio_frame(loud))
        events = await told(response, is_kind("closed"))
    assert events[0]["kind"] == "opened"
    assert events[0]["credential"] == "key"
    frames = [event for event in events if event["kind"] == "frame"]
    assert [one["direction"] for one in frames] == ["client", "server", "client"]
    assert [one["number"] for one in frames] == [0, 1, 2]
    assert frames[2]["peaks"] == [50, 50]
    assert "<1708 base64 characters>" in frames[2]["text"]
    assert "code" not in events[-1]
    assert events[-1]["clientCode"] == 1000
    assert SECRET not in json.dumps(events)


async def test_what_was_before_is_told_first(fresh):
    """A page that is opened later sees a session that is over, and why it ended."""
    url = f"{fresh.url.replace('http', 'ws')}{PATH}?key={SECRET}"
    async with connect(url, proxy=None) as socket:
        await socket.send('{"setup": {"model": "models/gone"}}')
        await socket.wait_closed()
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{fresh.url}/inspector/events") as response,
    ):
        events = await told(response, is_kind("ready"))
    kinds = [event["kind"] for event in events]
    assert kinds == ["hello", "opened", "frame", "closed", "told", "ready"]
    assert events[3]["code"] == 1008
    assert "models/gone is not found" in events[3]["reason"]


async def test_audio_that_passed_before_is_told_with_its_loudness(fresh):
    """A page that is opened afterwards draws it as well: it is measured then."""
    loud = np.full(640, 16_384, "<i2").tobytes()
    url = f"{fresh.url.replace('http', 'ws')}{PATH}?key=any"
    async with connect(url, proxy=None) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        await socket.send(audio_frame(loud))
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{fresh.url}/inspector/events") as response,
    ):
        events = await told(response, is_kind("ready"))
    frames = [event for event in events if event["kind"] == "frame"]
    assert [one["peaks"] for one in frames] == [[], [], [50, 50]]


async def test_the_newest_session_is_told_first(fresh):
    """Its page can be read while the rest still comes; all are named before."""
    url = f"{fresh.url.replace('http', 'ws')}{PATH}?key=any"
    for _ in range(2):
        async with connect(url, proxy=None) as socket:
            await socket.send(json.dumps(SETUP))
            await socket.recv()
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{fresh.url}/inspector/events") as response,
    ):
        events = await told(response, is_kind("ready"))
    told_of = [(one["kind"], one["session"]) for one in events if "session" in one]
    past = ["frame", "frame", "closed", "told"]
    newest, older = ([(kind, number) for kind in past] for number in (2, 1))
    assert told_of == [("opened", 1), ("opened", 2), *newest, *older]


async def test_a_session_says_who_the_client_is_and_how_it_left(fresh):
    """SDK, program and page by their names; a lost client sends no close code."""
    url = f"{fresh.url.replace('http', 'ws')}{PATH}"
    headers = {"x-goog-api-client": "google-genai-sdk/3.4.0", "x-goog-api-key": SECRET}
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{fresh.url}/inspector/events") as response,
    ):
        async with connect(
            url,
            proxy=None,
            additional_headers=headers,
            user_agent_header="x" * 999,
            origin="http://localhost:8080",
        ) as socket:
            socket.transport.abort()
        events = await told(response, is_kind("closed"))
    opened, closed = [one for one in events if "session" in one]
    assert opened["sdk"] == "google-genai-sdk/3.4.0"
    assert opened["agent"] == "x" * 200
    assert opened["origin"] == "http://localhost:8080"
    assert closed["clientCode"] is None
    assert SECRET not in json.dumps(events)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:8080"}, 200),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Host": "example.org"}, 403),
        ({"Host": "localhost.example.org:80"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/inspector/", "/inspector/events"])
async def test_only_this_machine_may_look(live, path, headers, status):
    """Transcripts are private: foreign pages and rebound names are refused."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{live.url}{path}", headers=headers) as response,
    ):
        assert response.status == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/inspector", 301),
        ("/inspector/main.js", 200),
        ("/inspector/missing.js", 404),
        (f"/inspector/{'long' * 100}.js", 404),
        ("/inspector/..%2Finspector.py", 404),
        ("/inspector/../inspector.py", 404),
        ("/inspector/%2e%2e/inspector.py", 404),
    ],
)
async def test_nothing_but_the_page_is_served(live, path, status):
    """The page's own files, and nothing beside or above them."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{live.url}{path}", allow_redirects=False) as response,
    ):
        assert response.status == status
        assert "class Inspector" not in await response.text()


async def test_a_page_that_is_too_slow_is_told_what_it_missed():
    """A session never waits for it, and the page does not believe it saw all."""
    watcher = _Watcher(most=3, wait_s=0)
    journal = Journal(lambda: 0.0)
    record = journal.open(find_live_endpoint(PATH, {}, {}))
    journal.subscribe(watcher.tell)
    for _ in range(5):
        journal.add(record, "client", b"{}")
    batch = await watcher.next_batch()
    assert [event["kind"] for event in batch] == [*["frame"] * 3, "missed"]
    assert batch[-1]["count"] == 2
    journal.end(record, Close(1000))
    assert [event["kind"] for event in await watcher.next_batch()] == ["closed"]


def journal_of(most_bytes):
    """Return a journal with little memory, and how to open a session in it."""
    journal = Journal(lambda: 0.0, most_bytes)
    return journal, lambda: journal.open(find_live_endpoint(PATH, {}, {}))


def test_ended_sessions_are_forgotten_before_running_ones():
    """All frames together take bounded space; what is left keeps its numbers."""
    journal, open_session = journal_of(most_bytes=5_000)
    running, ended = open_session(), open_session()
    for _ in range(4):
        journal.add(running, "client", b"{}")
        journal.add(ended, "client", b"{}")
    journal.end(ended, None)
    for _ in range(6):
        journal.add(running, "client", b"{}")
    assert [frame.number for frame in ended.frames] == [2, 3]
    assert len(running.frames) == running.count == 10
    for _ in range(10):
        journal.add(running, "client", b"{}")
    assert not ended.frames
    assert ended.count == 4
    assert [frame.number for frame in running.frames] == list(range(8, 20))


def test_a_long_session_is_kept_whole():
    """Ten thousand frames of one session can be looked at."""
    journal, open_session = journal_of(most_bytes=48 * 2**20)
    record = open_session()
    for _ in range(10_000):
        journal.add(record, "client", b"{}")
    assert record.frames[0].number == 0


def test_the_latest_sessions_are_remembered_and_every_running_one():
    """Fifty in all; a session that runs is not forgotten because many came after."""
    journal, open_session = journal_of(most_bytes=48 * 2**20)
    running = open_session()
    for _ in range(60):
        journal.end(open_session(), None)
    numbers = [record.number for record in journal]
    assert len(numbers) == 50
    assert numbers[0] == running.number
    assert numbers[-1] == 61


def test_loudness_is_measured_only_while_somebody_looks():
    """It costs a session nothing otherwise."""
    journal = Journal(lambda: 0.0)
    record = journal.open(find_live_endpoint(PATH, {}, {}))
    frame = audio_frame(b"\x00\x40" * 640).encode()
    journal.add(record, "client", frame)
    stop = journal.subscribe(lambda event: None)
    journal.add(record, "client", frame)
    stop()
    journal.add(record, "client", frame)
    assert [bool(one.peaks) for one in record.frames] == [False, True, False]


@pytest.mark.parametrize(
    ("pcm", "rate_hz", "peaks"),
    [
        (b"", 16_000, ()),
        (b"\x01", 16_000, ()),
        (b"\x00\x80" * 320, 16_000, (100,)),
        (b"\x01\x00" * 480, 24_000, (1,)),
        (b"\x00\x00" * 321, 16_000, (0, 0)),
        (b"\x00\x40\x07", 8_000, (50,)),
        (b"\x00\x40", 0, ()),
    ],
)
def test_peaks(pcm, rate_hz, peaks):
    """One for each 20 ms, the last for what is left; odd bytes don't count."""
    frame = audio_frame(pcm, rate_hz).encode()
    assert peaks_of(frame, base64.b64encode(pcm)) == peaks


def test_peaks_of_audio_in_the_other_base64_alphabet():
    """Python's SDK sends the one that is safe in addresses, with or without padding."""
    pcm = b"\xff\xfb" * 319 + b"\x00\x40"
    frame = audio_frame(pcm).encode()
    payload = base64.urlsafe_b64encode(pcm)
    assert b"-" in payload or b"_" in payload
    assert peaks_of(frame, payload) == (50,)
    assert peaks_of(frame, payload.rstrip(b"=")) == (50,)


def test_peaks_of_what_is_no_audio():
    """A journal holds what was refused, too."""
    assert peaks_of(b'{"mimeType": "image/png"}', b"AAAA") == ()
    assert peaks_of(b'{"mimeType": "audio/pcm"}', b"*" * 80) == ()
    assert peaks_of(b'{"mimeType": "audio/pcm"}', b"A") == ()
