"""The fixture for readers' own tests: isolated, configurable, undone afterwards."""

import subprocess
import sys
import urllib.request

import pytest

import live_emulator
from live_emulator.brain import ScriptedBrain
from live_emulator.emulator import Emulator

pytest_plugins = ["pytester"]


def test_each_test_has_its_own(pytester):
    """Every test gets a port of its own and the variables for as long."""
    pytester.makepyfile(
        """
        import os

        seen = []

        def test_one(live_emulator):
            seen.append(live_emulator.url)
            assert os.environ["GOOGLE_GEMINI_BASE_URL"] == live_emulator.url
            assert "GOOGLE_API_KEY" not in os.environ
            assert os.environ["NO_PROXY"].endswith("127.0.0.1,localhost")
            assert live_emulator.sessions == []

        def test_two(live_emulator):
            assert live_emulator.url not in seen

        def test_three():
            assert "GOOGLE_GEMINI_BASE_URL" not in os.environ
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_KEY", "mine")
        patch.delenv("GOOGLE_GEMINI_BASE_URL", raising=False)
        pytester.runpytest_inprocess("--strict-markers").assert_outcomes(passed=3)


@pytest.mark.live_emulator(seed=11, brain=ScriptedBrain(["One."]))
def test_options(live_emulator):
    """The marker's options are the emulator's."""
    assert live_emulator.options.seed == 11
    assert isinstance(live_emulator.options.brain, ScriptedBrain)
    with urllib.request.urlopen(f"{live_emulator.url}/emulator") as answer:
        assert b'"seed": 11' in answer.read()


@pytest.mark.live_emulator(seed=1, speed=2)
class TestTheClosestMarkerWins:
    """Options of a class hold for its tests, unless a test says otherwise."""

    @pytest.mark.live_emulator(seed=2)
    def test_both(self, live_emulator: Emulator) -> None:
        """The test's own seed counts, and the speed of its class."""
        assert (live_emulator.options.seed, live_emulator.options.speed) == (2, 2)


@pytest.mark.parametrize("arguments", ["sped=3", "7"])
def test_an_unknown_option(pytester, arguments):
    """An option that does not exist is one sentence, with those that do."""
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.live_emulator({arguments})
        def test_one(live_emulator):
            pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*does not take*It takes by name: port, seed, speed*"])
    assert "Traceback" not in result.stdout.str()


def test_nothing_is_imported_unasked():
    """The plugin costs nothing in runs that do not use it."""
    program = (
        "import sys, live_emulator.pytest_plugin\n"
        "print(sorted(m for m in sys.modules if m.startswith('live_emulator')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    imported = (
        "['live_emulator', 'live_emulator.pytest_plugin', 'live_emulator.version']"
    )
    assert done.stdout.strip() == imported, done.stderr


def test_names_of_the_package():
    """What the package offers is there, and nothing else."""
    assert all(hasattr(live_emulator, name) for name in live_emulator.__all__)
    assert not hasattr(live_emulator, "nonsense")
