"""When the clients' environments are made, and what is said about them."""

import io
import sys
from pathlib import Path

import pytest

from guide.commands.clients import (
    ClientTests,
    clients_for,
    needs_clients,
    what_clients_depend_on,
)
from guide.commands.command_line import parse
from guide.commands.console import Console
from guide.commands.test_report import Report, Test

PYTHON = Path(sys.executable)

PROGRAM = """
import sys
print("arguments:", sys.argv[1:])
sys.exit({code})
"""


@pytest.fixture
def small(tmp_path):
    """Lay out a repository whose clients are made by a small program."""
    folder = tmp_path / "tests" / "clients"
    folder.mkdir(parents=True)
    (folder / "environments.py").write_text(PROGRAM.format(code=0))
    return tmp_path


@pytest.mark.parametrize(
    ("targets", "needed"),
    [
        (["tests", "chapter_01/lesson.ipynb"], True),
        (["tests/clients"], True),
        (["tests/clients/test_pages.py::test_x"], True),
        (["tests/guide", "chapter_01/lesson.ipynb"], False),
    ],
)
def test_only_tests_of_clients_need_them(small, targets, needed):
    """A part of the tests doesn't wait for what it has no use for."""
    assert needs_clients(small, targets) is needed


def test_a_repository_without_clients_needs_none(tmp_path):
    """Nothing is started that is not there."""
    assert not needs_clients(tmp_path, ["tests"])


@pytest.mark.parametrize(
    ("everything", "arguments"), [(False, "[]"), (True, "['--all']")]
)
def test_what_is_made_depends_on_what_is_asked_for(small, everything, arguments):
    """The heavy ones are made for `--all` alone; the program's lines are passed on."""
    said = io.StringIO()
    assert clients_for(PYTHON, small, Console(said), everything=everything)
    assert said.getvalue() == f"arguments: {arguments}\n"


def test_a_failure_is_no_end(small):
    """It is said what is left out, and the tests go on without."""
    program = small / "tests" / "clients" / "environments.py"
    program.write_text(PROGRAM.format(code=1))
    said = io.StringIO()
    assert not clients_for(PYTHON, small, Console(said), everything=False)
    assert "will be left out. The same command tries again." in said.getvalue()


def test_everything_is_an_option_of_the_test_command():
    """Without it the heavy clients are left out."""
    options, for_pytest = parse(["test", "clients", "--all", "--", "-x"])
    assert options.everything
    assert (options.parts, for_pytest) == (["clients"], ["-x"])
    assert not parse(["test"])[0].everything


@pytest.fixture
def emulator(small):
    """Add an emulator, a pin, a test and what the emulator needs."""
    for name, text in (
        ("live_emulator/emulator.py", "WORDS = 'hello'\n"),
        ("live_emulator/__pycache__/emulator.pyc", "1"),
        ("tests/clients/requirements/one.lock", "one==1\n"),
        ("tests/clients/test_one.py", "def test_one(): pass\n"),
        ("guide/models.py", "OLD = 1\n"),
        ("pyproject.toml", '[project]\ndependencies = ["aiohttp"]\n'),
    ):
        path = small / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return small


@pytest.mark.parametrize(
    ("path", "content", "changes"),
    [
        ("live_emulator/emulator.py", "WORDS = 'bye'\n", True),
        ("live_emulator/new.py", "", True),
        ("tests/clients/requirements/one.lock", "one==2\n", True),
        ("tests/clients/test_one.py", "", True),
        ("pyproject.toml", '[project]\ndependencies = ["aiohttp>=4"]\n', True),
        ("pyproject.toml", '[project]\ndependencies = ["aiohttp"] # same\n', False),
        ("live_emulator/emulator.py", "WORDS = 'hello'\r\n", False),
        ("live_emulator/__pycache__/emulator.pyc", "2", False),
        ("guide/models.py", "NEW = 1\n", False),
    ],
)
def test_what_these_tests_depend_on(emulator, path, content, changes):
    """The emulator, what it needs, the pins and the tests; nothing of the guide."""
    before = what_clients_depend_on(emulator)
    (emulator / path).write_bytes(content.encode())
    assert (what_clients_depend_on(emulator) != before) == changes


ONE = Test("one", "tests/clients/test_one.py", "passed")


def left_out(repository):
    """Tell whether the next run leaves these tests out."""
    clients = ClientTests(repository, ["tests"], service=False)
    clients.leave_out_what_passed()
    assert bool(clients.options) == bool(clients.remarks) == (not clients.run)
    return not clients.run


def ran(repository, *tests, targets=("tests",), unsteady=(), are_there=True):
    """Report what came of a run."""
    clients = ClientTests(repository, targets, service=False)
    clients.are_there = are_there
    report = Report("a", {test.name: test for test in tests}, unsteady=list(unsteady))
    clients.note_if_passed([report])


def test_a_pass_is_remembered_until_something_changes(emulator):
    """Another digest is another pass, and only the latest is kept."""
    assert not left_out(emulator)
    ran(emulator, ONE, Test("other", "tests/guide/test_a.py", "failed"))
    assert left_out(emulator)
    file = emulator / "live_emulator" / "emulator.py"
    file.write_text("")
    assert not left_out(emulator)
    ran(emulator, ONE, targets=["tests/clients"])
    assert left_out(emulator)


@pytest.mark.parametrize(
    ("tests", "options"),
    [
        ([ONE, Test("two", "tests/clients/test_one.py", "failed")], {}),
        ([ONE, Test("two", "tests/clients/test_one.py", "skipped")], {}),
        ([ONE], {"unsteady": [ONE]}),
        ([ONE], {"are_there": False}),
        ([ONE], {"targets": ["tests/clients/test_one.py"]}),
        ([], {}),
    ],
)
def test_only_a_whole_and_steady_pass_is_remembered(emulator, tests, options):
    """One that failed, was skipped, was unsteady or was not run, runs again."""
    ran(emulator, *tests, **options)
    assert not left_out(emulator)


def test_a_damaged_record_is_none(emulator):
    """The tests run, and the record is written anew."""
    ran(emulator, ONE)
    [record] = emulator.glob(".pytest_cache/*.json")
    record.write_text("[]")
    assert not left_out(emulator)
    ran(emulator, ONE)
    assert left_out(emulator)
