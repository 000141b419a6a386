"""Fail unless tests take every branch of what decides in the emulator.

python -m tests.live_emulator.core_coverage

That is the rooms `protocol` and `session`, without sockets and clocks. They are
measured with the tests that call it directly, so that a branch is known to be right and
not only to have been passed through. asyncio's debug mode is on.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CORE = ("live_emulator.protocol", "live_emulator.session")
TESTS = tuple(
    f"tests/live_emulator/{path}"
    for path in (
        *("protocol", "session", "cassette/test_scrubbing.py"),
        *(f"faults/test_fault_{name}.py" for name in ("board", "plan", "text")),
    )
)


def main() -> int:
    """Run the tests, print what they missed, and return 0 if that is nothing."""
    with tempfile.TemporaryDirectory() as folder:
        variables = os.environ | {
            "COVERAGE_FILE": str(Path(folder) / "coverage"),
            "PYTHONASYNCIODEBUG": "1",
        }

        def coverage(*arguments: str) -> int:
            command = [sys.executable, "-m", "coverage", *arguments]
            return subprocess.run(command, cwd=REPOSITORY, env=variables).returncode

        source = f"--source={','.join(CORE)}"
        # Chance may find a branch one day and miss it the next.
        chosen = ("--hypothesis-seed=0", *TESTS)
        if code := coverage("run", source, "-m", "pytest", "-q", *chosen):
            return code
        if code := coverage("combine", "-q"):
            return code
        return coverage("report", "--fail-under=100", "--precision=2")


if __name__ == "__main__":
    sys.exit(main())
