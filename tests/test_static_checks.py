"""Style and types of everything, as CONTRIBUTING.md promises."""

import subprocess
import sys

import pytest

CHECKS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy"],
}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.timeout(300)
def test_the_code_is_clean(name, repository):
    """Nothing to complain about, and nothing to reformat."""
    done = subprocess.run(
        [sys.executable, "-m", *CHECKS[name]],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
