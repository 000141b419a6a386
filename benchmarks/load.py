"""Load for the emulator: server processes, and microphones in a quiet room."""

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import numpy as np
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode

__all__ = [
    "CHUNK_MS",
    "LIVE_PATH",
    "SETUP",
    "Microphones",
    "ServerProcess",
    "quiet_frames",
    "server",
]

CHUNK_MS = 40
LIVE_PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"
SETUP = json.dumps({"setup": {"model": "models/gemini-3.8-live"}})

_CHUNK_SAMPLES = 640
_SLICES = 4
"""The microphones of a load don't tick together: a quarter every 10 ms."""


@dataclass
class ServerProcess:
    """A server of its own process, and what it uses."""

    url: str
    process: psutil.Process
    complaints: Path
    """What it writes to its standard error."""

    def cpu_s(self) -> float:
        """Return the processor time used so far, without its workers."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rss_bytes(self) -> int:
        """Return the memory in use, without its workers."""
        return int(self.process.memory_info().rss)

    def status(self) -> dict[str, Any]:
        """Return what the emulator says of itself."""
        with urlopen(f"{self.url}/emulator", timeout=60) as answer:
            return dict(json.load(answer))

    def socket(self, path: str = f"{LIVE_PATH}?key=benchmark") -> connect:
        """Open a WebSocket to it."""
        return connect(
            self.url.replace("http", "ws", 1) + path,
            compression=None,
            max_size=None,
            proxy=None,
            ping_interval=None,
            open_timeout=60,
        )


@contextmanager
def server(
    module: str, *arguments: str, code: Path | None = None
) -> Iterator[ServerProcess]:
    """Run `python -m module`, of another folder if it is given; wait for its line."""
    with TemporaryDirectory() as folder:
        complaints = Path(folder) / "stderr.txt"
        with complaints.open("w") as stderr:
            started = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=code,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
            try:
                assert started.stdout is not None
                url = started.stdout.readline().split()[-1]
                yield ServerProcess(url, psutil.Process(started.pid), complaints)
            finally:
                started.terminate()
                started.wait()


def quiet_frames(level: float = 30.0) -> list[str]:
    """Return a second of room noise (RMS of `level`) as realtimeInput frames."""
    random = np.random.default_rng(7)
    frames = []
    for _ in range(1000 // CHUNK_MS):
        noise = random.standard_normal(_CHUNK_SAMPLES) * level
        data = base64.b64encode(noise.astype("<i2").tobytes()).decode()
        blob = {"data": data, "mimeType": "audio/pcm;rate=16000"}
        frames.append(json.dumps({"realtimeInput": {"audio": blob}}))
    return frames


class Microphones:
    """Many sessions that stream in real time while nobody speaks."""

    def __init__(self, sockets: list[ClientConnection]) -> None:
        self._sockets = sockets
        self._readers = [asyncio.create_task(_drain(one)) for one in sockets]
        self._frames = [_on_the_wire(frame) for frame in quiet_frames()]
        self.chunks = 0
        """Chunks that each microphone has sent."""
        self.latest_s = 0.0
        """How late the slowest tick was: the client's own doing."""

    @classmethod
    async def open(
        cls, target: ServerProcess, count: int, set_up: bool = True
    ) -> "Microphones":
        """Open so many sessions."""
        sockets = []
        for _ in range(count):
            socket = await target.socket()
            if set_up:
                await socket.send(SETUP)
                await socket.recv()
            sockets.append(socket)
        return cls(sockets)

    async def stream(self, seconds: float) -> None:
        """Send as a microphone does, a chunk of 40 ms every 40 ms."""
        start = time.perf_counter()
        tick_s = CHUNK_MS / 1000 / _SLICES
        for tick in range(round(seconds / tick_s)):
            part = tick % _SLICES
            frame = self._frames[self.chunks % len(self._frames)]
            for socket in self._sockets[part::_SLICES]:
                socket.transport.write(frame)
            if part == _SLICES - 1:
                self.chunks += 1
            left_s = start + (tick + 1) * tick_s - time.perf_counter()
            self.latest_s = max(self.latest_s, -left_s)
            await asyncio.sleep(max(0.0, left_s))

    def close(self) -> None:
        """Hang up."""
        for reader in self._readers:
            reader.cancel()
        for socket in self._sockets:
            socket.transport.abort()


def _on_the_wire(text: str) -> bytes:
    """Return a frame as its bytes, masked once.

    So that the load takes next to nothing of the processor that it measures.
    """
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


async def _drain(socket: ClientConnection) -> None:
    """Read and forget what comes back."""
    async for _ in socket:
        pass
