"""Run a client's program against an emulator and read its report."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from live_emulator.emulator import Emulator
from tests.clients.environments import Environment

__all__ = [
    "PROGRAMS",
    "folder_beside",
    "play",
    "play_in_node",
    "run",
    "without_addresses",
]

PROGRAMS = Path(__file__).resolve().parent / "programs"

TIME_LIMIT_S = 90

_OTHERS = ("GOOGLE_", "GEMINI_", "LIVE_", "SSL_", "PYTHON")
"""Variables that would say something of their own about where to connect."""


def without_addresses() -> dict[str, str]:
    """Return our variables, without those that lead somewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OTHERS) and not name.lower().endswith("_proxy")
    } | {"PYTHONUTF8": "1"}


def run(command: list[str], live: Emulator, *arguments: str, **variables: str) -> str:
    """Run a program and return what it printed.

    The emulator's three variables are all it knows; `variables` come on top.
    """
    done = subprocess.run(
        [*command, *arguments],
        env=without_addresses() | live.environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIME_LIMIT_S,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
    return done.stdout


def play(
    command: list[str], live: Emulator, *arguments: str, **variables: str
) -> dict[str, Any]:
    """Run a program and return what it reported, all of it in one dictionary."""
    report: dict[str, Any] = {}
    for line in run(command, live, *arguments, **variables).splitlines():
        if line.startswith("{"):
            report |= json.loads(line)
    return report


@contextmanager
def folder_beside(environment: Environment) -> Iterator[Path]:
    """Make a folder from which node finds the packages of an environment."""
    with tempfile.TemporaryDirectory(dir=environment.folder) as folder:
        yield Path(folder)


def play_in_node(
    environment: Environment,
    live: Emulator,
    scenario: str,
    speech: Path,
    **options: Any,
) -> dict[str, Any]:
    """Run a scenario of `node_client.mjs`; see there for the options."""
    with folder_beside(environment) as folder:
        for name in ("node_client.mjs", "js_scenarios.mjs"):
            shutil.copy(PROGRAMS / name, folder)
        command = environment.command(folder / "node_client.mjs")
        return play(command, live, scenario, str(speech), json.dumps(options))
