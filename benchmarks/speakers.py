"""How much longer an answer takes when others speak at the same moment.

python benchmarks/speakers.py [--speakers N ...] [--rounds M]

Each speaker has a session of its own and says a short command in real time; all of
them end within the same half second, the worst moment for recognisers that share a
few processes. The baselines, in the same run: one speaker alone, and the round trip
of one of the chunks through a bare `websockets` echo.
"""

import argparse
import asyncio
import json
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection

from benchmarks.latency import (
    COMMANDS,
    DEFAULT_SILENCE_MS,
    echo_round_trips,
    first_sound,
    record,
    row,
    until_turn_ends,
)
from benchmarks.load import SETUP, ServerProcess, server
from benchmarks.machine import describe_machine
from live_emulator.voice import SpeechWorker

_SPREAD_S = 0.5
_PATIENCE_S = 120.0
"""More speakers than the processors can follow wait for one another."""

Recording = tuple[bytes, float]


async def speak(socket: ClientConnection, recording: Recording, wait_s: float) -> float:
    """Say one command; return ms from its end to the first audio, less the silence."""
    await asyncio.sleep(wait_s)
    answered_s = await first_sound(socket, *recording, _PATIENCE_S)
    await until_turn_ends(socket)
    return answered_s * 1000 - DEFAULT_SILENCE_MS


async def together(
    live: ServerProcess, recordings: Sequence[Recording], speakers: int, rounds: int
) -> list[float]:
    """Return what each of so many speakers had to wait, in ms."""
    waits: list[float] = []
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(live.socket()) for _ in range(speakers)
        ]
        for socket in sockets:
            await socket.send(SETUP)
            assert "setupComplete" in json.loads(await socket.recv())
        longest_s = max(end_s for _, end_s in recordings)
        for number in range(rounds):
            async with asyncio.TaskGroup() as group:
                speaking = []
                for place, socket in enumerate(sockets):
                    recording = recordings[(place + number) % len(recordings)]
                    # All end together, but for a spread as people have it.
                    wait_s = longest_s - recording[1] + _SPREAD_S * place / speakers
                    speaking.append(group.create_task(speak(socket, recording, wait_s)))
            waits += [one.result() for one in speaking]
    return waits


async def run(counts: Sequence[int], rounds: int) -> None:
    """Measure and print."""
    print(describe_machine())
    print(f"{len(COMMANDS)} commands, at least {rounds} rounds\n")
    print(f"{'milliseconds':<50}{'median':>9}{'p95':>9}")
    print(row("round trip of a chunk, bare echo", await echo_round_trips(500)))
    async with SpeechWorker() as speaker:
        recordings = [await record(speaker, text) for text in COMMANDS]
    with server("live_emulator", "--port", "0") as live:
        await together(live, recordings, 1, 1)  # warm up
        alone = 0.0
        for count in counts:
            enough = max(rounds, -(-12 // count))
            waits = await together(live, recordings, count, enough)
            print(row(f"beyond the silence, {count} at the same time", waits))
            alone = alone or statistics.median(waits)
            print(f"  {statistics.median(waits) / alone:.1f} times the first row of us")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speakers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    options = parser.parse_args()
    asyncio.run(run(options.speakers, options.rounds))


if __name__ == "__main__":
    main()
