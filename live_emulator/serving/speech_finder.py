"""Find speech in the audio of all sessions, in one call a tick, beside the event loop.

A window of 32 ms costs the model about half as much among thirty others as alone,
and nothing of that work holds up a frame of any session.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from live_emulator.session.activity import (
    Activities,
    ActivityEnded,
    ActivityEvent,
    Windows,
)
from live_emulator.session.settings import ActivitySettings
from live_emulator.voice.vad import SpeechModel, Stream

__all__ = ["Judge", "SpeechFinder", "SpeechSearch"]

_TICK_S = 0.016
"""So long is collected what is judged together."""

_FEW = 8
"""With so few sessions collecting gains nothing: what comes is judged at once."""

_MOST_WINDOWS_AT_ONCE = 16
"""So many of one session are judged in a call; the others' wait no longer than that."""

_MOST_WAITING = 2_048
"""Windows of one session (65 s) that may wait before no more of it is read."""

_Item = bytes | None
"""A window, or None where the stream paused."""


class Judge(Protocol):
    """Judges a window of each of many streams, as `SpeechModel` does."""

    def judge(self, streams: Sequence[Stream], windows: Sequence[bytes]) -> list[float]:
        """Return the probability of speech, 0 to 1, in the next window of each."""
        ...


class SpeechSearch:
    """The search for speech in the audio of one session."""

    def __init__(self, finder: "SpeechFinder", settings: ActivitySettings) -> None:
        self._finder = finder
        self._windows = Windows()
        self._waiting: deque[_Item] = deque()
        self._given = 0
        self._judging = False
        self._handing_over = False
        self._events: list[ActivityEvent] = []
        self._failure: Exception | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._on_decided: Callable[[int], None] = lambda count: None
        self.activities = Activities(settings)
        self.stream = Stream()

    def feed(self, pcm: bytes) -> None:
        """Look through more audio: PCM16 mono at 16 kHz, of any length."""
        self._give(self._windows.cut(pcm))

    def end_stream(self) -> None:
        """Finish at once what is being said."""
        self._give([*self._windows.fill_up(), None])

    def _give(self, items: Sequence[_Item]) -> None:
        self._given += 1
        self._waiting.extend(items)
        if len(self._waiting) > _MOST_WAITING:
            self._room.clear()
        if self._waiting:
            self._finder.wants(self)
        else:
            self._decide()

    async def room(self) -> None:
        """Wait until not too much audio is waiting."""
        await self._room.wait()

    def on_decided(self, tell: Callable[[int], None]) -> None:
        """Have somebody told how many calls were done whenever none is left to do.

        Only when all that was found in them was taken.
        """
        self._on_decided = tell

    async def found(self) -> list[ActivityEvent]:
        """Wait until something was found, and return it.

        Raises:
            Exception: What went wrong while it was looked for.

        """
        await self._news.wait()
        self._news.clear()
        if self._failure is not None:
            raise self._failure
        events, self._events = self._events, []
        self._handing_over = True
        return events

    def taken(self) -> None:
        """Know that the session took what `found` returned last."""
        self._handing_over = False
        self._decide()

    def _decide(self) -> None:
        """Say that nothing is left to do, if that is so."""
        busy = self._waiting or self._judging or self._events or self._handing_over
        if not busy:
            self._on_decided(self._given)

    def take_turn(self) -> list[_Item]:
        """Return what is to be judged next."""
        self._judging = True
        count = min(len(self._waiting), _MOST_WINDOWS_AT_ONCE)
        return [self._waiting.popleft() for _ in range(count)]

    def tell(self, events: list[ActivityEvent]) -> None:
        """Take what was found in the latest turn."""
        self._judging = False
        if len(self._waiting) <= _MOST_WAITING:
            self._room.set()
        if events:
            self._events += events
            self._news.set()
        if self._waiting:
            self._finder.wants(self)
        else:
            self._decide()

    def fail(self, failure: Exception) -> None:
        """Take that the search is over."""
        self._failure = failure
        self._news.set()
        self._room.set()

    def close(self) -> None:
        """Look for nothing any more."""
        self._waiting.clear()
        self._finder.forget(self)


@dataclass
class _Turn:
    """What one call judges of one session, and what it found."""

    search: SpeechSearch
    items: list[_Item]
    events: list[ActivityEvent] = field(default_factory=list)


class SpeechFinder:
    """Looks through the audio of all sessions, in a thread of its own.

    Args:
        load: Makes what judges; called in that thread, when it is first needed.

    """

    def __init__(self, load: Callable[[], Judge] = SpeechModel) -> None:
        self._load = load
        self._judge: Judge | None = None
        self._open: set[SpeechSearch] = set()
        self._wanting: dict[SpeechSearch, None] = {}
        self._wanted = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "speech finder")

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._work(), name="speech finder")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown()

    def open(self, settings: ActivitySettings) -> SpeechSearch:
        """Begin to look for speech in the audio of a session; to be closed."""
        search = SpeechSearch(self, settings)
        self._open.add(search)
        return search

    def wants(self, search: SpeechSearch) -> None:
        """Know that something of a search is waiting."""
        self._wanting[search] = None
        self._wanted.set()

    def forget(self, search: SpeechSearch) -> None:
        """Know that a search is over."""
        self._open.discard(search)
        self._wanting.pop(search, None)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        next_at = 0.0
        while True:
            await self._wanted.wait()
            wait_s = next_at - loop.time()
            if wait_s > 0 and len(self._open) > _FEW:
                await asyncio.sleep(wait_s)
            next_at = loop.time() + _TICK_S
            self._wanted.clear()
            wanting, self._wanting = self._wanting, {}
            turns = [_Turn(search, search.take_turn()) for search in wanting]
            if not turns:  # who wanted something was closed meanwhile
                continue
            try:
                await loop.run_in_executor(self._thread, self._take, turns)
            except Exception as failure:
                for turn in turns:
                    turn.search.fail(failure)
                continue
            for turn in turns:
                if turn.search in self._open:
                    turn.search.tell(turn.events)

    def _take(self, turns: list[_Turn]) -> None:
        """Judge what there is, one window of each session after another."""
        if self._judge is None:
            self._judge = self._load()
        for number in range(max(len(turn.items) for turn in turns)):
            now = [turn for turn in turns if number < len(turn.items)]
            heard = [turn for turn in now if turn.items[number] is not None]
            windows = [window for turn in heard if (window := turn.items[number])]
            if heard:
                streams = [turn.search.stream for turn in heard]
                for turn, window, probability in zip(
                    heard, windows, self._judge.judge(streams, windows), strict=True
                ):
                    _note(turn, turn.search.activities.judged(window, probability))
            for turn in now:
                if turn.items[number] is None:
                    _note(turn, turn.search.activities.stream_ended())
                    turn.search.stream.reset()


def _note(turn: _Turn, events: Sequence[ActivityEvent]) -> None:
    turn.events += events
    if any(isinstance(event, ActivityEnded) for event in events):
        turn.search.stream.reset()
