"""The modules of the guide rest on each other in one direction."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from guide.chapters import REPOSITORY


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
