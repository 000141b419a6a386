"""One spoken conversation over a plain socket: microphone, loudspeaker, turns.

Each of them is opened elsewhere; here they are wired, as live-chat.js does it in a
page. Chapter 5 uses it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal, Protocol

from chapter_01.exchange import OUTPUT_RATE_HZ
from chapter_02.devices import Input
from chapter_02.playback_buffer import PlaybackBuffer
from chapter_03.live_events import Audio, Event
from chapter_03.live_messages import audio_message
from chapter_03.live_socket import LiveClosed
from chapter_05.turns import Action, Conversation

__all__ = [
    "PATIENCE_S",
    "QUIET_S",
    "BufferPlayer",
    "News",
    "Player",
    "converse",
    "now_ms",
]

QUIET_S = 1.0
"""After a recording and its last answer, so much listening ends the conversation."""

PATIENCE_S = 30.0
"""How long an answer that is still awaited may take then."""

News = tuple[Literal["audible", "drained", "flushed"], float]
"""What a player has to tell: since when an answer is heard (ms on the clock of
`now_ms`), that it was heard to its end, or how much of it was heard (ms)."""


class Player(Protocol):
    """What a conversation needs of a loudspeaker."""

    def play(self, pcm: bytes) -> None:
        """Add a chunk to the answer that is being played, or begin one."""

    def finish(self) -> None:
        """Take the answer for complete."""

    def flush(self) -> None:
        """Forget everything not yet heard."""

    def news(self) -> list[News]:
        """Return what has happened since the last call."""
        ...


class BufferPlayer:
    """Plays into the buffer of a device of chapter 2, and watches it run empty."""

    def __init__(self, buffer: PlaybackBuffer) -> None:
        self._buffer = buffer
        self._news: list[News] = []
        self._added_ms = 0.0
        self._is_complete = True
        self._is_audible = False

    def play(self, pcm: bytes) -> None:
        """Add a chunk to the answer that is being played, or begin one."""
        if self._is_complete:
            self._is_complete, self._is_audible, self._added_ms = False, False, 0.0
        self._added_ms += len(pcm) / 2 / self._buffer.rate_hz * 1000
        self._buffer.add(pcm)

    def finish(self) -> None:
        """Take the answer for complete."""
        self._is_complete = True
        self._buffer.finish()

    def flush(self) -> None:
        """Forget everything not yet heard."""
        heard_ms = self._added_ms - self._buffer.flush()
        self._is_complete, self._added_ms = True, 0.0
        self._news.append(("flushed", max(0.0, heard_ms)))

    def news(self) -> list[News]:
        """Return what has happened since the last call."""
        waiting_ms = self._buffer.waiting_ms
        if not self._is_audible and waiting_ms < self._added_ms:
            self._is_audible = True
            self._news.append(("audible", now_ms()))
        if self._is_complete and self._added_ms and not waiting_ms:
            self._added_ms = 0.0
            self._news.append(("drained", 0.0))
        news, self._news = self._news, []
        return news


async def converse(
    socket: Any,
    microphone: Input,
    player: Player,
    conversation: Conversation,
    *,
    on_chunk: Callable[[bytes], object] = lambda chunk: None,
    on_event: Callable[[Event], object] = lambda event: None,
    is_busy: Callable[[], bool] = lambda: False,
) -> bool:
    """Talk until the microphone's recording and the answers to it are over.

    Args:
        socket: A `LiveSocket`, just opened.
        microphone: Where you speak. One that never ends makes the conversation
            endless; cancel it.
        player: Where the model speaks.
        conversation: Is told of everything, and says what to do.
        on_chunk: Gets each chunk as it was recorded.
        on_event: Gets each event, once the conversation has taken it in.
        is_busy: Whether the model is owed something, the result of a function for
            example, after which it will speak again.

    Returns:
        Whether nothing was awaited any more; no, if an answer took too long.

    Raises:
        LiveClosed: The session was closed by the other side.
        DeviceError: The microphone is gone.

    """
    waiting = _Waiting()

    async def receive() -> None:
        async for event in socket:
            waiting.take(event)
            _act(player, conversation.receive(event, now_ms()), event)
            _tell(conversation, player)
            on_event(event)

    try:
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(receive())
            await _listen(
                socket, microphone, player, conversation, on_chunk, is_busy, waiting
            )
            is_over = conversation.phase == "listening" and not is_busy()
            receiving.cancel()
    except* LiveClosed as closed:
        # Both directions notice the end; the receiving task knows its reason.
        raise closed.exceptions[0] from None
    finally:
        conversation.close()
    return is_over


async def _listen(
    socket: Any,
    microphone: Input,
    player: Player,
    conversation: Conversation,
    on_chunk: Callable[[bytes], object],
    is_busy: Callable[[], bool],
    waiting: "_Waiting",
) -> None:
    """Send what is spoken, chunk by chunk."""
    async for chunk in microphone.chunks():
        await socket.send(audio_message(chunk, microphone.rate_hz))
        conversation.sent(microphone.chunk_ms, now_ms())
        _tell(conversation, player)
        on_chunk(chunk)
        is_over = conversation.phase == "listening" and not is_busy()
        if microphone.has_ended and waiting.is_enough(microphone.chunk_ms, is_over):
            return


class _Waiting:
    """Knows how long nothing has come that a finished recording still waits for."""

    def __init__(self) -> None:
        self._quiet_s = self._waited_s = self._audio_s = 0.0

    def take(self, event: Event) -> None:
        """Take note of an event; the audio in it takes its time to be heard."""
        self._waited_s = 0.0
        if isinstance(event, Audio):
            self._audio_s += len(event.pcm) / 2 / OUTPUT_RATE_HZ

    def is_enough(self, chunk_ms: float, is_over: bool) -> bool:
        """Tell, after one more chunk, whether the conversation ends."""
        self._waited_s += chunk_ms / 1000
        self._quiet_s = self._quiet_s + chunk_ms / 1000 if is_over else 0.0
        if is_over:
            self._audio_s = 0.0
            return self._quiet_s >= QUIET_S
        return self._waited_s >= PATIENCE_S + self._audio_s


def _act(player: Player, actions: list[Action], event: Event) -> None:
    for action in actions:
        if action == "play" and isinstance(event, Audio):
            player.play(event.pcm)
        elif action == "finish":
            player.finish()
        elif action == "flush":
            player.flush()


def _tell(conversation: Conversation, player: Player) -> None:
    """Tell the conversation what the player has to tell."""
    for what, ms in player.news():
        if what == "audible":
            conversation.audible(ms)
        elif what == "drained":
            conversation.drained()
        else:
            conversation.flushed(ms)


def now_ms() -> float:
    """Return the time, on the clock of the event loop."""
    return asyncio.get_running_loop().time() * 1000
