"""What can be chosen for an emulator: `Options`, and the same as keyword arguments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from live_emulator.brain.types import Brain
from live_emulator.cassette.recording import CassetteError
from live_emulator.loopback.oauth import DEFAULT_LIFETIME_S
from live_emulator.protocol.fault import Fault, read_faults
from live_emulator.protocol.variants import read_variants
from live_emulator.session.shared import Limits
from live_emulator.session.spoken_reply import Pace
from live_emulator.voice.types import Recogniser, Speaker

__all__ = ["OptionValues", "Options"]


@dataclass(frozen=True)
class Options:
    """How an emulator behaves; the defaults are those of the service."""

    port: int = 0
    """0 takes a free port."""
    seed: int = 7
    """The same seed and input give the same answers."""
    speed: float = 1.0
    """How much faster than real time its clock runs."""
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    lenient: bool = False
    """Accept what old clients send and the service refuses today."""
    variants: Sequence[str] = ()
    """Where sources disagree, what the service was seen to do otherwise
    (`protocol.variants`)."""
    proactive: str = ""
    """What models with proactive audio are called: they stay silent at speech in which
    this name does not occur. Empty: they answer all speech."""
    any_bearer: bool = False
    """Let every bearer token into Vertex AI, not just those given out here."""
    token_lifetime_s: float = DEFAULT_LIFETIME_S
    """How long bearer tokens live, on the wall clock."""
    brain: Brain | str | None = None
    """Says what the model says: a brain, or the name of one (``rules``,
    ``script:FILE``, ``openai:URL``); the built-in rules if None."""
    recogniser: Recogniser | str | None = None
    """Turns speech into text: ``whisper`` (as None), ``vosk:FOLDER`` or
    ``whisper:FOLDER`` with a model of your own, or an object, owned by the caller."""
    speaker: Speaker | None = None
    """Turns text into speech; the built-in voices if None. Owned by the caller."""
    faults: Sequence[Fault | str] = ()
    """What goes wrong, in every session from its start (`protocol.fault`)."""
    record: Path | str | None = None
    """Relay sessions to `upstream` and write them to this new file."""
    upstream: str | None = None
    """Where recorded sessions go: the address of another emulator, or of the
    service if None."""
    replay: Path | str | None = None
    """Answer sessions from this recording, and nothing else."""

    def __post_init__(self) -> None:
        """Refuse faults that are none, and what contradicts itself.

        Raises:
            FaultError: If there is no such fault.
            VariantError: If there is no such variant.
            CassetteError: If options exclude each other.

        """
        read_faults(self.faults)
        read_variants(self.variants)
        if self.record is not None and self.replay is not None:
            raise CassetteError(
                "An emulator either records or replays: leave out one of "
                "--record and --replay."
            )
        if self.upstream is not None and self.record is None:
            raise CassetteError(
                "--upstream says where recorded sessions go: it needs --record."
            )
        if self.faults and (self.record is not None or self.replay is not None):
            raise CassetteError(
                "Faults happen in emulated sessions alone: leave out --fault, or "
                "--record and --replay."
            )


class OptionValues(TypedDict, total=False):
    """The fields of `Options` as keyword arguments; a test compares the two."""

    port: int
    seed: int
    speed: float
    pace: Pace
    limits: Limits
    lenient: bool
    variants: Sequence[str]
    proactive: str
    any_bearer: bool
    token_lifetime_s: float
    brain: Brain | str | None
    recogniser: Recogniser | str | None
    speaker: Speaker | None
    faults: Sequence[Fault | str]
    record: Path | str | None
    upstream: str | None
    replay: Path | str | None
