"""The whole notebook in JupyterLab, with a camera to which a menu is held.

`ipywebrtc` was last released for an older JupyterLab, so this has to be seen.
"""

import base64
import shutil

import nbformat
import pytest

from guide.chapters import REPOSITORY
from guide.notebook_rules import tags_of, text_of
from tests.chapter_01.test_jupyterlab import TOKEN, Notebook, jupyterlab
from tests.chapter_06.conftest import PICTURES, SIGHTS

__all__ = ["jupyterlab"]

LESSON = REPOSITORY / "chapter_06" / "seeing.ipynb"

HAS_OUTPUT = """
(place) => {
  const { cells } = jupyterapp.shell.currentWidget.content.model;
  return cells.get(place).outputs.length > 0;
}
"""

ASK_FOR_SIZE = """
() => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  const expressions = { size: "len(recorder.image.value)" };
  const ask = async () => {
    const question = { code: "", store_history: false, user_expressions: expressions };
    const reply = await kernel.requestExecute(question).done;
    const { size } = reply.content.user_expressions;
    window.takenBytes = Number(size.data["text/plain"]);
    if (window.takenBytes === 0) ask();
  };
  ask();
}
"""
"""A picture reaches the kernel some time after the button was pressed."""


@pytest.fixture
def emulator(live):
    """Name the emulator as the tests of chapter 1 do."""
    return live


def copy_bare(lesson, copy):
    """Copy a notebook without its outputs."""
    whole = nbformat.read(lesson, 4)
    for cell in whole.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(whole, copy)


@pytest.fixture
def lesson(tmp_path):
    """Copy the notebook, without its outputs, and what it reads."""
    root = tmp_path / "root"
    (root / "chapter_06").mkdir(parents=True)
    for folder in ("pictures", "audio"):
        shutil.copytree(REPOSITORY / "assets" / folder, root / "assets" / folder)
    shutil.copy(LESSON.with_name("README.md"), root / "chapter_06")
    copy_bare(LESSON, root / "chapter_06" / "lesson.ipynb")
    return root


@pytest.mark.timeout(300)
def test_the_notebook_runs_in_jupyterlab_and_sees_a_camera(jupyterlab, context):
    """Run All ends without an error but the one on purpose; then a picture is taken."""
    cells = nbformat.read(LESSON, 4).cells
    mine = next(i for i, cell in enumerate(cells) if "taken = " in text_of(cell))
    on_purpose = sum("raises-exception" in tags_of(cell) for cell in cells)
    context.add_init_script(SIGHTS)
    page = context.new_page()
    page.set_default_timeout(120_000)
    place = "lab/workspaces/auto-test/tree/chapter_06/lesson.ipynb"
    page.goto(f"{jupyterlab}/{place}?token={TOKEN}")
    notebook = Notebook(page)
    menu = base64.b64encode((PICTURES / "menu.jpg").read_bytes()).decode()
    page.evaluate("menu => aim('camera', menu)", menu)
    notebook.run("notebook:run-all-cells")
    # JupyterLab counts that as over at the error on purpose, and runs on.
    last = max(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    page.wait_for_function(HAS_OUTPUT, arg=last)
    errors = [one for one in notebook.outputs() if one["output_type"] == "error"]
    assert len(errors) == on_purpose
    assert "Harbour Street" in notebook.text_of(mine)
    page.locator(".jupyter-widgets button").first.click()
    page.evaluate(ASK_FOR_SIZE)
    page.wait_for_function("window.takenBytes > 0")
    notebook.select(mine)
    notebook.run("notebook:run-cell")
    assert "Kormoran" in notebook.text_of(mine)
