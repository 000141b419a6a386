"""Speech is found on the time of the audio, by the session's own settings."""

import struct

import pytest

from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.session import actions as do
from live_emulator.session.activity import PAUSE_MS, WINDOW_MS
from live_emulator.voice.types import Interim
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import Bench, audio, silence, tone

MANUAL = {"automaticActivityDetection": {"disabled": True}}


def detection(**settings):
    """Return a setup's activity settings."""
    return {"realtimeInputConfig": {"automaticActivityDetection": settings}}


@rule(
    observed("700 ms on 3.8; 2026-10"),
    "setup.realtimeInputConfig.automaticActivityDetection.silenceDurationMs "
    "activity.automatic",
)
def test_default_silence_ends_the_turn():
    """At the default setting 700 ms of silence end an activity."""
    bench = Bench().setup().forget().send(audio(tone(1024) + silence(672)))
    assert bench.kinds() == ["ACTIVITY_START"]
    bench.send(audio(silence(32)))
    assert bench.kinds()[:2] == ["ACTIVITY_START", "ACTIVITY_END"]


@rule(
    documented("silenceDurationMs"),
    "setup.realtimeInputConfig.automaticActivityDetection.silenceDurationMs",
)
@pytest.mark.parametrize("silence_ms", [100, 500, 1500])
def test_silence_duration_is_obeyed(silence_ms):
    """An activity ends with the first window that completes the silence."""
    bench = Bench().setup(**detection(silenceDurationMs=silence_ms)).forget()
    bench.send(audio(tone(1024)))
    sent_ms = 0
    while "ACTIVITY_END" not in bench.kinds():
        bench.send(audio(silence(32)))
        sent_ms += 32
    assert silence_ms <= sent_ms < silence_ms + 32


@rule(
    documented("SDK and docs disagree: both readings are implemented"),
    "setup.realtimeInputConfig.automaticActivityDetection.prefixPaddingMs",
)
def test_prefix_padding_is_the_speech_that_is_needed():
    """Speech shorter than `prefixPaddingMs` starts nothing."""
    bench = Bench().setup(**detection(prefixPaddingMs=400)).forget()
    bench.send(audio(tone(384) + silence(1000)))
    assert bench.messages == []
    bench.send(audio(tone(480) + silence(1000))).run(5)
    assert "turnComplete" in bench.kinds()


@rule(
    observed("sent by default on 3.x, offsets in audio time"),
    "voiceActivity.type voiceActivity.audioOffset activity.automatic",
)
def test_voice_activity_tells_where_speech_was():
    """`audioOffset` is a position in the audio, however fast it came."""
    bench = Bench().setup().forget().send(audio(silence(512) + tone(1024)))
    bench.send(audio(silence(1024)))
    [(_, start)] = bench.find("ACTIVITY_START")
    [(_, end)] = bench.find("ACTIVITY_END")
    assert start == {
        "serverContent": {},
        "voiceActivity": {"type": "ACTIVITY_START", "audioOffset": "0.512s"},
    }
    assert end["voiceActivity"] == {
        "type": "ACTIVITY_END",
        "audioOffset": "1.536s",
    }


@rule(
    observed("3.x sends it, 2.5 does not"),
    "voiceActivity",
)
def test_older_models_do_not_report_activity():
    """A 2.5 model says nothing when speech begins and ends."""
    bench = Bench().setup("gemini-2.5-flash-native-audio-preview-12-2025").forget()
    bench.speak().run(5)
    assert "ACTIVITY_START" not in bench.kinds()
    assert "turnComplete" in bench.kinds()


@rule(
    documented("Live API guide"),
    "realtimeInput.audio activity.nothing",
)
def test_silence_and_clicks_are_no_turn():
    """Silence, and a click shorter than two windows, cause no message."""
    bench = Bench().setup().forget()
    bench.send(audio(silence(1984) + tone(32) + silence(1984))).run(5)
    assert bench.messages == []


@rule(
    documented("Live API guide: flush"),
    "realtimeInput.audioStreamEnd",
)
def test_stream_end_finishes_the_turn_at_once():
    """`audioStreamEnd` ends the activity without waiting for silence."""
    bench = Bench().setup().forget().send(audio(tone(1000)))
    bench.send({"realtimeInput": {"audioStreamEnd": True}}).run(5)
    assert bench.kinds()[-1] == "turnComplete"
    bench.forget().speak().run(5)
    assert bench.kinds()[0] == "ACTIVITY_START"


@rule(
    documented("only with automatic detection; the refusal is a guess"),
    "realtimeInput.audioStreamEnd close.argument.invalid",
)
def test_stream_end_in_manual_mode():
    """`audioStreamEnd` is refused when the client marks activity itself."""
    bench = Bench().setup(realtimeInputConfig=MANUAL)
    bench.send({"realtimeInput": {"audioStreamEnd": True}})
    assert bench.closed.code == 1007


@rule(
    documented("MIME type"),
    "realtimeInput.audio.mimeType",
)
@pytest.mark.parametrize("rate_hz", [8_000, 24_000, 44_100, 48_000])
def test_any_rate_of_input(rate_hz):
    """Audio is brought to 16 kHz from the rate its MIME type names."""
    bench = Bench().setup().forget()
    bench.send(audio(tone(1000, rate_hz) + silence(1000, rate_hz), rate_hz)).run(5)
    [(_, end)] = bench.find("ACTIVITY_END")
    offset = float(end["voiceActivity"]["audioOffset"].rstrip("s"))
    assert offset == pytest.approx(1.0, abs=0.04)


@rule(
    documented("a MIME type without a rate means 16 kHz"),
    "realtimeInput.audio.mimeType",
)
def test_default_rate():
    """Audio without a named rate, or without any MIME type, is 16 kHz."""
    bench = Bench().setup().forget()
    message = audio(tone(1024) + silence(1024))
    message["realtimeInput"]["audio"]["mimeType"] = "audio/pcm"
    bench.send(message)
    del message["realtimeInput"]["audio"]["mimeType"]
    bench.send(message)
    assert len(bench.find("ACTIVITY_END")) == 2


@rule(
    documented("a page of Firebase lists audio/wav; that files are whole is a guess"),
    "realtimeInput.audio.mimeType realtimeInput.audio.data",
)
def test_a_wav_file_in_realtime_input():
    """A whole WAV file is heard at its own rate; what else is no PCM is not heard."""
    pcm = tone(1000, 8_000) + silence(1000, 8_000)
    head = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head
    body += b"data" + struct.pack("<I", len(pcm)) + pcm
    message = audio(b"RIFF" + struct.pack("<I", len(body)) + body)
    message["realtimeInput"]["audio"]["mimeType"] = "audio/wav"
    bench = Bench().setup().forget().send(message).run(5)
    assert len(bench.find("ACTIVITY_END")) == 1
    [ear] = bench.ears.values()
    assert len(ear) > 32_000


@rule(
    observed("clients send 32 ms to whole files"),
    "activity.automatic",
)
def test_chunk_size_does_not_matter():
    """However the audio is cut, the same activities are found."""
    offsets = set()
    for chunk_ms in (1, 20, 33, 40, 100, 3000):
        bench = Bench().setup().forget().speak(chunk_ms=chunk_ms)
        [(_, start)] = bench.find("ACTIVITY_START")
        [(_, end)] = bench.find("ACTIVITY_END")
        offsets.add(
            (
                start["voiceActivity"]["audioOffset"],
                end["voiceActivity"]["audioOffset"],
            )
        )
    assert len(offsets) == 1


def test_the_recogniser_gets_the_lead_in():
    """Audio from before the detected start reaches the recogniser."""
    bench = Bench().setup()
    bench.send(audio(silence(2048) + tone(1024) + silence(1024)))
    [ear] = bench.ears.values()
    assert len(ear) / 32 == pytest.approx(320 + 1024 + 704, abs=64)


@rule(
    documented("TURN_INCLUDES_ALL_INPUT: silence since the last turn as well"),
    "setup.realtimeInputConfig.turnCoverage",
)
@pytest.mark.parametrize(
    ("coverage", "first", "second"),
    [
        ("TURN_INCLUDES_ONLY_ACTIVITY", 1.024 + 0.704, 1.024 + 0.704),
        ("TURN_INCLUDES_ALL_INPUT", 4.0 + 1.024 + 0.704, 0.32 + 2.0 + 1.024 + 0.704),
    ],
)
def test_a_turn_of_all_input_costs_its_silence_too(coverage, first, second):
    """With all input, a turn holds the audio from the end of the turn before."""
    config = {"turnCoverage": coverage}
    bench = Bench(lambda q: []).setup(realtimeInputConfig=config)
    prompts = []
    for before_ms in (4000, 2000):
        bench.send(audio(silence(before_ms) + tone(1024) + silence(1024))).run(1)
        _, spoken = bench.messages[-1]["usageMetadata"]["promptTokensDetails"]
        assert spoken["modality"] == "AUDIO"
        prompts.append(spoken["tokenCount"])
    assert prompts[0] == pytest.approx(first * 25, abs=3)
    assert prompts[1] - prompts[0] == pytest.approx(second * 25, abs=3)


@rule(
    documented("manual activity"),
    "setup.realtimeInputConfig.automaticActivityDetection.disabled "
    "realtimeInput.activityStart realtimeInput.activityEnd activity.manual",
)
def test_manual_activity():
    """In manual mode the client says when a turn begins and ends."""
    bench = Bench().setup(realtimeInputConfig=MANUAL).forget()
    bench.send(audio(tone(5000)))
    assert bench.actions == []
    bench.send({"realtimeInput": {"activityStart": {}}})
    bench.send(audio(tone(500))).send(audio(silence(3000)))
    bench.send({"realtimeInput": {"activityEnd": {}}}).run(9)
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]
    [ear] = bench.ears.values()
    assert len(ear) / 32 == 3500


@rule(
    guessed("text inside the window belongs to it"),
    "realtimeInput.text activity.manual",
)
def test_text_inside_a_manual_activity():
    """Text within an activity is part of its turn."""
    bench = Bench(words=["look at"]).setup(realtimeInputConfig=MANUAL)
    bench.send({"realtimeInput": {"activityStart": {}}}).send(audio(tone(500)))
    bench.send({"realtimeInput": {"text": "this"}})
    bench.send({"realtimeInput": {"activityEnd": {}}})
    [question] = bench.questions
    assert question.turns[-1].text == "look at this"


@rule(
    observed("2.5 sends word fragments while you speak"),
    "setup.inputAudioTranscription serverContent.inputTranscription.text",
)
def test_input_transcription_word_by_word():
    """A 2.5 model sends words as it becomes sure of them; they join exactly."""
    model = "gemini-2.5-flash-native-audio-preview-12-2025"
    bench = Bench(words=["Set a timer for 5."])
    bench.setup(model, inputAudioTranscription={}).forget().send(audio(tone(1000)))
    [utterance] = bench.ears
    for settled, rest in (("", "Set a"), ("Set", "a time"), ("Set a timer", "for fi")):
        interim = Interim(settled, rest)
        bench._perform(bench.session.partly_heard(utterance, interim, bench.now))
    early = bench.transcript("inputTranscription")
    bench.send(audio(silence(1000)))
    assert early == " Set a timer"
    assert bench.transcript("inputTranscription") == " Set a timer for 5."


@rule(
    observed("2026-09-10"),
    "serverContent.interimInputTranscription.text "
    "serverContent.inputTranscription.text order.transcription",
)
def test_live_transcription():
    """A transcribe model sends interim texts, the text, and no turnComplete."""
    bench = Bench(words=["hello there"]).setup("gemini-3.5-transcribe-live").forget()
    bench.send(audio(tone(1000)))
    [utterance] = bench.ears
    interim = Interim("", "hello")
    bench._perform(bench.session.partly_heard(utterance, interim, bench.now))
    bench.send(audio(silence(1000))).run(5)
    assert bench.kinds() == [
        "ACTIVITY_START",
        "interimInputTranscription",
        "inputTranscription",
        "generationComplete",
        "ACTIVITY_END",
    ]
    assert bench.questions == []


@rule(
    guessed("the SDKs send one field at a time; the proto allows several"),
    "realtimeInput",
)
def test_several_fields_in_one_message():
    """Audio, an image and text of one message are all taken."""
    bench = Bench().setup().forget()
    message = audio(silence(40))
    message["realtimeInput"] |= {
        "video": {"data": "AAAA", "mimeType": "image/png"},
        "text": "what is this",
    }
    bench.send(message)
    [question] = bench.questions
    assert question.turns[-1].text == "what is this"
    assert question.turns[-1].sights == (bench.sight,)


@rule(observed("older models take the first chunk alone"), "realtimeInput.mediaChunks")
def test_media_chunks_of_older_models():
    """Of several media chunks the first counts; a bare one is one of a list."""
    old = "gemini-2.5-flash-native-audio-latest"
    first, second = (audio(pcm)["realtimeInput"]["audio"] for pcm in (b"", b"\0"))
    for chunks in ([first, second], first):
        bench = Bench().setup(old).send({"realtimeInput": {"mediaChunks": chunks}})
        assert bench.closed is None


@rule(
    guessed("docs and SDK disagree: both readings are implemented"),
    "setup.realtimeInputConfig.automaticActivityDetection.prefixPaddingMs",
)
def test_prefix_padding_is_part_of_the_turn():
    """As much audio as the padding, before the speech, counts as the user's."""
    costs = []
    for padding_ms in (64, 640):
        bench = Bench(lambda q: []).setup(**detection(prefixPaddingMs=padding_ms))
        bench.forget().send(audio(silence(2048) + tone(1024) + silence(1024))).run(1)
        [_, spoken] = bench.messages[-1]["usageMetadata"]["promptTokensDetails"]
        costs.append(spoken["tokenCount"])
    assert costs[1] - costs[0] == pytest.approx((640 - 64) / 40, abs=1)


@rule(guessed("which images count"), "realtimeInput.video")
def test_an_image_during_the_activity():
    """An image that comes while the user speaks belongs to what is said."""
    config = {"realtimeInputConfig": {"turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY"}}
    bench = Bench().setup(**config).send(audio(tone(500)))
    video = {"data": "AAAA", "mimeType": "image/png"}
    bench.send({"realtimeInput": {"video": video}}).send(audio(silence(1000)))
    assert bench.questions[0].turns[-1].sights == (bench.sight,)


@rule(guessed("the activity is under way already"), "realtimeInput.activityStart")
def test_an_activity_begins_once():
    """A second `activityStart` changes nothing."""
    bench = Bench().setup(realtimeInputConfig=MANUAL).forget()
    start = {"realtimeInput": {"activityStart": {}}}
    bench.send(start).send(audio(tone(500))).send(start)
    bench.send({"realtimeInput": {"activityEnd": {}}}).run(9)
    assert len(bench.ears) == 1
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]


def test_partial_texts_are_for_who_wants_them():
    """Without transcription, or late, what seems to be said is told to nobody.

    Nor is the recogniser asked for it: it costs a decode each.
    """
    model = "gemini-2.5-flash-native-audio-preview-12-2025"
    bench = Bench().setup(model).forget().send(audio(tone(1000)))
    [utterance] = bench.ears
    partly = bench.session.partly_heard
    interim = Interim("set a timer")
    assert partly(utterance, interim, bench.now) == []
    bench.send(audio(silence(1000))).run(9)
    assert partly(utterance, interim, bench.now) == []
    [opened] = [one for one in bench.actions if isinstance(one, do.OpenEar)]
    assert not opened.wants_interim


@pytest.mark.parametrize(
    ("model", "setup", "wanted"),
    [
        ("gemini-2.5-flash-native-audio-preview-12-2025", {}, True),
        ("gemini-3.1-flash-live-preview", {}, False),
        ("gemini-3.5-transcribe-live", None, True),
    ],
)
def test_interim_texts_are_asked_for_where_they_are_sent(model, setup, wanted):
    """3.x models send a whole transcript, for which none is needed."""
    more = {} if setup is None else {"inputAudioTranscription": setup}
    bench = Bench().setup(model, **more).forget().send(audio(tone(1000)))
    [opened] = [one for one in bench.actions if isinstance(one, do.OpenEar)]
    assert opened.wants_interim is wanted


def test_the_recogniser_knows_when_the_speaker_pauses():
    """From 160 ms of silence on, until the speaker goes on or the activity ends."""
    bench = Bench().setup().forget()
    bench.send(audio(tone(640) + silence(320) + tone(320) + silence(1000)))
    fed = [one.silent for one in bench.actions if isinstance(one, do.FeedEar)]
    changes = [k for k in range(1, len(fed)) if fed[k] != fed[k - 1]]
    assert [fed[at] for at in changes] == [True, False, True]
    assert (changes[1] - changes[0]) * WINDOW_MS == 320 - PAUSE_MS + WINDOW_MS


@pytest.mark.parametrize(
    ("settled", "heard", "sent"),
    [
        ("Set a", "Set a timer.", " Set a timer."),
        ("Set a", "Said a timer.", " Set a timer."),
        ("Set a", "Said the timer.", " Set a timer."),
        ("Set the timer", "Set.", " Set the timer"),
    ],
)
def test_words_that_were_sent_stay(settled, heard, sent):
    """When the recogniser takes back what it was sure of, what is new follows."""
    model = "gemini-2.5-flash-native-audio-preview-12-2025"
    bench = Bench(words=[heard])
    bench.setup(model, inputAudioTranscription={}).forget().send(audio(tone(1000)))
    [utterance] = bench.ears
    interim = Interim(settled, "ti")
    bench._perform(bench.session.partly_heard(utterance, interim, bench.now))
    bench.send(audio(silence(1000)))
    assert bench.transcript("inputTranscription") == sent


def test_a_transcribe_model_that_understands_nothing():
    """Where nothing was understood, no text is sent."""
    bench = Bench(words=[""]).setup("gemini-3.5-transcribe-live").forget()
    bench.speak().run(9)
    assert bench.kinds() == ["ACTIVITY_START", "generationComplete", "ACTIVITY_END"]


def test_a_transcribe_model_is_told_when_an_activity_ends():
    """The client, which marks it, is not told what it knows."""
    bench = Bench(words=["hello there"])
    bench.setup("gemini-3.5-transcribe-live", realtimeInputConfig=MANUAL).forget()
    bench.send({"realtimeInput": {"activityStart": {}}})
    bench.send(audio(tone(1000)))
    bench.send({"realtimeInput": {"activityEnd": {}}}).run(5)
    assert bench.kinds() == ["inputTranscription", "generationComplete"]
