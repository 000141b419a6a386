"""Turn whatever a browser records, piece by piece, into what the Live API hears.

Packets come from `webm_audio` or `mp4_audio`; PyAV's codecs and resampler do the
rest, without its demuxer, which would read ahead. Chapter 8 builds a part of it.
"""

from collections.abc import Iterator
from typing import Any, Literal

import av
import numpy as np

from chapter_08.mp4_audio import Mp4Reader
from chapter_08.resampling import PcmResampler
from chapter_08.webm_audio import NotForStreaming, Packet, WebmReader

__all__ = ["Format", "PieceDecoder", "format_of"]

Format = Literal["pcm", "webm", "mp4"]

RATE_HZ = 16_000
LONGEST_SILENCE_MS = 4_000.0
"""What is put in the place of lost pieces at most: a jump may be a damaged time, and
`Limits.burst_s` has to hold it."""

JITTER_MS = 45.0
"""Browsers stamp packets with a clock that was seen to be 10 ms off; what is lost has
at least 60."""

MOST_DAMAGED = 50
"""Packets in a row that can't be decoded, before the recording is given up."""


class PieceDecoder:
    """Decodes one recording: 16-bit mono PCM at 16 kHz comes out, packet by packet.

    What a piece holds comes out with that piece. Where time is missing, silence of
    its length comes out, up to `LONGEST_SILENCE_MS`, so that offsets stay true.
    """

    def __init__(self, format: Format, sample_rate_hz: int = RATE_HZ) -> None:
        """Take what will come; the rate counts for PCM alone."""
        self.silence_ms = 0.0
        """How much was missing so far."""
        self.damaged = 0
        """Packets that could not be decoded."""
        self._format = format
        self._rate_hz = sample_rate_hz
        self._reader: WebmReader | Mp4Reader
        self._reader = Mp4Reader() if format == "mp4" else WebmReader()
        self._codec: Any = None
        self._resampler = PcmResampler(RATE_HZ)
        self._next_ms: float | None = None
        self._odd = b""
        self._in_a_row = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Take in a piece and yield its sound, in parts of at most 120 ms.

        Stop iterating, and the rest of the piece is not decoded.

        Raises:
            NotForStreaming: What comes is not what was announced.

        """
        if self._format == "pcm":
            yield from self._feed_pcm(piece)
            return
        for packet in self._reader.feed(piece):
            if missing := self._missing_ms(packet):
                self.silence_ms += missing
                yield bytes(int(missing * RATE_HZ / 1000) * 2)
            if pcm := self._decode(packet.data):
                yield pcm

    def _missing_ms(self, packet: Packet) -> float:
        expected, self._next_ms = self._next_ms, packet.at_ms + packet.ms
        if expected is None or packet.at_ms - expected <= JITTER_MS:
            return 0.0
        return min(packet.at_ms - expected, LONGEST_SILENCE_MS)

    def _decode(self, data: bytes) -> bytes:
        if self._codec is None:
            self._codec = self._open_codec()
        try:
            frames = self._codec.decode(av.Packet(data))
            pcm = b"".join(map(self._resampler.process, frames))
        except (av.error.FFmpegError, ValueError):
            self.damaged += 1
            self._in_a_row += 1
            if self._in_a_row > MOST_DAMAGED:
                raise NotForStreaming(
                    "The sound in the recording is damaged. Start it again."
                ) from None
            return b""
        self._in_a_row = 0
        return pcm

    def _open_codec(self) -> Any:
        codec: Any = av.CodecContext.create("opus", "r")
        if isinstance(self._reader, Mp4Reader):
            codec = av.CodecContext.create(self._reader.codec or "aac", "r")
            if self._reader.codec == "aac":
                codec.extradata = self._reader.setup or None
        codec.thread_count = 1  # or each conversation has threads that do nothing
        return codec

    def _feed_pcm(self, piece: bytes) -> Iterator[bytes]:
        piece = self._odd + piece
        even = len(piece) & ~1
        piece, self._odd = piece[:even], piece[even:]
        if self._rate_hz == RATE_HZ or not piece:
            if piece:
                yield piece
            return
        samples = np.frombuffer(piece, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = self._rate_hz
        if pcm := self._resampler.process(frame):
            yield pcm


def format_of(mime_type: str) -> Format | None:
    """Return what a MIME type of `MediaRecorder` or PCM means here, if anything."""
    kind = mime_type.partition(";")[0].strip().lower()
    formats: dict[str, Format] = {
        "audio/webm": "webm",
        "video/webm": "webm",
        "audio/mp4": "mp4",
        "video/mp4": "mp4",
        "audio/pcm": "pcm",
        "audio/l16": "pcm",
    }
    return formats.get(kind)
