"""Keep one conversation while it goes on, without ever holding it up.

What passes is noted at once, and written once a second by a task of its own. If that
fails, the conversation goes on and its user is told. Chapter 8 uses it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from chapter_03.live_events import Audio, Event, Interrupted
from chapter_05.turns import Conversation
from chapter_08.history import History, HistoryProblem, Kept
from chapter_08.kept_audio import SPOKEN_RATE_HZ, AudioFile, Timeline

__all__ = ["Keeper"]

WRITTEN_EVERY_S = 1.0


class Keeper:
    """A `Witness` that writes; an async context manager."""

    def __init__(
        self,
        history: History,
        kept: Kept,
        on_problem: Callable[[str], object] = lambda sentence: None,
        *,
        is_live: bool = True,
    ) -> None:
        """Take what is needed.

        Args:
            history: Where it is kept.
            kept: As `History.begin` returned it.
            on_problem: Is told, once, why it is no longer kept.
            is_live: Time is that of the clock. Otherwise it is that of the user's
                audio, which may come faster.

        """
        self._history = history
        self._kept = kept
        self._on_problem = on_problem
        self._conversation = Conversation()
        self._timeline = Timeline()
        self._file = AudioFile(history.audio_file(kept.id))
        self._began_s = asyncio.get_running_loop().time()
        self._is_live = is_live
        self._spoken_s = 0.0
        self._saved: list[tuple[str, object]] = []
        self._task: asyncio.Task[None] | None = None
        self._is_over = asyncio.Event()
        self._has_failed = self._was_deleted = False

    async def __aenter__(self) -> Self:
        self._conversation.connect()
        self._task = asyncio.create_task(self._write_on(), name="keeper")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        if self._task:
            await self._task
        self._conversation.close()
        await self._write(is_over=True)
        with suppress(OSError, ValueError):
            await asyncio.to_thread(self._file.close)
        if self._was_deleted:
            # The file may be younger than its deletion.
            sound = self._history.audio_file(self._kept.id)
            with suppress(OSError):
                await asyncio.to_thread(sound.unlink, missing_ok=True)

    def spoken(self, pcm: bytes) -> None:
        """Take note of the user's voice."""
        self._spoken_s += len(pcm) / 2 / SPOKEN_RATE_HZ
        if not self._has_failed:
            self._timeline.spoken(pcm, self._now_s())

    def typed(self, text: str) -> None:
        """Take note of what the user typed."""
        self._conversation.type(text, self._now_s() * 1000)

    def happened(self, event: Event) -> None:
        """Take note of an event of the service."""
        self._conversation.receive(event, self._now_s() * 1000)
        if isinstance(event, Audio) and not self._has_failed:
            self._timeline.answered(event.pcm, self._now_s())
        elif isinstance(event, Interrupted):
            self._timeline.interrupted(self._now_s())

    def heard(self, ms: float) -> None:
        """Take note of how much was heard of an answer that was interrupted."""
        self._conversation.flushed(ms)

    def _now_s(self) -> float:
        if not self._is_live:
            return self._spoken_s
        return asyncio.get_running_loop().time() - self._began_s

    async def _write_on(self) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(WRITTEN_EVERY_S):
                    await self._is_over.wait()
            await self._write()

    async def _write(self, *, is_over: bool = False) -> None:
        if self._has_failed:
            return
        try:
            samples = self._timeline.take(None if is_over else self._now_s())
            await asyncio.to_thread(self._file.write, samples)
            said = [
                (one.text, getattr(one, "heard_ms", None))
                for one in self._conversation.utterances
            ]
            if is_over or said != self._saved:
                is_kept = await self._history.save(
                    self._kept.id,
                    self._conversation.utterances,
                    seconds=self._timeline.seconds,
                    is_over=is_over,
                )
                self._saved = said
                if not is_kept:
                    self._was_deleted = True
                    self._fail("You have deleted it.")
        except HistoryProblem as problem:
            self._fail(str(problem))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it can't be written"
            self._fail(f"The sound can't be kept: {reason}.")

    def _fail(self, sentence: str) -> None:
        self._has_failed = True
        self._on_problem(f"This conversation is no longer kept. {sentence}")
