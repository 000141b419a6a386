"""The README's sentence on Vertex AI: every script, with a service account's file.

The variables are those of a reader who has the service; only the file leads to the
emulator. Nothing but this machine can be reached.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guide.chapters import REPOSITORY
from live_emulator.emulator import Emulator
from tests.live_emulator.server.test_vertex_access import GUARD

QUESTION = REPOSITORY / "assets" / "audio" / "twelve-times-seven.wav"
MODEL = "projects/acme/locations/us-central1/publishers/google/models/gemini-3.8-live"
ANSWER = "Twelve times seven is eighty-four."
TYPED = "What is twelve times seven?"

SCRIPTS = {
    "chapter 1, typed": ("chapter_01/ask.py", TYPED, "--output", "a.wav"),
    "chapter 1, spoken": (
        *("chapter_01/ask.py", "--input", QUESTION),
        *("--output", "a.wav"),
    ),
    "chapter 2": (
        *("chapter_02/audio-to-audio.py", "--input", QUESTION),
        *("--output", "a.wav"),
    ),
    "chapter 3, typed": (
        *("chapter_03/single-exchange.py", TYPED),
        *("--output", "a.wav"),
    ),
    "chapter 3, spoken": (
        *("chapter_03/single-exchange.py", "--input", QUESTION),
        *("--output", "a.wav", "--frames"),
    ),
    "chapter 4": ("chapter_04/text-to-speech.py", "text.txt", "--output", "a.wav"),
    "chapter 5": (
        *("chapter_05/live-audio-chat.py", "--input", QUESTION),
        *("--output", "a.wav"),
    ),
    "chapter 6": (
        *("chapter_06/see.py", "--input", QUESTION, "--output", "a.wav"),
        *("--image", REPOSITORY / "assets" / "pictures" / "menu.jpg"),
    ),
}


@pytest.fixture(scope="module")
def live():
    """Run an emulator in real time."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def as_vertex(live, tmp_path):
    """Run a script with Vertex AI's variables, unable to reach anything else."""
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD, "utf-8")
    file = live.write_credentials(tmp_path / "key.json", project="acme")
    variables = {
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_CLOUD_PROJECT": "acme",
        "GOOGLE_CLOUD_LOCATION": "us-central1",
        "GOOGLE_APPLICATION_CREDENTIALS": str(file),
        "LIVE_BACKEND": "emulator",
        "LIVE_EMULATOR_URL": live.url,
        "PYTHONPATH": str(guard),
    }

    def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(REPOSITORY / script), *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=110,
        )

    return run


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_runs_with_vertex(as_vertex, live, tmp_path, name):
    """Typed and spoken, by the SDK and by a raw socket: the same answer."""
    (tmp_path / "text.txt").write_text(ANSWER, "utf-8")
    done = as_vertex(*SCRIPTS[name])
    assert done.returncode == 0, done.stderr
    assert name == "chapter 4" or ANSWER in done.stdout
    assert (tmp_path / "a.wav").stat().st_size > 24_000
    session = live.sessions[-1]
    assert session.frames[0].message["setup"]["model"] == MODEL
