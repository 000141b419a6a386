"""bridge-client.py as a reader runs it, and the server as one starts it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
import wave

import pytest

from guide.chapters import REPOSITORY
from guide.commands.processes import group_options, interrupt
from tests.chapter_08.conftest import AUDIO

SCRIPT = REPOSITORY / "chapter_08" / "bridge-client.py"


def run(*arguments, cwd=REPOSITORY):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )


PIECES = str(AUDIO / "browser-recording.webm")


def test_a_spoken_question(server, tmp_path):
    """Both sides in words, the answer as a file."""
    output = tmp_path / "answer.wav"
    done = run("--server", server.url, "--output", output, "--keep")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].endswith("answers)")
    assert lines[1] == "you: What is the capital of France?"
    assert "Paris" in lines[2]
    assert lines[3].startswith("(kept as ")
    with wave.open(str(output)) as answer:
        assert answer.getnframes() > 12_000


def test_a_typed_question_and_a_file(server):
    """Without sound, and as a whole."""
    done = run("--server", server.url, "--text", "What is twelve times seven?")
    assert "eighty-four" in done.stdout, done.stderr
    done = run("--server", server.url, "--upload", AUDIO / "browser-recording.webm")
    assert "heard 1.7 s" in done.stdout and "Paris" in done.stdout, done.stderr


def test_load(server):
    """Six at a time, all answered, with figures for each step."""
    done = run("--server", server.url, "--load", 6, "--seconds", 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("6 at a time, 6 answers"), done.stdout
    assert "last chunk to first sound: " in done.stdout
    assert "refused" not in done.stdout


def test_load_of_one_user_meets_its_limit(server):
    """What was refused is counted, with the reason."""
    options = ("--load", 5, "--seconds", 1, "--users", 1)
    done = run("--server", server.url, *options)
    assert "You have 3 conversations open" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--server", "http://localhost:9"], 1, "python chapter_08/server.py"),
        (["--load", "0"], 2, "--load is a number"),
        (["--chunk-ms", "5"], 2, "--chunk-ms is a number"),
        (["--load", "2", "--users", "-1"], 2, "--users is a number"),
        (["--load", "2", "--text", "x"], 2, "--load speaks"),
        (["--server", "localhost:8008"], 2, "--server is an address such as http"),
        (["--upload", PIECES, "--model", "a b", "--server"], 1, "no model 'a b'"),
        (["--upload", PIECES, "--model", "x" * 300, "--server"], 1, "(422 "),
        (["--input", "nothing.wav", "--server"], 1, "There is no file nothing.wav."),
        (["--upload", "nothing.wav", "--server"], 1, "nothing.wav can't be read"),
        (["--model", "gpt", "--text", "hello", "--server"], 1, "no model 'gpt'"),
    ],
)
def test_bad_input_is_one_sentence(server, tmp_path, arguments, code, sentence):
    """No traceback, and an exit code that says so."""
    if arguments[-1] == "--server":
        arguments = [*arguments, f"{server.url}/"]
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_starts_alone_and_ends_when_asked(tmp_path):
    """With an emulator of its own, on a port that is free."""
    environment = {**os.environ, "LIVE_BRIDGE_FOLDER": str(tmp_path / "kept")}
    environment.pop("LIVE_EMULATOR_URL", None)
    started = subprocess.Popen(
        [sys.executable, "chapter_08/server.py", "--port", "0"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **group_options(),
    )
    try:
        url = started.stdout.readline().split()[1].removesuffix("/chapter_08")
        with urllib.request.urlopen(f"{url}/health", timeout=30) as response:
            assert json.load(response)["name"] == "chapter_08"
        interrupt(started)
        assert started.wait(30) in (0, 130, -signal.SIGINT)
        assert "Traceback" not in started.stderr.read()
    finally:
        started.kill()
        started.communicate()
