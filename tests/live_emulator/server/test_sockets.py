"""The emulator's one port: TLS and plain, every path, and clients that misbehave."""

import asyncio
import base64
import json
import ssl
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Close
from websockets.protocol import State

from live_emulator.emulator import Emulator
from live_emulator.protocol.sources import documented, guessed, observed
from tests.live_emulator.rules import rule

GEMINI = "/ws/google.ai.generativelanguage.{}.GenerativeService.BidiGenerateContent"
VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
SETUP = {"setup": {"model": "models/gemini-3.8-live"}}
HELLO = {
    "clientContent": {
        "turns": [{"role": "user", "parts": [{"text": "hello"}]}],
        "turnComplete": True,
    }
}


def address(live: Emulator, path: str = GEMINI.format("v1"), query: str = "key=k"):
    """Return the plain WebSocket address of a path."""
    return f"{live.url.replace('http', 'ws')}{path}?{query}"


def open_socket(url: str, **options: Any) -> connect:
    """Open a socket without limits of the client's own."""
    return connect(url, max_size=None, compression=None, proxy=None, **options)


async def exchange(socket: ClientConnection) -> list[dict]:
    """Set up, say hello, and return the messages up to turnComplete."""
    await socket.send(json.dumps(SETUP))
    await socket.send(json.dumps(HELLO))
    messages = []
    async with asyncio.timeout(10):
        while True:
            messages.append(json.loads(await socket.recv()))
            if "turnComplete" in messages[-1].get("serverContent", {}):
                return messages


async def close_of(url: str, *frames: str | bytes, **options: Any) -> tuple[int, str]:
    """Send frames and return how the server closes the socket."""
    async with asyncio.timeout(10), open_socket(url, **options) as socket:
        try:
            for frame in frames:
                await socket.send(frame)
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason


@rule(
    observed("2026-09-10; Google's own examples decode bytes"),
    "frames.binary frames.ascii frames.layout",
)
async def test_server_frames_are_binary_ascii(live):
    """Every frame of the server is binary and ASCII, the first as recorded."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        first = await socket.recv()
        assert first == b'{\n  "setupComplete": {}\n}\n'
        await socket.send(json.dumps(HELLO))
        frame = await socket.recv()
        assert isinstance(frame, bytes)
        assert frame.isascii()


@pytest.mark.parametrize(
    "path",
    [
        GEMINI.format("v1"),
        GEMINI.format("v1beta"),
        GEMINI.format("v1alpha"),
        "/" + GEMINI.format("v1"),
        VERTEX,
    ],
)
async def test_paths(live, path):
    """A conversation works on every path of a live method."""
    async with open_socket(address(live, path)) as socket:
        messages = await exchange(socket)
    assert "setupComplete" in messages[0]


async def test_tls_and_plain_on_one_port(live):
    """The same port speaks TLS; the certificate is good for every loopback name."""
    context = ssl.create_default_context(cafile=live.environment["SSL_CERT_FILE"])
    port = live.url.rpartition(":")[2]
    for host in ("localhost", "127.0.0.1"):
        url = f"wss://{host}:{port}{GEMINI.format('v1')}?key=k"
        async with open_socket(url, ssl=context) as socket:
            await socket.send(json.dumps(SETUP))
            assert "setupComplete" in json.loads(await socket.recv())


async def test_a_client_that_does_not_trust_us(live):
    """Without the authority in its bundle a TLS client refuses; others go on."""
    url = address(live).replace("ws://", "wss://")
    with pytest.raises(ssl.SSLCertVerificationError):
        async with open_socket(url, ssl=ssl.create_default_context()):
            pass
    async with open_socket(address(live)) as socket:
        assert await exchange(socket)


@rule(
    documented("both SDKs accept a declined extension"),
    "frames.binary",
)
async def test_no_compression(live):
    """Compression is declined: it costs more than it saves on loopback."""
    async with connect(address(live), proxy=None) as socket:
        assert socket.response.headers.get("Sec-WebSocket-Extensions") is None


@rule(
    guessed("an HTTP status of 404"),
    "method.BidiGenerateContent",
)
async def test_unknown_paths_are_not_found(live):
    """An upgrade on an unknown path gets 404."""
    with pytest.raises(InvalidStatus) as caught:
        async with open_socket(address(live, "/ws/nonsense")):
            pass
    assert caught.value.response.status_code == 404


@rule(
    observed("2026-09-10"),
    "close.key.invalid close.key.missing frames.close",
)
async def test_callers_are_refused_by_a_close_frame(live):
    """The upgrade is accepted first; the refusal comes after the setup."""
    setup = json.dumps(SETUP)
    code, reason = await close_of(address(live, query="key=invalid-key"), setup)
    assert (code, reason) == (1007, "API key not valid. Please pass a valid API key.")
    code, reason = await close_of(address(live, query=""), setup)
    assert code == 1008
    assert len(reason.encode()) == 123


@rule(
    documented("both SDKs"),
    "method.credentials",
)
async def test_header_and_query_keys(live):
    """A key is taken from the header as well."""
    headers = {"x-goog-api-key": "k"}
    async with open_socket(address(live, query=""), additional_headers=headers) as one:
        await one.send(json.dumps(SETUP))
        assert "setupComplete" in json.loads(await one.recv())


@rule(
    guessed("clients send text; nothing speaks against binary"),
    "frames.binary",
)
async def test_binary_client_frames(live):
    """A client may send its JSON in binary frames."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP).encode())
        assert "setupComplete" in json.loads(await socket.recv())


@rule(
    observed("2026-09: 1000 is echoed; other codes by RFC 6455, 5.5.1"),
    "frames.close",
)
@pytest.mark.parametrize("code", [1000, 1001, 3000, 4321])
async def test_a_client_may_close(live, code):
    """A client's close is answered with its own code."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        await socket.close(code, "enough")
        assert socket.protocol.close_rcvd == Close(code, "")


@rule(
    observed("the web SDK calls it from pages"),
    "unary.cors",
)
async def test_cors(live):
    """A page may call the HTTP API, as it may call the service's."""
    async with aiohttp.ClientSession() as http:
        url = f"{live.url}/v1/models"
        async with http.options(url, headers={"Origin": "http://a.example"}) as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        async with http.get(url, params={"key": "k"}) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


@rule(
    documented("google.rpc status codes"),
    "unary.errors auth_tokens.errors",
)
@pytest.mark.parametrize(
    ("method", "path", "query", "body", "status", "name"),
    [
        ("GET", "/v1/models", {}, None, 403, "PERMISSION_DENIED"),
        ("GET", "/v1/models", {"key": "invalid-key"}, None, 400, "INVALID_ARGUMENT"),
        ("GET", "/v1/models/x", {"key": "k"}, None, 404, "NOT_FOUND"),
        ("GET", "/nonsense", {"key": "k"}, None, 404, "NOT_FOUND"),
        (
            "POST",
            "/v1/models/gemini-3.8-flash:generateContent",
            {"key": "k"},
            b"{",
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "POST",
            "/v1/models/gemini-3.8-flash:generateContent",
            {"key": "k"},
            b"{}",
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "POST",
            "/v1/models/gemini-3.8-flash:generateContent",
            {"key": "k"},
            b'{"bogus": 1}',
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "POST",
            "/v1alpha/auth_tokens",
            {"key": "k"},
            b'{"liveConnectConstraints": {}}',
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "POST",
            "/v1alpha/auth_tokens",
            {"key": "k"},
            b'{"expireTime": "2999-01-01T00:00:00Z"}',
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "POST",
            "/v1alpha/auth_tokens",
            {"key": "k"},
            b'{"expireTime": "tomorrow"}',
            400,
            "INVALID_ARGUMENT",
        ),
    ],
)
async def test_http_errors(live, method, path, query, body, status, name):
    """Errors over HTTP have Google's form."""
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, live.url + path, params=query, data=body) as answer,
    ):
        assert answer.status == status
        error = (await answer.json())["error"]
    assert (error["code"], error["status"]) == (status, name)
    assert error["message"]


@rule(documented("RFC 6455, 5.5.2; the Python SDK pings every 20 s"), "frames.binary")
async def test_pings_are_answered(live):
    """A ping is answered while a session runs."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        async with asyncio.timeout(10):
            await (await socket.ping())


@rule(
    documented("JavaScript SDK: close() names no code; RFC 6455, 5.5.1: echo it"),
    "frames.close",
)
async def test_a_close_without_a_code(live):
    """A client that closes without a code is answered in the same way."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        async with socket.send_context(expected_state=State.OPEN):
            socket.protocol.send_close()
        async with asyncio.timeout(10):
            await socket.wait_closed()
        assert socket.protocol.close_rcvd == Close(1005, "")


# --- clients that misbehave


@pytest.fixture
async def bystander(live):
    """Hold a session that must not notice anything."""
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.recv()
        yield socket
        await socket.send(json.dumps(HELLO))
        async with asyncio.timeout(10):
            while "turnComplete" not in json.loads(await socket.recv()).get(
                "serverContent", {}
            ):
                pass


async def test_a_client_that_vanishes(live, bystander):
    """A socket that is cut in the middle of a reply harms nobody."""
    for _ in range(10):
        socket = await open_socket(address(live))
        await socket.send(json.dumps(SETUP))
        await socket.send(json.dumps(HELLO))
        await socket.recv()
        socket.transport.abort()


async def test_a_client_that_says_nothing(live, bystander):
    """A connection that never sends a byte, or half a request, is left alone."""
    port = int(live.url.rpartition(":")[2])
    writers = []
    for begin in (b"", b"G", b"GET / HTTP/1.1\r\n", b"\x16", b"\x16\x03\x01"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        await writer.drain()
        writers.append(writer)
    async with open_socket(address(live)) as socket:
        assert await exchange(socket)
    for writer in writers:
        writer.close()
        await writer.wait_closed()


async def test_huge_frames(live, bystander):
    """A frame of many megabytes is taken, or refused by a close."""
    data = "A" * 8_000_000
    audio = {"realtimeInput": {"audio": {"data": data, "mimeType": "audio/pcm"}}}
    async with open_socket(address(live)) as socket:
        await socket.send(json.dumps(SETUP))
        await socket.send(json.dumps(audio))
        await socket.send(json.dumps(HELLO))
        async with asyncio.timeout(30):
            while "modelTurn" not in json.loads(await socket.recv()).get(
                "serverContent", {}
            ):
                pass
    assert (await close_of(address(live), json.dumps({"x": data})))[0] == 1007


async def test_a_client_that_does_not_read(live, bystander):
    """A client that reads nothing while it sends is slowed down, not served more."""
    story = {
        "clientContent": {
            "turns": [{"role": "user", "parts": [{"text": "Tell me a long story."}]}],
            "turnComplete": True,
        }
    }
    async with open_socket(address(live), max_queue=1) as socket:
        await socket.send(json.dumps(SETUP))
        for _ in range(20):
            await socket.send(json.dumps(story))
        async with open_socket(address(live)) as other:
            assert await exchange(other)
        socket.transport.abort()


frames = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "setup",
                        "model",
                        "clientContent",
                        "realtimeInput",
                        "turns",
                        "turnComplete",
                        "audio",
                        "data",
                        "mimeType",
                        "text",
                        "toolResponse",
                        "functionResponses",
                        "parts",
                        "role",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(json.dumps),
    st.sampled_from([json.dumps(SETUP), json.dumps(HELLO)]),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(frames, min_size=1, max_size=6))
def test_generated_input_never_harms_another_session(live, sequence):
    """Whatever one client sends, it is served or closed, and others are served."""

    async def attack() -> None:
        async with asyncio.timeout(20):
            async with open_socket(address(live)) as socket:
                try:
                    for frame in sequence:
                        await socket.send(frame)
                    await socket.send(json.dumps(SETUP))
                    await socket.recv()
                except ConnectionClosed as closed:
                    assert closed.rcvd is not None
                    assert closed.rcvd.code in (1007, 1008)
            async with open_socket(address(live)) as other:
                await other.send(json.dumps(SETUP))
                assert "setupComplete" in json.loads(await other.recv())

    asyncio.run(attack())


async def test_many_at_once(live, say):
    """Six people speak at once, and each is heard."""
    pcm = await say("What is two plus two?")
    blob = {"data": base64.b64encode(pcm).decode(), "mimeType": "audio/pcm;rate=16000"}
    setup = {"setup": SETUP["setup"] | {"inputAudioTranscription": {}}}

    async def converse() -> str:
        async with open_socket(address(live)) as socket:
            await socket.send(json.dumps(setup))
            await socket.send(json.dumps({"realtimeInput": {"audio": blob}}))
            while True:
                content = json.loads(await socket.recv()).get("serverContent", {})
                if "inputTranscription" in content:
                    return content["inputTranscription"]["text"]

    async with asyncio.timeout(40):
        heard = await asyncio.gather(*(converse() for _ in range(6)))
    assert heard == ["What is 2 plus 2?"] * 6
