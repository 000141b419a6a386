"""Worker processes start anywhere, end with their owner, and leave nothing behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import psutil
import pytest

from live_emulator.voice import (
    EnglishRecogniser,
    SpeechWorker,
    WorkerLost,
)
from live_emulator.voice.process import worker_process, worker_recogniser
from live_emulator.voice.process.worker import Worker
from live_emulator.voice.speaking import speaker as speaking_speaker
from tests.live_emulator.voice.voice_helpers import hear, pieces, silence

SPEECH = "live_emulator.voice.speaking.speaking_worker"


def run_python(code: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def test_nothing_is_loaded_by_importing():
    """Neither engine is ever in this process, also not in use."""
    code = """
        import asyncio, sys
        from live_emulator.voice import EnglishRecogniser, SpeechWorker

        async def use():
            async with SpeechWorker() as speaker, EnglishRecogniser() as recogniser:
                await asyncio.gather(speaker.ready(), recogniser.ready())

        asyncio.run(use())
        engines = {"ctranslate2", "hibari", "onnxruntime", "espeakng_loader"}
        print(sorted(engines & set(sys.modules)))
    """
    out, err = run_python(code).communicate()
    assert (out.strip(), err) == ("[]", "")


async def test_workers_do_without_the_emulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """They load their own modules alone, whatever the package imports at its top."""
    package = tmp_path / "live_emulator"
    shutil.copytree(worker_process._PACKAGE / "voice", package / "voice")
    shutil.copy(worker_process._PACKAGE / "loaded_when_used.py", package)
    (package / "__init__.py").write_text("raise SystemExit('too much is imported')")
    monkeypatch.setattr(worker_process, "_PACKAGE", package)
    async with SpeechWorker() as speaker, EnglishRecogniser() as recogniser:
        await asyncio.gather(speaker.ready(), recogniser.ready())


async def test_closing_leaves_no_process_thread_or_task():
    """After the context managers everything is as it was before."""
    processes = set(psutil.Process().children(recursive=True))
    threads = set(threading.enumerate())
    async with SpeechWorker() as speaker, EnglishRecogniser() as recogniser:
        pcm = silence(500)
        await asyncio.gather(
            pieces(speaker, "Yes."), *(hear(recogniser, pcm) for _ in range(4))
        )
        abandoned = recogniser.listen()
        abandoned.feed(pcm)
        assert len(psutil.Process().children(recursive=True)) > len(processes)
    abandoned.drop()
    assert set(psutil.Process().children(recursive=True)) == processes
    assert set(threading.enumerate()) == threads
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_workers_serve_one_event_loop_after_another(speaker: SpeechWorker):
    """As in a notebook that starts a loop of its own in each cell."""
    said = [asyncio.run(pieces(speaker, "Yes.")) for _ in range(2)]
    assert said[0] == said[1] != []


async def test_a_worker_is_started_again_when_it_is_needed(speaker: SpeechWorker):
    """Dying between two speeches is noticed, and no caller sees it."""
    await speaker.ready()
    (process_id,) = speaker.process_ids
    process = psutil.Process(process_id)
    process.kill()
    process.wait()
    assert await pieces(speaker, "Yes.")
    assert speaker.process_ids != (process_id,)


async def test_a_worker_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch):
    """The error names the worker; nothing waits for ever, nothing is tried again."""
    missing = Worker("live_emulator.voice.no_such_worker")
    with pytest.raises(WorkerLost, match="no_such_worker.*exit code 1"):
        await missing.ready()
    await missing.close()
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(WorkerLost, match=r"sys\.executable is empty"):
        Worker(SPEECH).start()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerLost, match="cannot be started"):
        Worker(SPEECH).start()


async def test_a_worker_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch):
    """Closing waits a little, not for ever."""
    monkeypatch.setattr(worker_process, "_PATIENCE_S", 0.1)
    speaker = SpeechWorker()
    await speaker.ready()
    process = psutil.Process(*speaker.process_ids)
    process.suspend()
    await speaker.close()
    assert not process.is_running()


async def test_a_worker_that_stops_while_it_speaks(
    speaker: SpeechWorker, monkeypatch: pytest.MonkeyPatch
):
    """It is ended after a while, and another one says what is left."""
    text = "One sentence is here. Then comes another one. The third is the last."
    expected = [piece.pcm async for piece in speaker.speak(text, voice="Kore")]
    hung = SpeechWorker()
    await hung.ready()
    (first,) = hung.process_ids
    said: list[bytes] = []

    async def speak() -> None:
        async for piece in hung.speak(text, voice="Kore"):
            if not said:
                psutil.Process(first).suspend()
                monkeypatch.setattr(speaking_speaker, "_PATIENCE_S", 0.2)
            said.append(piece.pcm)

    speaking = asyncio.create_task(speak())
    while first in hung.process_ids:  # noqa: ASYNC110 - it goes without a word
        await asyncio.sleep(0.01)
    monkeypatch.setattr(speaking_speaker, "_PATIENCE_S", 60)
    await speaking
    assert b"".join(said) == b"".join(expected)
    assert first not in hung.process_ids
    await hung.close()


CHILD = """
    import asyncio, sys
    from live_emulator.voice import EnglishRecogniser, SpeechWorker

    async def main():
        async with SpeechWorker() as speaker, EnglishRecogniser() as recogniser:
            await asyncio.gather(speaker.ready(), recogniser.ready())
            print(*speaker.process_ids, *recogniser.process_ids, flush=True)
            await asyncio.Event().wait()

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("interrupted")
"""


def ids_of_workers(child: subprocess.Popen[str]) -> list[psutil.Process]:
    assert child.stdout is not None
    return [psutil.Process(int(number)) for number in child.stdout.readline().split()]


def test_workers_end_when_their_owner_is_killed(tmp_path: Path):
    """Also if it had no chance to say goodbye; any folder will do to start in."""
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    options = ["-P"] if sys.version_info >= (3, 11) else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = run_python(CHILD, *options, cwd=tmp_path, env=environment)
    workers = ids_of_workers(child)
    assert len(workers) == 2
    child.kill()
    child.communicate()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_ctrl_c_is_for_the_owner_alone():
    """Sent to the whole group of a terminal, it makes no worker complain."""
    child = run_python(CHILD, start_new_session=True)
    workers = ids_of_workers(child)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate()
    assert (out, err) == ("interrupted\n", "")
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive


def test_no_more_phrases_than_a_recogniser_has_room_for():
    """The likeliest are passed on, whatever a setup holds; empty ones are not."""
    few = ["Zaphod", "", "Trillian"]
    assert worker_recogniser._the_likeliest(few) == ["Zaphod", "Trillian"]
    many = ["a" * 1_500, "b" * 10**6, *(str(number) for number in range(10**5))]
    first, second = worker_recogniser._the_likeliest(many)
    assert (len(first), len(second)) == (1_500, 499)
