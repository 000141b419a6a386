"""Whatever happens to a session, in whatever order, its grammar holds."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from live_emulator.brain.types import Call, Question, Say, Think
from tests.live_emulator.session.bench import (
    LEVEL,
    Bench,
    audio,
    kinds_of,
    silence,
    tone,
    user_text,
)

MODELS = (
    "gemini-3.8-live",
    "gemini-3.8-live-extended-thinking",
    "gemini-3.1-flash-live-preview",
    "gemini-2.5-flash-native-audio-latest",
    "gemini-3.5-transcribe-live",
    "gemini-3.5-live-translate-preview",
    "gemini-robotics-er-2-streaming-preview",
)
TOOLS = [{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}]


class AnySession(RuleBasedStateMachine):
    """A client, a brain, ears and a mouth that do anything they may do."""

    @initialize(
        model=st.sampled_from(MODELS),
        manual=st.booleans(),
        interrupts=st.booleans(),
        resumable=st.booleans(),
        compressed=st.booleans(),
    )
    def begin(self, model, manual, interrupts, resumable, compressed):
        """Set a session up."""
        self.words: list[str] = ["hello"]
        self.bench = Bench(self.answer, words=["so it is"])
        handling = "START_OF_ACTIVITY_INTERRUPTS" if interrupts else "NO_INTERRUPTION"
        setup: dict[str, Any] = {
            "realtimeInputConfig": {
                "automaticActivityDetection": {"disabled": manual},
                "activityHandling": handling,
            },
            "inputAudioTranscription": {},
            "outputAudioTranscription": {},
        }
        if "translate" not in model and "transcribe" not in model:
            setup["tools"] = TOOLS
        if "extended" in model:
            setup |= LEVEL
        if resumable:
            setup["sessionResumption"] = {}
        if compressed:
            setup["contextWindowCompression"] = {
                "triggerTokens": 400,
                "slidingWindow": {"targetTokens": 200},
            }
        self.manual = manual
        self.replies: list[list[Any]] = []
        self.bench.setup(model, **setup)
        assert self.bench.closed is None

    def answer(self, question: Question):
        """Say what was drawn for this question."""
        assert not question.turns or question.turns[0].role in ("user", "model", "tool")
        return self.replies.pop() if self.replies else [Say("One two three.")]

    @rule(
        reply=st.lists(
            st.sampled_from(
                [
                    Say("Yes."),
                    Say("word " * 30),
                    Say("..."),
                    Say(""),
                    Think("Why."),
                    Call("f", {"x": 1}),
                    Call("g"),
                    Call("unknown"),
                ]
            ),
            max_size=4,
        )
    )
    def plan_a_reply(self, reply):
        """Decide what the brain says next."""
        if len(self.replies) < 3:
            self.replies.append(reply)

    @rule(text=st.sampled_from(["hi", "", "stop"]), complete=st.booleans())
    def content(self, text, complete):
        """Send clientContent."""
        self.bench.send(user_text(text, complete))

    @rule(text=st.sampled_from(["hi", "go on"]))
    def realtime_text(self, text):
        """Send realtime text."""
        self.bench.send({"realtimeInput": {"text": text}})

    @rule(speech_ms=st.sampled_from([0, 20, 500]), pause_ms=st.sampled_from([0, 900]))
    def speech(self, speech_ms, pause_ms):
        """Send audio, speech and silence."""
        self.bench.send(audio(tone(speech_ms) + silence(pause_ms)))

    @rule()
    def activity(self):
        """Mark an activity, where that is allowed."""
        if self.manual:
            self.bench.send({"realtimeInput": {"activityStart": {}}})
            self.bench.send(audio(tone(100)))
            self.bench.send({"realtimeInput": {"activityEnd": {}}})

    @rule()
    def stream_end(self):
        """End the audio stream, where that is allowed."""
        if not self.manual:
            self.bench.send({"realtimeInput": {"audioStreamEnd": True}})

    @rule(
        scheduling=st.sampled_from(["INTERRUPT", "WHEN_IDLE", "SILENT", None]),
        continues=st.booleans(),
        last=st.booleans(),
    )
    def tool_response(self, scheduling, continues, last):
        """Answer the first or last call that was ever made."""
        ids = [
            call["id"]
            for _, message in self.bench.find("toolCall")
            for call in message["toolCall"]["functionCalls"]
        ]
        if not ids:
            return
        response = {"id": ids[-1 if last else 0], "response": {"y": 2}}
        if scheduling and self.bench.session.settings.model.scheduling:
            response["scheduling"] = scheduling
        response["willContinue"] = continues
        self.bench.send({"toolResponse": {"functionResponses": [response]}})

    @rule(seconds=st.sampled_from([0.01, 0.08, 0.5, 5, 60]))
    def time_passes(self, seconds):
        """Let time pass."""
        self.bench.run(seconds)

    @invariant()
    def it_is_only_closed_by_time(self):
        """None of this is a client's mistake."""
        if self.bench.closed is not None:
            assert "GoAway" in self.bench.closed.reason

    @invariant()
    def it_never_wants_to_be_woken_in_the_past(self):
        """Waking a session that is due makes it not due."""
        due = self.bench.session.next_wake
        assert due is None or due > self.bench.now or self.bench.closed is not None

    @invariant()
    def turns_are_well_formed(self):
        """Nothing of a turn follows its end, and interrupted turns end."""
        state = "idle"
        for message in self.bench.messages:
            for kind in kinds_of(message):
                if kind in ("audio", "text", "outputTranscription"):
                    assert state in ("idle", "running"), kind
                    state = "running"
                elif kind == "interrupted":
                    assert state in ("idle", "running", "generated")
                    state = "interrupted"
                elif kind == "generationComplete":
                    assert state in ("idle", "running")
                    state = "generated"
                elif kind == "turnComplete":
                    assert state in ("generated", "interrupted", "idle")
                    state = "idle"
            if self.transcribes:
                state = "idle"

    @property
    def transcribes(self) -> bool:
        """A transcribe model has no turns."""
        current = self.bench.session.settings
        return current is not None and "transcribe" in current.model.name

    @invariant()
    def audio_is_whole_samples(self):
        """Every chunk has an even number of bytes, and some."""
        assert all(chunk and len(chunk) % 2 == 0 for chunk in self.bench.chunks())

    def teardown(self):
        """In the end every turn ends."""
        if self.bench.closed is None and not self.transcribes:
            self.bench.forget().run(400)
            kinds = self.bench.kinds()
            assert kinds.count("interrupted") <= kinds.count("turnComplete")


AnySession.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None
)
TestAnySession = AnySession.TestCase
