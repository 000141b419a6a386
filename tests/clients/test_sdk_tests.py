"""The live tests that are inside the SDK's wheel: Google wrote them for the service."""

import re
import subprocess

import pytest

from live_emulator import Vertex, client_changes
from tests.clients.play import PROGRAMS, without_addresses

WHERE = "import google.genai.tests as tests; print(tests.__path__[0])"


@pytest.mark.timeout(240)
def test_the_live_tests_of_the_sdk(environment_of, live, tmp_path):
    """Both halves pass: the Gemini API and Vertex AI, with google-auth's own tokens."""
    interpreter = environment_of("google-genai-3").interpreter
    tests = subprocess.run(
        [str(interpreter), "-c", WHERE], capture_output=True, text=True, timeout=60
    ).stdout.strip()
    file = live.write_credentials(tmp_path / "key.json", project="acme")
    # The tests choose the location themselves.
    changes = client_changes(
        live.url, vertex=Vertex("acme", "global", file), environment={}
    )
    variables = {name: value for name, value in changes.items() if value is not None}
    done = subprocess.run(
        [
            *(str(interpreter), "-m", "pytest", f"{tests}/live_api", "--mode=api"),
            f"--confcutdir={tests}",  # their options are in the folder above
            *("-p", "live_api_plugin", "-p", "no:cacheprovider", "-rA", "--tb=short"),
            "-q",
        ],
        cwd=tmp_path,
        env=without_addresses()
        | variables
        | {
            "GEMINI_API_KEY": "emulator",
            "LIVE_TESTS_BASE_URL": live.url,
            "PYTHONPATH": str(PROGRAMS),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=220,
    )
    found = {
        name: outcome
        for outcome, name in re.findall(
            r"^(PASSED|FAILED|ERROR|SKIPPED) \S*::(\S+)", done.stdout, re.M
        )
    }
    assert found == {
        "test_text_input[False]": "PASSED",
        "test_text_input[True]": "PASSED",
        "test_multi_turn[False]": "PASSED",
        "test_multi_turn[True]": "PASSED",
        "test_function_calling[False]": "PASSED",
        "test_function_calling[True]": "PASSED",
        "test_send_tool_response_without_id_raises[False]": "PASSED",
    }, done.stdout[-6000:] + done.stderr[-2000:]
