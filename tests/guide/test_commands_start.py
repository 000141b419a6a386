"""guide.py as readers run it, with the Python that runs the tests."""

import ast
import errno
import http.cookiejar
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import pytest

from guide.commands.console import Console
from guide.commands.doctor import doctor
from guide.commands.ports import is_taken
from guide.commands.processes import group_options, interrupt, kill_group

AS_OLD = (
    "import runpy, sys\n"
    "sys.version_info = (3, 9, 18, 'final', 0)\n"
    "runpy.run_path('guide.py', run_name='__main__')\n"
)


@pytest.fixture
def ports():
    """Find three ports on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(("page", "emulator", "notebook"), found, strict=True))


@pytest.fixture
def run(repository):
    """Run guide.py to its end."""

    def run_guide(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "guide.py", *arguments],
            cwd=repository,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run_guide


def options_for(ports):
    return [
        *("--no-install", "--no-browser"),
        *(
            text
            for name, port in ports.items()
            for text in (f"--{name}-port", f"{port}")
        ),
    ]


def one_sentence(text):
    """Tell whether a text is a message, not a traceback."""
    return "Traceback" not in text and len(text.strip().splitlines()) == 1


def test_an_old_python_is_told_so_in_one_sentence(repository):
    """It says which version is needed and where to get it."""
    done = subprocess.run(
        [sys.executable, "-c", AS_OLD], cwd=repository, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and this is Python 3.9." in done.stderr
    assert one_sentence(done.stderr)


def test_any_python_3_can_read_guide_py(repository):
    """It uses no syntax that is younger than Python 3.0."""
    tree = ast.parse((repository / "guide.py").read_text("utf-8"))
    young = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFor)
    assert not [node for node in ast.walk(tree) if isinstance(node, young)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert not functions


def test_the_commands_need_the_standard_library_alone(repository):
    """Nothing is installed when they run."""
    program = (
        "import sys; import guide.commands; "
        "print([name for name, module in sys.modules.items() "
        "if 'site-packages' in (getattr(module, '__file__', None) or '')])"
    )
    # -S leaves the installed packages out; -I would leave the repository out too.
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("name", "what"), [("page", "the pages"), ("notebook", "JupyterLab")]
)
def test_a_taken_port_is_one_sentence(run, ports, name, what):
    """It names the port, its use and the option for another."""
    with socket.create_server(("127.0.0.1", ports[name])):
        done = run(*options_for(ports))
    assert done.returncode == 2
    assert f"Port {ports[name]}, meant for {what}, is taken" in done.stderr
    assert f"--{name}-port" in done.stderr
    assert one_sentence(done.stderr)


def test_a_taken_port_of_the_emulator_is_one_sentence_too(run, ports):
    """Unless an emulator has it, which is then used."""
    with socket.create_server(("127.0.0.1", ports["emulator"])):
        done = run(*options_for(ports))
    assert done.returncode == 2
    assert "meant for the emulator, is taken" in done.stderr
    assert one_sentence(done.stderr)


def test_a_guide_that_already_runs_is_recognised(run, ports, answer_with):
    """The second start points at the first."""
    url = answer_with({"/api/status": {"name": "live_guide"}})
    ports["page"] = int(url.rsplit(":", 1)[1])
    done = run(*options_for(ports))
    assert done.returncode == 1
    assert f"already runs at http://localhost:{ports['page']}" in done.stderr


def test_the_service_without_a_key_is_one_sentence(run, ports):
    """Before anything is started."""
    done = run(*options_for(ports), "--service")
    assert done.returncode == 1
    assert "there is no key" in done.stderr
    assert one_sentence(done.stderr)


@pytest.mark.parametrize(
    "arguments", [["--page-port", "0"], ["--page-port", "x"], ["nonsense"]]
)
def test_wrong_options_are_explained(run, arguments):
    """The message is that of argparse, with its usual exit code."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_unknown_part_is_one_sentence(run):
    """The parts there are stand in it."""
    done = run("test", "--no-install", "chapter_99")
    assert done.returncode == 2
    assert "There is no part named 'chapter_99'" in done.stderr
    assert one_sentence(done.stderr)


def test_the_doctor_speaks_in_sentences(run):
    """Each line has a state and ends as a sentence does; nothing needed is missing."""
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    *findings, empty, conclusion = done.stdout.splitlines()
    assert not empty
    assert conclusion == "The guide can start: python3 guide.py"
    assert len(findings) >= 8
    for line in findings:
        assert re.match(r" *(ok|note)  [A-Z0-9n].+", line), line
    about = " ".join(findings)
    for word in ("Python", ".venv", "disk", "key", "node", "browser", "ort"):
        assert word in about


def test_the_doctor_finds_a_folder_that_is_not_to_be_written_to(tmp_path, monkeypatch):
    """Asked by writing: a disk may be read-only whatever the permissions say."""
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        tmp_path.chmod(0o555)
    else:

        def refuse(**_):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    said = io.StringIO()
    assert doctor(tmp_path, Console(said)) == 1
    assert re.search(rf"lacks  Nothing can be written into {tmp_path}", said.getvalue())
    assert "The guide can't start yet" in said.getvalue()
    tmp_path.chmod(0o755)


@pytest.fixture
def running(repository, ports):
    """Start the guide for real; yields its output until it is ready, and itself."""
    process = subprocess.Popen(
        [sys.executable, "guide.py", *options_for(ports)],
        cwd=repository,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **group_options(),
    )
    lines = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip())
            if "Press Ctrl-C" in line:
                break
        yield process, "\n".join(lines), ports
    finally:
        if process.poll() is None:
            interrupt(process)
            process.wait(60)
        kill_group(process)
        process.stdout.close()


def test_one_command_starts_everything_and_ctrl_c_ends_it(running):
    """Pages, notebooks and emulator answer, and afterwards no port is taken."""
    process, output, ports = running
    assert "The home page is ready" in output, output
    assert "JupyterLab is ready" in output
    assert "The emulator is ready" in output
    pages = f"http://localhost:{ports['page']}"
    status = json.load(urllib.request.urlopen(f"{pages}/api/status"))
    assert status["backend"] == "emulator"
    assert status["emulator"]["reachable"] is True
    assert status["notebooks"]["reachable"] is True

    notebooks = f"http://localhost:{ports['notebook']}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{notebooks}/api/contents")
    assert refused.value.code == 403

    # The link in the terminal is all a browser needs to get into JupyterLab.
    link = re.search(r"http://localhost:\d+/\?pass=\S+", output)[0]
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    assert b"First words" in browser.open(link).read()
    lab = browser.open(f"{pages}/notebook/")
    assert lab.url.startswith(f"{notebooks}/lab")
    assert b"jupyter-config-data" in lab.read()

    interrupt(process)
    rest = process.stdout.read()
    assert process.wait(60) == 0
    assert rest.rstrip().endswith("Everything is stopped.")
    assert not [port for port in ports.values() if is_taken(port)]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGTERM between programs")
def test_a_request_to_end_is_obeyed_like_ctrl_c(running):
    """A system that shuts down leaves nothing behind."""
    process, _, ports = running
    process.send_signal(signal.SIGTERM)
    assert process.stdout.read().rstrip().endswith("Everything is stopped.")
    assert process.wait(60) == 0
    assert not [port for port in ports.values() if is_taken(port)]


def test_jupyterlab_obeys_our_settings(repository, tmp_path):
    """Messages go out at once, and no news are fetched."""
    folder = repository / "guide" / "jupyter"
    variables = {
        "JUPYTER_CONFIG_PATH": str(folder),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlab", "--show-config-json"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    settings = json.loads(done.stdout)
    connection = settings["ServerApp"]["kernel_websocket_connection_class"]
    assert "PromptConnection" in str(connection)
    overrides = folder / "labconfig" / "default_setting_overrides.json"
    notification = json.loads(overrides.read_text("utf-8"))
    news = notification["@jupyterlab/apputils-extension:notification"]["fetchNews"]
    assert news == "false"
