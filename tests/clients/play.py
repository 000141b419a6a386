"""Run a client's program against an emulator and read its report."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from live_emulator.emulator import Emulator
from tests.clients.environments import Environment

__all__ = ["PROGRAMS", "play", "play_in_node"]

PROGRAMS = Path(__file__).resolve().parent / "programs"

TIME_LIMIT_S = 90

_OTHERS = ("GOOGLE_", "GEMINI_", "LIVE_", "SSL_", "PYTHON")
"""Variables that would say something of their own about where to connect."""


def play(
    command: list[str],
    live: Emulator,
    *arguments: str,
    folder: Path | None = None,
    **variables: str,
) -> dict[str, Any]:
    """Run a program and return what it reported, all of it in one dictionary.

    The emulator's three variables are all it knows; `variables` come on top.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OTHERS) and not name.lower().endswith("_proxy")
    }
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=inherited | {"PYTHONUTF8": "1"} | live.environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIME_LIMIT_S,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
    report: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            report |= json.loads(line)
    return report


def play_in_node(
    environment: Environment,
    live: Emulator,
    scenario: str,
    speech: Path,
    **options: Any,
) -> dict[str, Any]:
    """Run a scenario of `node_client.mjs`; see there for the options."""
    # node looks for packages beside the program.
    for name in ("node_client.mjs", "js_scenarios.mjs"):
        shutil.copy(PROGRAMS / name, environment.folder)
    command = environment.command(environment.folder / "node_client.mjs")
    return play(command, live, scenario, str(speech), json.dumps(options))
