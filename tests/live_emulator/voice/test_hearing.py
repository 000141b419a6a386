"""The ears: people and the emulator's own voice are understood, noise is not."""

import asyncio
import os
import signal

import numpy as np
import pytest

from live_emulator.voice import EnglishRecogniser, SpeechWorker, resample
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing, Interim
from tests.live_emulator.voice.noises import noises
from tests.live_emulator.voice.voice_helpers import hear, silence, speech, spoken

SENTENCES = {
    "capital-of-france": "What is the capital of France?",
    "twelve-times-seven": "What is 12 times 7?",
    "what-is-my-name": "What is my name?",
}
"""Recordings of the guide's, as they are written."""


def samples_of(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def pcm_of(samples: np.ndarray) -> bytes:
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


@pytest.mark.parametrize(("name", "text"), SENTENCES.items())
async def test_sentences_are_written_as_people_write(
    recogniser: EnglishRecogniser, name: str, text: str
):
    """With capitals, punctuation and digits, as the service's transcripts."""
    assert await hear(recogniser, spoken(name)) == Hearing(text)


@pytest.mark.parametrize("gain", [0.02, 0.3, 3.0])
async def test_loudness_does_not_matter(recogniser: EnglishRecogniser, gain: float):
    """A quiet microphone, or one that clips, is understood."""
    pcm = pcm_of(samples_of(spoken("twelve-times-seven")) * gain)
    assert (await hear(recogniser, pcm)).text == "What is 12 times 7?"


async def test_a_telephone_is_understood(recogniser: EnglishRecogniser):
    """Speech of 8 kHz, which has nothing above 4 kHz."""
    narrow = resample(spoken("capital-of-france"), INPUT_RATE_HZ, 8_000)
    heard = await hear(recogniser, resample(narrow, 8_000, INPUT_RATE_HZ))
    assert heard.text == "What is the capital of France?"


@pytest.mark.parametrize("pcm", [b"", b"\0", bytes(3000), silence(3000)])
async def test_nothing_is_heard_in_silence(recogniser: EnglishRecogniser, pcm: bytes):
    """Nor in no time."""
    assert await hear(recogniser, pcm) == Hearing("")


async def test_how_audio_is_cut_does_not_matter(recogniser: EnglishRecogniser):
    """Odd chunks or all at once give the same hearing."""
    pcm = spoken("capital-of-france")
    heard = [await hear(recogniser, pcm, cut_bytes=cut) for cut in (333, 3200, 10**9)]
    assert heard[0] == heard[1] == heard[2]


async def test_what_was_heard_before_does_not_matter(recogniser: EnglishRecogniser):
    """An utterance is heard alike first, last, and among others."""
    pcm = spoken("twelve-times-seven")
    first = await hear(recogniser, pcm)
    await hear(recogniser, spoken("what-is-my-name"))
    heard = await asyncio.gather(*(hear(recogniser, pcm) for _ in range(4)))
    assert set(heard) == {first}


async def test_many_are_heard_at_once(recogniser: EnglishRecogniser):
    """They wait for their turn, and none is mixed up."""
    names = list(SENTENCES) * 3
    heard = await asyncio.gather(*(hear(recogniser, spoken(name)) for name in names))
    assert [hearing.text for hearing in heard] == [SENTENCES[name] for name in names]


async def test_text_grows_while_somebody_speaks():
    """What was settled stays, to the end."""
    told: list[Interim] = []
    pcm = spoken("capital-of-france")
    async with EnglishRecogniser(max_workers=1) as recogniser:
        listener = recogniser.listen((), told.append)
        for start in range(0, len(pcm), INPUT_RATE_HZ):  # half a second
            listener.feed(pcm[start : start + INPUT_RATE_HZ])
            await recogniser.ready()  # All that was fed is decoded.
        text = (await listener.finish()).text
        listener.drop()
    assert text == "What is the capital of France?"
    settled = [*(interim.settled for interim in told), text]
    assert all(b.startswith(a) for a, b in zip(settled, settled[1:], strict=False))
    assert "capital" in settled[-2]


async def test_expected_words_are_preferred(
    speaker: SpeechWorker, recogniser: EnglishRecogniser
):
    """A name that was announced is written as it was."""
    pcm = await speech(speaker, "Tell me more about Pydantic.")
    assert (await hear(recogniser, pcm)).text == "Tell me more about pedantic."
    heard = await hear(recogniser, pcm, phrases=("Ada", "Pydantic"))
    assert heard.text == "Tell me more about Pydantic."


@pytest.mark.parametrize(
    "text",
    ["I said stop it now. I said stop it now.", "Again and again and again and again."],
)
async def test_what_is_said_twice_is_written_twice(
    speaker: SpeechWorker, recogniser: EnglishRecogniser, text: str
):
    """And not as if the model had fallen into a loop."""
    assert (await hear(recogniser, await speech(speaker, text))).text == text


async def test_an_utterance_survives_the_death_of_its_worker():
    """Another worker hears all of it once more."""
    pcm = spoken("twelve-times-seven")
    async with EnglishRecogniser(max_workers=1) as recogniser:
        await recogniser.ready()
        (process,) = recogniser.process_ids
        listener = recogniser.listen()
        listener.feed(pcm[:30_000])
        os.kill(process, signal.SIGTERM)
        listener.feed(pcm[30_000:])
        assert (await listener.finish()).text == "What is 12 times 7?"
        assert process not in recogniser.process_ids
        listener.drop()


async def test_a_dropped_utterance_is_forgotten(recogniser: EnglishRecogniser):
    """Drop is safe at any time; finishing then gives nothing at once."""
    listener = recogniser.listen()
    listener.feed(silence(1000))
    listener.drop()
    listener.drop()
    listener.feed(silence(100))
    assert await listener.finish() == Hearing("")


async def test_finishing_can_be_cancelled(recogniser: EnglishRecogniser):
    """The one who gave up loses nothing: asking again gives the hearing."""
    listener = recogniser.listen()
    listener.feed(spoken("what-is-my-name"))
    impatient = asyncio.create_task(listener.finish())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert (await listener.finish()).text == "What is my name?"
    assert (await listener.finish()).text == "What is my name?"
    listener.drop()


async def test_a_closed_recogniser_says_so():
    """Listening after close is an error when the hearing is asked for."""
    recogniser = EnglishRecogniser()
    await recogniser.close()
    await recogniser.close()
    listener = recogniser.listen()
    with pytest.raises(WorkerLost, match="closed"):
        await listener.finish()


def test_there_must_be_a_worker():
    """None is refused at once."""
    with pytest.raises(ValueError, match="at least one"):
        EnglishRecogniser(max_workers=0)


@pytest.mark.timeout(400)
async def test_nothing_is_heard_in_a_hundred_noises(recogniser: EnglishRecogniser):
    """Music, coughs, keys, sirens, hiss and more, in any loudness."""
    heard = {name: (await hear(recogniser, pcm)).text for name, pcm in noises()}
    assert len(heard) == 100
    assert {name: text for name, text in heard.items() if text} == {}
