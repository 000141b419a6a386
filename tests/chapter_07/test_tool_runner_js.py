"""tool-runner.js answers or cancels each call exactly once, as its twin does."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guide.commands.system_packages import find_node
from tests.chapter_07.test_tool_runner import STEPS

PLAYER = Path(__file__).with_name("play-runner.mjs")


@pytest.fixture(scope="module")
def node() -> Iterator[subprocess.Popen[str]]:
    """Run the player once for all sequences."""
    path, sentence = find_node()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)
    with subprocess.Popen(
        [str(path), str(PLAYER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield process
        process.stdin.close()


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, says_yes=st.booleans())
def test_every_call_ends_exactly_once(node, steps, says_yes):
    """In any order of calls, cancellations, failures, barge-ins and closes."""
    node.stdin.write(json.dumps({"steps": steps, "saysYes": says_yes}) + "\n")
    node.stdin.flush()
    played = json.loads(node.stdout.readline())
    assert played["unended"] == []
    for call in played["calls"]:
        assert call["state"] != "unsent" or not played["isOpen"]
        finals = [
            each
            for each in played["sent"]
            if each["id"] == call["id"] and not each.get("willContinue")
        ]
        if call["state"] in ("answered", "failed"):
            assert len(finals) == 1
        elif call["id"] in played["cancelled"]:
            assert call["state"] == "cancelled" and finals == []
        else:
            assert call["state"] == "unsent" and finals == []
    assert played["running"] == 0
