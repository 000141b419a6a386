"""live_chat.py and notebook_audio.py without devices and without a browser."""

import asyncio

import pytest

from chapter_02.playback_buffer import PlaybackBuffer
from chapter_03 import live_events as event
from chapter_03.live_socket import LiveClosed
from chapter_05.live_chat import BufferPlayer, converse
from chapter_05.notebook_audio import NotebookAudio, modules_of
from chapter_05.turns import Conversation

RATE_HZ = 24_000


def second_of_audio():
    return bytes(RATE_HZ * 2)


async def test_a_player_tells_when_an_answer_is_heard_and_when_it_was():
    """Nothing while it is held back, then audible, then drained once it is complete."""
    buffer = PlaybackBuffer()
    player = BufferPlayer(buffer)
    player.play(second_of_audio())
    assert player.news() == []
    buffer.take(RATE_HZ // 2)
    assert [what for what, _ in player.news()] == ["audible"]
    buffer.take(RATE_HZ)
    assert player.news() == []
    player.finish()
    assert [what for what, _ in player.news()] == ["drained"]
    assert player.news() == []


async def test_a_flushed_player_tells_how_much_was_heard():
    """What was taken from the buffer was heard, the rest was not."""
    buffer = PlaybackBuffer(start_delay_ms=0)
    player = BufferPlayer(buffer)
    player.play(second_of_audio())
    buffer.take(RATE_HZ // 4)
    player.news()
    player.flush()
    assert player.news() == [("flushed", 250.0)]


class Microphone:
    """Is silent, in chunks that take no time."""

    rate_hz, chunk_ms, has_ended = 16_000, 20, False

    async def chunks(self):
        while True:
            await asyncio.sleep(0)
            yield bytes(640)


class Socket:
    """Gives these events, then closes with a code."""

    def __init__(self, *events, code=None):
        self.events = list(events)
        self.code = code
        self.is_sent_to = asyncio.Event()
        self.count = 0

    async def send(self, message):
        self.count += 1
        self.is_sent_to.set()

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.events:
            return self.events.pop(0)
        if self.code:
            raise LiveClosed(self.code, "gone")
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_close_of_the_other_side_reaches_the_caller_plainly():
    """No group of exceptions, and the conversation is closed."""
    conversation = Conversation()
    conversation.connect()
    player = BufferPlayer(PlaybackBuffer())
    with pytest.raises(LiveClosed, match="1011"):
        await converse(
            Socket(event.SetupComplete(), code=1011),
            Microphone(),
            player,
            conversation,
        )
    assert conversation.phase == "closed"


class Recorded(Microphone):
    """A recording that is over."""

    has_ended = True


@pytest.mark.parametrize(
    ("events", "most_s"),
    [
        ([], 1),
        ([event.VoiceActivity(True)], 30),
        ([event.VoiceActivity(True), event.Audio(second_of_audio(), RATE_HZ)], 31),
    ],
)
async def test_an_answer_that_never_ends_is_not_waited_for(events, most_s, monkeypatch):
    """Nor one that never begins; what has come has its time to be heard."""
    conversation = Conversation()
    conversation.connect()
    socket = Socket(event.SetupComplete(), *events)
    player = BufferPlayer(PlaybackBuffer())
    async with asyncio.timeout(60):
        is_over = await converse(socket, Recorded(), player, conversation)
    assert is_over is (most_s == 1)
    assert socket.count * 20 == pytest.approx(most_s * 1000, abs=200)


async def test_a_conversation_can_be_cancelled_and_leaves_nothing_running():
    """Both directions end."""
    conversation = Conversation()
    conversation.connect()
    before = asyncio.all_tasks()
    player = BufferPlayer(PlaybackBuffer())
    socket = Socket(event.SetupComplete())
    talking = asyncio.create_task(converse(socket, Microphone(), player, conversation))
    await socket.is_sent_to.wait()
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert asyncio.all_tasks() == before
    assert conversation.phase == "closed"


def tell(audio, content, *buffers):
    """Let the widget receive what its half in the browser would send."""
    audio._handle_custom_msg(content, [memoryview(buffer) for buffer in buffers])


async def test_the_widget_is_a_microphone():
    """Chunks come in their order, and silence once the microphone is closed."""
    audio = NotebookAudio()
    chunks = audio.chunks()
    first = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    tell(audio, {"type": "chunk"}, b"\x01\x00" * 320)
    assert await first == b"\x01\x00" * 320
    tell(audio, {"type": "chunk"}, b"\x02\x00" * 320)
    assert await anext(chunks) == b"\x02\x00" * 320
    tell(audio, {"type": "end"})
    assert await anext(chunks) == bytes(640)
    assert audio.has_ended


async def test_the_widget_is_a_loudspeaker(monkeypatch):
    """What is to be played goes to the browser, what was heard comes from there."""
    sent = []
    monkeypatch.setattr(
        NotebookAudio, "send", lambda _, content, buffers=(): sent.append(content)
    )
    audio = NotebookAudio()
    audio.play(b"\0\0")
    audio.finish()
    audio.flush()
    assert [one["type"] for one in sent] == ["play", "finish", "flush"]
    tell(audio, {"type": "start"})
    tell(audio, {"type": "flush", "heardMs": 120.5})
    await asyncio.sleep(0)
    (audible, _), flushed = audio.news()
    assert (audible, flushed) == ("audible", ("flushed", 120.5))
    assert audio.news() == []


def test_modules_for_the_browser_come_after_what_they_need():
    """Each names what it loads by its place in the repository, and nothing else."""
    modules = modules_of(["audio-recorder.js", "audio-streamer.js"])
    names = list(modules)
    assert "chapter_04/pcm.js" in names
    for at, source in enumerate(modules.values()):
        needed = source.split('"module:')[1:]
        assert all(one.split('"')[0] in names[:at] for one in needed)
        assert '"./' not in source and '"../' not in source
