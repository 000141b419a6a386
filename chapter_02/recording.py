"""A conversation as a stereo WAV file: you on the left, the model on the right."""

import wave
from contextlib import suppress
from pathlib import Path
from typing import Self

import av
import numpy as np

from chapter_01.exchange import OUTPUT_RATE_HZ
from chapter_02.playback_buffer import SampleQueue, Samples
from guide.audio_files import AudioFileError, cannot_write

__all__ = ["Recording"]

_MOST_AHEAD = OUTPUT_RATE_HZ
"""How far one side may get ahead before the other counts as silent, in samples."""


class Recording:
    """Writes what both sides say, as it comes, on one time axis.

    Both are continuous, including silence. Time begins with the user's first chunk;
    anything played before that is left out.

    Raises:
        AudioFileError: The file can't be written.

    """

    def __init__(self, path: str | Path) -> None:
        self._sides = {"user": SampleQueue(), "model": SampleQueue()}
        self._resampler: av.AudioResampler | None = None
        try:
            self._raw = Path(path).open("wb")
        except OSError as error:
            raise cannot_write(path, error) from None
        self._path = path
        self._is_over = False
        self._file = wave.open(self._raw, "wb")
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(OUTPUT_RATE_HZ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_over:
            return
        self._write(max(side.waiting for side in self._sides.values()))
        self._is_over = True
        try:
            self._file.close()
            self._raw.close()
        except OSError as error:
            raise self._give_up(error) from None

    def add_user(self, pcm: bytes, rate_hz: int) -> None:
        """Add what the microphone recorded."""
        samples = self._resampled(pcm, rate_hz)
        if not self._sides["user"].is_used:
            # A chunk arrives when its last sample has been spoken.
            length = len(pcm) // 2 * OUTPUT_RATE_HZ // rate_hz
            self._sides["model"].add(np.zeros(length, np.int16))
        self._sides["user"].add(samples)
        self._write_what_is_there()

    def add_model(self, pcm: bytes) -> None:
        """Add what the loudspeaker played."""
        if self._sides["user"].is_used:
            self._sides["model"].add(np.frombuffer(pcm, np.int16))
            self._write_what_is_there()

    def _write_what_is_there(self) -> None:
        waiting = sorted(side.waiting for side in self._sides.values())
        self._write(max(waiting[0], waiting[1] - _MOST_AHEAD))

    def _write(self, count: int) -> None:
        stereo = np.zeros((count, 2), "<i2")
        for column, side in enumerate(self._sides.values()):
            samples = side.take(count)
            stereo[: len(samples), column] = samples
        if self._is_over:
            return
        try:
            self._file.writeframes(stereo.tobytes())
        except OSError as error:  # the disk is full, most likely
            raise self._give_up(error) from None

    def _give_up(self, error: OSError) -> AudioFileError:
        """Leave the file as far as it could be written; return what to raise."""
        self._is_over = True
        for file in (self._file, self._raw):
            with suppress(OSError):
                file.close()
        return cannot_write(self._path, error)

    def _resampled(self, pcm: bytes, rate_hz: int) -> Samples:
        if self._resampler is None:
            self._resampler = av.AudioResampler("s16", "mono", OUTPUT_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(pcm, np.int16).reshape(1, -1), "s16", "mono"
        )
        frame.sample_rate = rate_hz
        pieces = [
            converted.to_ndarray()[0] for converted in self._resampler.resample(frame)
        ]
        return np.concatenate([np.empty(0, np.int16), *pieces])
