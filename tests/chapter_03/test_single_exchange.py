"""The script: an exchange of real speech, every mistake, and bad input."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
import wave

import pytest

from guide import backend
from guide.chapters import REPOSITORY
from guide.scripts import run
from tests.chapter_01.sound import hear

SCRIPT = REPOSITORY / "chapter_03" / "single-exchange.py"
SPEECH = REPOSITORY / "assets" / "audio" / "capital-of-france.wav"


@pytest.fixture(scope="module")
def script():
    """Load the script, whose name is no name of a module."""
    spec = importlib.util.spec_from_file_location("single_exchange", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def call(script, emulator, monkeypatch, tmp_path, capsys):
    """Run the script in this process; returns exit code, stdout and stderr."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    monkeypatch.chdir(tmp_path)

    def run_script(*arguments):
        exit_code = run(script.main(script.parse_arguments(arguments)))
        printed = capsys.readouterr()
        return exit_code, printed.out, printed.err

    yield run_script
    backend.stop()


def test_a_spoken_question_gets_a_spoken_answer(tmp_path):
    """By a program of its own, with no emulator running; the answer is intelligible."""
    done = subprocess.run(
        [sys.executable, SCRIPT.name, "--input", str(SPEECH)]
        + ["--output", str(tmp_path / "a.wav")],
        cwd=SCRIPT.parent,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    heard, answer, saved = done.stdout.splitlines()
    assert heard == "heard: What is the capital of France?"
    assert answer == "answer: The capital of France is Paris."
    assert re.fullmatch(r"saved: .*a\.wav \(\d\.\d s\)", saved)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels()) == (24_000, 1)
    assert hear(tmp_path / "a.wav") == "the capital of france is paris"


def test_every_frame_is_shown(call):
    """With --frames both directions are printed, audio by its length."""
    _, printed, _ = call("--frames")
    lines = printed.splitlines()
    assert lines[0].startswith("->") and '{"setup": ' in lines[0]
    assert lines[1] == '<-      26 bytes  {"setupComplete": {}}'
    assert '{"clientContent": ' in lines[2]
    assert any('"data": "... 15,360 characters ..."' in line for line in lines)
    assert lines[-2] == "answer: Twelve times seven is eighty-four."


MISTAKES = {
    "no-setup": (1007, "setup must be the first message"),
    "old-model": (1008, "is not found for API version"),
    "text": (1007, "response modalities (TEXT)"),
    "unknown-field": (1007, 'Unknown name "temperature"'),
    "second-setup": (1007, "setup must be the first message"),
    "mark": (1007, "Explicit activity control"),
    "no-key": (1008, "unregistered callers"),
}


README = (REPOSITORY / "chapter_03" / "README.md").read_text("utf-8")
SHOWN = [
    line for line in README.splitlines() if re.match("(->|<-|A message came)", line)
]


def test_the_readme_shows_what_is_printed(call):
    """Each line of output that it quotes comes like that, up to its dots."""
    printed = call("--frames")[1].splitlines()
    _, refused, errors = call("--mistake", "no-setup")
    printed += refused.splitlines() + errors.splitlines()
    assert len(SHOWN) == 5
    for line in SHOWN:
        pattern = ".*".join(re.escape(part) for part in line.split("..."))
        assert any(re.fullmatch(pattern, one) for one in printed), line


def test_the_mistakes_are_those_of_the_script(script):
    """None is left untried."""
    assert MISTAKES.keys() == script.MISTAKES.keys()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_shown_and_explained(call, name):
    """The frames that led to it, the close, and what to do."""
    code, reason = MISTAKES[name]
    exit_code, printed, errors = call("--mistake", name)
    last = printed.splitlines()[-1]
    assert last.startswith(f"<- close {code} ") and reason in last
    assert exit_code == 1
    assert len(errors.splitlines()) == 1
    assert f"({code}: " in errors


def test_a_code_is_explained_without_a_session(call, emulator):
    """The table is at hand in the terminal."""
    before = len(emulator.sessions)
    exit_code, printed, _ = call("--explain", "1011", "Token", "has", "expired")
    assert exit_code == 0
    assert printed.startswith("The token has expired.")
    assert call("--explain", "1000")[1].startswith("The session was closed normally")
    assert len(emulator.sessions) == before


BAD = {
    "missing file": (["--input", "nothing.wav"], "There is no file nothing.wav"),
    "silence": (["--input", "silence.wav", "--patience", "1"], "Nothing came"),
    "unknown voice": (["--voice", "Breeze"], "There is no voice 'Breeze'"),
    "no folder": (["--output", "no/where.wav"], "There is no folder no"),
    "folder": (["--output", "."], "is a folder"),
    "same file": (["--input", "silence.wav", "--output", "silence.wav"], "replace"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_sentence(call, name, tmp_path):
    """What is wrong is said once, and nothing is written."""
    arguments, sentence = BAD[name]
    with wave.open("silence.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    exit_code, _, errors = call(*arguments)
    assert exit_code == 1
    assert sentence in errors
    assert len(errors.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["silence.wav"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--explain", "x"], "begins with a code"),
        (["--patience", "-1"], "above 0"),
        (["--patience", "nan"], "above 0"),
        (["--mistake", "x"], "invalid choice"),
    ],
)
def test_wrong_options_are_refused(script, capsys, arguments, sentence):
    """The exit code is 2, as for every program."""
    with pytest.raises(SystemExit) as caught:
        script.parse_arguments(arguments)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


def test_an_emulator_that_is_gone_is_named(call, monkeypatch):
    """Nobody listens there, so the script says what to start."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", "http://127.0.0.1:1")
    exit_code, _, errors = call()
    assert exit_code == 1
    assert "python3 guide.py" in errors


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process.")
def test_ctrl_c_ends_it_cleanly(emulator, tmp_path):
    """No traceback, and the exit code that shells expect."""
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), "Tell me a long story.", "--frames"],
        cwd=tmp_path,
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        while "modelTurn" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == ""
