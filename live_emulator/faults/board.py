"""Which faults wait for which session: those of an emulator as a whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from live_emulator.errors import EmulatorError
from live_emulator.faults.plan import FaultPlan
from live_emulator.protocol.fault import Fault, Scope

__all__ = ["FaultBoard", "FaultySession", "NoSuchSession"]


class NoSuchSession(EmulatorError, LookupError):
    """A fault was meant for a session that is not, or no longer, there."""


class FaultySession(Protocol):
    """A session that runs, as the board needs it."""

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set in it and may still happen."""
        ...

    def set_fault(self, fault: Fault) -> None:
        """Set one more."""
        ...

    def clear_faults(self) -> None:
        """Forget all of them."""
        ...


@dataclass(eq=False)
class _Waiting:
    """A fault for sessions to come."""

    fault: Fault
    left: int | None
    """Connections it may still happen to; None for any number."""

    def is_for(self, number: int) -> bool:
        return self.fault.session in (None, number)


class FaultBoard:
    """The faults that wait, and the sessions that run.

    Sessions are known by their number: 1 is the emulator's first connection,
    refused ones included.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self._seed = seed
        self._waiting = [_wait(fault) for fault in faults]
        self._running: dict[int, FaultySession] = {}
        self._latest = 0

    # --- what a connection asks

    def refusal(self, number: int) -> Fault | None:
        """Return the fault by which a new connection is refused, if it is."""
        self._latest = max(self._latest, number)
        for waiting in self._waiting_for(number, "refuse"):
            self._use(waiting)
            return waiting.fault
        return None

    def plan(self, number: int, on_applied: Callable[[Fault], None]) -> FaultPlan:
        """Return the faults of a new session."""
        self._latest = max(self._latest, number)
        faults = []
        for waiting in list(self._waiting):
            if not waiting.is_for(number) or waiting.fault.name == "refuse":
                continue
            faults.append(waiting.fault)
            if waiting.fault.kind.scope is Scope.CONNECTION:
                self._use(waiting)
        return FaultPlan(faults, seed=f"{self._seed}/{number}", on_applied=on_applied)

    def join(self, number: int, session: FaultySession) -> None:
        """Note that a session runs."""
        self._running[number] = session

    def leave(self, number: int) -> None:
        """Note that it is over."""
        del self._running[number]

    # --- what a person asks

    @property
    def running(self) -> list[int]:
        """The numbers of the sessions that run."""
        return sorted(self._running)

    def inject(self, fault: Fault, session: int | None = None) -> int | None:
        """Set a fault while the emulator runs.

        Without a session it is set in the newest one, or, if it happens to
        connections, for those to come.

        Returns:
            The number of the session it was set in; None if it waits for one.

        Raises:
            NoSuchSession: There is none.

        """
        number = fault.session if session is None else session
        if fault.kind.scope is Scope.CONNECTION:
            if number is not None and number <= self._latest:
                raise NoSuchSession(
                    f"Connection {number} has been made already, and {fault.name} "
                    f"happens to new ones; the next is number {self._latest + 1}."
                )
            if number is not None:
                fault = fault.in_session(number)
        elif session is not None or number is None or number <= self._latest:
            return self._set(fault, number)
        self._waiting.append(_wait(fault))
        return None

    def _set(self, fault: Fault, number: int | None) -> int:
        if number is None:
            number = max(self._running, default=0)
        session = self._running.get(number)
        if session is None:
            raise NoSuchSession(self._nobody(fault, number))
        session.set_fault(fault)
        return number

    def _nobody(self, fault: Fault, number: int) -> str:
        if not self._running and number:
            return f"There is no session {number} open; none is open now."
        if not self._running:
            return (
                f"No session is open that {fault.name} could happen to. Connect a "
                "client first, or set the fault when the emulator starts."
            )
        open_now = ", ".join(str(one) for one in self.running)
        return f"There is no session {number} open; open now: {open_now}."

    def clear(self) -> int:
        """Forget every fault; return how many there were."""
        count = len(self.active())
        self._waiting.clear()
        for session in self._running.values():
            session.clear_faults()
        return count

    def active(self) -> list[tuple[Fault, int | None]]:
        """Return the faults that may still happen, and the session each is set in.

        Those that wait for new sessions have none.
        """
        found: list[tuple[Fault, int | None]] = [
            (waiting.fault, None) for waiting in self._waiting
        ]
        for number in self.running:
            found += [(fault, number) for fault in self._running[number].faults]
        return found

    def _waiting_for(self, number: int, name: str) -> list[_Waiting]:
        return [
            waiting
            for waiting in self._waiting
            if waiting.fault.name == name and waiting.is_for(number)
        ]

    def _use(self, waiting: _Waiting) -> None:
        if waiting.left is not None:
            waiting.left -= 1
            if waiting.left <= 0:
                self._waiting.remove(waiting)


def _wait(fault: Fault) -> _Waiting:
    counted = fault.kind.scope is Scope.CONNECTION
    return _Waiting(fault, fault.times if counted else None)
