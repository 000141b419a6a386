"""The emulator's README: its examples run, its options are the real ones."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from live_emulator import __main__ as command_line
from live_emulator.brain.choose import brain_from
from live_emulator.options import Options
from live_emulator.protocol.fault import KINDS, Fault
from live_emulator.protocol.variants import VARIANTS
from tests.live_emulator.fidelity.rules_found import REPOSITORY

EXAMPLES = REPOSITORY / "live_emulator" / "examples"
README = (REPOSITORY / "live_emulator" / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python as a reader would, in a folder of their own."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_the_program(tmp_path):
    """The program prints what the README says it prints."""
    program, _ = blocks("python")
    [output] = blocks("text")
    (tmp_path / "program.py").write_text(program, "utf-8")
    done = run("program.py", folder=tmp_path)
    assert (done.stdout, done.returncode) == (output, 0), done.stderr


def test_the_tests(tmp_path):
    """The tests of the README pass, with the fixture that the package installs."""
    _, tests = blocks("python")
    (tmp_path / "test_order.py").write_text(tests, "utf-8")
    done = run("-m", "pytest", "-q", "--strict-markers", ".", folder=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_scripts(tmp_path):
    """Two are the example files, the third is a script as well."""
    example, small_talk, ordered = blocks("yaml")
    assert example == (EXAMPLES / "waiter.yaml").read_text("utf-8")
    assert small_talk == (EXAMPLES / "small_talk.yaml").read_text("utf-8")
    (tmp_path / "ordered.yaml").write_text(ordered, "utf-8")
    assert brain_from(f"script:{tmp_path / 'ordered.yaml'}")


def test_the_options():
    """The table has every option of the command line, with its default."""
    rows = dict(re.findall(r"^\| `(--[\w-]+)` \| (.*?) \|", README, re.MULTILINE))
    usage = command_line.parser().format_help()
    assert rows.keys() == set(re.findall(r"(--[\w-]+)", usage)) - {"--help"}
    assert rows["--port"] == str(command_line.DEFAULT_PORT)
    assert rows["--seed"] == str(Options.seed)


def test_the_variants():
    """The table has every variant, with what it does and who saw what."""
    for name, text in VARIANTS.items():
        assert f"| `{name}` | {text} |\n" in README


def test_the_faults():
    """The table has every fault, what it does, its own keys and where it was seen."""
    section = README.partition("## Make it fail\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \|(.*?)\| (.*?) \|$", section, re.M)
    conditions = {"session", "turn", "after", "times"}
    expected = []
    for name, kind in KINDS.items():
        own = set(kind.keys) - conditions
        source = kind.source.reference if kind.source else "no, a tool"
        expected.append((name, kind.does, own, source))
    found = [
        (name, does, set(re.findall(r"`(\w+)=`", keys)), source)
        for name, does, keys, source in rows
    ]
    assert found == expected
    assert set(re.findall(r"^\| .*?`(\w+)=\w+`.*\|", section, re.M)) == conditions
    for text in re.findall(r'(?:--fault|fault) "(.*?)"|Fail\("(.*?)"\)', section):
        Fault.parse("".join(text))


@pytest.mark.parametrize("line", "".join(blocks("sh")).splitlines())
def test_the_commands(line):
    """What a reader types is understood."""
    if line.startswith("eval"):
        line = line.removeprefix('eval "$(').removesuffix(')"')
    program, *words = shlex.split(line)
    if program == "pip":
        assert words == ["install", "."]
        assert (REPOSITORY / "pyproject.toml").is_file()
        return
    assert [program, *words[:2]] == ["python", "-m", "live_emulator"]
    command_line.parser().parse_args(words[2:])
