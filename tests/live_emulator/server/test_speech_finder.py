"""Speech is looked for in all sessions at once, and nobody waits for that."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from live_emulator.serving import speech_finder as module
from live_emulator.serving.speech_finder import SpeechFinder
from live_emulator.session.activity import (
    ActivityAudio,
    ActivityEnded,
    ActivityEvent,
    ActivityStarted,
)
from live_emulator.session.settings import ActivitySettings
from live_emulator.voice.vad import Stream
from tests.live_emulator.session.bench import (
    ActivityDetector,
    LevelDetector,
    silence,
    tone,
)

SETTINGS = ActivitySettings()


class LevelJudge:
    """Takes every window that is not silent for speech; waits when told to."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.threads: set[int] = set()
        self.free = threading.Event()
        self.free.set()
        self.failure: Exception | None = None

    def judge(self, streams: Sequence[Stream], windows: Sequence[bytes]) -> list[float]:
        assert self.free.wait(10)
        if self.failure is not None:
            raise self.failure
        self.sizes.append(len(windows))
        self.threads.add(threading.get_ident())
        return [LevelDetector()(window) for window in windows]


async def until_ended(search) -> list[ActivityEvent]:
    """Return what is found up to the end of the first activity."""
    events: list[ActivityEvent] = []
    async with asyncio.timeout(10):
        while not events or not isinstance(events[-1], ActivityEnded):
            events += await search.found()
            search.taken()
    return events


async def test_all_sessions_are_judged_together_beside_the_loop():
    """What waits of several sessions goes into one call, in another thread."""
    judge, clip = LevelJudge(), silence(320) + tone(640) + silence(1024)
    expected = list(ActivityDetector(SETTINGS, LevelDetector()).feed(clip))
    async with SpeechFinder(lambda: judge) as finder:
        searches = [finder.open(SETTINGS) for _ in range(5)]
        for search in searches:
            search.feed(clip)
        assert [await until_ended(one) for one in searches] == [expected] * 5
    assert set(judge.sizes) == {5}
    assert judge.threads and threading.get_ident() not in judge.threads


async def test_many_sessions_wait_for_each_other(monkeypatch: pytest.MonkeyPatch):
    """With more than a few sessions, what comes within a tick is judged at once."""
    monkeypatch.setattr(module, "_FEW", 1)
    monkeypatch.setattr(module, "_TICK_S", 1.0)
    judge = LevelJudge()
    async with SpeechFinder(lambda: judge) as finder:
        first, second = finder.open(SETTINGS), finder.open(SETTINGS)
        decided = asyncio.Event()
        first.on_decided(lambda count: decided.set())
        first.feed(silence(32))
        await decided.wait()
        first.feed(silence(32))
        await asyncio.sleep(0)
        second.feed(tone(640) + silence(1024))
        await until_ended(second)
    assert judge.sizes[:2] == [1, 2]


async def test_a_session_that_ends_at_once(monkeypatch: pytest.MonkeyPatch):
    """What it still wanted is not looked for: no thread is asked to judge nothing."""
    judge = LevelJudge()
    turns: list[int] = []
    take = SpeechFinder._take

    def count_and_take(finder: SpeechFinder, given: list[module._Turn]) -> None:
        turns.append(len(given))
        take(finder, given)

    monkeypatch.setattr(SpeechFinder, "_take", count_and_take)
    async with SpeechFinder(lambda: judge) as finder:
        short = finder.open(SETTINGS)
        short.feed(tone(640))
        short.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        other = finder.open(SETTINGS)
        other.feed(tone(640) + silence(1024))
        await until_ended(other)
    assert turns and all(turns)


async def test_a_long_recording_lets_others_pass():
    """Another session's speech is found while a minute of audio still waits."""
    judge = LevelJudge()
    async with SpeechFinder(lambda: judge) as finder:
        long, short = finder.open(SETTINGS), finder.open(SETTINGS)
        all_judged = asyncio.Event()
        long.on_decided(lambda count: all_judged.set())
        long.feed(silence(60_000))
        short.feed(tone(640) + silence(1024))
        await until_ended(short)
        assert not all_judged.is_set()
        await asyncio.wait_for(all_judged.wait(), 10)


async def test_too_much_audio_has_to_wait_outside():
    """Beyond a minute of audio that waits, there is no room until some was judged."""
    judge = LevelJudge()
    async with SpeechFinder(lambda: judge) as finder:
        judge.free.clear()
        search = finder.open(SETTINGS)
        search.feed(silence(70_000))
        waiting = asyncio.create_task(search.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        judge.free.set()
        await asyncio.wait_for(waiting, 10)


async def test_the_end_of_the_stream_ends_an_activity():
    """What is left over is judged, then the activity ends; the next audio is new."""
    async with SpeechFinder(LevelJudge) as finder:
        search = finder.open(SETTINGS)
        for _ in range(2):
            search.feed(tone(330))
            search.end_stream()
            started, *audio, _ = await until_ended(search)
            assert isinstance(started, ActivityStarted)
            assert all(isinstance(one, ActivityAudio) for one in audio)
            pcm = started.pcm + b"".join(one.pcm for one in audio)
            assert pcm == tone(330) + silence(22)


async def test_all_is_decided_only_when_it_was_taken():
    """A count is told when nothing waits and what was found is in the session."""
    async with SpeechFinder(LevelJudge) as finder:
        search = finder.open(SETTINGS)
        counts: list[int] = []
        search.on_decided(counts.append)
        search.feed(silence(10))
        assert counts == [1]  # no whole window yet
        search.feed(tone(320))
        await asyncio.wait_for(search.found(), 10)
        assert counts == [1]
        search.taken()
        assert counts == [1, 2]


async def test_a_failure_is_told_to_whom_it_concerns():
    """Who waits for what could not be judged gets the error; others go on."""
    judge = LevelJudge()
    async with SpeechFinder(lambda: judge) as finder:
        search = finder.open(SETTINGS)
        judge.failure = RuntimeError("broken")
        search.feed(tone(640))
        with pytest.raises(RuntimeError, match="broken"):
            await asyncio.wait_for(search.found(), 10)
        await asyncio.wait_for(search.room(), 10)
        judge.failure = None
        other = finder.open(SETTINGS)
        other.feed(tone(640) + silence(1024))
        assert await until_ended(other)


async def test_a_closed_search_is_told_nothing():
    """What is found after the session ended goes nowhere."""
    judge = LevelJudge()
    async with SpeechFinder(lambda: judge) as finder:
        judge.free.clear()
        gone, other = finder.open(SETTINGS), finder.open(SETTINGS)
        counts: list[int] = []
        gone.on_decided(counts.append)
        for search in (gone, other):
            search.feed(tone(640) + silence(1024))
        await asyncio.sleep(0)
        gone.close()
        judge.free.set()
        await until_ended(other)
        assert counts == []
