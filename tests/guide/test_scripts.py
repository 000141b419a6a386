"""A script ends with an exit code and a sentence; only defects have tracebacks."""

import asyncio
import contextlib
import errno
import os
import signal
import subprocess
import sys

import pytest
from google.genai.errors import APIError

from guide.audio_files import AudioFileError
from guide.backend import BackendError
from guide.scripts import Problem, run
from guide.voices import UnknownVoice


async def ending(with_what):
    """Return or raise it, as the main coroutine of a script."""
    if isinstance(with_what, BaseException):
        raise with_what
    return with_what


async def ending_in_a_task(error):
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ending(error))
    return 0


SENTENCES = {
    # what a script raises, and what its reader sees
    "problem": (Problem("Do this."), "Do this.\n"),
    "sound file": (AudioFileError("Give another file."), "Give another file.\n"),
    "backend": (BackendError("Set a key."), "Set a key.\n"),
    "voice": (UnknownVoice("Choose another."), "Choose another.\n"),
    "service": (
        APIError(1011, "Internal error.", None),
        "The session was closed with code 1011: Internal error. Close the old "
        "connection first; then try again with growing pauses.\n",
    ),
    "damaged message": (
        ValueError("Failed to parse response: b'{'"),
        "The service sent a message that can't be read. Try again; if that happens "
        "often, look at the frames: chapter 3's single-exchange.py has --frames.\n",
    ),
    "model": (
        ValueError("invalid model parameter."),
        "This is no name of a model; guide/models.py lists those of today.\n",
    ),
    "file": (
        OSError(errno.ENAMETOOLONG, "File name too long", "x.wav"),
        "x.wav can't be used: File name too long.\n",
    ),
    "full disk": (
        OSError(errno.ENOSPC, "No space left on device"),
        "Writing failed: No space left on device.\n",
    ),
    "network": (
        ConnectionRefusedError("refused"),
        "There is no connection: refused.\n",
    ),
}


@pytest.mark.parametrize("main", [ending, ending_in_a_task])
@pytest.mark.parametrize("name", SENTENCES)
def test_what_a_reader_can_put_right_is_one_sentence(name, main, capsys):
    """On stderr, with exit code 1, from whichever task it comes."""
    error, sentence = SENTENCES[name]
    assert run(main(error)) == 1
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize("exit_code", [0, 3])
def test_the_exit_code_is_the_one_the_script_returns(exit_code):
    """Nothing is added to it."""
    assert run(ending(exit_code)) == exit_code


def test_ctrl_c_ends_a_script_without_a_word(capsys):
    """Shells expect 130."""
    assert run(ending(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("main", [ending, ending_in_a_task])
@pytest.mark.parametrize("defect", [ZeroDivisionError, ValueError])
def test_a_defect_keeps_its_traceback(main, defect):
    """It is for whoever repairs the script, not for its reader."""
    with pytest.raises((defect, ExceptionGroup)):
        run(main(defect()))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_one_ctrl_c_ends_a_script_that_reads_a_pipe(repository, tmp_path):
    """Although the event loop waits for the read."""
    os.mkfifo(tmp_path / "pipe")
    code = "import sys\nfrom guide.audio_files import read_speech\n"
    code += (
        "from guide.scripts import run\nasync def main():\n    print('go', flush=True)"
    )
    code += f"\n    read_speech({str(tmp_path / 'pipe')!r})\nsys.exit(run(main()))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "go\n"
        for _ in range(2):
            # The first may come before the read has begun: then it only asks the task
            # to end, which waits for the read, and a second one is needed.
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
                break
        else:
            process.kill()
        assert (process.returncode, process.stderr.read()) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close an output")
def test_a_closed_output_ends_nothing(repository):
    """What is printed is lost, and that is all."""
    code = "from guide.scripts import run\nasync def main():\n    print('lost')\n"
    code += "    return 0\nraise SystemExit(run(main()))"
    command = f'"{sys.executable}" -c "{code}" >&-'
    done = subprocess.run(command, shell=True, cwd=repository, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


WORDY = """
import asyncio
import os
from guide.scripts import run

async def main():
    for number in range(100_000):
        print("line", number)
    return 0

raise SystemExit(run(main()))
"""


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has another error for a closed pipe"
)
def test_output_may_be_read_in_part(repository):
    """As by head, which goes away when it has enough."""
    with subprocess.Popen(
        [sys.executable, "-c", WORDY],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "line 0\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


def test_letters_that_a_terminal_lacks_end_nothing(repository):
    """A question mark stands for each."""
    code = "from guide.scripts import run\nasync def main():\n    print('Zoë 東京')\n"
    code += "    return 0\nraise SystemExit(run(main()))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        cwd=repository,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("latin-1").split() == ["Zoë", "??"]
