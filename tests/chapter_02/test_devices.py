"""Microphone, loudspeaker and their twins; the sound card is worked by hand."""

import asyncio
import builtins
import sys

import numpy as np
import pytest

from chapter_02.devices import Microphone, Speaker, WavMicrophone, WavSpeaker
from chapter_02.playback_buffer import PlaybackBuffer
from chapter_02.room import Room
from chapter_02.sound_card import DeviceError, device_table
from tests.chapter_02.fake_sounddevice import FakeSounddevice


@pytest.fixture
def card(monkeypatch):
    """Put a sound card into this machine."""
    fake = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


async def test_a_microphone_gives_what_is_recorded_from_now_on(card):
    """Chunks of the wanted length; what came before anybody listened is forgotten."""
    async with Microphone("Desk", chunk_ms=20) as microphone:
        stream = card.opened[0]
        stream.record(b"old ")
        await asyncio.sleep(0)
        chunks = microphone.chunks()
        getting = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        stream.record(b"new ")
        assert await getting == b"new "
        assert microphone.rate_hz == 16_000
    assert (stream.settings["blocksize"], stream.settings["device"]) == (320, "Desk")
    assert (stream.settings["channels"], stream.settings["dtype"]) == (1, "int16")
    assert stream.state == "closed"


async def test_a_program_that_falls_behind_loses_the_oldest_chunks(card):
    """Two seconds are kept."""
    async with Microphone(chunk_ms=500) as microphone:
        chunks = microphone.chunks()
        getting = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        for number in range(7):
            card.opened[0].record(bytes([number, 0]))
        await asyncio.sleep(0)
        assert [await getting, await anext(chunks)] == [b"\3\0", b"\4\0"]
        assert microphone.dropped == 3


async def test_a_device_without_16_khz_records_at_its_own_rate(card):
    """The Live API takes any."""
    card.rates_hz = (48_000,)
    async with Microphone(chunk_ms=40) as microphone:
        assert microphone.rate_hz == 48_000
        assert card.opened[0].settings["blocksize"] == 1920


@pytest.mark.parametrize("when", ["before", "while"])
async def test_a_microphone_that_is_unplugged_says_so(when, card):
    """Whether somebody waits for a chunk already or not yet."""
    async with Microphone() as microphone:
        getting = asyncio.ensure_future(anext(microphone.chunks()))
        if when == "while":
            await asyncio.sleep(0)
        card.opened[0].unplug()
        with pytest.raises(DeviceError, match=r"The microphone is gone\. .*--input"):
            await getting


async def test_a_loudspeaker_plays_its_buffer_and_tells_what_it_played(card):
    """As much as the device wants, at the rate of the answers."""
    played = []
    speaker = Speaker(PlaybackBuffer(start_delay_ms=0), "Box")
    async with speaker:
        stream = card.opened[0]
        speaker.playback.add(np.array([1, 2, 3], "<i2").tobytes())
        assert stream.play(2) == [1, 2]
        speaker.on_played = played.append
        assert stream.play(4) == [3, 0, 0, 0]
        await asyncio.sleep(0)
        assert not speaker.is_gone
        stream.unplug()
        await asyncio.sleep(0)
        assert speaker.is_gone
    assert played == [np.array([3, 0, 0, 0], np.int16).tobytes()]
    assert (stream.settings["samplerate"], stream.settings["device"]) == (24_000, "Box")
    assert stream.state == "closed"


@pytest.mark.parametrize(
    ("make", "kind", "noun"),
    [(Microphone, "input", "microphone"), (Speaker, "output", "loudspeaker")],
)
async def test_a_device_that_cannot_be_opened_is_one_sentence(make, kind, noun, card):
    """It suggests another device, or files."""
    card.broken = (kind,)
    with pytest.raises(DeviceError) as error:
        async with make():
            pass
    assert str(error.value) == (
        f"No {noun} can be used (Error querying device -1). Choose one that "
        "--list-devices names, or speak and hear through files instead: --input WAV "
        "--output WAV."
    )


async def test_a_device_that_nobody_has_is_one_sentence(card):
    """The name is in it."""
    with pytest.raises(DeviceError, match=r"\(No input device matching 'nobody'\)"):
        async with Microphone("nobody"):
            pass


MISSING = {
    OSError("PortAudio library not found"): "PortAudio, which sounddevice needs, is ",
    ImportError("sounddevice"): "The package sounddevice is not installed. ",
}


@pytest.mark.parametrize("failure", MISSING, ids=lambda failure: type(failure).__name__)
async def test_a_missing_library_is_one_sentence(failure, monkeypatch):
    """It says what to install, and how to do without."""
    original = builtins.__import__

    def load(name, *rest, **options):
        if name == "sounddevice":
            raise failure
        return original(name, *rest, **options)

    monkeypatch.setattr("chapter_02.sound_card.import_module", load)
    for use in (device_table, Microphone().__aenter__, Speaker().__aenter__):
        with pytest.raises(DeviceError) as error:
            await result if hasattr(result := use(), "__await__") else None
        assert str(error.value).startswith(MISSING[failure])
        assert str(error.value).endswith("--input WAV --output WAV.")


def test_devices_are_listed_with_what_they_can_do(card):
    """The defaults are marked."""
    assert device_table() == (
        "  0  Desk: microphone (default)\n"
        "  1  Box: loudspeaker (default)\n"
        "  2  Set: microphone, loudspeaker"
    )


def test_a_machine_without_devices_is_one_sentence(card):
    """It suggests files."""
    card.query_devices = list
    with pytest.raises(DeviceError, match="no sound device; .* --input WAV"):
        device_table()


async def test_the_twin_of_the_microphone_speaks_a_recording_and_then_is_silent():
    """In chunks of one length, the last one filled up."""
    microphone = WavMicrophone(b"\1" * 1000, chunk_ms=10)
    chunks, ended = [], []
    async for chunk in microphone.chunks():
        chunks.append(chunk)
        ended.append(microphone.has_ended)
        if len(chunks) == 5:
            break
    assert [len(chunk) for chunk in chunks] == [320] * 5
    assert b"".join(chunks) == (b"\1" * 1000).ljust(1600, b"\0")
    assert ended == [False, False, False, True, True]


async def test_the_twin_of_the_microphone_can_be_told_to_say_more():
    """After what it is saying, or after a silence."""
    microphone = WavMicrophone(b"\1" * 400, chunk_ms=10)
    chunks = microphone.chunks()
    spoken = [await anext(chunks)]
    microphone.say(b"\2" * 240)
    spoken += [await anext(chunks), await anext(chunks)]
    assert microphone.has_ended
    microphone.say(b"\3" * 320)
    assert not microphone.has_ended
    spoken.append(await anext(chunks))
    assert b"".join(spoken[:2]) == b"\1" * 400 + b"\2" * 240
    assert spoken[2:] == [bytes(320), b"\3" * 320]


async def test_the_twins_keep_the_time_of_the_loop():
    """A chunk comes when its last sample has been spoken, never sooner."""
    now_s = asyncio.get_running_loop().time
    began_s = now_s()
    chunks = WavMicrophone(bytes(6400), chunk_ms=20).chunks()
    for number in range(1, 4):
        await anext(chunks)
        assert now_s() - began_s >= number * 0.02 - 1e-3
    taken = asyncio.Queue()
    async with WavSpeaker() as speaker:
        began_s = now_s()
        speaker.on_played = taken.put_nowait
        for number in range(1, 4):
            assert len(await taken.get()) == 480 * 2
            assert now_s() - began_s >= number * 0.02 - 1e-3


async def test_in_a_room_the_microphone_hears_the_loudspeaker():
    """So much quieter, a little later, and beside what is spoken."""
    speaker = WavSpeaker()
    spoken = np.full(640, 100, "<i2").tobytes()
    room = Room(WavMicrophone(spoken), speaker, echo_db=-20)
    for level in (5000, 0):
        speaker.on_played(np.full(960, level, np.int16).tobytes())
    heard = []
    async for chunk in room.chunks():
        heard.append(np.frombuffer(chunk, "<i2"))
        if len(heard) == 4:
            break
    assert [int(np.median(chunk)) for chunk in heard] == [100, 0, 500, 0]
    assert room.has_ended
