import os
import shutil
import subprocess
import sys
import textwrap

import nbformat
import pytest

from guide.commands.browser import BROWSER_VARIABLE
from guide.commands.command_line import parse
from guide.commands.problems import Problem
from guide.commands.test_report import Report, Test, read_report, summary
from guide.commands.testing import QUICK, exit_code_of, targets_for
from tests.conftest import QUICK_PAGE, SLOW_RULES


@pytest.fixture
def small(tmp_path):
    """Lay out a repository with two chapters and a few tests."""
    for name in (
        "tests/guide/test_a.py",
        "tests/chapter_01/test_b.py",
        "tests/test_documents.py",
        "chapter_01/lesson.ipynb",
        "chapter_01/solutions.ipynb",
        "chapter_02/lesson.ipynb",
        "chapter_02/script.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


SELECTIONS = [
    (
        [],
        [
            "tests",
            "chapter_01/lesson.ipynb",
            "chapter_01/solutions.ipynb",
            "chapter_02/lesson.ipynb",
        ],
    ),
    (
        ["chapter_01"],
        ["tests/chapter_01", "chapter_01/lesson.ipynb", "chapter_01/solutions.ipynb"],
    ),
    (["chapter_02/"], ["chapter_02/lesson.ipynb"]),
    (["documents"], ["tests/test_documents.py"]),
    (["guide", "chapter_02"], ["tests/guide", "chapter_02/lesson.ipynb"]),
    (["tests/guide"], ["tests/guide"]),
    (["tests\\guide\\test_a.py"], ["tests/guide/test_a.py"]),
    (["tests/guide/test_a.py::test_x"], ["tests/guide/test_a.py::test_x"]),
    (["chapter_01/lesson.ipynb"], ["chapter_01/lesson.ipynb"]),
]


@pytest.mark.parametrize(("parts", "targets"), SELECTIONS)
def test_a_part_is_a_chapter_a_folder_of_tests_or_a_file(small, parts, targets):
    """A chapter has its tests and its notebooks; no part means everything."""
    assert targets_for(small, parts) == targets


@pytest.mark.parametrize("part", ["chapter_12", "chapter_02/script", "nothing", "../x"])
def test_an_unknown_part_is_answered_with_those_there_are(small, part):
    """The reader need not look for the names."""
    with pytest.raises(Problem, match="chapter_01, chapter_02, documents, guide"):
        targets_for(small, [part])


JUNIT = """<testsuites><testsuite time="2.5">
<testcase classname="tests.a" name="one" file="tests/a.py" time="0.5"/>
<testcase classname="tests.a" name="two" file="tests/a.py"><failure/></testcase>
<testcase classname="tests.a" name="three" file="tests/a.py"><error/></testcase>
<testcase classname="tests.a" name="four" file="tests/a.py"><skipped/></testcase>
<testcase classname="tests.b" name="one" file="tests/b.py" time="1.5"/>
<testcase classname="tests.b" name="one" file="tests/b.py"><error/></testcase>
</testsuite></testsuites>"""


def test_the_report_counts_what_pytest_recorded(tmp_path):
    """Errors count as failures, those of a clean-up too, and failures are named."""
    path = tmp_path / "r.xml"
    path.write_text(JUNIT)
    report = read_report("units", path)
    assert [report.count(kind) for kind in ("passed", "failed", "skipped")] == [1, 3, 1]
    assert report.failures == ["tests.a: two", "tests.a: three", "tests.b: one"]
    assert report.failed_files == ["tests/a.py", "tests/b.py"]
    assert report.seconds == 2.5
    assert read_report("units", tmp_path / "missing.xml") == Report("units")


INHERITED = """<testsuite><testcase classname="tests.a.test_states.TestAny"
name="runTest" file=".venv/lib/site-packages/hypothesis/stateful.py"><failure/>
</testcase></testsuite>"""


def test_a_test_that_a_library_defines_belongs_to_the_file_that_inherits_it(tmp_path):
    """It is that file that is run again."""
    path = tmp_path / "r.xml"
    path.write_text(INHERITED)
    assert read_report("units", path).failed_files == ["tests/a/test_states.py"]


def report_of(name, file="tests/a.py", seconds=0.0, **outcomes):
    """Make a report of tests and what they came to."""
    tests = [Test(test, file, kind, seconds) for test, kind in outcomes.items()]
    return Report(name, {test.name: test for test in tests})


def test_the_last_line_of_the_summary_has_the_counts_of_all_runs():
    """Machines read it, so it has one form."""
    reports = [
        report_of("a", a="passed", b="passed", c="skipped"),
        report_of("b", d="passed"),
    ]
    lines = list(summary(reports, 0, 12.3, ["One more thing."]))
    assert lines[-3:] == [
        "One more thing.",
        "All is well, in 12 s.",
        "3 passed, 0 failed, 1 skipped",
    ]


def test_the_summary_names_failures_and_other_reasons():
    """A run that broke off is no success, even if no test failed."""
    failed = report_of("a", **{f"x{n}": "failed" for n in range(40)})
    lines = list(summary([failed], 1, 1.0))
    assert "  x0" in lines
    assert "  and 10 more" in lines
    assert not any("All is well" in line for line in lines)
    broken = list(summary([report_of("a", a="passed")], 3, 1.0))
    assert any("exit code 3" in line for line in broken)
    assert "No test was run." in list(summary([Report("a")], 5, 1.0))


def test_the_summary_names_the_ten_files_that_took_longest():
    """A file's time is that of its tests, in all runs; what is short is not named."""
    reports = [
        report_of(f"r{n}", f"tests/{n}.py", float(n), a="passed", b="passed")
        for n in range(14)
    ]
    reports.append(report_of("again", "tests/3.py", 90.0, c="passed"))
    lines = list(summary(reports, 0, 1.0))
    assert lines[:3] == [
        "What took longest:",
        "    96 s  tests/3.py",
        "    26 s  tests/13.py",
    ]
    assert lines[10:12] == ["    10 s  tests/5.py", "r0: 2 tests in 0 s"]


FIRST = {"once": "failed", "always": "failed", "lost": "failed", "well": "passed"}


def test_a_failure_is_taken_back_only_by_a_pass_of_the_same_test():
    """Not by its absence, nor by being skipped; and a new failure counts."""
    report = report_of("a", **FIRST, skipped="failed")
    again = {"once": "passed", "always": "failed", "well": "failed"}
    report.settle(report_of("b", **again, skipped="skipped"), 1)
    assert sorted(report.failures) == ["always", "lost", "skipped", "well"]
    assert [test.name for test in report.unsteady] == ["once"]
    assert report.remarks == []


@pytest.mark.parametrize("exit_code", [2, 3, 4, 5, -9])
def test_a_second_run_that_pytest_could_not_carry_out_takes_nothing_back(exit_code):
    """What failed stays failed, and the summary says why it did not run again."""
    report = report_of("a", **FIRST)
    report.settle(report_of("b", once="passed"), exit_code)
    assert sorted(report.failures) == ["always", "lost", "once"]
    assert not report.unsteady
    said = "\n".join(summary([report], 1, 1.0))
    assert f"could not be run again; pytest ended with exit code {exit_code}." in said


# There is no notebook in the small repository: it is enough that nbval's options are
# known. Nbval itself takes a second to load, in every process of every run.
NBVAL_OPTIONS = """
def pytest_addoption(parser):
    for name in ("--nbval", "--nbval-current-env"):
        parser.addoption(name, action="store_true")
    for name in ("cell-timeout", "kernel-startup-timeout", "sanitize-with"):
        parser.addoption(f"--nbval-{name}")
"""


def run_in(folder, repository, plugins, for_pytest=(), variables=None, parts=()):
    """Run the test command, with this very Python, on another repository."""
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(repository)!r})
        from guide.commands.console import Console
        from guide.commands.testing import run_tests
        sys.exit(run_tests(Path({str(folder)!r}), {list(parts)!r}, sys.argv[1:],
                           Console(), install=False))
        """
    )
    # These runs of pytest are not to know that they are part of another.
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_")
    }
    quick = {
        BROWSER_VARIABLE: "none is needed",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": plugins,
    }
    return subprocess.run(
        [sys.executable, "-c", program, *for_pytest],
        cwd=folder,
        env=outside | quick | (variables or {}),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def run_small(small, repository):
    """Return what puts a file of tests into the small repository and runs them all."""
    (small / "nbval_options.py").write_text(NBVAL_OPTIONS)
    (small / "pytest.ini").write_text(
        "[pytest]\nmarkers = alone: the machine to itself\n"
    )
    for path in small.rglob("*.ipynb"):
        path.unlink()

    def run(text, *for_pytest, **variables):
        (small / "tests" / "guide" / "test_a.py").write_text(text)
        plugins = "xdist.plugin,nbval_options"
        return run_in(small, repository, plugins, for_pytest, variables)

    return run


PASSING = """
import pytest
def test_one(): pass
def test_key():
    import os
    assert "GEMINI_API_KEY" not in os.environ
@pytest.mark.alone
def test_two():
    import os
    assert "PYTEST_XDIST_WORKER" not in os.environ
"""


def test_all_tests_run_and_the_exit_code_says_so(run_small):
    """Two runs, no key, and one line of counts at the end."""
    done = run_small(PASSING, GEMINI_API_KEY="real")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().splitlines()[-1] == "3 passed, 0 failed, 0 skipped"


def test_a_failure_in_the_first_run_is_not_lost(run_small):
    """The second run passes; options behind two dashes have reached pytest."""
    done = run_small(PASSING + "\ndef test_bad(): assert False\n", "-k", "bad or two")
    assert done.returncode == 1
    assert "test_a: test_bad" in done.stdout
    assert done.stdout.rstrip().endswith("1 passed, 1 failed, 0 skipped")


LATE_ONCE = """
from pathlib import Path
def test_late():
    been_here = Path(__file__).with_suffix(".been-here")
    was_here = been_here.exists()
    been_here.touch()
    assert was_here
def test_beside(): pass
"""


def test_what_passes_when_it_is_run_again_counts_and_is_named(run_small):
    """A machine that was busy for a moment fails nobody, and nobody is deceived."""
    done = run_small(LATE_ONCE)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.rstrip().splitlines()
    heading = "Unsteady (failed once and passed when it was run again, by itself):"
    assert lines[lines.index(heading) + 1] == "  tests.guide.test_a: test_late"
    assert lines[-1] == "2 passed, 0 failed, 0 skipped"


def test_many_failures_are_not_run_again(run_small, small):
    """They have another reason than a busy machine."""
    for number in range(7):
        bad = small / "tests" / "guide" / f"test_bad_{number}.py"
        bad.write_text("def test_bad(): assert False\n")
    done = run_small(PASSING)
    assert done.returncode == 1
    assert "by themselves" not in done.stdout
    assert done.stdout.rstrip().endswith("3 passed, 7 failed, 0 skipped")


@pytest.mark.parametrize(("files", "exit_code"), [(3, 0), (4, 1)])
def test_more_than_three_unsteady_files_are_no_success(
    run_small, small, files, exit_code
):
    """So many are not explained by a machine that was busy for a moment."""
    for number in range(files - 1):
        (small / "tests" / "guide" / f"test_late_{number}.py").write_text(LATE_ONCE)
    done = run_small(LATE_ONCE)
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert ("4 files are unsteady." in done.stdout) == bool(exit_code)
    assert ("All is well" in done.stdout) == (not exit_code)
    assert " 0 failed, 0 skipped" in done.stdout.splitlines()[-1]


def test_clients_that_passed_are_left_out_and_the_summary_says_so(run_small, small):
    """The second run of the same has the other tests alone."""
    for name, text in (
        ("live_emulator/emulator.py", ""),
        ("tests/clients/environments.py", ""),
        ("tests/clients/test_one.py", "def test_one(): pass"),
        ("pyproject.toml", '[project]\ndependencies = ["aiohttp"]\n'),
    ):
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_text(text)
    first, second = (run_small("def test_other(): pass").stdout for _ in range(2))
    assert "tests/clients was left out" not in first
    assert first.splitlines()[-1] == "2 passed, 0 failed, 0 skipped"
    assert "tests/clients was left out, because it passed on 2" in second
    assert second.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


PYTHON_TEST = """
from pathlib import Path
def test_it():
    been_here = Path({file!r})
    was_here = been_here.exists()
    been_here.touch()
    assert was_here and {passes}
"""
JAVASCRIPT_TEST = """
import assert from "node:assert";
import {{ existsSync, writeFileSync }} from "node:fs";
import test from "node:test";
test("it", () => {{
  const wasHere = existsSync({file!r});
  writeFileSync({file!r}, "");
  assert.ok(wasHere && {passes});
}});
"""
CELL = """
from pathlib import Path
been_here = Path({file!r})
was_here = been_here.exists()
been_here.touch()
print(was_here and {passes})
"""


def plant(folder, kind, file, passes):
    """Write something that fails at first, and again unless it `passes`.

    Returns its path in the repository and its name in a summary.
    """
    if kind == "python":
        text = PYTHON_TEST.format(file=file, passes=passes)
        path, name = "tests/guide/test_planted.py", "tests.guide.test_planted: test_it"
    elif kind == "javascript":
        text = JAVASCRIPT_TEST.format(file=file, passes=str(passes).lower())
        path = "tests/guide/planted.test.mjs"
        name = "tests.guide.planted.test.mjs: planted.test"
    else:
        source = CELL.format(file=file, passes=passes)
        cell = nbformat.v4.new_code_cell(source, execution_count=1)
        cell.outputs = [nbformat.v4.new_output("stream", text="True\n")]
        text = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
        path, name = "chapter_01/planted.ipynb", "chapter_01.planted.ipynb: Cell 0"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")
    return path, name


@pytest.fixture
def run_planted(tmp_path, repository):
    """Return what plants kinds of tests and runs them beside one that passes.

    The settings and the conftest are those of this repository. Returns what was said,
    the exit code, and the names of what was planted.
    """
    for name in (
        *("pyproject.toml", "tests/conftest.py", "tests/nbval_sanitize.cfg"),
        "tests/page_server.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(repository / name, tmp_path / name)
    (tmp_path / "tests/test_beside.py").write_text("def test_beside(): pass")
    # jsonschema does without this module, which takes two seconds to load.
    (tmp_path / "rfc3987_syntax.py").write_text("raise ImportError")
    (tmp_path / "nbval_options.py").write_text(NBVAL_OPTIONS)

    def run(*kinds, passes):
        planted = [
            plant(tmp_path, kind, str(tmp_path / f"been-here-{kind}"), passes)
            for kind in kinds
        ]
        nbval = "nbval.plugin" if "notebook" in kinds else "nbval_options"
        plugins = f"xdist.plugin,{nbval},pytest_asyncio.plugin,pytest_timeout"
        parts = ["beside", *(path for path, _ in planted)]
        done = run_in(tmp_path, repository, plugins, parts=parts)
        assert "could not be run again" not in done.stdout
        names = sorted(f"  {name}" for _, name in planted)
        return done.stdout.splitlines(), done.returncode, names

    return run


@pytest.mark.parametrize("kind", ["python", "javascript", "notebook"])
def test_what_fails_once_is_unsteady_whatever_it_is(run_planted, kind):
    """It alone is run again, without a file beside it that brings the settings."""
    said, exit_code, names = run_planted(kind, passes=True)
    assert exit_code == 0, said
    heading = "Unsteady (failed once and passed when it was run again, by itself):"
    at = said.index(heading) + 1
    assert said[at : at + 1] == names
    assert "What failed:" not in said
    assert said[-1] == "2 passed, 0 failed, 0 skipped"


def test_what_fails_twice_has_failed_whatever_it_is(run_planted):
    """Each is named, and the exit code says so."""
    kinds = ("python", "javascript", "notebook")
    said, exit_code, names = run_planted(*kinds, passes=False)
    assert exit_code == 1, said
    at = said.index("What failed:") + 1
    assert sorted(said[at : at + 3]) == names
    assert said[-1] == "1 passed, 3 failed, 0 skipped"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0, 0], 0),
        ([0, 5], 0),
        ([5, 0], 0),
        ([5, 5], 5),
        ([1, 0], 1),
        ([0, 1], 1),
        ([2, 1], 2),
        ([5, 4], 4),
    ],
)
def test_one_exit_code_stands_for_all_runs(codes, expected):
    """A run without tests is fine, as long as another had some."""
    assert exit_code_of(codes) == expected


def test_what_is_quick_is_there(repository):
    """Each place where `--quick` looks, the page it takes and the rules it leaves."""
    for pattern in QUICK:
        assert list(repository.glob(pattern)), pattern
    assert (repository / QUICK_PAGE).is_file()
    assert (repository / SLOW_RULES).is_file()


@pytest.mark.parametrize(
    ("option", "name", "value"),
    [
        ("--quick", "quick", True),
        ("--no-clients", "clients", False),
        ("--all", "everything", True),
    ],
)
def test_how_much_runs_is_said_in_one_option(option, name, value, capsys):
    """Two of them contradict each other."""
    assert getattr(parse(["test", option])[0], name) is value
    assert getattr(parse(["test"])[0], name) is not value
    other = "--quick" if option != "--quick" else "--all"
    with pytest.raises(SystemExit):
        parse(["test", option, other])
    assert "not allowed with argument" in capsys.readouterr().err
