"""When an utterance is decoded, and what holds; a writer that counts stands in."""

from collections.abc import Sequence

import numpy as np
import pytest

from live_emulator.voice.hearing.utterance import Utterance
from live_emulator.voice.process.head import Urgency
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing, Interim

SECOND = INPUT_RATE_HZ * 2


class Writer:
    """Writes a letter for each half second of sound, and a guess behind them."""

    def __init__(self) -> None:
        self.decodes: list[float] = []
        self.begins: list[Sequence[int]] = []

    def write(self, samples, *, begins=(), prompt=()) -> Sequence[int]:
        self.decodes.append(len(samples) / INPUT_RATE_HZ)
        self.begins.append(tuple(begins))
        loud = np.flatnonzero(samples)
        count = int(len(loud) / INPUT_RATE_HZ * 2)
        if not count:
            return tuple(begins)
        rest = range(len(begins), count)
        return (*begins, *rest, 90 + len(self.decodes))

    def text(self, tokens: Sequence[int]) -> str:
        return " ".join(map(str, tokens))

    def word_starts(self, tokens: Sequence[int]) -> list[int]:
        return list(range(len(tokens)))


def sound(seconds: float) -> bytes:
    return b"\0\x10" * int(seconds * INPUT_RATE_HZ)


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * INPUT_RATE_HZ))


def test_a_pause_is_used_to_decode_ahead():
    """If nobody goes on, nothing is left to do at the end."""
    writer = Writer()
    utterance = Utterance(writer)
    utterance.add(sound(2))
    assert utterance.urgency is None
    utterance.add(silence(0.2), silent=True)
    assert utterance.urgency is Urgency.PAUSED
    assert utterance.work() is None
    utterance.add(silence(0.5), silent=True)
    assert utterance.urgency is None
    utterance.end()
    assert utterance.urgency is Urgency.AWAITED
    assert utterance.work() == Hearing("0 1 2 3 91")
    assert writer.decodes == [2.2]


def test_what_was_decoded_ahead_is_thrown_away_if_somebody_goes_on():
    """All of it is decoded again."""
    writer = Writer()
    utterance = Utterance(writer)
    utterance.add(sound(1))
    utterance.add(silence(0.2), silent=True)
    utterance.work()
    utterance.add(sound(1))
    utterance.end()
    assert utterance.work() == Hearing("0 1 2 3 92")
    assert writer.decodes == [1.2, 2.2]


def test_without_a_wish_for_text_nothing_is_decoded_while_somebody_speaks():
    """However long that takes, up to the length of a piece."""
    utterance = Utterance(Writer())
    for _ in range(24):
        utterance.add(sound(1))
        assert utterance.urgency is None


def test_text_is_settled_once_two_decodes_agree():
    """Later decodes begin with it; there is one each half second at most."""
    writer = Writer()
    utterance = Utterance(writer, wants_interim=True)
    told: list[Interim] = []
    for _ in range(20):
        utterance.add(sound(0.1))
        if utterance.urgency is Urgency.SPOKEN:
            utterance.work()
            told.append(utterance.interim())
    assert len(writer.decodes) == 4
    assert [one.settled for one in told] == ["", "0", "0 1", "0 1 2"]
    assert told[-1] == Interim("0 1 2", "3 94")
    assert writer.begins == [(), (), (0,), (0, 1)]


@pytest.mark.parametrize("wants_interim", [False, True])
def test_long_speech_without_a_pause_is_cut_where_it_is_quietest(wants_interim: bool):
    """Ten minutes, in pieces of 24 s: bounded work, and no word is written twice."""
    writer = Writer()
    utterance = Utterance(writer, wants_interim=wants_interim)
    for at_s in range(600):
        utterance.add(sound(0.8) + silence(0.2) if at_s % 20 == 19 else sound(1))
        if utterance.urgency is Urgency.SPOKEN:
            assert utterance.work() is None
        assert utterance.waiting_bytes <= 25 * SECOND
    utterance.end()
    while (hearing := utterance.work()) is None:
        pass
    assert max(writer.decodes) <= 24
    if wants_interim:
        assert len(writer.decodes) <= 600
    else:
        assert sum(writer.decodes) == pytest.approx(600)
    said = 2 * (600 - 30 * 0.2)
    written = sum(int(word) < 90 for word in hearing.text.split())
    assert said - 60 <= written <= said


def test_long_speech_is_cut_in_a_pause():
    """What was decoded ahead is a piece then, and not decoded again."""
    writer = Writer()
    utterance = Utterance(writer)
    utterance.add(sound(13))
    utterance.add(silence(0.2), silent=True)
    utterance.work()
    utterance.add(sound(2))
    utterance.end()
    assert utterance.work() is not None
    assert writer.decodes == [13.2, pytest.approx(2.3, abs=0.2)]


def test_all_at_once():
    """A whole recording is cut in pieces, too."""
    writer = Writer()
    utterance = Utterance(writer)
    utterance.add(sound(100))
    utterance.end()
    while utterance.work() is None:
        pass
    assert max(writer.decodes) <= 24
    assert sum(writer.decodes) == pytest.approx(100)


@pytest.mark.parametrize("pcm", [b"", b"\0", sound(0.05)])
def test_too_little_is_not_decoded(pcm: bytes):
    """Less than a tenth of a second holds no word."""
    writer = Writer()
    utterance = Utterance(writer)
    utterance.add(pcm)
    utterance.end()
    assert utterance.work() == Hearing("")
    assert not writer.decodes


def test_silence_alone_is_no_word():
    """Nor is a pause before anything was said."""
    utterance = Utterance(Writer(), wants_interim=True)
    utterance.add(silence(3))
    utterance.add(silence(0.5), silent=True)
    utterance.work()
    assert utterance.interim() == Interim()
    utterance.end()
    assert utterance.work() == Hearing("")
