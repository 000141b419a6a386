"""Sentences that a test speaks are found in the audio, whatever is around them."""

import asyncio
from dataclasses import dataclass

import numpy as np
import pytest

from live_emulator.testing.known_speech import KnownSpeech, find_known
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing


def sound(seed: int, duration_s: float = 0.6) -> bytes:
    """Return noise that stands for a sentence."""
    samples = np.random.default_rng(seed).normal(
        0, 3000, int(INPUT_RATE_HZ * duration_s)
    )
    return samples.astype("<i2").tobytes()


SILENCE = bytes(INPUT_RATE_HZ)
HELLO, STOP = sound(1), sound(2)
KNOWN = {"Hello there!": HELLO, "Stop.": STOP}


@pytest.mark.parametrize(
    ("audio", "found"),
    [
        (HELLO, ["Hello there!"]),
        (SILENCE + HELLO + SILENCE, ["Hello there!"]),
        (STOP + bytes(100) + HELLO, ["Stop.", "Hello there!"]),
        (HELLO[2_000:], ["Hello there!"]),
        (HELLO[:-2_000] + SILENCE, ["Hello there!"]),
        (HELLO[: len(HELLO) // 3], []),
        (sound(3), []),
        (SILENCE, []),
        (b"", []),
    ],
)
def test_find_known(audio, found):
    """Most of a sentence is enough, and several come in the order of the audio."""
    assert find_known(audio, KNOWN) == found


def test_the_longer_sentence_is_the_one_that_was_said():
    """A sentence that begins like another one is not taken for it."""
    known = {"Stop.": STOP, "Stop, hello.": STOP + HELLO}
    assert find_known(SILENCE + STOP + HELLO, known) == ["Stop, hello."]
    assert find_known(SILENCE + STOP + SILENCE, known) == ["Stop."]


def test_silence_is_no_sentence():
    """A sound without loudness is never found, nor is one too short to be known."""
    assert find_known(SILENCE, {"nothing": bytes(4_000), "short": b"\1\2"}) == []


@dataclass
class Others:
    """A recogniser that always hears the same."""

    fed: bytes = b""
    phrases: tuple[str, ...] = ()
    dropped: bool = False

    def listen(self, phrases=(), on_interim=None):
        self.phrases = phrases
        return self

    def feed(self, pcm: bytes, *, silent: bool = False) -> None:
        self.fed += pcm

    async def finish(self) -> Hearing:
        return Hearing("Something else.")

    def drop(self) -> None:
        self.dropped = True


def hear(ears: KnownSpeech, audio: bytes) -> str:
    listener = ears.listen(("p",))
    for start in range(0, len(audio), 1024):
        listener.feed(audio[start : start + 1024])
    text = asyncio.run(listener.finish()).text
    listener.drop()
    return text


def test_known_words_are_spelt_as_they_are_written():
    """The text is the sentence itself, as the service would write it."""
    others = Others()
    ears = KnownSpeech(others)
    ears.expect("What is 12 times 7?", HELLO)
    assert hear(ears, SILENCE + HELLO + SILENCE) == "What is 12 times 7?"
    assert others.fed == b""


def test_the_rest_is_left_to_the_others():
    """They get all of the audio, and are told what is likely to be said."""
    others = Others()
    ears = KnownSpeech(others)
    ears.expect("Hello there!", HELLO)
    assert hear(ears, STOP) == "Something else."
    assert (others.fed, others.dropped) == (STOP, True)
    assert others.phrases == ("p",)


def test_nothing_known():
    """Without a known sentence the others do all of it."""
    others = Others()
    ears = KnownSpeech(others)
    assert ears.listen() is others
