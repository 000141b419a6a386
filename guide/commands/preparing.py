"""Run a module that gets what some tests need, and show what it says."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from guide.commands.console import Console
from guide.commands.processes import end_group, group_options

__all__ = ["prepared_by"]


def prepared_by(
    python: Path,
    repository: Path,
    console: Console,
    module: str,
    options: Sequence[str],
) -> bool:
    """Run ``python -m module options`` and return whether it succeeded.

    What it prints is said line by line. It ends with this call, however that ends.
    """
    process = subprocess.Popen(
        [str(python), "-m", module, *options],
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
    return process.returncode == 0
