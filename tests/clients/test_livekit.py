"""LiveKit's agents with its Google plugin, without a room.

It sends and plays audio in real time, so the emulator's clock is not hurried.
"""

import pytest

from tests.clients.known import that_do
from tests.clients.play import PROGRAMS, play

LIVEKIT = "livekit-agents"
ANSWER = "Twelve times seven is eighty-four."


@pytest.fixture
def agent(client, environment_of):
    """Return what runs a scenario with an agent's session."""
    command = environment_of(client).command(PROGRAMS / "livekit_client.py")

    def run(live, scenario, speech):
        return play(command, live, scenario, str(speech))

    return run


@that_do("spoken_turn", LIVEKIT)
def test_a_spoken_turn(client, agent, in_real_time, speech):
    """A spoken question is heard, transcribed and answered."""
    report = agent(in_real_time, "spoken_turn", speech)
    assert report["version"] == client.version
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audio_bytes"] > 48_000


@that_do("barge_in", LIVEKIT)
def test_a_barge_in(agent, in_real_time, speech):
    """Speech ends a story that was being played; the question is answered."""
    report = agent(in_real_time, "barge_in", speech)
    assert report["story"]["interrupted"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", LIVEKIT)
def test_a_tool_call(agent, in_real_time, speech):
    """LiveKit runs the function and sends its result, which is spoken."""
    report = agent(in_real_time, "tool_call", speech)
    assert report["call"] == {"name": "get_weather", "args": {"city": "Paris"}}
    assert "twenty-one" in report["said"]


@that_do("resumption", LIVEKIT)
def test_resumption_after_go_away(agent, short_lived_in_real_time, speech):
    """LiveKit reconnects when it is told to go away, and is known again."""
    report = agent(short_lived_in_real_time, "resumption", speech)
    assert report["gone"]
    assert "Ada" in report["said"]
