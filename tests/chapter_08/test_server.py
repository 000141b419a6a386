"""The server as pages meet it: conversations, refusals, and nothing left behind."""

import asyncio
import contextlib
import gc
import json
import urllib.error
import urllib.request
from types import SimpleNamespace

import av
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chapter_08.keeper import Keeper
from chapter_08.kept_audio import Timeline
from chapter_08.limits import Limits
from chapter_08.opus_answers import OpusAnswers
from chapter_08.page_client import PageClient, ServerRefused, get_cookie
from tests.chapter_08.conftest import running, speech

PATIENCE_S = 60
OF_CONVERSATIONS = {"listen", "forward", "receive", "speak", "watch"}
OF_CONVERSATIONS |= {"Keeper._write_on", "ToolRunner._run"}


@pytest.fixture
async def cookie(server):
    return await get_cookie(server.url)


async def answered(client):
    """Return what came until the end of a turn: words by kind, and bytes of sound."""
    found = SimpleNamespace(heard="", said="", sound=b"", kinds=[], packets=0)
    async with asyncio.timeout(PATIENCE_S):
        async for message in client:
            if isinstance(message, bytes):
                found.sound += message
                found.packets += 1
                continue
            found.kinds.append(message["type"])
            if message["type"] == "inputTranscript":
                found.heard += message["text"]
            elif message["type"] == "outputTranscript":
                found.said += message["text"]
            elif message["type"] == "turnComplete":
                return found
    raise AssertionError("the server closed")


async def speak(client, pcm):
    """Speak a question in real time, with the silence that ends a turn."""
    for at in range(0, len(pcm), 3_200):
        await client.send_audio(pcm[at : at + 3_200])
        await asyncio.sleep(0.1)
    await client.send(type="audio_end")


async def is_idle(server):
    """Wait until nothing of any conversation is left in the server."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            names = {
                task.get_coro().__qualname__ for task in asyncio.all_tasks(server.loop)
            }
            if not server.board.places.taken and not names & OF_CONVERSATIONS:
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("answers", ["pcm", "opus"])
async def test_a_spoken_question_as_pcm(server, cookie, answers):
    """It is transcribed and answered, in words and in sound."""
    async with PageClient.connect(server.url, cookie, answers=answers) as client:
        assert client.ready["limits"]["max_audio_s"] == 900
        _, found = await asyncio.gather(
            speak(client, speech("capital-of-france")), answered(client)
        )
        assert "capital of France" in found.heard
        assert "Paris" in found.said
        if answers == "opus":
            assert found.packets > 30 and len(found.sound) / found.packets < 200
        else:
            assert len(found.sound) > 24_000
        await client.send(type="stop")
        left = [message async for message in client]
        assert left[-1] == {"type": "closed", "code": 1000, "message": ""}
    await is_idle(server)


async def test_what_chromium_recorded_is_understood(server, cookie, pieces):
    """WebM, decoded as it comes, even if the piece with the header is lost."""
    async with PageClient.connect(
        server.url, cookie, format="webm", report=True
    ) as client:

        async def record():
            for number, piece in enumerate(pieces):
                if number != 0:
                    await client.send_audio(piece)
                await asyncio.sleep(0.1)
            await client.send(type="audio_end")

        _, found = await asyncio.gather(record(), answered(client))
    assert "Paris" in found.said
    assert found.kinds.count("piece") == len(pieces) - 1


async def test_typed_text_interrupts_a_story(server, cookie):
    """What was on its way is not sent any more."""
    async with PageClient.connect(server.url, cookie) as client:
        await client.send(type="text", text="Tell me a long story.")
        async for message in client:
            if isinstance(message, bytes):
                break
        await client.send(type="text", text="What is twelve times seven?")
        story = await answered(client)
        assert "interrupted" in story.kinds
        answer = await answered(client)
        assert "eighty-four" in answer.said


async def test_the_model_may_look_at_the_servers_clock(server, cookie):
    """A function of chapter 7 runs here, and the page sees the call."""
    async with PageClient.connect(server.url, cookie, tools=True) as client:
        await client.send(type="text", text="What time is it?")
        found = await answered(client)
        while "toolCall" not in found.kinds:
            found = await answered(client)
    assert found.said


async def raw(server, cookie, *messages, origin=None):
    """Send messages as they are; return the close code and the sentence."""
    headers = {"Cookie": cookie} if cookie else {}
    if origin:
        headers["Origin"] = origin
    url = f"ws://localhost:{server.port}/ws/audio-live"
    async with connect(url, additional_headers=headers, proxy=None) as socket:
        sentence = ""
        with contextlib.suppress(ConnectionClosed):
            for message in messages:
                await socket.send(message)
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    data = await socket.recv()
                    if isinstance(data, str) and '"closed"' in data:
                        sentence = json.loads(data)["message"]
        return socket.close_code, sentence


START = '{"type": "start"}'
WEBM = '{"type": "start", "format": "webm"}'
MP4 = '{"type": "start", "format": "mp4"}'

REFUSED = {
    "sound first": ([b"\0\0"], 4400, "Sound came before"),
    "another message first": (['{"type": "stop"}'], 4400, "The first message is"),
    "nonsense first": (["<html>"], 4400, "Invalid JSON"),
    "begun twice": ([START, START], 4400, "begun already"),
    "text where bytes belong": ([START, "AAAA"], 4400, "Invalid JSON"),
    "an unknown model": (['{"type": "start", "model": "gpt"}'], 4400, "no model 'gpt'"),
    "an unknown voice": (['{"type": "start", "voice": "Bob"}'], 4400, "voice"),
    "a huge piece": ([START, bytes(70_000)], 4413, "70,000 bytes"),
    "an hour at once": ([START, *[bytes(64_000)] * 5], 4429, "faster than anybody"),
    "MP4 without its head": ([MP4, b"\0\0\0\x10moof" + bytes(8)], 4415, "first piece"),
    "no MP4": ([MP4, b"RIFF" + bytes(60)], 4415, "no MP4"),
    "the user's own end": ([START, '{"type": "stop"}'], 1000, ""),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_page_does_wrong_ends_its_conversation_in_words(
    server, cookie, name
):
    """A code, a sentence, and a bystander who notices nothing."""
    messages, code, words = REFUSED[name]
    async with PageClient.connect(server.url, cookie) as bystander:
        found, sentence = await raw(server, cookie, *messages)
        assert (found, words in sentence) == (code, True), sentence
        await bystander.send(type="text", text="What is twelve times seven?")
        assert "eighty-four" in (await answered(bystander)).said
    await is_idle(server)


async def test_a_frame_larger_than_any_message_is_refused_by_the_protocol(
    server, cookie
):
    """1 MiB is the most that is even read."""
    code, _ = await raw(server, cookie, START, bytes(2**20 + 1))
    assert code in (1009, 1006)
    await is_idle(server)


async def test_noise_as_webm_is_silence(server, cookie):
    """It harms nobody, and the conversation goes on."""
    async with PageClient.connect(server.url, cookie, format="webm") as client:
        await client.send_audio(b"\xff\0" * 8_000)
        await client.send(type="text", text="What is twelve times seven?")
        assert "eighty-four" in (await answered(client)).said


@pytest.mark.parametrize(
    ("given", "origin", "status"),
    [
        (True, "https://evil.example", 403),
        (True, "null", 403),
        (False, None, 401),
        (False, "same", 401),
        (True, "same", 0),
    ],
)
async def test_who_may_not_is_refused_before_it_is_let_in(
    server, cookie, given, origin, status
):
    """Another website, and who has no cookie of this server."""
    origin = server.url if origin == "same" else origin
    try:
        await raw(
            server, cookie if given else "", START, '{"type": "stop"}', origin=origin
        )
        found = 0
    except InvalidStatus as refused:
        found = refused.response.status_code
    assert found == status


async def test_a_user_has_three_conversations_and_no_more(server, cookie):
    """The fourth is told why; another user is not concerned."""
    async with contextlib.AsyncExitStack() as opened:
        for _ in range(3):
            await opened.enter_async_context(PageClient.connect(server.url, cookie))
        with pytest.raises(ServerRefused, match="You have 3 conversations open"):
            async with PageClient.connect(server.url, cookie):
                pass
        other = await get_cookie(server.url)
        await opened.enter_async_context(PageClient.connect(server.url, other))
    await is_idle(server)


async def test_clients_that_vanish_leave_nothing(server, cookie):
    """At each step: before the first message, after it, in a question, in an answer."""
    url = f"ws://localhost:{server.port}/ws/audio-live"
    story = '{"type": "text", "text": "Tell me a long story."}'
    for messages in (
        [],
        [START],
        [START, bytes(640)],
        [WEBM, b"\x1aE"],
        [START, story],
    ):
        headers = {"Cookie": cookie}
        async with connect(url, additional_headers=headers, proxy=None) as socket:
            for message in messages:
                await socket.send(message)
            if messages[-1:] == [story]:
                while isinstance(await socket.recv(), str):
                    pass
            socket.transport.abort()
        await is_idle(server)


async def test_a_mistake_of_the_server_is_said_and_logged(
    server, cookie, monkeypatch, caplog
):
    """The page learns that it is not to blame; the log has the traceback."""
    monkeypatch.setattr(server.board, "model_name", lambda model: 1 / 0)
    with pytest.raises(ServerRefused, match="has made a mistake") as refused:
        async with PageClient.connect(server.url, cookie):
            pass
    assert refused.value.code == 1011
    assert "ZeroDivisionError" in caplog.text
    await is_idle(server)


async def test_deadlines_of_a_conversation(live, tmp_path):
    """Without a first message, without any message, and when its time is over."""
    limits = Limits(handshake_s=0.3, idle_s=3.0, max_audio_s=2.0)
    with running(tmp_path, limits=limits) as server:
        cookie = await get_cookie(server.url)
        assert (await raw(server, cookie))[0] == 4408
        code, sentence = await raw(server, cookie, START)
        assert code == 4408 and "Nothing came for 3 s" in sentence
        code, sentence = await raw(server, cookie, START, bytes(64_000), bytes(3_200))
        assert code == 4410 and "are over" in sentence
        await is_idle(server)


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (
            'close code=1011 reason="Internal error encountered."',
            1014,
            "inside the service",
        ),
        ('close code=1011 reason="You exceeded your current quota"', 1013, "quota"),
        ("drop", 1014, "connection"),
    ],
)
async def test_a_service_that_ends_the_session_is_explained(
    server, live, cookie, fault, code, words
):
    """In the words of chapter 3, under a code of the bridge's."""
    async with PageClient.connect(server.url, cookie) as client:
        await asyncio.to_thread(live.inject, fault)
        with pytest.raises(ServerRefused, match=words) as refused:
            async for _ in client:
                pass
    assert refused.value.code == code
    await is_idle(server)


async def test_a_refused_setup_is_explained(server, live, cookie):
    """Before the conversation has begun."""
    await asyncio.to_thread(live.inject, "refuse status=401")
    with pytest.raises(ServerRefused) as refused:
        async with PageClient.connect(server.url, cookie):
            pass
    assert refused.value.code == 1014
    live.clear_faults()


async def test_a_server_without_a_service_says_so(tmp_path, monkeypatch):
    """The emulator was stopped after the server had started."""
    from live_emulator import Emulator

    with Emulator() as emulator:
        monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
        opened = contextlib.ExitStack()
        server = opened.enter_context(running(tmp_path))
    with opened:
        cookie = await get_cookie(server.url)
        code, sentence = await raw(server, cookie, START)
        assert code == 1014 and sentence.endswith(".")


async def test_a_kept_conversation_is_found_after_a_restart_and_deleted(live, tmp_path):
    """Heard, exported, and gone from the disk; with no cookie, nothing is shown."""
    with running(tmp_path) as server:
        cookie = await get_cookie(server.url)
        async with PageClient.connect(server.url, cookie, keep=True) as client:
            kept = client.ready["kept"]
            await asyncio.gather(
                speak(client, speech("capital-of-france")), answered(client)
            )
            await client.send(type="stop")
            async for _ in client:
                pass
        await is_idle(server)
    with running(tmp_path) as server:

        def get(path, method="GET", with_cookie=cookie):
            request = urllib.request.Request(
                f"{server.url}/api/conversations{path}",
                headers={"Cookie": with_cookie},
                method=method,
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        status, body = await asyncio.to_thread(get, "?q=france")
        (found,) = json.loads(body)
        assert found["id"] == kept and found["hasAudio"] and found["endedAt"]
        assert json.loads((await asyncio.to_thread(get, "?q=spain"))[1]) == []
        whole = json.loads((await asyncio.to_thread(get, f"/{kept}"))[1])
        assert "Paris" in whole["lines"][1]["text"]
        status, sound = await asyncio.to_thread(get, f"/{kept}/audio")
        assert sound.startswith(b"OggS")
        status, packed = await asyncio.to_thread(get, f"/{kept}/export")
        assert packed.startswith(b"PK") and b"conversation.ogg" in packed
        status, _ = await asyncio.to_thread(get, f"/{kept}", "GET", "")
        assert status == 401
        other = await get_cookie(server.url)
        assert (await asyncio.to_thread(get, f"/{kept}", "GET", other))[0] == 404
        assert (await asyncio.to_thread(get, f"/{kept}", "DELETE"))[0] == 204
        assert (await asyncio.to_thread(get, f"/{kept}", "DELETE"))[0] == 404
        left = sorted(path.name for path in tmp_path.iterdir())
        assert left == ["history.db", "secret"]


async def test_what_a_conversation_held_is_freed_at_its_end(server, cookie):
    """Decoders have memory that Python does not count, so the collector comes late."""
    gc.collect()
    gc.disable()
    try:
        options = {"format": "webm", "answers": "opus", "keep": True}
        async with PageClient.connect(server.url, cookie, **options) as client:
            await client.send(type="text", text="What is twelve times seven?")
            await answered(client)
            await client.send(type="stop")
            async for _ in client:
                pass
        await is_idle(server)
        heavy = (OpusAnswers, Keeper, Timeline, av.CodecContext)
        assert not [one for one in gc.get_objects() if isinstance(one, heavy)]
    finally:
        gc.enable()


async def test_nothing_is_kept_unless_the_user_says_so(server, cookie):
    """The folder stays as it was."""
    before = sorted(server.board.history.folder.iterdir())
    async with PageClient.connect(server.url, cookie) as client:
        await client.send(type="text", text="What is twelve times seven?")
        await answered(client)
        assert client.ready["kept"] == ""
    assert sorted(server.board.history.folder.iterdir()) == before


async def test_a_damaged_history_stops_keeping_and_nothing_else(live, tmp_path):
    """The user learns why; the conversation goes on."""
    (tmp_path / "history.db").write_bytes(b"a letter to my aunt" * 100)
    with running(tmp_path) as server:
        cookie = await get_cookie(server.url)
        async with PageClient.connect(server.url, cookie, keep=True) as client:
            await client.send(type="text", text="What is twelve times seven?")
            found = await answered(client)
            assert "eighty-four" in found.said and client.ready["kept"] == ""
        health = await asyncio.to_thread(_health, server.url)
        assert health["name"] == "chapter_08" and health["keeps"] is False


def _health(url):
    with urllib.request.urlopen(f"{url}/health", timeout=30) as response:
        return json.loads(response.read())
