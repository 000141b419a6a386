"""What a notebook of the guide must be like. No I/O.

Readers see notebooks on GitHub, where no audio plays, and run them anywhere. The
limits keep them readable; the rest keeps them free of the machine they ran on.
"""

import json
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

__all__ = ["KNOWN_TAGS", "is_lesson", "problems", "setup_cells", "tags_of", "text_of"]

Cell = Mapping[str, Any]

KNOWN_TAGS = frozenset(
    {
        "navigation",
        "setup",
        "nbval-skip",
        "nbval-ignore-output",
        "nbval-check-output",
        "raises-exception",
    }
)
"""Besides these, ``shared:<module>`` marks a definition that a module also has."""

MAX_FILE_BYTES = 400_000
MAX_OUTPUT_BYTES = 120_000
MAX_CODE_LINES = 30
MAX_CODE_WIDTH = 80
MAX_MARKDOWN_WORDS = 130
LESSON_CELLS = (35, 70)
WORDS_PER_CODE_LINE = (8.0, 15.0)
FIGURES = (3, 6)
DIAGRAMS = (1, 2)
SHOWN_SHARE = 0.8

_TRACES = {
    "an address in memory": r"\b0x[0-9a-fA-F]{6,}",
    "a port of this machine": r"(?:127\.0\.0\.1|localhost):\d+",
    "a path of this machine": r"(?:/home/|/Users/|/root/|/tmp/|/opt/|/work/|[A-Z]:\\)",
}


def is_lesson(name: str) -> bool:
    """Tell whether a notebook teaches; solutions have fewer limits."""
    return name != "solutions.ipynb"


def problems(notebook: Mapping[str, Any], name: str) -> list[str]:
    """Return what is wrong with a notebook, in the order of its cells.

    Args:
        notebook: As read from its file (nbformat 4).
        name: Its file name.

    """
    cells = notebook["cells"]
    found = list(_of_file(notebook))
    for place, cell in enumerate(cells, 1):
        rules = _of_markdown if cell["cell_type"] == "markdown" else _of_code
        found += [f"cell {place}: {text}" for text in (*_of_tags(cell), *rules(cell))]
    found += _of_headings(cells)
    if is_lesson(name):
        found += _of_lesson(cells)
    return found


def setup_cells(notebook: Mapping[str, Any]) -> list[str]:
    """Return the text of the cells that are the same in every chapter."""
    return [text_of(cell) for cell in notebook["cells"] if "setup" in tags_of(cell)]


def text_of(cell: Cell) -> str:
    """Return the source of a cell, in whichever form it is stored."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Cell) -> Sequence[str]:
    """Return the tags of a cell."""
    tags: Sequence[str] = cell.get("metadata", {}).get("tags", ())
    return tags


def _of_file(notebook: Mapping[str, Any]) -> Iterator[str]:
    size = len(json.dumps(notebook, ensure_ascii=False, indent=1).encode())
    if size > MAX_FILE_BYTES:
        yield f"the file has {size // 1000} KB, more than {MAX_FILE_BYTES // 1000}"
    metadata = notebook.get("metadata", {})
    if "widgets" in metadata:
        yield "the state of widgets is stored (metadata.widgets)"
    if "version" in metadata.get("language_info", {}):
        yield "the version of Python is stored (metadata.language_info.version)"


def _of_tags(cell: Cell) -> Iterator[str]:
    for tag in tags_of(cell):
        if tag not in KNOWN_TAGS and not re.fullmatch(r"shared:[a-z_]+", tag):
            yield f"unknown tag {tag!r}"


def _of_markdown(cell: Cell) -> Iterator[str]:
    words = _words(text_of(cell))
    if words > MAX_MARKDOWN_WORDS:
        yield f"{words} words in one cell, more than {MAX_MARKDOWN_WORDS}"


def _of_code(cell: Cell) -> Iterator[str]:
    lines = text_of(cell).splitlines()
    if _code_lines(cell) > MAX_CODE_LINES:
        yield f"{_code_lines(cell)} lines of code, more than {MAX_CODE_LINES}"
    width = max(map(len, lines), default=0)
    if width > MAX_CODE_WIDTH:
        yield f"a line of {width} characters, more than {MAX_CODE_WIDTH}"
    for line in lines:
        if re.match(r"\s*(?:!|%pip\b|%conda\b)", line):
            yield f"installs or calls the shell: {line.strip()}"
        if line.rstrip().endswith(";"):
            yield f"a semicolon at the end, which the tests ignore: {line.strip()}"
        if "time.sleep" in line:
            yield "time.sleep stops the event loop"
    text = "\n".join(lines)
    if "live.connect(" in text and "asyncio.timeout(" not in text:
        yield "a session without asyncio.timeout around it can hang for ever"
    yield from _of_outputs(cell)


def _of_outputs(cell: Cell) -> Iterator[str]:
    outputs = cell.get("outputs", [])
    if outputs and cell.get("execution_count") is None:
        yield "outputs without an execution count"
    failed = any(output["output_type"] == "error" for output in outputs)
    fails = "raises-exception" in tags_of(cell)
    if failed and not fails:
        yield "an error that is not announced by the tag raises-exception"
    if fails and not failed:
        yield "tagged raises-exception, but no error is stored"
    for output in outputs:
        if output.get("name") == "stderr":
            yield "warnings or logs in the output (stderr)"
        data = output.get("data", {})
        stored = json.dumps(output, ensure_ascii=False)
        if len(stored.encode()) > MAX_OUTPUT_BYTES:
            yield (
                f"an output of {len(stored) // 1000} KB, more than "
                f"{MAX_OUTPUT_BYTES // 1000}"
            )
        if any(kind.startswith("audio/") for kind in data) or "data:audio" in stored:
            yield "audio is stored in the output, which GitHub does not play"
        if "application/vnd.jupyter.widget-view+json" in data:
            yield "a widget is stored, which no reader of the file can see"
        yield from _of_traces(output)


def _of_traces(output: Mapping[str, Any]) -> Iterator[str]:
    data = output.get("data", {})
    shown = [output.get("text", ""), output.get("traceback", ""), output.get("evalue")]
    shown += [data.get(kind, "") for kind in ("text/plain", "text/html")]
    text = "\n".join(
        part if isinstance(part, str) else "".join(part) for part in shown if part
    )
    for what, pattern in _TRACES.items():
        if match := re.search(pattern, text):
            yield f"the output shows {what}: {match[0]}"


def _of_headings(cells: Sequence[Cell]) -> Iterator[str]:
    levels = [
        len(match[1])
        for cell in cells
        if cell["cell_type"] == "markdown"
        for match in re.finditer(r"^(#+) ", _without_code(text_of(cell)), re.MULTILINE)
    ]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of level 1, not one"
    elif levels[0] != 1:
        yield "there is something before the heading of level 1"
    if any(level > 3 for level in levels):
        yield "a heading below level 3"


def _of_lesson(cells: Sequence[Cell]) -> Iterator[str]:
    low, high = LESSON_CELLS
    if not low <= len(cells) <= high:
        yield f"{len(cells)} cells, not {low} to {high}"
    for kind, run in groupby(cells, key=lambda cell: cell["cell_type"]):
        if kind == "code" and (length := len(list(run))) > 2:
            yield f"{length} cells of code in a row, more than 2"
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    lines = sorted(_code_lines(cell) for cell in code)
    if not lines:
        yield "no code"
        return
    if (median := statistics.median(lines)) > 5:
        yield f"code cells have {median} lines in the median, more than 5"
    if (most := lines[int(0.9 * (len(lines) - 1))]) > 15:
        yield f"nine of ten code cells have up to {most} lines, more than 15"
    words = sum(_words(text_of(cell)) for cell in cells if cell not in code)
    ratio = words / max(1, sum(lines))
    if not WORDS_PER_CODE_LINE[0] <= ratio <= WORDS_PER_CODE_LINE[1]:
        low_ratio, high_ratio = WORDS_PER_CODE_LINE
        yield f"{ratio:.1f} words for a line of code, not {low_ratio} to {high_ratio}"
    shown = [cell for cell in code if _shows_something(cell)]
    if len(shown) < SHOWN_SHARE * len(code):
        yield (
            f"{len(shown)} of {len(code)} code cells show something, fewer than "
            f"{SHOWN_SHARE:.0%}"
        )
    figures = sum(
        "image/png" in output.get("data", {})
        for cell in code
        for output in cell.get("outputs", [])
    )
    if not FIGURES[0] <= figures <= FIGURES[1]:
        yield f"{figures} figures made by code, not {FIGURES[0]} to {FIGURES[1]}"
    diagrams = sum(
        len(re.findall(r"!\[[^\]]*\]\([^)]+\.svg\)", text_of(cell)))
        for cell in cells
        if cell["cell_type"] == "markdown"
    )
    if not DIAGRAMS[0] <= diagrams <= DIAGRAMS[1]:
        yield f"{diagrams} diagrams (SVG), not {DIAGRAMS[0]} to {DIAGRAMS[1]}"


def _shows_something(cell: Cell) -> bool:
    return bool(cell.get("outputs")) or "assert " in text_of(cell)


def _code_lines(cell: Cell) -> int:
    return sum(bool(line.strip()) for line in text_of(cell).splitlines())


def _words(markdown: str) -> int:
    text = _without_code(markdown)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)  # links by their words
    text = re.sub(r"<[^>]+>", " ", text)
    return len(re.findall(r"\w[\w'’.\-]*", text))


def _without_code(markdown: str) -> str:
    return re.sub(r"^(```|~~~).*?^\1", "", markdown, flags=re.MULTILINE | re.DOTALL)
