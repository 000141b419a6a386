"""guide.py with a chapter that has a server, in a repository of its own.

The server is a real one. JupyterLab's place is taken by a small program, and the
emulator's by an answer, because both take long and are tested elsewhere.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from guide.commands.locks import port_lock
from guide.commands.ports import answer_of, is_taken
from guide.commands.processes import group_options, interrupt, kill_group

NOTEBOOKS = """
import http.server, signal, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self):
        self.do_GET()
        raise KeyboardInterrupt

    def log_message(self, *_):
        pass

if hasattr(signal, "SIGBREAK"):
    signal.signal(signal.SIGBREAK, signal.default_int_handler)
port = next(int(word[7:]) for word in sys.argv if word.startswith("--port="))
try:
    http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
except KeyboardInterrupt:
    pass
"""

SERVER = """
import asyncio, contextlib, os, pathlib, sys

from fastapi import FastAPI, WebSocket

from guide.servers import run_server

MODE = os.environ.get("PLANTED", "plain")
if MODE == "dies":
    sys.exit("no such file: voices.db")


@contextlib.asynccontextmanager
async def slowly(_app):
    while MODE == "slow" and not pathlib.Path("come").exists():
        await asyncio.sleep(0.05)
    yield


app = FastAPI(lifespan=slowly)


@app.get("/health")
async def health():
    return {"name": "chapter_08"}


@app.post("/end")
async def end():
    print("out of memory", flush=True)
    os._exit(3)


@app.websocket("/ws")
async def echo(line: WebSocket):
    await line.accept()
    async for said in line.iter_text():
        await line.send_text(said.upper())


if __name__ == "__main__":
    raise SystemExit(run_server(app, chapter=8))
"""


@pytest.fixture
def planted(tmp_path, repository):
    """Copy the guide and add a chapter with a server."""
    root = tmp_path / "planted"
    root.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "figures", "wire_log")
    shutil.copytree(repository / "guide", root / "guide", ignore=ignored)
    shutil.copy(repository / "guide.py", root)
    (root / "jupyterlab.py").write_text(NOTEBOOKS)
    chapter = root / "chapter_08"
    chapter.mkdir()
    (chapter / "README.md").write_text("# A server in the middle\n")
    (chapter / "index.html").write_text("<html>eight</html>")
    (chapter / "server.py").write_text(SERVER)
    return root


@pytest.fixture
def ports(answer_with):
    """Find ports on which nobody listens, and one of an emulator."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    emulator = answer_with({"/emulator": {"name": "live_emulator"}})
    return SimpleNamespace(
        page=found[0],
        notebook=found[1],
        server=found[2],
        emulator=int(emulator.rsplit(":", 1)[1]),
    )


def command(ports):
    return [
        *(sys.executable, "guide.py", "--no-install", "--no-browser"),
        *("--page-port", str(ports.page), "--notebook-port", str(ports.notebook)),
        *("--emulator-port", str(ports.emulator)),
        *("--chapter-08-port", str(ports.server)),
    ]


class Guide:
    """A guide that runs; reads what it says as it says it."""

    def __init__(self, planted, ports, **variables):
        self.ports = ports
        # The copy comes before the repository that is installed.
        path = os.pathsep.join([str(planted), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            command(ports),
            cwd=planted,
            env={**os.environ, "PYTHONPATH": path, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **group_options(),
        )
        self.said = []

    def until(self, words):
        """Read on until these words; returns all that was said so far."""
        if any(words in line for line in self.said):
            return "\n".join(self.said)
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if words in line:
                return "\n".join(self.said)
        raise AssertionError("\n".join([f"never said: {words}", *self.said]))

    def stop(self):
        """Press Ctrl-C; returns all that was said."""
        interrupt(self.process)
        self.said += self.process.stdout.read().splitlines()
        self.process.wait(60)
        return "\n".join(self.said)

    def status(self):
        """Ask the page server."""
        return answer_of(
            f"http://localhost:{self.ports.page}/api/status", timeout_s=30.0
        )

    def url(self, path):
        """Return an address on the chapter's server."""
        return f"http://localhost:{self.ports.server}{path}"


@pytest.fixture
def start(planted, ports):
    """Start guides; they end with the test."""
    guides = []

    def run(**variables):
        guides.append(Guide(planted, ports, **variables))
        return guides[-1]

    yield run
    for guide in guides:
        if guide.process.poll() is None:
            interrupt(guide.process)
            guide.process.wait(60)
        kill_group(guide.process)
        guide.process.stdout.close()


def free(ports):
    """Tell whether nobody listens any more."""
    return not any(map(is_taken, (ports.page, ports.notebook, ports.server)))


def test_a_server_is_a_service_like_the_others(start, ports, planted):
    """Started, announced, shown, reachable from pages, and ended at Ctrl-C."""
    guide = start()
    said = guide.until("Press Ctrl-C")
    assert f"The server of chapter 8 is ready: {guide.url('/chapter_08/')}" in said

    [server] = guide.status()["servers"]
    assert server["chapter"] == 8
    assert server["title"] == "A server in the middle"
    assert server["page"] == guide.url("/chapter_08/")
    assert server["reachable"] is True

    pages = f"http://localhost:{ports.page}"
    with urllib.request.urlopen(f"{pages}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
    for origin in (guide.url(""), guide.url("").replace("http", "ws")):
        assert f" {origin} " in policy.replace(";", " ;")
    with urllib.request.urlopen(guide.url("/chapter_08/")) as answer:
        assert answer.read() == b"<html>eight</html>"
    asked = urllib.request.Request(guide.url("/health"), headers={"Origin": pages})
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == pages
    socket_url = guide.url("/ws").replace("http", "ws")
    with connect(socket_url, origin=pages, proxy=None) as line:
        line.send("hello")
        assert line.recv(timeout=30) == "HELLO"
    with pytest.raises(InvalidStatus):
        connect(socket_url, origin="https://evil.example", proxy=None)

    assert guide.stop().endswith("Everything is stopped.")
    assert guide.process.returncode == 0
    assert free(ports)
    assert (
        (planted / ".venv" / "guide" / "chapter_08.log")
        .read_text()
        .startswith("Ready: http://localhost:")
    )


def test_a_server_that_cannot_start_is_named_and_the_rest_goes_on(start):
    """With its last words; the home page does not claim that it runs."""
    guide = start(PLANTED="dies")
    said = guide.until("Press Ctrl-C")
    assert "  no such file: voices.db" in said
    assert (
        "The server of chapter 8 could not start (exit code 1). The rest goes on."
        in said
    )
    assert "chapter_08.log" in said
    assert guide.status()["servers"][0]["reachable"] is False
    assert guide.stop().endswith("Everything is stopped.")


def test_a_server_that_dies_later_is_started_again(start):
    """The reader is told, and its page works again."""
    guide = start()
    guide.until("Press Ctrl-C")
    with pytest.raises((OSError, urllib.error.URLError)):
        urllib.request.urlopen(urllib.request.Request(guide.url("/end"), b""))
    said = guide.until("is started again")
    assert "  out of memory" in said
    assert "The server of chapter 8 stopped (exit code 3) and is started again" in said
    guide.said.clear()
    guide.until("The server of chapter 8 is ready")
    assert answer_of(guide.url("/health")) == {"name": "chapter_08"}
    assert guide.stop().endswith("Everything is stopped.")


def test_a_slow_server_holds_up_nobody(start, planted):
    """The home page is there before it, and shows it as soon as it comes."""
    guide = start(PLANTED="slow")
    guide.until("The home page is ready")
    guide.until("JupyterLab is ready")
    assert guide.status()["servers"][0]["reachable"] is False
    (planted / "come").touch()
    guide.until("The server of chapter 8 is ready")
    guide.until("Press Ctrl-C")
    assert guide.status()["servers"][0]["reachable"] is True


def test_all_can_be_stopped_while_a_server_starts(start, ports):
    """Nothing is waited for that nobody needs."""
    guide = start(PLANTED="slow")
    guide.until("The home page is ready")
    assert guide.stop().endswith("Everything is stopped.")
    assert free(ports)


def test_a_taken_port_of_a_server_is_one_sentence(planted, ports):
    """It is never exchanged for another in silence."""
    with socket.create_server(("127.0.0.1", ports.server)):
        done = subprocess.run(
            command(ports), cwd=planted, capture_output=True, text=True
        )
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Port {ports.server}, meant for the server of chapter 8, is taken by another "
        "program. Stop that program, or choose another port: python3 guide.py "
        "--chapter-08-port 8108"
    )


def test_a_server_that_was_started_by_hand_is_used(start, ports, answer_with):
    """As an emulator is; it is not started twice, nor stopped."""
    url = answer_with({"/health": {"name": "chapter_08"}})
    ports.server = int(url.rsplit(":", 1)[1])
    guide = start()
    assert "The server of chapter 8" not in guide.until("Press Ctrl-C")
    assert guide.status()["servers"][0]["reachable"] is True


@pytest.mark.skipif(os.name == "nt", reason="asks for processes in the POSIX way")
def test_nothing_is_left_when_the_guide_is_killed(start, ports):
    """All servers notice, also those that are not ours."""
    guide = start()
    guide.until("Press Ctrl-C")
    guide.process.send_signal(signal.SIGKILL)
    guide.process.wait(60)
    done = threading.Event()
    for _ in range(600):
        if free(ports):
            break
        done.wait(0.05)
    assert free(ports)


def test_of_two_starts_at_once_one_goes_on(start, ports):
    """The other says so, and takes nothing away from it."""
    with port_lock(ports.notebook) as mine:
        assert mine
        guide = start()
        said = guide.process.stdout.read()
        assert guide.process.wait(60) == 1
        assert "The guide is being started, or stopped, in another terminal" in said
        assert "Traceback" not in said
    guide = start()
    guide.until("Press Ctrl-C")
    second = start()
    assert "already runs at" in second.process.stdout.read()
    assert second.process.wait(60) == 1
    assert guide.status()["notebooks"]["reachable"] is True


def test_servers_alone_have_no_pages_to_name(planted):
    """The page server shows no server that was not started with it."""
    program = (
        "import os; from guide.pages.settings import Settings; import json; "
        "print(json.dumps(Settings.from_environment(1, os.environ).servers))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=planted, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == []


def test_an_interrupt_while_modules_are_read_is_no_traceback(repository):
    """Readers may press Ctrl-C as soon as they have pressed Return."""
    program = (
        "import builtins, runpy, sys\n"
        "real = builtins.__import__\n"
        "def stop(name, *rest, **more):\n"
        "    if name == 'guide.commands': raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = stop\n"
        "runpy.run_path('guide.py', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (130, "")
