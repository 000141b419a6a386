"""Every fault as three clients see it: Python's SDK, JavaScript's in node, a page.

One program for each client goes through all of them, most of them side by side.
"""

import json
import shutil

import pytest

from tests.clients.known import CLIENTS
from tests.clients.play import PROGRAMS, folder_beside, play
from tests.clients.serve import PAGES, served, with_variables
from tests.live_emulator.faults.conversation import DONE, cheap
from tests.live_emulator.faults.table import END, TABLE

STATUSES = (401, 403, 429, 503)
REFUSED = [f"refuse status={status} times=1" for status in STATUSES]
STALLED = "stall-setup times=1"

# The first five connections are refused or stalled, one after another; in the
# others, the brain has the fault that it is asked for.
FAULTS = [*REFUSED, STALLED, END]
QUESTIONS = [[*REFUSED, STALLED], list(TABLE)]

IN_A_TURN = pytest.mark.parametrize("fault", TABLE)

CUT_SHORT = {
    "corrupt-chunk kind=base64": "ValidationError",
    "corrupt-chunk kind=json": "ValueError",
}
"""What ends the Python program itself, at a frame that its SDK can't read."""


def names(fault, broken):
    """Return what a client is told, with its own name for a broken chunk."""
    expected, code, reason = TABLE[fault]
    kind = fault.partition("kind=")[2].split()[:1]
    found = broken.get(*kind, "broken") if kind else ""
    named = [found if name == "broken" else name for name in expected]
    return [name for name in named if name], code, reason


def compare(messages, expected, code):
    """Compare messages; what was on its way is lost with a connection that drops."""
    if code == 1006:
        expected = expected[: len(messages)]
    assert messages == expected


# --- Python


@pytest.fixture(scope="module")
def in_python(environment_of):
    """Return what the program with Python's SDK saw."""
    environment = environment_of(CLIENTS["google-genai 3"])
    command = environment.command(PROGRAMS / "faults_client.py")
    with cheap(faults=FAULTS) as live:
        return play(command, live, json.dumps(QUESTIONS))


@IN_A_TURN
def test_python(in_python, fault):
    """A close is an APIError with its code; what can't be read is another error."""
    seen = in_python[fault]
    expected, code, reason = names(fault, {"odd": "odd chunk"})
    expected = expected[1:]  # the SDK keeps setupComplete to itself
    if fault in CUT_SHORT:
        assert seen["error"] == CUT_SHORT[fault]
        assert seen["messages"] == []
        return
    if fault.startswith("slow-pongs"):  # its own keepalive gives up
        code, reason = 1006, "abnormal closure [internal]"
    elif code == 1006:
        reason = "abnormal closure [internal]"
    compare(seen["messages"], expected, code)
    assert (seen["error"], seen["code"]) == ("APIError", code)
    assert seen["text"] == f"{code} None. {reason}"


@pytest.mark.parametrize(("fault", "status"), list(zip(REFUSED, STATUSES, strict=True)))
def test_python_is_refused(in_python, fault, status):
    """The status is in the error of the WebSocket library."""
    seen = in_python[fault]
    assert (seen["error"], seen["setUp"]) == ("InvalidStatus", False)
    assert seen["text"] == f"server rejected WebSocket connection: HTTP {status}"


def test_python_waits_for_its_setup(in_python):
    """`connect` returns only when the session is closed."""
    seen = in_python[STALLED]
    assert (seen["error"], seen["code"], seen["setUp"]) == ("APIError", DONE, False)


# --- node


@pytest.fixture(scope="module")
def in_node(environment_of):
    """Return what the program with JavaScript's SDK saw."""
    environment = environment_of(CLIENTS["@google/genai 3"])
    with cheap(faults=FAULTS) as live, folder_beside(environment) as folder:
        program = shutil.copy(PROGRAMS / "faults_client.mjs", folder)
        return play(environment.command(program), live, json.dumps(QUESTIONS))


@IN_A_TURN
def test_node(in_node, fault):
    """A close comes with its code and reason; a broken frame ends nothing."""
    seen = in_node[fault]
    broken = {"base64": "broken chunk", "odd": "odd chunk", "json": ""}
    expected, code, reason = names(fault, broken)
    compare(seen["messages"], expected, code)
    assert (seen["code"], seen["reason"]) == (code, reason)
    if code == DONE:
        assert seen.get("pong", False) == (not fault.startswith("slow-pongs"))


def test_node_throws_at_a_frame_that_is_no_json(in_node):
    """The SDK's handler throws where no program can catch it."""
    assert in_node["uncaught"] == ["SyntaxError"]


@pytest.mark.parametrize(("fault", "status"), list(zip(REFUSED, STATUSES, strict=True)))
def test_node_is_refused(in_node, fault, status):
    """The status is in the words of the rejection, and the close is 1006."""
    seen = in_node[fault]
    assert (seen["code"], seen["setUp"]) == (1006, False)
    assert seen["refusal"] == (
        "Live connection failed before setup completed: "
        f"Unexpected server response: {status}"
    )


def test_node_waits_for_its_setup(in_node):
    """`connect` is settled only when the session is closed."""
    seen = in_node[STALLED]
    assert (seen["code"], seen["messages"], seen["setUp"]) == (DONE, [], False)
    assert f"before setup completed (code {DONE})" in seen["refusal"]


# --- a page


@pytest.fixture(scope="module")
def in_a_page(browser):
    """Return what the page saw."""
    with cheap(faults=FAULTS) as live, served(PAGES) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(with_variables(f"{address}/faults.html", live))
        seen = page.evaluate("(questions) => window.talk(questions)", QUESTIONS)
        context.close()
    return seen


@IN_A_TURN
def test_a_page(in_a_page, fault):
    """A close comes with its code and reason; the page's own reading throws."""
    seen = in_a_page[fault]
    broken = {
        "base64": "InvalidCharacterError",
        "odd": "odd chunk",
        "json": "SyntaxError",
    }
    expected, code, reason = names(fault, broken)
    compare(seen["messages"], expected, code)
    assert (seen["code"], seen["reason"]) == (code, reason)
    assert seen["wasClean"] == (code != 1006)


@pytest.mark.parametrize("fault", REFUSED)
def test_a_page_is_refused(in_a_page, fault):
    """It is told nothing but 1006, whatever the status."""
    seen = in_a_page[fault]
    assert (seen["code"], seen["reason"], seen["wasClean"]) == (1006, "", False)
    assert seen["error"]
    assert "opened" not in seen


def test_a_page_waits_for_its_setup(in_a_page):
    """The socket is open, and nothing comes."""
    seen = in_a_page[STALLED]
    assert seen["opened"]
    assert (seen["code"], seen["messages"]) == (DONE, [])
