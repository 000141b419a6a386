"""Run the calls of one session side by side, and answer each of them exactly once.

Calls and cancellations go in; what comes out goes to the socket. Every call ends in
one of four ways: answered, cancelled by the model, left unanswered because the
session ended first, or ignored because its id was used before. Chapter 7 builds its
heart; tool-runner.js is its twin.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chapter_03.live_events import Event, ToolCall, ToolCallCancellation
from chapter_03.live_messages import Message, tool_response_message
from chapter_03.live_socket import LiveClosed
from chapter_07.tools import Result, Tools

__all__ = ["Call", "CallState", "ToolRunner"]

MOST_RUNNING = 16
"""More calls than that wait for their turn."""

MOST_PENDING = 64
"""More than that are refused at once: a model that calls in a loop is stopped."""

GRACE_S = 1.0
"""How long functions that were cancelled may take to clean up."""

CallState = Literal[
    "waiting", "asking", "running", "answered", "failed", "cancelled", "unsent"
]
"""`failed` is answered, too, with an error; `unsent` found the session closed."""

PENDING: tuple[CallState, ...] = ("waiting", "asking", "running")

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Call:
    """One call of a function, and what has become of it."""

    id: str
    """Empty if the service gives none (Vertex AI may)."""
    name: str
    arguments: Mapping[str, Any]
    started_s: float
    """On the clock of the event loop, as are all times here."""
    state: CallState = "waiting"
    result: Result | None = None
    """What the model was told last."""
    ended_s: float | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the model may still be told something."""
        return self.state in PENDING


class ToolRunner:
    """Runs the calls of one session; an async context manager.

    At its end everything that still runs is cancelled, and nothing is left behind but
    threads of functions that can't be stopped.
    """

    def __init__(
        self,
        tools: Tools,
        send: Callable[[Message], Awaitable[object]],
        *,
        ask: Callable[[Call], Awaitable[bool]] | None = None,
        on_change: Callable[[Call], object] = lambda call: None,
    ) -> None:
        """Take what is needed to run and to answer.

        Args:
            tools: The functions.
            send: `LiveSocket.send`, or what stands in for it.
            ask: Asks the user before a function that needs consent. Without it, such
                functions are refused.
            on_change: Is told of each change of a call's state, and of progress.

        """
        self._tools = tools
        self._send = send
        self._ask = ask
        self._on_change = on_change
        self._tasks: dict[Call, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(MOST_RUNNING)
        self._is_closed = False
        self.calls: dict[str, Call] = {}
        """Every call of this session, by its id, oldest first; those without one
        have a key of their own."""

    async def __aenter__(self) -> "ToolRunner":
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()

    def receive(self, event: Event) -> Call | None:
        """Take in an event; those that are not about calls do nothing.

        Returns:
            The call that begins; None if none does.

        """
        if isinstance(event, ToolCallCancellation):
            for id in event.ids:
                self.cancel(id)
        if not isinstance(event, ToolCall) or self._is_closed:
            return None
        if event.id in self.calls:
            log.warning("The id %s was used before; the call is ignored.", event.id)
            return None
        now_s = asyncio.get_running_loop().time()
        call = Call(event.id, event.name, event.args, now_s)
        self.calls[call.id or f"call {len(self.calls)} without an id"] = call
        is_full = len(self._tasks) >= MOST_PENDING
        work = self._refuse(call) if is_full else self._run(call)
        task = asyncio.create_task(work, name=f"tool {call.name}")
        self._tasks[call] = task
        task.add_done_callback(lambda _: self._tasks.pop(call, None))
        self._on_change(call)
        return call

    def cancel(self, id: str) -> None:
        """Stop a call whose result is no longer wanted; it will not be answered.

        A coroutine sees `asyncio.CancelledError` at its next ``await``, and can undo
        what it has begun. Unknown ids, and calls that have ended, are left alone.
        """
        call = self.calls.get(id)
        if call is None or not call.is_pending:
            return
        self._end(call, "cancelled")
        if task := self._tasks.get(call):
            task.cancel()

    async def close(self) -> None:
        """End everything; no call is answered afterwards."""
        self._is_closed = True
        tasks = list(self._tasks.values())
        for call in self.calls.values():
            if call.is_pending:
                self._end(call, "unsent")
        for task in tasks:
            task.cancel()
        if tasks:
            _, stubborn = await asyncio.wait(tasks, timeout=GRACE_S)
            for task in stubborn:
                log.error("%s does not end although it was cancelled.", task.get_name())

    async def _run(self, call: Call) -> None:
        async with self._places:
            if await self._may_run(call):
                self._change(call, "running")

                async def report(result: Result) -> None:
                    await self._answer(call, result)

                result = await self._tools.run(call.name, call.arguments, report)
            else:
                result = Result({"error": "The user does not want that."})
        await self._answer(call, result)

    async def _refuse(self, call: Call) -> None:
        message = f"Over {MOST_PENDING} calls are waiting. Wait for their results."
        await self._answer(call, Result({"error": message}))

    async def _may_run(self, call: Call) -> bool:
        tools, name = self._tools, call.name
        if name not in tools or not tools[name].needs_consent:
            return True
        if tools.fault_in(name, call.arguments):
            return True  # the user isn't asked about what can't run; the model is told
        if self._ask is None:
            return False
        self._change(call, "asking")
        try:
            return await self._ask(call)
        except Exception:
            # The user could not be asked, and silence is not consent.
            log.exception("The user could not be asked about %s.", call.name)
            return False

    async def _answer(self, call: Call, result: Result) -> None:
        """Tell the model, unless it no longer wants to know."""
        if not call.is_pending:
            return
        call.result = result
        if result.is_final:
            # Before sending, so that a cancellation meanwhile comes too late.
            self._end(call, "failed" if result.has_failed else "answered")
        else:
            self._on_change(call)
        try:
            await self._send(tool_response_message(result.answer(call.id, call.name)))
        except LiveClosed:
            # The task that receives from the socket says why it was closed.
            self._end(call, "unsent")
            if task := self._tasks.get(call):
                task.cancel()

    def _end(self, call: Call, state: CallState) -> None:
        call.ended_s = asyncio.get_running_loop().time()
        self._change(call, state)

    def _change(self, call: Call, state: CallState) -> None:
        call.state = state
        self._on_change(call)
