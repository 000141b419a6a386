"""`python3 guide.py doctor`: what this machine has and lacks, in sentences."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guide.chapters import chapters_with_server
from guide.commands.browser import find_browser
from guide.commands.console import Console
from guide.commands.environment import NEEDED_BYTES, Environment
from guide.commands.ports import answer_of, is_taken
from guide.commands.start import StartOptions, server_option
from guide.commands.system_packages import find_node

__all__ = ["Finding", "doctor"]


@dataclass(frozen=True)
class Finding:
    """One sentence about this machine."""

    state: str
    """``ok``, ``note`` (works, but less), or ``lacks`` (the guide can't start)."""
    text: str


def doctor(repository: Path, console: Console) -> int:
    """Say everything; return 1 if the guide could not start here."""
    findings = list(_examine(repository, console))
    for finding in findings:
        console.say(f"{finding.state:>6}  {finding.text}")
    lacking = sum(finding.state == "lacks" for finding in findings)
    console.say()
    if lacking:
        console.say("The guide can't start yet; see the lines that begin with lacks.")
        return 1
    console.say("The guide can start: python3 guide.py")
    return 0


def _examine(repository: Path, console: Console) -> Iterator[Finding]:
    environment = Environment(repository, console)
    installed = environment.python.exists()
    python = environment.python if installed else Path(sys.executable)
    yield Finding("ok", f"Python {sys.version.split()[0]} at {sys.executable}.")
    yield _environment(installed)
    yield _folder(repository, environment.folder)
    yield _disk(repository, installed)
    yield from _ports(repository)
    yield _backend(repository, python)
    yield from _ears(python, installed)
    yield from _voice(python, installed)
    yield _sound(python)
    yield _browser(python if installed else None)
    node, sentence = find_node()
    if node is None:
        sentence += " Only the tests of JavaScript need it."
    yield Finding("ok" if node else "note", sentence)


def _environment(installed: bool) -> Finding:
    if installed:
        return Finding("ok", "The environment in .venv is made.")
    if importlib.util.find_spec("ensurepip") is None:
        return Finding(
            "lacks",
            "Python's venv module is missing. On Debian and Ubuntu: sudo apt install "
            f"python3.{sys.version_info.minor}-venv",
        )
    return Finding(
        "note",
        "The environment in .venv is not made yet; the first start makes it, for "
        "which it needs the network.",
    )


def _folder(repository: Path, environment: Path) -> Finding:
    # Asked by doing it: permissions alone don't tell of a read-only disk.
    for folder in (repository, environment):
        if not folder.exists():
            continue
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return Finding(
                "lacks",
                f"Nothing can be written into {folder}: {error.strerror}. The guide "
                "keeps its environment and its logs in .venv: copy it to a folder "
                "that is yours.",
            )
    return Finding("ok", f"The guide's folder, {repository}, can be written to.")


def _disk(repository: Path, installed: bool) -> Finding:
    free_bytes = shutil.disk_usage(repository).free
    text = f"{free_bytes / 1e9:.1f} GB are free on this disk"
    if installed or free_bytes >= NEEDED_BYTES:
        return Finding("ok", f"{text}.")
    needed = f"{NEEDED_BYTES / 1e9:.1f} GB"
    return Finding("lacks", f"{text}, and the guide needs about {needed}. Make room.")


def _ports(repository: Path) -> Iterator[Finding]:
    options = StartOptions()
    free = []
    servers = (
        (
            server.port,
            f"the server of chapter {chapter.number}",
            server_option(chapter),
            server.health,
            chapter.folder,
        )
        for chapter, server in chapters_with_server(repository)
    )
    for port, what, option, path, name in (
        (options.page_port, "the pages", "--page-port", "/api/status", "live_guide"),
        (
            options.emulator_port,
            "the emulator",
            "--emulator-port",
            "/emulator",
            "live_emulator",
        ),
        (options.notebook_port, "JupyterLab", "--notebook-port", "", ""),
        *servers,
    ):
        if not is_taken(port):
            free.append(str(port))
            continue
        answer = answer_of(f"http://127.0.0.1:{port}{path}") if path else None
        if answer is not None and answer.get("name") == name:
            yield Finding("ok", f"Port {port} is in use by {what} of the guide.")
        else:
            yield Finding(
                "note",
                f"Port {port}, meant for {what}, is taken by another program. Stop "
                f"it, or use {option} with another number.",
            )
    if free:
        yield Finding("ok", f"Free ports: {', '.join(free)}.")


def _backend(repository: Path, python: Path) -> Finding:
    asked = _ask(python, "-m", "guide.backend", folder=repository)
    if asked is None:
        return Finding("note", "Service or emulator is decided once .venv is made.")
    if asked.returncode != 0:
        return Finding("lacks", asked.stderr.strip().splitlines()[-1])
    kind = "service" if '"service"' in asked.stdout else "emulator"
    if "Vertex AI" in asked.stdout:
        who = "Google's service" if kind == "service" else "the emulator"
        sentence = f"Vertex AI is chosen, and everything talks to {who}."
        if kind == "emulator":
            sentence += (
                " To talk to the service: gcloud auth application-default login "
                "(.env.example shows how)."
            )
        return Finding("ok", sentence)
    if kind == "service":
        return Finding("ok", "A key is set, so everything talks to Google's service.")
    return Finding(
        "ok",
        "No key is set, so everything talks to the emulator. A key in the file .env "
        "changes that (.env.example shows how).",
    )


_LIST_DEVICES = (
    "import sounddevice as s\n"
    "devices = s.query_devices()\n"
    "print(sum(d['max_input_channels'] > 0 for d in devices),"
    " sum(d['max_output_channels'] > 0 for d in devices))\n"
)


_FIND_EARS = """
from live_emulator.voice.hearing.english_model import NoModel, find_model
try:
    find_model()
except NoModel as missing:
    print(missing, end="")
"""


def _ears(python: Path, installed: bool) -> Iterator[Finding]:
    """Say whether the emulator's model for hearing is there and undamaged."""
    asked = _ask(python, "-c", _FIND_EARS) if installed else None
    if asked is None or asked.returncode != 0:
        return  # There is no emulator yet: the environment says why.
    if asked.stdout:
        yield Finding("note", f"{asked.stdout} (typed text works without it).")
    else:
        yield Finding("ok", "The emulator has the model that it hears with.")


_FIND_VOICE = (
    "from live_emulator.voice.speaking.installed import what_is_wrong\n"
    "print(what_is_wrong(), end='')\n"
)


def _voice(python: Path, installed: bool) -> Iterator[Finding]:
    """Say whether what the emulator speaks with is there and undamaged."""
    asked = _ask(python, "-c", _FIND_VOICE) if installed else None
    if asked is None or asked.returncode != 0:
        return  # There is no emulator yet: the environment says why.
    if asked.stdout:
        yield Finding("note", f"{asked.stdout} (nothing can be spoken without it).")
    else:
        yield Finding("ok", "The emulator has the network that it speaks with.")


def _sound(python: Path) -> Finding:
    without = "Scripts then read and write WAV files (--input, --output)."
    asked = _ask(python, "-c", _LIST_DEVICES)
    if asked is None or "No module named" in asked.stderr:
        return Finding("note", "Sound devices can be looked for once .venv is made.")
    if "PortAudio library not found" in asked.stderr:
        return Finding(
            "note",
            "PortAudio is missing, so scripts can't reach microphone and speaker. On "
            f"Debian and Ubuntu: sudo apt install libportaudio2. {without}",
        )
    if asked.returncode != 0:
        last = (asked.stderr.strip().splitlines() or ["no message"])[-1]
        return Finding("note", f"The sound devices can't be listed: {last}. {without}")
    inputs, outputs = (int(count) for count in asked.stdout.split())
    if inputs and outputs:
        return Finding("ok", f"Sound: {inputs} input(s), {outputs} output(s).")
    missing = [
        name
        for name, count in (("microphone", inputs), ("speaker", outputs))
        if not count
    ]
    return Finding(
        "note", f"There is no {' and no '.join(missing)} on this machine. {without}"
    )


def _browser(python: Path | None) -> Finding:
    found = find_browser(python)
    if found:
        return Finding("ok", f"Tests of pages use the browser {found}.")
    return Finding(
        "note",
        "There is no Chromium, Chrome or Edge for the tests of pages. The tests get "
        "one: python3 guide.py test. To read the guide, any browser will do.",
    )


def _ask(
    python: Path, *arguments: str, folder: Path | None = None
) -> "subprocess.CompletedProcess[str] | None":
    """Run a question in the guide's interpreter; none if it lacks the packages."""
    try:
        asked = subprocess.run(
            [str(python), *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if "ModuleNotFoundError" in asked.stderr else asked
