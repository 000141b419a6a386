"""Client messages are read as the service reads proto JSON."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.protocol.client_messages import (
    CLIENT_MESSAGE,
    SETUP,
    read_client_message,
)
from live_emulator.protocol.closing import Rejected
from live_emulator.protocol.json_text import decode_frame, encode_frame
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.wire_types import (
    Dialect,
    Kind,
    MessageType,
    Reading,
    read_message,
    snake_case,
)
from tests.live_emulator.rules import rule

CAMEL = {
    "setup": {
        "model": "models/x",
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "topK": 40,
            "speechConfig": {
                "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}
            },
        },
        "realtimeInputConfig": {
            "automaticActivityDetection": {"silenceDurationMs": 100, "disabled": False}
        },
        "contextWindowCompression": {
            "triggerTokens": 100,
            "slidingWindow": {"targetTokens": 50},
        },
        "tools": [
            {"functionDeclarations": [{"name": "f", "behavior": "NON_BLOCKING"}]}
        ],
    }
}


def read(message, **reading):
    """Return what the parser makes of a client message."""
    return read_client_message(message, Reading(**reading))


def respelt(value, change):
    """Return a message with every key of an object changed."""
    if isinstance(value, dict):
        return {change(key): respelt(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [respelt(item, change) for item in value]
    return value


def read_setup(setup):
    """Return what the parser makes of a setup."""
    return read_client_message({"setup": setup}, Reading())[1]


@rule(
    documented("verified with both SDKs"),
    "json.spelling",
)
def test_both_spellings_mean_the_same():
    """camelCase, snake_case and a mixture of both are read alike."""
    expected = read(CAMEL)
    assert read(respelt(CAMEL, snake_case)) == expected
    mixed = respelt(CAMEL, lambda key: snake_case(key) if len(key) % 2 else key)
    assert read(mixed) == expected


@rule(
    observed("lower-case modalities are in use and work"),
    "json.enums setup.generationConfig.responseModalities",
)
def test_enums_in_any_case():
    """An enum value is taken in any case, and by its number."""
    for value in ("AUDIO", "audio", "Audio", 3):
        _, setup = read(
            {"setup": {"generationConfig": {"responseModalities": [value]}}}
        )
        assert setup["generationConfig"]["responseModalities"] == ["AUDIO"]


@rule(
    documented("Google's examples send UNSPECIFIED values"),
    "json.enums",
)
@pytest.mark.parametrize("value", ["ACTIVITY_HANDLING_UNSPECIFIED", 0])
def test_unspecified_is_absent(value):
    """An UNSPECIFIED enum value counts as none."""
    config = {"activityHandling": value}
    _, setup = read({"setup": {"realtimeInputConfig": config}})
    assert setup["realtimeInputConfig"]["activityHandling"] is None


@rule(
    documented("proto JSON"),
    "json.numbers",
)
@pytest.mark.parametrize("value", [40, 40.0, "40"])
def test_integers_in_every_form(value):
    """An integer may come as a float without fraction or as a string."""
    _, setup = read({"setup": {"generationConfig": {"topK": value}}})
    assert setup["generationConfig"]["topK"] == 40


@rule(
    documented("proto JSON"),
    "json.numbers",
)
@pytest.mark.parametrize("value", [0.5, "0.5", "5e-1"])
def test_fractions_in_every_form(value):
    """A fraction may come as a string."""
    read = read_setup({"generationConfig": {"temperature": value}})
    assert read["generationConfig"]["temperature"] == 0.5


@rule(
    guessed("the wording of Google's REST APIs"),
    "close.value.invalid json.numbers json.enums",
)
@pytest.mark.parametrize(
    ("setup", "path", "kind", "shown"),
    [
        ({"model": 3}, "model", "TYPE_STRING", "3"),
        (
            {"generationConfig": {"seed": "x"}},
            "generation_config.seed",
            "TYPE_INT32",
            '"x"',
        ),
        (
            {"generationConfig": {"seed": 1.5}},
            "generation_config.seed",
            "TYPE_INT32",
            "1.5",
        ),
        (
            {"generationConfig": {"seed": True}},
            "generation_config.seed",
            "TYPE_INT32",
            "true",
        ),
        (
            {"generationConfig": {"topP": "much"}},
            "generation_config.top_p",
            "TYPE_FLOAT",
            '"much"',
        ),
        (
            {"generationConfig": {"topP": True}},
            "generation_config.top_p",
            "TYPE_FLOAT",
            "true",
        ),
        (
            {"generationConfig": {"mediaResolution": 9}},
            "generation_config.media_resolution",
            "TYPE_ENUM",
            "9",
        ),
        (
            {"generationConfig": {"mediaResolution": {}}},
            "generation_config.media_resolution",
            "TYPE_ENUM",
            "{}",
        ),
        (
            {"historyConfig": {"initialHistoryInClientContent": "yes"}},
            "history_config.initial_history_in_client_content",
            "TYPE_BOOL",
            '"yes"',
        ),
        (
            {"systemInstruction": {"parts": [{"inlineData": {"data": 3}}]}},
            "system_instruction.parts[0].inline_data.data",
            "TYPE_BYTES",
            "3",
        ),
        ({"labels": {"a": 1}}, "labels", "map<string, string>", '{"a": 1}'),
        ({"labels": True}, "labels", "map<string, string>", "true"),
        (
            {
                "tools": {
                    "functionDeclarations": {
                        "name": "f",
                        "parameters": {"properties": 1},
                    }
                }
            },
            "tools.function_declarations.parameters.properties",
            "map<string, message>",
            "1",
        ),
    ],
)
def test_values_of_the_wrong_type(setup, path, kind, shown):
    """A value that does not fit is named with its place and the type it should have."""
    with pytest.raises(Rejected) as caught:
        read_setup(setup)
    reason = f"Invalid value at 'setup.{path}' ({kind}), {shown}"
    assert (caught.value.close.code, caught.value.close.reason) == (1007, reason)


def test_complaints_are_bounded():
    """Of a message with a thousand mistakes the first twenty are named."""
    with pytest.raises(Rejected) as caught:
        read_setup({f"bogus{number}": 1 for number in range(1_000)})
    lines = caught.value.close.reason.splitlines()
    assert len(lines) == 20
    assert '"bogus19"' in lines[-1]


@rule(
    observed("Google's Vertex notebook sends a bare object"),
    "json.lists setup.tools",
)
def test_one_object_in_the_place_of_a_list():
    """A bare object is a list of one."""
    _, setup = read({"setup": {"tools": {"googleSearch": {}}}})
    assert setup["tools"] == [{"googleSearch": {}}]


@rule(
    documented("proto JSON"),
    "json.null",
)
def test_null_means_absent():
    """A null field is as if it were not there."""
    _, setup = read({"setup": {"model": "m", "sessionResumption": None}})
    assert setup == {"model": "m"}


@rule(
    documented("Python sends URL-safe base64, JavaScript standard"),
    "json.base64 realtimeInput.audio.data",
)
@given(data=st.binary(max_size=64))
def test_both_base64_alphabets(data):
    """Audio is decoded from either alphabet, with or without padding."""
    for encoded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        for text in (encoded.decode(), encoded.decode().rstrip("=")):
            _, content = read({"realtimeInput": {"audio": {"data": text}}})
            assert content["audio"]["data"] == data


@rule(
    observed("2026-09-10: transparent is unknown on the Gemini API"),
    "json.strict setup.sessionResumption.transparent setup.explicitVadSignal "
    "setup.labels",
)
@pytest.mark.parametrize(
    ("message", "dialect"),
    [
        ({"sessionResumption": {"transparent": True}}, Dialect.VERTEX),
        ({"explicitVadSignal": True}, Dialect.VERTEX),
        ({"labels": {"k": "v"}}, Dialect.GEMINI),
    ],
)
def test_fields_of_one_dialect(message, dialect):
    """Some fields exist on one side only."""
    for one in Dialect:
        if one is dialect:
            read({"setup": message}, dialect=one)
        else:
            with pytest.raises(Rejected, match="Unknown name"):
                read({"setup": message}, dialect=one)


@rule(
    observed("2026-09-09"),
    "json.strict setup.proactivity",
)
def test_fields_of_one_version():
    """`proactivity` exists on v1alpha alone."""
    message = {"setup": {"proactivity": {"proactiveAudio": True}}}
    read(message, version="v1alpha")
    with pytest.raises(Rejected, match="proactivity"):
        read(message, version="v1beta")


@rule(
    guessed("ours: for old clients, off unless asked for"),
    "lenient",
)
def test_lenient_reading_drops_unknown_names():
    """With `lenient`, an unknown field is dropped instead of refused."""
    _, setup = read({"setup": {"model": "m", "bogus": 1}}, lenient=True)
    assert setup == {"model": "m"}


def all_messages(kind: MessageType, seen: set[str]) -> list[MessageType]:
    """Return a message type and all it holds."""
    if kind.name in seen:
        return []
    seen.add(kind.name)
    found = [kind]
    for one in kind.fields.values():
        if one.message is not None:
            found += all_messages(one.message, seen)
    return found


@pytest.mark.parametrize(
    "kind", all_messages(CLIENT_MESSAGE, set()), ids=lambda kind: kind.name
)
def test_every_field_is_well_described(kind):
    """Enums have values, messages have a type, and nothing else has either."""
    for name, one in kind.fields.items():
        assert (one.kind is Kind.ENUM) == bool(one.values), name
        assert (one.kind in (Kind.MESSAGE, Kind.MESSAGES)) == bool(one.message), name


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*SETUP.fields, *CLIENT_MESSAGE.fields, "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(value=json_values)
def test_any_json_is_read_or_rejected(value):
    """Whatever JSON comes, it is read or refused with a reason."""
    try:
        read_client_message(value, Reading())
    except Rejected as rejected:
        assert rejected.close.code == 1007
        assert rejected.close.reason


@given(value=json_values)
def test_reading_twice_changes_nothing(value):
    """What was read once is read the same again."""
    try:
        first = read_message(SETUP, value, "setup", Reading())
    except Rejected:
        return
    assert read_message(SETUP, first, "setup", Reading()) == first


@rule(
    observed("js-genai recordings: 26 bytes, binary"),
    "frames.layout setupComplete",
)
def test_frames_are_indented_and_end_in_a_newline():
    """A server frame has the layout of the recordings."""
    assert encode_frame({"setupComplete": {}}) == b'{\n  "setupComplete": {}\n}\n'


@rule(
    documented("Google's cookbook decodes frames as ASCII"),
    "frames.ascii",
)
@given(text=st.text())
def test_frames_are_ascii(text):
    """Whatever is said, a frame is ASCII, and holds the text."""
    frame = encode_frame({"text": text.encode(errors="replace").decode()})
    assert frame.isascii()
    assert json.loads(frame) == decode_frame(frame)


@pytest.mark.parametrize(("first", "shown"), [([], "[...]"), ({}, "{...}")])
def test_a_deep_value_is_shown_in_part(first, shown):
    """It is in the wrong place, and too deep to be written down as it came."""
    value = first
    for _ in range(5_000):
        value = [value] if isinstance(first, list) else {"a": value}
    message = {"setup": {"model": value}}
    if isinstance(first, list):
        message = {"clientContent": {"turns": [value]}}
    with pytest.raises(Rejected) as caught:
        read(message)
    assert shown in caught.value.close.reason
