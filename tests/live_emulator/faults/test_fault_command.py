"""`python -m live_emulator fault`: one sentence, and an exit code."""

import asyncio
import http.server
import json
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from websockets.exceptions import InvalidStatus

from live_emulator.__main__ import main
from live_emulator.protocol.fault import KINDS
from tests.live_emulator.faults.conversation import cheap, connect_to


@pytest.fixture(scope="module")
def live():
    """Run an emulator that is told things from outside."""
    with cheap() as emulator:
        yield emulator


@pytest.fixture
def tell(live, capsys):
    """Return what runs the command: its exit code and what it prints."""

    def run(*arguments, port=None):
        port = port or live.url.rpartition(":")[2]
        code = main(["fault", *arguments, "--port", str(port)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


async def test_a_fault_from_another_shell(live, tell):
    """It happens in the newest session, and the sentence says which that is."""
    socket = await connect_to(live)
    await socket.recv()
    number = live.sessions[-1].number
    assert tell("late by=1s") == (
        0,
        f"Session {number} has the fault: late by=1s\n",
        "",
    )
    code, out, _ = tell("close code=4001 reason='Good bye.'", "--session", str(number))
    assert (code, out) == (
        0,
        f'Session {number} has the fault: close code=4001 reason="Good bye."\n',
    )
    await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (4001, "Good bye.")


def test_a_fault_without_quotation_marks(tell):
    """Words that the shell has split are one fault again, wherever options stand."""
    words = ["close", "code=4001", "--session", "1", "reason=Good bye.", "after=soon"]
    _, _, problem = tell(*words)
    assert "after must be" in problem
    told = "New connections have the fault: refuse status=429 times=2\n"
    assert tell("refuse", "status=429", "times=2") == (0, told, "")
    assert tell("clear") == (0, "1 fault cleared.\n", "")


def test_clearing(tell):
    """`clear` forgets all faults."""
    assert tell("clear")[0] == 0
    assert tell("refuse")[1] == "New connections have the fault: refuse\n"
    assert tell("clear") == (0, "1 fault cleared.\n", "")
    assert tell("clear") == (0, "0 faults cleared.\n", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dorp"], "There is no fault 'dorp'; there are refuse,"),
        (["drop", "--session", "99"], "session"),
    ],
)
def test_what_can_not_be_done(tell, arguments, sentence):
    """The emulator's own sentence is shown, and nothing else."""
    code, out, err = tell(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("status", [200, 404])
def test_nobody_and_somebody_else(tell, status):
    """Without an emulator on the port, the sentence says how to get one."""

    class Other(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, format, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        answers = [tell("drop", port=server.server_port)]
        thread.join()
        server.server_close()
        answers.append(tell("drop", port=server.server_port))
    for code, _, err in answers:
        assert code == 2
        assert "No emulator answers on port" in err
        assert "python -m live_emulator" in err


def test_what_there_is(capsys):
    """Without a text, every fault is listed with its keys."""
    assert main(["fault"]) == 0
    out = capsys.readouterr().out
    for name, kind in KINDS.items():
        assert name in out
        assert all(f"{key}=" in out for key in kind.keys)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fault", "dorp"], "argument --fault: There is no fault 'dorp'"),
        (["env", "drop"], "unrecognized arguments: drop"),
    ],
)
def test_bad_options(arguments, sentence, capsys):
    """A fault that can't be read is refused before anything starts."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


def test_the_option():
    """`--fault` may be repeated; all of them happen."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "live_emulator", "--port", "0"),
            *("--fault", "refuse status=429 times=1", "--fault", "close code=4002"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )

    async def connect_twice(running):
        with pytest.raises(InvalidStatus, match="HTTP 429"):
            await connect_to(running)
        socket = await connect_to(running)
        assert "setupComplete" in json.loads(await socket.recv())
        await socket.wait_closed()
        return socket.close_code

    try:
        assert process.stdout is not None
        running = SimpleNamespace(url=process.stdout.readline().split()[-1])
        assert asyncio.run(connect_twice(running)) == 4002
    finally:
        process.terminate()
        process.communicate(timeout=20)
