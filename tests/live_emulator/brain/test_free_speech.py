"""Free speech is understood, and what is beyond the emulator is admitted."""

import pytest

from tests.live_emulator.brain.free_speech import Case, cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.turns[-1])
def test_understands(case: Case):
    """Recall, sums, functions, false alarms and small talk, as people say them."""
    assert case.understood
