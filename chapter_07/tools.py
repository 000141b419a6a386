"""Functions that the model may call: declared, checked, run, answered.

A `Tools` knows functions and runs one call of one of them. Whatever happens in a
function, what comes back is a response that the model can speak about. Running the
calls of a session, several at a time, is the business of `tool_runner`. Chapter 7
builds its heart; tools.js is its twin for the page.
"""

import asyncio
import contextlib
import contextvars
import functools
import inspect
import logging
import queue
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar, overload

import pydantic_core

from chapter_03.live_messages import Message, function_response
from chapter_07.declarations import (
    Declaration,
    InvalidArguments,
    NotDeclarable,
    Progress,
    declare,
)

__all__ = [
    "MOST_RESULT_BYTES",
    "Progress",
    "Reply",
    "Report",
    "Result",
    "Scheduling",
    "Tool",
    "ToolError",
    "Tools",
]

MOST_RESULT_BYTES = 64_000
"""A longer result becomes an error: it would fill the model's context, and nobody
wants to have it read out."""

MOST_IDLE_THREADS = 16
"""More threads of plain functions than these end when they have nothing to do."""

Scheduling = Literal["INTERRUPT", "WHEN_IDLE", "SILENT"]
"""When the model speaks about a result: at once, when it has finished what it is
saying, or never (it only learns of it)."""

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

Report = Callable[["Result"], Awaitable[object]]

log = logging.getLogger(__name__)


class ToolError(Exception):
    """A function can't do what it is asked for; the model is told just these words.

    Any other exception is taken for a defect: it is logged, and the model is told its
    type, too.
    """


@dataclass(frozen=True)
class Reply:
    """What a function returns to say when the model is to speak about it."""

    value: Any
    scheduling: Scheduling


@dataclass(frozen=True)
class Result:
    """What the model is told of a call; a call may have several, the last is final."""

    response: Mapping[str, Any]
    """A JSON object; ``{"error": ...}`` if the call failed."""
    scheduling: Scheduling | None = None
    is_final: bool = True

    @property
    def has_failed(self) -> bool:
        """Whether the function did not do what it was called for."""
        return "error" in self.response

    def answer(self, id: str, name: str) -> Message:
        """Return it as one of the responses of a `tool_response_message`."""
        more = None if self.is_final else True
        answer = function_response(
            id, name, self.response, scheduling=self.scheduling, will_continue=more
        )
        if not id:
            del answer["id"]
        return answer


@dataclass(frozen=True)
class Tool:
    """A function, and how it is to be called."""

    function: Function
    declaration: Declaration
    in_background: bool | None = None
    scheduling: Scheduling | None = None
    timeout_s: float = 10.0
    needs_consent: bool = False

    @property
    def message(self) -> Message:
        """The declaration for the setup."""
        message = self.declaration.message
        if self.in_background is not None:
            behavior = "NON_BLOCKING" if self.in_background else "BLOCKING"
            message["behavior"] = behavior
        return message


class Tools:
    """The functions that a model may call."""

    def __init__(self, *functions: Function) -> None:
        """Take functions as they are; `add` takes those that need settings.

        Raises:
            NotDeclarable: One of them can't be described to the model.

        """
        self._tools: dict[str, Tool] = {}
        for function in functions:
            self.add(function)

    @overload
    def add(self, function: F) -> F: ...

    @overload
    def add(
        self,
        function: None = None,
        *,
        name: str | None = None,
        in_background: bool | None = None,
        scheduling: Scheduling | None = None,
        timeout_s: float = 10.0,
        needs_consent: bool = False,
    ) -> Callable[[F], F]: ...

    def add(
        self,
        function: Any = None,
        *,
        name: str | None = None,
        in_background: bool | None = None,
        scheduling: Scheduling | None = None,
        timeout_s: float = 10.0,
        needs_consent: bool = False,
    ) -> Any:
        """Add a function; a decorator, with settings in parentheses or without.

        Args:
            function: Plain functions run in a thread, coroutines on the event loop.
                One with a parameter of type `Progress` can report how far it is.
            name: What the model calls it by; its own name if left out.
            in_background: The model goes on talking while it runs, or waits for it;
                None leaves it to the model. Models up to 3.1 wait, those from 3.8 on
                go on (documented).
            scheduling: When the model speaks of a result of the background.
            timeout_s: It is given up after so long.
            needs_consent: The user is asked before it runs.

        Raises:
            NotDeclarable: It can't be described to the model, its name is taken, or it
                reports progress without being a coroutine.

        """
        if function is None:
            return lambda it: self.add(
                it,
                name=name,
                in_background=in_background,
                scheduling=scheduling,
                timeout_s=timeout_s,
                needs_consent=needs_consent,
            )
        declaration = declare(function, name=name)
        if declaration.progress and not inspect.iscoroutinefunction(function):
            raise NotDeclarable(
                f"{declaration.name} reports progress, so it has to be async."
            )
        tool = Tool(
            function,
            declaration,
            in_background=in_background,
            scheduling=scheduling,
            timeout_s=timeout_s,
            needs_consent=needs_consent,
        )
        self.include(tool)
        return function

    def include(self, tool: Tool) -> None:
        """Add a tool that was made elsewhere, by `mcp_tools` for example.

        Raises:
            NotDeclarable: There is a function of that name already.

        """
        name = tool.declaration.name
        if name in self._tools:
            raise NotDeclarable(f"There are two functions named {name}.")
        self._tools[name] = tool

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    @property
    def message(self) -> Message:
        """All declarations, for ``tools`` of `setup_message`."""
        return {"functionDeclarations": [tool.message for tool in self._tools.values()]}

    def fault_in(self, name: str, arguments: Mapping[str, Any]) -> Result | None:
        """Return what the model is to be told of a call that can't run, if it can't."""
        checked = self._checked(name, arguments)
        return checked if isinstance(checked, Result) else None

    def _checked(
        self, name: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Result:
        """Return the arguments as the function takes them, or what is wrong."""
        tool = self._tools.get(name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return _error(f"There is no function {name!r}. There are: {known}.")
        try:
            return tool.declaration.arguments(arguments)
        except InvalidArguments as invalid:
            return _error(str(invalid))

    async def run(
        self,
        name: str,
        arguments: Mapping[str, Any],
        report: Report | None = None,
    ) -> Result:
        """Run one call, and return what the model is to be told of it.

        A function that fails in any way gives a result with an error; only
        cancellation is passed on.

        Args:
            name: What the model called.
            arguments: As the model sent them.
            report: Is awaited with each result before the last (`Progress`).

        """
        checked = self._checked(name, arguments)
        if isinstance(checked, Result):
            return checked
        tool = self._tools[name]
        limit = asyncio.timeout(tool.timeout_s)
        try:
            async with limit:
                value = await _call(tool, checked, report)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something that the function waited for was cancelled, not the call.
            return _error(f"{name} was cancelled.")
        except SystemExit as error:
            return _error(f"{name} failed: SystemExit: {error}")
        except ToolError as error:
            return _error(str(error))
        except Exception as error:
            if limit.expired():
                return _error(f"{name} took longer than {tool.timeout_s:g} s.")
            # The developer sees the traceback, the model the reason.
            log.exception("The function %s failed.", name)
            return _error(f"{name} failed: {type(error).__name__}: {error}")
        return _result(tool, value)


async def _call(tool: Tool, arguments: Mapping[str, Any], report: Report | None) -> Any:
    """Call a function, plain or async, and return what it returns."""
    given = dict(arguments)
    if name := tool.declaration.progress:

        async def progress(value: Any) -> None:
            if report:
                result = _result(tool, value)
                await report(Result(result.response, result.scheduling, False))

        given[name] = progress
    if inspect.iscoroutinefunction(tool.function):
        return await tool.function(**given)
    value = await _in_thread(tool.function, given)
    return await value if inspect.isawaitable(value) else value


async def _in_thread(function: Function, arguments: Mapping[str, Any]) -> Any:
    """Run a plain function where it holds nothing up.

    A thread can't be stopped. One that is given up goes on by itself, and its result
    is dropped; as a daemon it does not keep the program from ending, which threads of
    `asyncio.to_thread` would.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def settle(value: Any, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is None:
            outcome.set_result(value)
        else:
            outcome.set_exception(error)

    def work() -> Callable[[], object]:
        value: Any = None
        error: Exception | None = None
        try:
            value = context.run(function, **arguments)
        except Exception as raised:
            error = raised
        except BaseException as raised:
            error = RuntimeError(repr(raised))  # sys.exit ends the call, nothing more
        if isinstance(error, StopIteration):
            error = RuntimeError(repr(error))  # a future can't hold one
        return functools.partial(loop.call_soon_threadsafe, settle, value, error)

    _Worker.for_job().jobs.put(work)
    return await outcome


class _Worker:
    """A thread that does one job after the other, because starting one takes long."""

    _idle: ClassVar[deque["_Worker"]] = deque()

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[Callable[[], Callable[[], object]]]
        self.jobs = queue.SimpleQueue()
        threading.Thread(target=self._work, name="tools", daemon=True).start()

    @classmethod
    def for_job(cls) -> "_Worker":
        """Return one that has nothing to do."""
        try:
            return cls._idle.pop()
        except IndexError:
            return cls()

    def _work(self) -> None:
        is_needed = True
        while is_needed:
            tell = self.jobs.get()()
            is_needed = len(self._idle) < MOST_IDLE_THREADS
            if is_needed:
                self._idle.append(self)  # first, so that the next call finds it
            with contextlib.suppress(RuntimeError):  # the event loop has closed
                tell()
            del tell  # and with it the result


def _result(tool: Tool, value: Any) -> Result:
    """Turn what a function returned into what can be sent."""
    scheduling = tool.scheduling
    if isinstance(value, Reply):
        value, scheduling = value.value, value.scheduling
    name = tool.declaration.name
    try:
        data = pydantic_core.to_json(value, inf_nan_mode="null")
    except (pydantic_core.PydanticSerializationError, ValueError, RecursionError):
        log.error("%s returned a %s, which is not JSON.", name, type(value).__name__)
        return _error(f"{name} returned something that can't be sent.", scheduling)
    if len(data) > MOST_RESULT_BYTES:
        return _error(
            f"The result of {name} is too long to be sent: {len(data):,} bytes of "
            f"{MOST_RESULT_BYTES:,}. Ask for less.",
            scheduling,
        )
    plain = pydantic_core.from_json(data)
    if not isinstance(plain, dict):
        # An empty response may leave the user without any answer.
        plain = {"result": "done" if plain is None else plain}
    return Result(plain or {"result": "done"}, scheduling)


def _error(message: str, scheduling: Scheduling | None = None) -> Result:
    return Result({"error": message}, scheduling)
