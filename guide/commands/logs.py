"""What a server says, kept in a file that can't fill the disk.

Its output comes through a pipe, so that the file can be exchanged on every system
while the server writes.
"""

import contextlib
import os
import threading
from collections import deque
from pathlib import Path
from typing import IO

__all__ = ["Log"]

FILE_BYTES = 5_000_000
"""Size at which a file becomes the older one; there are two at most."""

_PIECE_BYTES = 65_536
_LAST_WORDS = 6


class Log:
    """The log of one server.

    Only its owner can read the files: what programs say may hold what others should
    not know.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._older = path.with_name(f"{path.name}.1")
        self._file: IO[bytes] | None = None
        self._written_bytes = 0
        self._tail: deque[bytes] = deque(maxlen=_LAST_WORDS + 1)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin anew, with an empty file; the folder is made if need be.

        Raises:
            OSError: There can be no such file.

        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._older.unlink(missing_ok=True)
        self._open()

    def follow(self, stream: IO[bytes]) -> None:
        """Write down all that comes, in a thread, until the stream ends.

        Called again for each process that writes into this log, one after another.
        """
        self._tail.clear()
        self._tail.append(b"")
        self._thread = threading.Thread(
            target=self._read, args=(stream,), name=self.path.name, daemon=True
        )
        self._thread.start()

    def last_words(self, within_s: float = 5.0) -> list[str]:
        """Return the last lines of a process that ended."""
        if self._thread is not None:
            # Something it started may hold the pipe open for ever.
            self._thread.join(within_s)
        lines = [line.decode("utf-8", "replace").rstrip() for line in list(self._tail)]
        return [line for line in lines if line.strip()][-_LAST_WORDS:]

    def close(self) -> None:
        """Close the file; what still comes is read and dropped."""
        if self._thread is not None:
            self._thread.join(1.0)
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while piece := os.read(stream.fileno(), _PIECE_BYTES):
                # A full disk must not stop the server, which would wait for us.
                with contextlib.suppress(OSError, ValueError):
                    self._write(piece)
                self._remember(piece)

    def _remember(self, piece: bytes) -> None:
        first, *others = piece.split(b"\n")
        # A line without an end must not grow for ever.
        self._tail[-1] = (self._tail[-1] + first)[-2000:]
        self._tail.extend(line[-2000:] for line in others[-_LAST_WORDS - 1 :])

    def _write(self, piece: bytes) -> None:
        file = self._file
        if file is None:
            return
        if self._written_bytes + len(piece) > FILE_BYTES:
            file.close()
            os.replace(self.path, self._older)
            file = self._open()
        file.write(piece)
        self._written_bytes += len(piece)

    def _open(self) -> IO[bytes]:
        self.path.unlink(missing_ok=True)  # it may be readable by others
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._written_bytes = 0
        return self._file
