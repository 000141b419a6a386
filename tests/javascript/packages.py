"""Packages for node that tests need: a compiler that checks types, a driver of Firefox.

python -m tests.javascript.packages     install them, from lock files

They lie in the user's cache, in folders whose names change with the lock files.
Tests only look for them: they run without a network.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

from guide.commands.system_packages import find_node

__all__ = [
    "TYPESCRIPT",
    "PackagesMissing",
    "find_compiler",
    "find_firefox",
    "find_firefox_driver",
    "main",
]

TYPESCRIPT = Path(__file__).resolve().parent
_FIREFOX = TYPESCRIPT.parent / "chapter_05" / "firefox"
_CACHE = Path(platformdirs.user_cache_dir("live_guide", appauthor=False))
_SOURCES = ("package.json", "package-lock.json")


class PackagesMissing(Exception):
    """Something is not there; says what to do."""


def find_compiler() -> list[str]:
    """Return the command that runs the TypeScript compiler.

    Raises:
        PackagesMissing: It was not installed, or there is no node.

    """
    node, sentence = find_node()
    if node is None:
        raise PackagesMissing(sentence)
    return [str(node), str(_find(TYPESCRIPT, "typescript/lib/tsc.js"))]


def find_firefox() -> str:
    """Return a Firefox that is installed.

    Raises:
        PackagesMissing: There is none.

    """
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        raise PackagesMissing(
            "There is no Firefox on this machine. On Debian this gets it: "
            "sudo apt install firefox-esr"
        )
    return found


def find_firefox_driver() -> Path:
    """Return the module of Puppeteer.

    Raises:
        PackagesMissing: It was not installed.

    """
    return _find(_FIREFOX, "puppeteer-core/lib/puppeteer/puppeteer-core.js")


def _find(sources: Path, module: str) -> Path:
    path = _folder(sources) / "node_modules" / module
    if not path.exists():
        name = module.split("/")[0]
        raise PackagesMissing(
            f"{name} is not installed; any python3 guide.py test gets it."
        )
    return path


def main() -> int:
    """Install what is not there; return the exit code."""
    wanted = [TYPESCRIPT]
    try:
        find_firefox()
        wanted.append(_FIREFOX)
    except PackagesMissing:
        pass  # nothing to drive
    problems = [_install(sources) for sources in wanted]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


def _install(sources: Path) -> str:
    """Fill a folder; return what went wrong."""
    final = _folder(sources)
    if final.is_dir():
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is missing, so some tests are left out; it comes with node."
    _CACHE.mkdir(parents=True, exist_ok=True)
    # Filled under another name: a folder of this name is never half of one.
    with tempfile.TemporaryDirectory(prefix="draft-", dir=_CACHE) as folder:
        draft = Path(folder) / "new"
        draft.mkdir()
        for name in _SOURCES:
            shutil.copy(sources / name, draft)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=draft,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode != 0:
            lines = (done.stderr + done.stdout).strip().splitlines() or ["no reason"]
            return f"Packages for node can't be installed: npm says: {lines[0]}"
        try:
            draft.rename(final)
        except OSError:
            if not final.is_dir():  # nobody else was quicker
                raise
    return ""


def _folder(sources: Path) -> Path:
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((sources / name).read_bytes())
    return _CACHE / f"node-{sources.name}-{digest.hexdigest()[:12]}"


if __name__ == "__main__":
    sys.exit(main())
