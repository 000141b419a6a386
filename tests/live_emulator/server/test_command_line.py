"""`python -m live_emulator`: one line when ready, one sentence when not."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from live_emulator.__main__ import main
from live_emulator.clock import Clock
from live_emulator.emulator import Emulator
from live_emulator.serving.server import PortTaken

COMMAND = [sys.executable, "-m", "live_emulator"]


def run(*arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run the emulator's command line to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=timeout
    )


def test_it_says_when_it_is_ready_and_stops_when_told():
    """One line says where it is; a signal ends it, and its workers with it."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("live_emulator is ready at http://127.0.0.1:")
    url = line.split()[-1]
    with urllib.request.urlopen(f"{url}/emulator", timeout=10) as answer:
        assert b'"name": "live_emulator"' in answer.read()
    if os.name == "nt":
        process.terminate()
        process.wait(20)
    else:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (out, err, process.returncode) == ("", "", 0)


def test_a_taken_port():
    """A taken port is one sentence and exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = run("--port", str(port))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {port} is taken")
    assert f"--port {port + 1}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_recogniser_that_cannot_be_had():
    """What is missing is one sentence and exit code 2."""
    done = run("--port", "0", "--recogniser", "vosk:/nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "vosk" in done.stderr


@pytest.mark.parametrize(
    ("brain", "error"),
    [
        ("gemini", "There is no brain 'gemini': there are rules, script:FILE and"),
        ("script:none.yaml", "There is no script at none.yaml."),
    ],
)
def test_a_brain_that_can_not_be_had(brain, error):
    """What is wrong with a brain is one sentence and exit code 2."""
    done = run("--brain", brain, "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(error)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export GEMINI_API_KEY='emulator'"),
        ("powershell", "$env:GEMINI_API_KEY = 'emulator'"),
        ("cmd", 'set "GEMINI_API_KEY=emulator"'),
    ],
)
def test_env(shell, line, capsys):
    """`env` prints the variables in the syntax of a shell."""
    assert main(["env", "--port", "9123", "--shell", shell]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert line in lines
    assert any("http://127.0.0.1:9123" in one for one in lines)
    assert any("GOOGLE_GENAI_USE_VERTEXAI" in one for one in lines)  # to be unset


def test_the_authority_stays_the_same():
    """Two runs write the same bundle, which holds certifi's roots too."""
    first = dict(_exports(run("env", "--shell", "sh").stdout))
    bundle = Path(first["SSL_CERT_FILE"]).read_bytes()
    second = dict(_exports(run("env", "--shell", "sh").stdout))
    assert first == second
    assert Path(second["SSL_CERT_FILE"]).read_bytes() == bundle
    assert bundle.count(b"BEGIN CERTIFICATE") > 50


def _exports(text: str) -> list[tuple[str, str]]:
    return [
        (name, value.strip("'"))
        for line in text.splitlines()
        for name, _, value in [line.removeprefix("export ").partition("=")]
    ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("--speed 0", "the speed is a number"),
        ("--speed inf", "the speed is a number"),
        ("--speed 1e300", "the speed is a number"),
        ("--speed x", "the speed is a number"),
        ("--port 65536", "a port is a number"),
        ("--port -1", "a port is a number"),
        ("fault drop --port 99999", "a port is a number"),
        ("dance", "invalid choice: 'dance'"),
    ],
)
def test_bad_options(arguments, error, capsys):
    """A bad option is explained, without a traceback."""
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert error in capsys.readouterr().err


def test_an_emulator_leaves_nothing_behind(live):
    """Stopping ends every thread; starting again works; stopping twice too."""
    import threading

    before = {thread.name for thread in threading.enumerate()}
    emulator = Emulator(seed=3)
    for _ in range(2):
        with emulator as running:
            assert running.url != live.url
            with urllib.request.urlopen(f"{running.url}/emulator") as answer:
                assert b'"seed": 3' in answer.read()
        emulator.stop()
    after = {thread.name for thread in threading.enumerate()}
    assert after <= before


def test_an_emulator_that_can_not_start(live):
    """A taken port is told to whoever starts the emulator, who may try again."""
    taken = int(live.url.rpartition(":")[2])
    emulator = Emulator(port=taken)
    for _ in range(2):
        with pytest.raises(PortTaken, match=f"Port {taken} is taken"):
            emulator.start()
    emulator.stop()


def test_starting_twice():
    """An emulator that runs is not started again."""
    with Emulator() as emulator:
        url = emulator.url
        assert emulator.start().url == url


def test_a_clock_does_not_stand_still():
    """The speed of the clock is more than zero."""
    with pytest.raises(ValueError, match="more than zero"):
        Clock(0)


async def test_an_emulator_is_an_asynchronous_context_too():
    """`async with` starts and stops it without blocking the caller's loop."""
    async with Emulator() as emulator:
        assert emulator.url.startswith("http://127.0.0.1:")
