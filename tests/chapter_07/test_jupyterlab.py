"""The whole notebook in JupyterLab, as a reader runs it."""

import shutil

import nbformat
import pytest

from guide.chapters import REPOSITORY
from guide.notebook_rules import tags_of, text_of
from tests.chapter_01.test_jupyterlab import TOKEN, Notebook, jupyterlab
from tests.chapter_05.conftest import live
from tests.chapter_06.test_jupyterlab import HAS_OUTPUT, copy_bare

__all__ = ["jupyterlab", "live"]

LESSON = REPOSITORY / "chapter_07" / "tools.ipynb"


@pytest.fixture
def emulator(live):
    """Name the emulator as the tests of chapter 1 do."""
    return live


@pytest.fixture
def lesson(tmp_path):
    """Copy the notebook, without its outputs, and what it reads."""
    root = tmp_path / "root"
    (root / "chapter_07").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "assets" / "audio", root / "assets" / "audio")
    shutil.copy(LESSON.with_name("notes-server.py"), root / "chapter_07")
    copy_bare(LESSON, root / "chapter_07" / "lesson.ipynb")
    return root


@pytest.mark.timeout(300)
def test_the_notebook_runs_in_jupyterlab(jupyterlab, context):
    """Run All ends with the spoken answer, and no error but the one on purpose."""
    cells = nbformat.read(LESSON, 4).cells
    on_purpose = sum("raises-exception" in tags_of(cell) for cell in cells)
    page = context.new_page()
    page.set_default_timeout(200_000)
    place = "lab/workspaces/auto-test/tree/chapter_07/lesson.ipynb"
    page.goto(f"{jupyterlab}/{place}?token={TOKEN}")
    notebook = Notebook(page)
    notebook.run("notebook:run-all-cells")
    last = max(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    page.wait_for_function(HAS_OUTPUT, arg=last)
    errors = [one for one in notebook.outputs() if one["output_type"] == "error"]
    assert len(errors) == on_purpose
    spoken = next(i for i, cell in enumerate(cells) if "Recording(" in text_of(cell))
    assert "the sky is sunny" in notebook.text_of(spoken)
