"""Google's Agent Development Kit, a framework on top of the Python SDK."""

import pytest

from tests.clients.known import that_do
from tests.clients.play import PROGRAMS, play

ADK = "google-adk"
ANSWER = "Twelve times seven is eighty-four."


@pytest.fixture
def agent(client, environment_of):
    """Return what runs a scenario with ADK's live runner."""
    command = environment_of(client).command(PROGRAMS / "adk_client.py")

    def run(live, scenario, speech):
        return play(command, live, scenario, str(speech))

    return run


@that_do("spoken_turn", ADK)
def test_a_spoken_turn(client, agent, live, speech):
    """A spoken question is heard, transcribed and answered."""
    report = agent(live, "spoken_turn", speech)
    assert report["version"] == client.version
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audio_bytes"] > 48_000


@that_do("barge_in", ADK)
def test_a_barge_in(agent, live, speech):
    """Speech ends a story with a turn of its own; the question is answered."""
    report = agent(live, "barge_in", speech)
    assert report["interrupted"]["order"] == ["interrupted", "turn_complete"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", ADK)
def test_a_tool_call(agent, live, speech):
    """ADK runs the function and sends its result, which is spoken."""
    report = agent(live, "tool_call", speech)
    assert report["call"] == {"name": "get_weather", "args": {"city": "Paris"}}
    assert "twenty-one" in report["said"]


@that_do("resumption", ADK)
def test_resumption_after_go_away(agent, soon_gone, speech):
    """ADK reconnects by itself and the session knows what was said before."""
    report = agent(soon_gone, "resumption", speech)
    assert report["heard"] == "What is my name?"
    assert "Ada" in report["said"]
