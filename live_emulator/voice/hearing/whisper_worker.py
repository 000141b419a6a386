"""The process that listens with a Whisper model.

Its arguments are the folder of the model and how many threads a decode may use.
"""

import os
import sys
from collections.abc import Sequence

for _library in ("OMP", "OPENBLAS", "MKL"):  # Else each starts a thread a core.
    os.environ[f"{_library}_NUM_THREADS"] = sys.argv[-1]

from live_emulator.voice.hearing.utterance import Utterance  # noqa: E402
from live_emulator.voice.hearing.whisper import Transcriber  # noqa: E402
from live_emulator.voice.process.head import run_head  # noqa: E402
from live_emulator.voice.process.worker_side import Inbox, Outbox, serve  # noqa: E402

__all__ = ["WhisperEngine"]


class WhisperEngine:
    """A model, for any number of utterances."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    @property
    def wear(self) -> int:
        """How much was decoded so far."""
        return self._transcriber.decodes

    def open(self, phrases: Sequence[str], *, wants_interim: bool) -> Utterance:
        """Begin an utterance."""
        prompt = self._transcriber.prompt(phrases)
        return Utterance(self._transcriber, prompt, wants_interim=wants_interim)


def _work(inbox: Inbox, outbox: Outbox) -> None:
    folder, threads = sys.argv[-2:]
    run_head(WhisperEngine(Transcriber(folder, int(threads))), inbox, outbox)


if __name__ == "__main__":
    serve(_work)
