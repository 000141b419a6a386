"""Turn text into speech, in a worker process that hosts the network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from live_emulator.voice.process.worker import Channel, Message, Worker, WorkerLost
from live_emulator.voice.speaking.voices import USER_VOICE, VOICES, find_voice
from live_emulator.voice.types import OUTPUT_RATE_HZ, SpeechPiece, SpokenWord

__all__ = ["USER_VOICE", "VOICES", "SpeechWorker"]

_AHEAD = 2
"""How many pieces the worker may be ahead of the reader of a speech."""
_TRIES = 2
_PATIENCE_S = 60.0
"""A worker that is to say something and from which nothing comes for so long, hangs."""
_BYTES_PER_MS = OUTPUT_RATE_HZ * 2 / 1000


class SpeechWorker:
    """A `Speaker`: one worker process, any number of speeches at a time.

    The process starts with the first speech, or with ``async with``, and is
    started again should it die; a speech that was under way goes on unharmed.
    The same text and voice give the same bytes, always.
    """

    def __init__(self) -> None:
        self._worker = Worker("live_emulator.voice.speaking.speaking_worker")

    async def __aenter__(self) -> Self:
        self._worker.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that run now."""
        return self._worker.process_ids

    async def ready(self) -> None:
        """Wait until the worker can speak at once."""
        await self._worker.ready()

    async def close(self) -> None:
        """End the worker; safe to call twice."""
        await self._worker.close()

    async def speak(
        self, text: str, *, voice: str, language: str = "en-us"
    ) -> AsyncIterator[SpeechPiece]:
        """Yield the speech piece by piece; see `Speaker.speak`.

        Emoji and control characters are passed over; numbers of more than 12
        digits are read digit by digit. Text in which nothing can be said gives
        no piece. A language that nothing here speaks is left to the English voice.

        Raises:
            ValueError: The voice is unknown.
            WorkerLost: The worker could not be kept running.

        """
        if find_voice(voice) is None:
            raise ValueError(
                f"there is no voice {voice!r}; the voices are {', '.join(VOICES)}, "
                f"and {USER_VOICE!r} for the human"
            )
        pieces = 0
        sent_bytes = 0
        for attempt in range(_TRIES):
            inbox: asyncio.Queue[tuple[Message, bytes]] = asyncio.Queue()
            channel = self._worker.open(lambda *frame: inbox.put_nowait(frame))  # noqa: B023
            order = {"do": "speak", "text": text, "voice": voice, "language": language}
            channel.send({**order, "credit": _AHEAD, "skip": pieces})
            try:
                while True:
                    message, pcm = await _next_of(inbox, channel)
                    if "end" in message:
                        return
                    if "lost" in message:
                        if message["broken"] or attempt + 1 == _TRIES:
                            raise WorkerLost(f"no speech: {message['lost']}")
                        break
                    words = _timed(message["words"], sent_bytes / _BYTES_PER_MS)
                    pieces += 1
                    sent_bytes += len(pcm)
                    yield SpeechPiece(pcm, words)
                    channel.send({"do": "more"})
            finally:
                channel.send({"do": "stop"})
                channel.close()


async def _next_of(
    inbox: asyncio.Queue[tuple[Message, bytes]], channel: Channel
) -> tuple[Message, bytes]:
    """Return what comes next; a worker that hangs is ended, which comes as `lost`."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                return await inbox.get()
        channel.end_if_hung(_PATIENCE_S)


def _timed(words: list[Any], offset_ms: float) -> tuple[SpokenWord, ...]:
    return tuple(
        SpokenWord(start, end, offset_ms + at_ms) for start, end, at_ms in words
    )
