"""Short conversations over a raw WebSocket, and what was seen in them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from live_emulator.brain import Brain, Fail, ScriptedBrain
from live_emulator.emulator import Emulator
from live_emulator.voice.types import Hearing, SpeechPiece

__all__ = ["CHUNKS", "DONE", "Seen", "cheap", "connect_to", "converse", "failing"]

PATH = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent?key=k"
SETUP = {"setup": {"model": "models/gemini-3.8-live"}}

CHUNKS = 5
"""What an answer is sent in: 40, 100, 200, 240 and 120 ms."""
_ANSWER = bytes(700 * 48)

DONE = 4000
"""The code that ends every conversation that has not ended before."""

SPEED = 20.0


class Beeper:
    """Speaks every sentence in the same silence."""

    async def speak(
        self, text: str, *, voice: str, language: str = "en-us"
    ) -> AsyncIterator[SpeechPiece]:
        """Yield all of it at once."""
        yield SpeechPiece(_ANSWER)


class Deaf:
    """Understands nothing."""

    def listen(self, phrases: Sequence[str] = (), on_interim: Any = None) -> "Deaf":
        """Open an utterance."""
        return self

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Take audio."""

    async def finish(self) -> Hearing:
        """Hear nothing."""
        return Hearing("")

    def drop(self) -> None:
        """Have nothing to forget."""


def failing() -> Brain:
    """Return a brain that fails as it is told by the question, then answers."""

    def answer(question: Any) -> list[Any]:
        asked = question.turns[-1].text
        return [*([Fail(asked)] if asked != "hello" else []), "Good day."]

    return ScriptedBrain({}, otherwise=_Answering(answer))


class _Answering:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def reply(self, question: Any) -> AsyncIterator[Any]:
        brain = ScriptedBrain([self._answer])
        async for part in brain.reply(question):
            yield part


def cheap(**options: Any) -> Emulator:
    """Return an emulator that starts at once, with a clock that is quick."""
    defaults = {"speed": SPEED, "brain": failing()}
    return Emulator(**(defaults | options), speaker=Beeper(), recogniser=Deaf())


@dataclass
class Seen:
    """What a client saw of a session."""

    names: list[str] = field(default_factory=list)
    """Of the messages: the fields of serverContent, or of the message."""
    code: int | None = None
    """1006 without a close frame."""
    reason: str = ""
    ponged: bool = False


async def connect_to(live: Emulator) -> ClientConnection:
    """Open a connection and send the setup."""
    url = live.url.replace("http", "ws") + PATH
    socket = await connect(url, proxy=None, ping_interval=None)
    await socket.send(json.dumps(SETUP))
    return socket


async def converse(socket: ClientConnection, question: str = "hello") -> Seen:
    """Ask, ping during the answer, and read until the end."""
    seen = Seen()
    pong: Any = None
    with suppress(ConnectionClosed):
        await socket.send(json.dumps({"realtimeInput": {"text": question}}))
        while True:
            _note(seen, await socket.recv())
            if pong is None and seen.names != ["setupComplete"]:
                pong = await socket.ping()
    if pong is not None and pong.done() and not pong.cancelled():
        seen.ponged = pong.exception() is None
    seen.code, seen.reason = socket.close_code, socket.close_reason or ""
    return seen


def _note(seen: Seen, frame: str | bytes) -> None:
    try:
        message = json.loads(frame)
    except ValueError:
        seen.names.append("broken")
        return
    content = message.get("serverContent", {})
    if "modelTurn" in content:
        data = content["modelTurn"]["parts"][0]["inlineData"]["data"]
        whole = len(data) % 4 == 0 and "*" not in data
        odd = whole and len(data) // 4 * 3 - data.count("=") & 1
        seen.names.append("broken" if odd or not whole else "chunk")
    elif content:
        seen.names += content
    else:
        seen.names += message


async def gather(*work: Any) -> list[Any]:
    """Run conversations side by side, within a time."""
    async with asyncio.timeout(60):
        return await asyncio.gather(*work)
