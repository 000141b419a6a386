"""What the package promises as a whole: its names, its errors, and quiet imports."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

import live_emulator
from live_emulator.emulator import Emulator
from live_emulator.errors import EmulatorError
from live_emulator.options import Options, OptionValues

PACKAGE = Path(live_emulator.__file__).parent
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__main__.py" and not path.stem.endswith("_worker")
]
"""All but the programs, which nobody imports."""


def run_python(code: str) -> str:
    """Return what a new interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("package", ["live_emulator", "live_emulator.brain"])
def test_every_public_name_is_there(package):
    """Each name in `__all__` can be imported, and no other one is made up."""
    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match=f"'{package}' has no attribute 'nope'"):
        _ = module.nope


def test_public_errors_have_one_base():
    """Whoever catches EmulatorError catches every public error of the emulator."""
    public = [getattr(live_emulator, name) for name in live_emulator.__all__]
    errors = [
        one for one in public if isinstance(one, type) and issubclass(one, Exception)
    ]
    assert len(errors) > 5
    assert all(issubclass(error, EmulatorError) for error in errors)


@pytest.mark.parametrize(
    ("wrong", "builtin"),
    [({"faults": ["nonsense"]}, ValueError), ({"upstream": "x"}, ValueError)],
)
def test_errors_of_options_are_the_emulators_and_the_languages(wrong, builtin):
    """An option that is refused raises an EmulatorError that is a ValueError too."""
    with pytest.raises(EmulatorError) as caught:
        Emulator(**wrong)
    assert isinstance(caught.value, builtin)


def test_a_stopped_emulator_says_so():
    """A fault can't be injected where nothing runs."""
    with pytest.raises(live_emulator.NotRunning, match="Start it first"):
        Emulator().inject("drop")


def test_keyword_arguments_are_the_options():
    """`OptionValues` has the fields of `Options`, with the same types."""
    expected = {field.name for field in fields(Options)}
    hints = get_type_hints(Options)
    values = get_type_hints(OptionValues)
    assert values == {name: hints[name] for name in expected}
    assert list(values) == [field.name for field in fields(Options)]


def test_types_of_the_brain_cost_no_http_client():
    """Importing a type of the brain loads neither aiohttp nor numpy."""
    loaded = run_python(
        "import sys; from live_emulator.brain import Call;"
        "print([n for n in ('aiohttp', 'numpy', 'onnxruntime') if n in sys.modules])"
    )
    assert loaded == "[]"


def test_imports_start_nothing():
    """Importing every module starts no thread and changes no variable."""
    names = [
        name
        for _, name, _ in pkgutil.walk_packages(
            live_emulator.__path__, "live_emulator."
        )
        if not name.endswith(("_worker", "__main__"))
    ]
    assert len(names) > 100
    changed = run_python(
        "import importlib, os, signal, threading\n"
        "def state():\n"
        "    handlers = [signal.getsignal(one) for one in signal.valid_signals()]\n"
        "    return dict(os.environ), threading.active_count(), handlers\n"
        "import numpy, aiohttp\n"
        "before = state()\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(state() == before)"
    )
    assert changed == "True"


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield what runs when a module is imported."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for name in ("body", "orelse", "handlers", "finalbody"):
                yield from statements(getattr(statement, name, []))


def root(node: ast.expr) -> str:
    """Return the name that an expression begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("source", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_change_no_other_module(source):
    """No module changes at its import what another one defines."""
    imported: set[str] = set()
    changed: list[str] = []
    for one in statements(ast.parse(source.read_text("utf-8")).body):
        targets: list[ast.expr] = []
        if isinstance(one, ast.Import | ast.ImportFrom):
            imported |= {(a.asname or a.name).split(".")[0] for a in one.names}
        elif isinstance(one, ast.AugAssign):
            targets = [one.target]
        elif isinstance(one, ast.Assign | ast.Delete):
            targets = [t for t in one.targets if not isinstance(t, ast.Name)]
        elif isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
            targets = [one.value.func]
        changed += [root(target) for target in targets if root(target) in imported]
    assert changed == []
