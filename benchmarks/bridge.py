"""What the bridge of chapter 8 adds, and how many conversations a core carries.

python benchmarks/bridge.py [--conversations N ...] [--seconds S]

Pages, server and a stand-in for the service are a process each. Every page sends a
chunk of 20 ms each 20 ms, the stand-in sends it back at once, and a time in the chunk
says how long that took. The baseline, in the same run, is the same pages at the
stand-in itself.
"""

import argparse
import asyncio
import base64
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psutil
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks.machine import describe_machine  # noqa: E402
from chapter_08.page_client import PageClient, get_cookie  # noqa: E402
from chapter_08.piece_decoder import PieceDecoder  # noqa: E402
from guide.audio_files import decode_speech  # noqa: E402

CHUNK_S = 0.02
CHUNK_BYTES = 640
SLICES = 4
"""Microphones don't tick together: a quarter of them every 5 ms."""

HEAD = '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":'
HEAD += '"audio/pcm;rate=24000","data":"'
TAIL = '"}}]}}}'


async def stand_in() -> None:
    """Serve the Live API's messages: a setup is accepted, and audio sent back."""

    async def answer(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"setupComplete":{}}')
        with suppress(ConnectionClosed):
            async for text in socket:
                # As it comes from json.dumps: the audio is the last text in it.
                assert isinstance(text, str)
                if (at := text.find('"data": "')) >= 0:
                    await socket.send(f"{HEAD}{text[at + 9 : -4]}{TAIL}")

    def say_name(_socket: ServerConnection, request: Request) -> Response | None:
        if "upgrade" in {name.lower() for name in request.headers}:
            return None
        body = b'{"name": "live_emulator"}'
        headers = Headers({"Content-Length": str(len(body)), "Connection": "close"})
        return Response(HTTPStatus.OK, "OK", headers, body)

    async with serve(
        answer, "127.0.0.1", 0, compression=None, process_request=say_name
    ) as server:
        print(
            f"Ready: http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True
        )
        await asyncio.Future()


@contextmanager
def started(*command: str, **variables: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run a program that says where it listens; yields that and the process."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1]
        yield address.removesuffix("/chapter_08"), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Pages:
    """Many pages, each with its connection."""

    def __init__(self) -> None:
        self.trips_ms: list[float] = []
        self._sockets: list[ClientConnection] = []
        self._readers: list[asyncio.Task[None]] = []
        self._is_direct = False

    async def open_direct(self, url: str, count: int) -> None:
        """Connect to the stand-in itself."""
        self._is_direct = True
        for _ in range(count):
            socket = await connect(url.replace("http", "ws", 1), compression=None)
            await socket.send("{}")
            await socket.recv()
            self._add(socket)

    async def open_bridged(
        self, opened: AsyncExitStack, url: str, count: int, **start: Any
    ) -> None:
        """Connect to the server, three for each user."""
        cookie = ""
        for number in range(count):
            if number % 3 == 0:
                cookie = await get_cookie(url)
            client = await opened.enter_async_context(
                PageClient.connect(url, cookie, **start)
            )
            self._add(client._socket)

    async def talk(self, seconds: float) -> None:
        """Send from all, in time, and note each round trip."""
        clock = asyncio.get_running_loop().time
        began_s, ticks = clock(), int(seconds / CHUNK_S * SLICES)
        for tick in range(ticks):
            await asyncio.sleep(max(0.0, began_s + tick * CHUNK_S / SLICES - clock()))
            for socket in self._sockets[tick % SLICES :: SLICES]:
                await socket.send(self._chunk())
        await asyncio.sleep(0.5)

    def close(self) -> None:
        """Stop reading."""
        for reader in self._readers:
            reader.cancel()

    def _add(self, socket: ClientConnection) -> None:
        self._sockets.append(socket)
        self._readers.append(asyncio.create_task(self._read(socket)))

    def _chunk(self) -> str | bytes:
        chunk = struct.pack("<d", time.perf_counter()) + bytes(CHUNK_BYTES - 8)
        if not self._is_direct:
            return chunk
        data = base64.b64encode(chunk).decode()
        audio = {"mimeType": "audio/pcm;rate=16000", "data": data}
        return json.dumps({"realtimeInput": {"audio": audio}})

    async def _read(self, socket: ClientConnection) -> None:
        async for message in socket:
            now_s = time.perf_counter()
            if self._is_direct:
                assert isinstance(message, str)
                message = base64.b64decode(message[len(HEAD) : len(HEAD) + 12])
            elif isinstance(message, str):
                continue
            (sent_s,) = struct.unpack_from("<d", message)
            self.trips_ms.append((now_s - sent_s) * 1000)


async def direct(url: str, count: int, seconds: float) -> list[float]:
    """Return the round trips without a bridge."""
    pages = Pages()
    await pages.open_direct(url, count)
    await pages.talk(1.0)
    pages.trips_ms.clear()
    await pages.talk(seconds)
    pages.close()
    return pages.trips_ms


async def bridged(
    url: str, process: psutil.Process, count: int, seconds: float
) -> tuple[list[float], float, float]:
    """Return round trips, the cores that the server took, and KiB a conversation."""
    before = process.memory_info().rss
    async with AsyncExitStack() as opened:
        pages = Pages()
        await pages.open_bridged(opened, url, count)
        await pages.talk(1.0)
        memory = (process.memory_info().rss - before) / count / 1024
        pages.trips_ms.clear()
        began, began_s = sum(process.cpu_times()[:2]), time.perf_counter()
        await pages.talk(seconds)
        cores = (sum(process.cpu_times()[:2]) - began) / (time.perf_counter() - began_s)
        pages.close()
    return pages.trips_ms, cores, memory


async def decoding_memory(url: str, process: psutil.Process, count: int) -> float:
    """Return KiB a conversation whose recording is decoded."""
    pieces = recorded_pieces()
    async with AsyncExitStack() as opened:
        before, clients = process.memory_info().rss, []
        for number in range(count):
            if number % 3 == 0:
                cookie = await get_cookie(url)
            clients.append(
                await opened.enter_async_context(
                    PageClient.connect(url, cookie, format="webm")
                )
            )
        for piece in pieces:
            for client in clients:
                await client.send_audio(piece)
            await asyncio.sleep(0.1)
        return (process.memory_info().rss - before) / count / 1024


def recorded_pieces() -> list[bytes]:
    """Return the recording of assets/audio, piece by piece."""
    folder, pieces, at = REPOSITORY / "assets" / "audio", [], 0
    about = json.loads((folder / "browser-recording.json").read_text("utf-8"))
    data = (folder / "browser-recording.webm").read_bytes()
    for length in about["piece_bytes"]:
        pieces.append(data[at : at + length])
        at += length
    return pieces


def decoding_ms(rounds: int = 40) -> tuple[float, float]:
    """Return ms of processor for a second of sound: piece by piece, and as a whole."""
    pieces, seconds = recorded_pieces(), 0.0
    began_s = time.process_time()
    for _ in range(rounds):
        decoder = PieceDecoder("webm")
        for piece in pieces:
            seconds += sum(map(len, decoder.feed(piece))) / 32_000
    ours = (time.process_time() - began_s) * 1000 / seconds
    began_s, whole = time.process_time(), b"".join(pieces)
    for _ in range(rounds):
        decode_speech(whole)
    return ours, (time.process_time() - began_s) * 1000 / seconds


def percentiles(times: Sequence[float]) -> tuple[float, float, float]:
    """Return p50, p95 and p99."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


async def main(counts: Sequence[int], seconds: float) -> None:
    """Measure, and print one line for each number of conversations."""
    print(describe_machine())
    ours, whole = decoding_ms()
    print(
        f"decoding WebM: {ours:.1f} ms of processor a second piece by piece, "
        f"{whole:.1f} as a whole file ({ours / whole:.2f}×)"
    )
    print("chunks of 20 ms both ways; ms p50/p95/p99 of the round trip")
    with started(__file__, "--stand-in") as (service, _):
        for count in counts:
            bare = await direct(service, count, seconds)
            with (
                tempfile.TemporaryDirectory() as folder,
                started(
                    *("chapter_08/server.py", "--port", "0"),
                    LIVE_EMULATOR_URL=service,
                    LIVE_BRIDGE_FOLDER=folder,
                ) as (url, process),
            ):
                trips, cores, memory = await bridged(url, process, count, seconds)
                decoding = await decoding_memory(url, process, min(count, 60))
            low, high = percentiles(bare), percentiles(trips)
            each_way = (high[1] - low[1]) / 2
            print(
                f"{count:4} conversations: direct {_line(low)}, bridged {_line(high)}; "
                f"added each way {each_way:.1f} at p95; {cores:.2f} core, so "
                f"{count / cores:.0f} a core; {memory:.0f} KiB each, "
                f"{decoding:.0f} with decoding"
            )


def _line(values: tuple[float, float, float]) -> str:
    return "/".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--conversations", type=int, nargs="+", default=[10, 50, 100])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--stand-in", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    uvloop.run(
        stand_in() if options.stand_in else main(options.conversations, options.seconds)
    )
