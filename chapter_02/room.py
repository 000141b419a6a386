"""A desk where a microphone hears a loudspeaker, to try out what that does.

No device is involved, only their stand-ins. Chapter 2 uses this module.
"""

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from chapter_01.exchange import INPUT_RATE_HZ, OUTPUT_RATE_HZ
from chapter_02.devices import WavMicrophone, WavSpeaker

__all__ = ["WAY_MS", "Room"]

WAY_MS = 80
"""From the loudspeaker's buffer through the air and into the microphone's."""


class Room:
    """A microphone that hears, besides its recording, what a loudspeaker plays.

    Args:
        microphone: Speaks for the user.
        speaker: Plays the model's answers into the room. It must be open, because
            the microphone hears nothing that has not been played.
        echo_db: How loud they are at the microphone; 0 is full loudness.

    """

    def __init__(
        self, microphone: WavMicrophone, speaker: WavSpeaker, echo_db: float = -30.0
    ) -> None:
        self.rate_hz = microphone.rate_hz
        self.chunk_ms = microphone.chunk_ms
        self._microphone = microphone
        self._gain = 10 ** (echo_db / 20)
        self._air = bytearray(OUTPUT_RATE_HZ * WAY_MS // 1000 * 2)
        self._has_played = asyncio.Event()
        speaker.on_played = self._play

    def _play(self, pcm: bytes) -> None:
        self._air.extend(pcm)
        self._has_played.set()

    @property
    def has_ended(self) -> bool:
        """Whether the recording is over; the loudspeaker may go on."""
        return self._microphone.has_ended

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield what the microphone hears of both."""
        played_bytes = OUTPUT_RATE_HZ * self.chunk_ms // 1000 * 2
        async for chunk in self._microphone.chunks():
            # On a busy machine the loudspeaker may be late. In a room the way of the
            # sound never changes, so the microphone waits for it.
            while len(self._air) < played_bytes:
                self._has_played.clear()
                await self._has_played.wait()
            played = bytes(self._air[:played_bytes])
            del self._air[:played_bytes]
            spoken = np.frombuffer(chunk, "<i2")
            # Good enough for an echo; chapter 4 resamples properly.
            places = np.arange(len(spoken)) * OUTPUT_RATE_HZ / INPUT_RATE_HZ
            samples = np.frombuffer(played, "<i2")
            echo = np.interp(places, np.arange(len(samples)), samples) * self._gain
            yield np.clip(spoken + echo, -32768, 32767).astype("<i2").tobytes()
