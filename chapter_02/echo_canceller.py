"""Take the loudspeaker's voice out of what the microphone hears.

A canceller knows what the loudspeaker plays. It learns how the room changes that on
its way to the microphone, and subtracts it; what is left is you. This one is the
canceller of browsers, from WebRTC, in the package livekit. It works on this machine
alone. Chapter 2 uses this module.
"""

from collections.abc import AsyncGenerator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chapter_01.exchange import OUTPUT_RATE_HZ
from chapter_02.devices import Input

__all__ = ["EchoCanceller", "QuietMicrophone", "can_cancel_echoes"]

FRAME_MS = 10
"""The canceller takes audio in pieces of this length, and of no other."""


def can_cancel_echoes() -> bool:
    """Tell whether the package livekit is installed."""
    return find_spec("livekit") is not None


class EchoCanceller:
    """Hears what is played, and takes it out of what is recorded.

    Both sides are 16-bit mono PCM, and come in pieces of any length.

    Args:
        recorded_hz: Rate of what the microphone records.
        played_hz: Rate of what the loudspeaker plays; it need not be the same.

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
        self._recorded, self._played, self._clean = (
            bytearray(),
            bytearray(),
            bytearray(),
        )
        # What is recorded comes in chunks, what is played in ticks of its own. The
        # canceller takes turns, so a little silence before the first of the former
        # lets each chunk come out as long as it went in.
        self._clean.extend(self._silence(recorded_hz))

    def play(self, pcm: bytes) -> None:
        """Take note of what the loudspeaker plays, silence included."""
        self._played.extend(pcm)
        for frame in self._frames(self._played, self._played_hz):
            self._processor.process_reverse_stream(frame)

    def clean(self, pcm: bytes) -> bytes:
        """Return as much as was recorded, without what was played; 10 ms later."""
        self._recorded.extend(pcm)
        for frame in self._frames(self._recorded, self._recorded_hz):
            self._processor.process_stream(frame)  # changes the frame itself
            self._clean.extend(bytes(frame.data.cast("B")))
        cleaned = bytes(self._clean[: len(pcm)])
        del self._clean[: len(pcm)]
        return cleaned

    def _frames(self, audio: bytearray, rate_hz: int) -> list[Any]:
        """Take as many whole frames from the front as there are."""
        frame_bytes = len(self._silence(rate_hz))
        frames = []
        while len(audio) >= frame_bytes:
            samples = frame_bytes // 2
            piece = bytes(audio[:frame_bytes])
            frames.append(self._frame(piece, rate_hz, 1, samples))
            del audio[:frame_bytes]
        return frames

    @staticmethod
    def _silence(rate_hz: int) -> bytes:
        return bytes(rate_hz * FRAME_MS // 1000 * 2)


class QuietMicrophone:
    """A microphone that does not hear the loudspeaker beside it.

    Args:
        microphone: Open already; stays its owner's.
        speaker: Open already. Its `on_played` is used here; what was there before is
            called, too.

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
        """Whether nothing but silence will follow."""
        return self._microphone.has_ended

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield what is said, without what is played."""
        async for chunk in self._microphone.chunks():
            yield self._canceller.clean(chunk)
