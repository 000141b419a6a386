"""How a turn runs: text in, audio and transcript out, the end held back."""

import pytest

from live_emulator.brain.types import Question, Say, Think
from live_emulator.protocol.json_text import encode_frame
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session.shared import SharedState
from live_emulator.session.spoken_reply import Pace
from live_emulator.voice.types import SpeechPiece, SpokenWord
from tests.live_emulator.rules import rule
from tests.live_emulator.session import bench as bench_module
from tests.live_emulator.session.bench import (
    Bench,
    audio,
    silence,
    tone,
    user_text,
)


@rule(
    observed("js-genai recordings"),
    "setup setup.model setupComplete order.start",
)
def test_setup_is_acknowledged():
    """A setup is answered by an empty `setupComplete` on the Gemini API."""
    assert Bench().setup().messages == [{"setupComplete": {}}]


@rule(
    observed("2026-08-29, within 30 ms"),
    "clientContent serverContent.modelTurn serverContent.generationComplete "
    "serverContent.turnComplete usageMetadata order.audio frames.pace",
)
def test_turn_complete_is_held_until_the_audio_would_be_over():
    """`turnComplete` comes when real-time playback of the audio would end."""
    bench = Bench().setup().forget().send(user_text("one two three")).run(10)
    [(first, _), *_] = bench.find("audio")
    [(generated, _)] = bench.find("generationComplete")
    [(complete, message)] = bench.find("turnComplete")
    assert bench.audio_ms() == pytest.approx(5 * 300)
    assert complete == pytest.approx(first + 1.5)
    assert generated < complete
    assert "usageMetadata" in message


@rule(
    observed("2026: 10.6 s of audio within 2.9 s of its first chunk"),
    "frames.pace",
)
def test_audio_comes_faster_than_it_plays():
    """All audio of a turn is there after a quarter of its duration."""
    bench = Bench(lambda q: [Say("word " * 40)]).setup().forget()
    bench.send(user_text("go")).run(20)
    times = [at for at, _ in bench.find("audio")]
    assert bench.audio_ms() == pytest.approx(12_000)
    assert times[-1] - times[0] == pytest.approx(12 / 4, abs=0.1)


@rule(
    observed("2026: short on 3.1; recordings: 9,600 and 11,520 bytes"),
    "frames.size serverContent.modelTurn.parts.inlineData.data",
)
def test_chunks_grow_to_the_size_of_the_recordings():
    """The first chunk is short, later ones have the recorded sizes."""
    bench = Bench(lambda q: [Say("word " * 10)]).setup().forget()
    bench.send(user_text("go")).run(20)
    sizes = [len(chunk) for chunk in bench.chunks()]
    assert sizes[:4] == [1_920, 4_800, 9_600, 11_520]
    assert set(sizes[4:-1]) == {11_520}
    assert all(size % 2 == 0 for size in sizes)


@rule(
    documented("proto: the last transcription precedes generationComplete"),
    "setup.outputAudioTranscription serverContent.outputTranscription.text "
    "serverContent.generationComplete order.audio",
)
def test_output_transcription_is_complete_before_generation_complete():
    """Transcript pieces join, without blanks added, to what is said."""
    bench = Bench(lambda q: [Say("Hello, world! Fine."), Say("Bye.")])
    bench.setup(outputAudioTranscription={}).forget().send(user_text("x")).run(9)
    assert bench.transcript() == "Hello, world! Fine. Bye."
    kinds = bench.kinds()
    assert kinds[-2:] == ["generationComplete", "turnComplete"]
    assert "outputTranscription" in kinds


@rule(
    documented("Live API reference"),
    "setup.outputAudioTranscription",
)
def test_no_transcript_without_asking():
    """Without `outputAudioTranscription` no transcript is sent."""
    bench = Bench().setup().forget().send(user_text("x")).run(9)
    assert bench.transcript() == ""


@rule(
    observed("2026-07 to 10"),
    "serverContent.outputTranscription serverContent.modelTurn order.audio",
)
@pytest.mark.parametrize(
    ("model", "bundled"),
    [
        ("gemini-3.8-live", True),
        ("gemini-2.5-flash-native-audio-preview-12-2025", False),
    ],
)
def test_3x_bundles_transcript_and_audio(model, bundled):
    """3.x puts a transcript beside its audio, 2.5 into a message of its own."""
    bench = Bench().setup(model, outputAudioTranscription={}).forget()
    bench.send(user_text("x")).run(9)
    together = [
        "modelTurn" in message["serverContent"]
        for _, message in bench.find("outputTranscription")
    ]
    assert together
    assert set(together) == {bundled}


@rule(
    observed("2026: no role on 2.x, role on 3.8"),
    "serverContent.modelTurn.role",
)
@pytest.mark.parametrize(
    ("model", "role"),
    [
        ("gemini-3.8-live", "model"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", None),
    ],
)
def test_role_of_the_model_turn(model, role):
    """`modelTurn` says its role on 3.x only."""
    bench = Bench().setup(model).forget().send(user_text("x")).run(9)
    _, message = bench.find("audio")[0]
    assert message["serverContent"]["modelTurn"].get("role") == role


@rule(
    observed("2026-10-08 on 3.8"),
    "clientContent.turnComplete history",
)
def test_content_that_is_not_complete_only_adds():
    """`turnComplete: false` appends, waits, and interrupts nothing."""
    bench = Bench(lambda q: [Say("word " * 20)]).setup().forget()
    bench.send(user_text("first", complete=False)).run(5)
    assert bench.messages == []
    bench.send(user_text("second")).run(0.5)
    bench.send(user_text("third", complete=False)).run(20)
    assert "interrupted" not in bench.kinds()
    assert [turn.text for turn in bench.questions[0].turns] == ["first", "second"]


@rule(
    documented("Live API, 3.8: turnComplete interrupts"),
    "clientContent.turnComplete serverContent.interrupted order.barge-in",
)
def test_complete_content_interrupts():
    """`turnComplete: true` interrupts a running answer without condition."""
    bench = Bench(lambda q: [Say("word " * 20)]).setup().forget()
    bench.send(user_text("first")).run(0.5).send(user_text("second")).run(20)
    assert bench.kinds() == [
        "audio",
        "interrupted",
        "turnComplete",
        "audio",
        "generationComplete",
        "turnComplete",
    ]


@rule(
    documented("proto"),
    "clientContent.turnComplete",
)
def test_turn_complete_alone_starts_generation():
    """`turnComplete` without turns answers what is in the history."""
    bench = Bench().setup().send(user_text("earlier", complete=False)).forget()
    bench.send({"clientContent": {"turnComplete": True}}).run(9)
    assert "turnComplete" in bench.kinds()
    assert bench.questions[-1].turns[-1].text == "earlier"


@rule(
    documented("Live API: realtimeInput"),
    "realtimeInput.text serverContent.interrupted",
)
def test_realtime_text_is_answered_at_once():
    """Realtime text counts as activity: it interrupts and is answered."""
    bench = Bench(lambda q: [Say("word " * 20)]).setup().forget()
    bench.send({"realtimeInput": {"text": "hi"}}).run(0.5)
    bench.send({"realtimeInput": {"text": "stop"}}).run(20)
    assert bench.kinds().count("interrupted") == 1
    assert bench.questions[-1].turns[-1].text == "stop"


@rule(
    documented("Live API guide: transcripts and activity are those of speech"),
    "realtimeInput.text clientContent voiceActivity serverContent.inputTranscription",
)
@pytest.mark.parametrize(
    "typed",
    [{"realtimeInput": {"text": "hi"}}, user_text("hi")],
    ids=["text", "content"],
)
def test_a_typed_turn_is_not_transcribed(typed):
    """What was typed is neither transcribed nor reported as activity."""
    bench = Bench().setup(inputAudioTranscription={}).forget().send(typed).run(9)
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]


@rule(
    documented("Live API guide: a session keeps its history"),
    "clientContent.turns clientContent.turns.parts.text history",
)
def test_the_model_remembers_both_sides():
    """A later question holds all earlier turns, the model's own words too."""
    bench = Bench().setup().send(user_text("one")).run(9).send(user_text("two")).run(9)
    turns = [(turn.role, turn.text) for turn in bench.questions[-1].turns]
    assert turns == [("user", "one"), ("model", "You said one."), ("user", "two")]


@rule(
    documented("google-genai: include_thoughts"),
    "setup.generationConfig.thinkingConfig.includeThoughts "
    "serverContent.modelTurn.parts.text serverContent.modelTurn.parts.thought "
    "usageMetadata.thoughtsTokenCount order.thoughts",
)
def test_thoughts_are_sent_if_asked_for():
    """Thoughts come before the audio, marked, and only to who asked."""
    parts = [Think("**Adding**"), Say("Two.")]
    config = {"thinkingConfig": {"includeThoughts": True}}
    model = "gemini-3.1-flash-live-preview"
    bench = Bench(lambda q: parts).setup(model, generationConfig=config).forget()
    bench.send(user_text("x")).run(9)
    first = bench.messages[0]["serverContent"]["modelTurn"]["parts"][0]
    assert first == {"text": "**Adding**", "thought": True}
    usage = bench.messages[-1]["usageMetadata"]
    assert usage["thoughtsTokenCount"] == 3
    silent = Bench(lambda q: parts).setup().forget().send(user_text("x")).run(9)
    assert silent.kinds() == ["audio", "generationComplete", "turnComplete"]


@rule(
    observed("recordings of gemini-live-2.5-flash-preview"),
    "serverContent.modelTurn.parts.text order.text",
)
def test_text_models_answer_in_text_pieces():
    """A TEXT model sends a short piece, longer ones, and ends at once."""
    model = "gemini-robotics-er-2-streaming-preview"
    bench = Bench(lambda q: [Say("one two three four")]).setup(model).forget()
    bench.send(user_text("x"))
    parts = [
        part["text"]
        for message in bench.messages
        for part in message["serverContent"].get("modelTurn", {}).get("parts", ())
    ]
    assert parts == ["one two", " three four"]
    assert bench.kinds() == ["text", "generationComplete", "turnComplete"]


@rule(
    guessed("the service may be silent, it does not say how the turn ends"),
    "order.audio",
)
def test_a_silent_model_still_ends_its_turn():
    """A reply without any part is a turn without audio."""
    bench = Bench(lambda q: []).setup().forget().send(user_text("x")).run(1)
    assert bench.kinds() == ["generationComplete", "turnComplete"]


@rule(
    observed("0.6 to 1.5 s; none here unless asked for"),
    "frames.pace",
)
def test_thinking_time_delays_the_first_chunk():
    """With `thinking_s` set, the reply begins that much later."""
    shared = SharedState(pace=Pace(thinking_s=0.8))
    bench = Bench(shared=shared).setup().forget().send(user_text("x")).run(9)
    assert bench.find("audio")[0][0] == pytest.approx(0.8)


@rule(
    observed("72 tokens for 2.95 s; prompt audio is billed again every turn"),
    "usageMetadata.promptTokenCount usageMetadata.responseTokenCount "
    "usageMetadata.totalTokenCount usageMetadata.promptTokensDetails.modality "
    "usageMetadata.promptTokensDetails.tokenCount "
    "usageMetadata.responseTokensDetails usage",
)
def test_usage_counts_audio_at_25_tokens_a_second():
    """Usage adds up, and earlier audio is in the prompt of later turns."""
    bench = Bench(lambda q: [Say("word " * 10)]).setup().forget()
    bench.send(user_text("x" * 40)).run(9)
    usage = bench.messages[-1]["usageMetadata"]
    assert usage == {
        "promptTokenCount": 142,
        "responseTokenCount": 75,
        "totalTokenCount": 217,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 142}],
        "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 75}],
    }
    bench.send(user_text("x" * 40)).run(9)
    later = bench.messages[-1]["usageMetadata"]
    assert {"modality": "AUDIO", "tokenCount": 75} in later["promptTokensDetails"]


@rule(
    documented("GenerationConfig; the words of a token are a guess"),
    "setup.generationConfig.maxOutputTokens",
)
def test_max_output_tokens_become_words():
    """A token limit reaches the brain as a number of words."""
    bench = Bench().setup(generationConfig={"maxOutputTokens": 250})
    bench.send(user_text("x"))
    assert bench.questions[0].max_words == 27


@rule(
    documented("BidiGenerateContentSetup"),
    "setup.systemInstruction.parts.text",
)
def test_instruction_reaches_the_brain():
    """The brain sees the system instruction, its parts joined by newlines."""
    parts = [{"text": "Be brief."}, {"text": "Be kind."}]
    bench = Bench().setup(systemInstruction={"parts": parts}).send(user_text("x"))
    assert bench.questions[0].instruction == "Be brief.\nBe kind."


@rule(
    documented("SDK 3.x: processed in order, not acknowledged"),
    "contextUpdate.systemInstruction contextUpdate.tools.tools",
)
def test_context_update_changes_the_instruction():
    """`contextUpdate` changes instruction and tools for later turns."""
    tools = [{"functionDeclarations": [{"name": "f"}]}]
    bench = Bench().setup(tools=tools).forget()
    update = {
        "systemInstruction": {"parts": [{"text": "New."}]},
        "tools": {"tools": []},
    }
    bench.send({"contextUpdate": update})
    assert bench.messages == []
    bench.send(user_text("x"))
    question: Question = bench.questions[0]
    assert (question.instruction, question.tools) == ("New.", ())


@rule(
    observed("2026-07 to 10"),
    "setup.inputAudioTranscription realtimeInput.audio.data "
    "realtimeInput.audio.mimeType serverContent.inputTranscription.text "
    "order.audio activity.automatic",
)
def test_speech_in_and_speech_out():
    """A spoken turn is recognised, transcribed and answered."""
    bench = Bench(words=["what time is it"]).setup(inputAudioTranscription={})
    bench.forget().speak().run(9)
    assert bench.transcript("inputTranscription") == "what time is it"
    assert bench.questions[0].turns[-1].spoken
    assert bench.kinds() == [
        "ACTIVITY_START",
        "ACTIVITY_END",
        "inputTranscription",
        "audio",
        "generationComplete",
        "turnComplete",
    ]


@rule(
    observed("js-genai recordings: 129 kB in one frame"),
    "realtimeInput.audio activity.automatic",
)
def test_a_whole_recording_in_one_frame():
    """A frame that holds a whole question, and its pause, is one turn."""
    bench = Bench().setup().forget()
    bench.send(audio(silence(500) + tone(1200) + silence(900))).run(9)
    assert bench.kinds()[:3] == ["ACTIVITY_START", "ACTIVITY_END", "audio"]


@rule(
    observed("2026: the last chunk and generationComplete come together"),
    "serverContent.generationComplete order.audio",
)
def test_generation_complete_follows_the_last_chunk():
    """Nothing is waited for between the last audio and `generationComplete`."""
    bench = Bench(lambda q: [Say("word " * 20)]).setup().forget()
    bench.send(user_text("x")).run(20)
    [(generated, _)] = bench.find("generationComplete")
    assert generated == bench.find("audio")[-1][0]


@rule(
    observed("js-genai recordings"),
    "usageMetadata.responseTokensDetails usage order.text",
)
def test_usage_of_a_turn_in_text():
    """What was written is counted as text."""
    bench = Bench(lambda q: [Say("word " * 8)])
    bench.setup("gemini-robotics-er-2-streaming-preview").forget()
    usage = bench.send(user_text("x")).messages[-1]["usageMetadata"]
    assert usage["responseTokenCount"] == 10
    assert usage["responseTokensDetails"] == [{"modality": "TEXT", "tokenCount": 10}]


@rule(
    observed("72 tokens for 2.95 s of speech"),
    "usage usageMetadata.promptTokensDetails",
)
def test_speech_of_the_user_is_counted():
    """Speech costs 25 tokens a second, in this prompt and in all later ones."""
    bench = Bench(lambda q: []).setup().forget().speak(2944).run(1)
    usage = bench.messages[-1]["usageMetadata"]["promptTokensDetails"]
    # With the 704 ms of silence that ended it.
    assert usage[1] == {"modality": "AUDIO", "tokenCount": 91}
    bench.send(user_text("x")).run(1)
    later = bench.messages[-1]["usageMetadata"]["promptTokensDetails"]
    assert later[1] == usage[1]


@rule(documented("Live API reference"), "setup.inputAudioTranscription")
def test_no_input_transcript_without_asking():
    """Without `inputAudioTranscription` nobody is told what was heard."""
    bench = Bench().setup().forget().speak().run(9)
    assert bench.questions[0].turns[-1].text == "hello"
    assert bench.transcript("inputTranscription") == ""


@rule(
    observed("old clients send it after every chunk of audio"),
    "clientContent.turns.parts clientContent.turnComplete",
)
def test_content_without_parts_changes_nothing():
    """An empty turn that is not complete adds, starts and interrupts nothing."""
    empty = {"turns": [{"role": "user", "parts": []}], "turnComplete": False}
    bench = Bench().setup().forget().send(user_text("x"))
    bench.send({"clientContent": empty}).run(9)
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]
    bench.send(user_text("y"))
    assert [turn.role for turn in bench.questions[-1].turns] == [
        *("user", "model", "user")
    ]


@rule(documented("SDK 3.x"), "contextUpdate.tools.tools")
def test_context_update_adds_tools():
    """Functions that come with a `contextUpdate` can be called from then on."""
    bench = Bench().setup().forget()
    tools = [{"functionDeclarations": [{"name": "f"}]}]
    bench.send({"contextUpdate": {"tools": {"tools": tools}}}).send(user_text("x"))
    assert [tool.name for tool in bench.questions[0].tools] == ["f"]
    assert bench.questions[0].instruction == ""


@rule(
    documented("JavaScript SDK: a message before the setup raises in the client"),
    "order.start",
)
def test_nothing_is_sent_before_the_setup():
    """Until the client has set the session up, it hears nothing."""
    bench = Bench().run(3600)
    assert (bench.messages, bench.session.next_wake) == ([], None)
    bench._perform(bench.session.wake(bench.now))
    assert bench.messages == []


@rule(documented("Python SDK: frames of 1 MiB end its session"), "frames.size")
def test_frames_stay_small():
    """No frame of a long answer comes near the limit of the Python SDK."""
    bench = Bench(lambda q: [Think("why " * 5_000), Say("word " * 1_000)])
    thinking = {"thinkingConfig": {"includeThoughts": True}}
    bench.setup(
        "gemini-3.1-flash-live-preview",
        outputAudioTranscription={},
        generationConfig=thinking,
    )
    bench.send(user_text("x")).run(400)
    sizes = [len(encode_frame(message)) for message in bench.messages]
    assert len(sizes) > 1_000
    assert max(sizes) < 2**16


@rule(observed("2026-10-06: often, at times nobody has published"), "frames.heartbeat")
def test_heartbeats():
    """Empty messages come at the interval asked for, and none by default."""
    shared = SharedState(pace=Pace(heartbeat_s=5))
    bench = Bench(shared=shared).setup().forget().run(16)
    assert bench.sent == [(5, {}), (10, {}), (15, {})]
    assert Bench().setup().forget().run(500).messages == []


@rule(
    guessed("a transcript is of what is meant, heard or not"),
    "serverContent.outputTranscription.text",
)
def test_words_without_a_sound(monkeypatch):
    """What has no sound is in the transcript all the same."""
    piece = SpeechPiece(b"", ())
    monkeypatch.setattr(bench_module, "_pronounce", lambda text: piece)
    bench = Bench(lambda q: [Say("(smiles)")]).setup(outputAudioTranscription={})
    bench.forget().send(user_text("x")).run(9)
    assert bench.kinds() == [
        "outputTranscription",
        "generationComplete",
        "turnComplete",
    ]
    assert bench.transcript() == "(smiles)"


def test_punctuation_goes_with_its_word(monkeypatch):
    """A piece of a transcript ends behind the marks that follow a word."""
    pcm = tone(2_000, 24_000)
    words = (SpokenWord(0, 5, 0), SpokenWord(7, 12, 1_000))
    piece = SpeechPiece(pcm, words)
    monkeypatch.setattr(bench_module, "_pronounce", lambda text: piece)
    bench = Bench(lambda q: [Say("Hello, shared.")]).setup(outputAudioTranscription={})
    bench.forget().send(user_text("x")).run(9)
    pieces = [
        message["serverContent"]["outputTranscription"]["text"]
        for message in bench.messages
        if "outputTranscription" in message["serverContent"]
    ]
    assert pieces == ["Hello,", " shared."]


@rule(documented("SDK 3.x: what is not there stays"), "contextUpdate.systemInstruction")
def test_context_update_of_one_thing():
    """A `contextUpdate` without tools leaves the tools alone."""
    tools = [{"functionDeclarations": [{"name": "f"}]}]
    bench = Bench().setup(tools=tools)
    update = {"systemInstruction": {"parts": [{"text": "New."}]}}
    bench.send({"contextUpdate": update}).send(user_text("x"))
    [question] = bench.questions
    assert [tool.name for tool in question.tools] == ["f"]
    assert question.instruction == "New."
