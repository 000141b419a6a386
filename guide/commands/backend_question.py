"""Ask the guide's own interpreter which backend it would use."""

import json
import os
import subprocess
from pathlib import Path

from guide.commands.problems import Problem

__all__ = ["ask_backend"]


def ask_backend(repository: Path, python: Path, wanted: str | None) -> tuple[str, str]:
    """Return kind and description; `guide.backend` decides, with ``.env`` read.

    Raises:
        Problem: The wish can't be fulfilled, the service without a key for one.

    """
    variables = dict(os.environ)
    if wanted:
        variables["LIVE_BACKEND"] = wanted
    asked = subprocess.run(
        [str(python), "-m", "guide.backend"],
        cwd=repository,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if asked.returncode != 0:
        last = (asked.stderr.strip().splitlines() or ["no message"])[-1]
        raise Problem(last)
    answer = json.loads(asked.stdout)
    return str(answer["kind"]), str(answer["description"])
