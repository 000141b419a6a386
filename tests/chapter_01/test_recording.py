"""The reader's own voice, as the notebook takes it, without a browser."""

import ast
import asyncio
import io
from types import SimpleNamespace

import av
import nbformat
import numpy as np
import pytest

from guide.audio_files import read_speech
from guide.notebook_rules import text_of


@pytest.fixture
def cells(repository):
    """Return the code of the lesson, cell by cell."""
    path = repository / "chapter_01" / "sdk-intro.ipynb"
    lesson = nbformat.read(path, 4).cells
    return [text_of(cell) for cell in lesson if cell.cell_type == "code"]


def with_words(cells, words):
    found = [code for code in cells if words in code]
    assert found, words
    return found[0]


async def run(code, names):
    """Run a cell as a notebook does, where `await` may stand anywhere."""
    compiled = compile(code, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(compiled, names)
    if waiting is not None:
        await waiting


def recorded_by_a_browser(pcm):
    """Return speech at 16 kHz as MediaRecorder gives it: Opus in WebM, 48 kHz."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        samples = np.frombuffer(pcm, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = 16_000
        resampler = av.AudioResampler(stream.format, "mono", 48_000)
        for converted in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return buffer.getvalue()


@pytest.mark.parametrize("is_recorded", [True, False])
def test_the_question_is_what_was_recorded_or_the_file(
    is_recorded, cells, reachable, questions, monkeypatch, repository, capsys
):
    """The microphone is switched off after a recording, and not missed without."""
    monkeypatch.chdir(repository / "chapter_01")
    recording = b""
    if is_recorded:
        spoken = read_speech(questions / "capital-of-france.wav")
        recording = recorded_by_a_browser(spoken)
    closed = []
    names = {
        "listen": lambda *_, **__: None,  # figures have tests of their own
        "recorder": SimpleNamespace(audio=SimpleNamespace(value=memoryview(recording))),
        "microphone": SimpleNamespace(close=lambda: closed.append(True)),
    }

    async def lesson():
        for words in (
            "backend.ensure()",
            "client = genai.Client()",
            "CONFIG = {",
            "def open_session(",
            "class Answer",
            "def receive_answer(",
            "INPUT_RATE_HZ = ",
            "def chunks_of(",
            "def send_speech(",
        ):
            await run(with_words(cells, words), names)
        capsys.readouterr()
        await run(with_words(cells, "recorder.audio.value"), names)

    asyncio.run(lesson())
    printed = capsys.readouterr().out
    assert closed == [True] * is_recorded
    if is_recorded:
        assert printed == (
            "You recorded 1.8 s.\n"
            "heard:  What is the capital of France?\n"
            "answer: The capital of France is Paris.\n"
        )
    else:
        assert printed == (
            "Nothing was recorded, so the question from the file is asked.\n"
            "heard:  What is 12 times 7?\n"
            "answer: Twelve times seven is eighty-four.\n"
        )
