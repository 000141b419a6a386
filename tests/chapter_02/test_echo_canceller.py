"""The echo canceller, in a room made of numbers."""

import asyncio
from types import SimpleNamespace

import numpy as np
import pytest

from chapter_02 import echo_canceller
from chapter_02.echo_canceller import EchoCanceller, QuietMicrophone, can_cancel_echoes
from guide.audio_files import read_speech
from tests.chapter_02.scripts import load_script

PLAYED_HZ = 24_000
RATES_HZ = (16_000, 44_100, 48_000)


def at_rate(pcm, from_hz, to_hz):
    """Resample by straight lines, which is good enough for an echo."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    places = np.arange(len(samples) * to_hz // from_hz) * from_hz / to_hz
    return np.interp(places, np.arange(len(samples)), samples)


def as_pcm(samples):
    return np.clip(samples, -32768, 32767).astype("<i2").tobytes()


def echo_of(samples, rate_hz, echo_db=-12, delay_ms=80, tail_s=0.25):
    """Let a room answer: a delay, then reflections that die away."""
    length = int(tail_s * rate_hz)
    noise = np.random.default_rng(7).standard_normal(length)
    response = noise * np.exp(-6.9 * np.arange(length) / length)
    response /= np.sqrt((response**2).sum())
    late = np.concatenate([np.zeros(delay_ms * rate_hz // 1000), samples])
    size = 1 << (len(late) + length).bit_length()
    spectrum = np.fft.rfft(late, size) * np.fft.rfft(response, size)
    echo = np.fft.irfft(spectrum, size)
    return echo[: len(samples)] * 10 ** (echo_db / 20)


def loudness_db(samples):
    return 10 * np.log10(np.mean(np.square(samples)) + 1e-9)


def pieces_of(pcm, length):
    return [pcm[at : at + length] for at in range(0, len(pcm), length)]


def cancelled(recorded, played, recorded_hz, recorded_bytes, played_bytes):
    """Run both sides through a canceller, side by side, as time goes by."""
    canceller = EchoCanceller(recorded_hz, PLAYED_HZ)
    waiting = pieces_of(played, played_bytes)
    cleaned, given, taken = b"", 0, 0
    for chunk in pieces_of(recorded, recorded_bytes):
        taken += len(chunk)
        while waiting and given / PLAYED_HZ < taken / recorded_hz:
            given += len(waiting[0])
            canceller.play(waiting.pop(0))
        clean = canceller.clean(chunk)
        assert len(clean) == len(chunk)
        cleaned += clean
    return np.frombuffer(cleaned, "<i2").astype(float)


@pytest.fixture(scope="module")
def story(repository):
    """Return some seconds of speech as the loudspeaker plays it."""
    folder = repository / "assets" / "audio"
    names = ("tell-me-a-story", "twelve-times-seven", "capital-of-france") * 2
    speech = b"".join(read_speech(folder / f"{name}.wav") for name in names)
    return as_pcm(at_rate(speech, 16_000, PLAYED_HZ))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("chunk_ms", [10, 40, 100])
def test_an_echo_becomes_ten_times_weaker_and_more(story, rate_hz, chunk_ms):
    """At each rate and chunk length; the first seconds are for learning the room."""
    echo = echo_of(at_rate(story, PLAYED_HZ, rate_hz), rate_hz)
    chunk_bytes = rate_hz * chunk_ms // 1000 * 2
    clean = cancelled(as_pcm(echo), story, rate_hz, chunk_bytes, 960)
    later = slice(3 * rate_hz, None)
    assert loudness_db(echo[later]) - loudness_db(clean[later]) > 10


@pytest.mark.parametrize(("recorded_bytes", "played_bytes"), [(14, 998), (4098, 62)])
def test_pieces_of_odd_lengths_do_as_well(story, recorded_bytes, played_bytes):
    """Neither side has to know of the canceller's 10 ms."""
    echo = echo_of(at_rate(story, PLAYED_HZ, 16_000), 16_000)
    clean = cancelled(as_pcm(echo), story, 16_000, recorded_bytes, played_bytes)
    later = slice(3 * 16_000, None)
    assert loudness_db(echo[later]) - loudness_db(clean[later]) > 10


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_voice_passes_less_than_20_ms_late_and_as_loud(repository, rate_hz):
    """Where nothing is played, nothing is taken away."""
    speech = read_speech(repository / "assets" / "audio" / "tell-me-a-story.wav")
    voice = at_rate(speech, 16_000, rate_hz)
    silence = bytes(len(voice) * PLAYED_HZ // rate_hz * 2)
    clean = cancelled(as_pcm(voice), silence, rate_hz, rate_hz // 25 * 2, 960)
    late = [np.dot(clean[shift:], voice[: len(voice) - shift]) for shift in range(1500)]
    late_ms = np.argmax(late) / rate_hz * 1000
    assert 10 <= late_ms < 20
    assert abs(loudness_db(clean) - loudness_db(voice)) < 3


class Desk:
    """A microphone with three chunks, beside a loudspeaker."""

    rate_hz = 16_000
    chunk_ms = 40
    has_ended = True
    is_closed = False

    async def chunks(self):
        try:
            for _ in range(3):
                yield bytes(1280)
        finally:
            self.is_closed = True


def test_a_quiet_microphone_is_as_the_one_behind_it(monkeypatch):
    """It learns what is played, passes that on, and closes what it opened."""
    noted, learned = [], []
    desk = Desk()
    speaker = SimpleNamespace(
        on_played=noted.append, playback=SimpleNamespace(rate_hz=PLAYED_HZ)
    )
    monkeypatch.setattr(
        EchoCanceller, "play", lambda self, pcm: learned.append((self, pcm))
    )
    quiet = QuietMicrophone(desk, speaker)
    speaker.on_played(b"12")
    assert noted == [b"12"]
    assert [pcm for _, pcm in learned] == [b"12"]
    assert (quiet.rate_hz, quiet.chunk_ms, quiet.has_ended) == (16_000, 40, True)

    async def first():
        chunks = quiet.chunks()
        length = len(await anext(chunks))
        await chunks.aclose()
        return length

    assert asyncio.run(first()) == 1280
    assert desk.is_closed


@pytest.fixture
def notes():
    """Return what the script wrote, and a screen for it to write to."""
    written = []
    return written, SimpleNamespace(note=written.append)


@pytest.mark.parametrize(
    ("arguments", "is_quiet"),
    [
        ([], True),
        (["--no-echo-cancellation"], False),
        (["--half-duplex"], False),
        (["--input", "question.wav"], False),
    ],
)
def test_the_script_cancels_echoes_where_there_can_be_some(arguments, is_quiet, notes):
    """With a real microphone, unless half duplex or the reader's wish replaces it."""
    script = load_script()
    options, desk = script.parse_arguments(arguments), Desk()
    speaker = SimpleNamespace(
        on_played=None, playback=SimpleNamespace(rate_hz=PLAYED_HZ)
    )
    heard = script.without_echo(options, desk, speaker, notes[1])
    assert isinstance(heard, QuietMicrophone) == is_quiet
    assert is_quiet or heard is desk
    assert notes[0] == []


@pytest.mark.parametrize("error", [ModuleNotFoundError("livekit"), OSError("no file")])
def test_without_the_package_the_script_says_what_helps(error, notes, monkeypatch):
    """And goes on with the microphone as it is."""

    def load(name):
        raise error

    monkeypatch.setattr(echo_canceller, "import_module", load)
    script, desk = load_script(), Desk()
    assert not can_cancel_echoes()
    heard = script.without_echo(script.parse_arguments([]), desk, None, notes[1])
    assert heard is desk
    (note,) = notes[0]
    assert "--half-duplex" in note
