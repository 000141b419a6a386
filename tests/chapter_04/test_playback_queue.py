"""playback_queue.py: when each chunk begins to sound."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapter_04.playback_queue import PlaybackQueue

_FILE = Path(__file__).resolve().parent.parent / "vectors" / "pcm_queue.json"
VECTORS: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_the_queue_decides_what_the_vectors_say(case: dict[str, Any]) -> None:
    """Each case of the vectors is a fact about the queue; its name says which."""
    queue = PlaybackQueue(**case["options"])
    for step in case["steps"]:
        match step:
            case {"add": [now_s, samples], "start_s": expected}:
                assert queue.add(now_s, samples) == pytest.approx(expected)
            case {"ahead": now_s, "seconds": expected}:
                assert queue.ahead_s(now_s) == pytest.approx(expected)
            case {"flush": now_s, "lost_s": expected}:
                assert queue.ahead_s(now_s) == pytest.approx(expected)
                queue.flush(now_s)
                assert queue.ahead_s(now_s) == 0
            case {"finish": True}:
                queue.finish()
            case _:
                pytest.fail(f"No such step: {step}")
    assert queue.underruns == case["underruns"]
    assert queue.silence_s == pytest.approx(case["silence_s"])


@given(
    waits=st.lists(st.floats(0, 0.3), min_size=1),
    samples=st.integers(1, 60_000),
    start_up_s=st.floats(0, 0.5),
)
def test_no_chunk_overlaps_and_every_gap_is_counted(
    waits: list[float], samples: int, start_up_s: float
) -> None:
    """Whenever chunks come, they follow in order, and the silences add up."""
    queue = PlaybackQueue(start_up_s)
    now_s, end_s, silence_s, gaps = 0.0, None, 0.0, 0
    for wait_s in waits:
        now_s += wait_s
        start_s = queue.add(now_s, samples)
        assert start_s > now_s - 1e-9
        if end_s is not None:
            assert start_s > end_s - 1e-9
            gaps += start_s > end_s + 1e-9
            silence_s += start_s - end_s
        end_s = start_s + samples / 24_000
    assert queue.silence_s == pytest.approx(silence_s, abs=1e-6)
    assert queue.underruns == gaps
