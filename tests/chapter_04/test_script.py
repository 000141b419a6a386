"""text-to-speech.py as its readers run it: a text goes in, speech comes out."""

import asyncio
import importlib.util
import io
import os
import re
import signal
import subprocess
import sys
import wave
from types import SimpleNamespace

import pytest

from guide import models
from guide.scripts import run
from guide.voices import VOICES
from tests.chapter_01.sound import hear

PARIS = "The capital of France is Paris.\n"


@pytest.fixture(scope="module")
def script(repository):
    """Load the script, whose name is none that can be imported."""
    path = repository / "chapter_04" / "text-to-speech.py"
    spec = importlib.util.spec_from_file_location("text_to_speech", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def text(tmp_path):
    """Write a text file; returns its path."""

    def write(content, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def call(script, reachable, tmp_path, capsys):
    """Run the script in this process; returns exit code, stdout and stderr."""

    def run_script(*arguments, output="a.wav"):
        into = ("--output", str(tmp_path / output)) if output else ()
        options = script.parse_arguments([*map(str, arguments), *into])
        exit_code = run(script.main(options))
        printed = capsys.readouterr()
        return exit_code, printed.out, printed.err

    return run_script


def seconds(path):
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, 24_000)
        return file.getnframes() / 24_000


def test_a_text_is_read_aloud_by_a_program_of_its_own(repository, text, tmp_path):
    """With no emulator running; the speech is intelligible."""
    done = subprocess.run(
        [sys.executable, "chapter_04/text-to-speech.py", str(text(PARIS))]
        + ["--output", str(tmp_path / "a.wav"), "--voice", "charon"],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"saved: .*a\.wav \(\d\.\d s\)\n", done.stdout)
    assert done.stderr.splitlines()[-1].startswith(f"[{'#' * 30}] 100%  turn 1 of 1, ")
    assert hear(tmp_path / "a.wav") == "the capital of france is paris"


def test_the_script_runs_in_its_folder_and_reads_from_stdin(
    repository, tmp_path, emulator
):
    """A pipe is as good as a file."""
    done = subprocess.run(
        [sys.executable, "text-to-speech.py", "-", "--output", str(tmp_path / "a.wav")],
        cwd=repository / "chapter_04",
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        input=PARIS,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert hear(tmp_path / "a.wav") == "the capital of france is paris"


def test_a_question_is_read_not_answered(call, text, tmp_path):
    """What was said is what was written, so the script has no remark."""
    exit_code, out, _ = call(text("What is the capital of France? I wonder."))
    assert exit_code == 0
    assert out == f"saved: {tmp_path / 'a.wav'} ({seconds(tmp_path / 'a.wav'):.1f} s)\n"


def test_a_long_text_is_read_in_order(call, text, tmp_path):
    """Turns that are read at the same time stand in the order of the text."""
    long, short = "One two three four five six seven eight nine.", "Ten."
    exit_code, _, err = call(text(f"{long}\n\n{short}\n\n{short}"), "--longest", 60)
    assert exit_code == 0
    assert "turn 3 of 3" in err.splitlines()[-1]
    together_s = seconds(tmp_path / "a.wav")
    call(text(long), output="long.wav")
    call(text(short), output="short.wav")
    parts = [seconds(tmp_path / name) for name in ("long.wav", "short.wav")]
    assert together_s == pytest.approx(parts[0] + 2 * parts[1] + 2 * 0.3, abs=0.01)
    with wave.open(str(tmp_path / "a.wav")) as all_of_it:
        with wave.open(str(tmp_path / "long.wav")) as first:
            count = first.getnframes()
            assert all_of_it.readframes(count) == first.readframes(count)


def test_voices_differ_and_are_listed(call, text, tmp_path):
    """The same text takes another time with another voice; 30 are named."""
    call(text(PARIS), "--voice", "Kore", output="kore.wav")
    call(text(PARIS), "--voice", "PUCK", output="puck.wav")
    assert (tmp_path / "kore.wav").read_bytes() != (tmp_path / "puck.wav").read_bytes()
    exit_code, out, _ = call("--list-voices")
    assert exit_code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(VOICES)


def test_a_turn_that_was_not_read_word_for_word_is_shown(
    script, call, text, monkeypatch
):
    """A conversational model may answer what it should read."""

    async def answer(*_):
        return SimpleNamespace(pcm=bytes(4800), said="I would rather not.")

    monkeypatch.setattr(script, "read_turn", answer)
    exit_code, out, _ = call(text(PARIS))
    assert exit_code == 0
    said = "turn 1 was not read word for word, but: I would rather not."
    assert out.splitlines()[1] == said


def test_what_was_read_is_kept_when_a_later_turn_fails(
    script, call, text, tmp_path, monkeypatch
):
    """The file holds the turns before the one that failed, and the script says so."""

    async def read_or_fail(_client, _model, turn, _voice):
        if turn == "Two.":
            raise ConnectionResetError("gone")
        return SimpleNamespace(pcm=bytes(48_000), said=turn)

    monkeypatch.setattr(script, "read_turn", read_or_fail)
    exit_code, out, err = call(text("One.\n\nTwo.\n\nThree."), "--at-once", 1)
    assert exit_code == 1
    assert "It holds 1 of 3 turns" in out
    assert "There is no connection" in err.splitlines()[-1]
    assert seconds(tmp_path / "a.wav") == 1.0


BAD_INPUT = {
    "no file": (("missing.txt",), "There is no file missing.txt."),
    "a folder": ((".",), ". can't be read: "),
    "an unknown voice": (("{text}", "--voice", "Kora"), "Did you mean Kore?"),
    "no folder for it": (("{text}", "--output", "no/a.wav"), "There is no folder no"),
    "a folder for it": (("{text}", "--output", "."), ". is a folder"),
    "itself": (("{text}", "--output", "{text}"), "would replace the text"),
    "a retired model": (("{text}", "--model", models.RETIRED), "code 1008"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_one_sentence(call, text, name):
    """The script ends with 1 and says what to do; nothing is written."""
    arguments, sentence = BAD_INPUT[name]
    path = str(text(PARIS))
    given = [argument.replace("{text}", path) for argument in arguments]
    output = None if "--output" in given else "a.wav"
    exit_code, out, err = call(*given, output=output)
    assert (exit_code, out) == (1, "")
    assert sentence in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "nothing to read"),
        (b" \n--- \n", "nothing to read"),
        (b"\xff\xfe\x00binary", "not a text file in UTF-8"),
        (b"a" * 200_001, "200,000 characters"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(call, text, content, sentence):
    """The script says what is wrong with the text before it opens a session."""
    exit_code, out, err = call(text(content))
    assert (exit_code, out) == (1, "")
    assert sentence in err


def test_silence_is_no_success(script, call, text, monkeypatch):
    """A model that says nothing leaves no file, and a sentence."""

    async def nothing(*_):
        return SimpleNamespace(pcm=b"", said="")

    monkeypatch.setattr(script, "read_turn", nothing)
    exit_code, out, err = call(text(PARIS))
    assert (exit_code, out) == (1, "")
    assert err.splitlines()[-1].startswith("The model said nothing.")


@pytest.mark.parametrize(
    "arguments", [[], ["a.txt", "--longest", "3"], ["a.txt", "--at-once", "0"]]
)
def test_a_command_line_without_sense_shows_its_use(script, capsys, arguments):
    """The script ends with 2, as argparse does."""
    with pytest.raises(SystemExit) as ended:
        script.parse_arguments(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_terminal_gets_one_bar_that_grows(script, capsys, monkeypatch):
    """On a terminal each bar replaces the one before."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    half = {"one": SimpleNamespace(pcm=bytes(48_000))}
    script.show_progress(["one", "two"], half)
    assert terminal.getvalue() == (
        f"\r[{'#' * 15}{' ' * 15}]  50%  turn 1 of 2, 1.0 s of speech"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to a child")
def test_ctrl_c_keeps_what_has_been_read(repository, text, tmp_path, emulator):
    """The script ends with 130, without a traceback, and the file can be played."""
    story = repository / "chapter_04" / "the-reserve.txt"
    running = subprocess.Popen(
        [sys.executable, "chapter_04/text-to-speech.py", str(story)]
        + ["--output", str(tmp_path / "a.wav"), "--at-once", "1"],
        cwd=repository,
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        for line in running.stderr:
            if "turn 2 of 5" in line:
                running.send_signal(signal.SIGINT)
                break
        out, err = running.communicate()
    assert running.returncode == 130, err
    assert "Traceback" not in err
    kept = re.search(r"It holds (\d) of 5 turns", out)
    assert kept and int(kept[1]) >= 2
    assert seconds(tmp_path / "a.wav") > 1


def test_turns_are_read_a_few_at_a_time_and_returned_in_order(script):
    """No more sessions than allowed are open, and none waits for a slower one."""
    opened, most = 0, 0

    async def read(turn):
        nonlocal opened, most
        opened += 1
        most = max(most, opened)
        for _ in range(len(turn)):
            await asyncio.sleep(0)
        opened -= 1
        return turn

    turns = ["aaaaaaaa", "b", "cccc", "d", "ee"]
    assert asyncio.run(script.read_turns(read, turns, at_once=2)) == turns
    assert most == 2
