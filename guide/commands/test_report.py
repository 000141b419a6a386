"""Count what pytest reported, and say it in a few lines."""

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["MOST_UNSTEADY_FILES", "Report", "Test", "read_report", "summary"]

MOST_UNSTEADY_FILES = 3
"""A busy machine explains as many; with more, something else is wrong."""
NAMED_FAILURES = 30
NAMED_PARTS = 10

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Test:
    """What became of one test, a cell of a notebook, or a file of JavaScript."""

    name: str
    """Where to look: file or class, and test."""
    file: str
    """Relative to the repository; empty if pytest did not say."""
    outcome: Outcome
    seconds: float = 0.0

    __test__ = False  # to pytest, which takes it for a class of tests


@dataclass
class Report:
    """What one run of pytest came to."""

    name: str
    tests: dict[str, Test] = field(default_factory=dict)
    seconds: float = 0.0
    unsteady: list[Test] = field(default_factory=list)
    """What failed at first and passed when it was run again (`settle`)."""
    remarks: list[str] = field(default_factory=list)
    """Sentences about this run that belong in the summary."""

    @property
    def failures(self) -> list[str]:
        """The tests that failed."""
        return [test.name for test in self._that("failed")]

    @property
    def failed_files(self) -> list[str]:
        """The files that hold them, each once."""
        return _files(self._that("failed"))

    @property
    def unsteady_files(self) -> list[str]:
        """The files that hold what is unsteady, each once."""
        return _files(self.unsteady)

    def count(self, outcome: Outcome) -> int:
        """Return how many tests came to this."""
        return len(self._that(outcome))

    def seconds_of_files(self) -> Counter[str]:
        """Return how long each file took, its fixtures included."""
        seconds: Counter[str] = Counter()
        for test in self.tests.values():
            seconds[test.file] += test.seconds  # type: ignore[assignment]
        return seconds

    def settle(self, again: "Report", exit_code: int) -> None:
        """Take what a second run of the failed files came to.

        A failure is taken back only if the same test ran again and passed; what
        fails now for the first time counts too. A second run that pytest could not
        carry out, as its exit code tells, changes nothing.
        """
        self.seconds += again.seconds
        if exit_code not in (0, 1):
            self.remarks.append(
                f"{self.name}: what failed could not be run again; pytest ended with "
                f"exit code {exit_code}."
            )
            return
        for name, test in again.tests.items():
            before = self.tests.get(name)
            if before is None or before.outcome == "failed":
                if test.outcome == "passed" and before is not None:
                    self.unsteady.append(test)
                if test.outcome != "skipped":
                    self.tests[name] = test
            elif test.outcome == "failed":
                self.tests[name] = test

    def _that(self, outcome: Outcome) -> list[Test]:
        return [test for test in self.tests.values() if test.outcome == outcome]


def _files(tests: Sequence[Test]) -> list[str]:
    return list(dict.fromkeys(test.file for test in tests if test.file))


def read_report(name: str, path: Path) -> Report:
    """Read a JUnit file; an empty report if pytest left none."""
    report = Report(name)
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return report
    for suite in root.iter("testsuite"):
        report.seconds += float(suite.get("time", 0))
    for case in root.iter("testcase"):
        test = _read_test(case)
        before = report.tests.get(test.name)
        # A test that passes has a second entry if its clean-up fails.
        if before is None or before.outcome != "failed":
            report.tests[test.name] = test
    return report


def _read_test(case: ElementTree.Element) -> Test:
    kinds = {child.tag for child in case}
    outcome: Outcome = "passed"
    if kinds & {"failure", "error"}:
        outcome = "failed"
    elif "skipped" in kinds:
        outcome = "skipped"
    place = case.get("classname") or case.get("file", "")
    file = case.get("file", "").replace("\\", "/")
    if "site-packages" in file:
        # Inherited from a library, such as hypothesis's tests of states.
        parts = case.get("classname", "").split(".")
        names = [n for n, part in enumerate(parts, 1) if part.startswith("test_")]
        file = "/".join(parts[: names[-1]]) + ".py" if names else ""
    return Test(
        name=f"{place}: {case.get('name')}",
        file=file,
        outcome=outcome,
        seconds=float(case.get("time", 0)),
    )


def summary(
    reports: Sequence[Report],
    exit_code: int,
    seconds: float,
    remarks: Sequence[str] = (),
) -> Iterator[str]:
    """Yield the closing lines; the last is one that machines read too."""
    yield from _slowest(reports)
    failures = [line for report in reports for line in report.failures]
    if failures:
        yield "What failed:"
        for line in failures[:NAMED_FAILURES]:
            yield f"  {line}"
        if len(failures) > NAMED_FAILURES:
            yield f"  and {len(failures) - NAMED_FAILURES} more"
    if unsteady := [test.name for report in reports for test in report.unsteady]:
        yield "Unsteady (failed once and passed when it was run again, by itself):"
        yield from (f"  {line}" for line in unsteady)
    for report in reports:
        yield f"{report.name}: {len(report.tests)} tests in {report.seconds:.0f} s"
    yield from remarks
    for report in reports:
        yield from report.remarks
    passed, failed, skipped = (
        sum(report.count(outcome) for report in reports)
        for outcome in ("passed", "failed", "skipped")
    )
    files = {file for report in reports for file in report.unsteady_files}
    if not passed + failed:
        yield "No test was run."
    elif exit_code == 0:
        yield f"All is well, in {seconds:.0f} s."
    elif not failed and len(files) > MOST_UNSTEADY_FILES:
        yield (
            f"{len(files)} files are unsteady. A busy machine explains "
            f"{MOST_UNSTEADY_FILES} at most, so this is no success."
        )
    elif not failed:
        yield f"pytest ended with exit code {exit_code}, which is not a success."
    yield f"{passed} passed, {failed} failed, {skipped} skipped"


def _slowest(reports: Sequence[Report]) -> Iterator[str]:
    seconds: Counter[str] = Counter()
    for report in reports:
        seconds.update(report.seconds_of_files())
    slowest = [(file, s) for file, s in seconds.most_common(NAMED_PARTS) if s >= 1]
    if slowest:
        yield "What took longest:"
        yield from (f"  {spent:4.0f} s  {file}" for file, spent in slowest)
