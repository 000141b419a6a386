"""audio-to-audio.py as its readers run it, with recordings in place of devices."""

import os
import re
import shlex
import signal
import subprocess
import sys
import wave

import numpy as np
import pytest

from guide import models
from guide.audio_files import read_speech, write_wav
from guide.scripts import run
from tests.chapter_02.scripts import load_script
from tests.chapter_02.sound import hear, utterances

talk = load_script()

STORY = (
    r"\(speak; Ctrl-C ends the conversation\)\n"
    r"you: My name is Ada\.\n"
    r"model: Nice to meet you, Ada\.\n"
    r"you: Tell me a story\.\n"
    r"model: (?P<story>Long before the road was paved, .+)\n"
    r"\(interrupted; (?P<lost_s>\d+\.\d) s were not heard\)\n"
    r"you: What is my name\?\n"
    r"model: Your name is Ada\.\n"
    r"\(2 answers, 1 interruption; saved (?P<output>.+)\)\n"
)


def stereo(path):
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (2, 2, 24_000)
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, "<i2").reshape(-1, 2).T


def test_three_spoken_turns_and_a_barge_in(repository, tmp_path, emulator):
    """Said, heard and interrupted: the file lets both sides be heard again."""
    done = subprocess.run(
        [sys.executable, "audio-to-audio.py"]
        + ["--input", "../assets/audio/three-turns.wav"]
        + ["--output", str(tmp_path / "talk.wav")],
        cwd=repository / "chapter_02",
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    printed = re.fullmatch(STORY, done.stdout)
    assert printed, done.stdout
    assert float(printed["lost_s"]) > 5

    user, model = stereo(tmp_path / "talk.wav")
    spoken = utterances(user, 24_000)
    first, *story, last = utterances(model, 24_000)
    opening = story[0][2][: 2 * 24_000]
    pieces = [piece for *_, piece in (*spoken, first, last)]
    *heard, begun = hear([*pieces, opening], 24_000)
    assert heard == [
        "my name is ada",
        "tell me a story",
        "what is my name",
        "nice to meet you ada",
        "your name is ada",
    ]
    assert begun.startswith("long before the road")
    objection_s = spoken[2][0]
    assert story[-1][0] < objection_s < last[0]
    assert story[-1][1] < objection_s + 2.0, "the story went on"


@pytest.fixture
def call(reachable, tmp_path, capsys):
    """Run the script in this process; returns exit code, stdout and stderr."""

    def run_script(*arguments, output=True):
        into = ("--output", str(tmp_path / "a.wav")) if output else ()
        options = talk.parse_arguments([*map(str, arguments), *into])
        exit_code = run(talk.main(options))
        printed = capsys.readouterr()
        return exit_code, printed.out, printed.err

    return run_script


def test_in_half_duplex_the_recording_still_has_both_sides(call, questions, tmp_path):
    """The voice and the chunks are those that were asked for."""
    question = questions / "my-name-is-ada.wav"
    options = ("--half-duplex", "--voice", "kore", "--chunk-ms", "100", "--verbose")
    exit_code, out, err = call("--input", question, *options)
    assert exit_code == 0
    assert "you: My name is Ada.\nmodel: Nice to meet you, Ada.\n" in out
    assert out.endswith(f"(1 answer, 0 interruptions; saved {tmp_path / 'a.wav'})\n")
    assert re.search(r"sent +\d+ audio chunks, \d+,\d00 ms", err)
    user, model = stereo(tmp_path / "a.wav")
    heard = hear(
        [utterances(user, 24_000)[0][2], utterances(model, 24_000)[0][2]], 24_000
    )
    assert heard == ["my name is ada", "nice to meet you ada"]


def test_a_recording_without_a_voice_says_so(call, tmp_path):
    """And does not wait for an answer that nobody owes."""
    write_wav(tmp_path / "hum.wav", bytes(16_000), 16_000)
    exit_code, out, err = call("--input", tmp_path / "hum.wav")
    assert exit_code == 1
    assert "(0 answers, 0 interruptions; saved" in out
    assert err == "The model noticed no speech. Is the recording loud and clear?\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_a_conversation_cleanly(repository, questions, tmp_path, emulator):
    """The last line says how it went, and the recording can be played."""
    speech = read_speech(questions / "my-name-is-ada.wav")
    write_wav(tmp_path / "q.wav", speech + bytes(32_000 * 60), 16_000)
    process = subprocess.Popen(
        [sys.executable, "chapter_02/audio-to-audio.py"]
        + ["--input", str(tmp_path / "q.wav"), "--output", str(tmp_path / "a.wav")],
        cwd=repository,
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    while "you, Ada." not in (lines[-1] if lines else ""):
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    assert re.fullmatch(r"\(\d answers?, 0 interruptions; saved .*a\.wav\)\n", rest)
    user, _ = stereo(tmp_path / "a.wav")
    assert hear([utterances(user, 24_000)[0][2]], 24_000) == ["my name is ada"]


WISHES = {
    # wrong wishes, and the sentence that they get
    ("--voice", "Kor"): "There is no voice 'Kor'. Did you mean Kore?",
    ("--input", "nothing.wav"): "There is no file nothing.wav.",
    ("--input", "README.md"): "README.md holds no audio that can be decoded; ",
    ("--input", "{q}", "--model", models.RETIRED): (
        f"The session was closed with code 1008: models/{models.RETIRED} is not found"
    ),
    ("--input", "{q}", "--backend", "service"): "The service was asked for, but ",
    ("--input", "{q}", "--output", "{q}"): "The recording would replace the question; ",
    (
        "--input",
        "{q}",
        "--output",
        "no/a.wav",
    ): "There is no folder no for the recording; ",
    ("--input", "{q}", "--output", "guide"): "guide is a folder; name a WAV file in it",
}


@pytest.mark.parametrize("arguments", WISHES)
def test_a_wish_that_cannot_be_fulfilled_is_one_sentence(
    arguments, call, questions, tmp_path, monkeypatch, repository
):
    """And no recording is begun."""
    monkeypatch.chdir(repository)
    question = tmp_path / "q.wav"
    question.write_bytes((questions / "my-name-is-ada.wav").read_bytes())
    before = question.read_bytes()
    filled = [argument.format(q=question) for argument in arguments]
    exit_code, out, err = call(*filled, output="--output" not in filled)
    assert (exit_code, out) == (1, "")
    assert err.startswith(WISHES[arguments])
    assert err.count("\n") == 1
    assert not (tmp_path / "a.wav").exists()
    assert question.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--chunk-ms", "5"), "--chunk-ms is a number from 10 to 1000"),
        (("--chunk-ms", "many"), "invalid int value: 'many'"),
        (("--backend", "mars"), "invalid choice: 'mars'"),
    ],
)
def test_a_command_line_that_makes_no_sense_says_why(arguments, words, capsys):
    """With exit code 2, as programs do."""
    with pytest.raises(SystemExit) as end:
        talk.parse_arguments(arguments)
    assert end.value.code == 2
    assert words in capsys.readouterr().err


def test_a_machine_without_portaudio_is_told_to_use_files(repository, tmp_path):
    """By the script as a whole, in one sentence."""
    broken = 'raise OSError("PortAudio library not found")\n'
    (tmp_path / "sounddevice.py").write_text(broken)
    for option in ("--list-devices", "--half-duplex"):
        done = subprocess.run(
            [sys.executable, "chapter_02/audio-to-audio.py", option],
            cwd=repository,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "PortAudio, which sounddevice needs, is missing. Install it (Debian and "
            "Ubuntu: sudo apt install libportaudio2), or speak and hear through files "
            "instead: --input WAV --output WAV.\n"
        )


def test_the_readme_shows_commands_that_exist(repository):
    """Each can be parsed, and the lines it shows are those that are printed."""
    readme = (repository / "chapter_02" / "README.md").read_text("utf-8")
    commands = re.findall(r"^python (chapter_02/audio-to-audio\.py.*)$", readme, re.M)
    assert len(commands) == 2
    for command in commands:
        script, *arguments = shlex.split(command)
        assert (repository / script).is_file()
        options = talk.parse_arguments(arguments)
        assert not options.input or (repository / options.input).is_file()
    shown = re.search(r"^```\n(\(speak;.*?)```", readme, re.M | re.S)[1]
    beginning = STORY.split(r"you: Tell")[0]
    assert re.fullmatch(beginning, shown)
