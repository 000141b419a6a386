"""What goes to PyPI: made, checked and opened as the release workflow would."""

import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from types import SimpleNamespace

import pytest

from live_emulator.version import VERSION
from tests.conftest import REPOSITORY

SOURCES = REPOSITORY / "live_emulator"
GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "somebody/live-guide",
}
ADDRESS = "https://github.com/somebody/live-guide"


def run(*arguments, **variables):
    outside = {name: value for name, value in os.environ.items() if name not in GITHUB}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=REPOSITORY,
        env=outside | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build both archives, the wheel from the unpacked sources, for a repository."""
    folder = tmp_path_factory.mktemp("dist")
    run("build", "--no-isolation", "--outdir", folder, **GITHUB)
    [sources], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
    return SimpleNamespace(
        sources=sources, wheel=wheel, names=names, metadata=Parser().parsestr(text)
    )


def files_of_emulator():
    return {
        path.relative_to(REPOSITORY).as_posix()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_is_the_emulator_whole_and_nothing_else(built):
    """Every file of it, pages and word lists too, and none of the guide's."""
    installed = {name for name in built.names if ".dist-info/" not in name}
    assert installed == files_of_emulator()
    own = {name.split("/", 1)[1] for name in built.names if ".dist-info/" in name}
    assert own == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt"),
        "licenses/LICENSE",
    }


def test_the_sources_are_those_of_the_emulator(built):
    """With what builds them; the guide is read in its repository."""
    with tarfile.open(built.sources) as archive:
        names = {member.name.split("/", 1)[1] for member in archive}
    assert names - files_of_emulator() == {
        *("pyproject.toml", "hatch_build.py", "PKG-INFO", ".gitignore"),
        *("LICENSE", "CHANGELOG.md"),
    }


def test_the_version_is_that_of_the_package(built):
    """It is written in one place."""
    assert built.metadata["Version"] == VERSION
    assert built.wheel.name == f"live_emulator-{VERSION}-py3-none-any.whl"


def test_the_package_index_would_take_both(built):
    """Twine finds nothing to complain about, not even to warn of."""
    said = run("twine", "check", "--strict", built.sources, built.wheel)
    assert said.count("PASSED") == 2


def test_the_links_lead_to_the_repository_that_built_it(built):
    """Those of the metadata, and those of the README to files beside it."""
    urls = dict(url.split(", ") for url in built.metadata.get_all("Project-URL"))
    files = f"{ADDRESS}/blob/v{VERSION}"
    assert urls["Source"] == ADDRESS
    assert urls["Changelog"] == f"{files}/CHANGELOG.md"
    readme = built.metadata.get_payload()
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert f"{files}/live_emulator/TESTING.md" in targets
    for target in targets:
        assert re.match(r"https?://|#", target), target
        if target.startswith(files):
            path = target.removeprefix(f"{files}/").split("#")[0]
            assert (REPOSITORY / path).exists(), target


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_build_on_a_desk_names_no_repository(monkeypatch):
    """There is none that it could name."""
    for name in GITHUB:
        monkeypatch.delenv(name, raising=False)
    links = load(REPOSITORY / "hatch_build.py")
    metadata = {"version": VERSION}
    links.Links(str(REPOSITORY), {}).update(metadata)
    assert set(metadata) == {"version", "readme"}
    text = (SOURCES / "README.md").read_text("utf-8")
    assert metadata["readme"]["text"] == text


@pytest.fixture
def changelog(tmp_path):
    """Return what writes a changelog, and asks for the notes of a tag."""
    (tmp_path / "live_emulator").mkdir()
    (tmp_path / "live_emulator" / "version.py").write_text('VERSION = "1.2.0"\n')
    notes = load(REPOSITORY / ".github" / "release_notes.py").notes

    def notes_of(tag, text):
        (tmp_path / "CHANGELOG.md").write_text(text)
        return notes(tmp_path, tag)

    return notes_of


CHANGES = """# Changelog

## Unreleased

## 1.2.0 (2026-12-01)

- New.

## 1.1.0

- Old.
"""


def test_the_notes_of_a_release_are_its_section(changelog):
    """Without its heading, and without its neighbours."""
    assert changelog("v1.2.0", CHANGES) == "- New.\n"


@pytest.mark.parametrize(
    ("tag", "text", "sentence"),
    [
        ("v1.1.0", CHANGES, "The tag is v1.1.0, and live_emulator/version.py says"),
        ("v1.2.0", "# Changelog\n\n## Unreleased\n\n- New.\n", "Rename the one named"),
        ("v1.2.0", "## 1.2.0\n\n## 1.1.0\n\n- Old.\n", "no section named 1.2.0"),
    ],
)
def test_a_tag_without_notes_is_no_release(changelog, tag, text, sentence):
    """The sentence says what to do about it."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        changelog(tag, text)


def test_this_repository_keeps_a_changelog():
    """Its first section takes what is not released yet, or is the current version."""
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    first = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert first is not None
    assert first[1] in ("Unreleased", VERSION)
