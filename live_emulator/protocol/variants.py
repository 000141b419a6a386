"""Where sources disagree on what the service does: what else the emulator can do.

The emulator does what was measured, or what more sources say. A program that has to
live with the other answer too is tried with a variant of this name (`--variant`).
"""

from collections.abc import Iterable

from live_emulator.errors import EmulatorError

__all__ = ["VARIANTS", "VariantError", "read_variants"]

VARIANTS = {
    "stream-end-ignored": (
        "audioStreamEnd ends no turn (measured on 3.8: openclaw 152830; documented, "
        "and done without this, is that it does)"
    ),
    "new-instruction": (
        "a resumed session takes the instruction of its new setup (documented: it "
        "may change; measured, and done without this, is that the old one is kept)"
    ),
    "unknown-result-closes": (
        "a result for a call that was never made closes with 1008 (generative-ai-js "
        "487; mostly, and without this, it is ignored)"
    ),
    "early-audio-closes": (
        "with manual activity, audio before activityStart closes with 1007 (omi PR "
        "7611; pipecat saw it discarded, as it is without this)"
    ),
    "no-scheduling": (
        "3.8 refuses scheduling in results as extended thinking does (a fork of "
        "livekit; a probe of 2026-09-19 had it accepted, as it is without this)"
    ),
}
"""What each changes, with who saw it and who saw otherwise."""


class VariantError(EmulatorError, ValueError):
    """There is no such variant: one sentence for the reader."""


def read_variants(names: Iterable[str]) -> frozenset[str]:
    """Return the names, if there are such variants.

    Raises:
        VariantError: One of them is none.

    """
    read = frozenset(names)
    for name in read:
        if name not in VARIANTS:
            raise VariantError(
                f"There is no variant {name!r}; there are {', '.join(VARIANTS)}."
            )
    return read
