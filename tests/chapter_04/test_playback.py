"""What comes out of the queues in a browser, sample by sample.

The measuring page and its scenarios are those of benchmarks/playback.py.
"""

import pytest

from benchmarks import playback

pytestmark = pytest.mark.alone

QUEUES = ("scheduled queue", "scheduled, 44.1/48 kHz")


@pytest.fixture(scope="module")
def measure(browser_path):
    """Open the page that measures; returns a function that runs a scenario."""
    with playback.page() as page:
        yield lambda *what: page.evaluate("what => measure(...what, 1)", list(what))


@pytest.mark.parametrize("queue", QUEUES)
def test_25_chunks_of_40_ms_are_a_second(measure, queue):
    """To a millisecond, and without a single silent sample."""
    result = measure(queue, "chunks")
    assert result["durationMs"] == pytest.approx(1000, abs=1)
    assert result["gaps"] == []
    assert result["overlaps"] == 0


def test_two_long_chunks_follow_one_another(measure):
    """The second of 2.5 s begins when the first has ended, not before, not after."""
    result = measure("scheduled queue", "long")
    assert result["durationMs"] == pytest.approx(5000, abs=1)
    assert result["gaps"] == []
    assert result["overlaps"] == 0


@pytest.mark.parametrize("queue", QUEUES)
def test_a_chunk_right_after_a_flush_plays_whole(measure, queue):
    """What sounds fades out within 25 ms; what comes next loses nothing."""
    result = measure(queue, "flush")
    assert 0 < result["silentAfterMs"] < 25
    assert result["heardMs"] == pytest.approx(200, abs=1)
    assert result["loudest"] > 0.88  # more than 0.9 where a filter rings


def test_the_naive_queue_leaves_a_gap_after_every_chunk(measure):
    """Which is what the chapter says, and what the others are compared with.

    Some browsers break a silence in two: the next chunk sounds for one block of 128
    samples, is silent for another, and goes on. So places are counted, not silences.
    """
    result = measure("naive queue", "chunks")
    chunks = {round(25 * at) for at in result["gapsAt"]}
    assert chunks == set(range(1, 25))
    assert result["durationMs"] > 1050
