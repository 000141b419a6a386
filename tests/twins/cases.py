"""What is given to both twins: everything that may come, and what should not."""

import base64
import json

from hypothesis import strategies as st

from live_emulator.protocol.server_fields import SERVER_MESSAGE
from live_emulator.protocol.wire_types import Kind, snake_case

# Halves of surrogate pairs stand in JSON as escapes alone, never in text. Letters
# younger than either language's tables have no place here.
letters = st.characters(codec="utf-8", max_codepoint=0x24FF, exclude_categories=["Cn"])
emoji = st.sampled_from("😀👍🏽🎧𝄞")
blanks = st.sampled_from(" \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u2003\u2028\u3000\ufeff")
text = st.text(letters | emoji | blanks | st.sampled_from("aZ0.,;: "), max_size=12)
long_text = text | st.text(letters | emoji, min_size=70, max_size=90)

# Names of whole numbers come first in a JavaScript object, wherever they stood.
names = st.text(st.sampled_from("abC_é😀"), min_size=1, max_size=6) | st.sampled_from(
    ["__proto__", "constructor", "toString", "length"]
)
numbers = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0, -0.0, 1.0, 0.5, 1e300])
)
durations = st.sampled_from(["1s", "0.440s", "-2.5s", "1.s", "s", "1", "1s ", "١s"])
offsets = st.integers(0, 4000).map(lambda ms: f"{ms / 1000:.3f}s") | durations
scalars = st.none() | st.booleans() | numbers | long_text | durations
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=6,
)
data = st.binary(max_size=40)
base64_texts = (
    data.map(lambda raw: base64.b64encode(raw).decode())
    | data.map(lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="))
    | st.text("AQg/+-_= \né", max_size=9)
)
mime_types = st.sampled_from(
    [
        "audio/pcm",
        "audio/pcm;rate=24000",
        "AUDIO/L16; rate=8000",
        "audio/pcm;rate=0",
        "audio/pcm;rate=00",
        "audio/pcm;rate=1234567",
        "audio/pcmé",
        "aud\u0131o/pcm",
        "audio/pcm_x",
        "image/png",
        "",
    ]
)


def field_values(name, one, depth):
    """Return what a field of the protocol may hold, mostly of the right type."""
    if one.kind is Kind.MESSAGE and depth < 5:
        right = messages(one.message, depth + 1)
    elif one.kind is Kind.BOOL:
        right = st.booleans()
    elif one.kind is Kind.INT:
        whole = st.integers(-5, 10**15)
        right = whole | whole.map(str) | st.sampled_from([7.0, 7.5, "-0", "1e3", 2**60])
    elif one.kind is Kind.BYTES:
        right = base64_texts
    elif name.endswith("Offset") or name == "timeLeft":
        right = offsets
    elif name == "mimeType":
        right = mime_types
    elif one.values:
        right = st.sampled_from(one.values)
    elif one.kind in (Kind.ANY, Kind.STRINGS, Kind.MESSAGES):
        right = st.dictionaries(names, values, max_size=2)
    else:
        right = text
    if one.repeated:
        right = st.lists(right, max_size=3) | right
    return st.one_of(right, right, right, right, values)


def messages(kind, depth=0):
    """Return messages of a type, with some of its fields, in either spelling."""

    def spelt(fields, snakes, others):
        known = {
            snake_case(name) if name in snakes else name: value
            for name, value in fields.items()
        }
        return known | others

    some = {
        name: st.deferred(lambda name=name, one=one: field_values(name, one, depth))
        for name, one in kind.fields.items()
    }
    return st.builds(
        spelt,
        st.lists(st.sampled_from(sorted(some)), max_size=4, unique=True).flatmap(
            lambda chosen: st.fixed_dictionaries({name: some[name] for name in chosen})
        ),
        st.sets(st.sampled_from(sorted(some)), max_size=2),
        st.just({}) | st.dictionaries(names, values, max_size=1),
    )


server_messages = messages(SERVER_MESSAGE)
content_messages = st.fixed_dictionaries(
    {"serverContent": messages(SERVER_MESSAGE.fields["serverContent"].message, 1)}
)
blob_messages = st.builds(
    lambda mime_type, payload: {
        "serverContent": {
            "modelTurn": {
                "parts": {"inlineData": {"mimeType": mime_type, "data": payload}}
            }
        }
    },
    mime_types,
    base64_texts,
)
frames = (
    st.builds(
        lambda message, ascii_: json.dumps(message, ensure_ascii=ascii_),
        server_messages | content_messages | blob_messages,
        st.booleans(),
    )
    | values.map(json.dumps)
    | server_messages.map(json.dumps).map(lambda frame: frame[:-1])
    | text
    | st.sampled_from(
        [
            '{"a": NaN}',
            '{"a": -Infinity}',
            '{"a": 1e999}',
            '{"text": "\\ud83d"}',
            '{"a": 01}',
            '{"a": 1, "a": 2}',
            "{'a': 1}",
            '\ufeff{"a": 1}',
            ' \n{"a": 1}\t',
            '{"a": "\x00"}',
            '{"setupComplete": null, "setup_complete": {}}',
            '{"usageMetadata": {"promptTokensDetails": [{"modality": "__proto__", '
            '"tokenCount": 2}, {"modality": "toString", "tokenCount": "3"}]}}',
        ]
    )
)


# --- conversations

times_ms = st.integers(0, 3000).map(lambda half_ms: half_ms / 2)


@st.composite
def conversations(draw):
    """Return steps with times that never go back."""
    at_ms = 0.0
    steps = [{"do": "connect", "with": []}]
    for what in draw(st.lists(st.sampled_from(HAPPENINGS), max_size=25)):
        at_ms += draw(times_ms)
        match what:
            case "frame":
                steps.append({"do": what, "with": [draw(said_frames), at_ms]})
            case "sent":
                steps.append({"do": what, "with": [draw(times_ms), at_ms]})
            case "flushed":
                steps.append({"do": what, "with": [draw(times_ms)]})
            case "answer":
                spoken = draw(st.lists(st.tuples(lengths_ms, words), max_size=3))
                frames_of_it = [answer_frame(*one) for one in spoken]
                steps += [{"do": "frame", "with": [it, at_ms]} for it in frames_of_it]
            case "barge-in":
                steps.append({"do": "frame", "with": [INTERRUPTED, at_ms]})
                steps.append({"do": "flushed", "with": [draw(times_ms) / 8]})
            case "rest" | "audible":
                steps.append({"do": what, "with": [at_ms]})
            case _:
                steps.append({"do": what, "with": []})
    return steps


HAPPENINGS = [
    *["frame"] * 6,
    *["answer"] * 3,
    *["barge-in"] * 2,
    *["sent"] * 2,
    *["flushed"] * 2,
    "talk",
    "rest",
    "audible",
    "drained",
    "close",
    "connect",
]
words = st.sampled_from(
    [
        "",
        "one",
        " two",
        "three four ",
        "😀😀😀😀 a b c d e",
        "\u3000",
        "\x85six",
        "\ufeffx",
    ]
)


def audio(ms):
    """Return a part with so much silence at 1,000 Hz."""
    silence = base64.b64encode(bytes(2 * ms)).decode()
    return {"inlineData": {"mimeType": "audio/pcm;rate=1000", "data": silence}}


def answer_frame(ms, said):
    """Return a piece of an answer, as sound and as words."""
    content = {
        "modelTurn": {"parts": [audio(ms)]},
        "outputTranscription": {"text": said},
    }
    return json.dumps({"serverContent": content})


INTERRUPTED = '{"serverContent": {"interrupted": true}}'
lengths_ms = st.sampled_from([0, 1, 40, 100])
transcripts = words.map(lambda said: {"text": said})
parts = st.lists(st.integers(0, 400).map(audio) | st.just(audio(0)), max_size=3)
said_frames = st.builds(
    lambda content, beside: json.dumps({"serverContent": content} | beside),
    st.fixed_dictionaries(
        {},
        optional={
            "modelTurn": parts.map(lambda some: {"parts": some}),
            "outputTranscription": transcripts,
            "inputTranscription": transcripts,
            "interrupted": st.just(True),
            "generationComplete": st.just(True),
            "turnComplete": st.just(True),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "setupComplete": st.just({}),
            "voiceActivity": st.fixed_dictionaries(
                {"type": st.sampled_from(["ACTIVITY_START", "ACTIVITY_END"])},
                optional={"audioOffset": offsets},
            ),
        },
    ),
)

# --- audio

sent_audio = st.lists(
    st.tuples(
        st.just("add"), st.sampled_from([1, 2, 1500, 3000, 3001]), times_ms, times_ms
    )
    | st.tuples(st.just("spoken_at_ms"), st.floats(-50, 200_000) | times_ms),
    max_size=12,
)
moments_s = st.floats(0, 20, allow_nan=False)
queue_steps = st.lists(
    st.tuples(st.just("add"), moments_s, st.integers(0, 30_000))
    | st.tuples(st.sampled_from(["ahead_s", "flush"]), moments_s)
    | st.tuples(st.just("finish")),
    max_size=15,
)
rates_hz = st.sampled_from(
    [4000, 8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 3999, 16_000.5, 0, -1]
)

# --- what is sent

options = st.fixed_dictionaries(
    {},
    optional={
        "modality": st.sampled_from(["AUDIO", "TEXT"]),
        "voice": text,
        "language_code": text,
        "system_instruction": text,
        "transcribe_input": st.booleans() | st.just({"languageCodes": ["en-US"]}),
        "transcribe_output": st.booleans(),
        "activity": st.just({}) | st.just({"turnCoverage": "X"}),
        "tools": st.just([]) | st.just([{"googleSearch": {}}]),
        "resumable": st.booleans(),
        "handle": text,
        "compress_at_tokens": st.integers(0, 9),
        "compress_to_tokens": st.integers(0, 9),
        "media_resolution": st.sampled_from(["low", "medium", "high"]),
        "thinking_level": st.sampled_from(["minimal", "low", "medium", "high"]),
        "include_thoughts": st.booleans(),
        "initial_history": st.booleans(),
        "generation": st.dictionaries(names, values, max_size=2),
        "more": st.dictionaries(names, values, max_size=2),
    },
)
activity_options = st.fixed_dictionaries(
    {},
    optional={
        "manual": st.booleans(),
        "silence_ms": st.integers(0, 999),
        "prefix_padding_ms": st.integers(0, 999),
        "start_sensitivity": st.sampled_from(["low", "high"]),
        "end_sensitivity": st.sampled_from(["low", "high"]),
        "interrupts": st.booleans(),
        "turn_coverage": text,
    },
)
payloads = data.map(lambda raw: {"bytes": base64.b64encode(raw).decode()})
objects = st.dictionaries(names, values, max_size=3)
complete = st.fixed_dictionaries({}, optional={"turn_complete": st.booleans()})
scheduled = st.fixed_dictionaries(
    {},
    optional={
        "scheduling": st.sampled_from(["INTERRUPT", "WHEN_IDLE", "SILENT"]),
        "will_continue": st.booleans(),
    },
)
updates = st.fixed_dictionaries(
    {}, optional={"system_instruction": text, "tools": st.lists(objects, max_size=2)}
)


NONE = st.just({})


def call(name, *arguments, named=NONE):
    """Return calls of a function, with arguments and options."""
    return st.tuples(st.just(name), st.tuples(*arguments).map(list), named)


built = st.one_of(
    call("setup_message", text | st.just("models/m"), named=options),
    call("activity_settings", named=activity_options),
    call("text_message", text, named=complete),
    call("text_content", text, st.sampled_from(["user", "model"])),
    call("content_message", st.lists(objects, max_size=2), named=complete),
    call("realtime_text_message", text),
    call("audio_message", payloads, st.sampled_from([16_000, 24_000])),
    call("image_message", payloads, st.sampled_from(["image/jpeg", "image/png"])),
    call("audio_stream_end_message"),
    call("activity_start_message"),
    call("activity_end_message"),
    call("tool_response_message", objects, objects),
    call("function_response", text, text, objects, named=scheduled),
    call("context_update_message", named=updates),
)
takes = st.sampled_from(
    [
        "take_text",
        "take_flag",
        "take_number",
        "take_duration_s",
        "take_texts",
        "take_mapping",
        "take_mappings",
        "take_object",
        "take_objects",
    ]
)
KNOWN = ["oneThing", "one_thing", "b"]
fields = st.tuples(
    st.dictionaries(
        st.sampled_from(KNOWN) | names,
        values
        | st.lists(st.dictionaries(names, scalars, max_size=2), max_size=2)
        | st.sampled_from(["12", "-7", "1234567890123456", "1\n", 2**53, 3.0, ["a"]]),
        max_size=4,
    ),
    st.lists(st.tuples(takes, st.sampled_from(KNOWN)), max_size=6),
)
thumbnails = st.lists(st.integers(0, 255), max_size=3) | st.integers(0, 20).map(
    lambda grey: [grey] * 4
)
offered = st.tuples(
    st.sampled_from(["useful", "every"]),
    st.lists(
        st.tuples(thumbnails, st.sampled_from([0, 300, 999, 1000.5]), st.booleans()),
        max_size=8,
    ),
)
prices = st.tuples(
    st.integers(0, 1000),
    st.floats(0, 1),
    st.sampled_from([None, "low", "medium", "high"]),
    st.floats(0, 2),
    st.integers(1, 10**7),
)
