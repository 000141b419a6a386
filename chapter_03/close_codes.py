"""What each close code means: what happened, why, and what to do next.

The service says little when it closes a connection: a code, and a reason of at most
123 bytes. Each row of the table, close-codes.json, is for one code and a part of the
reason; the first that fits explains it. Chapter 3 uses it; close-codes.js
is its twin, and both agree on tests/vectors/close_codes.json.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = [
    "EXPLANATIONS",
    "SETUP_TIMEOUT",
    "TOO_SLOW",
    "Explanation",
    "Source",
    "explain_close",
]

Source = Literal["standard", "documented", "observed", "guessed", "ours"]
"""RFC 6455, Google's documentation, reports of what the service did in 2025 and
2026, a guess at what it would do, or the guide's own codes."""

SETUP_TIMEOUT = 4000
TOO_SLOW = 4001
"""With these two the guide itself closes a connection; 4000 and up are free."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the table."""

    code: int
    reason: str
    """A part of the reasons that it explains; empty fits all."""
    happened: str
    why: str
    next: str
    """What to do."""
    source: Source

    def __str__(self) -> str:
        """Return all three sentences, and what the service itself said."""
        said = f"{self.code}: {self.reason}" if self.reason else str(self.code)
        return f"{self.happened} {self.why} {self.next} ({said})"


def explain_close(code: int, reason: str = "") -> Explanation:
    """Return the first row that fits, with the whole reason in it."""
    row = next((row for row in EXPLANATIONS if _fits(row, code, reason)), _UNKNOWN)
    return Explanation(code, reason, row.happened, row.why, row.next, row.source)


def _fits(row: Explanation, code: int, reason: str) -> bool:
    return row.code == code and row.reason.lower() in reason.lower()


def _read_table() -> Iterator[Explanation]:
    table = Path(__file__).with_name("close-codes.json").read_text("utf-8")
    for row in json.loads(table):
        row.pop("elsewhere", None)
        yield Explanation(**row)


EXPLANATIONS = tuple(_read_table())

_UNKNOWN = Explanation(
    0,
    "",
    "The connection was closed with a code that this guide does not know.",
    "The reason says more if there is one.",
    "Connect again; if it happens each time, compare your messages with the reference "
    "of the API.",
    "guessed",
)
