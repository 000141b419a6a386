"""Servers as processes, with small programs in the place of the real ones."""

import math
import os
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from guide.commands import logs, orphans
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

    if mode == "talks":
        for number in range(100_000):
            print("line", number)
        sys.exit(1)
    if mode == "slow":
        import os, time
        while not os.path.exists(diary):
            time.sleep(0.05)
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


def test_a_server_that_dies_later_is_started_again(make, tmp_path):
    """The rest goes on: somebody may be working in JupyterLab."""
    one, two = make("One"), make("Two")
    ready, troubles = [], []

    def on_ready(service):
        ready.append(service.name)
        if ready.count("Two") == 2:
            raise KeyboardInterrupt
        if set(ready) == {"One", "Two"}:
            two.process.kill()

    with (
        pytest.raises(KeyboardInterrupt),
        Services([one, two], tmp_path) as services,
    ):
        first = one.process
        services.watch(on_ready, troubles.append)
    assert one.process is first
    [said] = troubles
    assert "Two stopped (exit code" in said
    assert "is started again" in said
    assert "Two.log" in said


def test_a_server_that_dies_again_and_again_is_given_up(make, tmp_path):
    """After a few times; the rest still goes on, until nothing is left."""
    one, two = make("One"), make("Two")
    said = []

    def on_ready(service):
        if service is two:
            two.process.kill()

    def on_trouble(text):
        said.append(text)
        if "Two stopped" in text and "any more" in text:
            assert one.process.poll() is None
            one._restarts_s.extend([math.inf] * module.RESTARTS)
            one.process.kill()

    with (
        pytest.raises(Problem, match="Nothing is left that runs"),
        Services([one, two], tmp_path) as services,
    ):
        services.watch(on_ready, on_trouble)
    times = [text for text in said if "Two stopped" in text]
    assert len(times) == module.RESTARTS + 1
    assert "again and again, and is not started any more" in times[-1]


def test_a_server_that_is_not_vital_may_fail_to_start(make, tmp_path):
    """A chapter's server is no reason to do without all the others."""
    one, two = make("One"), make("Two", "dies", is_vital=False)
    events = []

    def note(event):
        events.append(event)
        if len(events) == 2:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        Services([one, two], tmp_path) as services,
    ):
        services.watch(lambda service: note(service.name), note)
    assert "One" in events
    [said] = [event for event in events if event != "One"]
    assert "the last words" in said
    assert "Two could not start (exit code 1). The rest goes on." in said
    assert two.state == "given up"


def test_a_slow_server_holds_up_no_other(make, tmp_path, monkeypatch):
    """It is named when it takes too long, and welcome when it comes at last."""
    monkeypatch.setattr(module, "READY_WITHIN_S", 0.0)
    one, two = make("One", "slow", is_vital=False), make("Two", is_vital=False)
    events = []

    def on_ready(service):
        events.append(service.name)
        if service is two:
            (tmp_path / "diary").write_text("")  # what the slow one waits for
        if len([event for event in events if event in ("One", "Two")]) == 2:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        Services([one, two], tmp_path) as services,
    ):
        services.watch(on_ready, events.append)
    assert events.index("Two") < events.index("One")
    assert [event for event in events if "One did not get ready" in event]


def test_a_server_that_is_not_ready_is_not_waited_for(make, tmp_path, monkeypatch):
    """Whoever stops at once need not wait for a goodbye that nobody heard."""
    import urllib.request

    monkeypatch.setattr(module, "PATIENCE_S", 600.0)
    service = make("One", "slow")
    service.farewell = urllib.request.Request("http://127.0.0.1:9/", method="POST")
    with Services([service], tmp_path):
        pass
    assert service.process.poll() is not None
    ready = make("Two")
    ready.farewell = service.farewell
    with Services([ready], tmp_path) as services:
        watch_until_ready(services, 1)
    assert ready.process.poll() is not None


def test_a_log_is_bounded_and_its_owners_alone(make, tmp_path, monkeypatch):
    """However much a server says, and the last words are kept."""
    monkeypatch.setattr(logs, "FILE_BYTES", 100_000)
    old = tmp_path / "logs" / "One.log"
    old.parent.mkdir()
    old.write_text("an old run")
    old.chmod(0o644)
    with (
        pytest.raises(Problem) as caught,
        Services([make("One", "talks")], tmp_path) as services,
    ):
        services.watch(lambda _: None)
    assert "\n  line 99999\n" in str(caught.value)
    files = sorted(old.parent.iterdir())
    assert [file.name for file in files] == ["One.log", "One.log.1"]
    assert sum(file.stat().st_size for file in files) <= 200_000
    assert files[0].read_text().endswith("line 99999\n")
    assert "an old run" not in files[0].read_text()
    if os.name != "nt":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_full_disk_does_not_stop_a_server(make, tmp_path, monkeypatch):
    """What it says is read all the same, or it would wait for ever."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logs.Log, "_write", full)
    with (
        pytest.raises(Problem, match="line 99999"),
        Services([make("One", "talks")], tmp_path) as services,
    ):
        services.watch(lambda _: None)


GUIDE = """
    import sys
    sys.path.insert(0, sys.argv[1])
    from pathlib import Path
    from guide.commands.services import Service, Services
    names = sys.argv[4:]
    made = [
        Service(
            name,
            [sys.executable, sys.argv[2], port, name, sys.argv[3], mode],
            ready_url=f"http://127.0.0.1:{port}/",
            environment={},
            log=Path(sys.argv[3]).parent / f"{name}.log",
        )
        for name, port, mode in (one.split(":") for one in names)
    ]
    left = set(names)

    def on_ready(service):
        left.discard(f"{service.name}:{service.command[2]}:{service.command[5]}")
        if not left:
            print(*(one.process.pid for one in made), flush=True)

    with Services(made, Path(sys.argv[1])) as services:
        services.watch(on_ready)
"""


@pytest.mark.skipif(os.name == "nt", reason="asks for processes in the POSIX way")
def test_servers_end_when_the_guide_is_killed(make, diary, tmp_path, repository):
    """Politely if they can, and with all they started; nothing keeps a port."""
    guide = tmp_path / "guide.py"
    guide.write_text(textwrap.dedent(GUIDE))
    makes = [(name, make(name)) for name in ("one", "two", "three")]
    modes = {"one": "plain", "two": "parent", "three": "stubborn"}
    process = subprocess.Popen(
        [
            *(sys.executable, str(guide), str(repository)),
            *(makes[0][1].command[1], str(tmp_path / "diary")),
            *(f"{name}:{one.command[2]}:{modes[name]}" for name, one in makes),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        pids = [int(word) for word in process.stdout.readline().split()]
        child = int(next(line for line in diary() if "child" in line).split()[1])
        assert all(map(_lives, [*pids, child]))
        process.kill()
    done = threading.Event()
    for _ in range(600):
        if not any(map(_lives, [*pids, child])):
            break
        done.wait(0.05)
    assert not any(map(_lives, [*pids, child]))
    assert {"one ended", "two ended"} <= set(diary())


def test_only_what_is_left_is_ended_in_the_place_of_a_dead_guide(monkeypatch):
    """A number that was given back may be another program's by now."""
    monkeypatch.setattr(orphans, "lives", lambda _: False)
    interrupted, killed = [], []
    orphans.keep(
        ["+1\n", "+2\n", "-1\n", "+3\n", "-9\n"],
        interrupt=interrupted.append,
        kill=killed.append,
    )
    assert interrupted == [3, 2]
    assert killed == [2, 3]


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
