"""What the tests need that pip can't give: a browser, PortAudio, a sound card, node.

Installed where that needs no questions (Debian and Ubuntu as root, Playwright
elsewhere); otherwise the one command that does it is named.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from guide.commands.browser import find_browser
from guide.commands.console import Console

__all__ = [
    "NODE_MAJOR",
    "browser_for",
    "find_node",
    "portaudio_for",
    "virtual_sound_card_for",
]

NODE_MAJOR = 20
"""Oldest node whose own test runner the tests can use."""

_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")


def browser_for(python: Path, console: Console) -> str | None:
    """Return a browser's path, installing one if that can be done."""
    if found := find_browser(python):
        return found
    console.say("The tests of pages need a browser; getting Chromium.")
    # Ubuntu's package of that name is a stub for another packaging system.
    if _distribution() == "debian" and _is_root():
        _apt_install("chromium")
    else:
        extra = ["--with-deps"] if sys.platform == "linux" and _is_root() else []
        _run([str(python), "-m", "playwright", "install", *extra, "chromium"])
    if found := find_browser(python):
        return found
    console.say(
        "There is no browser, so tests of pages will be left out. This gets one: "
        f"{python} -m playwright install chromium"
    )
    return None


def portaudio_for(python: Path, console: Console) -> None:
    """Install PortAudio where it does not come with the Python package."""
    if sys.platform != "linux" or _has_portaudio(python):
        return
    if _is_root() and _distribution() in ("debian", "ubuntu"):
        _apt_install("libportaudio2")
    if not _has_portaudio(python):
        console.say(
            "PortAudio is missing, so tests of sound devices will be left out. This "
            "gets it on Debian and Ubuntu: sudo apt install libportaudio2"
        )


def virtual_sound_card_for(console: Console) -> None:
    """Install PulseAudio, which can pretend to have devices; there is none but Linux'.

    It is not started as a service of the machine: tests run one of their own.
    """
    if sys.platform != "linux" or _has_pulseaudio():
        return
    packages = ("pulseaudio", "pulseaudio-utils", "libasound2-plugins")
    if _is_root() and _distribution() in ("debian", "ubuntu"):
        # A desktop that uses another sound server keeps it.
        _apt_install("--no-remove", *packages)
    if not _has_pulseaudio():
        console.say(
            "PulseAudio is missing, so no test will talk through a virtual sound card. "
            f"This gets it on Debian and Ubuntu: sudo apt install {' '.join(packages)}"
        )


def find_node() -> tuple[str | None, str]:
    """Return node's path and what is to be said of it; no path if it won't do."""
    path = shutil.which("node")
    advice = f"Install node {NODE_MAJOR} or newer from https://nodejs.org"
    if path is None:
        return None, f"node is missing. {advice}."
    asked = subprocess.run([path, "--version"], capture_output=True, text=True)
    version = asked.stdout.strip()
    match = re.match(r"v(\d+)\.", version)
    if match is None or int(match[1]) < NODE_MAJOR:
        return None, f"node {version or 'at ' + path} is too old. {advice}."
    return path, f"node {version.lstrip('v')} runs the tests of JavaScript."


def _has_portaudio(python: Path) -> bool:
    return _run([str(python), "-c", "import sounddevice"])


def _has_pulseaudio() -> bool:
    tools = ("pulseaudio", "pactl", "paplay", "parec")
    return all(shutil.which(tool) for tool in tools)


def _apt_install(*packages: str) -> None:
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*_APT, "install", "-y", "--no-install-recommends", *packages]
    # A fresh machine knows no packages before its first update.
    if not _run(command, variables):
        _run([*_APT, "update"], variables)
        _run(command, variables)


def _run(command: Sequence[str], variables: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            list(command),
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return done.returncode == 0


def _distribution() -> str:
    try:
        text = Path("/etc/os-release").read_text("utf-8")
    except OSError:
        return ""
    match = re.search(r'^ID="?([a-z]+)', text, re.MULTILINE)
    return match[1] if match else ""


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
