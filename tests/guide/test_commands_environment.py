"""`.venv` of a small repository that needs one package of its own."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from guide.commands import environment as module
from guide.commands.console import Console
from guide.commands.environment import Environment
from guide.commands.problems import Problem


class Watched(Environment):
    """Counts the runs of pip."""

    def __init__(self, folder):
        self.said = io.StringIO()
        super().__init__(folder, Console(self.said))
        self.installs = 0

    def _install(self, files, started_s):
        self.installs += 1
        super()._install(files, started_s)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a repository with an environment that holds nothing yet."""
    root = tmp_path_factory.mktemp("made")
    (root / "requirements.txt").write_text("# nothing\n")
    (root / "requirements-test.txt").write_text("# nothing\n")
    (root / "pyproject.toml").write_text("[project]\n")
    environment = Watched(root)
    environment.prepare("requirements.txt")
    assert environment.installs == 1
    return root


@pytest.fixture
def no_index(monkeypatch, free_port):
    """Point pip at an index that is not there, as without a network."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port}/simple")


def test_a_second_start_installs_nothing(made):
    """As long as nothing changed, pip is not even asked."""
    environment = Watched(made)
    environment.prepare("requirements.txt")
    assert environment.installs == 0
    assert environment.python.exists()


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_changed_requirements_are_installed(made, changed):
    """A change of either file is noticed, once."""
    path = made / changed
    path.write_text(path.read_text() + "\n# changed\n")
    for installs in (1, 0):
        environment = Watched(made)
        environment.prepare("requirements.txt")
        assert environment.installs == installs


def test_what_the_tests_need_covers_what_the_guide_needs(made):
    """After both were installed together, the guide alone starts at once."""
    environment = Watched(made)
    environment.prepare("requirements.txt", "requirements-test.txt")
    assert environment.installs == 1
    environment.prepare("requirements.txt")
    environment.prepare("requirements.txt", "requirements-test.txt")
    assert environment.installs == 1


def test_without_a_network_the_installation_fails_in_one_sentence(made, no_index):
    """Nothing is stamped, so the next start tries again; pip's words are shown."""
    original = (made / "requirements.txt").read_text()
    (made / "requirements.txt").write_text("live-guide-needs-this==1\n")
    try:
        for _ in range(2):
            environment = Watched(made)
            with pytest.raises(Problem, match="no way to the package index"):
                environment.prepare("requirements.txt")
            assert environment.installs == 1
            assert "ERROR:" in environment.said.getvalue()
    finally:
        (made / "requirements.txt").write_text(original)


def test_a_moved_repository_is_installed_again(made, tmp_path):
    """The editable install would point at the old folder."""
    moved = tmp_path / "moved"
    shutil.copytree(made, moved, symlinks=True)
    environment = Watched(moved)
    environment.prepare("requirements.txt")
    assert environment.installs == 1


def test_a_half_made_environment_is_made_again(made, tmp_path, monkeypatch):
    """One without pip, as an interrupted start leaves it, is replaced."""
    half = tmp_path / "half"
    half.mkdir()
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(made / name, half)
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(half / ".venv")], check=True
    )
    made_again = []
    monkeypatch.setattr(Environment, "_make", lambda self: made_again.append(self))
    monkeypatch.setattr(Environment, "_install", lambda *_: None)
    Environment(half, Console(io.StringIO())).prepare("requirements.txt")
    assert made_again


def test_a_python_without_venv_is_explained(tmp_path, monkeypatch):
    """Debian ships venv apart; the package is named."""
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Problem, match=r"sudo apt install python3\.\d+-venv"):
        Environment(tmp_path, Console(io.StringIO())).prepare("requirements.txt")


def test_a_full_disk_is_noticed_before_anything_is_made(tmp_path, monkeypatch):
    """The message says how much there is and how much is needed."""
    usage = shutil._ntuple_diskusage(10**12, 10**12, 200_000_000)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Problem, match=r"0\.2 GB are free, and .* about 1\.5 GB"):
        Environment(tmp_path, Console(io.StringIO())).prepare("requirements.txt")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signal to a process")
def test_an_interrupted_installation_leaves_no_stamp_and_no_process(
    made, repository, tmp_path, no_index, monkeypatch
):
    """Ctrl-C while pip waits for a slow index ends both, with one sentence."""
    clone = tmp_path / "clone"
    shutil.copytree(made, clone, symlinks=True)
    shutil.copytree(repository / "guide" / "commands", clone / "guide" / "commands")
    for path in (repository / "guide").glob("*.py"):
        shutil.copy(path, clone / "guide")
    shutil.copy(repository / "guide.py", clone)
    (clone / "requirements.txt").write_text("live-guide-needs-this==1\n")
    with socket.create_server(("127.0.0.1", 0)) as index:
        port = index.getsockname()[1]
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
        started = subprocess.Popen(
            [sys.executable, "guide.py", "--no-browser", *_free_ports()],
            cwd=clone,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        index.settimeout(60)
        connection, _ = index.accept()  # pip is at work now, and gets no answer
        started.send_signal(signal.SIGINT)
        output, _ = started.communicate(timeout=60)
        connection.settimeout(60)
        while connection.recv(65536):
            pass  # pip is gone: its side of the connection is closed
        connection.close()
    assert started.returncode == 130
    assert output.rstrip().endswith("Stopped. The same command goes on from here.")
    assert "Traceback" not in output
    environment = Watched(clone)
    assert environment._stamp(["requirements.txt"]) != environment._digest(
        ["requirements.txt"]
    )


def _free_ports():
    options = []
    for option in ("--page-port", "--emulator-port", "--notebook-port"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            options += [option, str(probe.getsockname()[1])]
    return options


def test_progress_is_shown_where_lines_cannot_be_rewritten():
    """A log gets a line for each step, not one for each package."""
    stream = io.StringIO()
    console = Console(stream)
    console.progress("Finding packages", "1 so far", 0.2)
    console.progress("Finding packages", "2 so far", 0.4)
    console.progress("Installing 3 packages", "", 5.0)
    assert stream.getvalue() == (
        "Finding packages: 1 so far (0 s)\nInstalling 3 packages (5 s)\n"
    )


def test_progress_rewrites_its_line_on_a_terminal(monkeypatch):
    """What is said afterwards stands on a clean line."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    console = Console(stream)
    console.progress("Finding packages", "a very long name", 1.0)
    console.say("Done.")
    lines = stream.getvalue().split("\r")
    assert lines[1] == "Finding packages: a"
    assert lines[-1] == "Done.\n"
