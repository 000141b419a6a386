"""What the tests of chapter 3 share."""

from collections.abc import Iterator

import pytest

from live_emulator import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Start an emulator for the file of tests; four times as fast as the service."""
    with Emulator(speed=4.0) as live:
        yield live
