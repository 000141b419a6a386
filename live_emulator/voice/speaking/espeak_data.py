"""A data folder for espeak-ng, with the emulator's own voices in it.

espeak-ng finds own voices only inside its data folder, in lower case. So its data
(19 MB) is copied once into the user's cache folder and the voices are added.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

__all__ = ["DATA_NAME", "VOICE_PREFIX", "data_home", "voice_files"]

DATA_NAME = "espeak-ng-data"
VOICE_PREFIX = "live-"
"""Keeps our voices apart from the bundled ones, which share a folder."""


def voice_files() -> dict[str, Path]:
    """Return our voice files by name, in lower case."""
    folder = Path(__file__).parent / "voices"
    return {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}


@contextmanager
def data_home(bundled: Path) -> Iterator[Path]:
    """Give the folder that holds `DATA_NAME`, made of the bundled data folder.

    Several processes may ask at the same time. Where the cache folder can't be
    written, a temporary folder takes its place until the end.
    """
    cache = Path(platformdirs.user_cache_dir("live-emulator", appauthor=False))
    home = cache / f"espeak-{_fingerprint(bundled)}"
    try:
        _fill(home, bundled)
    except OSError:
        temporary = Path(tempfile.mkdtemp(prefix="live-emulator-"))
        try:
            _copy(temporary, bundled)
            yield temporary
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    else:
        yield home


def _fingerprint(bundled: Path) -> str:
    digest = hashlib.sha256(VOICE_PREFIX.encode())
    for path in voice_files().values():
        digest.update(path.name.encode() + path.read_bytes())
    for path in sorted(bundled.iterdir()):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()[:12]


def _fill(home: Path, bundled: Path) -> None:
    if home.is_dir():
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    # Renaming is atomic: a folder with the final name is always complete.
    part = Path(tempfile.mkdtemp(prefix="part-", dir=home.parent))
    try:
        _copy(part, bundled)
        os.replace(part, home)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if not home.is_dir():  # Otherwise another process was faster.
            raise


def _copy(home: Path, bundled: Path) -> None:
    shutil.copytree(bundled, home / DATA_NAME)
    for name, path in voice_files().items():
        variants = home / DATA_NAME / "voices" / "!v"
        shutil.copyfile(path, variants / f"{VOICE_PREFIX}{name}")
