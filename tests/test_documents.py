"""READMEs: links, commands, paths and tables are true."""

import functools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from guide.chapters import (
    CHAPTERS,
    REPOSITORY,
    navigation_line,
    readme_table,
    with_table,
)
from guide.chapters import main as update_chapters
from guide.pages.files import locate
from guide.pages.markdown import anchor

CHAPTER_HEADINGS = [
    "What you will build",
    "What you will learn",
    "Before you start",
    "Run it",
    "How it works",
    "Files",
    "When it does not work",
    "Exercises",
    "Next",
]


def documents():
    """Find all READMEs and their like, outside environments."""
    patterns = ("*.md", "chapter_*/*.md", "live_emulator/*.md", "assets/**/*.md")
    patterns += ("benchmarks/*.md",)
    return sorted({path for pattern in patterns for path in REPOSITORY.glob(pattern)})


def name_of(path):
    return path.relative_to(REPOSITORY).as_posix()


def without_code(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links_in(path):
    text = re.sub(r"`[^`\n]*`", "`code`", without_code(path.read_text("utf-8")))
    return re.findall(r"\]\(([^)\s]+)\)|<(https?://[^>\s]+)>", text)


def headings_in(path):
    text = without_code(path.read_text("utf-8"))
    return re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_relative_links_lead_to_files_and_headings(path):
    """Whatever a document links to exists, down to the heading."""
    for target, _ in links_in(path):
        if not target or re.match(r"[a-z]+:", target):
            continue
        file, _, fragment = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{target} is not there"
        assert linked.is_relative_to(REPOSITORY), f"{target} leads out"
        if fragment and linked.suffix == ".md":
            anchors = {
                anchor(heading.replace("`", "")) for heading in headings_in(linked)
            }
            assert fragment in anchors, f"{target}: no such heading"


def served_documents():
    return [path for path in documents() if locate("/" + name_of(path)) is not None]


@pytest.mark.parametrize("path", served_documents(), ids=name_of)
def test_what_a_document_links_to_is_served_on_the_pages_too(path):
    """A reader of the pages can follow every link that a reader on GitHub can."""
    for target, _ in links_in(path):
        if not target or re.match(r"[a-z]+:|#", target):
            continue
        linked = (path.parent / target.partition("#")[0]).resolve()
        url = "/" + linked.relative_to(REPOSITORY).as_posix()
        if linked.is_dir():
            url += "/README.md"
        assert locate(url) is not None, f"{target} is not served (guide/pages/files.py)"


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_paths_in_code_marks_exist(path):
    """`folder/file` in a text names a file that is there."""
    text = without_code(path.read_text("utf-8"))
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]*\.\w+)`", text):
        places = (path.parent / name, REPOSITORY / name)
        assert any(place.exists() for place in places), f"{name} is not there"


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_documents_speak_plainly(path):
    """No exclamation marks, no emoji, no place on somebody's machine."""
    text = without_code(path.read_text("utf-8"))
    prose = re.sub(r"`[^`]*`", "", text).replace("![", "[").replace("<!", "<")
    assert "!" not in prose
    assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", text)
    assert not re.search(r"/(?:work|opt|root|home/\w+)/", text)


def test_the_table_of_chapters_is_up_to_date():
    """`python -m guide.chapters` writes it from guide/chapters.py."""
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert readme == with_table(readme, readme_table()), "Run: python -m guide.chapters"


def test_the_table_shows_what_exists_and_announces_the_rest(tmp_path):
    """A chapter without a README is no link; a file that is missing neither."""
    (tmp_path / "chapter_01").mkdir()
    (tmp_path / "chapter_01" / "README.md").touch()
    (tmp_path / "chapter_01" / "ask.py").touch()
    rows = readme_table(tmp_path).splitlines()
    assert len(rows) == 2 + len(CHAPTERS)
    assert "[First words](chapter_01/README.md)" in rows[2]
    assert rows[2].endswith("| [script](chapter_01/ask.py) |")
    assert rows[3].endswith("| to come |")


def test_the_navigation_leads_only_to_chapters_that_exist(tmp_path):
    """The first has no previous one, and the last written one no next."""
    for number in (1, 2):
        folder = tmp_path / f"chapter_{number:02}"
        folder.mkdir()
        (folder / "README.md").touch()
    first, second = (navigation_line(one, tmp_path) for one in CHAPTERS[:2])
    assert first == (
        "[Contents](../README.md) · [A spoken conversation →](../chapter_02/README.md)"
    )
    assert second == (
        "[← First words](../chapter_01/README.md) · [Contents](../README.md)"
    )


def test_a_new_chapter_is_linked_from_the_others_by_one_command(tmp_path):
    """READMEs and notebooks get their navigation; nothing else in them changes."""
    (tmp_path / "README.md").write_text(f"# Guide\n\n{readme_table(tmp_path)}\n")
    notebook = (REPOSITORY / "chapter_01" / "sdk-intro.ipynb").read_text("utf-8")
    for number in (1, 2):
        folder = tmp_path / f"chapter_{number:02}"
        folder.mkdir()
        title = f"# Chapter {number}"
        (folder / "README.md").write_text(f"{title}\n\n[Contents](../README.md)\n\nX")
        (folder / "lesson.ipynb").write_text(notebook, "utf-8")
    assert update_chapters(tmp_path) == 0
    lines = [navigation_line(chapter, tmp_path) for chapter in CHAPTERS[:2]]
    assert "→" in lines[0] and "←" in lines[1]
    for number, line in enumerate(lines, 1):
        folder = tmp_path / f"chapter_{number:02}"
        readme = (folder / "README.md").read_text("utf-8")
        assert readme == f"# Chapter {number}\n\n{line}\n\nX"
        there = (folder / "lesson.ipynb").read_text("utf-8").splitlines()
        changed = [new for new in there if new not in notebook.splitlines()]
        assert {part.strip() for part in changed} <= {f'"{line}"'}
        assert f'"{line}"' in "\n".join(there)
    assert readme_table(tmp_path) in (tmp_path / "README.md").read_text("utf-8")


WRITTEN = [chapter for chapter in CHAPTERS if chapter.exists()]


def test_every_chapter_folder_is_announced():
    """A folder that is not in guide/chapters.py would not be found by readers."""
    folders = {path.name for path in REPOSITORY.glob("chapter_*") if path.is_dir()}
    written = {name for name in folders if (REPOSITORY / name / "README.md").is_file()}
    assert written == {chapter.folder for chapter in WRITTEN}


def test_chapters_have_the_same_headings_in_the_same_order():
    """A reader who knows one README knows them all."""
    for chapter in WRITTEN:
        path = REPOSITORY / chapter.folder / "README.md"
        text = without_code(path.read_text("utf-8"))
        title = re.findall(r"^# (.+)$", text, flags=re.MULTILINE)
        assert len(title) == 1 and title[0].startswith(f"Chapter {chapter.number}: ")
        found = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
        assert found == CHAPTER_HEADINGS, chapter.folder
        words = len(re.findall(r"\w+", text))
        assert 500 <= words <= 1500, f"{chapter.folder}: {words} words"
        assert navigation_line(chapter) in text, f"{chapter.folder}: navigation"


def test_chapters_list_every_file_they_have():
    """The list of files in a README names all that git knows of, and no others."""
    for chapter in WRITTEN:
        folder = REPOSITORY / chapter.folder
        text = (folder / "README.md").read_text("utf-8")
        section = text.split("\n## Files\n", 1)[1].split("\n## ", 1)[0]
        named = set(re.findall(r"^[-*|] *\[?`([\w./-]+)`", section, flags=re.MULTILINE))
        there = {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and _is_source(path)
        }
        there -= {"README.md", "__init__.py"}
        assert {name.rstrip("/") for name in named} - {"README.md"} == there


def _is_source(path):
    hidden = any(part.startswith((".", "__pycache__")) for part in path.parts)
    ignored = path.suffix in (".pyc", ".wav") or path.name == "__init__.py"
    return not hidden and not ignored


def commands_in(path):
    """Find the lines of code blocks that call Python."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```(?:\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"(?:\$ )?(?:python3?|py) ", line)]


COMMANDS = [
    (path, line.removeprefix("$ "))
    for path in documents()
    if path.parent == REPOSITORY or path.parent.name == "live_emulator"
    for line in commands_in(path)
]


@pytest.mark.parametrize(
    ("path", "line"), COMMANDS, ids=[f"{name_of(p)}: {c}" for p, c in COMMANDS]
)
def test_commands_of_the_readme_are_understood(path, line):
    """Each program that a document names knows all the options it is given."""
    words = [word for word in shlex.split(line, comments=True) if word != "&"]
    words = words[1:]
    if words[:1] == ["guide.py"]:
        check_guide_command(words[1:])
        return
    program = words[:2] if words[0] == "-m" else words[:1]
    help_text = help_of(*program)
    for option in words[len(program) :]:
        if option.startswith("--"):
            assert option.split("=")[0] in help_text
        elif "/" in option and "://" not in option:
            assert (REPOSITORY / option).exists()


@functools.cache
def help_of(*program):
    done = subprocess.run(
        [sys.executable, *program, "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_guide_command(arguments):
    from guide.commands.command_line import parse
    from guide.commands.testing import targets_for

    options, _ = parse(arguments)
    for target in targets_for(REPOSITORY, getattr(options, "parts", None) or []):
        assert (REPOSITORY / target).exists()


def test_ci_runs_the_command_of_the_readme_and_nothing_else():
    """What passes there is what readers can run."""
    command = "python3 guide.py test"
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert f"```\n{command}\n```" in readme
    script = (REPOSITORY / ".ci" / "run").read_text("utf-8").splitlines()
    code = [line for line in script if line and not line.startswith("#")]
    assert code == [f'cd "$(dirname "$0")/.." && exec {command}']
    workflow = (REPOSITORY / ".github/workflows/tests.yml").read_text("utf-8")
    parts = re.findall(r"run: python guide.py test(.*)\n", workflow)
    assert parts == [" --no-clients", " clients"], "together they are everything"


def test_every_requirement_says_who_needs_it_and_has_bounds():
    """A range that was run here, and a reason after the hash sign."""
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (REPOSITORY / name).read_text("utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            requirement, _, reason = line.partition("#")
            assert reason.strip(), line
            bounded = re.fullmatch(r"[\w.-]+>=[\d.]+,<[\d.]+", requirement.strip())
            assert bounded or requirement.strip() == "-e .[eyes]", line


def test_the_example_of_env_sets_nothing():
    """Copied as it is, it changes nothing."""
    for line in (REPOSITORY / ".env.example").read_text("utf-8").splitlines():
        assert not line or line.startswith("#"), line


def test_secrets_are_never_committed():
    """Git ignores .env, and nothing in the tree looks like a key."""
    ignored = Path(REPOSITORY / ".gitignore").read_text("utf-8").splitlines()
    assert ".env" in ignored
    key = re.compile(r"AIza[0-9A-Za-z_-]{35}")
    suffixes = (".py", ".js", ".mjs", ".md", ".ipynb", ".html", ".json", ".yml")
    for folder in ("*", "guide/**/*", "chapter_*/**/*", "tests/**/*", ".github/**/*"):
        for path in REPOSITORY.glob(folder):
            if path.is_file() and path.suffix in suffixes:
                assert not key.search(path.read_text("utf-8", "replace")), path
