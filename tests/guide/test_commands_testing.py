import os
import subprocess
import sys
import textwrap

import pytest

from guide.commands.browser import BROWSER_VARIABLE
from guide.commands.problems import Problem
from guide.commands.test_report import Report, read_report, summary
from guide.commands.testing import exit_code_of, targets_for


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
<testcase classname="tests.a" name="one"/>
<testcase classname="tests.a" name="two"><failure/></testcase>
<testcase classname="tests.a" name="three"><error/></testcase>
<testcase classname="tests.a" name="four"><skipped/></testcase>
</testsuite></testsuites>"""


def test_the_report_counts_what_pytest_recorded(tmp_path):
    """Errors count as failures, which are named."""
    path = tmp_path / "r.xml"
    path.write_text(JUNIT)
    report = read_report("units", path)
    assert (report.passed, report.failed, report.skipped) == (1, 2, 1)
    assert report.failures == ["tests.a: two", "tests.a: three"]
    assert report.seconds == 2.5
    assert read_report("units", tmp_path / "missing.xml") == Report("units")


def test_the_last_line_of_the_summary_has_the_counts_of_all_runs():
    """Machines read it, so it has one form."""
    reports = [Report("a", passed=3, skipped=1), Report("b", passed=2)]
    lines = list(summary(reports, 0, 12.3))
    assert lines[-2:] == ["All is well, in 12 s.", "5 passed, 0 failed, 1 skipped"]


def test_the_summary_names_failures_and_other_reasons():
    """A run that broke off is no success, even if no test failed."""
    failed = Report("a", failed=40, failures=[f"x: {n}" for n in range(40)])
    lines = list(summary([failed], 1, 1.0))
    assert "  x: 0" in lines
    assert "  and 10 more" in lines
    assert not any("All is well" in line for line in lines)
    broken = list(summary([Report("a", passed=1)], 3, 1.0))
    assert any("exit code 3" in line for line in broken)
    assert "No test was run." in list(summary([Report("a")], 5, 1.0))


# There is no notebook in the small repository: it is enough that nbval's options are
# known. Nbval itself takes a second to load, in every process of every run.
NBVAL_OPTIONS = """
def pytest_addoption(parser):
    for name in ("--nbval", "--nbval-current-env"):
        parser.addoption(name, action="store_true")
    for name in ("cell-timeout", "kernel-startup-timeout", "sanitize-with"):
        parser.addoption(f"--nbval-{name}")
"""


@pytest.fixture
def run_small(small, repository):
    """Run the test command, with this very Python, on the small repository."""
    (small / "nbval_options.py").write_text(NBVAL_OPTIONS)
    (small / "pytest.ini").write_text(
        "[pytest]\nmarkers = alone: the machine to itself\n"
    )
    for path in small.rglob("*.ipynb"):
        path.unlink()
    program = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(repository)!r})
        from guide.commands.console import Console
        from guide.commands.testing import run_tests
        sys.exit(run_tests(Path({str(small)!r}), [], sys.argv[1:], Console(),
                           install=False))
        """
    )

    # These runs of pytest are not to know that they stand in another.
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_")
    }

    quick = {
        BROWSER_VARIABLE: "none is needed",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "xdist.plugin,nbval_options",
    }

    def run(text, *for_pytest, **variables):
        (small / "tests" / "guide" / "test_a.py").write_text(text)
        return subprocess.run(
            [sys.executable, "-c", program, *for_pytest],
            cwd=small,
            env=outside | quick | variables,
            capture_output=True,
            text=True,
        )

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
    been_here = Path(__file__).with_name("been-here")
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
    heading = "What failed once and passed when it was run again, by itself:"
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
