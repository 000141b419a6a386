"""`python3 guide.py`: the emulator, the pages and JupyterLab, until Ctrl-C."""

import contextlib
import json
import os
import secrets
import sys
import threading
import urllib.request
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guide.chapters import Chapter, Server, chapters_with_server
from guide.commands.backend_question import ask_backend
from guide.commands.console import Console
from guide.commands.environment import Environment
from guide.commands.locks import port_lock
from guide.commands.ports import answer_of, is_taken
from guide.commands.problems import Problem
from guide.commands.services import Service, Services

__all__ = ["StartOptions", "server_option", "start"]


@dataclass(frozen=True)
class StartOptions:
    """What the reader asked for."""

    page_port: int = 8080
    emulator_port: int = 9099
    notebook_port: int = 8888
    server_ports: Mapping[str, int] = field(default_factory=dict)
    """Ports of chapters' servers by the chapter's folder, where they differ from
    what `guide.chapters` announces."""
    backend: str | None = None
    open_browser: bool = True
    install: bool = True
    """Otherwise the interpreter that runs this is used as it is."""

    def port_of(self, chapter: Chapter, server: Server) -> int:
        """Return the port of a chapter's server."""
        return self.server_ports.get(chapter.folder, server.port)


def start(repository: Path, options: StartOptions, console: Console) -> None:
    """Run the guide until it is interrupted.

    Raises:
        Problem: Something is missing, taken or dead.

    """
    with contextlib.ExitStack() as locks:
        for port in sorted({options.page_port, options.notebook_port}):
            if not locks.enter_context(port_lock(port)):
                _refuse_taken_ports(options, repository)
                raise _being_started(options)
        _start(repository, options, console, locks)


def _start(
    repository: Path,
    options: StartOptions,
    console: Console,
    locks: contextlib.ExitStack,
) -> None:
    servers = _refuse_taken_ports(options, repository)
    python = Path(sys.executable)
    environment = Environment(repository, console)
    if options.install:
        environment.prepare("requirements.txt")
        python = environment.python
    kind, description = ask_backend(repository, python, options.backend)
    console.say(description)
    run = _Run(repository, environment.folder, python, options)
    services = [
        run.pages(kind),
        *(run.server(kind, chapter, server) for chapter, server in servers),
        run.notebooks(kind),
    ]
    port = options.emulator_port
    if kind == "emulator" and not _emulator_runs(port):
        # Another guide that starts right now, with other ports, may bring it.
        if locks.enter_context(port_lock(port)):
            services.insert(0, run.emulator())
    console.say("Starting ...")

    said: set[str] = set()

    def on_ready(service: Service) -> None:
        console.say(f"  {service.name} is ready: {run.shown_urls[service.name]}")
        if service.name == PAGES and options.open_browser and PAGES not in said:
            _open_browser(run.shown_urls[PAGES])
        said.add(service.name)
        say_when_complete()

    def on_trouble(text: str) -> None:
        console.say(text)
        say_when_complete()

    def say_when_complete() -> None:
        is_complete = not any(one.state == "starting" for one in services)
        if is_complete and CTRL_C not in said:
            said.add(CTRL_C)
            console.say(CTRL_C)

    with Services(services, repository) as running:
        try:
            running.watch(on_ready, on_trouble)
        except KeyboardInterrupt:
            console.say("Stopping ...")
    console.say("Everything is stopped.")


EMULATOR, PAGES, NOTEBOOKS = "The emulator", "The home page", "JupyterLab"
CTRL_C = "Press Ctrl-C to stop everything."


class _Run:
    """Commands, addresses and secrets of one run."""

    def __init__(
        self, repository: Path, folder: Path, python: Path, options: StartOptions
    ) -> None:
        self._repository = repository
        self._python = str(python)
        self._options = options
        self._state = folder / "guide"
        self._token = secrets.token_urlsafe(24)
        self._pass = secrets.token_urlsafe(24)
        self._pages_url = f"http://localhost:{options.page_port}"
        self._notebooks_url = f"http://localhost:{options.notebook_port}"
        self._emulator_url = f"http://127.0.0.1:{options.emulator_port}"
        self.shown_urls = {
            EMULATOR: self._emulator_url,
            PAGES: f"{self._pages_url}/?pass={self._pass}",
            NOTEBOOKS: f"{self._notebooks_url}/lab?token={self._token}",
        }
        self._servers = [
            {
                "chapter": chapter.number,
                "url": f"http://localhost:{options.port_of(chapter, server)}",
                "health": server.health,
            }
            for chapter, server in chapters_with_server(repository)
        ]

    def emulator(self) -> Service:
        return Service(
            EMULATOR,
            [
                *(self._python, "-m", "live_emulator"),
                *("--port", str(self._options.emulator_port)),
            ],
            ready_url=f"{self._emulator_url}/emulator",
            environment=self._variables("emulator"),
            log=self._log("emulator"),
        )

    def pages(self, kind: str) -> Service:
        return Service(
            PAGES,
            [
                *(self._python, "-m", "guide.pages"),
                *("--port", str(self._options.page_port)),
            ],
            ready_url=f"{self._pages_url}/api/status",
            environment={
                **self._variables(kind),
                **self._surroundings(),
                "LIVE_GUIDE_NOTEBOOK_TOKEN": self._token,
            },
            log=self._log("pages"),
        )

    def server(self, kind: str, chapter: Chapter, server: Server) -> Service:
        port = self._options.port_of(chapter, server)
        name = f"The server of chapter {chapter.number}"
        url = f"http://localhost:{port}"
        self.shown_urls[name] = (
            f"{url}/{chapter.folder + '/' if chapter.has_page else ''}"
        )
        return Service(
            name,
            [self._python, f"{chapter.folder}/{server.script}", "--port", str(port)],
            ready_url=f"{url}{server.health}",
            environment={
                **self._variables(kind),
                **self._surroundings(),
                "LIVE_GUIDE_PAGES": self._pages_url,
            },
            log=self._log(chapter.folder),
            is_vital=False,
        )

    def notebooks(self, kind: str) -> Service:
        command = [
            *(self._python, "-m", "jupyterlab", "--no-browser", "--ip=localhost"),
            f"--port={self._options.notebook_port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self._repository}",
            "--log-level=WARN",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        # The reader's own Jupyter settings (a password, another folder) must not
        # stand in the way, nor ours in theirs.
        state = self._state / "jupyter"
        return Service(
            NOTEBOOKS,
            command,
            ready_url=f"{self._notebooks_url}/api",
            environment={
                **self._variables(kind),
                "JUPYTER_TOKEN": self._token,
                "JUPYTER_CONFIG_PATH": str(self._repository / "guide" / "jupyter"),
                "JUPYTER_CONFIG_DIR": str(state / "config"),
                "JUPYTER_DATA_DIR": str(state / "data"),
                "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
                "JUPYTER_PREFER_ENV_PATH": "1",
            },
            log=self._log("jupyterlab"),
            farewell=urllib.request.Request(
                f"{self._notebooks_url}/api/shutdown",
                method="POST",
                headers={"Authorization": f"token {self._token}"},
            ),
        )

    def _surroundings(self) -> dict[str, str]:
        """Return what servers with pages know of each other."""
        return {
            "LIVE_GUIDE_NOTEBOOKS": self._notebooks_url,
            "LIVE_GUIDE_PASS": self._pass,
            "LIVE_GUIDE_SERVERS": json.dumps(self._servers),
        }

    def _variables(self, kind: str) -> dict[str, str]:
        variables = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        if self._options.backend:
            variables["LIVE_BACKEND"] = self._options.backend
        if kind == "emulator":
            variables["LIVE_EMULATOR_URL"] = self._emulator_url
        return variables

    def _log(self, name: str) -> Path:
        return self._state / f"{name}.log"


def _refuse_taken_ports(
    options: StartOptions, repository: Path
) -> list[tuple[Chapter, Server]]:
    """Return the servers to start; one that was started by hand is used as it is."""
    if is_taken(options.page_port):
        url = f"http://localhost:{options.page_port}"
        status = answer_of(f"{url}/api/status")
        if status is not None and status.get("name") == "live_guide":
            raise Problem(
                f"The guide already runs at {url}. Use it, or stop it with Ctrl-C "
                "where it was started."
            )
        raise _taken(options.page_port, "the pages", "--page-port", 8081)
    if is_taken(options.notebook_port):
        raise _taken(options.notebook_port, "JupyterLab", "--notebook-port", 8889)
    to_start = []
    for chapter, server in chapters_with_server(repository):
        port = options.port_of(chapter, server)
        if not is_taken(port):
            to_start.append((chapter, server))
            continue
        said = answer_of(f"http://localhost:{port}{server.health}")
        if said is None or said.get("name") != chapter.folder:
            raise _taken(
                port,
                f"the server of chapter {chapter.number}",
                server_option(chapter),
                server.port + 100,
            )
    return to_start


def server_option(chapter: Chapter) -> str:
    """Return the option that names the port of a chapter's server."""
    return f"--chapter-{chapter.number:02}-port"


def _emulator_runs(port: int) -> bool:
    """Tell whether somebody started an emulator by hand, to be used as it is."""
    if not is_taken(port):
        return False
    answer = answer_of(f"http://127.0.0.1:{port}/emulator")
    if answer is not None and answer.get("name") == "live_emulator":
        return True
    raise _taken(port, "the emulator", "--emulator-port", 9098)


def _taken(port: int, for_what: str, option: str, example: int) -> Problem:
    return Problem(
        f"Port {port}, meant for {for_what}, is taken by another program. Stop that "
        f"program, or choose another port: python3 guide.py {option} {example}",
        exit_code=2,
    )


def _being_started(options: StartOptions) -> Problem:
    return Problem(
        "The guide is being started, or stopped, in another terminal, with the same "
        f"port ({options.page_port} or {options.notebook_port}). Use that one: its "
        "home page opens when it is ready. Or stop it with Ctrl-C where it was "
        "started, and wait for it to end."
    )


def _open_browser(url: str) -> None:
    # Without a display Python may take a text browser, which takes the terminal.
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
