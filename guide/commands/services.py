"""The servers of the guide as processes: started together, ended in order."""

import contextlib
import subprocess
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from guide.commands.logs import Log
from guide.commands.orphans import OrphanKeeper
from guide.commands.ports import answer_of
from guide.commands.problems import Problem
from guide.commands.processes import end_group, group_options, kill_group

__all__ = ["Service", "Services"]

POLL_S = 0.1
PATIENCE_S = 8.0
"""How long a server may take to end when asked."""

STARTING_PATIENCE_S = 2.0
"""The same for one that is not ready yet, and has nothing to save."""

READY_WITHIN_S = 90.0
"""How long a server may take to start, on a slow disk with a cold cache."""

RESTARTS, RESTARTS_WITHIN_S = 3, 60.0
"""How often a server that dies is started again before it is given up."""


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
    is_vital: bool = True
    """Without it the guide does not start."""
    state: Literal["starting", "ready", "given up"] = field(
        default="starting", init=False
    )
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log: Log = field(init=False)
    _answered: threading.Event = field(init=False)
    _was_ready: bool = field(default=False, init=False)
    _started_s: float = field(default=0.0, init=False)
    _is_late: bool = field(default=False, init=False)
    _restarts_s: deque[float] = field(init=False)

    def __post_init__(self) -> None:
        self._log = Log(self.log)
        self._restarts_s = deque(maxlen=RESTARTS)

    @property
    def is_ready(self) -> bool:
        """Whether it has answered."""
        return self.state == "ready"

    def start(self, folder: Path) -> None:
        """Start it in a folder; returns before it is ready."""
        if self.process is None:
            self._log.start()
        self.process = subprocess.Popen(
            list(self.command),
            cwd=folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            **group_options(),
        )
        assert self.process.stdout is not None
        self._log.follow(self.process.stdout)
        self.state = "starting"
        self._is_late = False
        self._started_s = time.monotonic()
        self._answered = threading.Event()
        threading.Thread(
            target=self._ask, args=(self.process, self._answered), daemon=True
        ).start()

    def became_ready(self) -> bool:
        """Tell, once, that it has answered since it was started."""
        if self.state != "starting" or not self._answered.is_set():
            return False
        self.state = "ready"
        self._was_ready = True
        return True

    def exit_code(self) -> int | None:
        """Return the exit code, if it died and was not given up before."""
        if self.process is None or self.state == "given up":
            return None
        return self.process.poll()

    def give_up(self, exit_code: int) -> str:
        """Start it no more; returns what happened, or raises it.

        Raises:
            Problem: It is vital and never got ready.

        """
        words = self._last_words()
        how = "stopped" if self._was_ready else "could not start"
        text = f"{words}{self.name} {how} (exit code {exit_code})"
        said = f"All it said is in {self.log}."
        if self.is_vital and not self._was_ready:
            raise Problem(f"{text}, so everything was ended. {said}")
        self.state = "given up"
        again = (
            " again and again, and is not started any more" if self._restarts else ""
        )
        return f"{text}{again}. The rest goes on. {said}"

    def restart(self, folder: Path, exit_code: int) -> str | None:
        """Start it once more; returns what happened, or none if it is hopeless."""
        now_s = time.monotonic()
        hopeless = (
            len(self._restarts_s) == RESTARTS
            and now_s - self._restarts_s[0] < RESTARTS_WITHIN_S
        )
        if hopeless or not self._was_ready:
            return None
        words = self._last_words()
        self._restarts_s.append(now_s)
        self.start(folder)
        return (
            f"{words}{self.name} stopped (exit code {exit_code}) and is started again. "
            f"All it said is in {self.log}."
        )

    def lateness(self) -> str | None:
        """Return, once, that it takes too long to start.

        Raises:
            Problem: The guide can't do without it.

        """
        waited_s = time.monotonic() - self._started_s
        if self.state != "starting" or self._is_late or waited_s < READY_WITHIN_S:
            return None
        self._is_late = True
        text = (
            f"{self.name} did not get ready within {READY_WITHIN_S:.0f} s. "
            f"What it said is in {self.log}."
        )
        if self.is_vital and not self._was_ready:
            raise Problem(text)
        return text

    def stop(self) -> None:
        """End it and everything it started; returns when all is gone."""
        if self.process is None:
            return
        if self.is_ready and self.process.poll() is None and self.farewell is not None:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                opener.open(self.farewell, timeout=2.0).close()
                # Only who was told will end by itself.
                self.process.wait(PATIENCE_S)
        patience_s = PATIENCE_S if self.is_ready else STARTING_PATIENCE_S
        end_group(self.process, patience_s=min(patience_s, PATIENCE_S))
        self._log.close()

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            kill_group(self.process)
            self._log.close()

    @property
    def _restarts(self) -> int:
        return len(self._restarts_s)

    def _last_words(self) -> str:
        """Return them with a line each, once all that it started is gone, too."""
        assert self.process is not None
        kill_group(self.process)
        return "".join(f"  {line}\n" for line in self._log.last_words())

    def _ask(
        self, process: "subprocess.Popen[bytes]", answered: threading.Event
    ) -> None:
        """Ask until it answers or ends; one that is slow holds up no other."""
        while process.returncode is None:
            if answer_of(self.ready_url) is not None:
                answered.set()
                return
            time.sleep(POLL_S)


class Services:
    """All servers of one run; a context manager that leaves none behind."""

    def __init__(self, services: Sequence[Service], folder: Path) -> None:
        self._services = services
        self._folder = folder
        self._keeper: OrphanKeeper | None = None

    def __enter__(self) -> "Services":
        try:
            self._keeper = OrphanKeeper()
            for service in self._services:
                self._start(service)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def watch(
        self,
        on_ready: Callable[[Service], None],
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Watch until somebody interrupts.

        A server that dies after it was ready is started again, a few times.

        Args:
            on_ready: Called each time a server has got ready.
            on_trouble: Called with what happened, when the rest goes on.

        Raises:
            Problem: A vital server can't start, or none is left.
            KeyboardInterrupt: The reader wants to stop.

        """
        while True:
            for service in self._services:
                exit_code = service.exit_code()
                if exit_code is not None:
                    on_trouble(self._revive(service, exit_code))
                elif service.became_ready():
                    on_ready(service)
                elif (late := service.lateness()) is not None:
                    on_trouble(late)
            states = {service.state for service in self._services}
            if states == {"given up"}:
                raise Problem("Nothing is left that runs, so everything was ended.")
            time.sleep(POLL_S if "starting" in states else 2 * POLL_S)

    def stop(self) -> None:
        """End all, the last started first; at a second interrupt all at once."""
        try:
            for service in reversed(self._services):
                service.stop()
        except KeyboardInterrupt:
            for service in self._services:
                service.kill()
        finally:
            if self._keeper is not None:
                for service in self._services:
                    self._forget(service)
                self._keeper.close()
                self._keeper = None

    def _start(self, service: Service) -> None:
        service.start(self._folder)
        assert service.process is not None
        if self._keeper is not None:
            self._keeper.add(service.process.pid)

    def _forget(self, service: Service) -> None:
        if self._keeper is not None and service.process is not None:
            self._keeper.remove(service.process.pid)

    def _revive(self, service: Service, exit_code: int) -> str:
        self._forget(service)
        text = service.restart(self._folder, exit_code)
        if text is None:
            return service.give_up(exit_code)
        assert service.process is not None
        if self._keeper is not None:
            self._keeper.add(service.process.pid)
        return text
