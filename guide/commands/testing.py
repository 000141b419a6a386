"""`python3 guide.py test`: every test, or those of one part.

Two runs of pytest. In the first, units and notebooks share the machine, a file
to a worker. The second has those that measure time or listen to a browser's
audio (marked ``alone``), one after the other, with the machine to themselves.

Conversations happen in real time, and a machine that is busy with other things can
be too late for one. So the files of tests that failed are run once more, by
themselves. What passes then is named in the summary as unsteady, and counts as
passed, unless there is more of it than a busy machine explains.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guide.backend_choice import isolate
from guide.commands.backend_question import ask_backend
from guide.commands.browser import BROWSER_VARIABLE
from guide.commands.clients import (
    ALL_CLIENTS_VARIABLE,
    FOLDER,
    Passed,
    clients_for,
    needs_clients,
    what_clients_depend_on,
)
from guide.commands.console import Console
from guide.commands.environment import Environment
from guide.commands.preparing import prepared_by
from guide.commands.problems import Problem
from guide.commands.processes import end_group, group_options
from guide.commands.system_packages import (
    browser_for,
    find_node,
    portaudio_for,
    virtual_sound_card_for,
)
from guide.commands.test_report import (
    MOST_UNSTEADY_FILES,
    Report,
    read_report,
    summary,
)

__all__ = ["exit_code_of", "run_tests", "targets_for"]

NOTEBOOK_OPTIONS = (
    "--nbval-current-env",
    *("--nbval-cell-timeout", "60"),
    *("--nbval-kernel-startup-timeout", "60"),
    *("--nbval-sanitize-with", "tests/nbval_sanitize.cfg"),
)
SOME_FAILED = 1
"""pytest's exit code when tests failed and nothing else was wrong."""
NODE_PACKAGES = "tests/javascript/packages.py"
"""Gets packages for node; costs nothing once they are there."""
NOTHING_COLLECTED = 5
"""pytest's exit code when no test was selected."""
MOST_FILES_AGAIN = 6
"""If more files failed, it was not a busy machine."""
QUICK = (
    "chapter_03/single-exchange.ipynb",
    "tests/chapter_03/test_page.py",
)
"""What `--quick` runs."""


@dataclass(frozen=True)
class _Run:
    """One run of pytest."""

    name: str
    options: tuple[str, ...]
    targets: Sequence[str]
    workers: tuple[str, ...] = ()


def run_tests(
    repository: Path,
    parts: Sequence[str],
    for_pytest: Sequence[str],
    console: Console,
    *,
    install: bool = True,
    service: bool = False,
    everything: bool = False,
    quick: bool = False,
    clients: bool = True,
) -> int:
    """Run the tests and return pytest's exit code, 0 if all is well.

    Args:
        repository: Where everything lies.
        parts: See `targets_for`.
        for_pytest: Options that pytest gets as they are.
        console: For what is said in between.
        install: Bring `.venv` up to date first, and use it.
        service: Run against Google's service what can be: notebooks, without
            comparing outputs, and tests marked ``service``.
        everything: Also test old and large clients of the emulator, whose
            environments take minutes to make.
        quick: Run what takes no more than two minutes (`QUICK`) instead of parts.
        clients: Also test the emulator with clients in environments of their own.

    Raises:
        Problem: The environment can't be made, there is no such part, or the
            service is asked for without a key.

    """
    targets = _quick(repository) if quick else targets_for(repository, parts)
    python = Path(sys.executable)
    if install:
        environment = Environment(repository, console)
        environment.prepare("requirements.txt", "requirements-test.txt")
        python = environment.python
    if service:
        ask_backend(repository, python, "service")
    variables = _variables(python, console, service)
    if everything:
        variables[ALL_CLIENTS_VARIABLE] = "1"
    others = _Clients(repository, targets, service)
    if not clients:
        others.leave_out("as --no-clients asks for.")
    elif not parts and not everything:
        others.leave_out_what_passed()
    if install and others.run:
        others.are_there = clients_for(
            python, repository, console, everything=everything
        )
    if install and not service and (repository / NODE_PACKAGES).is_file():
        module = NODE_PACKAGES.removesuffix(".py").replace("/", ".")
        prepared_by(python, repository, console, module, ())
    started_s = time.monotonic()
    reports: list[Report] = []
    exit_codes: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        variables["JUPYTER_CONFIG_DIR"] = str(Path(folder) / "config")
        variables["JUPYTER_RUNTIME_DIR"] = str(Path(folder) / "runtime")

        def attempt(name: str, *options: str) -> tuple[int, Report]:
            console.say(f"\nTests, {name}:")
            results = Path(folder) / f"{name}.xml"
            command = [str(python), "-m", "pytest", f"--junitxml={results}"]
            # The older family of reports names files.
            command += ["-o", "junit_family=xunit1", *for_pytest, *options]
            code = _run(command, repository, variables)
            return code, read_report(name, results)

        for run in _runs(targets, service):
            options = (*run.options, *others.options)
            code, report = attempt(run.name, *run.workers, *options, *run.targets)
            files = report.failed_files
            if code == SOME_FAILED and 0 < len(files) <= MOST_FILES_AGAIN:
                name = f"{run.name}, those that failed, by themselves"
                code, again = attempt(name, *options, *files)
                report.settle(again, code)
                code = SOME_FAILED if report.failures else code
            exit_codes.append(code)
            reports.append(report)
    exit_code = exit_code_of(exit_codes)
    unsteady = {file for report in reports for file in report.unsteady_files}
    if len(unsteady) > MOST_UNSTEADY_FILES:
        exit_code = exit_code or SOME_FAILED
    if exit_code in (0, SOME_FAILED) and not for_pytest:
        others.note_if_passed(reports)
    elapsed_s = time.monotonic() - started_s
    console.say()
    for line in summary(reports, exit_code, elapsed_s, others.remarks):
        console.say(line)
    return exit_code


class _Clients:
    """Whether tests of other clients run, and the record of what they passed with."""

    def __init__(self, repository: Path, targets: Sequence[str], service: bool) -> None:
        self._targets = targets
        self._record = Passed.of(repository)
        self.run = not service and needs_clients(repository, targets)
        self._digest = what_clients_depend_on(repository) if self.run else ""
        self.are_there = True
        self.options: tuple[str, ...] = ()
        self.remarks: list[str] = []

    def leave_out(self, reason: str) -> None:
        """Leave the tests out, and say so in the summary."""
        if self.run:
            self.run = False
            self.options = (f"--ignore={FOLDER}",)
            self.remarks = [f"{FOLDER} was left out, {reason}"]

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
        whole = FOLDER in self._targets or "tests" in self._targets
        if not (self.run and whole and self.are_there):
            return
        tests = [
            test
            for report in reports
            for test in (*report.tests.values(), *report.unsteady)
            if test.file.startswith(f"{FOLDER}/")
        ]
        unsteady = {test.name for report in reports for test in report.unsteady}
        if tests and all(
            test.outcome == "passed" and test.name not in unsteady for test in tests
        ):
            self._record.note(self._digest)


def targets_for(repository: Path, parts: Sequence[str]) -> list[str]:
    """Return what pytest is to collect for these parts; for none, everything.

    Raises:
        Problem: A part is neither a folder of tests, nor a chapter, nor a path.

    """
    if not parts:
        return ["tests", *_notebooks(repository, "chapter_*")]
    targets: list[str] = []
    for part in parts:
        name = part.replace("\\", "/").strip("/")
        found = [
            path
            for path in (f"tests/{name}", f"tests/test_{name}.py")
            if (repository / path).exists()
        ]
        if name.startswith("chapter_"):
            found += _notebooks(repository, name)
        path = name.split("::", 1)[0]
        if not found and (repository / path).is_file():
            found = [name]
        if not found and name.startswith("tests/") and (repository / path).is_dir():
            found = [name]
        if not found:
            raise Problem(
                f"There is no part named {part!r}. There are: "
                f"{', '.join(_parts(repository))}.",
                exit_code=2,
            )
        targets += found
    return targets


def _quick(repository: Path) -> list[str]:
    return [path for path in QUICK if (repository / path).exists()]


def _notebooks(repository: Path, folders: str) -> list[str]:
    return sorted(
        path.relative_to(repository).as_posix()
        for path in repository.glob(f"{folders}/*.ipynb")
    )


def _parts(repository: Path) -> list[str]:
    names = {
        path.name
        for path in (repository / "tests").iterdir()
        if path.is_dir() and any(path.rglob("*test*"))
    }
    names |= {path.parent.name for path in repository.glob("chapter_*/*.ipynb")}
    names |= {
        path.stem.removeprefix("test_")
        for path in (repository / "tests").glob("test_*.py")
    }
    return sorted(names)


def _runs(targets: Sequence[str], service: bool) -> list[_Run]:
    without_notebooks = [path for path in targets if not path.endswith(".ipynb")]
    if service:
        # One session at a time: a key allows only a few.
        chosen = ("--nbval-lax", *NOTEBOOK_OPTIONS)
        notebooks = [path for path in targets if path.endswith(".ipynb")]
        runs = [
            _Run("notebooks with the service", chosen, notebooks),
            _Run("tests with the service", ("-m", "service"), without_notebooks),
        ]
        return [run for run in runs if run.targets]
    together = ("-m", "not alone", "--nbval", *NOTEBOOK_OPTIONS)
    # tests/conftest.py puts files first that take long.
    shared = ("-n", str(_workers()), "--dist", "loadfile", "--no-loadscope-reorder")
    runs = [_Run("side by side", together, targets, shared)]
    if without_notebooks:
        runs.append(_Run("one at a time", ("-m", "alone"), without_notebooks))
    return runs


def _workers() -> int:
    """Return how many tests run side by side: kernels and browsers mostly wait."""
    return max(3, min(6, (os.cpu_count() or 1) + 2))


def _variables(python: Path, console: Console, service: bool) -> dict[str, str]:
    variables = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONUTF8": "1"}
    # Tests start hundreds of Pythons; without this each would compile the sources anew.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    if service:
        variables |= {"LIVE_BACKEND": "service", "LIVE_TEST_TARGET": "service"}
    else:
        isolate(variables)
    if browser := browser_for(python, console):
        variables[BROWSER_VARIABLE] = browser
    portaudio_for(python, console)
    virtual_sound_card_for(console)
    node, sentence = find_node()
    if node is None:
        console.say(f"{sentence} Until then tests of JavaScript are left out.")
    return variables


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> int:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        **group_options(),
    )
    try:
        return process.wait()
    finally:
        end_group(process, patience_s=10.0)


def exit_code_of(codes: Sequence[int]) -> int:
    """Return one exit code for several runs of pytest."""
    failures = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    if failures:
        return failures[0]
    return 0 if 0 in codes else NOTHING_COLLECTED
