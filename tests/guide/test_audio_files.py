"""Sound files of every kind become speech, or a sentence that says why not."""

import errno
import io
import os
import re
import struct
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from guide.audio_files import (
    AudioFileError,
    check_output,
    decode_speech,
    read_speech,
    write_wav,
)


def tone(rate_hz=16_000, seconds=1.0, channels=1, level=8_000):
    """Return a sound of 440 Hz, 16 bits for each sample and channel."""
    times_s = np.arange(int(rate_hz * seconds)) / rate_hz
    samples = np.sin(2 * np.pi * 440 * times_s) * level
    return np.repeat(samples, channels).astype("<i2").tobytes()


def wav(data, channels=1, sample_bytes=2, rate_hz=16_000):
    """Return a WAV file with these bytes in it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(sample_bytes)
        file.setframerate(rate_hz)
        file.writeframesraw(data)
    return buffer.getvalue()


def encoded(codec, kind, rate_hz=48_000):
    """Return a second of the tone as a compressed file."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        pcm = np.frombuffer(tone(rate_hz), "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(stream.format, "mono", rate_hz)
        for converted in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def with_field(data, offset, code, value):
    """Return a WAV file in which one field of the header says something else."""
    changed = bytearray(data)
    struct.pack_into(code, changed, offset, value)
    return bytes(changed)


def strength_at_440_hz(pcm):
    """Return which part of a sound's energy is the tone."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies_hz = np.fft.rfftfreq(len(samples), 1 / 16_000)
    near = np.abs(frequencies_hz - 440) < 20
    return spectrum[near].sum() / spectrum.sum()


GOOD = {
    "mono 16 kHz": lambda: wav(tone()),
    "stereo 44.1 kHz": lambda: wav(tone(44_100, channels=2), 2, 2, 44_100),
    "six channels": lambda: wav(tone(48_000, channels=6, level=4_000), 6, 2, 48_000),
    "8 bits, 8 kHz": lambda: wav(
        (np.frombuffer(tone(8_000), "<i2") // 256 + 128).astype("u1").tobytes(),
        *(1, 1, 8_000),
    ),
    "32 bits": lambda: wav(
        (np.frombuffer(tone(), "<i2").astype("<i4") << 16).tobytes(), 1, 4
    ),
    "an odd byte after the samples": lambda: wav(tone()) + b"x",
    "an odd count in the header": lambda: with_field(
        wav(tone()) + b"x", 40, "<I", len(tone()) + 1
    ),
    "cut in the middle of a sample": lambda: wav(tone())[:-1],
    "MP3": lambda: encoded("libmp3lame", "mp3"),
    "Ogg": lambda: encoded("libopus", "ogg"),
    "FLAC": lambda: encoded("flac", "flac"),
    "M4A": lambda: encoded("aac", "mp4"),
    "WebM, as browsers record it": lambda: encoded("libopus", "webm"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_sound_of_any_kind_becomes_16_bit_mono_at_16_khz(kind):
    """Rate, channels and format of the file don't matter, nor does a stray byte."""
    pcm = decode_speech(GOOD[kind]())
    assert len(pcm) % 2 == 0
    assert len(pcm) / 32_000 == pytest.approx(1, abs=0.06)  # codecs add some silence
    assert strength_at_440_hz(pcm) > 0.98


def test_what_needs_no_conversion_arrives_bit_by_bit():
    """The spoken questions of the guide are sent exactly as they are stored."""
    assert decode_speech(wav(tone())) == tone()


NO_AUDIO = "holds no audio that can be decoded; give a WAV, MP3"
BAD = {
    # the bytes of the file, and words of the sentence
    "nothing": (b"", "is empty (0 bytes)"),
    "header alone": (wav(b""), "holds no sound, only a header"),
    "half a sample": (with_field(wav(b"") + b"x", 40, "<I", 1), NO_AUDIO),
    "half a header": (wav(tone())[:20], NO_AUDIO),
    "no rate": (with_field(wav(tone()), 24, "<I", 0), NO_AUDIO),
    "absurd rate": (with_field(wav(tone()), 24, "<I", 2**32 - 1), NO_AUDIO),
    "no channels": (with_field(wav(tone()), 22, "<H", 0), NO_AUDIO),
    "65,535 channels": (with_field(wav(tone()), 22, "<H", 2**16 - 1), NO_AUDIO),
    "unknown coding": (with_field(wav(tone()), 20, "<H", 99), NO_AUDIO),
    "text": (b"This is no sound.\n" * 50, NO_AUDIO),
    "subtitles": (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", "holds no audio, only"),
    "noise": (np.random.default_rng(1).bytes(20_000), NO_AUDIO),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_end_in_one_sentence(kind):
    """It names the file and says what is wrong with it."""
    data, words = BAD[kind]
    with pytest.raises(AudioFileError) as error:
        decode_speech(data, name="q.wav")
    assert str(error.value).startswith("q.wav ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_damaged_file_says_how_far_it_was_good():
    """Decoders get over some damage; where they don't, the sound before is timed."""
    whole = encoded("flac", "flac")
    told = set()
    for place in range(len(whole) // 4, len(whole) - 200, 97):
        broken = whole[:place] + bytes(100) + whole[place + 100 :]
        try:
            decode_speech(broken, name="q.flac")
        except AudioFileError as error:
            told.add(str(error))
    told = {sentence for sentence in told if NO_AUDIO not in sentence}
    assert told
    sentence = r"q\.flac is damaged after [01]\.\d s; record or download it again\."
    assert all(re.fullmatch(sentence, one) for one in told), told


def test_a_file_that_is_too_long_is_refused_before_all_of_it_is_decoded():
    """One question may have five minutes, or what the caller says."""
    with pytest.raises(AudioFileError, match="longer than 5 minutes"):
        decode_speech(wav(bytes(32_000 * 301)))
    with pytest.raises(AudioFileError, match="longer than 0.5 seconds"):
        decode_speech(wav(tone()), max_s=0.5)
    assert decode_speech(wav(tone()), max_s=1.0) == tone()


def test_a_playlist_opens_no_other_file(tmp_path):
    """A recording from elsewhere can't make the guide read what it names."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(tone()))
    for playlist in (
        f"ffconcat version 1.0\nfile '{secret.as_posix()}'\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
    ):
        with pytest.raises(AudioFileError):
            decode_speech(playlist.encode())


def test_files_that_cannot_be_opened_are_named(tmp_path):
    """A missing file and a folder are told apart."""
    with pytest.raises(AudioFileError, match=r"There is no file .*missing\.wav\."):
        read_speech(tmp_path / "missing.wav")
    with pytest.raises(AudioFileError, match="is a folder; name a sound file in it"):
        read_speech(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_files_that_cannot_be_read_say_so(tmp_path):
    """The system's own reason is given."""
    path = tmp_path / "loop.wav"
    path.symlink_to(path)
    with pytest.raises(AudioFileError, match=r"loop\.wav can't be read: "):
        read_speech(path)


def test_written_files_can_be_read_by_others_and_by_us(tmp_path):
    """Mono, 16 bits, the rate that was said; what was there is replaced."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"something else, and longer" * 10_000)
    write_wav(path, tone(24_000), 24_000)
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 24_000, 24_000)
        assert file.readframes(24_000) == tone(24_000)
    assert strength_at_440_hz(read_speech(path)) > 0.98


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    """A folder that is missing is no traceback."""
    with pytest.raises(AudioFileError, match=r"a\.wav can't be written: "):
        write_wav(tmp_path / "missing" / "a.wav", b"", 24_000)


# --- before and while a file is written


def test_what_can_not_be_written_is_noticed_before(tmp_path):
    """No folder, a folder in its place, the file that is read, or a name too long."""
    spoken = tmp_path / "spoken.wav"
    spoken.touch()
    check_output(tmp_path / "new.wav", str(spoken))
    check_output(tmp_path / "new.wav", str(tmp_path / "missing.wav"))
    for output, reason in (
        (tmp_path / "missing" / "new.wav", "no folder .* for the speech"),
        (tmp_path, "is a folder"),
        (spoken, "The speech would replace the text"),
        (
            tmp_path / f"{'x' * 300}.wav",
            r"\.\.\. can't be written: File name too long",
        ),
    ):
        with pytest.raises(AudioFileError, match=reason):
            check_output(output, str(spoken), answer="speech", question="text")
    assert [path.name for path in tmp_path.iterdir()] == ["spoken.wav"]


def test_a_file_without_permission_is_noticed_before(tmp_path, monkeypatch):
    """The system is asked, and nothing is tried out."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(AudioFileError, match="you may not write there"):
        check_output(tmp_path / "new.wav")


def test_an_old_file_stays_when_the_disk_is_full(tmp_path, monkeypatch):
    """It gives way to a whole file alone, and nothing else is left."""
    path = tmp_path / "answer.wav"
    path.write_bytes(b"old")

    def full(self, data):
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AudioFileError, match="No space left"):
        write_wav(path, bytes(100), 24_000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    """The file behind it is replaced."""
    (tmp_path / "link.wav").symlink_to(tmp_path / "real.wav")
    write_wav(tmp_path / "link.wav", bytes(100), 24_000)
    assert (tmp_path / "link.wav").is_symlink()
    assert (tmp_path / "real.wav").stat().st_size == 144
