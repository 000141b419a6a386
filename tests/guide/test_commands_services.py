"""Servers as processes, with small programs in the place of the real ones."""

import os
import socket
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from guide.commands import services as module
from guide.commands.ports import answer_of, is_taken
from guide.commands.problems import Problem
from guide.commands.services import Service, Services

SERVER = """
    import http.server, json, signal, subprocess, sys
    port, name, diary, mode = int(sys.argv[1]), *sys.argv[2:]

    def note(text):
        with open(diary, "a") as file:
            file.write(text + "\\n")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"name": name}).encode())

        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            note(f"{name} was asked to end")
            raise KeyboardInterrupt

        def log_message(self, *_):
            pass

    if mode == "dies":
        sys.exit("a reason\\nthe last words")
    if hasattr(signal, "SIGBREAK"):
        signal.signal(signal.SIGBREAK, signal.default_int_handler)
    if mode == "stubborn":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if mode == "parent":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        note(f"child {child.pid}")
    try:
        http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
    except KeyboardInterrupt:
        note(f"{name} ended")
"""


@pytest.fixture
def make(tmp_path):
    """Describe a server that keeps a diary."""
    program = tmp_path / "server.py"
    program.write_text(textwrap.dedent(SERVER))

    def service(name, mode="plain", **options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        diary = str(tmp_path / "diary")
        command = [sys.executable, str(program), str(port), name, diary, mode]
        return Service(
            name,
            command,
            ready_url=f"http://127.0.0.1:{port}/",
            environment=dict(os.environ),
            log=tmp_path / "logs" / f"{name}.log",
            **options,
        )

    return service


@pytest.fixture
def diary(tmp_path):
    """Read what the servers noted."""
    return lambda: (tmp_path / "diary").read_text().splitlines()


def watch_until_ready(services, count):
    """Watch, and interrupt once so many servers are ready."""
    ready = []

    def on_ready(service):
        ready.append(service.name)
        if len(ready) == count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.watch(on_ready)
    return ready


def test_servers_start_together_and_end_in_reverse_order(make, diary, tmp_path):
    """What was started last depends on the others, so it ends first."""
    with Services([make("one"), make("two"), make("three")], tmp_path) as services:
        ready = watch_until_ready(services, 3)
    assert sorted(ready) == ["one", "three", "two"]
    assert diary() == ["three ended", "two ended", "one ended"]


def test_a_server_that_cannot_start_ends_the_rest(make, diary, tmp_path):
    """Its last words and its log are named."""
    names = [make("One"), make("Two", "dies")]
    with (
        pytest.raises(Problem) as caught,
        Services(names, tmp_path) as services,
    ):
        services.watch(lambda _: None)
    text = str(caught.value)
    assert "the last words" in text
    assert "Two could not start (exit code 1), so everything was ended" in text
    assert "Two.log" in text
    assert names[0].process.poll() is not None


def test_a_server_that_dies_later_ends_the_rest(make, tmp_path):
    """The reader is told which one it was."""
    one, two = make("One"), make("Two")

    def on_ready(service):
        if service is two:
            two.process.kill()

    with (
        pytest.raises(Problem, match=r"Two stopped \(exit code"),
        Services([one, two], tmp_path) as services,
    ):
        services.watch(on_ready)
    assert one.process.poll() is not None


def test_a_server_may_be_asked_in_its_own_way(make, diary, tmp_path):
    """JupyterLab ends its kernels only when it is asked over HTTP."""
    import urllib.request

    service = make("One")
    service.farewell = urllib.request.Request(service.ready_url, method="POST")
    with Services([service], tmp_path) as services:
        watch_until_ready(services, 1)
    assert diary()[0] == "One was asked to end"


def test_a_server_that_will_not_end_is_killed(make, tmp_path, monkeypatch):
    """Patience is limited."""
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    service = make("One", "stubborn")
    with Services([service], tmp_path) as services:
        watch_until_ready(services, 1)
    assert service.process.poll() is not None


def test_a_second_interrupt_kills_at_once(make, tmp_path, monkeypatch):
    """Whoever presses Ctrl-C twice does not want to wait."""
    services = [make("One", "stubborn"), make("Two", "stubborn")]
    running = Services(services, tmp_path)
    with running:
        watch_until_ready(running, 2)
        monkeypatch.setattr(Service, "stop", _interrupted)
    assert all(service.process.poll() is not None for service in services)


def _interrupted(_self):
    raise KeyboardInterrupt


@pytest.mark.skipif(os.name == "nt", reason="asks for processes in the POSIX way")
def test_processes_of_a_server_end_with_it(make, diary, tmp_path):
    """A worker that the server forgot is killed with its group."""
    with Services([make("One", "parent")], tmp_path) as services:
        watch_until_ready(services, 1)
        pid = int(diary()[0].split()[1])
        os.kill(pid, 0)
    # It may be a zombie for a moment, until the system's first process reaps it.
    done = threading.Event()
    for _ in range(200):
        if not _lives(pid):
            break
        done.wait(0.05)
    assert not _lives(pid)


def _lives(pid):
    try:
        os.kill(pid, 0)
        # On Linux a dead child of ours that nobody asked about still has a number.
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except OSError:
        return False


def test_a_server_that_is_never_ready_is_given_up(make, tmp_path, monkeypatch):
    """The log is named, because that is where the reason is."""
    monkeypatch.setattr(module, "READY_WITHIN_S", 0.0)
    service = make("One")
    service.ready_url = "http://127.0.0.1:9/"
    with (
        pytest.raises(Problem, match=r"One did not get ready .*One\.log"),
        Services([service], tmp_path) as services,
    ):
        services.watch(lambda _: None)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])
def test_a_port_is_taken_on_whatever_address_somebody_listens(host):
    """A listener on all addresses, or only on IPv6, counts too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"This machine has no {host}.")
    with taken:
        port = taken.getsockname()[1]
        assert is_taken(port)


def test_a_port_is_free_where_nobody_listens(free_port):
    """Also when a connection on it has just ended."""
    assert not is_taken(free_port)
    with socket.create_server(("127.0.0.1", free_port)) as server:
        client = socket.create_connection(("127.0.0.1", free_port))
        accepted, _ = server.accept()
        accepted.close()  # closed here first: the port lingers
        client.close()
    assert not is_taken(free_port)


def test_an_answer_is_a_json_object_or_nothing(answer_with, free_port):
    """Other servers, and none, are no reason to fail."""
    url = answer_with({"/object": {"a": 1}, "/list": [1]})
    assert answer_of(f"{url}/object") == {"a": 1}
    assert answer_of(f"{url}/list") is None
    assert answer_of(f"{url}/nothing") is None
    assert answer_of(f"http://127.0.0.1:{free_port}/") is None
