"""Tie a test to the rule it proves, so that FIDELITY.md can be generated.

The test's docstring states the rule, the marker names its source and the
messages or fields it covers.
"""

import pytest

from live_emulator.protocol.sources import Source

__all__ = ["rule"]


def rule(source: Source, covers: str = "") -> pytest.MarkDecorator:
    """Mark a test as the proof of a rule.

    Args:
        source: What the rule rests on.
        covers: Paths of messages and fields, separated by blanks, for example
            "setup.generationConfig.seed serverContent.turnComplete".

    """
    return pytest.mark.rule(source=source, covers=tuple(covers.split()))
