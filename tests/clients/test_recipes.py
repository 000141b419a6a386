"""TESTING.md: its tests run where nothing but `pip install .` was, and prove something.

Everything is as its reader would have it: an environment with the emulator installed,
the packages that the page names, and the files that the page shows.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.conftest import Find
from tests.clients.environments import EMULATOR_TESTS, REPOSITORY

PAGE = (REPOSITORY / "live_emulator" / "TESTING.md").read_text("utf-8")

_PIP = (
    *("install", "--quiet", "--no-index", "--no-build-isolation"),
    *("--no-compile", "--disable-pip-version-check"),
)
_MUTANTS_PATIENCE_S = 5.0
"""How long the tests of applications that are wrong wait for what never comes."""


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


FILES = {
    found[1]: code
    for code in blocks("python")
    if (found := re.match(r"# (\w+\.py)\n", code))
}
"""What the page shows, by the names in the first lines."""
RECIPES = [name for name in FILES if f"test_{name}" in FILES]


@dataclass(frozen=True)
class Mutant:
    """An application of the page with a mistake in it, and how its test complains."""

    file: str
    right: str
    wrong: str
    complaint: str


MUTANTS = {
    "it reads only the beginning of the answer": Mutant(
        "ask.py",
        'words += content.output_transcription.text or ""',
        "return content.output_transcription.text",
        "assert 'It is' == 'It is sunny.'|assert 'It' == 'It is sunny.'",
    ),
    "it stays after GoAway": Mutant(
        "assistant.py",
        "if message.go_away:",
        "if False:",
        "APIError: 1008 None. Connection aborted because the client failed to close",
    ),
    "it comes back without the handle": Mutant(
        "assistant.py",
        "self.handle = update.new_handle",
        "pass",
        r"assert \{\} == \{'handle'|KeyError: 'sessionResumption'",
    ),
    "it plays what was interrupted": Mutant(
        "talk.py",
        "speaker.get_nowait()",
        "break",
        r"Not there: .*speaker.empty\(\)",
    ),
    "it waits for ever": Mutant(
        "persistent.py",
        "asyncio.timeout(patience_s)",
        "asyncio.timeout(None)",
        "TimeoutError",
    ),
    "it goes down with its function": Mutant(
        "thermometer.py",
        "except Exception as problem:",
        "except ZeroDivisionError as problem:",
        "KeyError: 'Atlantis'",
    ),
    "it forgets which call it answers": Mutant(
        "thermometer.py",
        "id=call.id, name=call.name",
        'id="1", name=call.name',
        "Requested entity was not found",
    ),
}


@dataclass(frozen=True)
class Fresh:
    """An environment of its own, with the emulator installed into it."""

    python: Path
    packages: Path

    def start(self, *arguments: str, folder: Path) -> "subprocess.Popen[str]":
        """Start Python there, in a folder in which nothing of the repository is."""
        hidden = ("PYTHONPATH", "PYTEST_ADDOPTS", "VIRTUAL_ENV")
        hidden += ("PYTHONDONTWRITEBYTECODE",)  # packages are imported again and again
        variables = {k: v for k, v in os.environ.items() if k not in hidden}
        return subprocess.Popen(
            [str(self.python), *arguments],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, folder: Path) -> str:
        """Run Python there; return what it printed."""
        process = self.start(*arguments, folder=folder)
        output, _ = process.communicate(timeout=90)
        assert process.returncode == 0, output
        return output


@pytest.fixture(scope="module")
def fresh(environment_of: Find, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Make an environment and install the emulator there, as it is now.

    Without a network: the packages it needs lie in the cache, where `pip` finds them
    installed already. Would one be missing from pyproject.toml, `pip` would complain.
    """
    base = environment_of(EMULATOR_TESTS)
    folder = tmp_path_factory.mktemp("fresh")
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    python = folder / base.interpreter.relative_to(base.folder)
    packages, others = (
        Path(sysconfig.get_path("purelib", vars={"base": str(one)}, scheme="venv"))
        for one in (folder, base.folder)
    )
    (packages / "packages.pth").write_text(f"{others}\n", "utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), *_PIP, "."]
    done = subprocess.run(pip, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Fresh(python, packages)


@pytest.fixture(scope="module")
def outputs(
    fresh: Fresh, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Run the page's tests, and those of the mutants; return what pytest said."""
    right = tmp_path_factory.mktemp("recipes")
    for name, code in FILES.items():
        (right / name).write_text(code, "utf-8")
    wrong = tmp_path_factory.mktemp("mutants")
    for number, mutant in enumerate(MUTANTS.values()):
        module = mutant.file.removesuffix(".py")
        renamed = f"{module}_{number}"
        code = FILES[mutant.file].replace(mutant.right, mutant.wrong)
        (wrong / f"{renamed}.py").write_text(code, "utf-8")
        test = FILES[f"test_{mutant.file}"].replace(
            f"from {module} ", f"from {renamed} "
        )
        test = test.replace("timeout(10)", f"timeout({_MUTANTS_PATIENCE_S})")
        (wrong / f"test_{renamed}.py").write_text(test, "utf-8")
    (wrong / "conftest.py").write_text(
        "from live_emulator import LiveApi\n"
        f"LiveApi.timeout_s = {_MUTANTS_PATIENCE_S}\n",
        "utf-8",
    )
    processes = []
    for folder in (right, wrong):
        [settings] = blocks("toml")
        (folder / "pyproject.toml").write_text(settings, "utf-8")
        options = ("-m", "pytest", "-v", "-p", "no:cacheprovider")
        processes.append(fresh.start(*options, folder=folder))
    try:
        first, second = (process.communicate(timeout=100)[0] for process in processes)
        yield first, second
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_the_page_has_five_recipes():
    """Each has an application and a test, both of them short."""
    assert len(RECIPES) == 5
    assert {mutant.file for mutant in MUTANTS.values()} == set(RECIPES)
    for name in RECIPES:
        assert len(FILES[name].splitlines()) <= 45
        assert len(FILES[f"test_{name}"].splitlines()) <= 32


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_passes(name, outputs):
    """The page's test passes with the page's application."""
    assert re.search(rf"^test_{name}::\w+ PASSED", outputs[0], re.MULTILINE), outputs[0]


def test_nothing_else_happens(outputs):
    """All of them pass without a warning, with the fixture that pip installed."""
    assert re.search(r"=+ 6 passed in ", outputs[0]), outputs[0]
    assert "live-emulator-" in outputs[0]


@pytest.mark.parametrize("name", MUTANTS)
def test_the_mutant_fails(name, outputs):
    """An application that is wrong is found out by the page's test."""
    number = list(MUTANTS).index(name)
    mutant = MUTANTS[name]
    assert FILES[mutant.file].count(mutant.right) == 1
    module = f"test_{mutant.file.removesuffix('.py')}_{number}.py"
    report = outputs[1]
    assert re.search(rf"^{module}::\w+ FAILED", report, re.MULTILINE), report
    headings = re.split(r"^_+ (?=test_\w+ _+$)", report, flags=re.MULTILINE)
    [failure] = [part for part in headings[1:] if re.search(rf"{module}:\d", part)]
    assert re.search(mutant.complaint, failure), failure


def test_the_output_on_the_page(outputs):
    """What the page shows of a failure is what a reader sees, but for the times."""
    [shown] = blocks("text")

    def plain(text: str) -> str:
        text = re.sub(r"test_talk\w*", "test_talk", text)
        text = re.sub(r"it is open|the client closed it with \d+", "ENDED", text)
        return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?", "N", text)).strip()

    assert plain(shown) in plain(outputs[1])


def test_the_commands():
    """What the page has a reader install is what the tests install."""
    commands = "".join(blocks("sh")).splitlines()
    assert commands[0] == "pip install ."
    listed = REPOSITORY / "tests/clients/requirements" / f"{EMULATOR_TESTS}.txt"
    names = re.findall(r"^[\w-]+", listed.read_text("utf-8"), re.MULTILINE)
    assert commands[1:] == [f"pip install {' '.join(names)}"]


IMPORT_ALL = """
import importlib, pkgutil, runpy, sys, warnings
warnings.simplefilter("error")
import live_emulator
optional = sys.argv[1:]
for module in pkgutil.walk_packages(live_emulator.__path__, "live_emulator."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as missing:
            if missing.name not in optional:
                raise
print(live_emulator.__file__)
sys.argv[1:] = ["--version"]
runpy.run_module("live_emulator", run_name="__main__")
"""


def test_everything_is_importable(fresh, tmp_path):
    """Each module is found where pip put it, with the packages it needs.

    But for those that need what is optional. The script that pip made is the same
    program as the module.
    """
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    extras = project["project"].get("optional-dependencies", {}).values()
    packages = re.findall(r"'([\w-]+)", repr(list(extras)))
    optional = [name.replace("-", "_") for name in packages]
    output = fresh.run("-c", IMPORT_ALL, *optional, folder=tmp_path)
    path, version = output.splitlines()
    assert Path(path) == fresh.packages / "live_emulator" / "__init__.py"
    name = "live-emulator.exe" if os.name == "nt" else "live-emulator"
    script = [fresh.python.with_name(name), "--version"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == version


def test_what_pip_installed(fresh):
    """It is the emulator, all of its files, and none of the guide's."""
    source = REPOSITORY / "live_emulator"
    expected = {
        path.relative_to(REPOSITORY).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    [record] = fresh.packages.glob("live_emulator-*.dist-info/RECORD")
    listed = {
        line.rpartition(",sha256=")[0] for line in record.read_text().splitlines()
    }
    installed = {path for path in listed if path.startswith("live_emulator/")}
    assert installed == expected
    others = {path.split("/")[0] for path in listed - installed} - {""}
    assert all(name == ".." or name.endswith(".dist-info") for name in others), others
    for name in ("py.typed", "TESTING.md", "inspector/page/index.html"):
        assert f"live_emulator/{name}" in installed
