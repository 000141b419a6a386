"""Sessions of the SDKs, recorded through a relay, are the same from the recording."""

import pytest

from live_emulator.emulator import Emulator
from tests.clients.known import CLIENTS, with_names
from tests.clients.play import PROGRAMS, play, play_in_node

PYTHON = "google-genai 3"
NODE = "@google/genai 3"
SCENARIOS = {PYTHON: "token", NODE: "bargeIn"}


@pytest.fixture
def run(client, environment_of, speech):
    """Return what runs a scenario of a client against an emulator."""
    environment = environment_of(client)

    def run_scenario(emulator, scenario):
        if client is CLIENTS[NODE]:
            options = {"model": "gemini-3.8-live"} | client.options
            return play_in_node(environment, emulator, scenario, speech, **options)
        command = environment.command(PROGRAMS / "google_genai_client.py")
        return play(command, emulator, scenario, str(speech))

    return run_scenario


@with_names(PYTHON, NODE)
def test_a_replay_is_like_the_session(client, run, live, tmp_path):
    """The program's report is the same, and it did not stray."""
    scenario = next(SCENARIOS[name] for name in SCENARIOS if CLIENTS[name] is client)
    file = tmp_path / "talk.jsonl"
    with Emulator(record=file, upstream=live.url) as relay:
        report = run(relay, scenario)
    with Emulator(replay=file, speed=5) as replay:
        assert run(replay, scenario) == report
    assert replay.differences == []
