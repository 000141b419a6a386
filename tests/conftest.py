"""What all tests share: a clean environment, a browser, tests in JavaScript."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from guide.backend_choice import isolate
from guide.commands.browser import find_browser
from guide.commands.system_packages import find_node

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

REPOSITORY = Path(__file__).resolve().parent.parent

BROWSER_ARGUMENTS = (
    "--no-sandbox",  # containers run tests as root
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


WEIGHTS = {
    "tests/clients/": 4,
    ".ipynb": 4,
    "::ipynb::": 4,
    "tests/test_javascript_types.py": 3,
    "tests/chapter_": 3,
    "page.py": 2,
    "tests/guide/test_commands": 2,
    "tests/live_emulator/": 1,
}
"""What kinds of files take how long, roughly; those named first decide."""

QUICK_PAGE = Path("tests/chapter_03/test_page.py")
SLOW_RULES = Path("tests/test_javascript_types.py")
SLOW_FIXTURES = {
    *("emulator", "live", "reachable", "upstream"),
    *("browser", "browser_path", "serve_pages", "jupyterlab"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--target",
        choices=("emulator", "service"),
        default=os.environ.get("LIVE_TEST_TARGET") or "emulator",
        help="what tests/conformance talks to; service takes a key and a network",
    )
    parser.addoption(
        "--quick",
        action="store_true",
        help="leave out what starts a server, a browser or another program, but for "
        "the rules, one page and one notebook",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--target") != "service":
        isolate(os.environ)
    # Jobs in the background of a shell ignore Ctrl-C, and so would all that tests
    # start and interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Let files come first that take long, so that no worker ends with one of them.

    With pytest-xdist's ``--no-loadscope-reorder`` that is the order in which workers
    take them. Within a file nothing changes.
    """
    items.sort(key=lambda item: -_weight(item.nodeid))
    if config.getoption("--quick"):
        left_out = [item for item in items if not _is_quick(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _weight(nodeid: str) -> int:
    return next((weight for words, weight in WEIGHTS.items() if words in nodeid), 0)


def _is_quick(item: pytest.Item) -> bool:
    place = item.path.relative_to(REPOSITORY)
    if place == QUICK_PAGE or place.suffix == ".ipynb" or len(place.parts) == 2:
        return place != SLOW_RULES
    starts_programs = "subprocess" in vars(getattr(item, "module", item))
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return not (starts_programs or fixtures & SLOW_FIXTURES)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collect files of tests in JavaScript, one test each."""
    if file_path.name.endswith(".test.mjs"):
        return JavaScriptFile.from_parent(parent, path=file_path)
    return None


class JavaScriptFile(pytest.File):
    """A file for node's own test runner."""

    def collect(self) -> Iterator[pytest.Item]:
        yield JavaScriptTests.from_parent(self, name=self.path.stem)


class JavaScriptTests(pytest.Item):
    """All tests of one file."""

    def runtest(self) -> None:
        node, sentence = find_node()
        if node is None:
            _missing(sentence)
        done = subprocess.run(
            [str(node), "--test", "--test-reporter=spec", str(self.path)],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if done.returncode != 0:
            raise JavaScriptFailure(done.stdout + done.stderr)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        if isinstance(excinfo.value, JavaScriptFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"node --test {self.path.name}"


class JavaScriptFailure(Exception):
    """What node's test runner printed."""


def _missing(sentence: str) -> None:
    """Skip what this machine can't run; where all must run, fail."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Return a browser that Playwright can drive."""
    path = find_browser()
    if path is None:
        _missing("There is no browser; python3 guide.py test gets one.")
    assert path is not None
    return path


@pytest.fixture(scope="module")
def browser(browser_path: str) -> "Iterator[Browser]":
    """Start a headless browser with a pretended microphone and camera.

    One for each file of tests; such a file can't have coroutines among its tests,
    because Playwright's plain interface keeps an event loop of its own.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_path, args=list(BROWSER_ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    """Open a window without history."""
    fresh = browser.new_context()
    yield fresh
    fresh.close()


@pytest.fixture(scope="module")
def serve_pages() -> Iterator[Any]:
    """Run page servers; they end with the file of tests."""
    from tests.page_server import page_server  # loads more than most tests need

    with contextlib.ExitStack() as stack:
        yield lambda **settings: stack.enter_context(page_server(**settings))
