"""Function calls: which are open, and what an answer to one means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from live_emulator.brain.types import Call, Result
from live_emulator.protocol.models import Behaviour

__all__ = ["Answer", "Scheduling", "ToolCalls", "content_of"]


class Scheduling(Enum):
    """When the model takes up the result of a call it did not wait for."""

    INTERRUPT = "INTERRUPT"
    WHEN_IDLE = "WHEN_IDLE"
    SILENT = "SILENT"


@dataclass(frozen=True)
class Answer:
    """The client's answer to one call."""

    result: Result
    blocking: bool
    scheduling: Scheduling


@dataclass
class ToolCalls:
    """All calls of a session that are not finished."""

    several_results: bool = True
    """After an interim result the model still waits for the final one."""
    _open: dict[str, tuple[Call, Behaviour]] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    """Answered or cancelled: a late answer to one of these changes nothing."""
    _continued: set[str] = field(default_factory=set)
    """Open calls that had an interim result."""

    @property
    def pending(self) -> tuple[Call, ...]:
        """Calls without a final answer."""
        return tuple(call for call, _ in self._open.values())

    @property
    def blocking(self) -> tuple[Call, ...]:
        """Pending calls that the model waits for."""
        return tuple(
            call
            for call, behaviour in self._open.values()
            if behaviour is Behaviour.BLOCKING
        )

    def open(self, call: Call, behaviour: Behaviour) -> None:
        """Note a call that is being sent."""
        self._open[call.id] = (call, behaviour)

    def cancel(self, calls: Sequence[Call]) -> None:
        """Give calls up."""
        for call in calls:
            del self._open[call.id]
            self._over.add(call.id)

    def answer(self, response: Mapping[str, Any]) -> Answer | None:
        """Return what one functionResponse means, None if nothing.

        An answer without an id is matched by its name (Vertex allows it). One that
        belongs to no open call is ignored (observed on 3.8, 3 of 3: pipecat PR 5497;
        older reports, generative-ai-js #487 among them, saw a close with 1008 now and
        then).
        """
        call_id = response.get("id") or self._find_by_name(response.get("name", ""))
        if call_id not in self._open:
            return None
        call, behaviour = self._open[call_id]
        content = content_of(response)
        background = behaviour is Behaviour.NON_BLOCKING
        # Documented: ignored for calls that the model waits for.
        continues = background and bool(response.get("willContinue"))
        if not continues or not self.several_results:
            del self._open[call_id]
            self._over.add(call_id)
        if continues:
            self._continued.add(call_id)
        elif call_id in self._continued and not content:
            # Documented: it ends the series, and "may" be answered all the same.
            return None
        # The documentation's older form has the scheduling inside the response.
        scheduling = _scheduling(
            response.get("scheduling") or content.get("scheduling")
        )
        return Answer(
            Result(
                call.name,
                {key: value for key, value in content.items() if key != "scheduling"},
                call_id,
                background and scheduling is Scheduling.SILENT,
            ),
            not background,
            scheduling,
        )

    def knows(self, response: Mapping[str, Any]) -> bool:
        """Return whether an answer belongs to a call of this session, over or not."""
        call_id = response.get("id") or self._find_by_name(response.get("name", ""))
        return call_id in self._open or call_id in self._over

    def _find_by_name(self, name: str) -> str:
        for call_id, (call, _) in self._open.items():
            if call.name == name:
                return call_id
        return ""


def content_of(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a functionResponse answers; what is no object becomes one."""
    content = response.get("response")
    return content if isinstance(content, dict) else {"output": content}


def _scheduling(value: Any) -> Scheduling:
    """Return the scheduling that is asked for, WHEN_IDLE by default."""
    try:
        return Scheduling(value)
    except ValueError:
        return Scheduling.WHEN_IDLE
