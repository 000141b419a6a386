"""Find a Chromium that Playwright can drive."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["BROWSER_VARIABLE", "find_browser"]

BROWSER_VARIABLE = "LIVE_TEST_BROWSER"
"""Names the browser for the tests; wins over everything found."""

_NAMES = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "chromium-browser",
)
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright:\n"
    "    print(playwright.chromium.executable_path)\n"
)


def find_browser(python: Path | None = None) -> str | None:
    """Return the path of a browser, or none.

    Args:
        python: An interpreter that may have Playwright, which may have a browser
            of its own.

    """
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return named
    for path in _installed():
        if _starts(path):
            return path
    return _of_playwright(python) if python else None


def _installed() -> Iterator[str]:
    for name in _NAMES:
        if path := shutil.which(name):
            yield path
    if sys.platform == "darwin":
        for name in _MAC:
            yield f"/Applications/{name}.app/Contents/MacOS/{name}"
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            yield from (str(Path(folder) / path) for path in _WINDOWS)


def _starts(path: str) -> bool:
    if not os.access(path, os.X_OK):
        return False
    if os.name == "nt":
        return True  # asking for the version there opens a window
    try:
        # A stub that only explains how to install the real one fails here.
        asked = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and any(sign in b"0123456789" for sign in asked.stdout)


def _of_playwright(python: Path) -> str | None:
    asked = subprocess.run(
        [str(python), "-c", _ASK_PLAYWRIGHT],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).is_file() else None
