"""The types that the JavaScript says in its comments are those that it has.

The compiler is installed once, from a lock file, into the user's cache; from then on
this needs no network. Pages are never compiled: browsers run the files as they are.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest

from guide.commands.system_packages import find_node

HERE = Path(__file__).parent / "javascript"
REPOSITORY = HERE.parent.parent
CACHE = Path(platformdirs.user_cache_dir("live_guide", appauthor=False))


def left_out(sentence):
    """Skip what this machine can't run; where all must run, fail."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def compiler():
    """Return the command that runs the TypeScript compiler."""
    node, sentence = find_node()
    npm = shutil.which("npm")
    if node is None or npm is None:
        left_out(sentence if node is None else "npm is missing; it comes with node.")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / f"javascript-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            left_out(f"TypeScript could not be installed: {done.stderr.strip()}")
        (folder / "done").touch()
    return [node, str(folder / "node_modules" / "typescript" / "lib" / "tsc.js")]


def check(compiler, project):
    return subprocess.run(
        [*compiler, "--project", str(project), "--pretty", "false"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.timeout(300)
def test_types_are_as_the_comments_say(compiler):
    """Every module of every page keeps to its JSDoc, strictly."""
    done = check(compiler, HERE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_a_wrong_type_is_found(compiler, tmp_path):
    """The check can fail: a text is no number."""
    (tmp_path / "wrong.js").write_text("/** @type {number} */\nexport const a = 'x';\n")
    (tmp_path / "tsconfig.json").write_text(
        f'{{"extends": "{(HERE / "tsconfig.json").as_posix()}", '
        '"include": ["wrong.js"]}'
    )
    done = check(compiler, tmp_path)
    assert "wrong.js(2,14): error TS2322" in done.stdout


@pytest.mark.timeout(300)
def test_all_scripts_of_pages_are_checked(compiler):
    """No module escapes because of where it lies."""
    listed = subprocess.run(
        [*compiler, "--project", str(HERE), "--listFilesOnly"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    checked = {Path(line).resolve() for line in listed.stdout.splitlines()}
    tracked = subprocess.run(
        ["git", "ls-files", "*.js"], cwd=REPOSITORY, capture_output=True, text=True
    )
    if tracked.returncode != 0:
        pytest.skip("Without git nobody knows which files belong to the repository.")
    pages = [
        (REPOSITORY / name).resolve()
        for name in tracked.stdout.splitlines()
        if not name.startswith(("live_emulator/", "tests/", "benchmarks/"))
    ]
    assert pages
    assert not [str(path) for path in pages if path not in checked]
