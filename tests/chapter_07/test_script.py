"""assistant.py as a reader runs it."""

import os
import signal
import subprocess
import sys
import wave

import pytest

from guide.chapters import REPOSITORY
from tests.chapter_05.conftest import live

__all__ = ["live"]

SCRIPT = REPOSITORY / "chapter_07" / "assistant.py"
SPOKEN = REPOSITORY / "assets" / "audio"
SERVER = REPOSITORY / "chapter_07" / "notes-server.py"
NOTES = f'python "{SERVER}" notes'
OWN = '''
from dataclasses import dataclass


@dataclass
class Mood:
    mood: str


def cheer_up(name: str) -> Mood:
    """Cheer a person up.

    Args:
        name: Of the person.

    """
    print("this goes to the terminal, not to the model")
    return Mood(f"{name} is happy")


def _helper(x):
    return x
'''


def run(*arguments, typed="", cwd=REPOSITORY):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )


def test_typed_questions_are_answered_by_functions(live):
    """Each call and its result is printed, and a wrong town is no defect."""
    done = run("What is twelve times seven?", "What is the weather in Atlantis?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == [
        "you: What is twelve times seven?",
        "  calls calculate(expression='12 * 7')",
        "  gets {'result': 84}",
        "model: The result is eighty-four.",
        "you: What is the weather in Atlantis?",
    ]
    assert "There is no weather for Atlantis, only for Berlin" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("answer", "result"),
    [("yes\n", "{'deleted': 1}"), ("no\n", "The user does not want"), ("", "not want")],
)
def test_it_asks_before_notes_are_deleted(live, answer, result):
    """Anything but a yes is a no, also the end of the input."""
    lines = "Add milk to my notes.\nDelete all my notes.\n"
    done = run("--typed", typed=lines + answer)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    asked = said.index("  May it do that? Type yes or no: delete_notes()")
    assert result in "".join(said[asked:])


def test_a_recording_speaks_and_both_sides_are_recorded(live, tmp_path):
    """The question comes before the call that it led to."""
    output = tmp_path / "both.wav"
    done = run("--input", SPOKEN / "set-a-timer.wav", "--output", output)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "(speak; Ctrl-C ends the conversation)",
        "you: Set a timer for 10 minutes.",
        "  calls set_timer(minutes=10)",
        "  gets {'label': 'timer 1', 'minutes': 10.0}",
    ]
    assert lines[4].startswith("model: I have set the timer")
    with wave.open(str(output)) as both:
        assert both.getnchannels() == 2


def test_the_tools_of_a_server_in_a_spoken_conversation(live, tmp_path):
    """The result comes from another process, after the model has gone on talking."""
    notes = tmp_path / "notes of mine"
    notes.mkdir()
    (notes / "soup.txt").write_text("More salt.\n", "utf-8")
    command = f'python "{SERVER}" "{notes}"'
    spoken = SPOKEN / "read-the-note.wav"
    more = ("--only-added", "--input", spoken, "--output", tmp_path / "both.wav")
    done = run("--mcp", command, *more)
    assert done.returncode == 0, done.stderr
    assert "  calls read_note(title='soup')" in done.stdout
    assert "model: More salt." in done.stdout


def test_a_session_that_is_refused_beside_a_server_is_one_sentence(live, tmp_path):
    """The server's tasks don't wrap the reason in a group of exceptions."""
    done = run("--mcp", NOTES, "--model", "none", "Hello.", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no such model")
    assert "Traceback" not in done.stderr


def test_a_timer_that_rings_is_spoken_of(live):
    """In the terminal at once, and by the model, although nobody asked."""
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), "--typed"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as running:
        running.stdin.write("Set a timer called tea for two seconds.\n")
        running.stdin.flush()
        said = []
        for line in running.stdout:
            said.append(line.strip())
            if "is ringing" in line:
                break
        running.stdin.close()
        running.stdout.read()
    assert "\a(rings: tea)" in said
    assert said[-1] == "model: The timer for tea is ringing."
    assert running.returncode == 0


def test_functions_of_the_reader(live, tmp_path):
    """A file with functions is enough; private ones are left out."""
    file = tmp_path / "own.py"
    file.write_text(OWN, "utf-8")
    done = run("--tools", file, "--only-added", "Cheer up Ada.")
    assert done.returncode == 0, done.stderr
    assert "  calls cheer_up(name='Ada')" in done.stdout
    assert "  gets {'mood': 'Ada is happy'}" in done.stdout


def test_a_model_that_draws_nothing_is_spoken_of(live):
    """The emulator's models don't draw; the answer says why."""
    done = run("--pictures", "some-model", "Draw a picture of a red kettle.")
    assert done.returncode == 0, done.stderr
    assert "The picture could not be drawn: models/some-model is not" in done.stdout


def test_sources_of_a_search_are_listed(live):
    """With title and address."""
    done = run("--search", "Who won the last world cup?")
    assert done.returncode == 0, done.stderr
    assert "  source: Emulated search result for: Who won" in done.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no file own.py."),
        ("def f(:", "own.py does not run (line 1): SyntaxError"),
        ("x = 1\n1 / 0", "own.py does not run (line 2): ZeroDivisionError"),
        (
            "raise ValueError('a\\nb')",
            "own.py does not run (line 1): ValueError: a b\n",
        ),
        ("raise SystemExit(3)", "own.py does not run (line 1): SystemExit: 3"),
        ("x = 1", "There are no functions in own.py."),
        ("def f(x): pass", "own.py: The parameter x of f has no type hint"),
        ("def calculate(): pass", "own.py: There are two functions named calculate."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path, text, sentence):
    """Before a session is opened."""
    if text is not None:
        (tmp_path / "own.py").write_text(text, "utf-8")
    done = run("--tools", "own.py", "Hello.", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert "Traceback" not in done.stderr


NOTED = """
from chapter_07.tools import Tools

tools = Tools()


@tools.add(in_background=False, needs_consent=True)
def add_note(text: str) -> None:
    \"\"\"Write a note down.\"\"\"
"""


def test_the_user_sees_the_whole_of_what_is_asked_for(live, tmp_path):
    """What is cut off could be what one would refuse."""
    file = tmp_path / "own.py"
    file.write_text(NOTED, "utf-8")
    things = "milk " * 30 + "and poison"
    typed = f"Make a note: {things}.\nno\n"
    done = run("--only-added", "--tools", file, "--typed", typed=typed)
    assert done.returncode == 0, done.stderr
    asked = [line for line in done.stdout.splitlines() if "May it do that?" in line]
    assert "poison" in asked[0]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--mcp", "no-such-program", "x"], 1, "no-such-program did not start as an"),
        (["--mcp", "python 'x", "x"], 1, "can't be read"),
        (["--mcp", " ", "x"], 1, "The command of --mcp is empty."),
        (["--mcp", NOTES, "--mcp", NOTES, "x"], 1, "two functions named write_note."),
        (["--input", "nothing.wav"], 1, "There is no file nothing.wav."),
        (["--input", "x.wav", "Hello."], 2, "type the questions or speak them"),
        ([" "], 2, "a question is empty"),
        (["--output", "nowhere/a.wav", "x"], 1, "There is no folder nowhere"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, arguments, code, sentence):
    """No traceback, and an exit code that says so."""
    if sys.platform == "win32" and "'" in arguments[1]:
        pytest.skip("there, an apostrophe quotes nothing")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to a child")
@pytest.mark.parametrize("until", ["(type;", "May it do that?"])
def test_ctrl_c_ends_it(live, until):
    """With 130 and no traceback, while it waits for a line or for a yes."""
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), "--typed"],
        cwd=REPOSITORY,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        running.stdin.write("Delete all my notes.\n" if until != "(type;" else "")
        running.stdin.flush()
        for line in running.stdout:
            if until in line:
                running.send_signal(signal.SIGINT)
                break
        err = running.stderr.read()
    assert running.returncode == 130, err
    assert "Traceback" not in err
