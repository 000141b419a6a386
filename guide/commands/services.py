"""The servers of the guide as processes: started together, ended in order."""

import contextlib
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guide.commands.ports import answer_of
from guide.commands.problems import Problem
from guide.commands.processes import end_group, group_options, kill_group

__all__ = ["Service", "Services"]

POLL_S = 0.1
PATIENCE_S = 8.0
"""How long a server may take to end when asked."""

READY_WITHIN_S = 90.0
"""How long a server may take to start, on a slow disk with a cold cache."""


@dataclass
class Service:
    """One server."""

    name: str
    """As it stands in a sentence, for example "The emulator"."""
    command: Sequence[str]
    ready_url: str
    """Answers with a JSON object once the server is up."""
    environment: Mapping[str, str]
    log: Path
    """Gets all output; its last lines are shown if the server dies."""
    farewell: urllib.request.Request | None = None
    """Asks the server to end, where an interrupt alone is not clean."""
    is_ready: bool = field(default=False, init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, folder: Path) -> None:
        """Start it in a folder; returns before it is ready."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **group_options(),
            )

    def check(self) -> None:
        """Notice that it became ready, or that it died.

        Raises:
            Problem: It died; the text holds its last words.

        """
        assert self.process is not None
        exit_code = self.process.poll()
        if exit_code is not None:
            words = "\n".join(f"  {line}" for line in self._last_words())
            when = "stopped" if self.is_ready else "could not start"
            raise Problem(
                f"{words}\n{self.name} {when} (exit code {exit_code}), so everything "
                f"was ended. All it said is in {self.log}."
            )
        if not self.is_ready and answer_of(self.ready_url) is not None:
            self.is_ready = True

    def stop(self) -> None:
        """End it and everything it started; returns when all is gone."""
        if self.process is None:
            return
        if self.process.poll() is None and self.farewell is not None:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with contextlib.suppress(OSError):
                opener.open(self.farewell, timeout=2.0).close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE_S)
        end_group(self.process, patience_s=PATIENCE_S)

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            kill_group(self.process)

    def _last_words(self) -> list[str]:
        try:
            text = self.log.read_text("utf-8", "replace")
        except OSError:
            return []
        return [line for line in text.splitlines() if line.strip()][-6:]


class Services:
    """All servers of one run; a context manager that leaves none behind."""

    def __init__(self, services: Sequence[Service], folder: Path) -> None:
        self._services = services
        self._folder = folder

    def __enter__(self) -> "Services":
        try:
            for service in self._services:
                service.start(self._folder)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def watch(self, on_ready: Callable[[Service], None]) -> None:
        """Wait until somebody interrupts; report each server when it is ready.

        Raises:
            Problem: A server died or takes too long to start.
            KeyboardInterrupt: The reader wants to stop.

        """
        deadline_s = time.monotonic() + READY_WITHIN_S
        while True:
            for service in self._services:
                was_ready = service.is_ready
                service.check()
                if service.is_ready and not was_ready:
                    on_ready(service)
            waiting = [one for one in self._services if not one.is_ready]
            if waiting and time.monotonic() > deadline_s:
                raise Problem(
                    f"{waiting[0].name} did not get ready within "
                    f"{READY_WITHIN_S:.0f} s. What it said is in {waiting[0].log}."
                )
            time.sleep(POLL_S if waiting else 2 * POLL_S)

    def stop(self) -> None:
        """End all, the last started first; at a second interrupt all at once."""
        try:
            for service in reversed(self._services):
                service.stop()
        except KeyboardInterrupt:
            for service in self._services:
                service.kill()
