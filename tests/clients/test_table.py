"""CLIENTS.md says what the tests show, and its programs run."""

import importlib
import re
import shlex
import sys
import textwrap

import pytest

from tests.clients.environments import HERE
from tests.clients.known import CLIENTS, FEATURES, proven, with_names
from tests.clients.play import PROGRAMS, folder_beside, run
from tests.clients.table import DOCUMENT, with_table

ANSWER = "Twelve times seven is eighty-four."
NAMES_OF_VARIABLES = ("GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "SSL_CERT_FILE")


def blocks(heading: str) -> list[str]:
    """Return the blocks of code below a heading."""
    text = DOCUMENT.read_text("utf-8")
    _, _, section = text.partition(f"\n### {heading}\n")
    section = section.split("\n### ")[0].split("\n## ")[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)


def test_the_table_is_up_to_date():
    """Versions and features are those of the tests."""
    text = DOCUMENT.read_text("utf-8")
    assert with_table(text) == text, "run: python -m tests.clients.table"


def test_every_yes_is_a_test():
    """No client is said to do what no test makes it do."""
    for path in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"tests.clients.{path.stem}")
    assert proven() == {
        (client.title, feature)
        for client in CLIENTS.values()
        for feature in FEATURES
        if feature not in client.lacks
    }


def test_the_variables_are_those_of_the_emulator(live):
    """The document names all three."""
    assert sorted(live.environment) == sorted(NAMES_OF_VARIABLES)
    text = DOCUMENT.read_text("utf-8")
    assert all(f"`{name}`" in text for name in NAMES_OF_VARIABLES)


def test_the_command_prints_what_the_tests_set(live):
    """The clients get no more than a reader who types the commands shown."""
    port = live.environment["GOOGLE_GEMINI_BASE_URL"].rpartition(":")[2]
    command = [sys.executable, "-m", "live_emulator", "env", "--shell", "sh"]
    lines = run([*command, "--port", port], live).splitlines()
    assignments = [
        shlex.split(line.removeprefix("export "))[0]
        for line in lines
        if line.startswith("export ")
    ]
    printed = dict(one.split("=", 1) for one in assignments)
    assert printed.items() >= live.environment.items()
    assert printed.keys() - live.environment.keys() == {"NO_PROXY", "no_proxy"}


@with_names("google-genai 3")
def test_the_program_in_python_runs(client, environment_of, live, tmp_path):
    """As it stands in the document, with the variables alone."""
    [text] = blocks("google-genai (Python)")
    program = tmp_path / "program.py"
    program.write_text(text, "utf-8")
    assert run(environment_of(client).command(program), live) == ANSWER


@with_names("@google/genai 3")
def test_the_program_in_javascript_runs(client, environment_of, live):
    """As it stands in the document, with the variables alone."""
    [text] = blocks("@google/genai (node)")
    environment = environment_of(client)
    with folder_beside(environment) as folder:
        program = folder / "program.mjs"
        program.write_text(text, "utf-8")
        assert run(environment.command(program), live) == ANSWER


@pytest.mark.parametrize(
    ("heading", "program"),
    [
        ("google-adk", "adk_client.py"),
        ("pipecat-ai", "pipecat_client.py"),
        ("livekit-agents", "livekit_client.py"),
    ],
)
def test_what_is_shown_of_a_program_is_part_of_it(heading, program):
    """Frameworks' lines stand in the program that the tests run."""
    [shown] = blocks(heading)
    whole = (PROGRAMS / program).read_text("utf-8")
    assert textwrap.indent(shown, " " * 4) in whole or (
        textwrap.indent(shown, " " * 8) in whole
    )
