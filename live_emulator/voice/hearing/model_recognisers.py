"""Ears with a better model, which the reader has on disk: Vosk or Whisper.

The packages are optional, and loaded in a worker process alone. Nothing is ever
downloaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from live_emulator.errors import EmulatorError
from live_emulator.voice.hearing.sphinx import SphinxRecogniser
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.process.worker_recogniser import WorkerRecogniser

__all__ = ["KINDS", "ModelRecogniser", "NoRecogniser", "open_recogniser"]


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
    # Without its tokenizer, the package would fetch one from the network.
    missing = [
        name
        for name in ("model.bin", "config.json", "tokenizer.json")
        if not (folder / name).is_file()
    ]
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
            "faster_whisper",
            "live_emulator.voice.hearing.whisper_worker",
            "faster-whisper",
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
        # One process: a model takes up to several GB.
        super().__init__(kind.module, (str(folder),), max_workers=1)
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


def open_recogniser(text: str) -> WorkerRecogniser:
    """Return the recogniser of an option: ``sphinx`` or ``vosk:FOLDER``, for one.

    Raises:
        NoRecogniser: There is none by this name, or it lacks something.

    """
    name, _, place = text.partition(":")
    if text == "sphinx":
        return SphinxRecogniser()
    if name not in KINDS or not place.strip():
        choices = ", ".join(f"{kind}:FOLDER" for kind in KINDS)
        raise NoRecogniser(
            f"There is no recogniser {text!r}: choose sphinx, {choices}, "
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
