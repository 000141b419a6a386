"""What one client may cost, and what breaks the protocol: bytes over a raw socket."""

import asyncio
import base64
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from live_emulator.cassette.recording import FrameEvent, event_line, header_line
from live_emulator.emulator import Emulator
from live_emulator.loopback.limits import (
    LARGE_BODY_BYTES,
    MAX_FRAME_BYTES,
    MAX_LARGE_BODIES,
)
from live_emulator.protocol.sources import documented, guessed
from live_emulator.serving import server
from live_emulator.substitutes import recording_relay
from tests.live_emulator.rules import rule

PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"
SETUP = json.dumps({"setup": {"model": "models/gemini-3.8-live"}}).encode()
SPEECH = "/v1beta/models/gemini-3.8-flash-tts"
TEXT = "/v1beta/models/gemini-3.8-flash"
TEXT_FRAME, CLOSE_FRAME = 0x1, 0x8


class Raw:
    """A WebSocket made of nothing but bytes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: str
    ) -> None:
        self.status = status
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame; a drop is (-1, b"")."""
        try:
            async with asyncio.timeout(20):
                first, length = await self._reader.readexactly(2)
                if length == 126:
                    [length] = struct.unpack(">H", await self._reader.readexactly(2))
                return first & 0xF, await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return -1, b""

    async def close_code(self) -> int:
        """Read on to the close, and return its code."""
        opcode = TEXT_FRAME
        while opcode not in (CLOSE_FRAME, -1):
            opcode, payload = await self.receive()
        return int.from_bytes(payload[:2], "big") if payload else opcode


def frame(
    data: bytes, *, masked: bool = True, end: bool = True, code: int = 1
) -> bytes:
    """Return a frame; the mask is zero, so that the data stays as it is."""
    head = bytes([code | (0x80 if end else 0)])
    mask = 0x80 if masked else 0
    if len(data) < 126:
        head += bytes([mask | len(data)])
    elif len(data) < 2**16:
        head += bytes([mask | 126]) + struct.pack(">H", len(data))
    else:
        head += bytes([mask | 127]) + struct.pack(">Q", len(data))
    return head + (bytes(4) if masked else b"") + data


@asynccontextmanager
async def upgraded(
    live: Emulator, headers: bytes = b"", early: bytes = b""
) -> AsyncIterator[Raw]:
    """Open a WebSocket; `early` is sent with the request."""
    port = int(live.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            b"GET " + PATH.encode() + b"?key=k HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            + headers
            + b"\r\n"
            + early
        )
        head = await reader.readuntil(b"\r\n\r\n")
        yield Raw(reader, writer, head.decode().split()[1])
    finally:
        writer.close()


async def answer_to(live: Emulator, request: bytes) -> bytes:
    """Send bytes of HTTP, and return all that comes until the connection is closed."""
    port = int(live.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


async def post(live: Emulator, path: str, body: Any) -> tuple[int, str, Any]:
    """Return status, content type and JSON of an answer."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{live.url}{path}", params={"key": "k"}, json=body) as answer,
    ):
        return answer.status, answer.content_type, await answer.json()


def spoken(text: str) -> dict[str, Any]:
    """Return a request for speech."""
    return {"contents": [{"role": "user", "parts": [{"text": text}]}]}


# --- frames


@pytest.mark.parametrize("first", [b"", frame(SETUP)])
@rule(documented("RFC 6455, 5.1"), "frames.mask")
async def test_a_frame_without_a_mask_ends_the_connection(live, first):
    """Clients mask their frames; the first that is not fails the connection."""
    async with upgraded(live) as raw:
        await raw.send(first + frame(SETUP, masked=False))
        assert await raw.close_code() == 1002


async def test_masked_frames_may_come_in_any_pieces(live):
    """With the request, byte by byte, or several at once: all are followed."""
    async with upgraded(live, early=frame(SETUP)[:3]) as raw:
        for byte in frame(SETUP)[3:]:
            await raw.send(bytes([byte]))
        opcode, payload = await raw.receive()
        assert (opcode, json.loads(payload)) == (2, {"setupComplete": {}})
        await raw.send(frame(b"hi", code=9) + frame(b"ho", code=9) + frame(b"{}" * 200))
        assert [await raw.receive(), await raw.receive()] == [(10, b"hi"), (10, b"ho")]
        assert await raw.close_code() == 1007


@rule(guessed("limit of this emulator; the service's is not known"), "limits.frame")
async def test_a_frame_beyond_the_limit_is_not_taken_in(live):
    """The announced length is enough for 1009; nobody waits for the payload."""
    async with upgraded(live) as raw:
        head = bytes([0x80 | TEXT_FRAME, 0xFF]) + struct.pack(">Q", MAX_FRAME_BYTES)
        await raw.send(frame(SETUP) + head + bytes(4))
        assert await raw.close_code() == 1009


async def test_parts_of_a_message_count_together(live):
    """A message in many frames is limited like one in a single frame."""
    async with upgraded(live) as raw:
        await raw.send(frame(SETUP))
        part, code = bytes(2**20), TEXT_FRAME
        try:
            for _ in range(MAX_FRAME_BYTES // len(part) + 1):
                await raw.send(frame(part, end=False, code=code))
                code = 0
        except ConnectionError:
            pass
        assert await raw.close_code() in (1009, -1)


async def test_headers_that_are_no_utf_8_can_be_shown(live):
    """The inspector's list of sessions goes on after an odd User-Agent."""
    headers = b"User-Agent: caf\xe9\r\nX-Goog-Api-Client: \xff\r\n"
    async with upgraded(live, headers) as raw:
        await raw.send(frame(SETUP))
        await raw.receive()
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{live.url}/inspector/events") as events,
            asyncio.timeout(20),
        ):
            seen = ""
            while "caf\ufffd" not in seen:
                seen += (await events.content.readline()).decode()


# --- waiting


@asynccontextmanager
async def impatient(monkeypatch) -> AsyncIterator[Emulator]:
    """Run an emulator that waits for half a second where it waits for ten."""
    monkeypatch.setattr(server, "REQUEST_WITHIN_S", 0.5)
    monkeypatch.setattr(server, "SETUP_WITHIN_S", 0.5)
    monkeypatch.setattr(server, "MAX_SILENT", 2)
    async with Emulator() as live:
        yield live


async def test_a_request_has_to_come_whole(monkeypatch):
    """Half a head is not waited for, half a body gets 408."""
    async with impatient(monkeypatch) as live:
        assert await answer_to(live, b"GET /emulator HTTP/1.1\r\nHost: 127") == b""
        half = f"POST {TEXT}:generateContent?key=k HTTP/1.1\r\nHost: localhost\r\n"
        half += "Content-Length: 100\r\n\r\n{"
        assert b" 408 " in await answer_to(live, half.encode())


async def test_sessions_without_a_setup_are_bounded(monkeypatch, caplog):
    """The oldest makes room for a new one, but not before its time."""
    async with impatient(monkeypatch) as live:
        async with upgraded(live) as oldest, upgraded(live):
            async with upgraded(live) as refused:
                assert refused.status == "503"
            status = "503"
            async with asyncio.timeout(20):
                while status == "503":
                    async with upgraded(live) as late:
                        status = late.status
            assert await oldest.close_code() == -1
        assert "is dropped: no setup came" in caplog.text


async def test_silent_clients_of_a_recording_are_bounded(monkeypatch, tmp_path):
    """A replay, too, takes only so many that say nothing."""
    recording = tmp_path / "talk.jsonl"
    said = FrameEvent(0.0, "client", SETUP, True)
    recording.write_bytes(header_line("0.1.0", "today") + event_line(1, said))
    monkeypatch.setattr(server, "MAX_SILENT", 2)
    with Emulator(replay=recording) as live:
        async with upgraded(live) as one, upgraded(live):
            async with upgraded(live) as refused:
                assert refused.status == "503"
            await one.send(frame(SETUP))
            status = "503"
            async with asyncio.timeout(20):
                while status == "503":
                    async with upgraded(live) as late:
                        status = late.status


async def test_a_session_with_its_setup_does_not_count(monkeypatch):
    """Any number of sessions may be open that have said what they want."""
    async with (
        impatient(monkeypatch) as live,
        upgraded(live) as one,
        upgraded(live) as two,
    ):
        for raw in (one, two):
            await raw.send(frame(SETUP))
            await raw.receive()
        async with upgraded(live) as three:
            assert three.status == "101"


@pytest.mark.parametrize(
    "header", [b"X-Goog-Api-Key: AIzaSECRET\x01", b"Cookie: SECRET" + b"x" * 9000]
)
async def test_malformed_requests_are_not_quoted_in_the_log(live, caplog, header):
    """They may hold keys and tokens."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n\r\n"
    assert b" 400 " in await answer_to(live, request)
    assert "SECRET" not in caplog.text


async def test_a_client_that_leaves_within_its_body(live, caplog):
    """It leaves no traceback."""
    port = int(live.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {TEXT}:generateContent?key=k HTTP/1.1\r\nHost: localhost\r\n"
    writer.write(head.encode() + b"Content-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()
    assert (await post(live, f"{TEXT}:generateContent", spoken("hello")))[0] == 200
    assert "Traceback" not in caplog.text


# --- calls beside the live ones


@rule(documented("limits of the models"), "unary.errors")
async def test_more_text_than_a_model_takes(live):
    """It is refused before a word of it is spoken."""
    body = spoken("hello there. " * 3_000)
    status, _, answer = await post(live, f"{SPEECH}:generateContent", body)
    assert status == 400
    assert answer["error"]["message"] == (
        "The input token count (9750) exceeds the maximum number of tokens allowed "
        "(8192)."
    )


@rule(documented("limits of the models"), "unary.generateContent")
async def test_speech_ends_at_the_models_limit(live, monkeypatch):
    """The answer is cut there, and says so."""
    monkeypatch.setattr("live_emulator.serving.unary_api._BYTES_PER_TOKEN", 1)
    body = spoken("hello there")
    _, _, answer = await post(live, f"{SPEECH}:generateContent", body)
    [candidate] = answer["candidates"]
    assert candidate["finishReason"] == "MAX_TOKENS"


async def test_speech_stops_when_the_client_has_left(live, monkeypatch):
    """No further piece of it is made."""
    stopped = asyncio.Event()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def speak(text: str, **_: Any) -> AsyncIterator[Any]:
        try:
            while True:
                loop.call_soon_threadsafe(begun.set)
                await asyncio.sleep(0)
                yield type("Piece", (), {"pcm": b""})()
        finally:
            loop.call_soon_threadsafe(stopped.set)

    monkeypatch.setattr(
        "live_emulator.voice.speaking.speaker.SpeechWorker.speak",
        lambda _, text, **more: speak(text, **more),
    )
    asking = asyncio.create_task(post(live, f"{SPEECH}:generateContent", spoken("a")))
    async with asyncio.timeout(20):
        await begun.wait()
        asking.cancel()
        await stopped.wait()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1beta/models/nothing", spoken("hello"), 404),
        (TEXT, {}, 400),
        (TEXT, {"contents": [{"parts": [{"text": 3, "nothing": 4}]}]}, 400),
        (SPEECH, spoken("hello there. " * 3_000), 400),
    ],
)
@rule(documented("REST reference"), "unary.streamGenerateContent")
async def test_a_refused_stream_has_a_status(live, path, body, status):
    """Nothing of a stream is sent before it is known to begin."""
    path = f"{path}:streamGenerateContent?alt=sse"
    found, kind, answer = await post(live, path, body)
    assert (found, kind) == (status, "application/json")
    assert answer["error"]["code"] == status


async def test_a_relay_does_not_call_itself(tmp_path):
    """An upstream that leads back is told from the first request that returns."""
    with Emulator(record=tmp_path / "loop.jsonl", upstream="http://localhost:1") as one:
        relay = one._server.substitute  # noqa: SLF001
        assert isinstance(relay, recording_relay.RecordingRelay)
        relay._upstream._base = one.url  # noqa: SLF001
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{one.url}/v1beta/models?key=k") as answer,
        ):
            assert answer.status == 508
            assert "leads back" in await answer.text()


@pytest.mark.parametrize("pair", ['{"a":', "["])
async def test_values_of_any_depth_have_a_close(live, pair):
    """What is shown of them in the reason is cut without being walked through."""
    ends = {'{"a":': "}", "[": "]"}[pair] * 1000
    setup = f'{{"setup": {{"model": {pair * 1000}1{ends}}}}}'
    async with upgraded(live) as raw:
        await raw.send(frame(setup.encode()))
        assert await raw.close_code() == 1007


async def test_many_results_that_nobody_asked_for(live, caplog):
    """One line of the log says so, not one for each."""
    results = [{"id": str(number), "name": "f", "response": {}} for number in range(50)]
    told = json.dumps({"toolResponse": {"functionResponses": results}})
    async with upgraded(live) as raw:
        await raw.send(frame(SETUP) + frame(told.encode()) + frame(b"{"))
        assert await raw.close_code() == 1007
    assert caplog.text.count("A functionResponse was ignored") == 1


async def test_a_wav_file_of_many_empty_chunks(live):
    """It is refused before all of them are read."""
    wav = b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 2_000
    wav += b"fmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    wav += b"data\x02\0\0\0\0\0"
    blob = {"data": base64.b64encode(wav).decode(), "mimeType": "audio/wav"}
    told = json.dumps({"realtimeInput": {"audio": blob}})
    async with upgraded(live) as raw:
        await raw.send(frame(SETUP) + frame(told.encode()))
        assert await raw.close_code() == 1007


async def test_large_requests_wait_for_each_other(live, monkeypatch):
    """So many are in memory at a time; small ones pass them, and all are answered."""
    large = json.dumps(spoken("x" * (LARGE_BODY_BYTES + 1))).encode()
    head = f"POST {TEXT}:generateContent?key=k HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Content-Length: {len(large)}\r\nConnection: close\r\n\r\n"
    port = int(live.url.rpartition(":")[2])

    async def begin() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        return reader, writer

    held = [await begin() for _ in range(MAX_LARGE_BODIES)]
    async with asyncio.timeout(20):
        while not live._server._large_bodies.locked():  # noqa: ASYNC110 - in a thread
            await asyncio.sleep(0.01)
    reader, writer = await begin()
    writer.write(large)
    late = asyncio.create_task(reader.read())
    assert (await post(live, f"{TEXT}:generateContent", spoken("hello")))[0] == 200
    assert not late.done()
    held[0][1].write(large)
    assert b" 200 " in (await held[0][0].read())[:20]
    assert b" 200 " in (await late)[:20]
    for _, line in [*held, (reader, writer)]:
        line.close()
