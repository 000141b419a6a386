"""Both sides of a conversation in one stereo file."""

import wave
from pathlib import Path

import numpy as np
import pytest

from chapter_02.recording import Recording
from guide.audio_files import AudioFileError


def both_sides(path):
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (2, 2, 24_000)
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, "<i2").reshape(-1, 2).T


def tone(rate_hz, seconds, hz=400):
    times_s = np.arange(int(rate_hz * seconds)) / rate_hz
    return (10_000 * np.sin(2 * np.pi * hz * times_s)).astype("<i2").tobytes()


def test_you_are_on_the_left_and_the_model_on_the_right(tmp_path):
    """At one rate, and on one time axis: a chunk ends when it arrives."""
    with Recording(tmp_path / "talk.wav") as recording:
        recording.add_model(tone(24_000, 0.5, hz=2000))  # before anybody listened
        for _ in range(10):
            recording.add_user(tone(16_000, 0.04), 16_000)
            recording.add_model(tone(24_000, 0.04, hz=1000))
    user, model = both_sides(tmp_path / "talk.wav")
    assert abs(len(user) - 0.44 * 24_000) < 240
    spectrum = np.abs(np.fft.rfft(user[: 24 * 400]))
    assert abs(np.argmax(spectrum) * 24_000 / (24 * 400) - 400) < 10
    assert not model[: 24 * 40].any()
    assert model[24 * 40 : 24 * 400].any()
    assert np.abs(user).max() > 9_000 and np.abs(model).max() > 9_000


def test_a_side_that_falls_silent_does_not_hold_up_the_other(tmp_path):
    """What is more than a second ahead is written, beside silence."""
    path = tmp_path / "talk.wav"
    with Recording(path) as recording:
        for _ in range(100):
            recording.add_user(tone(16_000, 0.04), 16_000)
        assert path.stat().st_size > 2.5 * 24_000 * 4
    user, model = both_sides(path)
    assert abs(len(user) - 4 * 24_000) < 240
    assert not model.any()


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    """With the reason."""
    with pytest.raises(AudioFileError, match=r"talk\.wav can't be written: .+\."):
        Recording(tmp_path / "no" / "talk.wav")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk")
def test_a_full_disk_is_one_sentence():
    """From whichever call notices it, and the recording can still be left."""
    with pytest.raises(AudioFileError, match="/dev/full can't be written: No space"):
        with Recording("/dev/full") as recording:
            for _ in range(200):
                recording.add_user(tone(16_000, 0.04), 16_000)
                recording.add_model(tone(24_000, 0.04))
    with pytest.raises(AudioFileError, match="No space"), Recording("/dev/full"):
        pass
    recording.add_user(tone(16_000, 0.04), 16_000)
