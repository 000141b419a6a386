"""The desk on which a microphone hears a loudspeaker."""

import asyncio

import numpy as np

from chapter_02.devices import WavMicrophone, WavSpeaker
from chapter_02.room import WAY_MS, Room

CHUNK_MS = 40


class Hasty(WavMicrophone):
    """Speaks without a pause, as after the machine was held up."""

    async def chunks(self):
        while True:
            yield bytes(16 * CHUNK_MS * 2)


def test_an_echo_is_always_as_late_however_late_the_loudspeaker_is():
    """The microphone waits for what has not been played yet."""

    async def heard():
        speaker = WavSpeaker()
        room = Room(Hasty(b"", CHUNK_MS), speaker, echo_db=0)
        silence, click = bytes(24 * 20 * 2), np.full(24 * 20, 9000, "<i2").tobytes()
        ticks = [click, *[silence] * 9]
        chunks, pieces = room.chunks(), []
        async with asyncio.TaskGroup() as tasks:

            async def listen():
                while len(pieces) < 5:
                    pieces.append(await anext(chunks))

            tasks.create_task(listen())
            for tick in ticks:
                for _ in range(3):
                    await asyncio.sleep(0)
                speaker.on_played(tick)
        await chunks.aclose()
        return b"".join(pieces)

    samples = np.frombuffer(asyncio.run(heard()), "<i2")
    loud = np.flatnonzero(samples)
    assert abs(loud[0] / 16 - WAY_MS) < 1
    assert abs(loud[-1] / 16 - WAY_MS - 20) < 1
