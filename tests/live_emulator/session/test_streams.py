"""What has no turns, or keeps silent: live translation, and proactive audio."""

from dataclasses import replace
from typing import Any

import pytest

from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session.shared import SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import ENDPOINT, Bench, user_text

TRANSLATE = "gemini-3.5-live-translate-preview"
ENDS = {"turnComplete", "generationComplete", "interrupted"}


def translating(words: list[str], **config: Any) -> Bench:
    """Return a session with a model that translates."""
    generation = {"translationConfig": config} if config else {}
    bench = Bench(words=words).setup(
        TRANSLATE,
        generationConfig=generation,
        inputAudioTranscription={},
        outputAudioTranscription={},
    )
    return bench.forget()


@rule(
    observed(
        "cookbook's Get_started_LiveTranslate.py calls receive() once; sokuji 399"
    ),
    "order.translation serverContent.turnComplete serverContent.generationComplete",
)
def test_translation_is_a_stream_without_turns():
    """Each utterance is translated, and nothing ever ends a turn."""
    words = ["good morning", "where is the station", "thank you"]
    bench = translating(list(words), targetLanguageCode="es")
    for _ in words:
        bench.speak(pause_ms=4000)
    bench.run(30)
    assert bench.closed is None
    assert not ENDS & set(bench.kinds())
    assert bench.transcript("inputTranscription") == "".join(words)
    said = bench.transcript()
    assert said.startswith("Buenos días.")
    assert "estación" in said
    assert said.endswith("Gracias.")


@rule(
    observed("sokuji PR 399: the next utterance interrupts nothing"),
    "order.translation serverContent.interrupted",
)
def test_speech_does_not_interrupt_a_translation():
    """Who speaks on while a translation is spoken has it spoken to its end."""
    words = ["one two three four five six seven eight", "good morning", "thank you"]
    bench = translating(list(words), targetLanguageCode="es")
    for _ in words:
        bench.speak(ms=300, pause_ms=750)
    assert bench.kinds().count("ACTIVITY_START") >= 3
    bench.run(60)
    assert not ENDS & set(bench.kinds())
    said = bench.transcript()
    assert words[0] in said
    assert said.index(words[0]) < said.index("Buenos días.") < said.index("Gracias.")


@rule(
    documented("the page on live translation"),
    "setup.generationConfig.translationConfig order.translation",
)
@pytest.mark.parametrize(
    ("config", "words", "said"),
    [
        ({}, "good morning", ""),
        ({}, "buenos días", "Good morning."),
        ({"echoTargetLanguage": True}, "good morning", "good morning"),
        ({"targetLanguageCode": "es"}, "good morning", "Buenos días."),
    ],
)
def test_what_is_translated_by_default(config, words, said):
    """Without a translationConfig the target is English, and English is left alone."""
    bench = translating([words], **config).speak().run(20)
    assert bench.transcript() == said
    assert not ENDS & set(bench.kinds())


@rule(
    guessed("typed text is translated as speech is"), "order.translation clientContent"
)
def test_typed_text_is_translated():
    """Text makes no turn either; nothing to translate is no reason to close."""
    bench = translating([""], targetLanguageCode="es")
    bench.send({"clientContent": {"turnComplete": True}})
    bench.send(user_text("thank you")).run(20)
    assert (bench.closed, bench.transcript()) == (None, "Gracias.")
    assert not ENDS & set(bench.kinds())


@rule(documented("handles are offered between utterances"), "order.resumption")
def test_a_translation_can_be_resumed():
    """A new handle comes when a translation has been spoken."""
    bench = Bench(words=["thank you"]).setup(
        TRANSLATE,
        generationConfig={"translationConfig": {"targetLanguageCode": "es"}},
        sessionResumption={},
    )
    bench.forget().speak().run(20)
    offers = [
        m["sessionResumptionUpdate"] for _, m in bench.find("sessionResumptionUpdate")
    ]
    assert offers[-1]["resumable"]


# --- proactive audio


def proactive(model: str, name: str = "Gemini", **setup: Any) -> Bench:
    """Return a session in an emulator whose models have a name."""
    bench = Bench(
        words=["pass me the salt", "gemini what is salt"],
        endpoint=replace(ENDPOINT, version="v1alpha"),
        shared=SharedState(name=name),
    )
    return bench.setup(model, inputAudioTranscription={}, **setup).forget()


@rule(
    documented("model page of 3.8: always on; may stay silent at what is not for it"),
    "setup.proactivity.proactiveAudio activity.automatic",
)
@pytest.mark.parametrize(
    ("model", "setup", "silent"),
    [
        ("gemini-3.8-live", {}, True),
        (
            "gemini-2.5-flash-native-audio-latest",
            {"proactivity": {"proactiveAudio": True}},
            True,
        ),
        ("gemini-2.5-flash-native-audio-latest", {}, False),
        ("gemini-3.1-flash-live-preview", {}, False),
    ],
)
def test_speech_that_is_not_meant_for_the_model(model, setup, silent):
    """With a name to listen for, a proactive model ignores speech without it."""
    bench = proactive(model, **setup).speak().run(20)
    assert bench.transcript("inputTranscription").strip() == "pass me the salt"
    assert ("audio" not in bench.kinds()) == silent
    assert bench.kinds()[-1] == "turnComplete"
    bench.forget().speak().run(20)
    assert "audio" in bench.kinds()
    assert bench.questions[-1].turns[0].text == "pass me the salt"


@rule(
    documented("what is typed is meant for the model"),
    "realtimeInput.text setup.proactivity.proactiveAudio",
)
def test_a_proactive_model_answers_what_is_typed():
    """Only speech can be meant for somebody else; without a name all is answered."""
    bench = proactive("gemini-3.8-live").send(user_text("pass me the salt")).run(20)
    assert "audio" in bench.kinds()
    bench = proactive("gemini-3.8-live", name="").speak().run(20)
    assert "audio" in bench.kinds()
    bench = proactive("gemini-3.8-live")
    bench.answer = lambda question: []
    bench.send({"clientContent": {"turnComplete": True}}).run(20)
    assert bench.kinds()[-1] == "turnComplete"
