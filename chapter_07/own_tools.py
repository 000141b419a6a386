"""Take the functions of a reader's own file. Chapter 7 uses this module."""

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

from chapter_07.declarations import NotDeclarable
from chapter_07.tools import Tool, Tools

__all__ = ["OwnToolsError", "include_all", "tools_of"]


class OwnToolsError(Exception):
    """A file has no functions that can be used: one sentence that says why."""


def tools_of(file: str) -> Tools:
    """Run a Python file, and return the functions in it.

    If it has a variable `tools` with a `Tools`, these are meant; otherwise all
    functions that it defines whose names do not begin with an underscore.

    Raises:
        OwnToolsError: There is no such file, it does not run, or its functions can't
            be described to a model.

    """
    module = _run(Path(file))
    own = getattr(module, "tools", None)
    try:
        found = own if isinstance(own, Tools) else Tools(*_functions(module))
    except NotDeclarable as error:
        raise OwnToolsError(f"{file}: {error}") from None
    if not len(found):
        raise OwnToolsError(f"There are no functions in {file}.")
    return found


def include_all(tools: Tools, more: Iterable[Tool], source: str) -> None:
    """Add tools from elsewhere.

    Raises:
        OwnToolsError: Two have one name.

    """
    for tool in more:
        try:
            tools.include(tool)
        except NotDeclarable as error:
            raise OwnToolsError(f"{source}: {error}") from None


def _run(path: Path) -> ModuleType:
    if not path.is_file():
        raise OwnToolsError(f"There is no file {path}.")
    name = "own_" + "".join(letter if letter.isalnum() else "_" for letter in path.stem)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise OwnToolsError(f"{path} is not a Python file; its name ends with .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        line = (
            error.lineno
            if isinstance(error, SyntaxError)
            else _line(error, path.resolve())
        )
        where = f" (line {line})" if line else ""
        words = error.msg if isinstance(error, SyntaxError) else str(error)
        words = " ".join(words.split())
        raise OwnToolsError(
            f"{path} does not run{where}: {type(error).__name__}: {words}"
        ) from None
    return module


def _line(error: BaseException, path: Path) -> int | None:
    """Return the line of the file at which an error arose."""
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _functions(module: ModuleType) -> list[Callable[..., object]]:
    return [
        each
        for name, each in vars(module).items()
        if inspect.isfunction(each)
        and each.__module__ == module.__name__
        and not name.startswith("_")
    ]
