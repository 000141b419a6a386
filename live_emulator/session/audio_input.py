"""Take in audio of any rate, as its MIME type says."""

import re
import struct
from collections.abc import Callable
from functools import lru_cache

from live_emulator.protocol.closing import REASONS, Rejected, close_for
from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["AudioInput", "Resample", "audio_rate_hz", "not_taken", "read_audio"]

Resample = Callable[[bytes], bytes]
"""A stateful conversion of PCM16 from one rate to another."""

_MAX_RATE_HZ = 192_000
_MIN_RATE_HZ = 4_000
_MOST_RIFF_CHUNKS = 1_000
"""Before the sound of a WAV file; recorders write a handful."""


def read_audio(data: bytes, mime_type: str) -> tuple[int, bytes]:
    """Return rate and PCM of a recording: raw PCM16, or a WAV file whatever its type.

    Half a sample at its end is left out.

    Raises:
        Rejected: 1007 for another format or an impossible rate.

    """
    if data[:4] == b"RIFF":
        return _unpack_wav(data)
    return audio_rate_hz(mime_type), data[: len(data) // 2 * 2]


@lru_cache(maxsize=64)  # A client says the same with each chunk.
def audio_rate_hz(mime_type: str) -> int:
    """Return the rate that "audio/pcm;rate=N" names, 16 kHz if it names none.

    Raises:
        Rejected: 1007 for anything but raw PCM of a possible rate.

    """
    kind, _, parameters = mime_type.lower().replace(" ", "").partition(";")
    if kind not in ("audio/pcm", "audio/l16", ""):
        raise not_taken(kind)
    match = re.search(r"(?:^|;)rate=(\d+)(?:;|$)", parameters)
    if match is None:
        if "rate=" in parameters:
            raise close_for("argument.invalid")
        return INPUT_RATE_HZ
    rate_hz = int(match[1][:9])
    if not _MIN_RATE_HZ <= rate_hz <= _MAX_RATE_HZ:
        raise close_for("argument.invalid")
    return rate_hz


def not_taken(what: str) -> Rejected:
    """Return the exception for a kind of data that only the emulator refuses."""
    return Rejected(REASONS["emulator.media"].close(what=what[:30]))


def _unpack_wav(data: bytes) -> tuple[int, bytes]:
    """Return rate and PCM of a mono 16-bit WAV file.

    Raises:
        Rejected: 1007 for another format.

    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise close_for("argument.invalid")
    position, rate_hz = 12, 0
    for _ in range(_MOST_RIFF_CHUNKS):
        if position + 8 > len(data):
            break
        name, size = struct.unpack_from("<4sI", data, position)
        body = data[position + 8 : position + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            encoding, channels, rate_hz, _, _, bits = struct.unpack_from(
                "<HHIIHH", body
            )
            if (encoding, channels, bits) != (1, 1, 16):
                raise not_taken("such a WAV file")
        elif name == b"data" and _MIN_RATE_HZ <= rate_hz <= _MAX_RATE_HZ:
            return rate_hz, body[: len(body) // 2 * 2]
        position += 8 + size + size % 2
    raise close_for("argument.invalid")


class AudioInput:
    """Brings the client's audio to 16 kHz, across changes of its rate."""

    def __init__(self, make_resampler: Callable[[int, int], Resample]) -> None:
        self._make_resampler = make_resampler
        self._rate_hz = INPUT_RATE_HZ
        self._resample: Resample | None = None

    def take(self, data: bytes, mime_type: str) -> bytes:
        """Return the audio at 16 kHz.

        Raises:
            Rejected: 1007 for half a sample (observed: adk-python #5552) and for
                anything that is not PCM.

        """
        # WAV files as a whole are listed by a page of Firebase.
        is_file = data[:4] == b"RIFF"
        rate_hz, pcm = read_audio(data, mime_type)
        if len(data) % 2 and not is_file:
            raise close_for("argument.invalid")
        if rate_hz != self._rate_hz:
            self._rate_hz = rate_hz
            self._resample = (
                None
                if rate_hz == INPUT_RATE_HZ
                else self._make_resampler(rate_hz, INPUT_RATE_HZ)
            )
        return self._resample(pcm) if self._resample else pcm
