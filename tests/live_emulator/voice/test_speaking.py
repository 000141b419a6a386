"""The mouth: every voice, the same every time, for any text, for many at once."""

import asyncio
import logging
import os
import shutil
import signal
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from live_emulator.voice import USER_VOICE, VOICES, SpeechWorker
from live_emulator.voice.process import worker_process
from live_emulator.voice.process.worker import WorkerLost
from live_emulator.voice.types import SpeechPiece
from tests.live_emulator.voice.voice_helpers import pieces

SENTENCE = "The train leaves at nine."
BYTES_PER_MS = 48
STORY = "Once upon a time there was a robot who wanted to see the sea. " * 80


def joined(found: list[SpeechPiece]) -> bytes:
    return b"".join(piece.pcm for piece in found)


def quiet_ms(pcm: bytes) -> tuple[float, float]:
    """Return how long the silence at both ends is."""
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2").astype(int)) > 60)
    return loud[0] / 24, (len(pcm) / 2 - loud[-1]) / 24


@pytest.mark.parametrize("voice", [*VOICES, USER_VOICE])
async def test_every_voice_speaks(speaker: SpeechWorker, voice: str):
    """Each gives a few seconds of audible speech, with little silence around it."""
    pcm = joined(await pieces(speaker, SENTENCE, voice))
    assert len(pcm) % 2 == 0
    assert 1000 < len(pcm) / BYTES_PER_MS < 3500
    samples = np.frombuffer(pcm, "<i2").astype(float)
    assert 500 < np.sqrt((samples**2).mean()) < 12_000
    assert np.abs(samples).max() < 32_767
    before, behind = quiet_ms(pcm)
    assert before <= 60 and behind <= 60


async def test_voices_differ(speaker: SpeechWorker):
    """No two voices say the same sentence alike."""
    said = [joined(await pieces(speaker, SENTENCE, voice)) for voice in VOICES]
    assert len(set(said)) == 30


async def test_the_same_words_are_the_same_bytes(speaker: SpeechWorker):
    """Whatever else is spoken before or meanwhile, in each voice."""
    voices = [*VOICES, USER_VOICE]
    alone = {v: joined(await pieces(speaker, SENTENCE, v)) for v in voices}
    together = await asyncio.gather(
        *(pieces(speaker, SENTENCE, voice) for voice in reversed(voices)),
        pieces(speaker, "Guten Tag, wie geht es dir?", language="de"),
    )
    for voice, said in zip(reversed(voices), together, strict=False):
        assert joined(said) == alone[voice], voice


async def test_names_of_voices_are_taken_in_any_case(speaker: SpeechWorker):
    """Kore, kore and KORE are one voice."""
    said = [joined(await pieces(speaker, "Yes.", v)) for v in ("Kore", "kore", "KORE")]
    assert len(set(said)) == 1


async def test_an_unknown_voice_is_an_error_that_names_the_others(
    speaker: SpeechWorker,
):
    """The reader learns what to write instead."""
    with pytest.raises(ValueError, match=r"'Breeze'.*Achernar.*Zubenelgenubi"):
        await pieces(speaker, SENTENCE, "Breeze")


@pytest.mark.parametrize("language", ["de", "de-DE", "pt-BR", "en-US", "fr"])
async def test_other_languages_sound_otherwise(speaker: SpeechWorker, language: str):
    """A language is taken with and without its region."""
    text = "Information" if language != "en-US" else "Colour"
    said = joined(await pieces(speaker, text, language=language))
    english = joined(await pieces(speaker, text))
    assert said and (said == english) is (language == "en-US")


@pytest.mark.parametrize("language", ["tlh", "fil-PH", "xx", "../../x", "%s+m3"])
async def test_an_unknown_language_is_left_to_the_english_voice(
    speaker: SpeechWorker, language: str, caplog: pytest.LogCaptureFixture
):
    """No text is lost; the log names the language, and none of the text."""
    english = joined(await pieces(speaker, SENTENCE))
    assert joined(await pieces(speaker, SENTENCE, language=language)) == english
    assert SENTENCE not in caplog.text


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "cmn-CN"])
async def test_chinese_by_each_of_its_codes(speaker: SpeechWorker, language: str):
    """The service takes zh and cmn. The English voice is silent there."""
    assert any(joined(await pieces(speaker, "\u4f60\u597d", language=language)))
    assert not any(joined(await pieces(speaker, "\u4f60\u597d")))


async def test_without_the_extra_english_speaks_and_the_log_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Once for each language; no text is lost."""
    package = tmp_path / "live_emulator"
    shutil.copytree(worker_process._PACKAGE, package)
    (package / "voice" / "speaking" / "espeak.py").write_text("raise ImportError")
    monkeypatch.setattr(worker_process, "_PACKAGE", package)
    with caplog.at_level(logging.WARNING):
        async with SpeechWorker() as speaker:
            said = await pieces(speaker, "Guten Tag", language="de-DE")
            assert joined(said) == joined(await pieces(speaker, "Guten Tag"))
            await pieces(speaker, "Guten Abend", language="de-DE")
    assert caplog.text.count("espeakng-loader") == 1
    assert "'de-DE'" in caplog.text


async def test_what_english_can_not_say_is_silent_and_keeps_its_words(
    speaker: SpeechWorker,
):
    """So that the transcript is complete."""
    text = "今日は。 Hello."
    found = await pieces(speaker, text)
    spoken = [word for piece in found for word in piece.words]
    assert "".join(text[word.start : word.end] for word in spoken) == "今日はHello"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world.", ["Hello", "world"]),
        ("It is 84 degrees!", ["It", "is", "84", "degrees"]),
        ("One. Two? Three.", ["One", "Two", "Three"]),
        ("D\u00e9j\u00e0 vu \u2014 caf\u00e9.", ["D\u00e9j\u00e0", "vu", "caf\u00e9"]),
        ("Good \U0001f600 morning (yes).", ["Good", "morning", "yes"]),
        ("That's $5, isn't it?", ["That's", "$5", "isn't", "it"]),
    ],
)
async def test_words_are_timed(speaker: SpeechWorker, text: str, words: list[str]):
    """Each word is named once, in order, at a time inside the audio."""
    found = await pieces(speaker, text)
    spoken = [word for piece in found for word in piece.words]
    assert [text[word.start : word.end] for word in spoken] == words
    times = [word.at_ms for word in spoken]
    assert times == sorted(times) and times[0] >= 0
    assert times[-1] < len(joined(found)) / BYTES_PER_MS
    sent_bytes = 0
    for piece in found:
        start_ms = sent_bytes / BYTES_PER_MS
        sent_bytes += len(piece.pcm)
        end_ms = sent_bytes / BYTES_PER_MS
        assert all(start_ms <= word.at_ms <= end_ms for word in piece.words)


async def test_a_word_sounds_where_its_time_says(speaker: SpeechWorker):
    """What is cut off at a word's time is what was said before the word."""
    found = await pieces(speaker, "Stop. Go.")
    second = [word for piece in found for word in piece.words][1]
    before = joined(found)[: int(second.at_ms) * BYTES_PER_MS]
    only_first = joined(await pieces(speaker, "Stop."))
    assert before[: len(only_first)] == only_first
    assert not any(before[len(only_first) :])


@pytest.mark.parametrize("text", ["", " \n", "\U0001f600", "...", "\0\0"])
async def test_nothing_to_say_gives_nothing(speaker: SpeechWorker, text: str):
    """No piece, and no error."""
    assert await pieces(speaker, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "before\0behind",
        "<speak><break time='9s'/>hello</speak>",
        "[[h@l'oU]] & <b>",
        "\x01+50S quick",
        "lone \ud800 half",
        "a" * 3000,
        "9" * 400,
    ],
)
async def test_hostile_text_is_read_as_text(speaker: SpeechWorker, text: str):
    """It is spoken, all of it, and the worker lives."""
    process = speaker.process_ids
    assert len(joined(await pieces(speaker, text))) > 400 * BYTES_PER_MS
    assert speaker.process_ids == process


async def test_a_nul_does_not_cut_the_text(speaker: SpeechWorker):
    """It counts as a blank."""
    with_nul = joined(await pieces(speaker, "before\0behind"))
    assert with_nul == joined(await pieces(speaker, "before behind"))


async def test_markup_makes_no_pause(speaker: SpeechWorker):
    """SSML is not obeyed."""
    said = joined(await pieces(speaker, "yes <break time='9s'/> no"))
    assert len(said) < 8000 * BYTES_PER_MS


async def test_a_long_text_comes_in_pieces(speaker: SpeechWorker):
    """The first piece is a sentence, not the story; closing early ends the rest."""
    async with aclosing(speaker.speak(STORY, voice="Kore")) as story:
        first = await anext(story)
        assert len(first.pcm) < 10_000 * BYTES_PER_MS
    assert await pieces(speaker, "Yes.")


async def test_nobody_waits_for_a_long_story(speaker: SpeechWorker):
    """A short answer is complete before a story that was asked for earlier."""
    order: list[str] = []

    async def tell(name: str, text: str) -> None:
        await pieces(speaker, text)
        order.append(name)

    await asyncio.gather(tell("story", STORY), tell("answer", "Yes."))
    assert order == ["answer", "story"]


async def test_many_speak_at_once(speaker: SpeechWorker):
    """Forty speeches at a time all come out whole."""
    texts = [f"This is number {number}." for number in range(40)]
    found = await asyncio.gather(*(pieces(speaker, text) for text in texts))
    for text, said in list(zip(texts, found, strict=True))[::13]:
        assert joined(said) == joined(await pieces(speaker, text))


async def test_a_speech_survives_the_death_of_its_worker():
    """The worker is started again and goes on behind what was already given."""
    async with SpeechWorker() as speaker:
        whole = await pieces(speaker, STORY)
        (process,) = speaker.process_ids
        found: list[SpeechPiece] = []
        async with aclosing(speaker.speak(STORY, voice="user")) as story:
            async for piece in story:
                found.append(piece)
                if len(found) == 3:
                    os.kill(process, signal.SIGTERM)
        assert found == whole
        assert speaker.process_ids != (process,)


async def test_a_closed_worker_says_so():
    """Speaking after close is an error, closing twice is none."""
    speaker = SpeechWorker()
    assert await pieces(speaker, "Yes.")
    await speaker.close()
    await speaker.close()
    assert speaker.process_ids == ()
    with pytest.raises(WorkerLost, match="closed"):
        await pieces(speaker, "Yes.")
