"""Started and stopped anywhere, as often as one likes, and nothing is left behind."""

import asyncio
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

import live_emulator.emulator
from live_emulator import Emulator
from live_emulator.voice import EnglishRecogniser, SpeechWorker


@pytest.fixture(scope="module")
def workers() -> Iterator[dict[str, Any]]:
    """Share ears and a mouth, whose processes start with the first that is needed."""
    ears, mouth = EnglishRecogniser(), SpeechWorker()
    yield {"recogniser": ears, "speaker": mouth}
    asyncio.run(ears.close())
    asyncio.run(mouth.close())


def is_there(live: Emulator) -> bool:
    with urllib.request.urlopen(f"{live.url}/emulator", timeout=10) as answer:
        return bool(answer.status == 200)


async def test_in_a_coroutine(workers):
    """`async with` starts and stops it while the loop goes on."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    async with Emulator(**workers) as live:
        before = ticks
        assert await asyncio.to_thread(is_there, live)
        assert ticks > before
    ticking.cancel()
    with pytest.raises(OSError):
        await asyncio.to_thread(is_there, live)


async def test_in_a_loop_that_runs(workers):
    """Plain `with` works inside a running loop, as in a notebook's cell."""
    with Emulator(**workers) as live:
        assert await asyncio.to_thread(is_there, live)


async def test_two_at_once(workers):
    """Two emulators in one process have a port and a journal each."""
    async with Emulator(**workers) as one, Emulator(**workers) as other:
        assert one.url != other.url
        assert await asyncio.to_thread(is_there, one)
        assert await asyncio.to_thread(is_there, other)
        assert one.sessions == other.sessions == []


async def test_cancelled_while_it_starts(workers):
    """Who gives up waiting for the start leaves no emulator behind."""
    before = set(threading.enumerate())
    live = Emulator(**workers)
    entering = asyncio.create_task(live.__aenter__())
    await asyncio.sleep(0)
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    left = set(threading.enumerate()) - before
    assert "live_emulator" not in {thread.name for thread in left}


def test_a_start_that_takes_too_long(workers, monkeypatch):
    """Who waits in vain is told so, and what had begun is ended."""
    begun, ended = threading.Event(), threading.Event()

    async def load_for_ever(*_: object) -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    class Patience(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return begun.wait(timeout) and super().wait(0)

    monkeypatch.setattr("live_emulator.emulator.run_emulator", load_for_ever)
    live = Emulator(**workers)
    live._ready = Patience()
    with pytest.raises(TimeoutError, match="has not started within"):
        live.start()
    assert ended.wait(20)
    live.stop()


def test_a_start_after_one_that_was_given_up(workers, monkeypatch):
    """What ends late, or comes up late after all, leaves the next start alone."""
    go_on, is_over = threading.Event(), threading.Event()
    real, late = live_emulator.emulator.run_emulator, []

    async def load_slowly(options, on_ready, stopping) -> None:
        """Come up when nobody waits any more, deaf to whoever wants it to end."""
        monkeypatch.setattr("live_emulator.emulator.run_emulator", real)
        late.append(threading.current_thread())
        while not go_on.is_set():
            with suppress(asyncio.CancelledError):
                await asyncio.to_thread(go_on.wait)
        on_ready(SimpleNamespace(port=1, journal=(), substitute=None))
        await stopping.wait()
        is_over.set()
        raise OSError("what came too late failed as well")

    monkeypatch.setattr("live_emulator.emulator.run_emulator", load_slowly)
    monkeypatch.setattr("live_emulator.emulator._START_TIMEOUT_S", 0.5)
    live = Emulator(**workers)
    with pytest.raises(TimeoutError):
        live.start()
    monkeypatch.undo()
    with live:
        go_on.set()
        assert is_over.wait(20)
        late[0].join(20)
        assert is_there(live)
        assert live.clear_faults() == 0
    live.stop()


def test_nothing_is_left_behind(workers):
    """Twenty starts leave no thread, no process and no file open."""

    def open_things() -> tuple[int, int, int]:
        me = psutil.Process()
        files = me.num_handles() if sys.platform == "win32" else me.num_fds()
        return threading.active_count(), len(me.children(recursive=True)), files

    with Emulator(**workers):
        pass  # what stays for good, such as the loop's first pipes, is there now
    before = open_things()
    for _ in range(20):
        with Emulator(**workers) as live:
            assert is_there(live)
    threads, processes, files = open_things()
    assert (threads, processes) == before[:2]
    # Windows keeps some handles for itself; a leak would be twenty.
    assert files - before[2] < (15 if sys.platform == "win32" else 1)


def test_stopping_ends_its_own_workers():
    """Ears and mouth that an emulator started end with it."""
    before = set(psutil.Process().children(recursive=True))
    with Emulator():
        own = set(psutil.Process().children(recursive=True)) - before
    assert own
    assert not any(process.is_running() for process in own)


def test_in_a_program_of_its_own():
    """A program of a few lines ends by itself, with nothing said on the way."""
    program = (
        "import asyncio, live_emulator\n"
        "async def main():\n"
        "    async with live_emulator.Emulator() as live:\n"
        "        print(live.url.rpartition(':')[0])\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("http://127.0.0.1\n", "")
