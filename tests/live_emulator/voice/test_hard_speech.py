"""Speech that is hard to hear: it is understood, or nothing is made up."""

import pytest

from benchmarks.voices import sentences
from live_emulator.voice import VOICES, EnglishRecogniser, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ
from tests.live_emulator.voice.hard_sounds import (
    clipped,
    cough,
    many_voices,
    telephone,
    whispered,
    without_pauses,
)
from tests.live_emulator.voice.voice_helpers import (
    hear,
    pieces,
    silence,
    speech,
    spoken,
)
from tests.live_emulator.voice.word_errors import word_errors, words

SENTENCES = (
    "What is the capital of France?",
    "Turn off the bedroom light.",
    "I would like a large coffee with milk.",
    "The train leaves from platform nine.",
    "Tell me a story about a dragon.",
)
FOREIGN = {
    "de": "Morgen fahre ich mit dem Zug nach München, um meine Tante zu besuchen.",
    "fr": "Bonjour, je voudrais réserver une table pour deux personnes ce soir.",
    "es": "Me gusta mucho la comida de este restaurante.",
    "it": "Vorrei un caffè e un cornetto, per favore.",
    "pl": "Dzień dobry, jak się masz?",
}
MOST_WORDS_A_SECOND = 5
"""Nobody says more."""


@pytest.mark.parametrize("spoil", [clipped, telephone, whispered])
async def test_bad_sound_is_understood(
    speaker: SpeechWorker, recogniser: EnglishRecogniser, spoil
):
    """Clipped, from a telephone, whispered: hardly a word is heard otherwise."""
    wrong, count = [], 0
    for sentence in SENTENCES:
        pcm = spoil(await speech(speaker, sentence))
        heard = (await hear(recogniser, pcm)).text
        wrong += [heard] * word_errors(sentence, heard)
        count += len(words(sentence))
    assert len(wrong) <= 0.1 * count, wrong


@pytest.mark.parametrize("count", [6, 12, 30])
async def test_many_voices_at_once_are_nobodys(
    speaker: SpeechWorker, recogniser: EnglishRecogniser, count: int
):
    """Nothing is made of a crowd."""
    clips = [
        await speech(speaker, SENTENCES[number % len(SENTENCES)], voice)
        for number, voice in enumerate(list(VOICES)[:count])
    ]
    assert (await hear(recogniser, many_voices(clips))).text == ""


async def test_other_languages_are_not_made_english(
    speaker: SpeechWorker, recogniser: EnglishRecogniser
):
    """Of five sentences at most two get a text, and none a long one."""
    heard = []
    for language, text in FOREIGN.items():
        said = b"".join(p.pcm for p in await pieces(speaker, text, language=language))
        sound = resample(said, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
        pcm = silence(300) + sound + silence(500)
        heard.append((await hear(recogniser, pcm)).text)
        most = MOST_WORDS_A_SECOND * len(sound) / INPUT_RATE_HZ / 2
        assert len(heard[-1].split()) <= most, heard
    assert sum(bool(text) for text in heard) <= 2, heard


@pytest.mark.parametrize("word", ["Yes", "No", "Stop", "Hello", "Goodbye"])
async def test_one_word_is_heard(
    speaker: SpeechWorker, recogniser: EnglishRecogniser, word: str
):
    """As much as a sentence is."""
    heard = await hear(recogniser, await speech(speaker, f"{word}."))
    assert heard.text.rstrip(".!") == word


async def test_a_cough_is_no_word(recogniser: EnglishRecogniser):
    """Nor is it one beside a sentence."""
    assert (await hear(recogniser, cough())).text == ""
    both = spoken("twelve-times-seven") + cough()
    assert (await hear(recogniser, both)).text.startswith("What is 12 times 7?")


async def test_a_minute_without_a_pause_is_written_whole(
    speaker: SpeechWorker, recogniser: EnglishRecogniser
):
    """Cut where it is quietest, hardly a word is lost or written twice."""
    text = " ".join(sentences(42))
    clips = [await speech(speaker, sentence) for sentence in sentences(42)]
    pcm = without_pauses(clips)
    assert 50 < len(pcm) / 2 / INPUT_RATE_HZ < 70
    heard = (await hear(recogniser, pcm)).text
    assert word_errors(text, heard) <= 0.08 * len(words(text)), heard
