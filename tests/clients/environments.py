"""Environments of clients that can't share ours, made once in the user's cache.

python -m tests.clients.environments            make what every run of the tests needs
python -m tests.clients.environments --all      and old versions and frameworks
python -m tests.clients.environments NAME ...   make these

Python environments come from `requirements/NAME.txt`, constrained by the versions
in `requirements/NAME.lock`; those for node from `node/NAME/package.json` and its
lock file. One of them, `emulator-tests`, also has what `pip install .` would get with
the emulator, and waits for the emulator itself. They lie outside the repository, in a
folder whose name changes with what is to be installed, so a present one is complete
and up to date. Nothing else installs anything: tests only look for what is there.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import platformdirs

__all__ = [
    "EMULATOR_TESTS",
    "CannotInstall",
    "Environment",
    "NotInstalled",
    "find",
    "install",
]

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CACHE = Path(platformdirs.user_cache_dir("live_emulator", appauthor=False)) / "clients"

EMULATOR_TESTS = "emulator-tests"
"""The environment in which the emulator is installed, as its users would."""

ALWAYS = (
    *("google-genai-3", "google-genai-2", "google-adk", "node-genai-3"),
    EMULATOR_TESTS,
)
"""What every run of the tests needs."""

_PIP = (
    *("install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--retries=1", "--no-compile"),  # most modules are never imported
)
_NPM = ("ci", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
_NO_NETWORK = (
    r"name resolution|Name or service not known|nodename nor servname|getaddrinfo|"
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|"
    r"Connection refused|Network is unreachable|Max retries exceeded|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT"
)


class CannotInstall(Exception):
    """An environment can't be made here; says why."""


class NotInstalled(Exception):
    """An environment was not made yet; says how."""


@dataclass(frozen=True)
class Environment:
    """A folder with a client in it, and what runs programs there."""

    folder: Path
    interpreter: Path

    def command(self, program: Path) -> list[str]:
        """Return the command that runs a program with this client."""
        return [str(self.interpreter), str(program)]


def names() -> list[str]:
    """Return the names of all environments."""
    python = [path.stem for path in (HERE / "requirements").glob("*.txt")]
    node = [f"node-{path.parent.name}" for path in HERE.glob("node/*/package.json")]
    return sorted(python + node)


def find(name: str) -> Environment:
    """Return an environment that is there.

    Raises:
        NotInstalled: It is not.

    """
    folder = _folder(name)
    if not folder.is_dir():
        option = "" if name in ALWAYS else " --all"
        raise NotInstalled(
            f"The environment {name} is not there; this makes it: "
            f"python3 guide.py test clients{option}"
        )
    if not _is_node(name):
        return Environment(folder, _interpreter(folder))
    node = shutil.which("node")
    if node is None:
        raise NotInstalled("node is missing. Get it from https://nodejs.org")
    return Environment(folder, Path(node))


def install(name: str) -> bool:
    """Make an environment unless it is there; return whether it was made.

    It is filled under another name and renamed when it is complete, so a folder
    of this name is never half of one. Environments work under any name, except
    for scripts in `bin`, which nothing here uses.

    Raises:
        CannotInstall: pip or npm could not fill it.

    """
    final = _folder(name)
    if final.is_dir():
        return False
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"draft-{name}-", dir=CACHE))
    try:
        (_install_node if _is_node(name) else _install_python)(name, draft / "new")
        try:
            (draft / "new").rename(final)
        except OSError:
            if not final.is_dir():  # nobody else was quicker
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in CACHE.glob(f"{name}-{'?' * _DIGEST_LETTERS}"):
        if old != final:
            shutil.rmtree(old, ignore_errors=True)
    return True


_DIGEST_LETTERS = 12


def _folder(name: str) -> Path:
    digest = hashlib.sha256()
    for file in _sources(name):
        digest.update(file.read_bytes())
    digest.update(repr(_packages_of_emulator(name)).encode())
    if not _is_node(name):
        # Its packages may be compiled for this Python alone.
        digest.update(f"{sys.version} {sys.platform}".encode())
    return CACHE / f"{name}-{digest.hexdigest()[:_DIGEST_LETTERS]}"


def _sources(name: str) -> list[Path]:
    if _is_node(name):
        folder = HERE / "node" / name.removeprefix("node-")
        return [folder / "package.json", folder / "package-lock.json"]
    folder = HERE / "requirements"
    return [folder / f"{name}.txt", folder / f"{name}.lock"]


def _is_node(name: str) -> bool:
    return name.startswith("node-")


def _install_python(name: str, folder: Path) -> None:
    requirements, lock = _sources(name)
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    # Our pip fills it: one of its own would take longer than most clients.
    pip = [sys.executable, "-m", "pip", "--python", str(_interpreter(folder)), *_PIP]
    emulator = _packages_of_emulator(name)
    _run([*pip, *emulator, "-r", str(requirements), "-c", str(lock)])


def _packages_of_emulator(name: str) -> list[str]:
    """Return what the emulator is built with and needs, for the one that has it."""
    if name != EMULATOR_TESTS:
        return []
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    needed: list[str] = project["project"]["dependencies"]
    return project["build-system"]["requires"] + needed


def _install_node(name: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise CannotInstall("npm is missing. Get it with node from https://nodejs.org")
    folder.mkdir()
    for file in _sources(name):
        shutil.copy(file, folder)
    _run([npm, *_NPM], folder)


def _interpreter(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PIP_USER": "0", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise CannotInstall(_reason(Path(command[0]).stem, done.stdout))


def _reason(program: str, output: str) -> str:
    """Return in a sentence why pip or npm failed."""
    if re.search(_NO_NETWORK, output):
        return "there is no way to the package index. Check the network connection."
    lines = output.strip().splitlines() or ["nothing"]
    errors = [line for line in lines if "error" in line.lower()]
    return f"{program} says: {(errors or lines)[-1].strip()}"


def main(arguments: Sequence[str]) -> int:
    """Make environments, two at a time, and say what was made."""
    known = names()
    wanted: Iterable[str] = arguments or ALWAYS
    if "--all" in wanted:
        wanted = known
    for name in wanted:
        if name not in known:
            sentence = f"There is no environment {name!r}. There are:"
            print(sentence, ", ".join(known), file=sys.stderr)
            return 2
    missing = [name for name in wanted if not _folder(name).is_dir()]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(_make_and_say, missing))
    return 0 if all(results) else 1


def _make_and_say(name: str) -> bool:
    started_s = time.monotonic()
    try:
        install(name)
    except (CannotInstall, OSError) as problem:
        print(f"The environment {name} could not be made: {problem}", flush=True)
        return False
    elapsed_s = time.monotonic() - started_s
    print(f"The environment {name} is ready ({elapsed_s:.0f} s).", flush=True)
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
