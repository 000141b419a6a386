"""Read speech from any sound file, write what was said to a WAV file.

Whatever PyAV decodes (WAV of any kind, MP3, Ogg, FLAC, M4A, WebM) becomes what
the Live API hears natively: 16-bit little-endian mono PCM at 16 kHz. Bad files
end in an `AudioFileError`, one sentence for the reader.

No chapter teaches this. Chapter 8 builds a decoder for WebM that arrives piece by
piece; here a file is there as a whole.
"""

import io
import os
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import av

from guide.interrupts import interruptible

__all__ = [
    "MAX_SPEECH_S",
    "SPEECH_RATE_HZ",
    "AudioFileError",
    "cannot_write",
    "check_output",
    "decode_speech",
    "read_speech",
    "write_wav",
]

SPEECH_RATE_HZ = 16_000
"""The rate of what `read_speech` and `decode_speech` return."""

MAX_SPEECH_S = 300.0
"""The longest recording that is taken for one question. A session without
compression holds 15 minutes of audio (documented), answers included."""

_LONGEST_SHOWN = 200
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
        with interruptible(), path.open("rb") as file:
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

    What is there stays until all of the new file is written.

    Raises:
        AudioFileError: The file can't be written.

    """
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm)
    try:
        place = Path(path).resolve()
        if place.exists() and not place.is_file():
            place.write_bytes(whole.getbuffer())  # a device or a pipe
        else:
            _replace(place, whole.getbuffer())
    except OSError as error:
        raise cannot_write(path, error) from None


def check_output(
    output: str | Path,
    source: str | None = None,
    *,
    answer: str = "answer",
    question: str = "question",
) -> None:
    """Find out whether a WAV file can be written, before there is anything to write.

    Args:
        output: The file.
        source: A file that is read, and must not be replaced.
        answer: What messages call the one.
        question: What they call the other.

    Raises:
        AudioFileError: It can't.

    """
    path = Path(output)
    try:
        if not path.parent.is_dir():
            raise AudioFileError(
                f"There is no folder {path.parent} for the {answer}; make it first."
            )
        if path.is_dir():
            raise AudioFileError(
                f"{output} is a folder; name a WAV file in it for the {answer}."
            )
        if source and path.exists() and Path(source).exists() and path.samefile(source):
            raise AudioFileError(
                f"The {answer} would replace the {question}; choose another --output."
            )
        path.exists()  # a name can be too long
    except FileNotFoundError:
        pass
    except OSError as error:
        raise cannot_write(path, error) from None
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise AudioFileError(
            f"{output} can't be written: you may not write there. Choose another "
            "--output."
        )


def cannot_write(path: str | Path, error: OSError) -> AudioFileError:
    """Return what to tell a reader whose file can't be written."""
    name = str(path) if len(str(path)) < _LONGEST_SHOWN else f"{str(path)[:60]}..."
    return AudioFileError(f"{name} can't be written: {error.strerror or error}.")


def _replace(place: Path, data: memoryview) -> None:
    """Write a file beside the old one, then put it in its place."""
    fresh = place.with_name(f".{os.getpid()}.part")
    try:
        fresh.write_bytes(data)
        fresh.replace(place)
    except PermissionError:
        if not place.exists():
            raise
        place.write_bytes(data)  # the file may be written, its folder not
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


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
