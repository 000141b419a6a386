"""ask.py as its readers run it: typed and spoken questions, answers to be heard."""

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import types as modules
import wave

import numpy as np
import pytest
from google import genai
from google.genai import types

from chapter_01 import ask
from guide import models
from guide.audio_files import read_speech
from guide.figures import pitch_of
from guide.scripts import run
from guide.voices import VOICES
from tests.chapter_01.sound import hear, stereo_44_khz, write_sound

CAPITAL = (
    "heard: What is the capital of France?\nanswer: The capital of France is Paris.\n"
)
REST = r"usage: \d+ tokens in, \d+ with the answer\nsaved: .*a\.wav \(\d\.\d s\)\n"


@pytest.fixture
def call(reachable, tmp_path, capsys):
    """Run the script in this process; returns exit code, stdout and stderr."""

    def run_script(*arguments, output=True):
        into = ("--output", str(tmp_path / "a.wav")) if output else ()
        options = ask.parse_arguments([*map(str, arguments), *into])
        exit_code = run(ask.main(options))
        printed = capsys.readouterr()
        return exit_code, printed.out, printed.err

    return run_script


def test_a_spoken_question_is_heard_and_answered_aloud(repository, tmp_path):
    """By a program of its own, with no emulator running; the answer is intelligible."""
    question = repository / "assets" / "audio" / "capital-of-france.wav"
    done = subprocess.run(
        [sys.executable, "chapter_01/ask.py", "--input", str(question)]
        + ["--output", str(tmp_path / "a.wav")],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(re.escape(CAPITAL) + REST, done.stdout)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getparams()[:3] == (1, 2, 24_000)
    assert hear(tmp_path / "a.wav") == "the capital of france is paris"


def test_the_script_runs_in_its_folder_too(repository, tmp_path, emulator):
    """With a question of words, and no sound at all on the way in."""
    done = subprocess.run(
        [sys.executable, "ask.py", "What is the capital of Italy?"]
        + ["--output", str(tmp_path / "a.wav")],
        cwd=repository / "chapter_01",
        env={**os.environ, "LIVE_EMULATOR_URL": emulator.url},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = "answer: The capital of Italy is Rome.\n"
    assert re.fullmatch(re.escape(said) + REST, done.stdout)
    assert hear(tmp_path / "a.wav") == "the capital of italy is rome"


def test_the_readme_shows_what_the_script_prints(repository, call):
    """Figures aside, which a better voice may change."""
    readme = (repository / "chapter_01" / "README.md").read_text("utf-8")
    commands, printed = re.search(
        r"^```\n(python chapter_01/ask\.py.*?)```\n\n"
        r"The second prints:\n\n```\n(.*?)```",
        readme,
        re.MULTILINE | re.DOTALL,
    ).groups()
    typed, spoken = (shlex.split(line)[2:] for line in commands.splitlines())
    assert ask.parse_arguments(typed).play

    arguments = [str(repository / a) if "/" in a else a for a in spoken]
    exit_code, out, _ = call(*arguments)
    assert exit_code == 0
    assert masked(out) == masked(printed)


def masked(text):
    return re.sub(r"\d+", "#", re.sub(r"saved: \S+", "saved: it", text))


SOUNDS = {
    "stereo at 44.1 kHz": stereo_44_khz,
    "an odd number of bytes": lambda question, path: (
        path.write_bytes(question.read_bytes() + b"x") and path
    ),
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_sound_files_are_converted(kind, call, questions, tmp_path):
    """What they say is understood all the same."""
    question = questions / "capital-of-france.wav"
    exit_code, out, err = call("--input", SOUNDS[kind](question, tmp_path / "q.wav"))
    assert (exit_code, err) == (0, "")
    assert out.startswith(CAPITAL)


def missing(path):
    return path


def empty(path):
    path.write_bytes(b"")
    return path


def no_samples(path):
    return write_sound(path, [], 16_000)


def text(path):
    path.write_text("What is the capital of France?\n" * 20)
    return path


def folder(path):
    path.mkdir()
    return path


def silence(path):
    return write_sound(path, np.zeros(16_000), 16_000)


BAD_FILES = {
    missing: r"There is no file .*q\.wav\.",
    empty: r".*q\.wav is empty \(0 bytes\); record it again\.",
    no_samples: r".*q\.wav holds no sound, only a header; record it again\.",
    text: r".*q\.wav holds no audio that can be decoded; give a WAV, .* file\.",
    folder: r".*q\.wav is a folder; name a sound file in it\.",
    silence: r".*q\.wav holds 1\.0 s of silence: .* louder than -60 dBFS\. .*",
}


@pytest.mark.parametrize("make", BAD_FILES)
def test_a_file_that_cannot_be_asked_is_one_sentence(make, call, tmp_path, reachable):
    """No session is opened, and no answer written."""
    before = len(reachable.sessions)
    exit_code, out, err = call("--input", make(tmp_path / "q.wav"))
    assert (exit_code, out) == (1, "")
    assert re.fullmatch(BAD_FILES[make] + "\n", err)
    assert len(reachable.sessions) == before
    assert not (tmp_path / "a.wav").exists()


def test_a_recording_without_speech_is_not_waited_for_without_end(call, tmp_path):
    """The reader is asked for a clear recording."""
    hum = 3_000 * np.sin(np.arange(32_000) * 2 * np.pi * 50 / 16_000)
    recording = write_sound(tmp_path / "q.wav", hum, 16_000)
    exit_code, out, err = call("--input", recording, "--patience", "0.5")
    assert (exit_code, out) == (1, "")
    assert err.startswith("No answer came for 0.5 s. Is the speech in the recording")


def test_of_two_questions_in_one_recording_the_last_is_answered(
    call, questions, tmp_path
):
    """The pause between them ended a turn; both were heard."""
    first, second = (
        np.frombuffer(read_speech(questions / f"{name}.wav"), "<i2")
        for name in ("twelve-times-seven", "capital-of-france")
    )
    both = np.concatenate((first, np.zeros(24_000), second))
    exit_code, out, _ = call("--input", write_sound(tmp_path / "q.wav", both, 16_000))
    assert exit_code == 0
    heard = out.splitlines()[0]
    assert "12 times 7" in heard and "capital of France" in heard
    assert "answer: The capital of France is Paris.\n" in out


def test_a_voice_can_be_chosen_by_its_name(call, tmp_path):
    """In any case; Charon's is lower than Aoede's."""
    medians_hz = []
    for name in ("charon", "AOEDE"):
        assert call("What is the capital of France?", "--voice", name)[0] == 0
        pcm = read_speech(tmp_path / "a.wav")
        medians_hz.append(pitch_of(pcm, 16_000).median_hz)
    assert medians_hz[0] * 1.5 < medians_hz[1]


def test_the_system_instruction_shapes_the_answer(call):
    """It is that of the session."""
    instruction = "Begin every answer with Aye."
    _, out, _ = call("What is the capital of France?", "--system", instruction)
    assert "answer: Aye. The capital of France is Paris.\n" in out


def test_all_voices_are_listed(capsys):
    """Each with the word that the documentation has for it."""
    assert run(ask.main(ask.parse_arguments(["--list-voices"]))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [tuple(line.split()) for line in lines] == list(VOICES.items())


def test_the_messages_of_a_session_are_listed_on_request(call):
    """Beside the output, so that it can still be read by a program."""
    _, out, err = call("What is the capital of France?", "--verbose")
    assert out.startswith("answer: The capital of France is Paris.\n")
    assert "setup complete" in err and "turn complete" in err


WISHES = {
    # wrong wishes, and the sentence that they get
    ("hi", "--voice", "Kor"): "There is no voice 'Kor'. Did you mean Kore?",
    ("hi", "--model", models.RETIRED): (
        f"The session was closed with code 1008: models/{models.RETIRED} is not found"
    ),
    ("hi", "--backend", "service"): "The service was asked for, but there is no key.",
}


@pytest.mark.parametrize("arguments", WISHES)
def test_a_wish_that_cannot_be_fulfilled_is_one_sentence(arguments, call, tmp_path):
    """With what to do about it."""
    exit_code, out, err = call(*arguments)
    assert (exit_code, out) == (1, "")
    assert err.startswith(WISHES[arguments])
    assert err.count("\n") == 1
    assert not (tmp_path / "a.wav").exists()


def test_a_key_that_is_not_valid_is_one_sentence(call, monkeypatch):
    """It says where a key belongs."""
    monkeypatch.setattr(
        ask.genai, "Client", lambda make=genai.Client: make(api_key="invalid-key")
    )
    assert call("hi") == (
        1,
        "",
        "The session was closed with code 1007: API key not valid. Please pass a "
        "valid API key. Put a valid key into .env, or none to use the emulator.\n",
    )


MISUSE = {
    (): "give one question",
    (" ",): "give one question",
    ("hi", "--input", "q.wav"): "give one question",
    ("hi", "--patience", "0"): "--patience is a number of seconds above 0",
    ("hi", "--patience", "nan"): "--patience is a number of seconds above 0",
    ("hi", "--backend", "mars"): "invalid choice: 'mars'",
}


@pytest.mark.parametrize("arguments", MISUSE)
def test_a_command_line_that_makes_no_sense_says_why(arguments, capsys):
    """With exit code 2, as programs do."""
    with pytest.raises(SystemExit) as end:
        ask.parse_arguments(arguments)
    assert end.value.code == 2
    assert MISUSE[arguments] in capsys.readouterr().err


def test_an_answer_that_could_not_be_written_is_not_asked_for(
    call, questions, tmp_path, reachable
):
    """The session costs something; the file is checked before."""
    before = len(reachable.sessions)
    question = tmp_path / "q.wav"
    question.write_bytes((questions / "capital-of-france.wav").read_bytes())
    for arguments, words in (
        (("hi", "--output", tmp_path / "no" / "a.wav"), "There is no folder "),
        (("hi", "--output", tmp_path), "is a folder; name a WAV file in it"),
        (("--input", question, "--output", question), "would replace the question"),
    ):
        exit_code, out, err = call(*arguments, output=False)
        assert (exit_code, out) == (1, "")
        assert words in err
    assert len(reachable.sessions) == before


class Loudspeaker(modules.ModuleType):
    """Stands in for the package sounddevice, and keeps what it was told."""

    class PortAudioError(Exception):
        """What the package raises for a device."""

    def __init__(self, has_device=True):
        super().__init__("sounddevice")
        self.told = []
        self._has_device = has_device

    def check_output_settings(self, *, samplerate, channels):
        if not self._has_device:
            raise self.PortAudioError("Error querying device -1")

    def play(self, samples, rate_hz):
        self.told.append(("play", len(samples), rate_hz))

    def wait(self):
        self.told.append("wait")

    def stop(self):
        self.told.append("stop")


def test_the_answer_is_played_on_request(call, monkeypatch, tmp_path):
    """All of it, at its own rate, to the end."""
    loudspeaker = Loudspeaker()
    monkeypatch.setitem(sys.modules, "sounddevice", loudspeaker)
    assert call("What is the capital of France?", "--play")[0] == 0
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert loudspeaker.told == [("play", file.getnframes(), 24_000), "wait", "stop"]


@pytest.mark.parametrize(
    ("package", "words"),
    [
        (Loudspeaker(has_device=False), "No loudspeaker can be used (Error querying"),
        (None, "PortAudio is missing on this machine."),
    ],
)
def test_without_a_loudspeaker_nothing_is_asked(
    package, words, call, monkeypatch, reachable
):
    """The reader is told to open the file instead."""
    before = len(reachable.sessions)
    monkeypatch.setitem(sys.modules, "sounddevice", package)
    exit_code, out, err = call("hi", "--play")
    assert (exit_code, out) == (1, "")
    assert err.startswith(words)
    assert err.endswith("Leave out --play, and open the WAV file with any player.\n")
    assert len(reachable.sessions) == before


class Interrupted:
    """A session in which the first answer is interrupted by what is heard next."""

    def __init__(self):
        self._turns = iter(
            (
                [*answer(bytes(200), heard="first"), content(interrupted=True)],
                [*answer(bytes(400), heard="second"), content(turn_complete=True)],
            )
        )

    async def receive(self):
        for message in next(self._turns):
            yield message


def content(**fields):
    return types.LiveServerMessage(server_content=types.LiveServerContent(**fields))


def answer(pcm, heard):
    blob = types.Blob(data=pcm, mime_type="audio/pcm;rate=24000")
    turn = types.Content(parts=[types.Part(inline_data=blob)])
    return [
        content(input_transcription=types.Transcription(text=heard)),
        content(model_turn=turn),
        content(generation_complete=True),
    ]


def test_an_interrupted_answer_is_silenced_and_the_next_one_counts():
    """Nobody hears an answer to what is no longer the question."""
    loudspeaker = Loudspeaker()
    options = ask.parse_arguments(["hi"])
    got = asyncio.run(ask.receive(Interrupted(), options, loudspeaker))
    assert (got.heard, len(got.pcm)) == ("first second", 400)
    assert loudspeaker.told == [("play", 100, 24_000), "stop", ("play", 200, 24_000)]


class SilentServer:
    """Says that it is the emulator, then takes connections and never answers."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.is_waited_for = threading.Event()
        self._held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._held.append(connection)
            if connection.recv(65_536).startswith(b"GET /emulator "):
                body = b'{"name": "live_emulator"}'
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)
                connection.close()
            else:
                self.is_waited_for.set()

    def close(self):
        self._socket.close()
        for connection in self._held:
            connection.close()


@pytest.fixture
def silent_server():
    server = SilentServer()
    yield server
    server.close()


def test_a_session_that_never_opens_is_given_up(call, monkeypatch, silent_server):
    """After --patience."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", silent_server.url)
    assert call("hi", "--patience", "0.3") == (
        1,
        "",
        "There is no connection: no answer came in time.\n",
    )


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no Ctrl-C for one process alone"
)
def test_ctrl_c_ends_the_script_at_once(repository, tmp_path, silent_server):
    """Without a traceback, and without an answer."""
    with subprocess.Popen(
        [sys.executable, "chapter_01/ask.py", "hi"]
        + ["--output", str(tmp_path / "a.wav")],
        cwd=repository,
        env={**os.environ, "LIVE_EMULATOR_URL": silent_server.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert silent_server.is_waited_for.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 130
    assert not (tmp_path / "a.wav").exists()


def test_a_python_without_the_packages_is_told_of_guide_py(repository):
    """As happens when .venv was not activated."""
    code = "import runpy, sys\nsys.modules['numpy'] = None\n"
    code += "runpy.run_path('chapter_01/ask.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The package numpy is not installed here. Run python3 guide.py once, then run "
        "this script with the Python in .venv.\n"
    )
