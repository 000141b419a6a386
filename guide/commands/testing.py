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
from guide.commands.clients import ALL_CLIENTS_VARIABLE, ClientTests, clients_for
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
    *("tests/test_*.py", "tests/guide", "tests/chapter_*"),
    *("tests/live_emulator/protocol", "tests/live_emulator/session"),
    "chapter_03/single-exchange.ipynb",
)
"""Where `--quick` looks; tests/conftest.py takes what starts nothing, and one page."""


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
    others = ClientTests(repository, targets, service)
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

        for run in _runs(repository, targets, service, quick):
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
    return [
        path.relative_to(repository).as_posix()
        for pattern in QUICK
        for path in sorted(repository.glob(pattern))
    ]


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


def _runs(
    repository: Path, targets: Sequence[str], service: bool, quick: bool
) -> list[_Run]:
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
    workers = str(_workers(repository, targets))
    shared = ("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder")
    if quick:
        return [_Run("the quick ones", ("--quick", *together), targets, shared)]
    runs = [_Run("side by side", together, targets, shared)]
    if some := _that_mention(repository, without_notebooks, "mark.alone"):
        runs.append(_Run("one at a time", ("-m", "alone"), some))
    return runs


def _that_mention(
    repository: Path, targets: Sequence[str], words: str
) -> Sequence[str]:
    """Return the files of tests with these words; collecting all takes long."""
    found: list[str] = []
    for target in targets:
        path = repository / target.split("::", 1)[0]
        files = sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
        for file in files:
            if file.suffix == ".py" and words in file.read_text("utf-8"):
                name = file.relative_to(repository).as_posix()
                found.append(target if file == path else name)
    return found


def _workers(repository: Path, targets: Sequence[str]) -> int:
    """Return how many tests run side by side: kernels and browsers mostly wait."""
    files = 0
    for target in targets:
        path = repository / target.split("::", 1)[0]
        files += sum(1 for _ in path.rglob("*test*.*")) if path.is_dir() else 1
    return min(max(3, min(6, (os.cpu_count() or 1) + 2)), files)


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
