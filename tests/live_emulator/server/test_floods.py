"""Clients that send too much, too fast, or nothing: memory stays, others are served."""

import asyncio
import base64
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any

import aiohttp
import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from live_emulator.loopback.limits import MAX_SILENT

PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent?key=k"
SETUP = json.dumps({"setup": {"model": "models/gemini-3.8-live"}})
TURN = {"role": "user", "parts": [{"text": "What is two plus two?"}]}
HELLO = json.dumps({"clientContent": {"turns": [TURN], "turnComplete": True}})

ALLOWED_GROWTH = 24 * 2**20
"""Memory that may be taken for good while the same happens once more. What is sent
meanwhile is several times as much."""


class Victim:
    """An emulator in a process of its own, whose memory can be measured."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.port = int(url.rpartition(":")[2])
        self.url = url
        self._process = psutil.Process(process.pid)

    @property
    def memory(self) -> int:
        """What it holds in memory, in bytes, without its workers."""
        held: int = self._process.memory_info().rss
        return held

    def open(self) -> Any:
        """Open a socket without a setup."""
        address = f"ws://127.0.0.1:{self.port}{PATH}"
        return connect(address, compression=None, proxy=None, max_size=None)

    async def says(self, name: str) -> Any:
        """Return something the emulator says of itself."""
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.url}/emulator") as answer,
        ):
            return (await answer.json())[name]

    async def is_idle(self) -> None:
        """Wait until no session is left."""
        async with asyncio.timeout(20):
            while await self.says("sessions"):
                pass


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    """Run an emulator by its command line."""
    command = [sys.executable, "-m", "live_emulator", "--port", "0", "--speed", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Victim(process, process.stdout.readline().split()[-1])
        process.terminate()


async def converse(socket: ClientConnection) -> None:
    """Ask something and wait for the end of the answer."""
    await socket.send(HELLO)
    async with asyncio.timeout(20):
        while "turnComplete" not in json.loads(await socket.recv()).get(
            "serverContent", {}
        ):
            pass


def noise(seconds: float) -> Iterator[str]:
    """Yield frames of 40 ms of noise, a hundred different ones again and again."""
    source = random.Random(7)
    different = []
    for _ in range(100):
        data = base64.b64encode(source.randbytes(1280)).decode()
        blob = {"data": data, "mimeType": "audio/pcm;rate=16000"}
        different.append(json.dumps({"realtimeInput": {"audio": blob}}))
    for number in range(int(seconds * 25)):
        yield different[number % 100]


async def test_a_flood_of_audio(victim):
    """Minutes of audio, as fast as they go, are heard in bounded memory."""

    async def flood(seconds: float, done: asyncio.Event) -> None:
        async with victim.open() as socket:
            await socket.send(SETUP)
            while True:
                for frame in noise(seconds):
                    await socket.send(frame)
                await converse(socket)
                if done.is_set():
                    break

    done = asyncio.Event()
    done.set()
    await flood(10, done)
    before = victim.memory
    async with victim.open() as other:
        await other.send(SETUP)
        done.clear()
        flooding = asyncio.create_task(flood(180, done))
        await converse(other)
        done.set()
        await flooding
    assert victim.memory - before < ALLOWED_GROWTH


async def test_megabytes_of_text(victim):
    """Text that no context can hold ends its session and is not kept."""
    turn = {"role": "user", "parts": [{"text": "x" * 2**20}]}
    megabyte = json.dumps({"clientContent": {"turns": [turn]}})
    async with victim.open() as other:
        await other.send(SETUP)
        await converse(other)
        before = victim.memory
        async with victim.open() as socket:
            with pytest.raises(ConnectionClosed) as caught:
                await socket.send(SETUP)
                for _ in range(50):
                    await socket.send(megabyte)
                await converse(socket)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1007
        await converse(other)
    await victim.is_idle()
    assert victim.memory - before < ALLOWED_GROWTH


async def test_connections_that_never_say_anything(victim):
    """Hundreds of clients stop in the middle of a request; others are served."""
    tasks = await victim.says("tasks")
    beginnings = (b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\x16", b"\x16\x03\x01")
    writers = []
    for number in range(300):
        _, writer = await asyncio.open_connection("127.0.0.1", victim.port)
        writer.write(beginnings[number % len(beginnings)])
        writers.append(writer)
    async with victim.open() as other:
        await other.send(SETUP)
        await converse(other)
    for writer in writers:
        writer.transport.abort()
    async with asyncio.timeout(20):
        while await victim.says("tasks") > tasks:
            pass


async def test_thousands_of_sessions_without_a_setup(victim):
    """They cost little and leave nothing behind; those beyond a limit are refused."""
    request = (
        f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()

    async def knock() -> tuple[bytes, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", victim.port)
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        return answer.split()[1], writer

    async def a_crowd() -> int:
        came = await asyncio.gather(*(knock() for _ in range(200)))
        for _, writer in came:
            writer.transport.abort()
        statuses = [status for status, _ in came]
        assert set(statuses) <= {b"101", b"503"}
        return statuses.count(b"101")

    assert await a_crowd() >= MAX_SILENT
    await victim.is_idle()  # until then newcomers are refused, too
    before = victim.memory
    async with victim.open() as other:
        await other.send(SETUP)
        for _ in range(10):
            await a_crowd()
        await converse(other)
    await victim.is_idle()
    assert victim.memory - before < ALLOWED_GROWTH


LIMITED = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
runpy.run_module("live_emulator", run_name="__main__")
"""


@pytest.fixture
def limited() -> Iterator[tuple[Victim, IO[str]]]:
    """Run an emulator that may have few files open; yield it and its warnings."""
    command = [sys.executable, "-c", LIMITED, "--port", "0", "--speed", "10"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        yield Victim(process, process.stdout.readline().split()[-1]), process.stderr
        process.terminate()
        process.stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no such limit")
async def test_more_connections_than_the_system_allows(limited):
    """Out of file descriptors, the emulator goes on when some are free again."""
    victim, warnings = limited
    writers = []
    for _ in range(200):
        _, writer = await asyncio.open_connection("127.0.0.1", victim.port)
        writers.append(writer)
    warning = await asyncio.to_thread(warnings.readline)
    assert "A connection could not be accepted" in warning
    for writer in writers:
        writer.transport.abort()
    async with victim.open() as socket:
        await socket.send(SETUP)
        await converse(socket)
