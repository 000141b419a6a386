"""The table of clients in CLIENTS.md, from what the tests know.

python -m tests.clients.table       write it anew
"""

import re
from pathlib import Path

from tests.clients.known import CLIENTS, FEATURES, Client

__all__ = ["DOCUMENT", "table", "with_table"]

DOCUMENT = Path(__file__).resolve().parents[2] / "live_emulator" / "CLIENTS.md"

_REGION = re.compile(r"(<!-- clients -->\n).*?(<!-- end of clients -->)", re.DOTALL)


def table() -> str:
    """Return the table and its notes in Markdown."""
    reasons = sorted({why for one in CLIENTS.values() for why in one.lacks.values()})
    notes = {why: f"no ({number})" for number, why in enumerate(reasons, 1)}
    head = ["Client", "Version", "Tried", "Runs in", *FEATURES.values(), "Tested"]
    lines = [_row(head), _row(["---"] * len(head))]
    lines += [_row(_cells(client, notes)) for client in CLIENTS.values()]
    lines.append("")
    lines += [f"{number}. {why}" for number, why in enumerate(reasons, 1)]
    return "\n".join(lines) + "\n"


def _cells(client: Client, notes: dict[str, str]) -> list[str]:
    seen = [
        notes[client.lacks[name]] if name in client.lacks else "yes"
        for name in FEATURES
    ]
    tested = "in every run" if client.always else "with `--all`"
    name = [client.title, client.version, client.tried, client.runs_in]
    return [*name, *seen, tested]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def with_table(text: str) -> str:
    """Return a document with the table of today."""
    new, count = _REGION.subn(lambda match: match[1] + table() + match[2], text)
    if count != 1:
        raise ValueError("The document has no place for the table of clients.")
    return new


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
