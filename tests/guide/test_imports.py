"""The modules of the guide rest on each other in one direction."""

import ast
import re
from graphlib import CycleError, TopologicalSorter

import pytest

from guide.chapters import CHAPTERS, REPOSITORY


def imports(folder):
    """Return what each module imports of the same folder, types alone included."""
    modules = {
        ".".join(path.relative_to(REPOSITORY).with_suffix("").parts): path
        for path in folder.rglob("*.py")
        if path.stem != "__init__"
    }
    return {
        name: {
            node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module in modules
        }
        for name, path in modules.items()
    }


@pytest.mark.parametrize("name", ["guide/wire_log", "guide/pages", "guide/figures"])
def test_no_module_needs_one_that_needs_it(name):
    """Whoever reads a module can read what it rests on first."""
    graph = imports(REPOSITORY / name)
    assert any(graph.values())
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def packages_imported_by(path):
    """Return the first names of all that a file imports, inside functions too."""
    text = path.read_text("utf-8")
    if path.suffix == ".js":
        return set(re.findall(r"/(chapter_\d\d|live_emulator)/[\w./-]+\.js", text))
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


FOLDERS = [each.folder for each in CHAPTERS if (REPOSITORY / each.folder).is_dir()]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_chapter_imports_from_earlier_ones_alone(folder):
    """So that it can be read with no more than what came before; nor the emulator."""
    files = [
        path
        for ending in ("*.py", "*.js")
        for path in (REPOSITORY / folder).glob(ending)
    ]
    assert files
    for path in files:
        later = {
            name
            for name in packages_imported_by(path)
            if name == "live_emulator"
            or (name.startswith("chapter_") and name > folder)
        }
        assert not later, path


@pytest.mark.parametrize("folder", ["guide", "live_emulator"])
def test_what_chapters_rest_on_imports_no_chapter(folder):
    """And the emulator nothing of the guide: the protocol is the only door."""
    for path in (REPOSITORY / folder).rglob("*.py"):
        wrong = {
            name
            for name in packages_imported_by(path)
            if name.startswith("chapter_") or (folder != "guide" and name == "guide")
        }
        assert not wrong, path
