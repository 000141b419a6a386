"""The fixture for readers' own tests: isolated, configurable, undone afterwards."""

import os
import subprocess
import sys
import urllib.request

import pytest

import live_emulator
from live_emulator import LiveApi

pytest_plugins = ["pytester"]

ALONE = (
    "-p",
    "no:hypothesispytest",
    "-o",
    "asyncio_default_fixture_loop_scope=function",
)
"""Options of pytest within pytest: without a plugin that starts slowly each time."""


def test_each_test_has_its_own(pytester):
    """Every test gets a port of its own and the variables for as long."""
    pytester.makepyfile(
        """
        import os

        seen = []

        def test_one(live_api):
            seen.append(live_api.url)
            assert os.environ["GOOGLE_GEMINI_BASE_URL"] == live_api.url
            assert "GOOGLE_API_KEY" not in os.environ
            assert os.environ["NO_PROXY"].endswith("127.0.0.1,localhost")
            assert live_api.sessions == []

        def test_two(live_api):
            assert live_api.url not in seen

        def test_three():
            assert "GOOGLE_GEMINI_BASE_URL" not in os.environ
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_KEY", "mine")
        patch.delenv("GOOGLE_GEMINI_BASE_URL", raising=False)
        pytester.runpytest_inprocess("--strict-markers", *ALONE).assert_outcomes(
            passed=3
        )


@pytest.mark.live_api(seed=11)
def test_options(live_api):
    """The marker's options are the emulator's."""
    with urllib.request.urlopen(f"{live_api.url}/emulator") as answer:
        assert b'"seed": 11' in answer.read()


@pytest.mark.live_api(seed=1, speed=2)
class TestTheClosestMarkerWins:
    """Options of a class hold for its tests, unless a test says otherwise."""

    @pytest.mark.live_api(seed=2)
    def test_both(self, live_api: LiveApi) -> None:
        """The test's own seed counts, and the speed of its class."""
        assert (live_api.options.seed, live_api.options.speed) == (2, 2)


def test_a_brain_by_its_name(pytester):
    """A script is looked for beside the test; what is wrong is one sentence."""
    pytester.mkpydir("inner")
    (pytester.path / "inner" / "talk.yaml").write_text("- otherwise: Hello.")
    (pytester.path / "inner" / "test_it.py").write_text(
        """
import pytest

@pytest.mark.live_api(brain="script:talk.yaml")
def test_one(live_api):
    assert live_api.url

@pytest.mark.live_api(brain="script:none.yaml")
def test_two(live_api):
    pass
"""
    )
    result = pytester.runpytest_inprocess(*ALONE)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*There is no script at *none.yaml."])
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize("arguments", ["sped=3", "7"])
def test_an_unknown_option(pytester, arguments):
    """An option that does not exist is one sentence, with those that do."""
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.live_api({arguments})
        def test_one(live_api):
            pass
        """
    )
    result = pytester.runpytest_inprocess(*ALONE)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*does not take*It takes by name: port, seed, speed*"])
    assert "Traceback" not in result.stdout.str()


CLIENT = """
import contextlib, json, websockets.sync.client

PATH = (
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
)

@contextlib.contextmanager
def connect(live_api):
    url = live_api.url.replace("http", "ws")
    setup = {"model": "models/gemini-3.8-live"}
    setup["generation_config"] = {"response_modalities": ["AUDIO"]}
    with websockets.sync.client.connect(f"{url}{PATH}?key=any") as socket:
        socket.send(json.dumps({"setup": setup}))
        socket.recv()
        yield socket
"""


def test_a_failure_shows_the_wire(pytester):
    """With a test that fails comes what went over the wire, in short."""
    pytester.makepyfile(
        CLIENT
        + """
def test_passes(live_api):
    with connect(live_api):
        pass

def test_fails(live_api):
    with connect(live_api) as socket:
        turn = {"role": "user", "parts": [{"text": "Hello."}]}
        for _ in range(50):
            socket.send(json.dumps({"clientContent": {"turns": [turn]}}))
        live_api.wait_for(lambda: len(live_api.session.typed) == 50)
        live_api.wait_for("toolResponse", timeout_s=0)

def test_fails_without_it():
    assert False
"""
    )
    result = pytester.runpytest_inprocess(*ALONE)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "E * The client sent no toolResponse, after 0 s. Session 1 sent setup, "
            "50 clientContent; it is open.",
            "*On the wire (live_api)*",
            "Session 1 sent setup, 50 clientContent; *",
            "*client  setup  gemini-3.8-live, AUDIO",
            '*client  clientContent  "Hello." (the turn goes on)',
            "*lines are left out here",
        ]
    )
    output = result.stdout.str()
    assert output.count("On the wire") == 1
    assert "def wait_for" not in output
    shown = output.split("On the wire")[1].split("test_fails_without_it")[0]
    assert len(shown.splitlines()) <= 42


def test_coroutines_and_workers(tmp_path):
    """Tests that are coroutines have it too, and workers of pytest-xdist their own."""
    (tmp_path / "test_both.py").write_text(
        """
import asyncio, os, pytest

@pytest.mark.parametrize("number", range(4))
async def test_it(live_api, number):
    assert os.environ["GOOGLE_GEMINI_BASE_URL"] == live_api.url
    reader, writer = await asyncio.open_connection("127.0.0.1", live_api.url[17:])
    writer.close()
    await live_api.until(lambda: True)

def test_fails(live_api):
    assert False
""",
        "utf-8",
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "2"),
            *("-p", "no:cacheprovider", "-o", "asyncio_mode=auto"),
            *("-p", "live_emulator.testing.pytest_plugin"),
            *("-p", "xdist.plugin", "-p", "pytest_asyncio.plugin"),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert "1 failed, 4 passed" in done.stdout, done.stdout + done.stderr
    assert "On the wire (live_api)" in done.stdout


def test_nothing_is_imported_unasked():
    """The plugin costs nothing in runs that do not use it."""
    program = (
        "import sys, live_emulator.testing.pytest_plugin\n"
        "print(sorted(m for m in sys.modules if m.startswith('live_emulator')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    imported = (
        "['live_emulator', 'live_emulator.loaded_when_used', 'live_emulator.testing', "
        "'live_emulator.testing.pytest_plugin', 'live_emulator.version']"
    )
    assert done.stdout.strip() == imported, done.stderr


def test_names_of_the_package():
    """What the package offers is there, and nothing else."""
    assert all(hasattr(live_emulator, name) for name in live_emulator.__all__)
    assert not hasattr(live_emulator, "nonsense")
