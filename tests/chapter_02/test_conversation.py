"""Both directions of a conversation, with a session that a test holds in its hands."""

import asyncio

import numpy as np
import pytest
from google.genai import errors, types
from websockets.exceptions import ConnectionClosedError

from chapter_02 import conversation
from chapter_02.conversation import converse
from chapter_02.playback_buffer import PlaybackBuffer
from chapter_02.sound_card import DeviceError
from chapter_02.turn_taking import HalfDuplex

SECOND = np.full(24_000, 1000, "<i2").tobytes()
VOICE = {"voice_activity": {"voice_activity_type": "ACTIVITY_START"}}


def content(**fields):
    return types.LiveServerMessage.model_validate({"server_content": fields})


def audio(pcm=SECOND, **fields):
    blob = {"data": pcm, "mime_type": "audio/pcm;rate=24000"}
    return content(model_turn={"parts": [{"inline_data": blob}]}, **fields)


COMPLETE = content(turn_complete=True)


class Session:
    """Keeps what is sent, and receives what the test says, turn by turn."""

    def __init__(self, *messages):
        self.sent = []
        self.script = list(messages)
        self.is_idle = asyncio.Event()

    async def send_realtime_input(self, *, audio):
        self.sent.append(audio)

    async def receive(self):
        while self.script:
            message = self.script.pop(0)
            if isinstance(message, Exception):
                raise message
            yield message
            if message is COMPLETE:
                return
        self.is_idle.set()
        await asyncio.Event().wait()


class Mouth:
    """A microphone that gives a chunk whenever the session has nothing to say."""

    rate_hz = 16_000
    chunk_ms = 40

    def __init__(self, session, spoken=3):
        self.session = session
        self.spoken = spoken
        self.given = 0

    @property
    def has_ended(self):
        return self.given >= self.spoken

    async def chunks(self):
        while True:
            await self.session.is_idle.wait()
            await asyncio.sleep(0)
            self.given += 1
            yield b"\1\0" * 640


class Ear:
    """A loudspeaker that takes nothing by itself."""

    def __init__(self):
        self.playback = PlaybackBuffer(start_delay_ms=0)
        self.is_gone = False


@pytest.fixture
def ear():
    """Return a loudspeaker."""
    return Ear()


async def test_what_is_spoken_is_sent_until_all_of_it_is_over(ear):
    """Then follows a second of quiet."""
    session = Session()
    watch = await converse(session, Mouth(session), ear)
    assert {blob.mime_type for blob in session.sent} == {"audio/pcm;rate=16000"}
    assert len(session.sent) == 2 + 25
    assert not watch.is_awaited


async def test_an_interruption_empties_the_buffer_and_nothing_else_does(ear):
    """Neither the end of the generation nor that of the turn."""
    unheard = []
    session = Session(
        audio(),
        content(generation_complete=True),
        COMPLETE,
        audio(),
        content(interrupted=True),
        COMPLETE,
        audio(SECOND[:4800]),
    )
    await converse(
        session,
        Mouth(session),
        ear,
        on_message=lambda _, ms: unheard.append((ms, ear.playback.waiting_ms)),
        most_s=0.2,
    )
    before = [(0, 1000), (0, 1000), (0, 1000), (0, 2000)]
    assert unheard == [*before, (2000, 0), (0, 0), (0, 100)]


async def test_everything_in_a_message_is_done(ear):
    """The transcript beside an interruption, the audio beside an end."""
    seen = []
    session = Session(
        audio(),
        content(interrupted=True, input_transcription={"text": "stop"}),
        audio(SECOND[:4800], generation_complete=True),
    )
    await converse(
        session,
        Mouth(session),
        ear,
        on_message=lambda message, _: seen.append(message),
        most_s=0.1,
    )
    assert seen[1].server_content.input_transcription.text == "stop"
    assert ear.playback.waiting_ms == 100
    ear.playback.take(4800)
    ear.playback.add(SECOND)
    assert ear.playback.underruns == 0


async def test_a_conversation_waits_for_what_is_not_heard_yet(ear):
    """A recording is over before its answer is."""
    session = Session(types.LiveServerMessage.model_validate(VOICE), audio(), COMPLETE)
    chunks = []

    def on_chunk(chunk):
        chunks.append(chunk)
        if len(chunks) == 50:
            ear.playback.take(24_000)

    await converse(session, Mouth(session), ear, on_chunk=on_chunk)
    assert len(chunks) == 50 - 1 + 25


async def test_an_answer_that_never_comes_is_not_waited_for_without_end(ear):
    """The watch still says that it is awaited."""
    session = Session(types.LiveServerMessage.model_validate(VOICE))
    watch = await converse(session, Mouth(session), ear)
    assert watch.is_awaited
    assert len(session.sent) == 2 + conversation.PATIENCE_S / 0.04


async def test_half_duplex_sends_silence_while_the_model_is_heard(ear):
    """What was recorded is still shown to whoever records it."""
    recorded = []
    session = Session(audio())
    await converse(
        session,
        Mouth(session),
        ear,
        gate=HalfDuplex(),
        on_chunk=recorded.append,
        most_s=0.4,
    )
    assert not any(any(blob.data) for blob in session.sent)
    assert all(any(chunk) for chunk in recorded)


async def test_a_closed_session_ends_with_the_reason_that_receiving_has(ear):
    """Also if sending fails first; nothing is left running."""
    session = Session(errors.APIError(1008, {}))

    async def refuse(**_):
        raise ConnectionClosedError(None, None)

    session.send_realtime_input = refuse
    session.is_idle.set()
    before = asyncio.all_tasks()
    with pytest.raises(errors.APIError) as error:
        await converse(session, Mouth(session), ear)
    assert error.value.code == 1008
    assert asyncio.all_tasks() == before


async def test_a_loudspeaker_that_is_unplugged_ends_the_conversation(ear):
    """In one sentence."""
    session = Session()
    ear.is_gone = True
    with pytest.raises(DeviceError, match="The loudspeaker is gone"):
        await converse(session, Mouth(session), ear)


async def test_a_cancelled_conversation_leaves_nothing_running(ear):
    """That is what Ctrl-C does."""
    session = Session()
    before = asyncio.all_tasks()
    talking = asyncio.create_task(converse(session, Mouth(session, 10**9), ear))
    await session.is_idle.wait()
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert asyncio.all_tasks() == before
