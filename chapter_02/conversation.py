"""A spoken conversation: both directions of a session at once.

The session, the microphone and the loudspeaker are already open, and stay open.
Chapter 2 builds the core of this module.
"""

import asyncio
import math
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Any

from google.genai import types
from websockets.exceptions import ConnectionClosed

from chapter_02.devices import Input, Output
from chapter_02.playback_buffer import PlaybackBuffer
from chapter_02.sound_card import DeviceError
from chapter_02.turn_taking import AnswerWatch, HalfDuplex

__all__ = ["PATIENCE_S", "QUIET_S", "converse"]

QUIET_S = 1.0
"""This much silence after a recording and its last answer ends the conversation. The
model notices a voice much sooner."""

PATIENCE_S = 30.0
"""How long an answer that is still due may take then."""

OnChunk = Callable[[bytes], object]
OnMessage = Callable[[types.LiveServerMessage, float], object]


async def converse(
    session: Any,
    microphone: Input,
    speaker: Output,
    *,
    watch: AnswerWatch | None = None,
    gate: HalfDuplex | None = None,
    on_chunk: OnChunk | None = None,
    on_message: OnMessage | None = None,
    most_s: float = math.inf,
) -> AnswerWatch:
    """Talk until the microphone's recording and the answers to it are over.

    Args:
        session: Of the SDK.
        microphone: Where the user speaks. If it never ends, neither does the
            conversation; cancel it.
        speaker: Plays the answers from its buffer.
        watch: Counts answers and interruptions; returned.
        gate: Keeps the loudspeaker out of the microphone.
        on_chunk: Gets each chunk as it was recorded.
        on_message: Gets each message, and how many ms of audio it made unheard.
        most_s: Ends the conversation after this many seconds of audio.

    Raises:
        APIError: The other side closed the session.
        DeviceError: A device was unplugged or failed.

    """
    watch = watch or AnswerWatch()
    try:
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(
                _receive(session, speaker.playback, watch, on_message)
            )
            with suppress(ConnectionClosed):  # the receiving task raises the reason
                await _send_voice(
                    session, microphone, speaker, watch, gate, on_chunk, most_s
                )
                receiving.cancel()
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return watch


async def _send_voice(
    session: Any,
    microphone: Input,
    speaker: Output,
    watch: AnswerWatch,
    gate: HalfDuplex | None,
    on_chunk: OnChunk | None,
    most_s: float,
) -> None:
    """Send what is spoken, chunk by chunk."""
    sent_ms = quiet_ms = 0
    chunk_ms, playback = microphone.chunk_ms, speaker.playback
    kind = f"audio/pcm;rate={microphone.rate_hz}"
    async with aclosing(microphone.chunks()) as chunks:
        async for chunk in chunks:
            if speaker.is_gone:
                raise DeviceError(
                    "The loudspeaker is gone. Plug it in and start again."
                )
            if on_chunk:
                on_chunk(chunk)
            if gate:
                chunk = gate.filter(chunk, chunk_ms, playback.waiting_ms > 0)
            blob = types.Blob(data=chunk, mime_type=kind)
            await session.send_realtime_input(audio=blob)
            sent_ms += chunk_ms
            is_quiet = microphone.has_ended and not playback.waiting_ms
            quiet_ms = quiet_ms + chunk_ms if is_quiet else 0
            most_quiet_s = PATIENCE_S if watch.is_awaited else QUIET_S
            if sent_ms >= most_s * 1000 or quiet_ms >= most_quiet_s * 1000:
                return


async def _receive(
    session: Any,
    playback: PlaybackBuffer,
    watch: AnswerWatch,
    on_message: OnMessage | None,
) -> None:
    """Do what each message asks for, turn after turn."""
    while True:  # the SDK's receive() ends with each turn
        async for message in session.receive():
            watch.note(message)
            unheard_ms = 0.0
            if message.data:
                playback.add(message.data)
            content = message.server_content
            if content and content.interrupted:
                unheard_ms = playback.flush()
            if content and content.generation_complete:
                playback.finish()
            if on_message:
                on_message(message, unheard_ms)
