"""The switch and the tokens with the real emulator and Google's own SDK."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request

import pytest
import websockets
from google import genai

from guide import backend

IN_A_CHILD = (
    "from guide import backend\n"
    "found = backend.ensure()\n"
    "print(found.url, backend._own_emulator is None)\n"
)


@pytest.fixture(scope="module")
def ensured():
    """Make sure of a backend, as the first cell of a notebook does."""
    yield backend.ensure()
    backend.stop()


async def test_a_plain_client_talks_to_the_emulator(ensured):
    """After ensure() the code is what a reader would write anyway."""
    config = {
        "response_modalities": ["AUDIO"],
        "output_audio_transcription": {},
    }
    text, audio = "", b""
    client = genai.Client()
    async with (
        asyncio.timeout(60),
        client.aio.live.connect(model=ensured.live_model, config=config) as session,
    ):
        await session.send_client_content(
            turns={"role": "user", "parts": [{"text": "What is two plus three?"}]}
        )
        async for message in session.receive():
            audio += message.data or b""
            content = message.server_content
            if content and content.output_transcription:
                text += content.output_transcription.text or ""
    assert "five" in text.lower() or "5" in text
    assert len(audio) > 24_000


def test_a_child_uses_the_emulator_of_its_parent(ensured, repository):
    """Scripts that a notebook starts do not start another."""
    variables = os.environ.copy()
    del variables["LIVE_EMULATOR_URL"]  # the tests' own wish for a fresh one
    child = subprocess.run(
        [sys.executable, "-c", IN_A_CHILD],
        cwd=repository,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert child.stdout.split() == [ensured.url, "True"], child.stderr


async def test_a_raw_socket_gets_in_with_address_and_headers(ensured):
    """No key is in the address, and the emulator answers the setup."""
    async with (
        asyncio.timeout(60),
        websockets.connect(
            ensured.websocket_url(),
            additional_headers=ensured.headers(),
            ssl=ensured.ssl_context(),
        ) as socket,
    ):
        await socket.send(
            json.dumps({"setup": {"model": f"models/{ensured.live_model}"}})
        )
        assert "setupComplete" in json.loads(await socket.recv())


async def test_a_token_of_the_page_server_opens_one_session(
    ensured, serve_pages, monkeypatch
):
    """The first connection is let in, and the same token not a second time."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", ensured.url)
    port = serve_pages()
    request = urllib.request.Request(
        f"http://localhost:{port}/api/token", method="POST"
    )

    def ask():
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    given = await asyncio.to_thread(ask)
    address = f"{given['websocket_url']}?access_token={given['token']}"
    setup = json.dumps({"setup": {"model": given["model"]}})
    async with asyncio.timeout(60):
        async with websockets.connect(address) as socket:
            await socket.send(setup)
            assert "setupComplete" in json.loads(await socket.recv())
        async with websockets.connect(address) as socket:
            await socket.send(setup)
            with pytest.raises(websockets.ConnectionClosed):
                await socket.recv()


def test_the_emulator_ends_with_the_program(repository):
    """Nothing keeps a script from ending, and no worker outlives it."""
    program = "from guide import backend\nprint(backend.ensure().kind)\n"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (done.returncode, done.stdout) == (0, "emulator\n"), done.stderr
    assert not done.stderr
