"""pipecat, a framework for voice agents that talks to the API through the SDK.

It sends and plays audio in real time, so the emulator's clock is not hurried.
"""

import pytest

from tests.clients.known import that_do
from tests.clients.play import PROGRAMS, play

PIPECAT = "pipecat-ai"
ANSWER = "Twelve times seven is eighty-four."


@pytest.fixture
def pipeline(client, environment_of):
    """Return what runs a scenario with the pipeline of pipecat's documentation."""
    command = environment_of(client).command(PROGRAMS / "pipecat_client.py")

    def run(live, scenario, speech):
        return play(command, live, scenario, str(speech))

    return run


@that_do("spoken_turn", PIPECAT)
def test_a_spoken_turn(client, pipeline, in_real_time, speech):
    """A spoken question is heard, transcribed and answered."""
    report = pipeline(in_real_time, "spoken_turn", speech)
    assert report["version"] == client.version
    assert report["greeting"]["audio_bytes"] > 10_000
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"].strip() == ANSWER
    assert report["rate_hz"] == 24_000


@that_do("barge_in", PIPECAT)
def test_a_barge_in(pipeline, in_real_time, speech):
    """Speech ends a story, pipecat drops what is left of it, and is answered."""
    report = pipeline(in_real_time, "barge_in", speech)
    assert "interrupted" in report
    assert report["answer"]["said"].strip() == ANSWER


@that_do("tool_call", PIPECAT)
def test_a_tool_call(pipeline, in_real_time, speech):
    """Pipecat runs the function and sends its result, which is spoken."""
    report = pipeline(in_real_time, "tool_call", speech)
    assert report["call"] == {"name": "get_weather", "args": {"city": "Paris"}}
    assert "twenty-one" in report["said"]


@that_do("resumption", PIPECAT)
def test_resumption_after_go_away(pipeline, short_lived_in_real_time, speech):
    """Pipecat reconnects when it is cut off, and is known again."""
    report = pipeline(short_lived_in_real_time, "resumption", speech)
    assert report["reconnected"]
    assert "Ada" in report["said"]
