"""Read speech from any sound file, write what was said to a WAV file.

Whatever PyAV decodes (WAV of any kind, MP3, Ogg, FLAC, M4A, WebM) becomes what
the Live API hears natively: 16-bit little-endian mono PCM at 16 kHz. Bad files
end in an `AudioFileError`, one sentence for the reader.

No chapter teaches this. Chapter 8 builds a decoder for WebM that arrives piece by
piece; here a file is there as a whole.
"""

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av

__all__ = [
    "MAX_SPEECH_S",
    "SPEECH_RATE_HZ",
    "AudioFileError",
    "decode_speech",
    "read_speech",
    "write_wav",
]

SPEECH_RATE_HZ = 16_000
"""The rate of what `read_speech` and `decode_speech` return."""

MAX_SPEECH_S = 300.0
"""The longest recording that is taken for one question. A session without
compression holds 15 minutes of audio (documented), answers included."""

_KINDS = "WAV, MP3, Ogg, FLAC, M4A or WebM"


class AudioFileError(ValueError):
    """A sound file can't be used; says in one sentence why and what to do."""


def read_speech(path: str | Path, *, max_s: float = MAX_SPEECH_S) -> bytes:
    """Return the speech in a file as 16-bit mono PCM at 16 kHz.

    Raises:
        AudioFileError: The file is missing, unreadable, no audio, empty,
            damaged, or longer than `max_s`.

    """
    path = Path(path)
    try:
        if path.is_dir():
            raise AudioFileError(f"{path} is a folder; name a sound file in it.")
        with path.open("rb") as file:
            return _decode(file, str(path), max_s)
    except FileNotFoundError:
        raise AudioFileError(f"There is no file {path}.") from None
    except OSError as error:
        reason = error.strerror or error
        raise AudioFileError(f"{path} can't be read: {reason}.") from None


def decode_speech(
    data: bytes, *, name: str = "the recording", max_s: float = MAX_SPEECH_S
) -> bytes:
    """Return the speech in the bytes of a sound file; see `read_speech`.

    Args:
        data: The whole file, for example what a browser recorded.
        name: What to call it in an error.
        max_s: The longest that is taken.

    Raises:
        AudioFileError: As for `read_speech`.

    """
    return _decode(io.BytesIO(data), name, max_s)


def write_wav(path: str | Path, pcm: bytes, rate_hz: int) -> None:
    """Write 16-bit mono PCM to a WAV file, replacing what is there.

    Raises:
        AudioFileError: The file can't be written.

    """
    try:
        # Given a path it can't open, the module wave prints a traceback, too.
        with Path(path).open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(pcm)
    except OSError as error:
        reason = error.strerror or error
        raise AudioFileError(f"{path} can't be written: {reason}.") from None


def _decode(file: BinaryIO, name: str, max_s: float) -> bytes:
    if not file.read(1):
        raise AudioFileError(f"{name} is empty (0 bytes); record it again.")
    file.seek(0)
    pcm = bytearray()
    max_bytes = int(max_s * SPEECH_RATE_HZ) * 2
    try:
        for piece in _pieces(file, name):
            pcm += piece
            if len(pcm) > max_bytes:
                raise AudioFileError(
                    f"{name} is longer than {_in_words(max_s)}, the most that is "
                    "taken for one question; cut it into parts."
                )
    except AudioFileError:
        raise
    except (av.error.FFmpegError, ValueError, MemoryError):
        if pcm:
            at_s = len(pcm) / 2 / SPEECH_RATE_HZ
            raise AudioFileError(
                f"{name} is damaged after {at_s:.1f} s; record or download it again."
            ) from None
        raise AudioFileError(
            f"{name} holds no audio that can be decoded; give a {_KINDS} file."
        ) from None
    if not pcm:
        raise AudioFileError(f"{name} holds no sound, only a header; record it again.")
    return bytes(pcm)


def _pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the first audio track, converted, piece by piece."""
    # A playlist would have other files opened, and addresses.
    alone = {"protocol_whitelist": "none"}
    with av.open(file, "r", options=alone) as container:
        if not container.streams.audio:
            raise AudioFileError(
                f"{name} holds no audio, only {container.format.long_name}; give a "
                f"{_KINDS} file."
            )
        # A resampler mixes the channels down and clips what is too loud.
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SPEECH_RATE_HZ)
        for frame in container.decode(container.streams.audio[0]):
            for converted in resampler.resample(frame):
                yield converted.to_ndarray().tobytes()
        for converted in resampler.resample(None):
            yield converted.to_ndarray().tobytes()


def _in_words(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} seconds"
    return f"{seconds / 60:g} minutes"
