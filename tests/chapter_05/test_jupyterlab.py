"""The widget of the notebook, in JupyterLab, with a microphone that speaks."""

import base64
import shutil
from pathlib import Path

import nbformat
import pytest

from guide.audio_files import read_speech
from guide.chapters import REPOSITORY
from guide.notebook_rules import text_of
from tests.chapter_01.test_jupyterlab import (  # noqa: F401
    TOKEN,
    Notebook,
    jupyterlab,
)

MICROPHONE = Path(__file__).with_name("microphone.js").read_text("utf-8")
QUESTION = REPOSITORY / "assets" / "audio" / "capital-of-france.wav"

NEEDED = (
    "backend.ensure()",
    "from chapter_05.turns import Conversation",
    "def open_socket(",
    "from chapter_05.live_chat import",
    "audio = NotebookAudio(",
    "if audio.is_open:",
)
"""Words of the cells that lead to a conversation."""


@pytest.fixture
def emulator(live):
    """Name the emulator as the tests of chapter 1 do."""
    return live


@pytest.fixture
def lesson(tmp_path):
    """Make a notebook of the cells that are needed."""
    folder = tmp_path / "root" / "chapter_05"
    folder.mkdir(parents=True)
    shutil.copytree(REPOSITORY / "assets" / "audio", tmp_path / "root/assets/audio")
    whole = nbformat.read(REPOSITORY / "chapter_05" / "live-audio-chat.ipynb", 4)
    whole.cells = [
        cell
        for cell in whole.cells
        if cell.cell_type == "code" and any(words in text_of(cell) for words in NEEDED)
    ]
    for cell in whole.cells:
        cell.outputs, cell.execution_count = [], None
    # The twin of the widget is shown elsewhere; here it must not step in.
    last = whole.cells[-1]
    last.source = "is_listening = None\n" + last.source
    nbformat.write(whole, folder / "lesson.ipynb")
    return tmp_path / "root"


@pytest.mark.timeout(180)
def test_a_conversation_in_jupyterlab_goes_through_the_browser(
    jupyterlab,  # noqa: F811
    context,
):
    """What is said into the browser is answered, and played there to its end."""
    complaints = []
    context.add_init_script(MICROPHONE)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(60_000)
    place = "lab/workspaces/auto-test/tree/chapter_05/lesson.ipynb"
    page.goto(f"{jupyterlab}/{place}?token={TOKEN}")
    notebook = Notebook(page)
    notebook.select_last_cell()
    notebook.run("notebook:run-all-above")
    page.get_by_role("button", name="Open the microphone").click()
    page.get_by_text("Open: run the next cell").wait_for()
    notebook.select_last_cell()
    page.evaluate(
        "() => { window.hasRun = false;"
        " jupyterapp.commands.execute('notebook:run-cell')"
        ".then(() => { window.hasRun = true; }); }"
    )
    text = base64.b64encode(read_speech(QUESTION)).decode()
    page.evaluate("text => say(text)", text)
    page.get_by_role("button", name="Close the microphone").last.click()
    page.wait_for_function("window.hasRun")
    errors = [o for o in notebook.outputs() if o["output_type"] == "error"]
    assert not errors
    said = notebook.outputs()[-1]["text"].splitlines()
    assert said == [
        "user   What is the capital of France?",
        "model  The capital of France is Paris.",
    ]
    assert not complaints
