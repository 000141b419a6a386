"""A worker that wears out is replaced, and nobody who speaks notices.

Most tests have a stand-in for the process that hears: it counts instead of hearing,
and is prepared when the test says so.
"""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from live_emulator.voice import SpeechWorker, SphinxRecogniser
from live_emulator.voice.process import worker_process
from live_emulator.voice.types import Vocabulary
from tests.live_emulator.voice.voice_helpers import VOCABULARY, hear, speech

STAND_IN = """
import os, pathlib, time
from live_emulator.voice.process.worker_side import serve

MAY_GO_ON = pathlib.Path(__file__).with_name("may-go-on")

def work(inbox, outbox):
    outbox.send({"ready": True})
    heard, prepared, wear = {}, [], 0
    while (frame := inbox.get()) is not None:
        message, payload = frame
        number = message["id"] if "id" in message else None
        match message["do"]:
            case "ping":
                while not MAY_GO_ON.exists():
                    time.sleep(0.002)
                outbox.send({"id": number})
            case "prepare":
                wear += 1
                prepared += message["phrases"]
                outbox.send({"wear": wear})
            case "open":
                heard[number] = 0
            case "feed":
                heard[number] += len(payload)
            case "finish":
                known = ",".join(prepared)
                text = f"{os.getpid()} {heard.pop(number)} {known}"
                answer = {"text": text, "source": "open", "words": []}
                outbox.send({"id": number, **answer})

serve(work)
"""


class StandIn:
    """The folder the stand-in is in."""

    def __init__(self, package: Path) -> None:
        self._flag = package / "voice" / "may-go-on"

    def go_on(self) -> None:
        """Let processes be prepared from now on."""
        self._flag.touch()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    package = tmp_path / "live_emulator"
    shutil.copytree(worker_process._PACKAGE / "voice", package / "voice")
    (package / "voice" / "hearing_worker.py").write_text(STAND_IN)
    monkeypatch.setattr(worker_process, "_PACKAGE", package)
    yield StandIn(package)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - processes come and go without one
            await asyncio.sleep(0.002)


def words(*phrases: str) -> list[Vocabulary]:
    return [Vocabulary("", (phrase,)) for phrase in phrases]


async def heard_by(recogniser: SphinxRecogniser) -> tuple[int, int, str]:
    """Say 1000 bytes; return who heard them, how many, and what it has prepared."""
    text = (await hear(recogniser, bytes(1000), Vocabulary())).text
    process_id, count, known = text.split(" ")
    return int(process_id), int(count), known


async def test_a_worn_worker_is_replaced(stand_in: StandIn):
    """After so many decoders another process hears, with the same words prepared."""
    stand_in.go_on()
    async with SphinxRecogniser(max_workers=1, max_decoders=3) as recogniser:
        (first,) = recogniser.process_ids
        for vocabulary in words("a", "b", "c"):
            recogniser.prepare(vocabulary)
        await until(lambda: first not in recogniser.process_ids)
        (second,) = recogniser.process_ids
        assert await heard_by(recogniser) == (second, 1000, "a,b,c")
        assert not psutil.pid_exists(first)


async def test_below_the_limit_nothing_is_replaced(stand_in: StandIn):
    """The one process goes on."""
    stand_in.go_on()
    async with SphinxRecogniser(max_workers=1, max_decoders=3) as recogniser:
        (first,) = recogniser.process_ids
        for vocabulary in words("a", "b"):
            recogniser.prepare(vocabulary)
        assert await heard_by(recogniser) == (first, 1000, "a,b")
        assert recogniser.process_ids == (first,)


async def test_an_utterance_is_heard_whole_by_whom_it_was_opened(stand_in: StandIn):
    """The old process ends after it; what is opened meanwhile is the new one's."""
    stand_in.go_on()
    async with SphinxRecogniser(max_workers=1, max_decoders=1) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen(Vocabulary())
        listener.feed(bytes(100))
        recogniser.prepare(*words("a"))
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        await until(lambda: recogniser.process_ids[0] == second)
        assert (await heard_by(recogniser))[:2] == (second, 1000)
        listener.feed(bytes(100))
        assert (await listener.finish()).text.startswith(f"{first} 200 ")
        await until(lambda: recogniser.process_ids == (second,))


async def test_until_the_new_process_is_prepared_the_old_one_hears(stand_in: StandIn):
    """Nobody waits for a process that is starting up."""
    async with SphinxRecogniser(max_workers=1, max_decoders=1) as recogniser:
        (first,) = recogniser.process_ids
        recogniser.prepare(*words("a"))
        await until(lambda: len(recogniser.process_ids) == 2)
        assert await heard_by(recogniser) == (first, 1000, "a")
        recogniser.prepare(*words("b"))
        stand_in.go_on()
        await until(lambda: first not in recogniser.process_ids)
        assert (await heard_by(recogniser))[1:] == (1000, "a,b")


async def test_there_is_one_process_more_at_most(stand_in: StandIn):
    """Two workers that are worn at once are replaced one after the other."""
    async with SphinxRecogniser(max_workers=2, max_decoders=2) as recogniser:
        listeners = [recogniser.listen(Vocabulary()) for _ in range(2)]
        first = set(recogniser.process_ids)
        for vocabulary in words("a", "b"):
            recogniser.prepare(vocabulary)
        most = 0

        def all_renewed() -> bool:
            nonlocal most
            most = max(most, len(recogniser.process_ids))
            # A worker that was refused asks again with its next decoder.
            recogniser.prepare(Vocabulary("", (f"{most}",)))
            return not first & set(recogniser.process_ids)

        await until(lambda: len(recogniser.process_ids) == 3)
        for listener in listeners:
            listener.drop()
        stand_in.go_on()
        await until(all_renewed)
        assert most <= 3


async def test_the_latest_vocabularies_are_prepared(stand_in: StandIn):
    """Of many, a new process gets those that were used last."""
    stand_in.go_on()
    async with SphinxRecogniser(max_workers=1, max_decoders=20) as recogniser:
        (first,) = recogniser.process_ids
        for number in range(20):
            recogniser.prepare(*words(f"{number}"))
        await until(lambda: first not in recogniser.process_ids)
        known = (await heard_by(recogniser))[2]
        assert known.split(",") == [str(number) for number in range(12, 20)]


async def test_a_successor_that_dies_is_no_loss(
    stand_in: StandIn, caplog: pytest.LogCaptureFixture
):
    """The worn worker goes on, and is replaced when it has done as much again."""
    async with SphinxRecogniser(max_workers=1, max_decoders=2) as recogniser:
        (first,) = recogniser.process_ids
        for vocabulary in words("a", "b"):
            recogniser.prepare(vocabulary)
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        psutil.Process(second).kill()
        await until(lambda: recogniser.process_ids == (first,))
        assert await heard_by(recogniser) == (first, 1000, "a,b")
        assert "cannot be replaced now" in caplog.text
        stand_in.go_on()
        for vocabulary in words("c", "d"):
            recogniser.prepare(vocabulary)
        await until(lambda: first not in recogniser.process_ids)
        assert (await heard_by(recogniser))[2] == "a,b,c,d"


async def test_a_successor_that_cannot_start_is_no_loss(
    stand_in: StandIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """The worn worker goes on."""
    async with SphinxRecogniser(max_workers=1, max_decoders=1) as recogniser:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        recogniser.prepare(*words("a"))
        await until(lambda: "cannot be replaced now" in caplog.text)
        assert (await heard_by(recogniser))[1:] == (1000, "a")


async def test_a_worker_that_dies_is_followed_by_its_successor(stand_in: StandIn):
    """What was said into it is heard by that one, prepared or not."""
    async with SphinxRecogniser(max_workers=1, max_decoders=1) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen(Vocabulary())
        listener.feed(bytes(100))
        recogniser.prepare(*words("a"))
        await until(lambda: len(recogniser.process_ids) == 2)
        (second,) = set(recogniser.process_ids) - {first}
        psutil.Process(first).kill()
        await until(lambda: recogniser.process_ids == (second,))
        stand_in.go_on()
        listener.feed(bytes(100))
        assert (await listener.finish()).text == f"{second} 200 a"
        listener.drop()


async def test_a_retired_worker_that_dies_loses_nothing(stand_in: StandIn):
    """Its last utterance is heard once more, and the next replacement is possible."""
    stand_in.go_on()
    async with SphinxRecogniser(max_workers=1, max_decoders=1) as recogniser:
        (first,) = recogniser.process_ids
        listener = recogniser.listen(Vocabulary())
        listener.feed(bytes(100))
        recogniser.prepare(*words("a"))
        await until(lambda: recogniser.process_ids[0] != first)
        second = recogniser.process_ids[0]
        psutil.Process(first).kill()
        assert (await listener.finish()).text == f"{second} 100 a"
        await until(lambda: recogniser.process_ids == (second,))
        recogniser.prepare(*words("b"))
        await until(lambda: second not in recogniser.process_ids)


@pytest.mark.parametrize("is_prepared", [False, True])
async def test_closing_in_the_middle_leaves_no_process(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, is_prepared: bool
):
    """Neither the one that starts nor the one that still hears is left."""
    monkeypatch.setattr(worker_process, "_PATIENCE_S", 0.1)
    before = set(psutil.Process().children())
    recogniser = SphinxRecogniser(max_workers=1, max_decoders=1)
    listener = recogniser.listen(Vocabulary())
    if is_prepared:
        stand_in.go_on()
    recogniser.prepare(*words("a"))
    await until(lambda: len(recogniser.process_ids) == 2)
    await recogniser.close()
    assert recogniser.process_ids == ()
    assert set(psutil.Process().children()) == before
    listener.drop()


async def test_a_replaced_recogniser_hears_the_same(speaker: SpeechWorker):
    """The same audio gives the same hearing before, across and after."""
    pcm = await speech(speaker, "what is twelve times seven")
    async with SphinxRecogniser(max_workers=1, max_decoders=3) as recogniser:
        (first,) = recogniser.process_ids
        before = await hear(recogniser, pcm)
        across = recogniser.listen(VOCABULARY)
        across.feed(pcm[:30_000])
        for vocabulary in words("good morning", "good evening", "good night"):
            recogniser.prepare(vocabulary)
        await until(lambda: recogniser.process_ids[0] != first)
        after = await hear(recogniser, pcm)
        across.feed(pcm[30_000:])
        assert before.text == "what is twelve times seven"
        assert await across.finish() == after == before
        await until(lambda: first not in recogniser.process_ids)
