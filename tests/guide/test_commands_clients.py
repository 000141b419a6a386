"""When the clients' environments are made, and what is said about them."""

import io
import sys
from pathlib import Path

import pytest

from guide.commands.clients import clients_for, needs_clients
from guide.commands.command_line import parse
from guide.commands.console import Console

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
