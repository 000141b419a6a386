"""Pages and Vertex AI: tickets, and the relay that they open."""

import asyncio
import json
import urllib.error
import urllib.request
from contextlib import suppress

import pytest
import websockets
from websockets.asyncio.server import serve

from guide.pages.relay import Relay, Route, Tickets, locked_setup
from live_emulator.emulator import Emulator

MODEL = "projects/acme/locations/us-central1/publishers/google/models/gemini-3.8-live"
ROUTE = Route("ws://127.0.0.1:9", {"Authorization": "Bearer t"}, None, MODEL, True)


def test_a_ticket_opens_one_session_within_a_minute():
    """Used, late and unknown ones open nothing."""
    now = [0.0]
    tickets = Tickets(lambda: now[0])
    ticket = tickets.issue(ROUTE)
    assert tickets.take(ticket) is ROUTE
    assert tickets.take(ticket) is None
    assert tickets.take("unknown") is None
    late = tickets.issue(ROUTE)
    now[0] = 61.0
    tickets.issue(ROUTE)
    assert len(tickets._waiting) == 1
    assert tickets.take(late) is None


def test_a_route_does_not_show_its_token():
    """Logs may print it."""
    assert "Bearer" not in repr(ROUTE)


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        (
            {"setup": {"model": "models/x", "generationConfig": {"seed": 1}}},
            {
                "setup": {
                    "model": MODEL,
                    "generationConfig": {"seed": 1, "responseModalities": ["AUDIO"]},
                }
            },
        ),
        (
            {"setup": {"generationConfig": []}},
            {
                "setup": {
                    "model": MODEL,
                    "generationConfig": {"responseModalities": ["AUDIO"]},
                }
            },
        ),
        ({"setup": 1}, {"setup": 1}),
        ({"realtimeInput": {}}, {"realtimeInput": {}}),
        ([], []),
    ],
)
def test_model_and_modality_are_locked(sent, passed_on):
    """As in a token; what is no setup is the service's to refuse."""
    assert json.loads(locked_setup(json.dumps(sent), MODEL)) == passed_on
    assert locked_setup("{no", MODEL) == "{no"


@pytest.fixture
def on_vertex(monkeypatch, tmp_path):
    """Choose Vertex AI, with no credentials."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)


@pytest.fixture(scope="module")
def live():
    """Run an emulator whose clock is quick."""
    with Emulator(speed=10) as emulator:
        yield emulator


@pytest.fixture
def port(on_vertex, live, serve_pages, monkeypatch):
    """Start a page server beside it; returns its port."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", live.url)
    return serve_pages()


def ticket_of(port: int) -> dict[str, str]:
    """Ask for a ticket, as a page does."""
    request = urllib.request.Request(
        f"http://localhost:{port}/api/token", method="POST"
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def opened(given: dict[str, str], **options):
    """Connect as a page does: with an origin and no header of its own."""
    address = f"{given['websocket_url']}?access_token={given['token']}"
    port = given["websocket_url"].split(":")[2].split("/")[0]
    options.setdefault("origin", f"http://localhost:{port}")
    return websockets.connect(address, **options)


async def test_a_page_talks_to_vertex_through_the_page_server(port, live):
    """The access token stays with the server; frames come through unchanged."""
    given = await asyncio.to_thread(ticket_of, port)
    assert given["model"] == MODEL
    assert "ya29" not in json.dumps(given)
    setup = {
        "setup": {"model": "models/another", "outputAudioTranscription": {}},
    }
    question = {"role": "user", "parts": [{"text": "What is two plus three?"}]}
    async with asyncio.timeout(60), opened(given) as socket:
        await socket.send(json.dumps(setup))
        assert "setupComplete" in json.loads(await socket.recv())
        content = {"turns": [question], "turnComplete": True}
        await socket.send(json.dumps({"clientContent": content}))
        said, sound = "", 0
        while True:
            message = json.loads(await socket.recv()).get("serverContent", {})
            said += message.get("outputTranscription", {}).get("text", "")
            for part in message.get("modelTurn", {}).get("parts", ()):
                sound += len(part["inlineData"]["data"])
            if message.get("turnComplete"):
                break
    assert said.strip() == "Two plus three is five."
    assert sound > 24_000
    assert live.sessions[-1].frames[0].message["setup"]["model"] == MODEL


async def test_a_close_comes_through_with_its_reason(port):
    """Code and reason are the service's, so the page can explain them."""
    given = await asyncio.to_thread(ticket_of, port)
    async with asyncio.timeout(60), opened(given) as socket:
        await socket.send(json.dumps({"nonsense": 1}).encode())
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1007
    assert closed.value.rcvd.reason


async def test_a_used_ticket_opens_nothing(port):
    """And so doesn't one of another website's page."""
    given = await asyncio.to_thread(ticket_of, port)
    async with opened(given):
        pass
    with pytest.raises(websockets.InvalidStatus, match="401"):
        async with opened(given):
            pass
    given = await asyncio.to_thread(ticket_of, port)
    with pytest.raises(websockets.InvalidStatus, match="403"):
        async with opened(given, origin="http://evil.example"):
            pass


async def test_a_refusal_is_told_in_a_close_frame(port, live):
    """The upgrade of the page is over when the service says no."""
    given = await asyncio.to_thread(ticket_of, port)
    await asyncio.to_thread(live.expire_tokens)
    async with asyncio.timeout(60), opened(given) as socket:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1011
    assert "HTTP 401" in closed.value.rcvd.reason


def test_an_emulator_that_is_gone_is_explained(
    on_vertex, serve_pages, monkeypatch, free_port
):
    """With the command that starts it."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", f"http://127.0.0.1:{free_port}")
    with pytest.raises(urllib.error.HTTPError) as no:
        ticket_of(serve_pages())
    assert "python3 guide.py" in json.load(no.value)["error"]


async def test_both_sides_end_together():
    """Whichever goes first, and when the server stops."""
    from aiohttp import ClientSession, web
    from aiohttp.test_utils import TestServer

    gone: asyncio.Queue[int | None] = asyncio.Queue()

    async def service(socket):
        with suppress(websockets.ConnectionClosed):
            async for message in socket:
                if message == "bye":
                    await socket.close(1000, "bye")
        gone.put_nowait(socket.close_code)

    relay = Relay()
    app = web.Application()
    app.router.add_get("/api/live", relay.answer)
    async with (
        asyncio.timeout(30),
        serve(service, "127.0.0.1", 0) as upstream,
        TestServer(app) as server,
        ClientSession() as session,
    ):
        upstream_port = upstream.sockets[0].getsockname()[1]
        route = Route(f"ws://127.0.0.1:{upstream_port}", {}, None, MODEL, True)

        def page():
            query = {"access_token": relay.tickets.issue(route)}
            return session.ws_connect(server.make_url("/api/live"), params=query)

        async with page() as one:
            await one.send_str("bye")
            closed = await one.receive()
            assert (closed.data, closed.extra) == (1000, "bye")
        assert await gone.get() == 1000
        async with page() as one:
            await one.close(code=3001)
        assert await gone.get() == 3001
        async with page() as one:
            await one.send_str("hello")
            await relay.close()
            assert (await one.receive()).data == 1001
        assert await gone.get() is not None
