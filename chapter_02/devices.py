"""A microphone and a loudspeaker, and their stand-ins for files.

Both devices run in PortAudio's threads, through sounddevice, each as its own stream.
Their callbacks never wait: one puts a chunk into a queue, the other takes samples out
of a buffer. The stand-ins run at the same pace as the devices on any machine.

Chapter 2 explains this module. It knows nothing about sessions.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from itertools import count
from typing import Any, Protocol, Self

from chapter_01.exchange import CHUNK_MS, INPUT_RATE_HZ
from chapter_02.chunk_queue import ChunkQueue
from chapter_02.playback_buffer import PlaybackBuffer
from chapter_02.sound_card import (
    INSTEAD,
    DeviceError,
    close,
    input_rate_hz,
    load_sounddevice,
    start,
    unusable,
)

__all__ = [
    "QUEUED_MS",
    "SPEAKER_LATENCY_S",
    "Input",
    "Microphone",
    "Output",
    "Speaker",
    "WavMicrophone",
    "WavSpeaker",
]

QUEUED_MS = 2000
"""How far the program may fall behind the microphone before it loses audio."""

SPEAKER_LATENCY_S = 0.05
"""How far the loudspeaker is fed ahead. With less, sound starts and stops sooner,
but breaks up when the program is delayed for longer than that."""

_TICK_MS = 20
"""How often the loudspeaker's stand-in takes audio."""


class Input(Protocol):
    """What a conversation needs from a microphone."""

    rate_hz: int
    chunk_ms: int

    @property
    def has_ended(self) -> bool:
        """Whether only silence will follow."""
        ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield 16-bit mono PCM, a chunk at a time, as it is spoken."""
        ...


class Output(Protocol):
    """What a conversation needs from a loudspeaker."""

    playback: PlaybackBuffer
    is_gone: bool


class Microphone:
    """Records in chunks, from the moment the first is requested.

    If the device does not support 16 kHz, `rate_hz` is its own rate; the Live API
    takes any rate that the MIME type of the audio names.

    Raises:
        DeviceError: There is no such device, or it can't be opened; while reading,
            that it was unplugged or failed.

    """

    has_ended = False

    def __init__(
        self, device: int | str | None = None, chunk_ms: int = CHUNK_MS
    ) -> None:
        self.chunk_ms = chunk_ms
        self.rate_hz = INPUT_RATE_HZ
        self._device = device
        self._queue = ChunkQueue(QUEUED_MS // chunk_ms)
        self._is_gone = False

    @property
    def dropped(self) -> int:
        """How many chunks were lost because the program was too slow."""
        return self._queue.dropped

    async def __aenter__(self) -> Self:
        sounddevice = load_sounddevice()
        loop = asyncio.get_running_loop()

        def take(recorded: Any, *_: Any) -> None:
            loop.call_soon_threadsafe(self._queue.put, bytes(recorded))

        def end() -> None:
            self._is_gone = True
            self._queue.put(b"")

        try:
            self.rate_hz = input_rate_hz(sounddevice, self._device)
            self._stream = start(
                loop,
                sounddevice.RawInputStream,
                on_end=end,
                device=self._device,
                samplerate=self.rate_hz,
                blocksize=self.rate_hz * self.chunk_ms // 1000,
                callback=take,
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise unusable("microphone", error) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        close(self._stream)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield what is recorded from now on."""
        self._queue = ChunkQueue(QUEUED_MS // self.chunk_ms)
        while not self._is_gone and (chunk := await self._queue.get()):
            yield chunk
        raise DeviceError(f"The microphone is gone. Plug it in again, or {INSTEAD}")


class Speaker:
    """Plays what is in a buffer while it is open.

    Args:
        playback: What to play, at its rate; by default a new buffer.
        device: Number or name; by default the system's choice.

    Attributes:
        on_played: Gets everything that has been played, including silence, in the
            event loop's thread.
        is_gone: Whether the device was unplugged or failed.

    Raises:
        DeviceError: There is no such device, or it can't be opened.

    """

    def __init__(
        self,
        playback: PlaybackBuffer | None = None,
        device: int | str | None = None,
    ) -> None:
        self.on_played: Callable[[bytes], None] | None = None
        self.is_gone = False
        self.playback = playback or PlaybackBuffer()
        self._device = device

    async def __aenter__(self) -> Self:
        sounddevice = load_sounddevice()
        loop = asyncio.get_running_loop()

        def give(played: Any, frames: int, *_: Any) -> None:
            samples = self.playback.take(frames)
            played[:, 0] = samples
            if self.on_played:
                loop.call_soon_threadsafe(self.on_played, samples.tobytes())

        def end() -> None:
            self.is_gone = True

        try:
            self._stream = start(
                loop,
                sounddevice.OutputStream,
                on_end=end,
                device=self._device,
                samplerate=self.playback.rate_hz,
                latency=SPEAKER_LATENCY_S,
                callback=give,
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise unusable("loudspeaker", error) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        close(self._stream)


class WavMicrophone:
    """Plays a recording at the pace of speech, and silence after it."""

    def __init__(
        self, pcm: bytes, chunk_ms: int = CHUNK_MS, rate_hz: int = INPUT_RATE_HZ
    ) -> None:
        self.chunk_ms = chunk_ms
        self.rate_hz = rate_hz
        self._pcm = pcm
        self._spoken = 0

    @property
    def has_ended(self) -> bool:
        """Whether all of the recording has been spoken."""
        return self._spoken >= len(self._pcm)

    def say(self, pcm: bytes) -> None:
        """Speak this too, after what is being spoken."""
        self._pcm, self._spoken = self._pcm[self._spoken :] + pcm, 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield each chunk when its last sample has been spoken."""
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        chunk_bytes = self.rate_hz * self.chunk_ms // 1000 * 2
        for number in count(1):
            await asyncio.sleep(began_s + number * self.chunk_ms / 1000 - now_s())
            chunk = self._pcm[self._spoken : self._spoken + chunk_bytes]
            self._spoken += chunk_bytes
            yield chunk.ljust(chunk_bytes, b"\0")


class WavSpeaker:
    """Takes audio from a buffer as fast as it would be heard."""

    is_gone = False

    def __init__(self, playback: PlaybackBuffer | None = None) -> None:
        self.on_played: Callable[[bytes], None] | None = None
        self.playback = playback or PlaybackBuffer()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._play())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _play(self) -> None:
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        samples_per_tick = self.playback.rate_hz * _TICK_MS // 1000
        for number in count(1):
            await asyncio.sleep(began_s + number * _TICK_MS / 1000 - now_s())
            samples = self.playback.take(samples_per_tick)
            if self.on_played:
                self.on_played(samples.tobytes())
