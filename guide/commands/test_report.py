"""Count what pytest reported, and say it in a few lines."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Report", "read_report", "summary"]

NAMED_FAILURES = 30


@dataclass
class Report:
    """What one run of pytest came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    """Where to look: file or class, and test."""
    failed_files: list[str] = field(default_factory=list)
    """The files that hold them, relative to the repository, each once."""
    unsteady: list[str] = field(default_factory=list)
    """What failed at first and passed when it was run again (`settle`)."""

    def settle(self, again: "Report") -> None:
        """Take what a second run of the failed files came to."""
        self.unsteady += [one for one in self.failures if one not in again.failures]
        self.passed += self.failed - again.failed
        self.failed = again.failed
        self.failures = again.failures
        self.seconds += again.seconds


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
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            report.failed += 1
            report.failures.append(f"{case.get('classname')}: {case.get('name')}")
            file = case.get("file", "")
            if file and file not in report.failed_files:
                report.failed_files.append(file)
        elif "skipped" in kinds:
            report.skipped += 1
        else:
            report.passed += 1
    return report


def summary(reports: Sequence[Report], exit_code: int, seconds: float) -> Iterator[str]:
    """Yield the closing lines; the last is one that machines read too."""
    passed = sum(report.passed for report in reports)
    failed = sum(report.failed for report in reports)
    skipped = sum(report.skipped for report in reports)
    failures = [line for report in reports for line in report.failures]
    if failures:
        yield "What failed:"
        for line in failures[:NAMED_FAILURES]:
            yield f"  {line}"
        if len(failures) > NAMED_FAILURES:
            yield f"  and {len(failures) - NAMED_FAILURES} more"
    if unsteady := [line for report in reports for line in report.unsteady]:
        yield "What failed once and passed when it was run again, by itself:"
        yield from (f"  {line}" for line in unsteady)
    for report in reports:
        count = report.passed + report.failed + report.skipped
        yield f"{report.name}: {count} tests in {report.seconds:.0f} s"
    if not passed + failed:
        yield "No test was run."
    elif exit_code == 0:
        yield f"All is well, in {seconds:.0f} s."
    elif not failed:
        yield f"pytest ended with exit code {exit_code}, which is not a success."
    yield f"{passed} passed, {failed} failed, {skipped} skipped"
