"""The JavaScript SDK in node: today's version, and three old ones."""

import pytest

from tests.clients.known import that_do, with_names
from tests.clients.play import play_in_node

VERSIONS = ("@google/genai 3", "@google/genai 2", "@google/genai 1")
CONSOLE = "@google/genai 0.14"
ALL = (*VERSIONS, CONSOLE)

ANSWER = "Twelve times seven is eighty-four."


@pytest.fixture
def sdk(client, environment_of):
    """Return what runs a scenario with one version."""
    environment = environment_of(client)

    def play(live, scenario, speech):
        options = {"model": "gemini-3.8-live"} | client.options
        return play_in_node(environment, live, scenario, speech, **options)

    return play


@that_do("spoken_turn", *ALL)
def test_a_spoken_turn(sdk, live, speech):
    """A spoken question is heard, transcribed and answered."""
    report = sdk(live, "spokenTurn", speech)
    assert report["heard"].strip() == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audioBytes"] > 48_000
    assert report["order"] == ["generationComplete", "turnComplete"]
    assert report["tokens"] > 100


@that_do("barge_in", *ALL)
def test_a_barge_in(sdk, live, speech):
    """Speech ends a story with a turn of its own; the question is answered."""
    report = sdk(live, "bargeIn", speech)
    assert report["interrupted"]["order"] == ["interrupted", "turnComplete"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", *ALL)
def test_a_tool_call(sdk, live, speech):
    """A function is called with its argument, and its result is spoken."""
    report = sdk(live, "toolCall", speech)
    assert report["call"]["name"] == "get_weather"
    assert report["call"]["args"] == {"city": "Paris"}
    assert "twenty-one" in report["said"]


@that_do("resumption", *ALL)
def test_resumption_after_go_away(sdk, short_lived, speech):
    """A session is taken up after GoAway and knows what was said before it."""
    report = sdk(short_lived, "resumption", speech)
    assert report["timeLeft"].endswith("s")
    assert report["closed"].strip() == "1005"  # as it closed: without a code
    assert "Ada" in report["said"]


@that_do("token", *ALL)
def test_an_ephemeral_token(sdk, live, speech):
    """A token opens one session with the setup it is locked to, and no second."""
    report = sdk(live, "token", speech)
    assert report["token"] == "auth_tokens"
    assert report["said"] == "My name is Max."
    assert "Token has been used too many times" in report["second"]


@with_names(*ALL)
def test_a_refusal(sdk, live, speech):
    """The service's own code and reason reach the program."""
    report = sdk(live, "refusal", speech)
    assert "1007" in report["refusal"]
    assert "The requested combination of response modalities" in report["refusal"]


@with_names(*ALL)
def test_unary_calls(sdk, live, speech):
    """Text in and out, streamed and whole, and the list of models."""
    report = sdk(live, "unary", speech)
    assert report["text"] == ANSWER
    assert report["pieces"] > 3
    assert "models/gemini-3.8-live" in report["models"]


@with_names(CONSOLE)
def test_the_console_with_a_model_of_today(
    client, environment_of, live, lenient, speech
):
    """Media chunks end a session of a 3.x model, unless the emulator is lenient."""
    options = client.options | {"model": "gemini-3.8-live"}
    arguments = ("spokenTurn", speech)
    environment = environment_of(client)
    report = play_in_node(environment, lenient, *arguments, **options)
    assert report["said"] == ANSWER
    with pytest.raises(AssertionError, match="1007 realtime_input.media_chunks"):
        play_in_node(environment, live, *arguments, **options)
