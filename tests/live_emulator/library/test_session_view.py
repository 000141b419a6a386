"""What a test reads from a session's frames: pure, whatever the client's spelling."""

import base64
import json

import pytest

from live_emulator.journal.journal import Journal, SessionRecord
from live_emulator.journal.session_view import SessionView
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import find_live_endpoint

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


class Wire:
    """A session whose frames a test writes itself."""

    def __init__(self, **limits: int) -> None:
        self.now_s = 0.0
        self.journal = Journal(lambda: self.now_s, **limits)
        endpoint = find_live_endpoint(PATH, {"key": "k"}, {})
        assert endpoint is not None
        self.record: SessionRecord = self.journal.open(endpoint)
        self.view = SessionView(self.record)

    def client(self, *messages: object) -> "Wire":
        return self._add("client", messages)

    def server(self, *messages: object) -> "Wire":
        return self._add("server", messages)

    def _add(self, direction, messages) -> "Wire":
        for message in messages:
            self.now_s += 0.1
            self.journal.add(self.record, direction, json.dumps(message).encode())
        return self


@pytest.fixture
def wire() -> Wire:
    return Wire()


def audio(samples: int, mime_type: str = "audio/pcm;rate=16000") -> dict[str, str]:
    data = base64.b64encode(bytes(2 * samples)).decode()
    return {"mimeType": mime_type, "data": data}


def content(**fields: object) -> dict[str, object]:
    return {"serverContent": fields}


def heard(text: str) -> dict[str, object]:
    return content(inputTranscription={"text": text})


def says(text: str) -> dict[str, object]:
    return content(outputTranscription={"text": text})


def test_setup_has_one_spelling(wire):
    """Names are in camelCase, enums in upper case, and lists are lists."""
    declaration = {"name": "f", "parameters": {"type": "OBJECT", "any_of": []}}
    wire.client(
        {
            "setup": {
                "model": "models/m",
                "generation_config": {"response_modalities": "audio"},
                "tools": {"function_declarations": [declaration]},
                "session_resumption": {"handle": "h"},
                "output_audio_transcription": {},
                "system_instruction": None,
                "my_own": {"stays_as": "it_is"},
            }
        }
    )
    assert wire.view.setup == {
        "model": "models/m",
        "generationConfig": {"responseModalities": ["AUDIO"]},
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "f", "parameters": {"type": "OBJECT", "anyOf": []}}
                ]
            }
        ],
        "sessionResumption": {"handle": "h"},
        "outputAudioTranscription": {},
        "my_own": {"stays_as": "it_is"},
    }


def test_arguments_and_results_keep_their_names(wire):
    """What belongs to the application is not respelt."""
    response = {"id": "1", "name": "f", "response": {"not_found": {"a_b": 1}}}
    wire.client({"tool_response": {"function_responses": [response]}})
    assert wire.view.tool_responses == [response]


def test_without_a_setup(wire):
    """What came instead is in the error."""
    wire.client({"clientContent": {}}, {"clientContent": {}})
    with pytest.raises(AssertionError, match="no setup.*It sent 2 clientContent; it"):
        _ = wire.view.setup


def test_sent(wire):
    """Contents of one kind come in order; without a kind, whole messages."""
    first, second = {"text": "a"}, {"activity_end": {}}
    wire.client({"realtimeInput": first}, {"realtime_input": second}, {})
    assert wire.view.sent("realtimeInput") == [{"text": "a"}, {"activityEnd": {}}]
    assert wire.view.sent("toolResponse") == []
    assert wire.view.sent() == [
        {"realtimeInput": {"text": "a"}},
        {"realtimeInput": {"activityEnd": {}}},
        {},
    ]


def test_an_unknown_kind(wire):
    """A misspelt message is refused, not counted as never sent."""
    with pytest.raises(ValueError, match="no message 'realtime_input'.*toolResponse"):
        wire.view.sent("realtime_input")


@pytest.mark.parametrize(
    ("samples", "mime_type", "duration_s"),
    [
        (16_000, "audio/pcm;rate=16000", 1.0),
        (24_000, "audio/pcm;rate=24000", 1.0),
        (16_000, "audio/pcm", 1.0),
        (8_000, "", 0.5),
        (320, "audio/pcm;rate=16000", 0.02),
        (10, "audio/pcm;rate=16000", 10 / 16_000),
        (16_000, "image/jpeg", 0.0),
    ],
)
def test_seconds_of_audio(wire, samples, mime_type, duration_s):
    """Audio is measured at its own rate, to a sample for each chunk."""
    wire.client({"realtimeInput": {"audio": audio(samples, mime_type)}})
    assert wire.view.audio_sent_s == pytest.approx(duration_s, abs=1.01 / 16_000)


def test_audio_of_old_clients_counts(wire):
    """Audio is found in `media_chunks` too, beside images."""
    chunks = [audio(800), audio(4_000, "image/png"), audio(800)]
    wire.client({"realtime_input": {"media_chunks": chunks}})
    assert wire.view.audio_sent_s == pytest.approx(0.1, abs=0.001)


def test_typed(wire):
    """Texts of both messages are one list, parts of a turn one text."""
    turns = [{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}]
    wire.client(
        {"clientContent": {"turns": turns}},
        {"realtimeInput": {"text": "c"}},
        {"realtimeInput": {"audio": audio(8)}},
        {"client_content": {"turns": {"parts": {"text": "d"}}}},
    )
    assert wire.view.typed == ["a b", "c", "d"]


def test_what_was_heard(wire):
    """Whole transcripts are an utterance each, words with a space before are one."""
    wire.server(heard("hello there"), heard("and more"))
    wire.server(heard(" what"), content(turnComplete=True))
    wire.server(heard(" is"), heard(" it"), content(interrupted=True), heard(" stop"))
    assert wire.view.heard == ["hello there", "and more what", "is it", "stop"]


def test_what_was_said(wire):
    """A text for each turn that said something; thoughts are not said."""
    thought = {"parts": [{"text": "Hm.", "thought": True}, {"text": "Yes"}]}
    wire.server(says(" One"), says(" two."), content(turnComplete=True))
    wire.server(content(modelTurn=thought, outputTranscription={}))
    wire.server(content(turnComplete=True), content(turnComplete=True), says("Thr"))
    assert wire.view.said == ["One two.", "Yes", "Thr"]


def test_calls_interruptions_and_handles(wire):
    """They are counted as they were sent."""
    call = {"id": "1", "name": "f", "args": {"a": 1}}
    wire.server(
        {"toolCall": {"functionCalls": [call]}},
        content(interrupted=True),
        {"sessionResumptionUpdate": {"newHandle": "h1", "resumable": True}},
        {"sessionResumptionUpdate": {}},
        {"sessionResumptionUpdate": {"resumable": False}},
        content(interrupted=True),
        {"sessionResumptionUpdate": {"newHandle": "h2", "resumable": True}},
    )
    assert wire.view.tool_calls == [call]
    assert wire.view.interruptions == 2
    assert wire.view.handles == ["h1", "h2"]


@pytest.mark.parametrize(
    "nonsense",
    [
        [],
        "text",
        {"setup": "text"},
        {"realtimeInput": {"audio": 3, "mediaChunks": "x", "text": 7}},
        {"clientContent": {"turns": [3, {"parts": "x"}, {"parts": [{"text": 1}]}]}},
        {"toolResponse": {"functionResponses": "x"}},
        {"unknown": {"a": 1}},
    ],
)
def test_nonsense_is_read_without_an_error(wire, nonsense):
    """What the emulator refused can still be looked at."""
    wire.client(nonsense)
    view = wire.view
    assert view.audio_sent_s == 0
    assert view.tool_responses == []
    assert view.typed in ([], ["7"])
    assert "client" in view.timeline()
    assert view.summary


def test_frames_that_are_forgotten():
    """Of a session too long to be remembered nothing is claimed."""
    wire = Wire(most_bytes=4_000)
    wire.client({"setup": {}}, *[{"realtimeInput": {"text": "a" * 500}}] * 20)
    with pytest.raises(AssertionError, match="Only the latest .* frames of session 1"):
        _ = wire.view.audio_sent_s
    assert "text" in wire.view.timeline()


def test_summary(wire):
    """What was sent, how often, how much audio, and how it ended."""
    assert wire.view.summary == "sent nothing; it is open"
    wire.client({"setup": {}}, *[{"realtimeInput": {"audio": audio(8_000)}}] * 3)
    wire.client("?")
    sent = "sent setup, 3 realtimeInput, unreadable (1.50 s of audio)"
    assert wire.view.summary == f"{sent}; it is open"
    wire.journal.end(wire.record, None)
    assert wire.view.summary == f"{sent}; the connection broke"
    wire.journal.end(wire.record, None, 1000)
    assert wire.view.summary == f"{sent}; the client closed it with 1000"
    assert wire.view.client_code == 1000
    wire.journal.end(wire.record, Close(1008, "Why."))
    assert wire.view.summary == f"{sent}; the emulator closed it with 1008 (Why.)"
    assert wire.view.close == Close(1008, "Why.")
    assert repr(wire.view) == f"<session 1: {wire.view.summary}>"


def test_timeline(wire):
    """A line for each thing that happens, pieces joined across the other side's."""
    wire.client(
        {
            "setup": {
                "model": "models/m",
                "generationConfig": {"responseModalities": ["AUDIO"]},
                "tools": [{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}],
                "sessionResumption": {"handle": "h"},
            }
        }
    )
    wire.server({"setupComplete": {}})
    wire.client(*[{"realtimeInput": {"audio": audio(1_600)}}] * 2)
    part = {"inlineData": audio(2_400, "audio/pcm;rate=24000")}
    spoken = content(
        modelTurn={"parts": [part]}, outputTranscription={"text": " Well."}
    )
    wire.server(heard("a question"), spoken)
    wire.client({"realtimeInput": {"audio": audio(1_600)}})
    wire.server(spoken, content(interrupted=True))
    wire.server({"toolCall": {"functionCalls": [{"name": "f", "args": {"a": 1}}]}})
    response = {"name": "f", "response": {"error": "no"}}
    wire.client({"toolResponse": {"functionResponses": [response]}})
    wire.client({"clientContent": {"turns": [{"parts": [{"text": "Hi."}]}]}})
    wire.journal.mark(wire.record, "go-away left=5s")
    wire.server({"goAway": {"timeLeft": "5s"}}, {"usageMetadata": {}})
    assert wire.view.timeline().splitlines() == [
        "    0.10 s  client  setup  m, AUDIO, tools f g, resumes",
        "    0.20 s  server  setupComplete",
        "    0.30 s  client  audio  0.30 s in 3 frames",
        '    0.50 s  server  heard  "a question"',
        "    0.60 s  server  audio  0.20 s in 2 frames",
        '    0.60 s  server  says  "Well. Well."',
        "    0.90 s  server  interrupted",
        '    1.00 s  server  toolCall  f {"a": 1}',
        '    1.10 s  client  toolResponse  f {"error": "no"}',
        '    1.20 s  client  clientContent  "Hi." (the turn goes on)',
        "    1.20 s  fault   go-away left=5s",
        "    1.30 s  server  goAway  5s left",
    ]


def test_a_long_timeline_is_cut(wire):
    """The end of a session matters most, and no line is too long to read."""
    wire.client({"realtimeInput": {"text": "x" * 500}})
    for number in range(99):
        wire.client({"toolResponse": {"functionResponses": [{"name": f"f{number}"}]}})
    lines = wire.view.timeline(20).splitlines()
    assert len(lines) == 20
    assert "81 lines are left out here" in lines[4]
    assert lines[-1].endswith("f98 null")
    assert max(map(len, lines)) <= 88
