"""live-audio-chat.py as a reader runs it."""

import subprocess
import sys
import wave

import pytest

from guide.chapters import REPOSITORY

SCRIPT = REPOSITORY / "chapter_05" / "live-audio-chat.py"
SPOKEN = REPOSITORY / "assets" / "audio"


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


def test_a_recording_speaks_and_the_answer_is_recorded(live, tmp_path):
    """Both sides are printed, with the delay, and stand in a stereo file."""
    output = tmp_path / "both.wav"
    done = run("--input", SPOKEN / "capital-of-france.wav", "--output", output)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "(speak; Ctrl-C ends the conversation)",
        "you: What is the capital of France?",
        "model: The capital of France is Paris.",
    ]
    assert "ms after your last word" in lines[3]
    assert lines[4] == f"(saved {output})"
    with wave.open(str(output)) as both:
        assert (both.getnchannels(), both.getframerate()) == (2, 24_000)
        assert both.getnframes() > 2 * 24_000


def test_a_recording_without_speech_is_explained(live, tmp_path):
    """Silence ends in a sentence and not in an endless wait."""
    silent = tmp_path / "silent.wav"
    with wave.open(str(silent), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(16_000))
    done = run("--input", silent, "--output", tmp_path / "both.wav")
    assert done.returncode == 1
    assert done.stderr.startswith("The model noticed no speech.")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--input", "nothing.wav"], 1, "There is no file nothing.wav."),
        (["--output", "nowhere/both.wav"], 1, "There is no folder nowhere"),
        (["--voice", "Korre"], 1, "Did you mean Kore?"),
        (["--chunk-ms", "5"], 2, "--chunk-ms is a number from 10 to 1000"),
        (["--model", "gemini-2.0-flash-live-001", "--input"], 1, "1008"),
    ],
)
def test_bad_input_is_one_sentence(live, tmp_path, arguments, code, sentence):
    """No traceback, and an exit code that says so."""
    if arguments[-1] == "--input":
        spoken = SPOKEN / "capital-of-france.wav"
        arguments = [*arguments, spoken, "--output", "both.wav"]
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
