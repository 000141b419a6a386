"""What is used of hibari though it does not promise it, and what is made of it."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hibari
import numpy as np
import pytest

from live_emulator.voice.speaking import installed, network
from live_emulator.voice.speaking.network import (
    DamagedModel,
    EnglishNetwork,
    Utterance,
    at_pace,
)
from live_emulator.voice.speaking.synthesis import (
    FRAME_MS,
    audible,
    synthesise,
)
from live_emulator.voice.speaking.voices import USER_VOICE, VOICES, find_voice

SENTENCE = "The capital of France is Paris, and the weather there is fine."


@pytest.fixture(scope="module")
def english() -> EnglishNetwork:
    return EnglishNetwork()


def say(english: EnglishNetwork, text: str, pace: float = 1.0) -> Utterance:
    utterance = english.say(text, pace)
    assert utterance is not None
    return utterance


def words(english: EnglishNetwork, text: str) -> list[str]:
    """Return the first letters of what gets a time."""
    return [text[at:].split()[0] for at, _ in say(english, text).marks]


def sound(english: EnglishNetwork, text: str, voice: str = USER_VOICE) -> np.ndarray:
    chosen = find_voice(voice)
    assert chosen is not None
    spectra = say(english, text, chosen.pace).spectra
    return np.concatenate(list(synthesise(spectra, chosen, np.random.default_rng(0))))


def test_the_network_gives_spectra_and_durations(english: EnglishNetwork):
    """Five tables of 601 bins and a pitch, 12.5 ms a frame, and as many phonemes."""
    spectra = say(english, SENTENCE).spectra
    frames = len(spectra.pitch_hz)
    tables = (
        spectra.tone,
        spectra.tone_phase,
        spectra.noise,
        spectra.rest,
        spectra.rest_phase,
    )
    assert [table.shape for table in tables] == [(601, frames)] * 5
    assert FRAME_MS == 12.5
    voiced = spectra.pitch_hz[spectra.pitch_hz > 40]
    assert 160 < np.exp(np.log(voiced).mean()) < 230
    marks = say(english, SENTENCE).marks
    assert len(marks) == 12
    assert marks[-1][1] < frames * FRAME_MS


def test_it_sounds_as_hibari_itself(english: EnglishNetwork):
    """The user's voice is the network's own: only its noise is another."""
    from hibari import dsp

    parts = say(english, SENTENCE).spectra
    theirs = dsp.synth(
        parts.tone.copy(),
        parts.tone_phase.copy(),
        parts.noise.copy(),
        parts.rest.copy(),
        parts.rest_phase.copy(),
        parts.pitch_hz,
        np.random.default_rng(0),
    )
    ours = sound(english, SENTENCE)
    assert len(ours) == len(theirs)
    louder = 10 ** (find_voice(USER_VOICE).gain_db / 20)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97
    assert np.square(ours).mean() / np.square(theirs).mean() == pytest.approx(
        louder**2, rel=0.15
    )


@pytest.mark.parametrize("voice", ["Leda", "Algenib", "Fenrir"])
def test_slices_join_without_a_seam(english: EnglishNetwork, voice: str):
    """No step between two samples at a seam is larger than those elsewhere."""
    chosen = find_voice(voice)
    assert chosen is not None
    spectra = say(english, SENTENCE, chosen.pace).spectra
    slices = list(synthesise(spectra, chosen, np.random.default_rng(0)))
    assert len(slices) >= 3
    samples = np.concatenate(slices)
    steps = np.abs(np.diff(samples))
    for seam in np.cumsum([len(part) for part in slices])[:-1]:
        assert steps[seam - 1] <= np.percentile(steps[seam - 2400 : seam + 2400], 99.9)
    assert np.abs(samples).max() < 1


def test_a_pace_is_what_it_says(english: EnglishNetwork):
    """A factor of the network's own speed, to a frame."""
    slow, fast = (
        len(say(english, SENTENCE, pace).spectra.pitch_hz) for pace in (0.8, 1.2)
    )
    assert slow / fast == pytest.approx(1.5, rel=0.01)


@pytest.mark.parametrize(
    ("text", "timed"),
    [
        ("Hello, world.", ["Hello,", "world."]),
        ("That's $5, isn't it?", ["That's", "$5,", "isn't", "it?"]),
        ("On March 3rd, 2026 at 4:30pm.", "On March 3rd, 2026 at 4:30pm.".split()),
        ("Dr. Smith paid $12.50, e.g. yesterday.", None),
        ("About 5 km, or 3.14 miles.", None),
        ("Use **bold** and `code` now.", None),
    ],
)
def test_words_keep_their_places(
    english: EnglishNetwork, text: str, timed: list[str] | None
):
    """However they are read out, each is timed where it is written."""
    assert words(english, text) == (timed or text.split())
    times = [at_ms for _, at_ms in say(english, text).marks]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It is 4:30 now.", "It is four thirty now."),
        ("It costs $5.", "It costs five dollars."),
        ("on 3/4/2026", "on March fourth, twenty twenty six"),
        ("about 5 km", "about five kilometers"),
        ("3 + 4", "three plus four"),
    ],
)
def test_what_is_written_short_is_read_in_full(
    english: EnglishNetwork, text: str, spoken: str
):
    """Times, money, dates, units and signs."""
    read, wanted = (english._read(words)[0] for words in (text, spoken))
    assert read.replace("ˈ", "").replace("ˌ", "") == wanted.replace("ˈ", "").replace(
        "ˌ", ""
    )


@pytest.mark.parametrize("text", ["", "今日は", "\U0001f600"])
def test_what_is_not_english_gives_nothing(english: EnglishNetwork, text: str):
    """No sound is better than any."""
    assert english.say(text, 1.0) is None


def test_a_word_begins_where_its_time_says(english: EnglishNetwork):
    """Behind a pause, where that can be measured, to 40 ms."""
    text = "First, paper, table, king."
    samples = sound(english, text)
    blocks = samples[: len(samples) // 120 * 120].reshape(-1, 120)
    quiet = np.sqrt((blocks**2).mean(1)) < 0.008
    onsets = [
        at * 5
        for at in range(12, len(quiet))
        if not quiet[at] and quiet[at - 12 : at].all()
    ]
    times = [at_ms for _, at_ms in say(english, text).marks]
    assert len(onsets) >= 2
    for onset in onsets:
        assert min(abs(onset - at_ms) for at_ms in times) <= 40


def test_silence_around_a_sentence_is_known(english: EnglishNetwork):
    """It is left out before anything is computed of it."""
    spectra = say(english, SENTENCE).spectra
    start, end = audible(spectra)
    assert 5 < start < 40
    assert 10 < len(spectra.pitch_hz) - end < 60
    samples = sound(english, SENTENCE)
    assert np.abs(samples[: (start - 1) * 300]).max() < 0.003


def test_a_damaged_model_is_not_used(monkeypatch: pytest.MonkeyPatch):
    """Its digest is known; the sentence says what to do."""
    whole = Path.read_bytes

    def damaged(path: Path) -> bytes:
        return whole(path)[:-1] + b"\0" if path.suffix == ".onnx" else whole(path)

    monkeypatch.setattr(network.Path, "read_bytes", damaged)
    with pytest.raises(DamagedModel, match="pip install --force-reinstall"):
        EnglishNetwork()


def test_all_voices_are_loud_alike(english: EnglishNetwork):
    """Within 3 dB of the median."""
    levels = [
        20 * np.log10(np.sqrt((sound(english, SENTENCE, voice) ** 2).mean()))
        for voice in VOICES
    ]
    assert np.abs(levels - np.median(levels)).max() < 3


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda assets: (assets / "hibari.onnx").write_bytes(b"x"), "damaged"),
        (lambda assets: (assets / "hibari.onnx").unlink(), "incomplete"),
        (lambda assets: (assets / "voices.json").write_text("{"), "incomplete"),
        (None, "missing"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Any, word: str
):
    """Without loading anything; it names the command that helps."""
    assert installed.what_is_wrong() == ""
    shutil.copytree(Path(hibari.__file__).parent, tmp_path / "hibari")
    spec = SimpleNamespace(origin=str(tmp_path / "hibari" / "__init__.py"))
    if spoil is None:
        spec = None
    else:
        spoil(tmp_path / "hibari" / "assets")
    monkeypatch.setattr(installed, "find_spec", lambda name: spec)
    wrong = installed.what_is_wrong()
    assert word in wrong and "pip install --force-reinstall" in wrong


@pytest.mark.parametrize("pace", sorted({voice.pace for voice in VOICES.values()}))
def test_every_length_is_spoken_at_every_pace(pace: float) -> None:
    """No frame beyond the last is asked for, whatever rounding makes of a pace."""
    for frames in range(1, 1_500):
        chosen = at_pace(frames, pace)
        assert chosen[0] == 0 and chosen[-1] < frames
        assert len(chosen) == pytest.approx(frames / pace, abs=1)
