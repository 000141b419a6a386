"""Ask typed questions in a session whose model may call functions.

It is what the notebook needs of a conversation; `assistant.py` holds a spoken one.
Chapter 7 builds it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from chapter_03.live_events import Event, OutputTranscript, TurnComplete
from chapter_03.live_messages import Message, realtime_text_message, setup_message
from chapter_03.live_socket import LiveSocket
from chapter_07.tool_runner import Call, ToolRunner
from chapter_07.tools import Tools

__all__ = ["TypedTalk", "open_talk", "print_call"]


class TypedTalk:
    """A session, and the calls in it."""

    def __init__(self, socket: LiveSocket, runner: ToolRunner) -> None:
        self.socket, self.runner = socket, runner

    async def say(self, text: str) -> None:
        """Send a question; it interrupts, as a spoken one does."""
        await self.socket.send(realtime_text_message(text))

    async def events(self) -> AsyncIterator[Event]:
        """Yield each event, once the runner has seen it."""
        async for event in self.socket:
            self.runner.receive(event)
            yield event

    async def turn(self) -> str:
        """Return the words of a turn, when it is complete."""
        words = ""
        async for event in self.events():
            if isinstance(event, OutputTranscript):
                words += event.text
            elif isinstance(event, TurnComplete):
                break
        return words


def print_call(call: Call) -> None:
    """Print what has become of a call."""
    print(call.name, call.state)


@asynccontextmanager
async def open_talk(
    live: Any,
    tools: Tools,
    *,
    more: Sequence[Message] = (),
    log: Any = None,
    ask: Callable[[Call], Awaitable[bool]] | None = None,
    on_change: Callable[[Call], object] = lambda call: None,
    within_s: float = 60.0,
) -> AsyncIterator[TypedTalk]:
    """Open a session with transcripts, and end all calls when the block ends.

    Args:
        live: What `backend.ensure` returns.
        tools: The functions.
        more: Tools that the service runs itself: ``{"googleSearch": {}}``.
        log: A `WireLog`.
        ask: As for `ToolRunner`.
        on_change: As for `ToolRunner`.
        within_s: `TimeoutError` is raised in the block after so long.

    """
    declared = [tools.message] if len(tools) else []
    setup = setup_message(
        live.live_model,
        tools=[*declared, *more],
        transcribe_input=True,
        transcribe_output=True,
    )
    how = {"headers": live.headers(), "ssl": live.ssl_context()}
    connecting = LiveSocket.connect(live.websocket_url(), setup, log=log, **how)
    async with asyncio.timeout(within_s), connecting as socket:
        async with ToolRunner(
            tools, socket.send, ask=ask, on_change=on_change
        ) as runner:
            yield TypedTalk(socket, runner)
