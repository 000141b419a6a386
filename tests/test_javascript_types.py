"""The types that the JavaScript says in its comments are those that it has.

Pages are never compiled: browsers run the files as they are.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.javascript.packages import TYPESCRIPT, PackagesMissing, find_compiler

REPOSITORY = TYPESCRIPT.parent.parent


@pytest.fixture(scope="module")
def compiler():
    """Return the command that runs the TypeScript compiler."""
    try:
        return find_compiler()
    except PackagesMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


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
    done = check(compiler, TYPESCRIPT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_a_wrong_type_is_found(compiler, tmp_path):
    """The check can fail: a text is no number."""
    (tmp_path / "wrong.js").write_text("/** @type {number} */\nexport const a = 'x';\n")
    (tmp_path / "tsconfig.json").write_text(
        f'{{"extends": "{(TYPESCRIPT / "tsconfig.json").as_posix()}", '
        '"include": ["wrong.js"]}'
    )
    done = check(compiler, tmp_path)
    assert "wrong.js(2,14): error TS2322" in done.stdout


@pytest.mark.timeout(300)
def test_all_scripts_of_pages_are_checked(compiler):
    """No module escapes because of where it lies."""
    listed = subprocess.run(
        [*compiler, "--project", str(TYPESCRIPT), "--listFilesOnly"],
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
        if not name.startswith(("tests/", "benchmarks/"))
    ]
    assert pages
    assert not [str(path) for path in pages if path not in checked]
