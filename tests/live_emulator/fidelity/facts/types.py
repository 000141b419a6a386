"""What a fact about the service is, and how its proofs are named."""

from dataclasses import dataclass

from live_emulator.protocol.sources import Source

__all__ = ["Fact", "Section", "known", "missing"]


@dataclass(frozen=True)
class Fact:
    """Something known, or believed, of how the service behaves."""

    text: str
    proofs: tuple[str, ...] = ()
    """Tests, as "turns.thoughts_are_sent_if_asked_for": the file, without "test_",
    and the function, without "test_". The first says what the fact rests on."""
    source: Source | None = None
    """Of what is not emulated; otherwise the first proof has it."""
    reason: str = ""
    """Why it is not emulated."""


@dataclass(frozen=True)
class Section:
    """Facts about one part of the protocol."""

    title: str
    facts: tuple[Fact, ...]


def known(text: str, proofs: str) -> Fact:
    """Return a fact that tests prove of the emulator; blanks between their names."""
    return Fact(text, tuple(proofs.split()))


def missing(text: str, source: Source, reason: str) -> Fact:
    """Return a fact that is not so here, and why."""
    return Fact(text, source=source, reason=reason)
