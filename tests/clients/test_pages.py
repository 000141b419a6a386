"""Pages in a real browser: a plain WebSocket, and the JavaScript SDK's web build."""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.known import CLIENTS, that_do, with_names
from tests.clients.play import PROGRAMS
from tests.clients.serve import PAGES, served, with_variables

RAW = "WebSocket"
SDK = "@google/genai 3, web build"

ANSWER = "Twelve times seven is eighty-four."


BUNDLE = """
import { build } from "esbuild";
await build({
  entryPoints: ["node_modules/@google/genai/dist/web/index.mjs"],
  outfile: process.env.OUTFILE,
  bundle: true,
  format: "esm",
  platform: "browser",
});
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, speech) -> Path:
    """Return a folder with the pages and the recordings."""
    folder = tmp_path_factory.mktemp("pages")
    for path in (*PAGES.iterdir(), *speech.iterdir(), PROGRAMS / "js_scenarios.mjs"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def address(folder) -> Iterator[str]:
    """Serve that folder: another origin than the emulator's."""
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def web_build(folder, environment_of) -> None:
    """Bundle the SDK for a browser, as every page's build step does."""
    environment = environment_of(CLIENTS[SDK])
    done = subprocess.run(
        [str(environment.interpreter), "--input-type=module", "--eval", BUNDLE],
        cwd=environment.folder,
        env=os.environ | {"OUTFILE": str(folder / "genai.mjs")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def open_page(context, address):
    """Return what opens a page that is told the variables of an emulator."""

    def open_it(name, live):
        page = context.new_page()
        page.goto(with_variables(f"{address}/{name}.html", live))
        return page

    return open_it


@pytest.fixture
def raw(open_page):
    """Return what runs a scenario of the page without an SDK."""

    def play(live, scenario):
        page = open_page("raw", live)
        return page.evaluate("(name) => window.scenarios[name]()", scenario)

    return play


@pytest.fixture
def sdk(open_page, web_build):
    """Return what runs a scenario of the page with the SDK."""

    def play(live, scenario):
        page = open_page("sdk", live)
        reports = page.evaluate("(name) => window.play(name)", scenario)
        return functools.reduce(lambda whole, part: whole | part, reports, {})

    return play


# --- a plain WebSocket


@that_do("spoken_turn", RAW)
def test_a_spoken_turn(client, raw, live):
    """Frames are binary, and the close that the page asks for is clean."""
    report = raw(live, "spokenTurn")
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audioBytes"] > 48_000
    assert report["order"] == ["generationComplete", "turnComplete"]
    assert report["kinds"] == ["Blob"]
    assert report["closed"] == {"code": 1000, "reason": "", "wasClean": True}


@that_do("barge_in", RAW)
def test_a_barge_in(client, raw, live):
    """Speech ends a story with a turn of its own; the question is answered."""
    report = raw(live, "bargeIn")
    assert report["interrupted"]["order"] == ["interrupted", "turnComplete"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", RAW)
def test_a_tool_call(client, raw, live):
    """A function is called with its argument, and its result is spoken."""
    report = raw(live, "toolCall")
    assert report["call"]["name"] == "get_weather"
    assert report["call"]["args"] == {"city": "Paris"}
    assert "twenty-one" in report["answer"]["said"]


@that_do("resumption", RAW)
def test_resumption_after_go_away(client, raw, short_lived):
    """A page that hung up at GoAway is known again by its handle."""
    report = raw(short_lived, "resumption")
    assert report["goAway"]["timeLeft"].endswith("s")
    assert report["closed"] == {"code": 1005, "reason": "", "wasClean": True}
    assert "Ada" in report["answer"]["said"]


@that_do("token", RAW)
def test_an_ephemeral_token(client, raw, live):
    """A page gets a token over HTTP from another origin and talks with it, once."""
    report = raw(live, "token")
    assert report["said"] == "My name is Max."
    assert report["second"]["code"] == 1011
    assert "Token has been used too many times" in report["second"]["reason"]


@with_names(RAW)
def test_a_refusal(client, raw, live):
    """The close code and the reason, cut as the service cuts it, reach the page."""
    report = raw(live, "refusal")
    assert report["code"] == 1007
    assert report["reason"].startswith("The requested combination of response")


@with_names(RAW)
def test_a_large_frame(client, raw, live):
    """Two minutes of audio in one frame are taken."""
    assert raw(live, "large")["said"] == ANSWER


# --- the SDK


@that_do("spoken_turn", SDK)
def test_the_sdk_holds_a_spoken_turn(client, sdk, live):
    """A spoken question is heard, transcribed and answered."""
    report = sdk(live, "spokenTurn")
    assert report["heard"] == "What is 12 times 7?"
    assert report["said"] == ANSWER
    assert report["audioBytes"] > 48_000


@that_do("barge_in", SDK)
def test_the_sdk_interrupts(client, sdk, live):
    """Speech ends a story with a turn of its own; the question is answered."""
    report = sdk(live, "bargeIn")
    assert report["interrupted"]["order"] == ["interrupted", "turnComplete"]
    assert report["answer"]["said"] == ANSWER


@that_do("tool_call", SDK)
def test_the_sdk_answers_a_call(client, sdk, live):
    """A function is called with its argument, and its result is spoken."""
    report = sdk(live, "toolCall")
    assert report["call"]["args"] == {"city": "Paris"}
    assert "twenty-one" in report["said"]


@that_do("resumption", SDK)
def test_the_sdk_resumes_after_go_away(client, sdk, short_lived):
    """A session is taken up after GoAway and knows what was said before it."""
    report = sdk(short_lived, "resumption")
    assert report["timeLeft"].endswith("s")
    assert "Ada" in report["said"]


@that_do("token", SDK)
def test_the_sdk_uses_an_ephemeral_token(client, sdk, live):
    """A token opens one session with the setup it is locked to, and no second."""
    report = sdk(live, "token")
    assert report["said"] == "My name is Max."
    assert "Token has been used too many times" in report["second"]
