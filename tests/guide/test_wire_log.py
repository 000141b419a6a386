"""What a log keeps of the frames of a session, and how it reads as text."""

import base64
import inspect
import json
import re
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import errors, types
from google.genai.live import AsyncSession
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from guide.wire_log import Kind, LoggedSession, WireLog, client_events, server_events

PCM = bytes(range(256)) * 25  # 6,400 bytes: 200 ms at 16 kHz
STANDARD = base64.b64encode(PCM).decode()
URL_SAFE = base64.urlsafe_b64encode(PCM).decode()
SHORT = base64.b64encode(bytes(960)).decode()  # 20 ms at 24 kHz


def snake(value: Any) -> Any:
    """Spell all keys of a message in snake_case."""
    if isinstance(value, dict):
        return {
            re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), key): snake(item)
            for key, item in value.items()
        }
    return [snake(item) for item in value] if isinstance(value, list) else value


def audio(data: str, mime_type: str = "audio/pcm;rate=16000") -> dict[str, Any]:
    return {"realtimeInput": {"audio": {"data": data, "mimeType": mime_type}}}


def content(**fields: Any) -> dict[str, Any]:
    return {"serverContent": fields}


def parts(*items: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(items)}


def sound(data: str = SHORT) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": data}}


def said(text: str, data: str = SHORT) -> dict[str, Any]:
    return content(modelTurn=parts(sound(data)), outputTranscription={"text": text})


SETUP = {
    "setup": {
        "model": "models/gemini-3.8-live",
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {
                "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}
            },
        },
        "tools": [{"functionDeclarations": [{"name": "a"}, {"name": "b"}]}],
        "sessionResumption": {"handle": "h"},
    }
}

HELLO = {
    "clientContent": {
        "turns": [{"role": "user", "parts": [{"text": "hello"}]}],
        "turnComplete": True,
    }
}

CLIENT = [
    (SETUP, [Kind.SETUP]),
    ({"setup": {"model": "m", "tools": {"googleSearch": {}}}}, [Kind.SETUP]),
    (HELLO, [Kind.TEXT, Kind.TURN_COMPLETE]),
    ({"clientContent": {"turnComplete": True}}, [Kind.TURN_COMPLETE]),
    ({"clientContent": {"turns": [{"parts": []}], "turnComplete": False}}, []),
    (
        {
            "clientContent": {
                "turns": [
                    {"role": "user", "parts": [{"text": "1"}, {"text": "2"}]},
                    {
                        "role": "model",
                        "parts": [
                            {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
                            {"fileData": {"mimeType": "image/png", "fileUri": "x"}},
                            {"functionCall": {"name": "f", "args": {}}},
                            {"functionResponse": {"name": "f", "response": {}}},
                        ],
                    },
                ]
            }
        },
        [
            Kind.TEXT,
            Kind.TEXT,
            Kind.IMAGE,
            Kind.FILE,
            Kind.TOOL_CALL,
            Kind.TOOL_RESPONSE,
        ],
    ),
    (audio(STANDARD), [Kind.AUDIO]),
    (
        {"realtimeInput": {"video": {"mimeType": "image/jpeg", "data": "AAAA"}}},
        [Kind.IMAGE],
    ),
    ({"realtimeInput": {"text": "hi"}}, [Kind.TEXT]),
    ({"realtimeInput": {"activityStart": {}}}, [Kind.ACTIVITY_START]),
    ({"realtimeInput": {"activityEnd": {}}}, [Kind.ACTIVITY_END]),
    ({"realtimeInput": {"audioStreamEnd": True}}, [Kind.AUDIO_STREAM_END]),
    (
        {"realtimeInput": {"mediaChunks": [{"data": "__4=", "mimeType": "audio/pcm"}]}},
        [Kind.AUDIO],
    ),
    (
        {
            "toolResponse": {
                "functionResponses": [{"id": "1", "name": "f"}, {"id": "2"}]
            }
        },
        [Kind.TOOL_RESPONSE, Kind.TOOL_RESPONSE],
    ),
    ({"contextUpdate": {"tools": {"tools": []}}}, [Kind.CONTEXT_UPDATE]),
    ({"somethingNew": {}}, [Kind.UNKNOWN]),
    ({"realtimeInput": {"somethingNew": 1}}, [Kind.UNKNOWN]),
]


@pytest.mark.parametrize(("message", "kinds"), CLIENT)
def test_client_messages_are_read_in_both_spellings(
    message: dict[str, Any], kinds: list[Kind]
) -> None:
    """Every client message gives the same events in camelCase and snake_case."""
    assert [event.kind for event in client_events(message)] == kinds
    assert [event.kind for event in client_events(snake(message))] == kinds


SERVER = [
    ({}, []),
    ({"setupComplete": {}}, [Kind.SETUP_COMPLETE]),
    ({"setupComplete": {"sessionId": "x"}}, [Kind.SETUP_COMPLETE]),
    (content(modelTurn=parts(sound())), [Kind.AUDIO]),
    (content(modelTurn=parts({"text": "Yes"})), [Kind.TEXT]),
    (content(modelTurn=parts({"text": "Hm", "thought": True})), [Kind.THOUGHT]),
    (
        content(
            modelTurn=parts(
                {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
                {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
            )
        ),
        [Kind.CODE, Kind.CODE_RESULT],
    ),
    (
        content(modelTurn=parts(sound(), {"text": "a"}, sound())),
        [Kind.AUDIO, Kind.TEXT, Kind.AUDIO],
    ),
    (said("Sure"), [Kind.AUDIO, Kind.OUTPUT_TRANSCRIPT]),
    (content(inputTranscription={"text": "hi"}), [Kind.INPUT_TRANSCRIPT]),
    (content(interimInputTranscription={"text": "h"}), [Kind.INTERIM_TRANSCRIPT]),
    (content(outputTranscription={}), [Kind.OUTPUT_TRANSCRIPT]),
    (content(generationComplete=True), [Kind.GENERATION_COMPLETE]),
    (content(interrupted=True), [Kind.INTERRUPTED]),
    (content(turnComplete=True), [Kind.TURN_COMPLETE]),
    (content(waitingForInput=True), [Kind.WAITING_FOR_INPUT]),
    (content(interactionStatus="IDLE"), [Kind.STATUS]),
    (content(groundingMetadata={"webSearchQueries": ["q"]}), [Kind.GROUNDING]),
    (
        content(
            modelTurn=parts(sound()),
            outputTranscription={"text": "bye"},
            generationComplete=True,
            turnComplete=True,
        )
        | {"usageMetadata": {"totalTokenCount": 3}},
        [
            Kind.AUDIO,
            Kind.OUTPUT_TRANSCRIPT,
            Kind.GENERATION_COMPLETE,
            Kind.TURN_COMPLETE,
            Kind.USAGE,
        ],
    ),
    (
        {
            "toolCall": {
                "functionCalls": [{"id": "1", "name": "f", "args": {}}, {"name": "g"}]
            }
        },
        [Kind.TOOL_CALL, Kind.TOOL_CALL],
    ),
    ({"toolCallCancellation": {"ids": ["1", "2"]}}, [Kind.TOOL_CANCELLED]),
    ({"usageMetadata": {"promptTokenCount": 5}}, [Kind.USAGE]),
    ({"goAway": {"timeLeft": "50s"}}, [Kind.GO_AWAY]),
    ({"sessionResumptionUpdate": {}}, [Kind.RESUMPTION]),
    (
        {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
        [Kind.RESUMPTION],
    ),
]


@pytest.mark.parametrize(("message", "kinds"), SERVER)
def test_server_messages_are_read_in_every_form(
    message: dict[str, Any], kinds: list[Kind]
) -> None:
    """Both spellings, JSON and the SDK's own object give the same events."""
    forms = [
        message,
        snake(message),
        json.dumps(message),
        json.dumps(message, indent=2).encode("ascii"),
        types.LiveServerMessage.model_validate(message),
    ]
    for form in forms:
        log = WireLog()
        log.received(form, 1.0)
        assert [event.kind for event in log.frames[0].events] == kinds


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        ({"type": "ACTIVITY_START", "audioOffset": "0.2s"}, Kind.VOICE_START),
        ({"type": "ACTIVITY_END"}, Kind.VOICE_END),
        ({"voiceActivityType": "ACTIVITY_START"}, Kind.VOICE_START),
        ({"voice_activity_type": "ACTIVITY_END"}, Kind.VOICE_END),
    ],
)
def test_voice_activity_is_read_under_both_names(
    activity: dict[str, str], kind: Kind
) -> None:
    """The wire calls the field `type`, the SDK `voice_activity_type`."""
    message = {"serverContent": {}, "voiceActivity": activity}
    assert [event.kind for event in server_events(message)] == [kind]


def test_the_sdk_names_voice_activity_its_own_way() -> None:
    """An SDK message with voice activity is read, whatever the SDK calls it."""
    start = types.VoiceActivityType.ACTIVITY_START
    message = types.LiveServerMessage(
        voice_activity=types.VoiceActivity(
            voice_activity_type=start, audio_offset="0.440s"
        )
    )
    log = WireLog()
    log.received(message)
    (event,) = log.frames[0].events
    assert event.kind is Kind.VOICE_START
    assert "0.440s" in event.detail


@pytest.mark.parametrize("name", ["SOS", "EOS"])
def test_vad_signals_are_voice_activity(name: str) -> None:
    """The older signal marks the same two moments."""
    signal = {"vadSignalType": f"VAD_SIGNAL_TYPE_{name}"}
    (event,) = server_events({"voiceActivityDetectionSignal": signal})
    assert event.kind is (Kind.VOICE_START if name == "SOS" else Kind.VOICE_END)


def test_facts_of_a_setup_are_kept() -> None:
    """Model, modality, voice, tools and resumption of a setup can be read."""
    for message in (SETUP, snake(SETUP)):
        (event,) = client_events(message)
        assert event.text == "gemini-3.8-live"
        assert event.detail == "audio, voice Kore, 2 functions, resumed"


@pytest.mark.parametrize(
    ("data", "mime_type", "duration_ms", "rate_hz", "size"),
    [
        (STANDARD, "audio/pcm;rate=16000", 200.0, 16_000, 6400),
        (URL_SAFE, "audio/pcm;rate=16000", 200.0, 16_000, 6400),
        (URL_SAFE.rstrip("="), "audio/pcm", 200.0, 16_000, 6400),
        (STANDARD, "audio/pcm;rate=8000", 400.0, 8_000, 6400),
        (STANDARD, "AUDIO/L16; rate=32000", 100.0, 32_000, 6400),
        (STANDARD, "audio/pcm;rate=0", 200.0, 16_000, 6400),
        ("AAAA", "audio/pcm;rate=16000", 0.0625, 16_000, 3),
        ("", "audio/pcm;rate=16000", 0.0, 16_000, 0),
        ("!", "audio/pcm;rate=16000", 0.0, 16_000, 0),
        (STANDARD, "audio/webm;codecs=opus", 0.0, 0, 6400),
    ],
)
def test_audio_is_measured(
    data: str, mime_type: str, duration_ms: float, rate_hz: int, size: int
) -> None:
    """Duration comes from bytes and rate, in either base64 alphabet."""
    (event,) = client_events(audio(data, mime_type))
    assert event.kind is Kind.AUDIO
    assert event.duration_ms == pytest.approx(duration_ms)
    assert (event.rate_hz, event.size_bytes) == (rate_hz, size)


def test_received_audio_without_a_rate_is_24_khz() -> None:
    """Vertex names no rate; its audio is 24 kHz all the same."""
    blob = {"mimeType": "audio/pcm", "data": SHORT}
    (event,) = server_events(content(modelTurn=parts({"inlineData": blob})))
    assert (event.rate_hz, event.duration_ms) == (24_000, 20.0)


def test_payloads_are_forgotten() -> None:
    """Neither audio bytes nor their base64 can be found in a log."""
    log = WireLog()
    log.sent(audio(STANDARD))
    log.received(said("hello", STANDARD))
    assert all(not event.pcm for frame in log.frames for event in frame.events)
    assert STANDARD[:40] not in repr(log.frames)
    with pytest.raises(ValueError, match="keep_audio=True"):
        log.pcm("sent")


def test_audio_is_kept_when_asked() -> None:
    """A log that keeps audio returns it by direction, whole and in order."""
    log = WireLog(keep_audio=True)
    log.sent(audio(STANDARD))
    log.sent(audio(URL_SAFE))
    log.received(said("hello", SHORT))
    assert log.pcm("sent") == PCM * 2
    assert log.pcm("received") == bytes(960)
    assert (log.rate_hz("sent"), log.rate_hz("received")) == (16_000, 24_000)


def test_kept_audio_is_bounded() -> None:
    """Only the last seconds of audio are kept."""
    log = WireLog(keep_audio=True, max_audio_s=0.5)
    for _ in range(10):
        log.sent(audio(STANDARD))
    assert log.pcm("sent") == PCM * 2


def test_a_change_of_rate_cannot_be_joined() -> None:
    """Audio of two rates is refused, not played at the wrong speed."""
    log = WireLog(keep_audio=True)
    log.sent(audio(STANDARD))
    log.sent(audio(STANDARD, "audio/pcm;rate=8000"))
    with pytest.raises(ValueError, match="rate"):
        log.pcm("sent")


def test_frames_are_bounded_and_the_dropped_ones_counted() -> None:
    """A log of a long session keeps the last frames and says what is missing."""
    log = WireLog(max_frames=80)
    for number in range(1000):
        log.sent({"realtimeInput": {"text": str(number)}}, number / 10)
    assert 80 <= len(log.frames) <= 90
    assert len(log.frames) + log.dropped == 1000
    assert log.frames[-1].events[0].text == "999"
    assert log.as_text().startswith(f"({log.dropped:,} earlier frames were not kept)")


def test_long_texts_are_cut() -> None:
    """A text of a megabyte does not make a log of a megabyte."""
    (event,) = client_events({"realtimeInput": {"text": "x" * 1_000_000}})
    assert len(event.text) == 4000


def test_time_starts_with_the_first_frame() -> None:
    """A log made long before the session begins at 0 all the same."""
    now = [100.0]
    log = WireLog(clock=lambda: now[0])
    now[0] = 250.0
    log.sent(HELLO)
    now[0] = 251.5
    log.received({"setupComplete": {}})
    assert [frame.at_s for frame in log.frames] == [0.0, 1.5]
    assert log.duration_s == 1.5


def test_given_times_and_the_clock_agree() -> None:
    """After a frame with a given time, the clock goes on from there."""
    now = [100.0]
    log = WireLog(clock=lambda: now[0])
    log.sent(HELLO, 2.0)
    now[0] = 101.0
    log.received({})
    assert log.frames[1].at_s == 3.0


def test_frames_are_in_the_order_of_their_times() -> None:
    """A frame recorded late takes its place; equal times keep their order."""
    log = WireLog()
    for text, at_s in [("b", 1.0), ("d", 2.0), ("a", 0.5), ("c", 1.0)]:
        log.sent({"realtimeInput": {"text": text}}, at_s)
    assert "".join(frame.events[0].text for frame in log.frames) == "abcd"


def test_wire_sizes_are_known_for_raw_messages_only() -> None:
    """JSON has a size on the wire; a dictionary has none."""
    log = WireLog()
    log.received(b'{"setupComplete": {}}')
    log.received('{"a": "ü"}')
    log.received({"setupComplete": {}})
    assert [frame.size_bytes for frame in log.frames] == [21, 11, None]


@pytest.mark.parametrize("junk", [b"\xff\xfe", "{", "[1]", "null", "[" * 100_000])
def test_what_is_not_a_message_is_logged_as_such(junk: str | bytes) -> None:
    """A frame that is no JSON object is an event, not an exception."""
    log = WireLog()
    log.received(junk)
    assert log.frames[0].events[0].kind is Kind.UNREADABLE


def test_what_cannot_be_a_message_is_refused() -> None:
    """A number is a mistake of the caller."""
    with pytest.raises(TypeError, match="not int"):
        WireLog().sent(3)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("setup", "clientContent", "realtimeInput", "toolResponse"),
                    *("contextUpdate", "serverContent", "toolCall", "modelTurn"),
                    *("turns", "parts", "inlineData", "data", "mimeType", "audio"),
                    *("functionCalls", "functionResponses", "ids", "usageMetadata"),
                    *("goAway", "voiceActivity", "tools", "generationConfig", "x"),
                    *("outputTranscription", "text", "error", "scheduling"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values.filter(lambda value: isinstance(value, dict)))
@settings(max_examples=300, deadline=None)
def test_no_message_can_break_a_log(message: dict[str, Any]) -> None:
    """Any JSON object at all can be logged and read as text."""
    log = WireLog()
    log.sent(message)
    log.received(json.dumps(message))
    for grouped in (True, False):
        log.as_text(grouped=grouped).encode()


# --- text ---------------------------------------------------------------------


def conversation() -> WireLog:
    log = WireLog()
    log.sent(SETUP, 0.0)
    log.received({"setupComplete": {}}, 0.031)
    log.sent(HELLO, 0.052)
    for number in range(3):
        log.received(said([" a", " b c", ""][number]), 0.604 + number / 100)
        log.sent(audio(STANDARD), 0.61 + number / 100)
    log.received(content(generationComplete=True), 0.7)
    usage = {"promptTokenCount": 5, "responseTokenCount": 7, "totalTokenCount": 12}
    log.received(content(turnComplete=True) | {"usageMetadata": usage}, 12.3456)
    return log


def test_text_joins_what_streams() -> None:
    """Chunks and transcripts between two events become a line of each."""
    assert conversation().as_text().splitlines() == [
        " 0.00 s  sent      setup gemini-3.8-live, audio, voice Kore, 2 functions,"
        " resumed",
        " 0.03 s  received  setup complete",
        ' 0.05 s  sent      text "hello", turn complete',
        " 0.60 s  received  3 audio chunks, 60 ms",
        ' 0.60 s  received  says "a b c"',
        " 0.61 s  sent      3 audio chunks, 600 ms",
        " 0.70 s  received  generation complete",
        "12.35 s  received  turn complete, tokens: 5 in, 7 out, 12 in all",
    ]


def test_text_can_leave_out_times_and_a_direction() -> None:
    """Without times the text is the same from run to run."""
    text = conversation().as_text(times=False, direction="sent")
    assert text.splitlines() == [
        "sent      setup gemini-3.8-live, audio, voice Kore, 2 functions, resumed",
        'sent      text "hello", turn complete',
        "sent      3 audio chunks, 600 ms",
    ]


def test_text_can_show_every_frame() -> None:
    """Ungrouped, each frame has its line and all its events on it."""
    lines = conversation().as_text(times=False, grouped=False).splitlines()
    assert len(lines) == len(conversation().frames)
    assert lines[3] == 'received  audio, 20 ms, says "a"'


def test_text_does_not_depend_on_how_directions_interleave() -> None:
    """Chunks that cross on the wire in another order make the same lines."""
    texts = set()
    for shift in (-0.006, 0.006):
        log = WireLog()
        for number in range(5):
            log.sent(audio(STANDARD), number / 10)
            if number:
                log.received(said(" x"), number / 10 + shift)
        log.received(content(turnComplete=True), 1.0)
        texts.add(log.as_text(times=False))
    assert len(texts) == 1


@given(st.text(max_size=300), st.integers(min_value=40, max_value=120))
def test_text_lines_keep_to_the_width(text: str, width: int) -> None:
    """However long a transcript, and whatever is in it, a line is a line."""
    log = WireLog()
    log.received(content(outputTranscription={"text": text}), 1.0)
    log.sent({"realtimeInput": {"text": text}}, 2.0)
    log.closed(1008, text, 3.0)
    lines = log.as_text(width=width).split("\n")
    assert len(lines) == 3
    assert all(len(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({}, "nothing"),
        ({"goAway": {"timeLeft": "50s"}}, "go away 50s"),
        ({"toolCallCancellation": {"ids": ["1", "2"]}}, "tool cancelled 1, 2"),
        (
            {"toolCall": {"functionCalls": [{"name": "f", "args": {"a": 1}}]}},
            'tool call f({"a": 1})',
        ),
        (
            {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
            "resumption resumable",
        ),
        (
            {"voiceActivity": {"type": "ACTIVITY_START", "audioOffset": "0.2s"}},
            "voice starts at 0.2s of the audio",
        ),
        (content(inputTranscription={"text": " hi "}), 'heard you say "hi"'),
        ({"newThing": 1}, "unknown newThing"),
        ({"error": {"message": "no"}}, "error no"),
    ],
)
def test_events_in_words(message: dict[str, Any], words: str) -> None:
    """Each event reads as plain words."""
    log = WireLog()
    log.received(message)
    assert log.as_text(times=False, grouped=False) == f"received  {words}"


def test_a_close_names_code_and_reason() -> None:
    """The end of a connection is a line with its code and reason."""
    log = WireLog()
    log.closed(1008, "session not found", 1.0)
    assert log.as_text() == "1.00 s  received  close 1008: session not found"


# --- attached to a session of the SDK -----------------------------------------


class Socket:
    """Stands where the SDK's WebSocket would be."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.sent: list[Any] = []
        self._messages = list(messages)

    async def send(self, text: str) -> None:
        if self.sent and self.sent[-1] == "closed":
            raise closed()
        self.sent.append(json.loads(text))

    async def recv(self, decode: bool | None = None) -> bytes:
        if not self._messages:
            raise closed()
        return json.dumps(self._messages.pop(0)).encode()

    async def close(self) -> None:
        self.sent.append("closed")


def closed() -> ConnectionClosedError:
    return ConnectionClosedError(Close(1008, "no such model"), None)


def attached(*messages: dict[str, Any]) -> tuple[WireLog, LoggedSession, Socket]:
    """Return a log, a real SDK session attached to it, and its socket."""
    socket = Socket(*messages)
    websocket: Any = socket
    client: Any = SimpleNamespace(vertexai=False)
    session = AsyncSession(
        api_client=client,
        websocket=websocket,
        setup_complete=types.LiveServerSetupComplete(),
    )
    log = WireLog()
    return log, log.attach(session), socket


SENDS: list[tuple[str, dict[str, Any]]] = [
    (
        "send_client_content",
        {"turns": types.Content(role="user", parts=[types.Part(text="hi")])},
    ),
    ("send_client_content", {"turns": {"role": "user", "parts": [{"text": "hi"}]}}),
    (
        "send_client_content",
        {
            "turns": [{"role": "model", "parts": [{"text": "a"}]}],
            "turn_complete": False,
        },
    ),
    ("send_client_content", {}),
    (
        "send_realtime_input",
        {"audio": types.Blob(data=PCM, mime_type="audio/pcm;rate=16000")},
    ),
    ("send_realtime_input", {"audio": {"data": PCM, "mime_type": "audio/pcm"}}),
    ("send_realtime_input", {"video": types.Blob(data=PCM, mime_type="image/png")}),
    ("send_realtime_input", {"media": types.Blob(data=PCM, mime_type="image/png")}),
    ("send_realtime_input", {"text": "hi"}),
    ("send_realtime_input", {"activity_start": types.ActivityStart()}),
    ("send_realtime_input", {"activity_end": {}}),
    ("send_realtime_input", {"audio_stream_end": True}),
    (
        "send_tool_response",
        {
            "function_responses": types.FunctionResponse(
                id="1",
                name="f",
                response={"a": 1},
                scheduling=types.FunctionResponseScheduling.SILENT,
            )
        },
    ),
    (
        "send_tool_response",
        {"function_responses": [{"id": "1", "name": "f", "response": {}}]},
    ),
]


@pytest.mark.parametrize(("method", "arguments"), SENDS)
async def test_an_attached_log_sees_what_the_sdk_sends(
    method: str, arguments: dict[str, Any]
) -> None:
    """What is logged is what the SDK then writes to its socket."""
    log, session, socket = attached()
    await getattr(session, method)(**arguments)
    logged = log.frames[-1]
    assert logged.direction == "sent"
    written = client_events(socket.sent[-1])
    assert [(e.kind, e.text, e.size_bytes, e.duration_ms) for e in logged.events] == [
        (e.kind, e.text, e.size_bytes, e.duration_ms) for e in written
    ]


async def test_an_attached_log_sees_what_arrives() -> None:
    """Messages pass through unchanged, and the turn ends where it did."""
    log, session, _ = attached(said("hi"), content(turnComplete=True), said("later"))
    received = [message async for message in session.receive()]
    assert received[0].server_content.output_transcription.text == "hi"
    assert log.as_text(times=False).splitlines() == [
        "received  setup complete",
        "received  audio, 20 ms",
        'received  says "hi"',
        "received  turn complete",
    ]


async def test_an_attached_log_sees_the_close() -> None:
    """The close code that the SDK raises is logged, and raised all the same."""
    log, session, _ = attached()
    with pytest.raises(errors.APIError):
        async for _ in session.receive():
            pass
    assert log.frames[-1].events[0].code == 1008
    assert log.frames[-1].events[0].text == "no such model"


async def test_an_attached_log_tells_who_closed() -> None:
    """Closing is logged as sent; sending after it, as a close received."""
    log, session, _ = attached()
    await session.close()
    with pytest.raises(ConnectionClosedError):
        await session.send_realtime_input(text="too late")
    assert [(f.direction, f.events[0].code) for f in log.frames[-2:]] == [
        ("sent", 1000),
        ("received", 1008),
    ]


async def test_sending_is_stamped_when_it_begins() -> None:
    """An answer that overtakes the end of the send stands behind it in the log."""
    now = [10.0]
    log = WireLog(clock=lambda: now[0])

    class SlowSession:
        async def send_realtime_input(self, **fields: Any) -> None:
            now[0] += 1.0
            log.received({"serverContent": {"interrupted": True}})
            now[0] += 1.0

    await log.attach(SlowSession()).send_realtime_input(text="stop")
    assert [(frame.at_s, frame.direction) for frame in log.frames] == [
        (0.0, "sent"),
        (1.0, "received"),
    ]


async def test_what_the_sdk_refuses_is_not_logged() -> None:
    """A call that never reaches the wire leaves no frame."""
    log, session, _ = attached()
    before = log.frames
    with pytest.raises(ValueError, match="Only one argument"):
        await session.send_realtime_input(text="a", audio_stream_end=True)
    assert log.frames == before


def test_a_logged_session_has_the_methods_of_the_sdk() -> None:
    """Whatever else the session can do is passed through."""
    _, session, _ = attached()
    public = [name for name in dir(AsyncSession) if not name.startswith("_")]
    assert {"receive", "send_client_content", "close"} <= set(public)
    assert all(callable(getattr(session, name)) for name in public)
    assert session.session_id is None
    for name in ("send_client_content", "send_tool_response"):
        theirs = inspect.signature(getattr(AsyncSession, name)).parameters
        ours = inspect.signature(getattr(LoggedSession, name)).parameters
        assert list(ours) == list(theirs)


async def test_an_image_object_counts_as_an_image() -> None:
    """An image that the SDK will encode itself is logged as an image."""

    class Session:
        async def send_realtime_input(self, **fields: Any) -> None:
            assert "video" in fields

        async def receive(self) -> AsyncIterator[Any]:
            yield {}

    class Image:
        size = (1, 1)

        def tobytes(self) -> bytes:
            return b""

    log = WireLog()
    await log.attach(Session()).send_realtime_input(video=Image())
    assert log.frames[0].events[0].kind is Kind.IMAGE
