"""Send the emulator a million messages that nobody would send on purpose.

python benchmarks/fuzz.py [--messages N] [--seed N] [--sockets N]

Valid messages are changed at random (keys dropped, moved and doubled, values of
other types, huge numbers, broken base64, cut and scrambled bytes) and sent over
many sockets at once. Beside them one session goes on talking. The run fails if
the emulator reports an uncaught exception, closes a socket with a code that is
none of the protocol's, or keeps the bystander waiting; what it prints is how fast
messages went, beside the same messages through a bare `websockets` echo.
"""

import argparse
import asyncio
import base64
import copy
import json
import random
import time
from collections import Counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.load import SETUP, ServerProcess, server
from benchmarks.machine import describe_machine

_PCM = base64.b64encode(bytes(1280)).decode()
_CORPUS: list[dict[str, Any]] = [
    json.loads(SETUP),
    {
        "setup": {
            "model": "models/gemini-3.8-live",
            "generationConfig": {
                "responseModalities": ["AUDIO"],
                "maxOutputTokens": 20,
                "speechConfig": {
                    "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}
                },
            },
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "tools": [
                {
                    "functionDeclarations": [
                        {
                            "name": "get_weather",
                            "parameters": {
                                "type": "OBJECT",
                                "properties": {"city": {"type": "STRING"}},
                            },
                        }
                    ]
                }
            ],
            "sessionResumption": {"handle": "58836b26-2e71-4453-912b-6e73a4a0e8ef"},
            "contextWindowCompression": {"slidingWindow": {"targetTokens": "50"}},
        }
    },
    {
        "clientContent": {
            "turns": [{"role": "user", "parts": [{"text": "hello"}]}],
            "turnComplete": True,
        }
    },
    {
        "clientContent": {
            "turns": [
                {
                    "role": "user",
                    "parts": [{"inlineData": {"mimeType": "image/png", "data": _PCM}}],
                }
            ]
        }
    },
    {"realtimeInput": {"audio": {"data": _PCM, "mimeType": "audio/pcm;rate=16000"}}},
    {"realtimeInput": {"video": {"data": _PCM, "mimeType": "image/jpeg"}}},
    {"realtimeInput": {"text": "hi"}},
    {"realtimeInput": {"activityStart": {}}},
    {"realtimeInput": {"activityEnd": {}}},
    {"realtimeInput": {"audioStreamEnd": True}},
    {"toolResponse": {"functionResponses": [{"id": "x", "response": {"a": 1}}]}},
    {"contextUpdate": {"tools": {"tools": []}}},
]
_WEIGHTS = [1, 2, 3, 1, 9, 1, 3, 1, 1, 4, 1, 3]
"""What ends a session even when it is well formed is rarer."""

_STRANGE: list[Any] = [
    None,
    True,
    -1,
    0.5,
    1e308,
    10**30,
    "",
    "\x00",
    "é\u2028",
    "x" * 3000,
    [],
    {},
    [[[]]],
    {"a": {"b": {}}},
    "AUDIO",
    "NO_INTERRUPTION",
]
_GOOD_CODES = {1000, 1003, 1007, 1008, 1009, 1011}
_PER_SOCKET = 20


class Mutator:
    """Makes messages, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def frame(self) -> str | bytes:
        """Return one frame."""
        choose = self._random
        message = copy.deepcopy(choose.choices(_CORPUS, _WEIGHTS)[0])
        for _ in range(choose.choice((0, 0, 0, 0, 0, 1, 1, 2, 4))):
            self._change(message)
        frame = json.dumps(message)
        if choose.random() < 0.02:
            return self._scramble(frame.encode())
        if choose.random() < 0.01:
            return choose.randbytes(choose.randrange(200))
        return frame

    def _change(self, message: dict[str, Any]) -> None:
        """Change one place of a message."""
        places = list(_places(message))
        if not places:
            return
        holder, key = self._random.choice(places)
        match self._random.randrange(5):
            case 0:
                del holder[key]
            case 1:
                holder[key] = self._strange()
            case 2 if isinstance(holder, dict):
                holder[self._random.choice(("bogus", str(key).swapcase()))] = holder[
                    key
                ]
            case 3:
                holder[key] = [holder[key], holder[key]]
            case _:
                other, other_key = self._random.choice(places)
                holder[key] = copy.deepcopy(other[other_key])

    def _strange(self) -> Any:
        return copy.deepcopy(self._random.choice(_STRANGE))

    def _scramble(self, frame: bytes) -> bytes:
        data = bytearray(frame)
        for _ in range(3):
            data[self._random.randrange(len(data))] = self._random.randrange(256)
        return bytes(data[: self._random.randrange(1, len(data) + 1)])


def _places(value: Any) -> Any:
    """Yield every holder and key of a message."""
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value, index
            yield from _places(value[index])


class Attack:
    """Sockets that send what they should not."""

    def __init__(self, target: ServerProcess, total: int) -> None:
        self._target = target
        self._total = total
        self.sent = 0
        self.taken = 0
        """Frames that the emulator took before it closed their socket."""
        self.closes: Counter[int] = Counter()

    async def run(self, mutator: Mutator, sockets: int) -> None:
        """Send until the emulator has taken all messages."""
        async with asyncio.TaskGroup() as group:
            for _ in range(sockets):
                group.create_task(self._one_after_another(mutator))
            while self.taken < self._total:
                await asyncio.sleep(1.0)
                self.taken = (await asyncio.to_thread(self._target.status))["taken"]

    async def _one_after_another(self, mutator: Mutator) -> None:
        while self.taken < self._total:
            async with self._target.socket() as socket:
                drain = asyncio.create_task(_drain(socket))
                try:
                    await socket.send(SETUP)
                    for _ in range(_PER_SOCKET):
                        await socket.send(mutator.frame())
                        self.sent += 1
                except ConnectionClosed:
                    pass
                if socket.close_code is None:
                    await socket.close()
                await drain
                self.closes[socket.close_code or 0] += 1


async def _drain(socket: ClientConnection) -> None:
    try:
        async for _ in socket:
            pass
    except ConnectionClosed:
        pass


async def bystander(target: ServerProcess, stop: asyncio.Event) -> int:
    """Talk on, and return how many turns were answered in time."""
    turns = 0
    while not stop.is_set():
        async with asyncio.timeout(60), target.socket() as socket:
            await socket.send(SETUP)
            for _ in range(5):  # then a new one, before its time is over
                await socket.send(json.dumps({"realtimeInput": {"text": "hello"}}))
                await _turn_complete(socket)
                turns += 1
    return turns


async def _turn_complete(socket: ClientConnection) -> None:
    while "turnComplete" not in json.loads(await socket.recv()).get(
        "serverContent", {}
    ):
        pass


def flooded(frames: list[str | bytes], url: str) -> float:
    """Return messages per second through a bare echo."""

    async def send() -> float:
        address = url.replace("http", "ws", 1)
        async with connect(address, compression=None, proxy=None) as socket:
            start = time.perf_counter()
            for frame in frames:
                await socket.send(frame)
                await socket.recv()
            return len(frames) / (time.perf_counter() - start)

    return asyncio.run(send())


async def attack(total: int, sockets: int, seed: int) -> tuple[Attack, int, float, str]:
    """Attack an emulator.

    Returns:
        What happened, turns beside it, seconds, and what the emulator complained of.

    """
    with server("live_emulator", "--port", "0", "--speed", "20") as live:
        stop = asyncio.Event()
        beside = asyncio.create_task(bystander(live, stop))
        attacking = Attack(live, total)
        start = time.perf_counter()
        await attacking.run(Mutator(seed), sockets)
        seconds = time.perf_counter() - start
        stop.set()
        turns = await beside
        return attacking, turns, seconds, live.complaints.read_text()


def main() -> int:
    """Read the options, run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--sockets", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(describe_machine())
    result, turns, seconds, complaints = asyncio.run(
        attack(options.messages, options.sockets, options.seed)
    )
    print(
        f"{result.taken} messages taken in {seconds:.0f} s, "
        f"{result.taken / seconds:.0f}/s; {result.sent} were sent, the rest after "
        "their socket was closed"
    )
    print(f"closes by code: {dict(sorted(result.closes.items()))}")
    print(f"the session beside it was answered {turns} times")
    mutator = Mutator(options.seed)
    with server("benchmarks.echo_server") as echo:
        rate = flooded([mutator.frame() for _ in range(20_000)], echo.url)
    print(f"the same messages through one bare echo (baseline): {rate:.0f}/s")
    bad = set(result.closes) - _GOOD_CODES
    if bad or not turns or complaints:
        print(f"FAILED: close codes {bad}, {turns} turns beside it\n{complaints}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
