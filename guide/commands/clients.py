"""Make the environments of other clients that the emulator is tested with."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from guide.commands.console import Console
from guide.commands.processes import end_group, group_options

__all__ = ["ALL_CLIENTS_VARIABLE", "clients_for", "needs_clients"]

ALL_CLIENTS_VARIABLE = "LIVE_TEST_ALL_CLIENTS"
"""Tells the tests to run old versions and large frameworks, too."""

_FOLDER = "tests/clients"


def needs_clients(repository: Path, targets: Sequence[str]) -> bool:
    """Return whether these targets have tests with other clients among them."""
    if not (repository / _FOLDER / "environments.py").is_file():
        return False
    return any(
        path in ("tests", _FOLDER) or path.startswith(f"{_FOLDER}/") for path in targets
    )


def clients_for(
    python: Path, repository: Path, console: Console, *, everything: bool
) -> bool:
    """Make the clients' environments; return whether all are there.

    What can't be made is said, with the reason; tests of those clients are then
    left out. Returns at once if everything is there.
    """
    command = [str(python), "-m", "tests.clients.environments"]
    if everything:
        command.append("--all")
    process = subprocess.Popen(
        command,
        cwd=repository,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        **group_options(),
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            console.say(line.rstrip())
        process.wait()
    finally:
        end_group(process, patience_s=5.0)
    if process.returncode != 0:
        console.say(
            "Tests of the clients that are missing will be left out. The same command "
            "tries again."
        )
    return process.returncode == 0
