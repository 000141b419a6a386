"""Run notebooks against an emulator of their own and write them back clean.

``python -m guide.notebooks [PATH ...]`` does it for the named notebooks, or for
all chapters; ``--check`` only says what is wrong. A notebook that fails or breaks
a rule is not written.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from guide.backend_choice import isolate
from guide.chapters import REPOSITORY, chapter_of, navigation_line
from guide.figures.listening import NO_PLAYERS
from guide.notebook_rules import problems, setup_cells, tags_of

__all__ = ["clean", "main", "run"]

CELL_WITHIN_S = 120
_nbformat: Any = nbformat  # most of it has no annotations
WIDGET = "application/vnd.jupyter.widget-view+json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or check notebooks; return 1 if something is wrong with one."""
    parser = argparse.ArgumentParser(prog="python -m guide.notebooks")
    parser.add_argument("paths", nargs="*", type=Path, help="default: all chapters")
    parser.add_argument("--check", action="store_true", help="run and write nothing")
    options = parser.parse_args(arguments)
    paths = options.paths or sorted(REPOSITORY.glob("chapter_*/*.ipynb"))
    missing = [path for path in paths if not path.is_file()]
    if missing:
        print(f"There is no notebook {missing[0]}.", file=sys.stderr)
        return 2
    failures = 0
    setups: set[str] = set()
    for path in paths:
        found = _treat(path, only_check=options.check)
        for text in found:
            print(f"{path}: {text}")
        failures += bool(found)
        setups.update(setup_cells(_nbformat.read(path, as_version=4)))
    if len(setups) > 1:
        print("The setup cells of the notebooks differ; they must be the same text.")
        failures += 1
    print(f"{len(paths)} notebooks, {failures} with problems.")
    return 1 if failures else 0


def run(notebook: Any, folder: Path) -> None:
    """Run all cells in place, but those that need a person.

    Raises:
        CellExecutionError: A cell failed that should not.

    """
    variables = {**os.environ, NO_PLAYERS: "1"}  # GitHub would play none
    isolate(variables)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        notebook,
        timeout=CELL_WITHIN_S,
        kernel_name="python3",
        skip_cells_with_tag="nbval-skip",
        resources={"metadata": {"path": str(folder)}},
    ).execute(env=variables)


def clean(notebook: Any, navigation: str | None = None) -> None:
    """Remove what belongs to the machine, in place; ids and counts stay.

    Args:
        notebook: An nbformat 4 notebook.
        navigation: Text for the cell tagged ``navigation``; none leaves it.

    """
    notebook.metadata = _nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in ("tags",) if key in cell.metadata}
        cell.metadata = _nbformat.from_dict(kept)
        if navigation is not None and "navigation" in tags_of(cell):
            cell.source = navigation
        for output in cell.get("outputs", []):
            _clean_output(output)


def _clean_output(output: Any) -> None:
    # A reader who opens the file has no kernel in which the widget lives.
    output.get("data", {}).pop(WIDGET, None)
    output.get("metadata", {}).pop(WIDGET, None)
    if output.output_type == "error":
        # The frames inside packages name paths of this machine and teach nothing.
        frames = output.traceback
        output.traceback = [
            frame
            for place, frame in enumerate(frames)
            if place in (0, 1, len(frames) - 1) or "Cell In" in _without_colours(frame)
        ]


def _treat(path: Path, *, only_check: bool) -> list[str]:
    notebook = _nbformat.read(path, as_version=4)
    chapter = chapter_of(path.resolve().parent.name)
    navigation = navigation_line(chapter) if chapter else None
    if only_check:
        return [*problems(notebook, path.name), *_navigation(notebook, navigation)]
    try:
        run(notebook, path.resolve().parent)
    except CellTimeoutError:
        return [f"a cell took more than {CELL_WITHIN_S} s"]
    except CellExecutionError as error:
        return [_without_colours(str(error))]
    clean(notebook, navigation)
    _nbformat.validate(notebook)
    found = [*problems(notebook, path.name), *_navigation(notebook, navigation)]
    if not found:
        text = _nbformat.writes(notebook)
        path.write_text(text.rstrip("\n") + "\n", "utf-8", newline="\n")
    return found


def _navigation(notebook: Any, wanted: str | None) -> list[str]:
    found = [cell.source for cell in notebook.cells if "navigation" in tags_of(cell)]
    if wanted is None or found == [wanted]:
        return []
    if not found:
        return ["no cell is tagged navigation"]
    return [f"the navigation should read: {wanted}"]


def _without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text).strip()


if __name__ == "__main__":
    raise SystemExit(main())
