"""The virtual environment in `.venv`: made once, then only checked.

A stamp inside it holds a digest of everything the installation depends on. It
is written last, so an interrupted installation has none and is taken up again.
"""

import hashlib
import importlib.util
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from guide.commands.console import Console
from guide.commands.pip_output import PipOutput, reason_for_failure
from guide.commands.problems import Problem
from guide.commands.processes import end_group, group_options

__all__ = ["Environment"]

NEEDED_BYTES = 1_500_000_000
"""Room for a whole installation, measured on Linux with some to spare."""


class Environment:
    """`.venv` of this repository, and what is installed in it."""

    def __init__(self, repository: Path, console: Console) -> None:
        self._repository = repository
        self._console = console
        self.folder = repository / ".venv"

    @property
    def python(self) -> Path:
        """Path of the environment's interpreter."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    def prepare(self, *files: str) -> None:
        """Make the environment hold what these requirement files name.

        Returns at once when it already does. Each file's stamp says that it and
        all files before it in the list are installed.

        Raises:
            Problem: It can't be made or filled.

        """
        if self._stamp(files) == self._digest(files):
            self._console.say("The environment in .venv is ready.")
            return
        started_s = time.monotonic()
        if not self._is_usable():
            self._make()
        self._install(files, started_s)
        for count in range(1, len(files) + 1):
            self._write_stamp(files[:count])
        elapsed_s = time.monotonic() - started_s
        self._console.say(f"The environment in .venv is ready ({elapsed_s:.0f} s).")

    def _make(self) -> None:
        if any(
            importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")
        ):
            raise Problem(
                "This Python comes without its venv module. On Debian and Ubuntu "
                f"install it with: sudo apt install python3.{sys.version_info.minor}"
                "-venv. Then run the same command again."
            )
        free_bytes = shutil.disk_usage(self._repository).free
        if free_bytes < NEEDED_BYTES:
            raise Problem(
                f"There is not enough room on this disk: {free_bytes / 1e9:.1f} GB are "
                f"free, and the guide needs about {NEEDED_BYTES / 1e9:.1f} GB. Make "
                "room and run the same command again."
            )
        self._console.say("Making an environment of its own for the guide in .venv.")
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        made = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if made.returncode != 0:
            last = (made.stdout.strip().splitlines() or ["no message"])[-1]
            raise Problem(
                f"Python could not make the environment in {self.folder}: {last}. "
                "Check that this folder can be written to, then run the same command "
                "again."
            )

    def _is_usable(self) -> bool:
        if not self.python.exists():
            return False
        try:
            return (
                subprocess.run(
                    [str(self.python), "-m", "pip", "--version"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                ).returncode
                == 0
            )
        except OSError:
            return False

    def _install(self, files: Sequence[str], started_s: float) -> None:
        command = [
            str(self.python),
            *("-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
            *("--progress-bar", "off", "--retries", "2"),
        ]
        for name in files:
            command += ["-r", name]
        # PIP_USER would send the packages past the environment.
        variables = {**os.environ, "PIP_USER": "0", "PYTHONUTF8": "1"}
        process = subprocess.Popen(
            command,
            cwd=self._repository,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            **group_options(),
        )
        output = PipOutput()
        try:
            self._follow(process, output, started_s)
        except BaseException:
            end_group(process, patience_s=5.0)
            raise
        if process.returncode != 0:
            for line in output.errors():
                self._console.say(f"  {line}")
            raise Problem(reason_for_failure(output.lines))

    def _follow(
        self, process: subprocess.Popen[str], output: PipOutput, started_s: float
    ) -> None:
        lines: queue.Queue[str | None] = queue.Queue()

        def read(stream: IO[str]) -> None:
            for line in stream:
                lines.put(line.rstrip())
            lines.put(None)

        assert process.stdout is not None
        threading.Thread(target=read, args=(process.stdout,), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                line = ""
            if line is None:
                break
            if line:
                output.feed(line)
            elapsed_s = time.monotonic() - started_s
            self._console.progress(output.step, output.detail, elapsed_s)
        process.wait()

    def _stamp_file(self, files: Sequence[str]) -> Path:
        return self.folder / f"installed-{Path(files[-1]).stem}"

    def _stamp(self, files: Sequence[str]) -> str:
        if not self.python.exists():
            return ""
        try:
            return self._stamp_file(files).read_text("ascii")
        except (OSError, ValueError):
            return ""

    def _write_stamp(self, files: Sequence[str]) -> None:
        final = self._stamp_file(files)
        draft = final.with_suffix(".draft")
        draft.write_text(self._digest(files), "ascii")
        draft.replace(final)

    def _digest(self, files: Sequence[str]) -> str:
        digest = hashlib.sha256()
        # The editable install points at this very folder.
        digest.update(str(self._repository).encode())
        for path in (
            self.folder / "pyvenv.cfg",
            self._repository / "pyproject.toml",
            *(self._repository / name for name in files),
        ):
            digest.update(b"\0" + (path.read_bytes() if path.is_file() else b""))
        return digest.hexdigest()
