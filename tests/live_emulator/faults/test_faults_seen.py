"""Each fault by option, by brain and while running: the same on the wire."""

import asyncio
import json
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus

from live_emulator.brain import ScriptedBrain
from live_emulator.protocol.fault import KINDS, Fault, Scope
from tests.live_emulator.faults.conversation import (
    DONE,
    Seen,
    cheap,
    connect_to,
    converse,
    gather,
)
from tests.live_emulator.faults.table import END, TABLE

PARAMETERS = pytest.mark.parametrize("fault", TABLE)


def in_session(fault, number):
    """Return a fault for one session alone."""
    return str(Fault.parse(fault).in_session(number))


def check(fault, seen: Seen, marks):
    """Compare what was seen with the table, and with what the journal says."""
    names, code, reason = TABLE[fault]
    found = [name for name in seen.names if name != "usageMetadata"]
    if code == 1006:  # what was on its way is lost with the connection
        assert found == names[: len(found)]
    else:
        assert found == names
    assert (seen.code, seen.reason) == (code, reason)
    if code == DONE:
        assert seen.ponged == (not fault.startswith("slow-pongs"))
    assert [Fault.parse(mark).name for mark in marks][0] == fault.split()[0]


@pytest.fixture(scope="module")
def by_option():
    """Return what is seen of each fault that is there from the start."""
    faults = [in_session(fault, number) for number, fault in enumerate(TABLE, 1)]

    async def talk(live):
        sockets = [await connect_to(live) for _ in TABLE]
        return await gather(*map(converse, sockets))

    with cheap(faults=[*faults, END]) as live:
        seen = asyncio.run(talk(live))
        return {
            fault: (one, session)
            for fault, one, session in zip(TABLE, seen, live.sessions, strict=True)
        }


@pytest.fixture(scope="module")
def by_brain():
    """Return what is seen of each fault when the brain has it in its answer."""

    async def talk(live):
        sockets = [await connect_to(live) for _ in TABLE]
        return await gather(*map(converse, sockets, TABLE))

    with cheap(faults=[END]) as live:
        seen = asyncio.run(talk(live))
        return dict(zip(TABLE, zip(seen, live.sessions, strict=True), strict=True))


@pytest.fixture(scope="module")
def while_running():
    """Return what is seen of each fault that is set in a running session."""

    async def talk(live):
        sockets = [await connect_to(live) for _ in TABLE]
        for number, (fault, socket) in enumerate(zip(TABLE, sockets, strict=True), 1):
            assert "setupComplete" in json.loads(await socket.recv())
            assert live.inject(fault, session=number) == number
        return await gather(*map(converse, sockets))

    with cheap(faults=[END]) as live:
        seen = asyncio.run(talk(live))
        return dict(zip(TABLE, zip(seen, live.sessions, strict=True), strict=True))


@PARAMETERS
def test_by_option(by_option, fault):
    """A fault that is there from the start is seen, and marked in the journal."""
    seen, session = by_option[fault]
    check(fault, seen, [mark.text for mark in session.faults])


def test_late_is_late(by_option):
    """The setup is answered so much later, on the emulator's clock."""
    _, session = by_option["late by=5s"]
    asked = next(frame for frame in session.frames if frame.direction == "client")
    answer = next(frame for frame in session.frames if frame.direction == "server")
    assert answer.at_s - asked.at_s >= 5


def test_a_burst_waits_for_its_time(by_option):
    """No chunk leaves before the next multiple of the time."""
    session = by_option["burst every=5s"][1].record
    asked = [frame for frame in session.frames if frame.direction == "client"][1]
    chunks = [frame for frame in session.frames if "modelTurn" in frame.text]
    beats = [(session.opened_at + frame.at_s) // 5 for frame in (asked, chunks[0])]
    assert beats[1] > beats[0]


@PARAMETERS
def test_by_brain(by_brain, fault):
    """A brain fails in its own session, and in no other."""
    seen, session = by_brain[fault]
    check(fault, seen, [mark.text for mark in session.faults])


@PARAMETERS
def test_while_running(while_running, fault):
    """A fault that is set in a running session is seen from then on."""
    seen, session = while_running[fault]
    seen.names.insert(0, "setupComplete")
    check(fault, seen, [mark.text for mark in session.faults])


# --- connections


async def refused(live):
    """Return status and body of a refused upgrade."""
    with pytest.raises(InvalidStatus) as caught:
        await connect_to(live)
    response = caught.value.response
    return response.status_code, json.loads(response.body)["error"]


async def is_set_up(live):
    """Return whether a new session is set up: its first message says so."""
    socket = await connect_to(live)
    return "setupComplete" in json.loads(await socket.recv())


async def closes_without_setup(live):
    """Return whether a new session ends before anything else came."""
    seen = await converse(await connect_to(live))
    return (seen.names, seen.code) == ([], DONE)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (429, "RESOURCE_EXHAUSTED"),
        (503, "UNAVAILABLE"),
    ],
)
async def test_refused_by_option(status, name):
    """So many connections get the status and an error in Google's form."""
    async with cheap(faults=[f"refuse status={status} times=2"]) as live:
        for _ in range(2):
            found, error = await refused(live)
            assert (found, error["code"], error["status"]) == (status, status, name)
        assert await is_set_up(live)
        first, _, last = live.sessions
        assert [mark.text for mark in first.faults] == [
            f"refuse status={status} times=2"
        ]
        assert first.over
        assert not first.frames
        assert not last.faults


@pytest.mark.parametrize("fault", ["refuse status=429", "stall-setup"])
async def test_connections_while_running(fault):
    """Connections to come have the fault until it is cleared."""
    async with cheap(faults=[END], speed=100) as live:
        assert await is_set_up(live)
        assert live.inject(fault) is None
        for _ in range(2):
            if fault == "stall-setup":
                assert await closes_without_setup(live)
            else:
                assert (await refused(live))[0] == 429
        live.clear_faults()
        assert await is_set_up(live)


async def test_connections_by_brain():
    """A brain can see to it that the next connection fails."""
    async with cheap(faults=[END], speed=100) as live:
        assert (await converse(await connect_to(live), "refuse times=1")).code == DONE
        assert (await refused(live))[0] == 503
        await converse(await connect_to(live), "stall-setup times=1")
        assert await closes_without_setup(live)


async def test_a_brain_names_a_connection_that_was_made(caplog):
    """Nothing happens, the log says why, and the answer goes on."""
    async with cheap(faults=[END], speed=100) as live:
        seen = await converse(await connect_to(live), "refuse session=1")
        assert seen.code == DONE
        assert seen.names[-1] == "turnComplete"
    assert "Connection 1 has been made already" in caplog.text


async def test_stalled_setups_by_option():
    """One connection is never set up; the next one is."""
    async with cheap(faults=["stall-setup times=1", END], speed=100) as live:
        assert await closes_without_setup(live)
        assert await is_set_up(live)
        assert [mark.text for mark in live.sessions[0].faults] == [
            "stall-setup times=1",
            END,
        ]


async def test_a_stall_that_is_cleared():
    """A session goes on when its faults are cleared, without what was kept back."""
    async with cheap() as live:
        socket = await connect_to(live)
        await socket.recv()
        live.inject("stall-turn after=1")
        await socket.send(json.dumps({"realtimeInput": {"text": "hello"}}))
        assert "modelTurn" in json.loads(await socket.recv())["serverContent"]
        assert live.clear_faults() == 1
        await socket.send(json.dumps({"realtimeInput": {"text": "hello"}}))
        async with asyncio.timeout(10):
            while "turnComplete" not in (await socket.recv()).decode():
                pass


async def test_a_late_pong_comes():
    """A ping is answered after the time, and a flood of them not in full."""
    async with cheap(faults=["slow-pongs by=1s"]) as live:
        socket = await connect_to(live)
        await socket.recv()
        async with asyncio.timeout(10):
            await (await socket.ping())
        assert [mark.text for mark in live.sessions[0].faults] == ["slow-pongs by=1s"]
        live.inject("slow-pongs by=10min")
        pongs = [await socket.ping() for _ in range(100)]
        await socket.pong()  # nothing is answered to that
        await socket.send(json.dumps({"realtimeInput": {"text": "hello"}}))
        await socket.recv()  # so all pings were read
        live.clear_faults()
        async with asyncio.timeout(10):
            await (await socket.ping())
        # An answer to a later ping is taken for those before it as well.
        assert all(pong.done() for pong in pongs)
        await socket.close()


# --- from outside


def call(live, method, body=None, headers=None):
    """Return status and answer of the control endpoint."""
    request = urllib.request.Request(
        f"{live.url}/control/faults", method=method, headers=headers or {}
    )
    if body is not None:
        request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture(scope="module")
def live():
    """Run an emulator that is controlled over HTTP."""
    with cheap() as emulator:
        yield emulator


async def test_the_endpoint(live):
    """Faults are set, listed and cleared; one sentence says what was done."""
    socket = await connect_to(live)
    await socket.recv()
    number = live.sessions[-1].number
    post = {"fault": "no-turn-complete times=all"}
    status, answer = await asyncio.to_thread(call, live, "POST", post)
    assert (status, answer["session"]) == (200, number)
    told = f"Session {number} has the fault: no-turn-complete times=all"
    assert answer["told"] == told
    for fault, told in {
        "refuse times=1": "New connections have the fault: refuse times=1",
        "drop session=99": "Session 99 will have the fault: drop session=99",
    }.items():
        _, answer = await asyncio.to_thread(call, live, "POST", {"fault": fault})
        assert (answer["session"], answer["told"]) == (None, told)
    _, state = await asyncio.to_thread(call, live, "GET")
    assert state["sessions"] == [number]
    assert state["faults"] == [
        {"fault": "refuse times=1", "session": None},
        {"fault": "drop session=99", "session": None},
        {"fault": "no-turn-complete times=all", "session": number},
    ]
    assert [kind["name"] for kind in state["known"]] == list(KINDS)
    assert await asyncio.to_thread(call, live, "DELETE") == (200, {"cleared": 3})
    post = {"fault": "drop", "session": number}
    assert (await asyncio.to_thread(call, live, "POST", post))[0] == 200
    await socket.wait_closed()
    assert socket.close_code == 1006


@pytest.mark.parametrize(
    ("method", "body", "headers", "status", "sentence"),
    [
        ("POST", {"fault": "x"}, {}, 400, "There is no fault 'x'"),
        ("POST", {"fault": 7}, {}, 400, "Send JSON such as"),
        ("POST", ["drop"], {}, 400, "Send JSON such as"),
        ("POST", b"drop", {}, 400, "Send JSON such as"),
        ("POST", {"fault": "drop", "session": "3"}, {}, 400, "such as 3"),
        ("POST", {"fault": "drop", "session": True}, {}, 400, "such as 3"),
        ("POST", {"fault": "drop", "session": 99}, {}, 404, "no session 99 open"),
        ("PUT", {}, {}, 405, "Use GET, POST or DELETE."),
        ("GET", None, {"Origin": "https://example.org"}, 403, "this machine"),
        ("POST", {"fault": "drop"}, {"Host": "example.org"}, 403, "this machine"),
    ],
)
def test_what_the_endpoint_refuses(live, method, body, headers, status, sentence):
    """A JSON error with one sentence; foreign pages may not even look."""
    found, answer = call(live, method, body, headers)
    assert found == status
    assert sentence in answer["error"]


def test_there_is_one_endpoint(live):
    """Another path below /control is nothing."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{live.url}/control/x", timeout=10)
    assert caught.value.code == 404
    assert "/control/faults" in json.load(caught.value)["error"]


def test_injecting_needs_a_session_and_an_emulator():
    """What can't be done is said in words."""
    emulator = cheap()
    with pytest.raises(RuntimeError, match="does not run. Start it first"):
        emulator.inject("drop")
    with emulator as running:
        with pytest.raises(LookupError, match="No session is open that drop could"):
            running.inject("drop")
        with pytest.raises(ValueError, match="There is no fault"):
            running.inject("x")
        assert running.inject(Fault.parse("refuse")) is None
        assert running.clear_faults() == 1
    with pytest.raises(RuntimeError, match="does not run"):
        emulator.clear_faults()


async def test_a_brain_may_inject():
    """A call from the emulator's own thread does not wait for itself."""
    held = []

    def answer(question):
        held.append(live.inject("close code=4001 after=end"))
        return "Good day."

    async with cheap(brain=ScriptedBrain([answer])) as live:
        seen = await converse(await connect_to(live))
    assert (held, seen.code) == ([1], 4001)


def test_every_fault_is_in_these_tables():
    """What is new has to be seen as well."""
    connections = {
        name for name, kind in KINDS.items() if kind.scope is Scope.CONNECTION
    }
    assert {fault.split()[0] for fault in TABLE} | connections == set(KINDS)
