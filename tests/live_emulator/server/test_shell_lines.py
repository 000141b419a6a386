"""The lines of `live_emulator env`, as each shell reads them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from live_emulator.__main__ import main
from live_emulator.loopback.environment import CannotQuote, format_exports

ODD = [
    "/home/o'brien/.cache",
    "'; touch hacked; '",
    "$(touch hacked)",
    "`touch hacked`",
    "'$(touch hacked)'",
    'a "b" $HOME \\ \\\\\' %PATH% & | > < ; # ! ^',
    "two\nlines",
    "d\u2019Artagnan \u2018x\u201a \u201b$(touch hacked)",
    "",
    "ends in \\",
]
SHELLS = [name for name in ("bash", "dash", "sh", "zsh") if shutil.which(name)]


@pytest.mark.skipif(not SHELLS, reason="needs a shell of Unix")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_what_was_meant(shell, tmp_path):
    """Evaluated as people are told to, the lines set these values and run nothing."""
    variables = {f"VALUE_{number}": value for number, value in enumerate(ODD)}
    lines = format_exports({**variables, "GONE": None}, "sh")
    script = 'eval "$LINES_TO_READ"; "$PYTHON" -c "import os; print(dict(os.environ))"'
    environment = {
        **{name: os.environ[name] for name in ("PATH",) if name in os.environ},
        "LINES_TO_READ": lines,
        "PYTHON": sys.executable,
        "GONE": "1",
    }
    done = subprocess.run(
        [shell, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = eval(done.stdout)
    assert {name: found[name] for name in variables} == variables
    assert "GONE" not in found
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not SHELLS, reason="needs a shell of Unix")
def test_a_home_folder_with_an_apostrophe(tmp_path):
    """The whole command works where the cache folder's path is a trap."""
    home = tmp_path / "o'brien $(touch hacked)"
    home.mkdir()
    script = 'eval "$("$PYTHON" -m live_emulator env)"; printf %s "$SSL_CERT_FILE"'
    done = subprocess.run(
        [SHELLS[0], "-c", script],
        env={
            **os.environ,
            "PYTHON": sys.executable,
            "XDG_CACHE_HOME": str(home),
            "HOME": str(home),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(done.stdout).is_relative_to(home)
    assert Path(done.stdout).is_file()
    assert [one.name for one in tmp_path.iterdir()] == [home.name]


def read_powershell(text: str) -> dict[str, str]:
    """Return what PowerShell makes of assignments of single-quoted strings.

    Its language specification, 2.3.5.2: such a string ends at an apostrophe of any
    kind (U+0027, U+2018 to U+201B) that is not doubled, and nothing in it is expanded.
    """
    apostrophe = "['\u2018-\u201b]"
    inside = f"((?:[^'\u2018-\u201b]|{apostrophe}{{2}})*)"
    statement = re.compile(rf"\$env:(\w+) = {apostrophe}{inside}{apostrophe}(?:\n|$)")
    found, position = {}, 0
    while position < len(text):
        match = statement.match(text, position)
        assert match, text[position:]
        found[match[1]] = re.sub(f"({apostrophe}){apostrophe}", r"\1", match[2])
        position = match.end()
    return found


def test_powershell_reads_what_was_meant():
    """Every apostrophe is doubled, so that the string ends where it should."""
    variables = {f"VALUE_{number}": value for number, value in enumerate(ODD)}
    assert read_powershell(format_exports(variables, "powershell")) == variables


@pytest.mark.parametrize("value", ["C:\\Users\\o'brien", "a & b | c ^ d (e)", ""])
def test_cmd_reads_what_was_meant(value):
    """Between the quotation marks nothing means anything to cmd but % and marks."""
    assert format_exports({"NAME": value}, "cmd") == f'set "NAME={value}"'


@pytest.mark.parametrize("value", ['a"b', "100%", "two\nlines"])
def test_what_cmd_can_not_be_told(value, monkeypatch, capsys):
    """What cmd has no way to write is a sentence, not a broken line."""
    with pytest.raises(CannotQuote, match="Use PowerShell"):
        format_exports({"NAME": value}, "cmd")
    monkeypatch.setenv("NO_PROXY", value.replace("\n", "\r"))
    assert main(["env", "--shell", "cmd"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
