"""A server of chapter 8 on a free port, with an emulator behind it."""

import asyncio
import contextlib
import json
import threading
from types import SimpleNamespace

import pytest

from chapter_08.server import make_app
from guide import backend
from guide.audio_files import read_speech
from guide.chapters import REPOSITORY
from guide.loopback import listen
from guide.pages.settings import Settings
from guide.servers import server_of
from live_emulator import Emulator

AUDIO = REPOSITORY / "assets" / "audio"


def recorded_pieces():
    """Return what Chromium's MediaRecorder made of a question, piece by piece."""
    about = json.loads((AUDIO / "browser-recording.json").read_text("utf-8"))
    data, at, pieces = (AUDIO / "browser-recording.webm").read_bytes(), 0, []
    for length in about["piece_bytes"]:
        pieces.append(data[at : at + length])
        at += length
    assert at == len(data)
    return pieces


@pytest.fixture(scope="session")
def pieces():
    return recorded_pieces()


def speech(name):
    """Return a question of assets/audio as PCM at 16 kHz."""
    return read_speech(AUDIO / f"{name}.wav")


@contextlib.contextmanager
def running(folder, **options):
    """Run a server in a thread; yields its address and its switchboard."""
    sockets = listen(0)
    port = sockets[0].getsockname()[1]
    settings = Settings(port=port, **options.pop("settings", {}))
    app = make_app(folder, settings, **options)
    server = server_of(app, settings)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(server.serve(sockets))
    )
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.02)
        assert server.started
        yield SimpleNamespace(
            url=f"http://localhost:{port}",
            port=port,
            board=app.state.board,
            loop=loop,
        )
    finally:
        server.should_exit = True
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def live():
    """Run an emulator that the server finds, and leave no trace of it."""
    with pytest.MonkeyPatch.context() as patch, Emulator() as emulator:
        patch.setenv("LIVE_EMULATOR_URL", emulator.url)
        yield emulator
        backend.stop()


@pytest.fixture(scope="module")
def server(live, tmp_path_factory):
    """Run a server for a whole file of tests."""
    with running(tmp_path_factory.mktemp("kept")) as found:
        yield found
