"""Take the loudspeaker's sound out of what the microphone records.

A canceller knows what the loudspeaker plays. It learns how the room changes that on
its way to the microphone and subtracts it, so that only you are left. This one comes
from WebRTC, as in browsers, by way of the package livekit. It runs on this machine and
connects to nothing. Chapter 2 uses this module.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib import import_module
from typing import Any

from chapter_01.exchange import OUTPUT_RATE_HZ
from chapter_02.devices import Input

__all__ = ["EchoCanceller", "QuietMicrophone", "can_cancel_echoes"]

FRAME_MS = 10
"""The canceller takes audio in pieces of exactly this length."""


def can_cancel_echoes() -> bool:
    """Tell whether the package livekit is installed and works on this machine."""
    try:
        import_module("livekit.rtc")
    except (ImportError, OSError):  # missing, or without its compiled library
        return False
    return True


class EchoCanceller:
    """Takes what is played out of what is recorded.

    Both sides are 16-bit mono PCM in pieces of any length, of whole samples.

    Args:
        recorded_hz: Rate of what the microphone records, a multiple of 100.
        played_hz: Rate of what the loudspeaker plays, also a multiple of 100; the
            two may differ.

    Raises:
        ImportError: The package livekit is missing; see `can_cancel_echoes`.

    """

    def __init__(self, recorded_hz: int, played_hz: int = OUTPUT_RATE_HZ) -> None:
        rtc = import_module("livekit.rtc")
        self._frame: Any = rtc.AudioFrame
        self._processor: Any = rtc.AudioProcessingModule(
            echo_cancellation=True, high_pass_filter=True
        )
        self._recorded_hz, self._played_hz = recorded_hz, played_hz
        self._recorded, self._played = bytearray(), bytearray()
        # Up to 10 ms of a chunk wait for the rest of their frame. With 10 ms of silence
        # in front, each chunk still comes out as long as it went in.
        self._clean = bytearray(_frame_bytes(recorded_hz))

    def play(self, pcm: bytes) -> None:
        """Tell the canceller what the loudspeaker plays, silence included."""
        self._played.extend(pcm)
        for frame in self._frames(self._played, self._played_hz):
            self._processor.process_reverse_stream(frame)

    def clean(self, pcm: bytes) -> bytes:
        """Return the recorded audio without the echo.

        It is as long as what was recorded, and 15 to 20 ms late: 10 ms to fill frames,
        the rest in the canceller's filters.
        """
        self._recorded.extend(pcm)
        for frame in self._frames(self._recorded, self._recorded_hz):
            self._processor.process_stream(frame)  # in place
            self._clean.extend(bytes(frame.data.cast("B")))
        cleaned = bytes(self._clean[: len(pcm)])
        del self._clean[: len(pcm)]
        return cleaned

    def _frames(self, audio: bytearray, rate_hz: int) -> list[Any]:
        """Remove all whole frames from the front and return them."""
        frame_bytes = _frame_bytes(rate_hz)
        frames = []
        while len(audio) >= frame_bytes:
            piece = bytes(audio[:frame_bytes])
            frames.append(self._frame(piece, rate_hz, 1, frame_bytes // 2))
            del audio[:frame_bytes]
        return frames


def _frame_bytes(rate_hz: int) -> int:
    return rate_hz * FRAME_MS // 1000 * 2


class QuietMicrophone:
    """A microphone that does not hear the loudspeaker beside it.

    Args:
        microphone: Open already, and closed by whoever opened it.
        speaker: The same. Its `on_played` is taken over; the callback that was there
            is still called.

    Raises:
        ImportError: The package livekit is missing; see `can_cancel_echoes`.

    """

    def __init__(self, microphone: Input, speaker: Any) -> None:
        self.rate_hz = microphone.rate_hz
        self.chunk_ms = microphone.chunk_ms
        self._microphone = microphone
        self._canceller = EchoCanceller(microphone.rate_hz, speaker.playback.rate_hz)
        before = speaker.on_played

        def played(pcm: bytes) -> None:
            self._canceller.play(pcm)
            if before:
                before(pcm)

        speaker.on_played = played

    @property
    def has_ended(self) -> bool:
        """Whether only silence will follow."""
        return self._microphone.has_ended

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield each recorded chunk without the echo, up to 20 ms late."""
        async with aclosing(self._microphone.chunks()) as chunks:
            async for chunk in chunks:
                yield self._canceller.clean(chunk)
