"""The TypeScript compiler that checks what the comments of our JavaScript say.

python -m tests.javascript.compiler     install it, from a lock file

It lies in the user's cache, in a folder whose name changes with the lock file.
Tests only look for it: they run without a network.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

from guide.commands.system_packages import find_node

__all__ = ["CompilerMissing", "HERE", "find_compiler", "main"]

HERE = Path(__file__).resolve().parent
_CACHE = Path(platformdirs.user_cache_dir("live_guide", appauthor=False))
_SOURCES = ("package.json", "package-lock.json")


class CompilerMissing(Exception):
    """The compiler is not there; says what to do."""


def find_compiler() -> list[str]:
    """Return the command that runs the compiler.

    Raises:
        CompilerMissing: It was not installed, or there is no node.

    """
    node, sentence = find_node()
    if node is None:
        raise CompilerMissing(sentence)
    compiler = _folder() / "node_modules" / "typescript" / "lib" / "tsc.js"
    if not compiler.exists():
        raise CompilerMissing(
            "TypeScript is not installed; this gets it: "
            "python3 guide.py test javascript_types"
        )
    return [str(node), str(compiler)]


def main() -> int:
    """Install the compiler unless it is there; return the exit code."""
    final = _folder()
    if final.is_dir():
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("TypeScript can't be installed: npm is missing; it comes with node.")
        return 1
    _CACHE.mkdir(parents=True, exist_ok=True)
    # Filled under another name: a folder of this name is never half of one.
    with tempfile.TemporaryDirectory(prefix="draft-javascript-", dir=_CACHE) as folder:
        draft = Path(folder) / "new"
        draft.mkdir()
        for name in _SOURCES:
            shutil.copy(HERE / name, draft)
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
            print(f"TypeScript can't be installed: npm says: {lines[0]}")
            return 1
        try:
            draft.rename(final)
        except OSError:
            if not final.is_dir():  # nobody else was quicker
                raise
    print("TypeScript is installed.")
    return 0


def _folder() -> Path:
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((HERE / name).read_bytes())
    return _CACHE / f"javascript-{digest.hexdigest()[:12]}"


if __name__ == "__main__":
    sys.exit(main())
