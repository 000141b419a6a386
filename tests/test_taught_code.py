"""What a lesson builds is what its chapter's modules hold, so that neither drifts.

A cell that builds a part of a module is tagged ``shared:<module>``. In a Markdown cell
that means its blocks of JavaScript: each is a stretch of ``<module>.js``.
"""

import ast
import re

import nbformat
import pytest

from guide.chapters import REPOSITORY
from guide.notebook_rules import tags_of, text_of

TAG = "shared:"


def definitions(source):
    """Find functions, classes and constants of some code, without its comments."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = ast.unparse(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id.isupper():
                found[node.targets[0].id] = ast.unparse(node)
    return found


def blocks_of_javascript(markdown):
    """Find the fenced blocks of JavaScript in a Markdown text."""
    return re.findall(r"^```js\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)


def lines_of_javascript(source):
    """Return lines of JavaScript without comments, blank lines and indentation."""
    source = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", source, flags=re.DOTALL)
    return [line.strip() for line in source.splitlines() if line.strip()]


def javascript_differences(markdown, path):
    """Say which blocks of a Markdown cell are no stretch of a module."""
    if not path.is_file():
        return [f"there is no {path.name}"]
    blocks = blocks_of_javascript(markdown)
    if not blocks:
        return [f"a cell that shares code with {path.name} has no block of it"]
    kept = lines_of_javascript(path.read_text("utf-8"))
    found = []
    for block in blocks:
        taught = lines_of_javascript(block)
        starts = range(len(kept) - len(taught) + 1)
        if not any(kept[at : at + len(taught)] == taught for at in starts):
            found.append(f"{path.name} has no such lines: {taught[0]}")
    return found


def differences(cells, folder):
    """Say where tagged cells and the modules in a folder are not the same."""
    found = []
    for cell in cells:
        for tag in tags_of(cell):
            if not tag.startswith(TAG):
                continue
            if cell["cell_type"] == "markdown":
                name = tag.removeprefix(TAG).replace("_", "-")
                found += javascript_differences(text_of(cell), folder / f"{name}.js")
                continue
            path = folder / f"{tag.removeprefix(TAG)}.py"
            if not path.is_file():
                found.append(f"there is no {path.name}")
                continue
            kept = definitions(path.read_text("utf-8"))
            taught = definitions(text_of(cell))
            if not taught:
                found.append(f"a cell tagged {tag} defines nothing")
            for name, code in taught.items():
                if name not in kept:
                    found.append(f"{path.name} has no {name}")
                elif kept[name] != code:
                    found.append(f"{name} is another in {path.name}")
    return found


NOTEBOOKS = sorted(REPOSITORY.glob("chapter_*/*.ipynb"))


@pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_lessons_and_modules_hold_the_same_code(path):
    """Whoever imports what a lesson built gets exactly that."""
    assert differences(nbformat.read(path, 4).cells, path.parent) == []


MODULE = '''
SIZE = 2  # with a reason

def grow(size: int) -> int:
    """Return more."""
    # Comments are not compared.
    return size + 1

class Thing:
    pass
'''


def cell(source, *tags):
    return {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}}


DRIFTS = {
    "SIZE = 3": ["SIZE is another in thing.py"],
    "class Thing:\n    size = 1": ["Thing is another in thing.py"],
    "async def grow(size: int) -> int:\n    return size + 1": [
        "grow is another in thing.py"
    ],
    "def shrink(): ...": ["thing.py has no shrink"],
    "print(1)": ["a cell tagged shared:thing defines nothing"],
    'SIZE = 2\ndef grow(size: int) -> int:\n    "Return more."\n    return size+1': [],
    "class Thing:\n    pass\n\nthing = Thing()\nawait thing": [],
}


@pytest.mark.parametrize("source", DRIFTS)
def test_drift_is_noticed(source, tmp_path):
    """Every difference but that of layout, comments, and what is only tried out."""
    (tmp_path / "thing.py").write_text(MODULE, "utf-8")
    assert differences([cell(source, "shared:thing")], tmp_path) == DRIFTS[source]
    assert differences([cell(source, "setup"), cell(source)], tmp_path) == []


def test_a_tag_names_a_module_of_the_same_chapter(tmp_path):
    """A module that was renamed is noticed."""
    assert differences([cell("A = 1", "shared:old")], tmp_path) == [
        "there is no old.py"
    ]


JAVASCRIPT = """
/** Grows. */
export function grow(size) {
  // With a reason.
  return size + 1;
}
"""


def block(code):
    source = f"Look:\n\n```js\n{code}\n```\n"
    return {
        "cell_type": "markdown",
        "source": source,
        "metadata": {"tags": [TAG + "a_b"]},
    }


@pytest.mark.parametrize(
    ("code", "problems"),
    [
        ("  return size + 1; // more", []),
        ("export function grow(size) {\n\n  return size + 1;\n}", []),
        ("return size + 2;", ["a-b.js has no such lines: return size + 2;"]),
        (
            "export function grow(size) {\n}",
            ["a-b.js has no such lines: export function grow(size) {"],
        ),
    ],
)
def test_drift_of_javascript_is_noticed(code, problems, tmp_path):
    """A block is a stretch of its module, but for comments and indentation."""
    (tmp_path / "a-b.js").write_text(JAVASCRIPT, "utf-8")
    assert differences([block(code)], tmp_path) == problems


def test_a_shared_markdown_cell_has_code_and_a_module(tmp_path):
    """A module that was renamed is noticed, and a block that was taken out."""
    assert differences([block("a")], tmp_path) == ["there is no a-b.js"]
    (tmp_path / "a-b.js").write_text(JAVASCRIPT, "utf-8")
    bare = {**block("a"), "source": "No code."}
    assert differences([bare], tmp_path) == [
        "a cell that shares code with a-b.js has no block of it"
    ]
