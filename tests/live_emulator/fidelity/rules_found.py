"""Find the tests that prove rules, and what each of them covers."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from live_emulator.protocol.sources import Source
from tests.live_emulator.fidelity.names import Name, UnknownName, resolve

__all__ = [
    "REPOSITORY",
    "Chapter",
    "Proof",
    "find_chapters",
    "proofs_by_name",
    "proofs_by_short",
]

REPOSITORY = Path(__file__).resolve().parents[3]

FOLDERS = (
    "live_emulator/protocol",
    "live_emulator/session",
    "live_emulator/server",
    "conformance",
)


@dataclass(frozen=True)
class Proof:
    """A test that proves a rule."""

    path: str
    """Of its file, from the root of the repository."""
    test: str
    statement: str
    """Its docstring."""
    source: Source | None
    covers: tuple[str, ...]

    @property
    def short(self) -> str:
        """What facts call it: "turns.heartbeats" for test_heartbeats there."""
        stem = Path(self.path).stem.removeprefix("test_")
        return f"{stem}.{self.test.removeprefix('test_')}"

    def names(self) -> Iterator[Name]:
        """Yield everything it covers, with what that lies in.

        Raises:
            UnknownName: If it covers something that does not exist.

        """
        for path in self.covers:
            try:
                yield from resolve(path)
            except UnknownName:
                raise UnknownName(
                    f"{self.path}::{self.test} covers {path!r}, which does not exist. "
                    "tests/live_emulator/fidelity/names.py says what does."
                ) from None


@dataclass(frozen=True)
class Chapter:
    """A file of tests and the rules it proves."""

    title: str
    path: str
    proofs: tuple[Proof, ...]


def find_chapters() -> list[Chapter]:
    """Import every file of tests and return those that prove rules."""
    chapters = []
    for folder in FOLDERS:
        for file in sorted((REPOSITORY / "tests" / folder).glob("test_*.py")):
            name = f"tests.{folder.replace('/', '.')}.{file.stem}"
            chapter = read_chapter(importlib.import_module(name), file)
            if chapter.proofs:
                chapters.append(chapter)
    return chapters


def read_chapter(module: ModuleType, file: Path) -> Chapter:
    """Return the rules of one file, in the order of their tests."""
    path = file.relative_to(REPOSITORY).as_posix()
    proofs = [
        _read_proof(path, test, mark.kwargs)
        for name, test in vars(module).items()
        if name.startswith("test_") and callable(test)
        for mark in getattr(test, "pytestmark", ())
        if mark.name == "rule"
    ]
    return Chapter(_first_line(module.__doc__), path, tuple(proofs))


def _read_proof(path: str, test: Callable[..., Any], marked: dict[str, Any]) -> Proof:
    return Proof(
        path,
        test.__name__,
        _first_line(test.__doc__),
        marked.get("source"),
        tuple(marked.get("covers", ())),
    )


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n", 1)[0]


def proofs_by_name(chapters: list[Chapter]) -> dict[Name, list[Proof]]:
    """Return for everything that is covered the tests that cover it."""
    found: dict[Name, list[Proof]] = {}
    for chapter in chapters:
        for proof in chapter.proofs:
            for name in dict.fromkeys(proof.names()):
                found.setdefault(name, []).append(proof)
    return found


def proofs_by_short(chapters: list[Chapter]) -> dict[str, Proof]:
    """Return all tests by the names that facts have for them."""
    return {proof.short: proof for chapter in chapters for proof in chapter.proofs}
