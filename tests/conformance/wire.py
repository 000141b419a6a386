"""Raw WebSockets, whoever is at the other end: frames in, frames out."""

import asyncio
import base64
import json
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from guide.backend import Backend

__all__ = ["Exchange", "Frame", "audio_frames", "close_of", "exchange", "open_wire"]

PATIENCE_S = 45.0
"""So long a turn may take; the service thinks, and a reply is played out."""

RECORDINGS = Path(__file__).resolve().parents[2] / "assets" / "audio"


@dataclass(frozen=True)
class Frame:
    """One frame of the server."""

    at_s: float
    """When it came, in seconds since the exchange began."""
    raw: bytes | str
    message: Mapping[str, Any]

    @property
    def content(self) -> Mapping[str, Any]:
        """Its serverContent; empty if it has none."""
        found: Mapping[str, Any] = self.message.get("serverContent", {})
        return found


@dataclass
class Exchange:
    """What the server sent."""

    frames: list[Frame] = field(default_factory=list)

    def contents(self, name: str) -> list[Any]:
        """Return the values of a field of serverContent, in order."""
        return [one.content[name] for one in self.frames if name in one.content]

    def text(self, name: str = "outputTranscription") -> str:
        """Return a transcript, joined as it came."""
        return "".join(one.get("text", "") for one in self.contents(name))

    def index(self, name: str) -> int:
        """Return where a field of serverContent comes first."""
        return [name in one.content for one in self.frames].index(True)

    def last_index(self, name: str) -> int:
        """Return where a field of serverContent comes last."""
        found = [name in one.content for one in self.frames]
        return len(found) - 1 - found[::-1].index(True)

    def audio(self) -> list[Mapping[str, Any]]:
        """Return the audio parts."""
        return [
            part["inlineData"]
            for turn in self.contents("modelTurn")
            for part in turn.get("parts", ())
            if "inlineData" in part
        ]

    def audio_s(self) -> float:
        """Return how long the audio plays."""
        pcm = sum(len(base64.b64decode(part["data"])) for part in self.audio())
        return pcm / 2 / 24_000

    def values(self, name: str) -> list[Any]:
        """Return the values of a field of the messages themselves."""
        return [one.message[name] for one in self.frames if name in one.message]


@asynccontextmanager
async def open_wire(
    backend: Backend,
    setup: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[ClientConnection]:
    """Open a socket; with a setup, wait until it is complete."""
    async with connect(
        backend.websocket_url(),
        additional_headers=backend.headers() if headers is None else headers,
        ssl=backend.ssl_context(),
        max_size=None,
        close_timeout=2,
    ) as socket:
        if setup is not None:
            await socket.send(json.dumps({"setup": setup}))
            async with asyncio.timeout(PATIENCE_S):
                while "setupComplete" not in json.loads(await socket.recv()):
                    pass
        yield socket


async def exchange(
    socket: ClientConnection,
    frames: Iterable[Mapping[str, Any]],
    until: Callable[[Frame], bool] = lambda frame: "turnComplete" in frame.content,
) -> Exchange:
    """Send frames and collect what comes, up to a frame."""
    began_s = time.monotonic()
    result = Exchange()
    for frame in frames:
        await socket.send(json.dumps(frame))
    async with asyncio.timeout(PATIENCE_S):
        while not result.frames or not until(result.frames[-1]):
            raw = await socket.recv()
            at_s = time.monotonic() - began_s
            result.frames.append(Frame(at_s, raw, json.loads(raw)))
    return result


async def close_of(
    backend: Backend,
    frames: Iterable[Mapping[str, Any]],
    *,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Send frames to a new session and return code and reason of its end."""
    async with open_wire(backend, headers=headers) as socket:
        try:
            async with asyncio.timeout(PATIENCE_S):
                for frame in frames:
                    await socket.send(json.dumps(frame))
                while True:
                    await socket.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "The connection was cut without a close."
            return closed.rcvd.code, closed.rcvd.reason


def audio_frames(name: str, *, encode: Callable[[bytes], bytes]) -> list[Any]:
    """Return a recording of assets/audio as realtimeInput of 40 ms each."""
    with wave.open(str(RECORDINGS / f"{name}.wav"), "rb") as recording:
        rate_hz = recording.getframerate()
        pcm = recording.readframes(recording.getnframes())
    step = rate_hz * 40 // 1000 * 2
    return [
        {
            "realtimeInput": {
                "audio": {
                    "data": encode(pcm[start : start + step]).decode("ascii"),
                    "mimeType": f"audio/pcm;rate={rate_hz}",
                }
            }
        }
        for start in range(0, len(pcm), step)
    ]
