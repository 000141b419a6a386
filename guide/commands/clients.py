"""Make the environments of other clients that the emulator is tested with."""

from collections.abc import Sequence
from pathlib import Path

from guide.commands.console import Console
from guide.commands.preparing import prepared_by

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
    options = ["--all"] if everything else []
    module = "tests.clients.environments"
    if prepared_by(python, repository, console, module, options):
        return True
    console.say(
        "Tests of the clients that are missing will be left out. The same command "
        "tries again."
    )
    return False
