"""The rules for notebooks: each can be broken, and no committed one breaks any."""

import copy
import re

import nbformat
import pytest

from guide.chapters import REPOSITORY, chapter_of, navigation_line
from guide.figures import NO_PLAYERS
from guide.notebook_rules import is_lesson, problems, setup_cells, tags_of, text_of
from guide.notebooks import clean, main

NOTEBOOKS = sorted(REPOSITORY.glob("chapter_*/*.ipynb"))


def test_committed_notebooks_keep_to_the_rules():
    """None is too long, holds audio, or shows where it was run."""
    found = [
        f"{path.relative_to(REPOSITORY)}: {problem}"
        for path in NOTEBOOKS
        for problem in problems(nbformat.read(path, as_version=4), path.name)
    ]
    assert not found, "\n".join(found)


def test_committed_notebooks_begin_alike():
    """The setup cell is the same text in every one."""
    setups = {path: setup_cells(nbformat.read(path, 4)) for path in NOTEBOOKS}
    for path, cells in setups.items():
        assert len(cells) == 1, f"{path}: one cell is to be tagged setup"
    assert len({cells[0] for cells in setups.values()}) <= 1


def test_committed_notebooks_lead_on():
    """The navigation is the one of the chapter's README."""
    for path in NOTEBOOKS:
        chapter = chapter_of(path.parent.name)
        assert chapter is not None
        cells = nbformat.read(path, 4).cells
        found = [text_of(cell) for cell in cells if "navigation" in tags_of(cell)]
        assert found == [navigation_line(chapter)], path


def test_lessons_have_the_title_of_their_readme():
    """A reader sees that notebook and README belong together."""
    for path in NOTEBOOKS:
        if is_lesson(path.name):
            title = text_of(nbformat.read(path, 4).cells[0]).splitlines()[0]
            readme = (path.parent / "README.md").read_text("utf-8")
            assert title == readme.splitlines()[0], path


def test_solutions_stand_beside_every_lesson():
    """No exercise is left alone."""
    for path in NOTEBOOKS:
        assert (path.parent / "solutions.ipynb").is_file()


def markdown(text, *tags):
    return {"cell_type": "markdown", "source": text, "metadata": {"tags": list(tags)}}


def code(text, *tags, outputs=None, count=1):
    if outputs is None:
        outputs = [{"output_type": "stream", "name": "stdout", "text": "ok\n"}]
    return {
        "cell_type": "code",
        "source": text,
        "metadata": {"tags": list(tags)},
        "outputs": outputs,
        "execution_count": count,
    }


def shown(**data):
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def lesson():
    """Make a lesson that breaks no rule."""
    sentence = "one two three four five six seven eight nine ten:"
    cells = [markdown("# Title\n\n![what talks to what](../assets/a.svg)")]
    for number in range(20):
        outputs = shown(**{"image/png": "x"}) if number < 4 else None
        cells.append(markdown(sentence))
        cells.append(code("a = 1", outputs=outputs))
    return {"cells": cells, "metadata": {"language_info": {"name": "python"}}}


def test_a_good_lesson_has_no_problems():
    """The rules can be kept."""
    assert problems(lesson(), "lesson.ipynb") == []


LONG = "\n".join("a = 1" for _ in range(31))
ERROR = [{"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["E: v"]}]
BROKEN = {
    # how the cell of code reads, and the words of the problem
    "long code": (code(LONG), "31 lines of code"),
    "wide code": (code("a" * 81), "81 characters"),
    "shell": (code("!ls"), "calls the shell"),
    "pip": (code("%pip install x"), "installs"),
    "semicolon": (code("plot(x);"), "semicolon"),
    "sleep": (code("time.sleep(1)"), "event loop"),
    "no timeout": (code("async with c.aio.live.connect(model=m) as s:"), "hang"),
    "no count": (code("a", count=None), "execution count"),
    "error": (code("a", outputs=ERROR), "raises-exception"),
    "no error": (code("a", "raises-exception"), "no error is stored"),
    "unknown tag": (code("a", "nbval-skipp"), "unknown tag"),
    "stderr": (
        code("a", outputs=[{"output_type": "stream", "name": "stderr", "text": "w"}]),
        "stderr",
    ),
    "audio": (code("a", outputs=shown(**{"audio/wav": "x"})), "audio"),
    "audio in HTML": (
        code(
            "a", outputs=shown(**{"text/html": "<audio src='data:audio/wav;base64,x'>"})
        ),
        "audio",
    ),
    "large output": (code("a", outputs=shown(**{"image/png": "x" * 130_000})), "KB"),
    "widget": (
        code("a", outputs=shown(**{"application/vnd.jupyter.widget-view+json": {}})),
        "widget",
    ),
    "address": (
        code("a", outputs=shown(**{"text/plain": "<A at 0x7f1234>"})),
        "memory",
    ),
    "port": (
        code("a", outputs=shown(**{"text/plain": "http://127.0.0.1:9099"})),
        "a port",
    ),
    "path": (code("a", outputs=shown(**{"text/plain": "/home/me/x"})), "a path"),
    "long text": (markdown("word " * 131), "131 words"),
    "second title": (markdown("# Again"), "2 headings of level 1"),
    "deep heading": (markdown("#### Deep"), "below level 3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_of_a_cell_is_noticed(name):
    """In lessons and in solutions alike, and with the number of the cell."""
    cell, words = BROKEN[name]
    for kind in ("lesson.ipynb", "solutions.ipynb"):
        notebook = lesson()
        notebook["cells"][2] = cell
        assert any(words in problem for problem in problems(notebook, kind)), name


def without(kind):
    return lambda cells: [cell for cell in cells if cell["cell_type"] != kind]


SHAPES = {
    "too short": (lambda cells: cells[:30], "30 cells"),
    "too long": (lambda cells: cells + cells[1:] * 2, "cells, not 35"),
    "code in a row": (lambda cells: [*cells[:36], *[code("a")] * 3], "in a row"),
    "no code": (without("code"), "no code"),
    "little prose": (
        lambda cells: [
            markdown("word:") if cell["source"].startswith("one") else cell
            for cell in cells
        ],
        "words for a line",
    ),
    "silent": (
        lambda cells: [
            code("a", outputs=[]) if cell["cell_type"] == "code" else cell
            for cell in cells
        ],
        "code cells show something",
    ),
    "no figures": (
        lambda cells: [
            code("a") if cell["cell_type"] == "code" else cell for cell in cells
        ],
        "0 figures",
    ),
    "no diagram": (lambda cells: [markdown("# Title"), *cells[1:]], "0 diagrams"),
    "large steps": (
        lambda cells: [
            code("a\n" * 16, outputs=cell["outputs"])
            if cell["cell_type"] == "code"
            else cell
            for cell in cells
        ],
        "in the median",
    ),
    "late title": (lambda cells: [markdown("## Part"), *cells], "something before"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_lesson_out_of_shape_is_noticed(name):
    """Length, rhythm, prose and figures have limits."""
    change, words = SHAPES[name]
    notebook = lesson()
    notebook["cells"] = change(notebook["cells"])
    assert any(words in problem for problem in problems(notebook, "lesson.ipynb"))


def test_solutions_may_be_short():
    """They have no rhythm to keep."""
    notebook = {"cells": [markdown("# Solutions"), code("a")], "metadata": {}}
    assert problems(notebook, "solutions.ipynb") == []


def test_a_file_of_too_many_bytes_is_noticed():
    """GitHub does not show large notebooks."""
    notebook = lesson()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = shown(**{"image/png": "x" * 25_000})
    assert any("the file has" in text for text in problems(notebook, "solutions.ipynb"))


def test_cleaning_keeps_the_lesson_and_drops_the_machine():
    """Ids, counts and tags stay; widgets, versions and times go."""
    widget = "application/vnd.jupyter.widget-view+json"
    notebook = nbformat.v4.new_notebook(
        metadata={
            "widgets": {"x": 1},
            "language_info": {"name": "python", "version": "3.11.7"},
        }
    )
    cell = nbformat.v4.new_code_cell("a", execution_count=3)
    cell.metadata.update(tags=["setup"], execution={"started": "now"})
    cell.outputs = [
        nbformat.v4.new_output("display_data", data={widget: {}, "text/plain": "A"}),
        nbformat.v4.new_output(
            "error",
            ename="E",
            evalue="v",
            traceback=["---", "E  Traceback", "Cell In[1]", "File /x/lib.py", "E: v"],
        ),
    ]
    notebook.cells = [cell, nbformat.v4.new_markdown_cell("old")]
    notebook.cells[1].metadata["tags"] = ["navigation"]
    before = copy.deepcopy(cell)
    clean(notebook, "new")
    assert (cell.id, cell.execution_count) == (before.id, 3)
    assert dict(cell.metadata) == {"tags": ["setup"]}
    assert cell.outputs[0].data == {"text/plain": "A"}
    assert cell.outputs[1].traceback == ["---", "E  Traceback", "Cell In[1]", "E: v"]
    assert notebook.cells[1].source == "new"
    assert problems(notebook, "solutions.ipynb") == [
        "cell 1: an error that is not announced by the tag raises-exception",
        "0 headings of level 1, not one",
    ]
    nbformat.validate(notebook)


@pytest.fixture
def on_disk(tmp_path):
    """Write a notebook of these cells; returns its path."""

    def write(*cells):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell("# Solutions"), *cells]
        )
        path = tmp_path / "solutions.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


def new_code(text, *tags):
    return nbformat.v4.new_code_cell(text, metadata={"tags": list(tags)})


def test_the_tool_runs_a_notebook_and_writes_it_back(on_disk, monkeypatch, capsys):
    """Cells that need a person are left out, and no key reaches the kernel."""
    monkeypatch.setenv("GEMINI_API_KEY", "real")
    path = on_disk(
        new_code("import os\nos.environ.get('GEMINI_API_KEY'), 1 + 1"),
        new_code("input()", "nbval-skip"),
        new_code("{}['x']", "raises-exception"),
    )
    assert main([str(path)]) == 0, capsys.readouterr().out
    first, skipped, failed = nbformat.read(path, 4).cells[1:]
    assert first.outputs[0].data["text/plain"] == "(None, 2)"
    assert first.execution_count == 1
    assert skipped.outputs == []
    assert failed.outputs[0].ename == "KeyError"
    assert main([str(path), "--check"]) == 0


def test_the_tool_stores_no_players(on_disk, monkeypatch, capsys):
    """A sound is a picture in the file, and can be heard when somebody runs it."""
    for name in (NO_PLAYERS, "PYTEST_VERSION"):
        monkeypatch.delenv(name, raising=False)
    path = on_disk(
        new_code("from guide.figures import listen\nlisten(bytes(4800), 24_000, 'x')")
    )
    assert main([str(path)]) == 0, capsys.readouterr().out
    outputs = nbformat.read(path, 4).cells[1].outputs
    shown = [output for output in outputs if output.output_type == "display_data"]
    assert [sorted(output.data) for output in shown] == [["image/png", "text/plain"]]


def test_the_tool_keeps_what_a_traceback_says_of_the_notebook(on_disk, capsys):
    """IPython colours the words by which its own frames are told from others."""
    deep = "import json\n\ndef read():\n    json.loads('x')\n\nread()"
    path = on_disk(new_code(deep, "raises-exception"))
    assert main([str(path)]) == 0, capsys.readouterr().out
    shown = "\n".join(nbformat.read(path, 4).cells[1].outputs[0].traceback)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert shown.count("Cell In[1], line ") == 2
    assert "decoder.py" not in shown


def test_the_tool_does_not_write_a_notebook_that_fails(on_disk, capsys):
    """The file stays as it was, and the error is shown."""
    path = on_disk(new_code("1 / 0"))
    before = path.read_bytes()
    assert main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_the_tool_does_not_write_a_notebook_that_breaks_a_rule(on_disk, capsys):
    """Only what may be committed is written."""
    path = on_disk(new_code("!echo x"))
    before = path.read_bytes()
    assert main([str(path)]) == 1
    assert "calls the shell" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_the_tool_says_which_notebook_is_missing(capsys):
    """A wrong path is one sentence."""
    assert main(["nowhere.ipynb"]) == 2
    assert capsys.readouterr().err == "There is no notebook nowhere.ipynb.\n"
