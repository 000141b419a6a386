"""Setups that the service refuses, in its own words."""

import json
from dataclasses import replace
from typing import Any

import pytest

from live_emulator.protocol.closing import REASONS, cut_reason
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.shared import SharedState
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import ENDPOINT, LEVEL, Bench

LIVE = "gemini-3.8-live"
THINKING = "gemini-3.8-live-extended-thinking"
PREVIEW_3_1 = "gemini-3.1-flash-live-preview"
NATIVE_2_5 = "gemini-2.5-flash-native-audio-latest"
VERTEX = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")

MISSING = "Thinking level must be specified for this model."
UNSUPPORTED = "Thinking level is not supported for this model."
BOTH = "You can only set only one of thinking budget and thinking level."
WRONG_MINIMAL = "Thinking level MINIMAL is not supported for this model"
INVALID = "Request contains an invalid argument."


def why(bench: Bench) -> str:
    """Return the reason of a close with 1007, empty if the session lives."""
    if bench.closed is None:
        return ""
    assert bench.closed.code == 1007
    return bench.closed.reason


def thinking(**config: Any) -> dict[str, Any]:
    """Return the fields of a setup that say how to think."""
    return {"generationConfig": {"thinkingConfig": config}}


def speech(**config: Any) -> dict[str, Any]:
    """Return the fields of a setup that say how to speak."""
    return {"generationConfig": {"speechConfig": config}}


# --- thinking


@rule(
    observed("vercel/ai PR 20787, cookbook PR 1379, openclaw PR 152413 (2026-09-19)"),
    "setup.generationConfig.thinkingConfig.thinkingLevel "
    "setup.generationConfig.thinkingConfig.thinkingBudget "
    "close.thinking.level-missing close.thinking.level-unsupported "
    "close.thinking.unknown-level close.thinking.both",
)
@pytest.mark.parametrize(
    ("model", "setup", "reason"),
    [
        (THINKING, {}, MISSING),
        (THINKING, {"generationConfig": {}}, MISSING),
        (THINKING, thinking(), MISSING),
        (THINKING, thinking(includeThoughts=True), MISSING),
        (THINKING, thinking(thinkingBudget=100), MISSING),
        (THINKING, thinking(thinkingLevel="THINKING_LEVEL_UNSPECIFIED"), MISSING),
        (THINKING, thinking(thinkingLevel="MINIMAL"), WRONG_MINIMAL),
        (THINKING, thinking(thinkingLevel="LOW", thinkingBudget=0), BOTH),
        (THINKING, thinking(thinkingLevel="low", includeThoughts=True), ""),
        (LIVE, thinking(thinkingLevel="LOW"), UNSUPPORTED),
        (LIVE, thinking(thinkingBudget=0), INVALID),
        (LIVE, {}, ""),
        (NATIVE_2_5, thinking(thinkingLevel="LOW"), UNSUPPORTED),
        (NATIVE_2_5, thinking(thinkingBudget=0), ""),
        ("gemini-3.5-transcribe-live", thinking(thinkingLevel="LOW"), UNSUPPORTED),
        (PREVIEW_3_1, thinking(thinkingLevel="LOW", thinkingBudget=0), BOTH),
        (PREVIEW_3_1, thinking(), ""),
    ],
)
def test_thinking_that_a_model_does_not_do(model, setup, reason):
    """Extended thinking needs a level, 3.8 takes none, and a budget is no level."""
    assert why(Bench().setup(model, **setup)) == reason


# --- functions


def declaring(**declaration: Any) -> dict[str, Any]:
    """Return the fields of a setup that declare a function."""
    return {"tools": [{"functionDeclarations": [{"name": "f"} | declaration]}]}


@rule(
    observed("openclaw PR 152413, 2026-09-29; the other way round is an analogy"),
    "setup.tools.functionDeclarations.behavior close.tool.behaviour contextUpdate",
)
@pytest.mark.parametrize(
    ("model", "behaviour"), [(THINKING, "BLOCKING"), (PREVIEW_3_1, "NON_BLOCKING")]
)
def test_behaviours_that_a_model_does_not_have(model, behaviour):
    """A model refuses functions that run in a way it does not know, at any time."""
    reason = f"{behaviour} function calls are not supported for this model"
    tools = declaring(behavior=behaviour)
    level = LEVEL if model == THINKING else {}
    assert why(Bench().setup(model, **level, **tools)) == reason
    bench = Bench().setup(model, **level)
    assert why(bench.send({"contextUpdate": {"tools": tools}})) == reason


def unknown(name: str, place: str) -> str:
    """Return the service's words for an unknown name."""
    return (
        f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': "
        "Cannot find field."
    )


WORDS = {
    "additionalProperties": False,
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {},
    "$ref": "#/x",
    "ref": "#/x",
    "defs": {},
    "const": 1,
    "oneOf": [],
    "allOf": [],
    "not": {},
    "exclusiveMinimum": 0,
    "exclusiveMaximum": 9,
    "multipleOf": 2,
    "uniqueItems": True,
    "patternProperties": {},
    "propertyNames": {},
    "examples": [],
    "readOnly": True,
}
"""What JSON Schema has and the service's Schema has not."""

DECLARATION = "setup.tools[0].function_declarations[0]"

NESTED = {
    "": lambda schema: schema,
    ".properties[1].value": lambda schema: {"properties": {"p": {}, "q": schema}},
    ".items": lambda schema: {"type": "ARRAY", "items": schema},
    ".any_of[0]": lambda schema: {"anyOf": [schema]},
    ".properties[0].value.items.properties[0].value": lambda schema: {
        "properties": {"p": {"items": {"properties": {"q": schema}}}}
    },
}
"""Where a schema may stand in a schema, as the service writes it."""

SCHEMA_SOURCE = observed(
    "mastra PR 17023, livekit/agents 7302, promptfoo 6902, 5ire 42"
)
SCHEMA_COVERS = (
    "setup.tools.functionDeclarations.parameters "
    "setup.tools.functionDeclarations.response "
    "setup.tools.functionDeclarations.parameters.properties "
    "setup.tools.functionDeclarations.parameters.items "
    "setup.tools.functionDeclarations.parameters.anyOf close.field.unknown json.strict"
)


@rule(SCHEMA_SOURCE, SCHEMA_COVERS)
@pytest.mark.parametrize("name", WORDS)
def test_words_of_json_schema(name):
    """A Schema has its own fields and no other, wherever it stands."""
    for place, nest in NESTED.items():
        schema = nest({name: WORDS[name]})
        for field in ("parameters", "response"):
            expected = unknown(name, f"{DECLARATION}.{field}{place}")
            assert why(Bench().setup(**declaring(**{field: schema}))) == expected
        update = {"contextUpdate": {"tools": declaring(parameters=schema)}}
        place = (
            f"context_update.tools.tools[0].function_declarations[0].parameters{place}"
        )
        assert why(Bench().setup().send(update)) == unknown(name, place)


@rule(
    observed("the same reports: parametersJsonSchema is taken as it is"),
    "setup.tools.functionDeclarations.parametersJsonSchema "
    "setup.tools.functionDeclarations.responseJsonSchema lenient",
)
def test_json_schema_has_fields_of_its_own():
    """Any JSON Schema is taken in parametersJsonSchema and responseJsonSchema."""
    schema = {"type": "object", "properties": {"p": WORDS}} | WORDS
    fields = {"parametersJsonSchema": schema, "responseJsonSchema": schema}
    assert why(Bench().setup(**declaring(**fields))) == ""
    lenient = SharedState(lenient=True)
    assert why(Bench(shared=lenient).setup(**declaring(parameters=WORDS))) == ""


@rule(
    documented("Schema of Vertex AI: additionalProperties, defs, ref"),
    "setup.tools.functionDeclarations.parameters.additionalProperties "
    "setup.tools.functionDeclarations.parameters.defs "
    "setup.tools.functionDeclarations.parameters.ref",
)
def test_vertex_knows_three_words_more():
    """Three fields of a Schema exist on Vertex AI alone."""
    known = {"additionalProperties": False, "defs": {"x": {}}, "ref": "#/defs/x"}
    bench = Bench(endpoint=VERTEX).setup(**declaring(parameters=known))
    assert bench.closed is None
    bench = Bench(endpoint=VERTEX).setup(**declaring(parameters={"$defs": {}}))
    assert why(bench) == unknown("$defs", f"{DECLARATION}.parameters")


@rule(
    observed("probes of 2026-09-29 with types that are none; 5ire 42"),
    "setup.tools.functionDeclarations.parameters.type close.value.invalid json.enums",
)
@pytest.mark.parametrize("name", ["float", "dict", "any", "str", "STRINGS"])
@pytest.mark.parametrize("endpoint", [ENDPOINT, VERTEX], ids=["gemini", "vertex"])
def test_types_that_are_none(endpoint, name):
    """A type that does not exist is named with its place and its enum."""
    package = "google.ai.generativelanguage.v1"
    if endpoint is VERTEX:
        package = "google.cloud.aiplatform.v1beta1"
    schema = {"properties": {"p": {"type": name}}}
    bench = Bench(endpoint=endpoint).setup(**declaring(parameters=schema))
    assert why(bench) == (
        f"Invalid value at '{DECLARATION}.parameters.properties[0].value.type' "
        f'(type.googleapis.com/{package}.Type), "{name}"'
    )


@rule(
    documented("TYPE_UNSPECIFIED, and values in any case"),
    "setup.tools.functionDeclarations.parameters.type json.enums",
)
def test_types_in_any_case():
    """A type may be written in any case, and none is no type."""
    properties = {
        "a": {"type": "string"},
        "b": {"type": "Integer"},
        "c": {"type": "TYPE_UNSPECIFIED"},
        "d": {"type": "null"},
    }
    schema = {"type": "object", "properties": properties}
    bench = Bench().setup(**declaring(parameters=schema))
    [tool] = bench.session.settings.tools.declarations
    types = [one.get("type") for one in tool.parameters["properties"].values()]
    assert types == ["string", "integer", None, "null"]


@rule(
    observed("reports of `type: [string, null]` and `required: true`, 2026"),
    "close.field.not-repeated close.value.invalid "
    "setup.tools.functionDeclarations.parameters.required",
)
@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (
            {"type": ["string", "null"]},
            "Invalid JSON payload received. Unknown name \"type\" at '{place}': Proto "
            "field is not repeating, cannot start list.",
        ),
        (
            {"items": [{}]},
            "Invalid JSON payload received. Unknown name \"items\" at '{place}': Proto "
            "field is not repeating, cannot start list.",
        ),
        ({"required": True}, "Invalid value at '{place}.required' (TYPE_STRING), true"),
        ({"enum": [1]}, "Invalid value at '{place}.enum[0]' (TYPE_STRING), 1"),
    ],
)
def test_values_of_a_schema(schema, reason):
    """A list where one value stands, and values of the wrong type, are named."""
    bench = Bench().setup(**declaring(parameters={"properties": {"p": schema}}))
    place = f"{DECLARATION}.parameters.properties[0].value"
    assert why(bench) == reason.format(place=place)


def test_a_list_in_the_place_of_the_setup():
    """The place of a field at the top is not named."""
    assert why(Bench().send({"setup": []})) == (
        'Invalid JSON payload received. Unknown name "setup": Proto field is not '
        "repeating, cannot start list."
    )


# --- the context


@rule(
    observed("livekit/agents PR 2376; documented as optional"),
    "setup.contextWindowCompression setup.contextWindowCompression.slidingWindow "
    "close.argument.invalid",
)
@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, INVALID),
        ({"triggerTokens": 1000}, INVALID),
        ({"slidingWindow": None}, INVALID),
        ({"slidingWindow": {}}, ""),
        ({"triggerTokens": 1000, "slidingWindow": {"targetTokens": 500}}, ""),
    ],
)
def test_compression_without_a_window(config, reason):
    """Compression without a sliding window is refused."""
    assert why(Bench().setup(contextWindowCompression=config)) == reason


# --- the voice


@rule(
    observed("ten public reports; which language stands for none is a guess"),
    "setup.generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName "
    "setup.generationConfig.speechConfig.voiceConfig.voice close.voice.unknown",
)
@pytest.mark.parametrize("model", [LIVE, PREVIEW_3_1, NATIVE_2_5])
@pytest.mark.parametrize(
    ("config", "language"),
    [
        ({"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "cedar"}}}, "en-US"),
        ({"voiceConfig": {"voice": "cedar"}}, "en-US"),
        (
            {"voiceConfig": {"voice": "cedar"}, "languageCode": "de-DE"},
            "de-DE",
        ),
    ],
)
def test_voices_of_other_services(model, config, language):
    """A voice that there is not is named, with the language."""
    assert why(Bench().setup(model, **speech(**config))) == (
        f"No matching speaker voice found for name: cedar and language: {language}"
    )


@rule(
    observed("adk-python 5542 and six notes; what else is taken: the API reference"),
    "setup.generationConfig.speechConfig.languageCode close.language.unsupported",
)
@pytest.mark.parametrize(
    "code",
    ["sv-SE", "es", "es-ES", "es-419", "pt-PT", "ar-XA", "zh-CN", "xx", "en"],
)
@pytest.mark.parametrize(
    "model", [NATIVE_2_5, "gemini-2.5-flash-native-audio-preview-12-2025"]
)
def test_languages_that_2_5_does_not_take(model, code):
    """2.5 native audio refuses languages that are not on its list."""
    assert why(Bench().setup(model, **speech(languageCode=code))) == (
        f"Unsupported language code '{code}' for model models/{model}"
    )


@rule(
    observed("en-US and de-DE on 2.5; no refusal was reported of 3.x"),
    "setup.generationConfig.speechConfig.languageCode",
)
@pytest.mark.parametrize(
    ("model", "code"),
    [(NATIVE_2_5, "en-US"), (NATIVE_2_5, "de-de"), (LIVE, "sv-SE"), (LIVE, "zh-CN")],
)
def test_languages_that_are_taken(model, code):
    """Its list is in any case, and 3.x models have none."""
    assert why(Bench().setup(model, **speech(languageCode=code))) == ""


@rule(
    observed("adk-python 5542 is of Vertex AI"),
    "setup.generationConfig.speechConfig.languageCode close.language.unsupported",
)
def test_languages_on_vertex():
    """Vertex AI's 2.5 model refuses the same languages."""
    bench = Bench(endpoint=VERTEX)
    bench.setup("gemini-live-2.5-flash-native-audio", **speech(languageCode="sv-SE"))
    assert why(bench).startswith("Unsupported language code 'sv-SE'")


# --- what only the emulator refuses


@rule(
    guessed("ours: a page of Firebase lists more formats than are decoded here"),
    "realtimeInput.audio.mimeType clientContent.turns.parts.inlineData.mimeType "
    "close.emulator.media",
)
@pytest.mark.parametrize("mime", ["audio/mp3", "audio/webm", "audio/wav", "video/mp4"])
def test_media_that_only_the_emulator_refuses(mime):
    """A format that is not decoded here is refused as the emulator's own limit."""
    blob = {"mimeType": mime, "data": "AAAA"}
    bench = Bench().setup().send({"realtimeInput": {"audio": blob}})
    assert bench.closed.ours
    assert why(bench).startswith(f"Emulator: no {mime} here")
    assert why(bench) == cut_reason(why(bench))
    part = {"inlineData": blob}
    turn = {"role": "user", "parts": [part]}
    bench = Bench().setup().send({"clientContent": {"turns": [turn]}})
    assert bench.closed.ours


def test_what_the_service_refuses_is_not_ours():
    """Only the emulator's own limits are said to be its own."""
    ours = [
        name for name, reason in REASONS.items() if "emulator" in reason.text.lower()
    ]
    assert ours == ["emulator.media"]
    assert not Bench().setup(contextWindowCompression={}).closed.ours


# --- what the SDKs send


@rule(
    observed("google-genai 3.6: what it makes of a function, and of a plain dict"),
    "setup.tools.functionDeclarations.parameters json.spelling",
)
def test_what_the_python_sdk_declares():
    """Both of its ways to declare a function are taken, in its own spelling."""
    frame = """{"setup": {"model": "models/gemini-3.8-live", "tools": [
        {"functionDeclarations": [
          {"name": "f", "description": "d", "parameters": {"type": "OBJECT",
           "properties": {"a": {"type": "STRING", "min_length": "1"},
             "b": {"type": "ARRAY", "items": {"type": "NUMBER"}, "max_items": 3},
             "c": {"any_of": [{"type": "STRING"}, {"type": "NULL"}],
               "nullable": true, "default": null}},
           "property_ordering": ["a", "b"], "required": ["a"]}},
          {"name": "g", "parametersJsonSchema": {"type": "object",
           "additionalProperties": false, "properties": {}}}]}]}}"""
    bench = Bench().send(json.dumps(json.loads(frame)))
    assert bench.closed is None
    assert list(bench.session.settings.tools.functions) == ["f", "g"]
