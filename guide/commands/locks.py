"""Keep two starts of the guide out of each other's way.

A port is free until somebody listens, and between looking and listening lies the
whole start. A lock on a file ends with the process that has it, however that ends.
"""

import contextlib
import getpass
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

__all__ = ["port_lock"]


@contextlib.contextmanager
def port_lock(port: int) -> Iterator[bool]:
    """Claim a port among this user's guides; yields whether it was to be had.

    Where there can be no such file, nothing is locked and the port is ours.
    """
    try:
        file = _lock_file(port).open("a+b")
    except OSError:
        yield True
        return
    with file:
        yield _lock(file)


def _lock_file(port: int) -> Path:
    # Somebody else's file could not be opened, and their ports are seen as taken.
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"live-guide-{user}-{port}.lock"


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
