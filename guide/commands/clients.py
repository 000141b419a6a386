"""Make the environments of other clients that the emulator is tested with.

Their tests take minutes and depend on the emulator, on the pins of the clients and on
the tests themselves. While all of these are as they were when the tests last passed,
a run of everything leaves them out and says so.
"""

import datetime
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from guide.commands.console import Console
from guide.commands.preparing import prepared_by
from guide.commands.test_report import Report

__all__ = [
    "ALL_CLIENTS_VARIABLE",
    "ClientTests",
    "clients_for",
    "needs_clients",
    "what_clients_depend_on",
]

ALL_CLIENTS_VARIABLE = "LIVE_TEST_ALL_CLIENTS"
"""Tells the tests to run old versions and large frameworks, too."""

_FOLDER = "tests/clients"

_SOURCES = ("live_emulator", _FOLDER, "tests/live_emulator/faults")
_LEFT_ASIDE = ("__pycache__", "node_modules")


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


def what_clients_depend_on(repository: Path) -> str:
    """Return a digest that changes with whatever can change what these tests find.

    That is the emulator and what it is built with, the tests and the clients' pins,
    and the Python that runs them.
    """
    digest = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    needed = project.get("project", {}).get("dependencies", [])
    digest.update(repr((project.get("build-system"), needed)).encode())
    for path in _sources(repository):
        # Line ends are those of the checkout; they change nothing.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.relative_to(repository).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _sources(repository: Path) -> Iterator[Path]:
    for folder in _SOURCES:
        for path in sorted((repository / folder).rglob("*")):
            if path.is_file() and not set(_LEFT_ASIDE) & set(path.parts):
                yield path


class ClientTests:
    """Whether tests of other clients run, and the record of what they passed with."""

    def __init__(self, repository: Path, targets: Sequence[str], service: bool) -> None:
        self._targets = targets
        self._record = _Record.of(repository)
        self.run = not service and needs_clients(repository, targets)
        self._digest = what_clients_depend_on(repository) if self.run else ""
        self.are_there = True
        self.options: tuple[str, ...] = ()
        self.remarks: list[str] = []

    def leave_out(self, reason: str) -> None:
        """Leave the tests out, and say so in the summary."""
        if self.run:
            self.run = False
            self.options = (f"--ignore={_FOLDER}",)
            self.remarks = [f"{_FOLDER} was left out, {reason}"]

    def leave_out_what_passed(self) -> None:
        """Leave the tests out if they passed before with the same of everything."""
        day = self._record.day_of(self._digest) if self.run else None
        if day is not None:
            self.leave_out(
                f"because it passed on {day}, and neither the emulator nor the clients "
                "have changed since. python3 guide.py test clients runs it."
            )

    def note_if_passed(self, reports: Sequence[Report]) -> None:
        """Remember a pass of the whole folder, steady and with every client."""
        whole = _FOLDER in self._targets or "tests" in self._targets
        if not (self.run and whole and self.are_there):
            return
        tests = [
            test
            for report in reports
            for test in (*report.tests.values(), *report.unsteady)
            if test.file.startswith(f"{_FOLDER}/")
        ]
        unsteady = {test.name for report in reports for test in report.unsteady}
        if tests and all(
            test.outcome == "passed" and test.name not in unsteady for test in tests
        ):
            self._record.note(self._digest)


@dataclass(frozen=True)
class _Record:
    """The record of what the clients' tests last passed with, in this repository."""

    path: Path

    @classmethod
    def of(cls, repository: Path) -> "_Record":
        """Return the record, which `pytest --cache-clear` removes."""
        return cls(repository / ".pytest_cache" / "clients-passed.json")

    def day_of(self, digest: str) -> str | None:
        """Return the day on which the tests passed with this; None if never."""
        try:
            days = json.loads(self.path.read_text("utf-8"))
            return str(days[digest]) if digest in days else None
        except (OSError, ValueError, TypeError):
            return None

    def note(self, digest: str) -> None:
        """Remember that the tests passed with this, today, and with nothing else."""
        today = datetime.date.today().isoformat()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({digest: today}) + "\n", "utf-8")
