"""The table of close codes, and the files that are made from it.

Every row is written once, in chapter_03/close-codes.json. Pages can't read JSON
without a request, and the emulator goes without the guide, so each has a copy of its
own, and people have a document. ``python -m guide.close_tables`` brings all three up
to date; a test says when they are not.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.chapters import REPOSITORY

__all__ = ["FILES", "Row", "changed", "read_rows"]

TABLE = "chapter_03/close-codes.json"
DOCUMENT = "chapter_03/close-codes.md"
FOR_PAGES = "chapter_03/close-table.js"
FOR_THE_INSPECTOR = "live_emulator/inspector/page/close-table.js"
FILES = (DOCUMENT, FOR_PAGES, FOR_THE_INSPECTOR)

_MADE = "Made from chapter_03/close-codes.json by `python -m guide.close_tables`."


@dataclass(frozen=True, slots=True)
class Row:
    """What a close code means, with a part of the reason; all in sentences."""

    code: int
    reason: str
    """A part of the reasons that it explains; empty fits all."""
    happened: str
    why: str
    next: str
    """What to do."""
    source: str
    elsewhere: str = ""
    """What to do for those who don't have the guide, where that is something else."""

    def fits(self, reason: str) -> bool:
        """Tell whether a reason is explained by this row."""
        return self.reason.lower() in reason.lower()


def read_rows(repository: Path = REPOSITORY) -> list[Row]:
    """Return the table; of two rows that fit, the first holds."""
    rows = json.loads((repository / TABLE).read_text("utf-8"))
    return [Row(**row) for row in rows]


def changed(repository: Path = REPOSITORY) -> dict[Path, str]:
    """Return the files that are not up to date, and what they should hold."""
    rows = read_rows(repository)
    document = repository / DOCUMENT
    introduction = re.split(r"^## ", document.read_text("utf-8"), flags=re.M)[0]
    wanted = {
        document: f"{introduction}{_as_markdown(rows)}\n",
        repository / FOR_PAGES: _for_pages(rows),
        repository / FOR_THE_INSPECTOR: _for_the_inspector(rows),
    }
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text("utf-8") != text
    }


def _as_markdown(rows: list[Row]) -> str:
    lines: list[str] = []
    for code in dict.fromkeys(row.code for row in rows):
        lines += [f"## {code}", ""]
        lines += ["| reason | what happened, and why | what to do |", "|---|---|---|"]
        for row in rows:
            if row.code == code:
                reason = f"*{row.reason}*" if row.reason else "any"
                happened = f"{row.happened} {row.why}"
                lines.append(f"| {reason}, {row.source} | {happened} | {row.next} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _for_pages(rows: list[Row]) -> str:
    fields = ("code", "reason", "happened", "why", "next", "source")
    table = [{name: getattr(row, name) for name in fields} for row in rows]
    return (
        f"/** The rows of close-codes.js. {_MADE} */\n\n"
        '/** @import {Explanation} from "./close-codes.js" */\n\n'
        "/** @type {readonly Explanation[]} */\n"
        f"export const EXPLANATIONS = {_as_javascript(table)};\n"
    )


def _for_the_inspector(rows: list[Row]) -> str:
    table = [
        {
            "code": row.code,
            "reason": row.reason,
            "words": f"{row.happened} {row.why}",
            "todo": row.elsewhere or row.next,
            "source": row.source,
        }
        for row in rows
        # Of our own, only the emulator's refusals reach its inspector.
        if row.source != "ours" or row.reason == "Emulator: "
    ]
    return (
        f"/** The rows of closing.js. {_MADE} */\n\n"
        '/** @import {Ending} from "./closing.js" */\n\n'
        "/** @type {readonly Ending[]} The first that fits holds. */\n"
        f"export const ENDINGS = {_as_javascript(table)};\n"
    )


def _as_javascript(table: list[dict[str, Any]]) -> str:
    """Return objects as people write them, a field a line."""
    lines = ["["]
    for row in table:
        lines.append("  {")
        for name, value in row.items():
            lines.append(f"    {name}: {json.dumps(value, ensure_ascii=False)},")
        lines.append("  },")
    return "\n".join([*lines, "]"])


def main() -> int:
    """Write the files that are not up to date."""
    files = changed()
    for path, text in files.items():
        path.write_text(text, "utf-8", newline="\n")
        print(f"{path.relative_to(REPOSITORY)} is written anew.")
    if not files:
        print("Every file has the rows of the table.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
