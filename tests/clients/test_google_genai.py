"""The Python SDK, old and new, each version in an environment of its own."""

import pytest

from tests.clients.known import CLIENTS, that_do, with_names
from tests.clients.play import PROGRAMS, play

PROGRAM = PROGRAMS / "google_genai_client.py"
VERSIONS = ("google-genai 3", "google-genai 2", "google-genai 1, the last")
OLDEST = "google-genai 1, an early one"
OLDEST_MODEL = ("--model", "gemini-2.5-flash-native-audio-latest")

ANSWER = "Twelve times seven is eighty-four."
WEATHER = {"name": "get_weather", "args": {"city": "Paris"}}


@pytest.fixture
def sdk(client, environment_of) -> list[str]:
    """Return the command that runs the program with one version."""
    return environment_of(client).command(PROGRAM)


@that_do("spoken_turn", *VERSIONS)
def test_a_spoken_turn(client, sdk, live, speech):
    """A spoken question is heard, transcribed and answered."""
    report = play(sdk, live, "spoken_turn", str(speech))
    assert report["version"] == client.version
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audio_bytes"] > 48_000
    assert report["order"] == ["generation_complete", "turn_complete"]
    assert report["tokens"] > 100


@that_do("barge_in", *VERSIONS)
def test_a_barge_in(sdk, live, speech):
    """Speech ends a story with a turn of its own; the question is answered."""
    report = play(sdk, live, "barge_in", str(speech))
    assert report["interrupted"]["order"] == ["interrupted", "turn_complete"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", *VERSIONS)
def test_a_tool_call(sdk, live, speech):
    """A function is called with its argument, and its result is spoken."""
    report = play(sdk, live, "tool_call", str(speech))
    assert {"id": report["call"]["id"]} | WEATHER == report["call"]
    assert "twenty-one" in report["said"]
    assert report["order"] == ["generation_complete", "turn_complete"]


@that_do("resumption", *VERSIONS)
def test_resumption_after_go_away(sdk, short_lived, speech):
    """A session is taken up after GoAway and knows what was said before it."""
    report = play(sdk, short_lived, "resumption", str(speech))
    assert report["time_left"].endswith("s")
    assert report["heard"] == "What is my name?"
    assert "Ada" in report["said"]


@that_do("token", *VERSIONS)
def test_an_ephemeral_token(sdk, live, speech):
    """A token opens one session with the setup it is locked to, and no second."""
    report = play(sdk, live, "token", str(speech))
    assert report["token"] == "auth_tokens"
    assert report["said"] == "My name is Max."
    assert "1011" in report["second"]
    assert "Token has been used too many times" in report["second"]


# --- the early one: no base URL and no GEMINI_API_KEY in the environment yet,
# mediaChunks only, no transcripts for this API


@that_do("spoken_turn", OLDEST)
@pytest.mark.parametrize(
    ("emulator", "arguments"), [("live", OLDEST_MODEL), ("lenient", ())]
)
def test_an_early_one_is_heard(sdk, speech, request, emulator, arguments):
    """Media chunks are heard by a model of their time, or with --lenient."""
    emulator = request.getfixturevalue(emulator)
    arguments = ("spoken_turn", str(speech), *arguments)
    report = play(sdk, emulator, *arguments, GOOGLE_API_KEY="emulator")
    assert report["version"] == CLIENTS[OLDEST].version
    assert report["audio_bytes"] > 48_000
    assert report["order"] == ["generation_complete", "turn_complete"]
    frames = [frame.message for frame in emulator.sessions[-1].frames]
    audio = [frame["realtime_input"] for frame in frames if "realtime_input" in frame]
    assert audio and all(list(one) == ["media_chunks"] for one in audio)


@that_do("tool_call", OLDEST)
def test_an_early_one_is_asked_to_call_a_function(sdk, live, speech):
    """What was heard shows in the argument of the call."""
    arguments = ("tool_call", str(speech), *OLDEST_MODEL)
    report = play(sdk, live, *arguments, GOOGLE_API_KEY="emulator")
    assert {"id": report["call"]["id"]} | WEATHER == report["call"]
    assert report["order"] == ["generation_complete", "turn_complete"]


@that_do("barge_in", OLDEST)
def test_an_early_one_interrupts(sdk, live, speech):
    """Barge-in needs nothing newer."""
    arguments = ("barge_in", str(speech), *OLDEST_MODEL)
    report = play(sdk, live, *arguments, GOOGLE_API_KEY="emulator")
    assert report["interrupted"]["order"] == ["interrupted", "turn_complete"]
    assert report["answer"]["order"] == ["generation_complete", "turn_complete"]


# --- the environment


@with_names("google-genai 3")
def test_a_proxy_in_the_environment(sdk, live, speech):
    """NO_PROXY keeps a loopback session away from a proxy."""
    nowhere = "http://127.0.0.1:9"
    report = play(
        sdk,
        live,
        "spoken_turn",
        str(speech),
        HTTP_PROXY=nowhere,
        HTTPS_PROXY=nowhere,
        NO_PROXY="127.0.0.1,localhost",
    )
    assert report["said"] == ANSWER


def test_no_program_knows_the_emulator():
    """No client's program names the emulator or an address of its own."""
    programs = [path for path in PROGRAMS.iterdir() if path.is_file()]
    assert len(programs) >= 5
    for path in programs:
        text = path.read_text("utf-8")
        assert "live_emulator" not in text
        assert "127.0.0.1" not in text
