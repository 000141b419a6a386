"""The built-in ears: worker processes that host pocketsphinx."""

import os

from live_emulator.voice.process.worker_recogniser import WorkerRecogniser

__all__ = ["SphinxRecogniser"]

_MAX_DECODERS = 1000
"""A worker is replaced after making so many: pocketsphinx leaks up to 22 KB with
each, so that the worker has grown by 22 MB at most, after 500 turns or more."""


class SphinxRecogniser(WorkerRecogniser):
    """A `Recogniser` of American English.

    The same audio and vocabulary give the same hearing, however the audio is cut and
    whatever was heard before. A worker that has made `max_decoders` is replaced,
    which no utterance notices.
    """

    def __init__(
        self, max_workers: int | None = None, max_decoders: int = _MAX_DECODERS
    ) -> None:
        if max_workers is None:
            max_workers = min(2, os.cpu_count() or 1)
        super().__init__(
            "live_emulator.voice.hearing.sphinx_worker",
            max_workers=max_workers,
            max_wear=max_decoders,
        )
