"""The recorder of the notebook, in JupyterLab, with a microphone that speaks.

`ipywebrtc` was last released for an older JupyterLab, so this has to be seen.
"""

import base64
import contextlib
import os
import socket
import subprocess
import sys
import urllib.request

import nbformat
import pytest

from guide.audio_files import read_speech
from guide.chapters import REPOSITORY
from guide.commands.services import Service
from guide.notebook_rules import text_of

TOKEN = "lesson"
QUESTION = REPOSITORY / "assets" / "audio" / "twelve-times-seven.wav"

NEEDED = (
    "backend.ensure()",
    "client = genai.Client()",
    "CONFIG = {",
    "def open_session(",
    "class Answer",
    "def receive_answer(",
    "def chunks_of(",
    "def send_speech(",
    "AudioRecorder(",
    "recorder.audio.value",
)
"""Words of the cells that lead to a recording and its answer."""

MICROPHONE = """
(() => {
  let context, jack;
  navigator.mediaDevices.getUserMedia = async () => {
    context ??= new AudioContext({ sampleRate: 48_000 });
    jack ??= context.createMediaStreamDestination();
    const silence = new ConstantSourceNode(context, { offset: 0 });
    silence.connect(jack);
    silence.start();
    await context.resume();
    return jack.stream;
  };
  const start = MediaRecorder.prototype.start;
  MediaRecorder.prototype.start = function (...options) {
    this.addEventListener("start", () => { window.records = true; });
    this.addEventListener("stop", () => { window.records = false; });
    return start.apply(this, options);
  };
  window.say = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const spoken = new Int16Array(bytes.buffer);
    const buffer = context.createBuffer(1, spoken.length, 16_000);
    buffer.copyToChannel(Float32Array.from(spoken, (one) => one / 32_768), 0);
    const voice = new AudioBufferSourceNode(context, { buffer });
    voice.connect(jack);
    voice.addEventListener("ended", () => { window.hasSpoken = true; });
    voice.start();
  };
})();
"""
"""Speaks when it is told to, unlike Chromium's own, which loops a file."""

CELLS = """
() => {
  const cells = jupyterapp.shell.currentWidget.content.model.cells;
  return Array.from(cells, (cell) => cell.toJSON().outputs ?? []);
}
"""
"""The outputs of each cell."""

ASK_FOR_SIZE = """
() => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  const expressions = { size: "len(recorder.audio.value)" };
  const ask = async () => {
    const question = { code: "", store_history: false, user_expressions: expressions };
    const reply = await kernel.requestExecute(question).done;
    const { size } = reply.content.user_expressions;
    window.recordedBytes = Number(size.data["text/plain"]);
    if (window.recordedBytes === 0) ask();
  };
  ask();
}
"""
"""A recording reaches the kernel some time after the recorder has stopped."""


@pytest.fixture
def lesson(tmp_path):
    """Make a notebook of the cells that are needed."""
    folder = tmp_path / "root" / "chapter_01"
    folder.mkdir(parents=True)
    whole = nbformat.read(REPOSITORY / "chapter_01" / "sdk-intro.ipynb", 4)
    whole.cells = [
        cell
        for cell in whole.cells
        if cell.cell_type == "code" and any(words in text_of(cell) for words in NEEDED)
    ]
    rest = "from guide.audio_files import read_speech\n"
    rest += "INPUT_RATE_HZ, listen = 16_000, print\n"
    rest += f"question = read_speech({str(QUESTION)!r})"
    whole.cells.insert(1, nbformat.v4.new_code_cell(rest))
    for cell in whole.cells:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(whole, folder / "lesson.ipynb")
    return tmp_path / "root"


@pytest.fixture
def jupyterlab(lesson, emulator, tmp_path):
    """Start JupyterLab with the guide's settings; returns its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=localhost"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--allow-root"]
    command += [f"--ServerApp.root_dir={lesson}", "--expose-app-in-browser"]
    service = Service(
        "JupyterLab",
        command,
        ready_url=f"{address}/api",
        environment={
            **os.environ,
            "JUPYTER_TOKEN": TOKEN,
            "JUPYTER_CONFIG_PATH": str(REPOSITORY / "guide" / "jupyter"),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "LIVE_EMULATOR_URL": emulator.url,
        },
        log=tmp_path / "jupyterlab.log",
        farewell=urllib.request.Request(
            f"{address}/api/shutdown",
            method="POST",
            headers={"Authorization": f"token {TOKEN}"},
        ),
    )
    service.start(lesson)
    try:
        while not service.became_ready():
            assert service.exit_code() is None, "JupyterLab ended while it started"
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.process.wait(0.2)  # or ask again
        yield address
    finally:
        service.stop()


class Notebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page):
        self._page = page
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session"
            "?.kernel?.status === 'idle'"
        )

    def run(self, command):
        """Run cells as the menu does, and wait for the last."""
        self._page.evaluate(
            "command => { window.hasRun = false; jupyterapp.commands.execute(command)"
            ".then(() => { window.hasRun = true; }); }",
            command,
        )
        self._page.wait_for_function("window.hasRun")

    def outputs(self):
        """Return the outputs of all cells."""
        return [output for cell in self._page.evaluate(CELLS) for output in cell]

    def text_of(self, place):
        """Return what the cell at this place, counted from 0, has printed."""
        outputs = self._page.evaluate(CELLS)[place]
        return "".join(output.get("text", "") for output in outputs)

    def select(self, place):
        self._page.evaluate(
            "place => { const all = jupyterapp.shell.currentWidget.content;"
            " all.activeCellIndex = place; }",
            place,
        )

    def select_last_cell(self):
        self._page.evaluate(
            "() => { const all = jupyterapp.shell.currentWidget.content;"
            " all.activeCellIndex = all.widgets.length - 1; }"
        )

    def wait_for_recording(self):
        """Wait until the kernel has it."""
        self._page.evaluate(ASK_FOR_SIZE)
        self._page.wait_for_function("window.recordedBytes > 0")


@pytest.mark.timeout(180)
def test_a_recording_in_jupyterlab_is_heard_and_answered(
    jupyterlab, context, questions
):
    """The same cell that Run All gave the file is given the recording afterwards."""
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    place = "lab/workspaces/auto-test/tree/chapter_01/lesson.ipynb"
    page.goto(f"{jupyterlab}/{place}?token={TOKEN}")
    notebook = Notebook(page)
    notebook.run("notebook:run-all-cells")
    assert not [o for o in notebook.outputs() if o["output_type"] == "error"]
    assert "Nothing was recorded" in notebook.outputs()[-1]["text"]

    button = page.locator(".jupyter-widgets button").first
    button.click()
    page.wait_for_function("window.records")
    pcm = read_speech(questions / "capital-of-france.wav")
    page.evaluate("text => void say(text)", base64.b64encode(pcm).decode())
    page.wait_for_function("window.hasSpoken")
    button.click()
    page.wait_for_function("window.records === false")
    notebook.wait_for_recording()

    notebook.select_last_cell()
    notebook.run("notebook:run-cell")
    recorded, heard, answered = notebook.outputs()[-1]["text"].splitlines()
    assert recorded.startswith("You recorded ")
    assert heard == "heard:  What is the capital of France?"
    assert answered == "answer: The capital of France is Paris."
