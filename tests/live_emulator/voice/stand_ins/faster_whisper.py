"""Stands in for the package faster-whisper, whose interface it has.

It writes down how much it heard, and what it was told to expect.
"""

from collections import namedtuple
from pathlib import Path

Segment = namedtuple("Segment", "text")


class WhisperModel:
    def __init__(self, folder, device, compute_type, local_files_only):
        assert (device, compute_type, local_files_only) == ("cpu", "int8", True)
        if Path(folder, "model.bin").read_text() != "a model":
            raise RuntimeError("Unsupported model binary version.")

    def transcribe(self, samples, language, hotwords, **options):
        assert language == "en" and abs(samples).max(initial=0) <= 1
        if samples[0] < 0:
            raise RuntimeError("Out of memory.")
        said = f" Heard {round(len(samples) / 16_000)} seconds,"
        return iter([Segment(said), Segment(f" {hotwords}!")]), None
