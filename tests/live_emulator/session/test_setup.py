"""What each field of a setup does, and that every other one is let through."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from live_emulator.brain.types import Call
from live_emulator.protocol.client_messages import PART, SETUP
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.wire_types import Dialect, Effect, Field, Kind, MessageType
from live_emulator.session import actions as do
from live_emulator.session.shared import SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import ENDPOINT, Bench, user_text

V1ALPHA = replace(ENDPOINT, version="v1alpha")
VERTEX = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")
INVALID = (1007, "Request contains an invalid argument.")
TRANSLATE = "gemini-3.5-live-translate-preview"
OLD = "gemini-live-2.5-flash-preview"


def speech(**config: Any) -> dict[str, Any]:
    """Return a setup's fields that hold a speechConfig."""
    return {"generationConfig": {"speechConfig": config}}


def why_closed(bench: Bench) -> tuple[int, str]:
    """Return code and reason of a close."""
    assert bench.closed is not None
    return bench.closed.code, bench.closed.reason


# --- the model


@rule(
    guessed("proto: required; what the service says is not known"),
    "setup.model close.argument.invalid",
)
def test_a_setup_without_a_model():
    """A setup has to name a model."""
    assert why_closed(Bench().send({"setup": {}})) == INVALID


@rule(documented("both SDKs add the prefix"), "setup.model")
@pytest.mark.parametrize("name", ["models/gemini-3.8-live", "gemini-3.8-live"])
def test_names_of_models(name):
    """A model is found with and without its prefix."""
    assert Bench().send({"setup": {"model": name}}).closed is None


@rule(
    documented("AUDIO is the default of live models"),
    "setup.generationConfig.responseModalities",
)
@pytest.mark.parametrize(
    ("modalities", "model", "text_only"),
    [
        (None, "gemini-3.8-live", False),
        ([], "gemini-3.8-live", False),
        (["audio"], "gemini-3.8-live", False),
        (["MODALITY_UNSPECIFIED"], "gemini-3.8-live", False),
        (None, "gemini-3.5-transcribe-live", True),
    ],
)
def test_default_modality(modalities, model, text_only):
    """Without a modality a model answers in the way it can."""
    config = {} if modalities is None else {"responseModalities": modalities}
    bench = Bench().setup(model, generationConfig=config)
    assert bench.session.settings.text_only == text_only


@rule(
    observed("2026-09: AUDIO on a transcribe model, two modalities at once"),
    "setup.generationConfig.responseModalities close.modalities",
)
@pytest.mark.parametrize(
    ("model", "modalities"),
    [
        ("gemini-3.5-transcribe-live", ["AUDIO"]),
        ("gemini-3.8-live", ["AUDIO", "TEXT"]),
    ],
)
def test_modalities_that_do_not_fit(model, modalities):
    """A model is set up for one modality, and one it has."""
    bench = Bench().setup(model, generationConfig={"responseModalities": modalities})
    code, reason = why_closed(bench)
    assert code == 1007
    assert reason.startswith(
        f"The requested combination of response modalities ({', '.join(modalities)}) "
    )


# --- how it speaks


@rule(
    documented("SpeechConfig; the default voice is that of the first live models"),
    "setup.generationConfig.speechConfig.voiceConfig.voice "
    "setup.generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
)
@pytest.mark.parametrize(
    ("config", "voice"),
    [
        ({}, "Puck"),
        ({"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}, "Kore"),
        ({"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "kore"}}}, "Kore"),
        ({"voiceConfig": {"voice": "Aoede"}}, "Aoede"),
    ],
)
def test_voices(config, voice):
    """A voice is chosen by its name, in any case."""
    bench = Bench().setup(**speech(**config)).send(user_text("x"))
    [spoken] = [one for one in bench.actions if isinstance(one, do.Speak)]
    assert spoken.voice == voice


@rule(
    guessed("native audio models choose the language themselves; a synthesiser can't"),
    "setup.generationConfig.speechConfig.languageCode",
)
def test_the_language_of_the_voice():
    """A language code reaches the mouth."""
    bench = Bench().setup(**speech(languageCode="de-DE")).send(user_text("x"))
    [spoken] = [one for one in bench.actions if isinstance(one, do.Speak)]
    assert spoken.language == "de-DE"


@rule(
    documented("SDK: refused for live sessions"),
    "setup.generationConfig.speechConfig.multiSpeakerVoiceConfig",
)
def test_one_speaker_is_enough():
    """Several speakers are refused."""
    bench = Bench().setup(**speech(multiSpeakerVoiceConfig={}))
    assert why_closed(bench) == INVALID


# --- how it thinks


@rule(documented("GenerationConfig"), "setup.generationConfig.seed")
def test_the_seed_reaches_the_brain():
    """A seed of the setup is used instead of the emulator's own."""
    seeds = []
    for config in ({}, {"seed": 99}):
        bench = Bench().setup(generationConfig=config).send(user_text("x"))
        seeds.append(bench.questions[0].seed)
    assert seeds == [7, 99]


@rule(
    documented("thinking guide: levels of each model"),
    "setup.generationConfig.thinkingConfig.thinkingLevel",
)
@pytest.mark.parametrize(
    ("model", "level", "accepted"),
    [
        ("gemini-3.1-flash-live-preview", "MINIMAL", True),
        ("gemini-3.1-flash-live-preview", "high", True),
        ("gemini-3.8-live-extended-thinking", "LOW", True),
        ("gemini-3.8-live-extended-thinking", "MINIMAL", False),
        ("gemini-3.8-live", "LOW", False),
        ("gemini-2.5-flash-native-audio-latest", "LOW", False),
    ],
)
def test_thinking_levels(model, level, accepted):
    """A model takes the thinking levels it has, and no other."""
    config = {"thinkingConfig": {"thinkingLevel": level}}
    bench = Bench().setup(model, generationConfig=config)
    assert (bench.closed is None) == accepted


@rule(
    documented("3.8: always on; 2.5: a switch"),
    "setup.proactivity.proactiveAudio setup.generationConfig.enableAffectiveDialog",
)
def test_proactive_and_affective():
    """What 3.8 models always do can be asked for; what 2.5 models can as well."""
    on = {"proactivity": {"proactiveAudio": True}}
    assert Bench(endpoint=V1ALPHA).setup(**on).closed is None
    bench = Bench(endpoint=V1ALPHA).setup(
        "gemini-2.5-flash-native-audio-latest",
        proactivity={"proactiveAudio": False},
        generationConfig={"enableAffectiveDialog": True},
    )
    assert bench.closed is None


# --- how it listens


@rule(
    documented("SDK types: phrases that bias recognition"),
    "setup.inputAudioTranscription.customVocabulary "
    "setup.inputAudioTranscription.adaptationPhrases",
)
def test_vocabulary_reaches_the_ears():
    """Custom vocabulary is what the recogniser is told to expect."""
    transcription = {"customVocabulary": ["Zaphod"], "adaptationPhrases": ["Trillian"]}
    bench = Bench().setup(inputAudioTranscription=transcription)
    bench.speak()
    [opened] = [one for one in bench.actions if isinstance(one, do.OpenEar)]
    assert opened.phrases == ("Zaphod", "Trillian")


@rule(
    guessed("negative times make no sense"),
    "close.argument.invalid "
    "setup.realtimeInputConfig.automaticActivityDetection.silenceDurationMs",
)
@pytest.mark.parametrize("name", ["silenceDurationMs", "prefixPaddingMs"])
def test_negative_times(name):
    """A negative duration is refused."""
    config = {"automaticActivityDetection": {name: -1}}
    assert why_closed(Bench().setup(realtimeInputConfig=config)) == INVALID


@rule(
    guessed("the target has to lie below the trigger"),
    "setup.contextWindowCompression.slidingWindow.targetTokens",
)
@pytest.mark.parametrize(("trigger", "target"), [(100, 100), (100, 200), (100, -1)])
def test_a_window_that_can_not_slide(trigger, target):
    """Compression to more than what triggers it is refused."""
    config = {"triggerTokens": trigger, "slidingWindow": {"targetTokens": target}}
    assert why_closed(Bench().setup(contextWindowCompression=config)) == INVALID


# --- tools


@rule(
    documented("Schema"),
    "setup.tools.functionDeclarations.description "
    "setup.tools.functionDeclarations.parameters.description "
    "setup.tools.functionDeclarations.parameters.enum "
    "setup.tools.functionDeclarations.parameters.required "
    "setup.tools.functionDeclarations.parameters.items "
    "setup.tools.functionDeclarations.parameters.anyOf",
)
def test_a_whole_declaration_reaches_the_brain():
    """All of a declaration that describes its arguments is there."""
    schema = {
        "type": "object",
        "properties": {
            "unit": {
                "type": "string",
                "enum": ["C", "F"],
                "description": "of temperature",
            },
            "days": {"type": "array", "items": {"type": "integer"}},
            "place": {"anyOf": [{"type": "string"}, {"type": "number"}]},
        },
        "required": ["unit"],
    }
    declaration = {"name": "f", "description": "Weather.", "parameters": schema}
    bench = Bench().setup(tools=[{"functionDeclarations": [declaration]}])
    [tool] = bench.send(user_text("x")).questions[0].tools
    assert (tool.description, tool.parameters) == ("Weather.", schema)


@rule(
    documented("model pages: no tools"),
    "setup.tools.functionDeclarations setup.tools.googleSearch close.argument.invalid",
)
@pytest.mark.parametrize("model", [TRANSLATE, "gemini-3.5-transcribe-live"])
@pytest.mark.parametrize(
    "tool", [{"functionDeclarations": [{"name": "f"}]}, {"googleSearch": {}}]
)
def test_models_without_tools(model, tool):
    """Models that transcribe or translate have no tools."""
    assert why_closed(Bench().setup(model, tools=[tool])) == INVALID


@rule(guessed("a function needs a name"), "setup.tools.functionDeclarations.name")
def test_a_function_without_a_name():
    """A declaration without a name is refused."""
    bench = Bench().setup(tools=[{"functionDeclarations": [{"description": "x"}]}])
    assert why_closed(bench) == INVALID


def test_a_search_is_told_to_the_brain_only_if_declared():
    """Without the tool the brain may not search."""
    bench = Bench().setup(tools=[{"functionDeclarations": []}]).send(user_text("x"))
    assert not bench.questions[0].search


# --- fields without effect, and fields that are refused


def reachable(
    kind: MessageType = SETUP, path: tuple[tuple[str, Field], ...] = ()
) -> Iterator[tuple[tuple[str, Field], ...]]:
    """Yield every field of a setup, with the fields it lies in."""
    for name, one in kind.fields.items():
        here = (*path, (name, one))
        yield here
        if one.message is not None and one.message is not kind:
            yield from reachable(one.message, here)


def sample(one: Field) -> Any:
    """Return a value that a field takes."""
    value = {
        Kind.STRING: "x",
        Kind.BOOL: True,
        Kind.INT: 1,
        Kind.FLOAT: 0.5,
        Kind.BYTES: "AAAA",
        Kind.ENUM: one.values[0] if one.values else None,
        Kind.MESSAGE: {},
        Kind.ANY: {"x": 1},
        Kind.STRINGS: {"k": "v"},
        Kind.MESSAGES: {"k": {}},
    }[one.kind]
    return [value] if one.repeated else value


def setup_with(path: tuple[tuple[str, Field], ...]) -> dict[str, Any]:
    """Return a setup in which one field has a value."""
    value = sample(path[-1][1])
    inner: Any = {path[-1][0]: value}
    for name, one in reversed(path[:-1]):
        if name == "functionDeclarations":
            inner = {"name": "f"} | inner
        inner = {"k": inner} if one.kind is Kind.MESSAGES else inner
        inner = {name: [inner] if one.repeated else inner}
    return inner


def paths_with(effect: Effect) -> dict[str, tuple[tuple[str, Field], ...]]:
    """Return the fields of a setup that have this effect, by their paths."""
    return {
        ".".join(("setup", *(name for name, _ in path))): path
        for path in reachable()
        if path[-1][1].effect is effect
        and not any(one.effect is Effect.REFUSED for _, one in path[:-1])
    }


ACCEPTED = paths_with(Effect.ACCEPTED)
REFUSED = paths_with(Effect.REFUSED)


@rule(documented("proto and SDK types"), " ".join(ACCEPTED))
@pytest.mark.parametrize("path", ACCEPTED)
def test_fields_without_effect(path):
    """A field that changes nothing here is taken all the same."""
    affective = "enableAffectiveDialog" in path
    model = "gemini-2.5-flash-native-audio-latest" if affective else "gemini-3.8-live"
    setup = setup_with(ACCEPTED[path])
    if "thinkingConfig" in path:
        model = "gemini-3.1-flash-live-preview"
    gemini = all(Dialect.GEMINI in one.dialects for _, one in ACCEPTED[path])
    bench = Bench(endpoint=V1ALPHA if gemini else VERTEX).setup(model, **setup)
    assert bench.closed is None
    assert [list(message) for message in bench.messages] == [["setupComplete"]]


@rule(
    documented("proto: not in live sessions; model pages: not these tools"),
    " ".join(REFUSED) + " close.argument.invalid",
)
@pytest.mark.parametrize("path", REFUSED)
def test_fields_that_are_refused(path):
    """What live sessions or their models do not have is an invalid argument."""
    bench = Bench(endpoint=V1ALPHA).setup(**setup_with(REFUSED[path]))
    assert why_closed(bench) == INVALID


IGNORED_PARTS = {
    name: one for name, one in PART.fields.items() if one.effect is Effect.ACCEPTED
}


@rule(
    documented("proto and SDK types"),
    " ".join(f"clientContent.turns.parts.{name}" for name in IGNORED_PARTS),
)
def test_parts_without_effect():
    """Parts that nothing is made of here are let through in content too."""
    ignored = {name: sample(one) for name, one in IGNORED_PARTS.items()}
    turn = {"role": "user", "parts": [{"text": "hello"} | ignored]}
    bench = Bench().setup()
    bench.send({"clientContent": {"turns": [turn], "turnComplete": True}})
    assert bench.questions[0].turns[-1].text == "hello"


# --- what the SDKs send


PYTHON_SETUP = """
{"setup": {"model": "models/gemini-3.1-flash-live-preview", "generationConfig":
{"responseModalities": ["AUDIO"], "temperature": 0.7, "topP": 0.9, "topK": 40.0,
"maxOutputTokens": 100, "mediaResolution": "MEDIA_RESOLUTION_LOW", "seed": 1,
"speechConfig": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}},
"language_code": "en-US"}, "thinkingConfig": {"include_thoughts": true,
"thinking_level": "LOW"}, "translationConfig": {"echoTargetLanguage": true,
"targetLanguageCode": "es"}}, "systemInstruction": {"parts": [{"text": "Be brief"}],
"role": "user"}, "tools": [{"googleSearch": {}}, {"functionDeclarations":
[{"description": "w", "name": "get_weather", "parameters": {"properties": {"city":
{"type": "STRING"}}, "required": ["city"], "type": "OBJECT"}}]}],
"sessionResumption": {}, "inputAudioTranscription": {},
"outputAudioTranscription": {"language_codes": ["en-US"]}, "realtimeInputConfig":
{"automatic_activity_detection": {"disabled": false, "start_of_speech_sensitivity":
"START_SENSITIVITY_HIGH", "end_of_speech_sensitivity": "END_SENSITIVITY_LOW",
"prefix_padding_ms": 20, "silence_duration_ms": 100}, "activity_handling":
"NO_INTERRUPTION", "turn_coverage": "TURN_INCLUDES_ALL_INPUT"},
"contextWindowCompression": {"trigger_tokens": "100", "sliding_window":
{"target_tokens": 50}}, "proactivity": {"proactive_audio": true}, "historyConfig":
{"initial_history_in_client_content": true}, "safetySettings": [{"category":
"HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"}], "labels": {"k": "v"}}}
"""


@rule(documented("google-genai 3.4: its own mixture of spellings"), "json.spelling")
def test_a_rich_setup_of_the_python_sdk():
    """Every field of the SDK's richest setup arrives."""
    bench = Bench(endpoint=V1ALPHA).send(json.dumps(json.loads(PYTHON_SETUP)))
    assert bench.closed is None
    settings = bench.session.settings
    assert (settings.voice, settings.language) == ("Kore", "en-US")
    assert (settings.max_output_tokens, settings.seed) == (100, 1)
    assert settings.media_resolution == "MEDIA_RESOLUTION_LOW"
    assert settings.include_thoughts
    assert (settings.target_language, settings.echo_target_language) == ("es", True)
    assert settings.instruction == "Be brief"
    assert settings.tools.search
    assert list(settings.tools.functions) == ["get_weather"]
    assert settings.resumable
    assert settings.input_transcription and settings.output_transcription
    assert (settings.activity.prefix_ms, settings.activity.silence_ms) == (20, 100)
    assert not settings.activity.interrupts
    assert (settings.all_video, settings.all_input) == (True, True)
    assert (settings.compression.trigger_tokens, settings.initial_history) == (
        100,
        True,
    )


# --- translation


@rule(
    documented("live translate: echoTargetLanguage"),
    "setup.generationConfig.translationConfig.echoTargetLanguage order.translation",
)
@pytest.mark.parametrize(("echo", "said"), [(True, "good morning"), (False, "")])
def test_what_is_in_the_target_language_already(echo, said):
    """Speech in the target language is echoed only if asked for."""
    config = {"targetLanguageCode": "en", "echoTargetLanguage": echo}
    bench = Bench(words=["good morning"]).setup(
        TRANSLATE,
        generationConfig={"translationConfig": config},
        outputAudioTranscription={},
    )
    bench.forget().speak().run(20)
    assert bench.transcript() == said
    assert not {"generationComplete", "turnComplete"} & set(bench.kinds())


# --- models that are gone


@rule(guessed("ours: for programs written for models of 2025"), "lenient setup.model")
def test_lenient_sessions_have_the_models_of_old():
    """A retired model answers a lenient emulator's clients, in text if asked for."""
    config = {"responseModalities": ["TEXT"]}
    assert Bench().setup(OLD, generationConfig=config).closed.code == 1008
    bench = Bench(shared=SharedState(lenient=True)).setup(OLD, generationConfig=config)
    bench.forget().send(user_text("hello")).run(9)
    assert bench.kinds() == ["text", "generationComplete", "turnComplete"]
    unknown = Bench(shared=SharedState(lenient=True)).setup("no-such-model")
    assert unknown.closed.code == 1008


@rule(
    observed("js-genai recordings of half-cascade models"),
    "serverContent.modelTurn.parts.executableCode.language "
    "serverContent.modelTurn.parts.executableCode.code order.blocking lenient",
)
def test_half_cascade_models_announce_a_call():
    """Before the call they show the code that would make it."""
    tools = [{"functionDeclarations": [{"name": "get_weather"}]}]
    call = Call("get_weather", {"city": "Redmond, WA"})
    bench = Bench(lambda q: [call], shared=SharedState(lenient=True)).setup(
        OLD, tools=tools
    )
    bench.forget().send(user_text("weather"))
    first, second = bench.messages
    assert first["serverContent"]["modelTurn"]["parts"] == [
        {
            "executableCode": {
                "language": "PYTHON",
                "code": "print(default_api.get_weather(city='Redmond, WA'))",
            }
        }
    ]
    assert "toolCall" in second


@rule(guessed("ours: no code is run"), "setup.tools.codeExecution lenient")
def test_half_cascade_models_take_code_execution():
    """A half-cascade model accepts the tool, and nothing is run."""
    bench = Bench(shared=SharedState(lenient=True)).setup(
        OLD, tools=[{"codeExecution": {}}]
    )
    assert bench.closed is None
    bench.send(user_text("x")).run(9)
    assert bench.kinds()[-1] == "turnComplete"
