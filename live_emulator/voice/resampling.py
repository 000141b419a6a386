"""Change the sample rate of PCM16 mono audio, as a stream or at once."""

import numpy as np
import soxr

__all__ = ["StreamResampler", "resample"]


def _quality(from_hz: int, to_hz: int) -> str:
    # Upwards nothing can alias: LQ keeps 115 dB of distance and, from 22.05 to
    # 24 kHz, holds back 1 ms where MQ and HQ hold back 16 to 22 ms. Downwards
    # MQ is both the quickest (14 ms from 48 to 16 kHz; LQ 19, HQ 26) and clean.
    # QQ would hold back nothing but folds everything above the new band into it.
    return "LQ" if to_hz > from_hz else "MQ"


class StreamResampler:
    """Resamples one stream chunk by chunk; the chunks may be cut anywhere."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        if from_hz <= 0 or to_hz <= 0:
            raise ValueError(f"sample rates must be positive: {from_hz}, {to_hz}")
        self._rates = from_hz, to_hz
        self._odd_byte = b""
        self._stream = self._new_stream()

    def process(self, pcm: bytes) -> bytes:
        """Return what can be said of the output so far; a few ms are held back."""
        pcm = self._odd_byte + pcm
        whole = len(pcm) // 2 * 2
        self._odd_byte = pcm[whole:]
        return self._convert(pcm[:whole], last=False)

    def flush(self) -> bytes:
        """Return the rest and start afresh; half a sample at the end is dropped."""
        rest = self._convert(b"", last=True)
        self._odd_byte = b""
        self._stream = self._new_stream()
        return rest

    def _new_stream(self) -> soxr.ResampleStream | None:
        from_hz, to_hz = self._rates
        if from_hz == to_hz:
            return None
        quality = _quality(from_hz, to_hz)
        return soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality=quality)

    def _convert(self, pcm: bytes, last: bool) -> bytes:
        if self._stream is None:
            return pcm
        # Given 16-bit samples, soxr would add dither that depends on the cuts.
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        out = self._stream.resample_chunk(samples, last=last)
        return bytes(np.clip(np.rint(out), -32768, 32767).astype("<i2"))


def resample(pcm: bytes, from_hz: int, to_hz: int) -> bytes:
    """Return a whole recording at another rate."""
    stream = StreamResampler(from_hz, to_hz)
    return stream.process(pcm) + stream.flush()
