"""The ears: the voice that plays the user is understood, the same way every time."""

import asyncio
import logging
import os
import random
import signal

import pytest

from live_emulator.voice import SpeechWorker, SphinxRecogniser
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import Hearing, Vocabulary
from tests.live_emulator.voice.voice_helpers import (
    VOCABULARY,
    hear,
    silence,
    speech,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "hello",
        "stop",
        "what is seventeen plus twenty five",
        "what is twelve times seven",
        "what is fourteen minus forty",
        "how much is sixty six plus eight",
        "what is a hundred divided by four",
        "count to ten",
        "count from five to fifteen",
        "remember that my favourite colour is blue",
        "what is my favourite colour",
        "tell me a long story about a dragon",
        "turn on the kitchen light",
        "please turn off the bedroom light",
        "what time is it",
        "what is the weather like today",
        "tell me a joke please",
        "open the websocket",
        "call zephyr",
    ],
)
async def test_sentences_of_the_grammar_are_heard_exactly(
    speaker: SpeechWorker, recogniser: SphinxRecogniser, sentence: str
):
    """Numbers and words that no dictionary has among them."""
    hearing = await hear(recogniser, await speech(speaker, sentence))
    assert (hearing.text, hearing.source) == (sentence, "grammar")


@pytest.mark.parametrize(
    "sentence",
    [
        "the quick brown fox jumps over the lazy dog",
        "my sister wants to buy a house in the country",
        "where did you put the keys of the car",
        "we went to the beach last summer",
        "she has been working here for ten years",
    ],
)
async def test_other_sentences_are_not_bent_to_the_grammar(
    speaker: SpeechWorker, recogniser: SphinxRecogniser, sentence: str
):
    """They come from the open model, for better or worse."""
    hearing = await hear(recogniser, await speech(speaker, sentence))
    assert hearing.source == "open"
    assert hearing.text


async def test_an_open_slot_holds_what_was_said(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """The words around it come from the grammar, those in it from the open model."""
    said = "say after me i would like a large coffee with milk"
    hearing = await hear(recogniser, await speech(speaker, said))
    assert hearing.source == "grammar"
    assert hearing.text.startswith("say after me ")
    in_slot = hearing.text.split()[3:]
    assert len(set(in_slot) & set(said.split()[3:])) >= 4


async def test_phrases_alone_are_a_vocabulary(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """Sentences in plain text are expected, whatever their spelling."""
    phrases = Vocabulary("", ("Deploy the Kubernetes cluster!", "deleteWebsocket"))
    pcm = await speech(speaker, "deploy the kubernetes cluster")
    hearing = await hear(recogniser, pcm, phrases)
    assert (hearing.text, hearing.source) == (
        "deploy the kubernetes cluster",
        "phrases",
    )


async def test_without_a_vocabulary_anything_is_heard(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """The open model does what it can."""
    pcm = await speech(speaker, "what can you do")
    hearing = await hear(recogniser, pcm, Vocabulary())
    assert hearing.source == "open"
    assert len(set(hearing.text.split()) & {"what", "can", "you", "do"}) >= 3


@pytest.mark.parametrize("pcm", [b"", b"\0", silence(10), silence(3000)])
async def test_silence_is_nothing(recogniser: SphinxRecogniser, pcm: bytes):
    """No audio, half a sample, and long silence: no words, no error."""
    assert await hear(recogniser, pcm) == Hearing("", "nothing")


async def test_words_have_times(speaker: SpeechWorker, recogniser: SphinxRecogniser):
    """They lie in the utterance, one behind the other."""
    pcm = await speech(speaker, "turn on the kitchen light")
    hearing = await hear(recogniser, pcm)
    assert " ".join(word.text for word in hearing.words) == hearing.text
    edges = [ms for word in hearing.words for ms in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert 200 <= edges[0] <= 500
    assert len(pcm) / 32 - 900 <= edges[-1] <= len(pcm) / 32


async def test_how_audio_is_cut_does_not_matter(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """Single bytes, odd chunks or all at once give the same hearing."""
    pcm = await speech(speaker, "where is the nearest station", "Kore")
    heard = [await hear(recogniser, pcm, cut_bytes=cut) for cut in (333, 3200, 10**9)]
    assert heard[0] == heard[1] == heard[2]


async def test_what_was_heard_before_does_not_matter(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """An utterance is heard alike first, last, and among others."""
    pcm = await speech(speaker, "what is nineteen minus ninety", "Puck")
    fresh = SphinxRecogniser(max_workers=1)
    try:
        first = await hear(fresh, pcm)
        for text, voice in (("hello", "Kore"), ("we went home early", "Charon")):
            await hear(fresh, await speech(speaker, text, voice))
        others = [hear(recogniser, pcm) for _ in range(3)]
        assert set(await asyncio.gather(hear(fresh, pcm), *others)) == {first}
    finally:
        await fresh.close()


@pytest.mark.parametrize("gain", [0.03, 0.3, 3.0])
async def test_loudness_does_not_matter(
    speaker: SpeechWorker, recogniser: SphinxRecogniser, gain: float
):
    """A quiet microphone, or one that clips now and then, is understood."""
    samples = memoryview(await speech(speaker, "what is twelve times seven")).cast("h")
    chance = random.Random(1)
    noisy = (round(s * gain) + chance.randint(-2, 2) for s in samples)
    limited = [max(-32768, min(32767, sample)) for sample in noisy]
    pcm = b"".join(sample.to_bytes(2, "little", signed=True) for sample in limited)
    assert (await hear(recogniser, pcm)).text == "what is twelve times seven"


async def test_interim_text_grows(speaker: SpeechWorker, recogniser: SphinxRecogniser):
    """While somebody speaks there is text, revised at most every 280 ms of audio."""
    partials: list[str] = []
    seen = asyncio.Event()

    def on_partial(text: str) -> None:
        partials.append(text)
        if "dragon" in text:
            seen.set()

    pcm = await speech(speaker, "tell me a long story about a dragon")
    listener = recogniser.listen(VOCABULARY, on_partial)
    listener.feed(pcm)
    await seen.wait()
    hearing = await listener.finish()
    listener.drop()
    assert partials[-1] == hearing.text == "tell me a long story about a dragon"
    assert len(partials) == len(set(partials)) <= len(pcm) / 32 / 280 + 1


async def test_many_are_heard_at_once(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """More utterances than decoders wait for their turn, and none is mixed up."""
    sentences = ["hello", "tell me a joke", "what time is it", "count to ten"] * 2
    audio = {said: await speech(speaker, said) for said in set(sentences)}
    heard = await asyncio.gather(*(hear(recogniser, audio[s]) for s in sentences))
    assert [hearing.text for hearing in heard] == sentences


@pytest.mark.parametrize(
    "grammar",
    ["nonsense", "#JSGF V1.0;\ngrammar x;\npublic <a> = one <missing>;", "#JSGF V1.0;"],
)
async def test_a_bad_grammar_is_passed_over(
    speaker: SpeechWorker,
    recogniser: SphinxRecogniser,
    caplog: pytest.LogCaptureFixture,
    grammar: str,
):
    """A warning says why, and the phrases and the open model remain."""
    vocabulary = Vocabulary(grammar, ("what can you do",))
    with caplog.at_level(logging.WARNING):
        pcm = await speech(speaker, "what can you do")
        hearing = await hear(recogniser, pcm, vocabulary)
    assert hearing.text == "what can you do"
    assert "grammar is of no use" in caplog.text


async def test_an_utterance_survives_the_death_of_its_worker(speaker: SpeechWorker):
    """Another worker hears all of it once more."""
    pcm = await speech(speaker, "what is twelve times seven")
    recogniser = SphinxRecogniser(max_workers=1)
    try:
        await recogniser.ready()
        (process,) = recogniser.process_ids
        listener = recogniser.listen(VOCABULARY)
        listener.feed(pcm[:30_000])
        os.kill(process, signal.SIGTERM)
        listener.feed(pcm[30_000:])
        hearing = await listener.finish()
        assert hearing.text == "what is twelve times seven"
        assert process not in recogniser.process_ids
        listener.drop()
    finally:
        await recogniser.close()


async def test_a_dropped_utterance_is_forgotten(recogniser: SphinxRecogniser):
    """Drop is safe at any time; finishing then gives nothing at once."""
    listener = recogniser.listen(VOCABULARY)
    listener.feed(silence(1000))
    listener.drop()
    listener.drop()
    listener.feed(silence(100))
    assert await listener.finish() == Hearing("")


async def test_finishing_can_be_cancelled(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """The one who gave up loses nothing: asking again gives the hearing."""
    listener = recogniser.listen(VOCABULARY)
    listener.feed(await speech(speaker, "count to ten"))
    impatient = asyncio.create_task(listener.finish())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert (await listener.finish()).text == "count to ten"
    assert (await listener.finish()).text == "count to ten"
    listener.drop()


async def test_a_closed_recogniser_says_so():
    """Listening after close is an error when the hearing is asked for."""
    recogniser = SphinxRecogniser()
    await recogniser.close()
    await recogniser.close()
    recogniser.prepare(VOCABULARY)
    listener = recogniser.listen(VOCABULARY)
    with pytest.raises(WorkerLost, match="closed"):
        await listener.finish()


def test_there_must_be_a_worker():
    """None is refused at once."""
    with pytest.raises(ValueError, match="at least one"):
        SphinxRecogniser(max_workers=0)
