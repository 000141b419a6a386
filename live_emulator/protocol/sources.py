"""How sure we are of a rule, and where it comes from.

Nobody here could compare the emulator with the service: every rule says what
it rests on, and FIDELITY.md lists them all.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = ["Certainty", "Source", "documented", "guessed", "observed"]


class Certainty(Enum):
    """How well a rule is supported."""

    DOCUMENTED = "documented"
    """Google's documentation, its proto files, or the source of its SDKs."""
    OBSERVED = "observed"
    """A recording or a published measurement of the real service."""
    GUESSED = "guessed"
    """Ours: no source says it, something had to be chosen."""


@dataclass(frozen=True)
class Source:
    """A certainty and the place it comes from."""

    certainty: Certainty
    reference: str = ""


def documented(reference: str) -> Source:
    """Return a source in Google's documentation, protos or SDKs."""
    return Source(Certainty.DOCUMENTED, reference)


def observed(reference: str) -> Source:
    """Return a source in a recording or measurement of the service."""
    return Source(Certainty.OBSERVED, reference)


def guessed(reason: str = "") -> Source:
    """Return the source of a rule that is our own choice."""
    return Source(Certainty.GUESSED, reason)
