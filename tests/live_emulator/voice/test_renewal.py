"""A worker that wears out or hangs is replaced, and nobody who speaks notices.

Most tests have a stand-in for the process that hears: it counts instead of hearing,
is worn by each utterance, and can take over when the test says so.
"""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from live_emulator.voice import EnglishRecogniser
from live_emulator.voice.process import worker_process, worker_recogniser
from tests.live_emulator.voice.voice_helpers import hear, spoken

STAND_IN = """
import os, pathlib, time
from live_emulator.voice.process.worker_side import serve

MAY_GO_ON = pathlib.Path(__file__).with_name("may-go-on")

def work(inbox, outbox):
    outbox.send({"ready": True})
    heard, wear = {}, 0
    while (frame := inbox.get()) is not None:
        message, payload = frame
        number = message["id"] if "id" in message else None
        match message["do"]:
            case "ping":
                while not MAY_GO_ON.exists():
                    time.sleep(0.002)
                outbox.send({"id": number})
            case "open":
                wear += 1
                heard[number] = 0
                outbox.send({"wear": wear})
            case "feed":
                heard[number] += len(payload)
            case "finish":
                text = f"{os.getpid()} {heard.pop(number)}"
                outbox.send({"id": number, "text": text})

serve(work)
"""


class StandIn:
    """The folder the stand-in is in."""

    def __init__(self, package: Path) -> None:
        self._flag = package / "voice" / "hearing" / "may-go-on"

    def go_on(self) -> None:
        """Let processes take over from now on."""
        self._flag.touch()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    package = tmp_path / "live_emulator"
    shutil.copytree(worker_process._PACKAGE / "voice", package / "voice")
    shutil.copy(worker_process._PACKAGE / "loaded_when_used.py", package)
    (package / "voice" / "hearing" / "whisper_worker.py").write_text(STAND_IN)
    monkeypatch.setattr(worker_process, "_PACKAGE", package)
    yield StandIn(package)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - processes come and go without one
            await asyncio.sleep(0.002)


async def heard_by(recogniser: EnglishRecogniser) -> tuple[int, int]:
    """Say 1000 bytes; return who heard them, and how many."""
    process_id, count = (await hear(recogniser, bytes(1000))).text.split(" ")
    return int(process_id), int(count)


async def test_a_worn_worker_is_replaced(stand_in: StandIn):
    """After so many decodes another process hears."""
    stand_in.go_on()
    async with EnglishRecogniser(max_workers=1, max_decodes=3) as recogniser:
        (first,) = recogniser.process_ids
        for _ in range(3):
            await heard_by(recogniser)
        await until(lambda: first not in recogniser.process_ids)
        (second,) = recogniser.process_ids
        assert await heard_by(recogniser) == (second, 1000)
        assert not psutil.pid_exists(first)


async def test_below_the_limit_nothing_is_replaced(stand_in: StandIn):
    """The one process goes on."""
    stand_in.go_on()
    async with EnglishRecogniser(max_workers=1, max_decodes=4) as recogniser:
        (first,) = recogniser.process_ids
        assert {await heard_by(recogniser) for _ in range(3)} == {(first, 1000)}
        assert recogniser.process_ids == (first,)


async def test_an_utterance_is_heard_whole_by_whom_it_was_opened(stand_in: StandIn):
    """The old process ends after it; what is opened meanwhile is the new one's."""
    stand_in.go_on()
    async with EnglishRecogniser(max_workers=1, max_decodes=2) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen()
        listener.feed(bytes(100))
        await heard_by(recogniser)
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        await until(lambda: recogniser.process_ids[0] == second)
        assert await heard_by(recogniser) == (second, 1000)
        listener.feed(bytes(100))
        assert (await listener.finish()).text == f"{first} 200"
        await until(lambda: recogniser.process_ids == (second,))


async def test_until_the_new_process_is_ready_the_old_one_hears(stand_in: StandIn):
    """Nobody waits for a process that is starting up."""
    async with EnglishRecogniser(max_workers=1, max_decodes=1) as recogniser:
        (first,) = recogniser.process_ids
        await heard_by(recogniser)
        await until(lambda: len(recogniser.process_ids) == 2)
        assert await heard_by(recogniser) == (first, 1000)
        stand_in.go_on()
        await until(lambda: first not in recogniser.process_ids)
        assert (await heard_by(recogniser))[0] != first


async def test_there_is_one_process_more_at_most(stand_in: StandIn):
    """Two workers that are worn at once are replaced one after the other."""
    async with EnglishRecogniser(max_workers=2, max_decodes=2) as recogniser:
        listeners = [recogniser.listen() for _ in range(3)]
        first = set(recogniser.process_ids)
        most = 0

        def all_renewed() -> bool:
            nonlocal most
            most = max(most, len(recogniser.process_ids))
            # A worker that was refused asks again with its next utterance.
            for listener in [recogniser.listen() for _ in range(2)]:
                listener.drop()
            return not first & set(recogniser.process_ids)

        await until(lambda: len(recogniser.process_ids) == 3)
        for listener in listeners:
            listener.drop()
        stand_in.go_on()
        await until(all_renewed)
        assert len(first) == 2 and most <= 3


async def test_a_successor_that_dies_is_no_loss(
    stand_in: StandIn, caplog: pytest.LogCaptureFixture
):
    """The worn worker goes on, and is replaced when it has done as much again."""
    async with EnglishRecogniser(max_workers=1, max_decodes=2) as recogniser:
        (first,) = recogniser.process_ids
        for _ in range(2):
            await heard_by(recogniser)
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        psutil.Process(second).kill()
        await until(lambda: recogniser.process_ids == (first,))
        assert await heard_by(recogniser) == (first, 1000)
        assert "cannot be replaced now" in caplog.text
        stand_in.go_on()
        await heard_by(recogniser)
        await until(lambda: first not in recogniser.process_ids)


async def test_a_successor_that_cannot_start_is_no_loss(
    stand_in: StandIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """The worn worker goes on."""
    async with EnglishRecogniser(max_workers=1, max_decodes=1) as recogniser:
        (first,) = recogniser.process_ids
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        await heard_by(recogniser)
        await until(lambda: "cannot be replaced now" in caplog.text)
        assert await heard_by(recogniser) == (first, 1000)


async def test_a_worker_that_dies_is_followed_by_its_successor(stand_in: StandIn):
    """What was said into it is heard by that one, ready or not."""
    async with EnglishRecogniser(max_workers=1, max_decodes=1) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen()
        listener.feed(bytes(100))
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        psutil.Process(first).kill()
        await until(lambda: recogniser.process_ids[0] == second)
        stand_in.go_on()
        listener.feed(bytes(100))
        assert (await listener.finish()).text == f"{second} 200"
        listener.drop()


async def test_a_retired_worker_that_dies_loses_nothing(stand_in: StandIn):
    """Its last utterance is heard once more, and the next replacement is possible."""
    stand_in.go_on()
    async with EnglishRecogniser(max_workers=1, max_decodes=1) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen()
        listener.feed(bytes(100))
        await until(lambda: recogniser.process_ids[0] != first)
        second = recogniser.process_ids[0]
        psutil.Process(first).kill()
        assert (await listener.finish()).text == f"{second} 100"
        await heard_by(recogniser)
        await until(lambda: second not in recogniser.process_ids)


async def test_a_worker_that_hangs_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """What was said into it is heard by another one."""
    pcm = spoken("twelve-times-seven")
    async with EnglishRecogniser(max_workers=1) as recogniser:
        await recogniser.ready()
        (first,) = recogniser.process_ids
        psutil.Process(first).suspend()
        monkeypatch.setattr(worker_recogniser, "_PATIENCE_S", 0.2)
        finishing = asyncio.create_task(hear(recogniser, pcm))
        await until(lambda: first not in recogniser.process_ids)
        monkeypatch.setattr(worker_recogniser, "_PATIENCE_S", 60)
        assert (await finishing).text == "What is 12 times 7?"
    assert "does not answer and is ended" in caplog.text


@pytest.mark.parametrize("is_ready", [False, True])
async def test_closing_in_the_middle_leaves_no_process(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, is_ready: bool
):
    """Neither the one that starts nor the one that still hears is left."""
    monkeypatch.setattr(worker_process, "_PATIENCE_S", 0.1)
    before = set(psutil.Process().children())
    recogniser = EnglishRecogniser(max_workers=1, max_decodes=1)
    if is_ready:
        stand_in.go_on()
    listener = recogniser.listen()
    await until(lambda: len(recogniser.process_ids) == 2)
    await recogniser.close()
    assert recogniser.process_ids == ()
    assert set(psutil.Process().children()) == before
    listener.drop()


async def test_a_replaced_recogniser_hears_the_same():
    """The same audio gives the same hearing before, across and after."""
    pcm = spoken("twelve-times-seven")
    async with EnglishRecogniser(max_workers=1, max_decodes=2) as recogniser:
        (first,) = recogniser.process_ids
        across = recogniser.listen()
        across.feed(pcm[:30_000])
        before = [await hear(recogniser, pcm) for _ in range(2)]
        await until(lambda: recogniser.process_ids[0] != first)
        after = await hear(recogniser, pcm)
        across.feed(pcm[30_000:])
        assert after.text == "What is 12 times 7?"
        assert [await across.finish(), *before] == [after] * 3
        await until(lambda: first not in recogniser.process_ids)
