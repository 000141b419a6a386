"""Hear a whole recording: decode the file, have it heard, and tell how far it is.

The file is read block by block in a thread, and sent on faster than it was spoken, so
an hour takes minutes and no more memory than a minute. Chapter 8 uses it.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, Protocol

import av

from chapter_03 import live_events as event
from chapter_03.live_messages import (
    activity_end_message,
    activity_settings,
    activity_start_message,
    audio_message,
    audio_stream_end_message,
    setup_message,
)
from chapter_03.live_socket import LiveSocket
from chapter_08.limits import Refused
from chapter_08.piece_decoder import RATE_HZ

__all__ = ["Progress", "hear", "pcm_blocks", "upload_setup"]

BLOCK_MS = 500
FASTER = 10.0
"""How much faster than it was spoken a recording is sent: an hour in six minutes."""

LONGEST_FRAME_S = 10
"""FLAC's largest blocks last 8 s at 8 kHz."""

QUIET_S = 3.0
"""After the last audio, so long without news ends a transcription."""

PATIENCE_S = 120.0
"""How long an answer may take, once everything was sent."""

TOLD_EVERY_S = 0.25
MOST_TOLD = 2_000
"""Messages that a page which does not read may leave waiting."""


class Progress:
    """What is told of one upload while it goes on, to one listener or none."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST_TOLD)
        self._changed = asyncio.Event()
        self.is_over = False
        self.is_used = False
        """Whether an upload has begun to tell something."""

    def tell(self, type: str, **values: Any) -> None:
        """Add a message."""
        self._waiting.append({"type": type, **values})
        self._changed.set()

    def end(self) -> None:
        """Tell nothing more."""
        self.is_over = True
        self._changed.set()

    async def events(self) -> AsyncIterator[str]:
        """Yield the messages as server-sent events, until the upload is over."""
        while True:
            while self._waiting:
                message = self._waiting.popleft()
                data = json.dumps(message, ensure_ascii=False)
                yield f"event: {message['type']}\ndata: {data}\n\n"
            if self.is_over:
                return
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await self._changed.wait()
            if not self._waiting:
                yield ": still there\n\n"


class Hearer(Protocol):
    """What is told of what is heard; a `Keeper` is one."""

    def spoken(self, pcm: bytes) -> None:
        """Take note of sound."""

    def happened(self, event: event.Event) -> None:
        """Take note of an event."""


def upload_setup(model: str, *, only_transcribes: bool, instruction: str = "") -> Any:
    """Return the setup of a session that hears a recording.

    A model that transcribes finds the utterances by itself. For one that answers, the
    whole recording is one turn, so that it does not answer each pause.
    """
    return setup_message(
        model,
        modality="TEXT" if only_transcribes else "AUDIO",
        transcribe_input=True,
        transcribe_output=not only_transcribes,
        activity=None if only_transcribes else activity_settings(manual=True),
        system_instruction=instruction or None,
        compress_at_tokens=0,
    )


def pcm_blocks(file: BinaryIO, max_s: float) -> Iterator[bytes]:
    """Yield the sound of a file as 16-bit mono PCM at 16 kHz, in blocks of 500 ms.

    Raises:
        Refused: It holds no sound, or more than `max_s`; or it is damaged.

    """
    block, total, size = bytearray(), 0, RATE_HZ * BLOCK_MS // 1000 * 2
    # A playlist would have other files opened, and addresses.
    alone = {"protocol_whitelist": "none"}
    try:
        with av.open(file, "r", options=alone) as container:
            if not container.streams.audio:
                raise Refused(4415, "The file holds no sound, only pictures.")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
            for frame in container.decode(container.streams.audio[0]):
                if frame.samples > LONGEST_FRAME_S * frame.sample_rate:
                    # One of a sample a second would become gigabytes.
                    raise ValueError("a frame lasts too long")
                for one in resampler.resample(frame):
                    block += one.to_ndarray().tobytes()
                while len(block) >= size:
                    yield bytes(block[:size])
                    del block[:size]
                    total += size
                    if total > max_s * RATE_HZ * 2:
                        raise Refused(
                            4413,
                            f"The recording is longer than {max_s / 60:g} minutes, "
                            "which is the most for this model. Cut it into parts.",
                        )
    except (av.error.FFmpegError, ValueError, MemoryError):
        if total:
            at_s = total / 2 / RATE_HZ
            raise Refused(4415, f"The file is damaged after {at_s:.1f} s.") from None
        raise Refused(
            4415,
            "The file holds no sound that can be decoded. WAV, MP3, Ogg, FLAC, M4A "
            "and WebM can.",
        ) from None
    if block:
        yield bytes(block)
    elif not total:
        raise Refused(4415, "The file holds no sound, only a header.")


async def hear(
    socket: LiveSocket,
    blocks: Iterator[bytes],
    progress: Progress,
    *,
    only_transcribes: bool,
    hearers: tuple[Hearer, ...] = (),
) -> dict[str, Any]:
    """Send a recording into a session, and return what was heard and answered.

    Raises:
        Refused: The file is not good, or no answer comes.
        LiveClosed: The service ended the session.

    """
    listening = _Listening(progress, only_transcribes, hearers)
    try:
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(listening.receive(socket))
            seconds = await _send(socket, blocks, progress, only_transcribes, hearers)
            listening.has_all = True
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await listening.until_over()
            except TimeoutError:
                raise Refused(
                    1014, f"No answer came within {PATIENCE_S:g} s. Try again."
                ) from None
            receiving.cancel()
    except* Exception as group:
        raise _first(group) from None
    return {
        "seconds": round(seconds, 2),
        "transcript": " ".join(listening.heard.split()),
        "answer": " ".join(listening.answer.split()),
    }


async def _send(
    socket: LiveSocket,
    blocks: Iterator[bytes],
    progress: Progress,
    only_transcribes: bool,
    hearers: tuple[Hearer, ...],
) -> float:
    clock = asyncio.get_running_loop().time
    began_s, sent_s, told_s = clock(), 0.0, 0.0
    if not only_transcribes:
        await socket.send(activity_start_message())
    while (block := await _next(blocks)) is not None:
        await socket.send(audio_message(block))
        for one in hearers:
            one.spoken(block)
        sent_s += len(block) / 2 / RATE_HZ
        if clock() - told_s >= TOLD_EVERY_S:
            told_s = clock()
            progress.tell("decoded", seconds=round(sent_s, 1))
        await asyncio.sleep(max(0.0, began_s + sent_s / FASTER - clock()))
    progress.tell("decoded", seconds=round(sent_s, 1))
    done = audio_stream_end_message() if only_transcribes else activity_end_message()
    await socket.send(done)
    return sent_s


class _Listening:
    """Collects what comes back, and knows when nothing more will."""

    def __init__(
        self, progress: Progress, only_transcribes: bool, hearers: tuple[Hearer, ...]
    ) -> None:
        self._progress = progress
        self._only_transcribes = only_transcribes
        self._hearers = hearers
        self._last_s = 0.0
        self._speaking = 0
        self._has_ended = asyncio.Event()
        self.has_all = False
        self.heard = self.answer = ""

    async def receive(self, socket: LiveSocket) -> None:
        """Take in events until cancelled."""
        clock = asyncio.get_running_loop().time
        async for one in socket:
            self._last_s = clock()
            for hearer in self._hearers:
                hearer.happened(one)
            match one:
                case event.InputTranscript():
                    self.heard += f" {one.text}" if self._only_transcribes else one.text
                    self._progress.tell("transcript", text=one.text)
                case event.OutputTranscript() | event.Text():
                    self.answer += one.text
                    self._progress.tell("answer", text=one.text)
                case event.VoiceActivity():
                    self._speaking += 1 if one.started else -1
                    if one.offset_s is not None and not one.started:
                        self._progress.tell("heard", seconds=one.offset_s)
                case event.TurnComplete() if self.has_all:
                    self._has_ended.set()

    async def until_over(self) -> None:
        """Wait until the last answer, or the last transcript, is there."""
        clock = asyncio.get_running_loop().time
        if not self._only_transcribes:
            await self._has_ended.wait()
            return
        self._last_s = max(self._last_s, clock())
        while self._speaking > 0 or clock() - self._last_s < QUIET_S:
            await asyncio.sleep(TOLD_EVERY_S)
            self._progress.tell("waiting")


async def _next(blocks: Iterator[bytes]) -> bytes | None:
    """Read the next block in a thread, which is not left behind."""
    reading = asyncio.ensure_future(asyncio.to_thread(next, blocks, None))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await asyncio.wait([reading])
        raise


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
