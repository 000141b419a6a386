"""`--record` and `--replay` on the command line, and as the README has them."""

import asyncio
import re
import shlex
import signal
import subprocess
import sys

import pytest

from live_emulator.__main__ import main
from live_emulator.cassette.file import read_cassette
from live_emulator.cassette.recording import header_line
from tests.live_emulator.fidelity.rules_found import REPOSITORY

from .conftest import converse, typed

README = (REPOSITORY / "live_emulator" / "README.md").read_text("utf-8")
HEADER = header_line("0.1.0", "today")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello", "is not a recording"),
        (HEADER, "holds no session"),
        (HEADER + b'{"session":1,"t":0', "Line 2 of talk.jsonl is cut off"),
        (b'{"format":"live-cassette","version":9}\n', "of format 9"),
        (HEADER + b'{"session":1}\n', "Line 2 of talk.jsonl is not a line"),
        (None, "cannot be read: "),
    ],
)
def test_a_bad_file_is_one_sentence(file, content, words, capsys):
    """A file that cannot be replayed ends the command with code 2 and the reason."""
    if content is not None:
        file.write_bytes(content)
    assert main(["--port", "0", "--replay", str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err and "Traceback" not in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--record", "{missing}"], "cannot be written: "),
        (["--record", "{there}"], "is there already. Give the recording another name"),
        (["--record", "{folder}"], "is a folder. Name a file to record to."),
        (["--record", "{new}", "--replay", "{there}"], "either records or replays"),
        (["--upstream", "http://x"], "it needs --record"),
        (["--record", "{new}", "--upstream", "x"], "--upstream x is not an address."),
    ],
)
def test_bad_options_are_one_sentence(tmp_path, arguments, words, capsys):
    """What cannot be recorded, and options that exclude each other, are explained."""
    (tmp_path / "there").write_bytes(HEADER)
    places = {
        "missing": tmp_path / "no" / "folder",
        "there": tmp_path / "there",
        "folder": tmp_path,
        "new": tmp_path / "new",
    }
    filled = [argument.format(**places) for argument in arguments]
    assert main(["--port", "0", *filled]) == 2
    error = capsys.readouterr().err
    assert words in error and len(error.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_taken_port_leaves_no_file(file, upstream):
    """A command that could not start can be given again as it was."""
    port = upstream.url.rpartition(":")[2]
    assert main(["--port", port, "--record", str(file)]) == 2
    assert not file.exists()


class Command:
    """A command of the README, running in a folder."""

    def __init__(self, line, folder, *more):
        python, *words = shlex.split(line)
        assert python == "python"
        self.process = subprocess.Popen(
            [sys.executable, *words, "--port", "0", *more],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        self.url = self.process.stdout.readline().split()[-1]
        return self

    def __exit__(self, *_):
        stop = signal.SIGTERM if sys.platform == "win32" else signal.SIGINT
        self.process.send_signal(stop)
        _, self.errors = self.process.communicate(timeout=20)


def test_the_commands_of_the_readme(tmp_path, upstream):
    """What the README records can be replayed by what comes after it."""
    section = README.partition("## Record and replay")[2].partition("\n## ")[0]
    [record, replay] = re.findall(r"^python -m .*", section, re.MULTILINE)
    with Command(record, tmp_path, "--upstream", upstream.url) as recording:
        frames = asyncio.run(converse(recording.url, typed("hello")))
    [file] = tmp_path.iterdir()
    assert read_cassette(file).sessions
    with Command(replay, tmp_path, "--speed", "10") as replaying:
        assert asyncio.run(converse(replaying.url, typed("hello"))) == frames
    assert recording.errors == replaying.errors == ""
    with Command(replay, tmp_path, "--speed", "10") as replaying:
        with pytest.raises(Exception, match="1008"):
            asyncio.run(converse(replaying.url, typed("good night")))
    assert replaying.errors == (
        "live_emulator: Session 1: Frame 2 differs from the recording: clientContent."
        'turns[0].parts[0].text is "good night", recorded was "hello".\n'
    )
