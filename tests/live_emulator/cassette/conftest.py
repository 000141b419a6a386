"""An emulator to relay to, whose sessions are quick, and raw clients."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from live_emulator.brain import ScriptedBrain
from live_emulator.emulator import Emulator

GEMINI = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SETUP = {
    "setup": {
        "model": "models/gemini-3.8-live",
        "generationConfig": {"temperature": 0.7},
    }
}


def typed(text):
    """Return a typed turn."""
    turns = [{"role": "user", "parts": [{"text": text}]}]
    return {"clientContent": {"turns": turns, "turnComplete": True}}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Emulator]:
    """Run the emulator at the far end."""
    brain = ScriptedBrain({"hello": "Good day.", "bye": "Farewell."})
    with Emulator(brain=brain, speed=10) as emulator:
        yield emulator


@pytest.fixture
def file(tmp_path) -> Path:
    """Return a path for a recording."""
    return tmp_path / "talk.jsonl"


def lines_of(file: Path) -> list[dict]:
    """Return the lines of a recording, without its header."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()][1:]


def open_socket(live, path=GEMINI, query="key=any-key-at-all", **options) -> connect:
    """Open a raw socket to an emulator, or to any address."""
    url = live if isinstance(live, str) else live.url
    address = f"{url.replace('http', 'ws')}{path}?{query}"
    return connect(address, max_size=None, compression=None, proxy=None, **options)


async def until_turn_ends(socket: ClientConnection) -> list[bytes]:
    """Return the frames up to turnComplete."""
    frames = []
    async with asyncio.timeout(20):
        while True:
            frames.append(await socket.recv())
            if b'"turnComplete"' in frames[-1]:
                return frames


async def converse(live, *messages, **options) -> list[bytes]:
    """Set up, say something turn by turn, and return all that came back."""
    async with open_socket(live, **options) as socket:
        await socket.send(json.dumps(SETUP))
        frames = [await socket.recv()]
        for message in messages:
            await socket.send(json.dumps(message))
            frames += await until_turn_ends(socket)
    return frames


async def end_of(socket: ClientConnection) -> tuple[int, str]:
    """Return how the other side ends a session."""
    async with asyncio.timeout(10):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
