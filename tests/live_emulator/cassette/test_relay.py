"""A recording relay: nothing changes on its way, and no secret is written."""

import asyncio
import http
import json
import logging
from contextlib import asynccontextmanager, nullcontext

import aiohttp
import pytest
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from live_emulator.cassette.file import CassetteWriter, read_cassette
from live_emulator.cassette.recording import CassetteError, CloseEvent
from live_emulator.clock import Clock
from live_emulator.emulator import Emulator
from live_emulator.journal.journal import Journal
from live_emulator.loopback.certificates import Authority
from live_emulator.options import Options
from live_emulator.protocol.endpoints import find_live_endpoint
from live_emulator.substitutes.recording_relay import _Relayed
from live_emulator.substitutes.substitute import HostServer
from live_emulator.substitutes.upstream import Upstream, own_key, roots_for

from .conftest import GEMINI, SETUP, converse, end_of, lines_of, open_socket, typed

VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
TOKENS = (
    "/ws/google.ai.generativelanguage.v1alpha.GenerativeService."
    "BidiGenerateContentConstrained"
)


@asynccontextmanager
async def service(handler, **options):
    """Run a server of one's own in the place of the service."""
    async with serve(
        handler, "127.0.0.1", 0, compression=None, max_size=None, **options
    ) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def echo(socket):
    """Send everything back, in the kind it came."""
    async for message in socket:
        await socket.send(message)


async def test_a_session_is_relayed_and_written(upstream, file):
    """What the far end sends arrives unchanged, and stands in the file with times."""
    with Emulator(record=file, upstream=upstream.url, speed=10) as relay:
        frames = await converse(relay, typed("hello"))
        record = relay.sessions[-1]
    opened, *lines = lines_of(file)
    assert opened == {
        "session": 1,
        "t": 0.0,
        "open": "Gemini API v1beta BidiGenerateContent",
        "model": "models/gemini-3.8-live",
    }
    sent = [line["binary"].encode() for line in lines if line["from"] == "server"]
    assert sent == frames
    assert json.loads(lines[0]["text"]) == SETUP
    assert lines[-1] == {
        "session": 1,
        "t": lines[-1]["t"],
        "from": "client",
        "close": 1000,
        "reason": "",
    }
    times = [line["t"] for line in lines]
    assert times == sorted(times)
    assert record.over and len(record.frames) == len(lines) - 1


@pytest.mark.parametrize(
    "frame",
    ["{}", "é\n\0", "", b"{}", b"", bytes(range(256)), b"\0" * 3_000_000, "x" * 70_000],
    ids=lambda frame: f"{type(frame).__name__}-{len(frame)}",
)
async def test_frames_go_through_unchanged(file, frame):
    """Text stays text, bytes stay bytes, of any size, both ways and in the file."""
    async with service(echo) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(relay) as socket:
                await socket.send(frame)
                assert await asyncio.wait_for(socket.recv(), 10) == frame
    data = frame.encode() if isinstance(frame, str) else frame
    [session] = read_cassette(file).sessions
    there, back = session.events[:2]
    assert (there.sender, back.sender) == ("client", "server")
    assert there.data == back.data == data
    assert there.is_text == back.is_text == isinstance(frame, str)


@pytest.mark.parametrize(
    ("code", "reason", "seen"),
    [
        (1000, "bye", (1000, "bye")),
        (1008, "é" * 61, (1008, "é" * 61)),
        (4321, "", (4321, "")),
        (1011, "Internal error encountered.", (1011, "Internal error encountered.")),
    ],
)
async def test_closes_of_the_service_reach_the_client(file, code, reason, seen):
    """Code and reason go through to the letter, and are written."""

    async def close(socket):
        await socket.recv()
        await socket.close(code, reason)

    async with service(close) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(relay) as socket:
                await socket.send("{}")
                assert await end_of(socket) == seen
    last = lines_of(file)[-1]
    assert (last["from"], last["close"], last["reason"]) == ("server", code, reason)


@pytest.mark.parametrize(("code", "seen"), [(1000, 1000), (4000, 4000), (None, 1005)])
async def test_closes_of_the_client_reach_the_service(file, code, seen):
    """The client's code and reason go through too, or that it gave none."""
    ends = asyncio.Queue()

    async def listen(socket):
        try:
            async for _ in socket:
                pass
            await ends.put((socket.close_code, socket.close_reason))
        except ConnectionClosed as closed:
            await ends.put((closed.rcvd.code, closed.rcvd.reason))

    async with service(listen) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with aiohttp.ClientSession() as http_client:
                socket = await http_client.ws_connect(f"{relay.url}{GEMINI}?key=k")
                if code is None:
                    await socket.send_frame(b"", aiohttp.WSMsgType.CLOSE)
                    assert (await socket.receive(10)).type is aiohttp.WSMsgType.CLOSE
                else:
                    await socket.close(code=code, message=b"done")
                    assert socket.close_code == code
            end = await asyncio.wait_for(ends.get(), 10)
    assert end == (seen, "" if code is None else "done")
    assert lines_of(file)[-1]["close"] == seen


async def test_a_broken_connection_breaks_on_the_other_side(file):
    """Who goes without a word is gone for the other side as well: both ways."""
    gone = asyncio.Event()

    async def drop(socket):
        if await socket.recv() == "drop":
            socket.transport.abort()
            return
        await socket.wait_closed()
        assert socket.close_code == 1006
        gone.set()

    async with service(drop) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(relay) as socket:
                await socket.send("drop")
                assert await end_of(socket) == (1006, "")
            async with open_socket(relay) as socket:
                await socket.send("stay")
                socket.transport.abort()
                await asyncio.wait_for(gone.wait(), 10)
    closes = [(one["from"], one["close"]) for one in lines_of(file) if "close" in one]
    assert closes == [("server", 1006), ("client", 1006)]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
async def test_refusals_reach_the_client(file, status):
    """An upgrade that is refused is refused as it was, and that is written."""

    def refuse(connection, request):
        response = connection.respond(http.HTTPStatus(status), "for user a@b.org")
        response.headers["Retry-After"] = "7"
        return response

    async with service(echo, process_request=refuse) as url:
        async with Emulator(record=file, upstream=url) as relay:
            with pytest.raises(InvalidStatus) as caught:
                async with open_socket(relay):
                    pass
    response = caught.value.response
    assert response.status_code == status
    assert response.headers["Retry-After"] == "7"
    assert response.body == b"for user a@b.org"
    opened, line = lines_of(file)
    assert (line["refused"], line["body"]) == (status, "for user SCRUBBED-email-1")
    async with Emulator(replay=file) as replay:
        with pytest.raises(InvalidStatus) as caught:
            async with open_socket(replay):
                pass
        assert caught.value.response.status_code == status
        assert replay.differences == []


async def test_nobody_at_the_other_end(file, caplog, unused_tcp_port):
    """Without a far end the client gets a sentence, and the log has it too."""
    address = f"http://127.0.0.1:{unused_tcp_port}"
    with caplog.at_level(logging.ERROR, "live_emulator"):
        async with Emulator(record=file, upstream=address) as relay:
            async with open_socket(relay) as socket:
                code, reason = await end_of(socket)
            async with aiohttp.ClientSession() as http_client:
                async with http_client.get(f"{relay.url}/v1beta/models") as answer:
                    assert answer.status == 502
                    assert reason in await answer.text()
    assert code == 1011
    assert reason.startswith(f"127.0.0.1:{unused_tcp_port} cannot be reached (")
    assert "Traceback" not in caplog.text and reason in caplog.text
    assert not file.exists()


async def test_an_answer_that_is_no_upgrade(file):
    """What answers an upgrade with a page is no service; the client is told."""

    def page(connection, request):
        return connection.respond(http.HTTPStatus.OK, "hello")

    async with service(echo, process_request=page) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(relay) as socket:
                code, reason = await end_of(socket)
    assert code == 1011
    assert "cannot be reached" in reason


async def test_other_calls_are_passed_on_and_not_written(upstream, file):
    """Tokens, models and answers come from the far end, errors too."""
    with Emulator(record=file, upstream=upstream.url) as relay:
        async with aiohttp.ClientSession() as http_client:
            base, headers = relay.url, {"x-goog-api-key": "a-key-of-mine"}
            async with http_client.get(
                f"{base}/v1beta/models", headers=headers
            ) as answer:
                assert "models/gemini-3.8-live" in await answer.text()
            async with http_client.post(
                f"{base}/v1alpha/auth_tokens", headers=headers, json={"uses": 1}
            ) as answer:
                token = (await answer.json())["name"]
            async with http_client.get(f"{base}/v1beta/models") as answer:
                assert answer.status == 403
            async with http_client.options(f"{base}/v1beta/models") as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
        await converse(
            relay, typed("hello"), path=TOKENS, query=f"access_token={token}"
        )
    text = file.read_text("utf-8")
    assert token.removeprefix("auth_tokens/") not in text
    assert len({line["session"] for line in lines_of(file)}) == 1


async def test_what_a_request_carries_is_passed_on(file, monkeypatch):
    """Path, query and headers arrive; cookies of this machine do not."""
    requests = asyncio.Queue()

    async def take(socket):
        await requests.put(socket.request)

    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.setenv("GEMINI_API_KEY", "emulator")
    headers = {"Authorization": "Bearer t.o.k.e.n-1", "x-goog-user-project": "acme-1"}
    async with service(take) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(
                relay,
                path="/" + VERTEX,
                query="a=%41%2F&key=k",
                additional_headers=headers | {"Cookie": "session=1"},
            ) as socket:
                await socket.wait_closed()
    request = requests.get_nowait()
    assert request.path == f"/{VERTEX}?a=%41%2F&key=k"
    assert {name: request.headers[name] for name in headers} == headers
    assert "Cookie" not in request.headers
    assert request.headers["Host"] == url.removeprefix("http://")


@pytest.mark.parametrize(
    ("query", "headers", "seen"),
    [
        ("key=emulator", {}, "the-real-key"),
        ("key=YOUR_API_KEY&x=1", {}, "the-real-key"),
        ("", {}, "the-real-key"),
        ("", {"x-goog-api-key": "emulator"}, "the-real-key"),
        ("key=my-own-key", {}, "my-own-key"),
        ("", {"x-goog-api-key": "my-own-key"}, "my-own-key"),
        ("access_token=auth_tokens/abc", {}, ""),
    ],
)
async def test_a_placeholder_becomes_the_key(file, monkeypatch, query, headers, seen):
    """Who has no key of their own gets this machine's; who has one keeps it."""
    shown = asyncio.Queue()

    async def take(socket):
        in_query = dict(
            one.partition("=")[::2]
            for one in socket.request.path.partition("?")[2].split("&")
        )
        in_header = socket.request.headers.get("x-goog-api-key", "")
        await shown.put(in_query.get("key", "") or in_header)
        await socket.send("the-real-key")

    monkeypatch.setenv("GOOGLE_API_KEY", "YOUR_API_KEY")
    monkeypatch.setenv("GEMINI_API_KEY", "the-real-key")
    async with service(take) as url:
        async with Emulator(record=file, upstream=url) as relay:
            async with open_socket(
                relay, query=query, additional_headers=headers
            ) as socket:
                await end_of(socket)
    assert shown.get_nowait() == seen
    assert "the-real-key" not in file.read_text("utf-8")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://example.org"}, {"Origin": "null"}, {"Host": "example.org"}],
)
async def test_a_foreign_page_gets_no_key(file, monkeypatch, caplog, headers):
    """Any page can reach the relay, but this machine's key is for its own alone."""
    shown = asyncio.Queue()

    async def take(socket):
        await shown.put(f"{socket.request.path} {dict(socket.request.headers)}")

    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.setenv("GEMINI_API_KEY", "the-real-key")
    async with service(take) as url, Emulator(record=file, upstream=url) as relay:
        for query in ("key=emulator", ""):
            async with aiohttp.ClientSession() as http:
                address = f"{relay.url}{GEMINI}?{query}"
                async with http.ws_connect(address, headers=headers) as socket:
                    await socket.receive()
            assert "the-real-key" not in shown.get_nowait()
    [who] = headers.values()
    assert f"{who!r} does not get it." in caplog.text


def test_the_key_of_an_environment():
    """The SDKs' own order decides; a placeholder is no key."""
    assert own_key({}) is None
    assert own_key({"GEMINI_API_KEY": "emulator"}) is None
    assert own_key({"GEMINI_API_KEY": "a", "GOOGLE_API_KEY": "b"}) == "b"


@pytest.mark.parametrize(
    ("base", "is_here"),
    [
        (None, False),
        ("https://aiplatform.googleapis.com", False),
        ("https://127.0.0.1:9100", True),
        ("https://localhost:9100", True),
    ],
)
def test_who_vouches_for_an_upstream(base, is_here):
    """The emulator's own authority does for emulators of this machine alone."""
    assert (Authority.open().pem in roots_for(base).read_bytes()) is is_here


class Asked:
    """A request as far as a relay looks at it."""

    def __init__(self, path):
        self.path = self.raw_path = path
        self.headers, self.query = {}, {}


@pytest.mark.parametrize(
    ("url", "path", "to"),
    [
        (None, GEMINI, "https://generativelanguage.googleapis.com"),
        (None, VERTEX, "https://aiplatform.googleapis.com"),
        (
            None,
            "/v1beta1/publishers/google/models/m:generateContent",
            "https://aiplatform.googleapis.com",
        ),
        ("wss://eu-aiplatform.example/x", VERTEX, "https://eu-aiplatform.example"),
        ("ws://[::1]:9100", GEMINI, "http://[::1]:9100"),
    ],
)
def test_where_a_session_goes(url, path, to):
    """Without another address it is the service of the dialect."""
    assert str(Upstream(url, None).target(Asked(path)).url) == to + path


SECRETS = {
    "key": "AIzaSyD-planted-key-000000000000000000",
    "token": "planted.token-1",
    "bearer": "ya29.planted-bearer-token",
    "project": "planted-project-7",
    "account": "planted.person@example.com",
    "label": "planted-label",
    "handle": "12345678-1234-1234-1234-123456789abc",
}


async def test_no_planted_secret_is_written(file):
    """Keys, tokens, projects and accounts are in no line, wherever they were."""
    everywhere = " ".join(SECRETS.values()).replace(
        SECRETS["project"], f"projects/{SECRETS['project']}"
    )
    model = f"projects/{SECRETS['project']}/locations/l/publishers/google/models/m"
    setup = {
        "setup": {
            "model": model,
            "labels": {"team": SECRETS["label"]},
            "session_resumption": {"handle": SECRETS["handle"]},
            "systemInstruction": {"parts": [{"text": everywhere}]},
        }
    }
    update = {"sessionResumptionUpdate": {"newHandle": SECRETS["handle"]}}
    error = f"Publisher Model `{model}` was not found, {SECRETS['account']}"

    async def answer(socket):
        await socket.recv()
        await socket.send(json.dumps(update).encode())
        await socket.send(everywhere)
        await socket.send(everywhere.encode("utf-8") + b"\xff")
        await socket.close(1008, error[:120])

    def refuse(connection, request):
        if "refuse" in request.path:
            return connection.respond(http.HTTPStatus.FORBIDDEN, everywhere)
        return None

    headers = {
        "Authorization": f"Bearer {SECRETS['bearer']}",
        "x-goog-user-project": SECRETS["project"],
    }
    query = f"key={SECRETS['key']}&access_token=auth_tokens/{SECRETS['token']}"
    async with service(answer, process_request=refuse) as url:
        async with Emulator(record=file, upstream=url) as relay:
            for path in (GEMINI, VERTEX, TOKENS):
                async with open_socket(
                    relay, path, query, additional_headers=headers
                ) as socket:
                    await socket.send(json.dumps(setup))
                    assert json.loads(await socket.recv()) == update
                    assert await socket.recv() == everywhere
                    await end_of(socket)
            with pytest.raises(InvalidStatus):
                async with open_socket(relay, query="refuse=1&" + query):
                    pass
    text = file.read_text("utf-8")
    assert [name for name, secret in SECRETS.items() if secret in text] == []
    assert {line["session"] for line in lines_of(file)} == {1, 2, 3, 4}


async def test_a_stop_ends_relayed_sessions(file, upstream):
    """A relay that stops says so to its clients, and the file is whole."""
    relay = Emulator(record=file, upstream=upstream.url).start()
    async with open_socket(relay) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        await asyncio.to_thread(relay.stop)
        assert await end_of(socket) == (1001, "The emulator stops.")
    assert read_cassette(file).sessions[0].events


class Side:
    """A side of a relay that has frames without end and takes none."""

    def __init__(self):
        self.received = 0
        self.end = None

    async def receive(self):
        self.received += 1
        return self.frame

    async def send(self, data, *, is_text):
        await asyncio.Event().wait()


class Client(Side):
    frame = aiohttp.WSMessage(aiohttp.WSMsgType.BINARY, b"x", None)


class Service(Side):
    frame = b"x", False


async def test_nothing_piles_up_in_a_relay(file):
    """While a side does not read, nothing more is taken from the other."""
    client, far_end, writer = Client(), Service(), CassetteWriter(file)
    clock = Clock()
    journal = Journal(clock.now)
    host = HostServer(clock, journal, lambda *_: nullcontext())
    record = journal.open(find_live_endpoint(GEMINI, {}, {}))
    track = writer.open_session("x")
    relayed = _Relayed(client, far_end, writer, track, host, record)
    running = asyncio.create_task(relayed.run())
    for _ in range(100):
        await asyncio.sleep(0)
    assert (client.received, far_end.received) == (1, 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert record.over
    writer.close()


async def test_an_error_is_no_end_of_a_session(file):
    """What goes wrong while a frame is passed on is told, not taken for a close."""
    client, far_end, writer = Client(), Service(), CassetteWriter(file)
    clock = Clock()
    journal = Journal(clock.now)
    host = HostServer(clock, journal, lambda *_: nullcontext())
    record = journal.open(find_live_endpoint(GEMINI, {}, {}))

    class Broken:
        def lines(self, event):
            raise RecursionError

    async def send(data, *, is_text):
        pass

    client.send = send
    relayed = _Relayed(client, far_end, writer, Broken(), host, record)
    with pytest.raises(RecursionError):
        await relayed.run()
    assert record.over
    writer.close()


def test_a_full_disk_ends_the_recording_and_nothing_else(file, caplog):
    """When nothing can be written any more, one sentence says so."""
    writer = CassetteWriter(file)
    track = writer.open_session("x")

    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

        def close(self):
            pass

    writer._file.close()
    writer._file = Full()
    for _ in range(2):
        writer.write(track, CloseEvent(0.0, "client", 1000))
    writer.close()
    assert caplog.messages == [
        f"The recording {file} ends here: No space left on device. "
        "Sessions go on without it."
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"record": "a", "replay": "b"}, "An emulator either records or replays"),
        ({"upstream": "http://x"}, "it needs --record"),
        ({"replay": "a", "faults": ["drop"]}, "Faults happen in emulated sessions"),
    ],
)
def test_options_that_contradict_each_other(options, sentence):
    """Recording and replaying exclude each other; an upstream is for recording."""
    with pytest.raises(CassetteError, match=sentence):
        Options(**options)


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://", "http://x:y"])
def test_an_address_that_is_none(url):
    """An upstream that is no address is named, with one that would be."""
    with pytest.raises(CassetteError, match="is not an address. Give one such as"):
        Upstream(url, None)
