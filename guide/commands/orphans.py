"""End the servers if `guide.py` is killed, and so can't.

A small process of its own reads from a pipe which servers there are. When the pipe
ends while some are left, nobody else will end them. This works for every program,
JupyterLab too, without its help.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from guide.commands.processes import group_options, interrupt_id, kill_group_id, lives

__all__ = ["OrphanKeeper", "keep"]

_PROGRAM = f"import sys; from {__name__} import keep; keep(sys.stdin)"

PATIENCE_S = 3.0
"""How long a server may take to end when asked."""


class OrphanKeeper:
    """The process that waits, as `guide.py` sees it."""

    def __init__(self) -> None:
        repository = Path(__file__).resolve().parents[2]
        # -S: it needs nothing that is installed, and should be small.
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", _PROGRAM],
            cwd=repository,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **group_options(),
        )

    def add(self, process_id: int) -> None:
        """Have a server ended, with all it started, if we are killed."""
        self._tell(f"+{process_id}")

    def remove(self, process_id: int) -> None:
        """Forget a server that ended; its number may become another program's."""
        self._tell(f"-{process_id}")

    def close(self) -> None:
        """Let it go; it ends what is left, if anything is."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            pass  # it is dead already
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except OSError:
            pass  # it is dead; the guide itself still ends its servers


def keep(
    lines: Iterable[str],
    *,
    interrupt: Callable[[int], None] = interrupt_id,
    kill: Callable[[int], None] = kill_group_id,
) -> None:
    """Read which servers there are, until nobody writes; then end those left."""
    left: list[int] = []
    for line in lines:
        number = int(line[1:])
        if line.startswith("+"):
            left.append(number)
        elif number in left:
            left.remove(number)
    for number in reversed(left):
        interrupt(number)
    deadline_s = time.monotonic() + PATIENCE_S
    while any(map(lives, left)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    for number in left:
        kill(number)
