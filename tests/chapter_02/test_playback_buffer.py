"""The buffer between a program that adds in lumps and a device that takes drops."""

import threading

import numpy as np
import pytest

from chapter_02 import playback_buffer
from chapter_02.playback_buffer import PlaybackBuffer, SampleQueue

RATE_HZ = 1000  # so that a sample is a millisecond


def pcm(count, value=1000):
    return np.full(count, value, "<i2").tobytes()


def buffer(start_delay_ms=0):
    return PlaybackBuffer(RATE_HZ, start_delay_ms)


def test_samples_come_out_in_the_order_in_which_they_went_in():
    """However they were cut."""
    queue = SampleQueue()
    for piece in np.split(np.arange(100, dtype=np.int16), [7, 8, 50]):
        queue.add(piece)
    taken = [queue.take(count) for count in (3, 30, 30, 100)]
    assert [len(part) for part in taken] == [3, 30, 30, 37]
    assert np.array_equal(np.concatenate(taken), np.arange(100))
    assert queue.waiting == 0


def test_there_is_always_as_much_as_the_device_wants():
    """Silence where there is no sound."""
    playback = buffer()
    assert list(playback.take(4)) == [0, 0, 0, 0]
    playback.add(pcm(2))
    assert list(playback.take(4)) == [1000, 1000, 0, 0]


def test_the_first_audio_after_a_silence_is_held_back():
    """Once for each silence, however large the portions are."""
    playback = buffer(start_delay_ms=60)
    playback.add(pcm(100))
    heard = [np.count_nonzero(playback.take(40)) for _ in range(5)]
    assert heard == [0, 20, 40, 40, 0]
    playback.add(pcm(10))
    assert np.count_nonzero(playback.take(60)) == 0
    assert np.count_nonzero(playback.take(60)) == 10


def test_audio_that_comes_too_late_to_join_on_is_an_underrun():
    """A complete answer runs dry without fault."""
    playback = buffer()
    playback.add(pcm(10))
    playback.take(20)
    playback.add(pcm(10))
    assert playback.underruns == 1
    playback.finish()
    playback.take(20)
    playback.add(pcm(10))
    assert playback.underruns == 1


def test_a_flush_forgets_what_nobody_has_heard():
    """It tells how much that was, and what comes after it plays whole."""
    playback = buffer()
    playback.add(pcm(100))
    playback.take(30)
    assert playback.flush() == 70
    assert playback.waiting_ms == 0
    playback.add(pcm(50, 7))
    heard = playback.take(80)
    assert np.count_nonzero(heard == 7) == 50
    assert playback.underruns == 0


def test_a_flushed_sound_fades_within_ten_milliseconds():
    """It neither clicks nor lingers."""
    playback = buffer()
    playback.add(pcm(100))
    playback.take(30)
    playback.flush()
    heard = playback.take(50)
    assert heard[0] == 1000
    assert np.all(np.diff(heard[: playback_buffer.FADE_MS]) < 0)
    assert not heard[playback_buffer.FADE_MS :].any()


def test_a_flush_before_anything_was_heard_is_silent():
    """What was still held back never sounds."""
    playback = buffer(start_delay_ms=60)
    playback.add(pcm(100))
    playback.take(40)
    assert playback.flush() == 100
    assert not playback.take(200).any()


def test_half_a_sample_is_left_out():
    """An odd number of bytes does no harm."""
    playback = buffer()
    playback.add(pcm(3) + b"\1")
    assert playback.waiting_ms == 3


def test_more_than_can_ever_be_wanted_is_not_kept(monkeypatch):
    """The buffer has an end; what does not fit is counted."""
    monkeypatch.setattr(playback_buffer, "MAX_WAITING_S", 1)
    playback = buffer()
    playback.add(pcm(900))
    playback.add(pcm(300))
    assert (playback.waiting_ms, playback.dropped) == (1000, 200)


@pytest.mark.parametrize("flushes", [0, 20])
def test_a_device_may_take_while_the_program_adds(flushes):
    """Every sample is heard once, in order, or was flushed."""
    playback = PlaybackBuffer(RATE_HZ, 0)
    heard = []
    done = threading.Event()

    def device():
        while not done.is_set() or playback.waiting_ms:
            heard.append(playback.take(64))

    thread = threading.Thread(target=device)
    thread.start()
    lost = 0
    for number in range(1, 401):
        playback.add(pcm(50, number))
        if flushes and number % (400 // flushes) == 0:
            lost += playback.flush()
    done.set()
    thread.join()
    values = np.concatenate(heard)
    if not flushes:
        values = values[values > 0]
        assert np.array_equal(values, np.repeat(np.arange(1, 401), 50))
    assert np.count_nonzero(values) <= 400 * 50
    assert lost <= 400 * 50
