"""What a client must send, what it gets and when, and in which words it strays."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live_emulator.cassette.differences import first_difference
from live_emulator.cassette.playing import Player, Playlist, refusal_of
from live_emulator.cassette.reading import kind_of, read_client_frame
from live_emulator.cassette.recording import (
    Cassette,
    CloseEvent,
    FrameEvent,
    RecordedSession,
    Refusal,
)

SETUP = {"setup": {"model": "models/m", "generationConfig": {"temperature": 0.7}}}
HELLO = {
    "clientContent": {
        "turns": [{"role": "user", "parts": [{"text": "hello"}]}],
        "turnComplete": True,
    }
}


def encode(message):
    return message if isinstance(message, bytes) else json.dumps(message).encode()


def sound(pcm, mime_type="audio/pcm;rate=16000", key="audio"):
    blob = {"data": base64.b64encode(pcm).decode(), "mimeType": mime_type}
    return {"realtimeInput": {key: [blob] if key == "mediaChunks" else blob}}


def client(at_s, message):
    return FrameEvent(at_s, "client", encode(message), True)


def server(at_s, data=b"{}"):
    return FrameEvent(at_s, "server", data, False)


def player_of(*events, opened_at=0.0):
    return Player(RecordedSession(1, "models/m", list(events)), opened_at)


def differs(recorded, sent):
    """Return the end of the sentence about two messages."""
    one, other = read_client_frame(encode(recorded)), read_client_frame(encode(sent))
    return first_difference(one.message, other.message)


# --- what is the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"setup": {"generationConfig": {"maxOutputTokens": 40}}},
            {"setup": {"generation_config": {"max_output_tokens": "40"}}},
        ),
        ({"setup": {"generationConfig": {"topK": 40}}},) * 2,
        (
            {"setup": {"generationConfig": {"responseModalities": ["AUDIO"]}}},
            {"setup": {"generationConfig": {"response_modalities": "audio"}}},
        ),
        (
            {"setup": {"generationConfig": {"responseModalities": [3]}}},
            {"setup": {"generationConfig": {"responseModalities": ["Audio"]}}},
        ),
        (
            {"setup": {"realtimeInputConfig": {"activityHandling": 0}}},
            {
                "setup": {
                    "realtimeInputConfig": {
                        "activityHandling": "ACTIVITY_HANDLING_UNSPECIFIED"
                    }
                }
            },
        ),
        ({"setup": {"model": "m", "labels": None}}, {"setup": {"model": "m"}}),
        (
            {"realtimeInput": {"video": {"data": "+/+/", "mimeType": "image/jpeg"}}},
            {"realtime_input": {"video": {"data": "-_-_", "mime_type": "image/jpeg"}}},
        ),
        ({"clientContent": {"turns": {"role": "user"}}},) * 2,
        (
            {"clientContent": {"turns": {"role": "user"}}},
            {"clientContent": {"turns": [{"role": "user"}]}},
        ),
        ({"setup": {"tools": [{"functionDeclarations": [{"name": "f"}]}]}},) * 2,
        (
            {
                "setup": {
                    "tools": [
                        {
                            "functionDeclarations": [
                                {"parameters": {"properties": {"a": {"minItems": 1}}}}
                            ]
                        }
                    ]
                }
            },
            {
                "setup": {
                    "tools": [
                        {
                            "function_declarations": [
                                {"parameters": {"properties": {"a": {"min_items": 1}}}}
                            ]
                        }
                    ]
                }
            },
        ),
        ({"setup": {"unknown": {"a": 1}}},) * 2,
        ({"setup": 5},) * 2,
        ({}, {}),
        ([], []),
        (b"{", b"{"),
        (
            {"setup": {"model": "projects/SCRUBBED-project-1/models/m"}},
            {"setup": {"model": "projects/acme/models/m"}},
        ),
        (
            {"setup": {"labels": {"SCRUBBED-email-1": "SCRUBBED-label-1"}}},
            {"setup": {"labels": {"a@b.org": "x"}}},
        ),
    ],
)
def test_what_means_the_same_is_the_same(one, other):
    """Spelling, alphabets, case, order and what was scrubbed make no difference."""
    assert differs(one, other) is None


# --- what differs, in words


@pytest.mark.parametrize(
    ("recorded", "sent", "words"),
    [
        (
            SETUP,
            {"setup": {"model": "models/m", "generation_config": {"temperature": 0.2}}},
            "setup.generationConfig.temperature is 0.2, recorded was 0.7",
        ),
        (
            SETUP,
            {"setup": {"model": "models/m"}},
            'setup.generationConfig is missing, recorded was {"temperature": 0.7}',
        ),
        (
            {"setup": {}},
            {"setup": {"labels": {"a": "b"}}},
            'setup.labels is {"a": "b"}, the recording has none',
        ),
        (
            {"setup": {"proactivity": {"proactiveAudio": True}}},
            {"setup": {"proactivity": {"proactiveAudio": 1}}},
            "setup.proactivity.proactiveAudio is 1, recorded was true",
        ),
        (SETUP, HELLO, "it is clientContent, recorded was setup"),
        (SETUP, b"?", "it is a frame that is not JSON, recorded was setup"),
        (SETUP, {}, "it is an empty message, recorded was setup"),
        (b"?", b"!", "it is not JSON, and not what was recorded"),
        ({"setup": 5}, {"setup": 6}, "setup is 6, recorded was 5"),
        (
            {"setup": {"x": [1, {"y": 2}]}},
            {"setup": {"x": [1, {"y": 3}]}},
            "setup.x[1].y is 3, recorded was 2",
        ),
        (
            {"setup": {"x": [1]}},
            {"setup": {"x": [1, 2]}},
            "setup.x has length 2, recorded was 1",
        ),
        (
            {"setup": {"model": "models/é"}},
            {"setup": {"model": "models/n"}},
            'setup.model is "models/n", recorded was "models/é"',
        ),
        (
            {"setup": {"model": "a" * 50 + "b" + "c" * 30}},
            {"setup": {"model": "a" * 50 + "d"}},
            'setup.model has "...aaaaaaaaaaaaaaad" at character 51, '
            'recorded was "...aaaaaaaaaaaaaaabcccccccccccccc..."',
        ),
        (
            {"setup": {"model": "projects/SCRUBBED-project-1/m"}},
            {"setup": {"model": "models/m"}},
            'setup.model is "models/m", recorded was "projects/SCRUBBED-project-1/m"',
        ),
        (
            {"setup": {"labels": {"SCRUBBED-email-1": "x"}}},
            {"setup": {"labels": {}}},
            'setup.labels.SCRUBBED-email-1 is missing, recorded was "x"',
        ),
        (
            {"realtimeInput": {"video": {"data": "AAAA"}}},
            {"realtimeInput": {"video": {"data": "AAA?"}}},
            'realtimeInput.video.data is "AAA?", recorded was <3 bytes>',
        ),
        (
            {"setup": {"generationConfig": {"seed": "NaN", "topK": "x"}}},
            {"setup": {"generationConfig": {"seed": "NaN", "topK": [1] * 30}}},
            "setup.generationConfig.topK is [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ..., "
            'recorded was "x"',
        ),
        (
            {"setup": {"realtimeInputConfig": {"turnCoverage": 77}}},
            {"setup": {"realtimeInputConfig": {"turnCoverage": True}}},
            "setup.realtimeInputConfig.turnCoverage is true, recorded was 77",
        ),
    ],
)
def test_the_first_difference_is_told(recorded, sent, words):
    """A difference is named by its path and by what was sent and what recorded."""
    assert differs(recorded, sent) == words


def test_two_kinds_are_both_named():
    """A message of several kinds is called by all of them."""
    assert kind_of({"setup": {}, "clientContent": {}}) == "setup, clientContent"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
messages = st.one_of(
    json_values,
    st.dictionaries(
        st.sampled_from(["setup", "realtimeInput", "client_content", "toolResponse"]),
        st.dictionaries(
            st.sampled_from(["audio", "media_chunks", "turns", "tools", "labels"]),
            json_values,
        ),
    ),
)


@settings(max_examples=60)
@given(messages, messages)
def test_any_message_is_like_itself_alone(one, other):
    """Whatever JSON is sent equals itself; and two either match or get a sentence."""
    frame = read_client_frame(encode(one))
    assert first_difference(frame.message, frame.message) is None
    words = first_difference(frame.message, read_client_frame(encode(other)).message)
    assert words is None or words


# --- when


def test_server_frames_wait_for_the_client_frame_before_them():
    """A frame goes as long after the client's as in the recording, never before."""
    player = player_of(
        server(0.25, b"early"),
        client(1.0, SETUP),
        server(1.5, b"ready"),
        server(1.75, b"more"),
        client(3.0, HELLO),
        server(3.5, b"hi"),
        CloseEvent(4.0, "server", 1000, "bye"),
        opened_at=100.0,
    )
    assert player.due_at == 100.25
    assert player.next_event().data == b"early"
    assert player.due_at is None
    assert player.take(encode(SETUP), 107.0) is None
    assert player.due_at == 107.5
    assert player.next_event().data == b"ready"
    assert player.due_at == 107.75
    assert player.next_event().data == b"more"
    assert player.due_at is None
    assert player.missing() == (
        "The client ended the session after 1 frames; "
        "the recording goes on with clientContent."
    )
    assert player.take(encode(HELLO), 120.0) is None
    assert player.due_at == 120.5
    player.next_event()
    assert player.due_at == 121.0
    assert player.next_event() == CloseEvent(4.0, "server", 1000, "bye")
    assert player.due_at is None
    assert player.missing() is None


def test_order_is_kept_when_the_client_is_early():
    """A client that is ahead of the recording gets the frames in their order."""
    player = player_of(
        client(0.0, SETUP), server(5.0, b"1"), client(6.0, HELLO), server(6.5, b"2")
    )
    player.take(encode(SETUP), 10.0)
    player.take(encode(HELLO), 11.0)
    due = []
    while player.due_at is not None:
        due.append((player.due_at, player.next_event().data))
    assert due == [(15.0, b"1"), (15.0, b"2")]


def test_what_the_client_did_last_is_no_cue():
    """The client's own close and a refusal are nothing the server sends."""
    player = player_of(
        client(0.0, SETUP), CloseEvent(1.0, "client", 1000), Refusal(1.0, 403)
    )
    player.take(encode(SETUP), 0.0)
    assert player.due_at is None


# --- audio

SPEECH = bytes(range(1, 201)) * 10


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 400), max_size=12),
    st.lists(st.integers(0, 100), min_size=14, max_size=14),
    st.sampled_from(["audio", "mediaChunks"]),
)
def test_audio_may_be_cut_anywhere_and_pause_anywhere(cuts, pauses, key):
    """The same sound passes in other chunks, with other silence between them."""
    player = player_of(
        client(0.0, SETUP),
        client(1.0, sound(bytes(100) + SPEECH[:1000])),
        client(1.5, sound(bytes(1000))),
        client(2.0, sound(SPEECH[1000:] + bytes(50))),
        client(2.5, sound(bytes(1000))),
        server(3.0),
    )
    assert player.take(encode(SETUP), 0.0) is None
    left, now = SPEECH, 0.0
    for cut, pause in zip([*cuts, len(SPEECH)], pauses, strict=False):
        now += 1
        assert player.due_at is None or not left
        chunk, left = left[:cut], left[cut:]
        if chunk:
            pcm = bytes(pause) + chunk + bytes(pause)
            assert player.take(encode(sound(pcm, key=key)), now) is None
            last = now
    assert player.due_at == last + 1.0
    assert player.take(encode(sound(bytes(64))), now + 5) is None
    assert player.due_at == last + 1.0
    assert player.missing() is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            [sound(bytes(3200) + b"\1\2"), sound(b"\3\4\7\7")],
            "Frame 3 differs from the recording: the audio is not the recorded one "
            "from 0.10 s on.",
        ),
        (
            [sound(b"\1\2\3\4\5\6"), sound(bytes(32000)), sound(b"\0\1")],
            "Frame 4 differs from the recording: it has audio, recorded was no more.",
        ),
        (
            [sound(b"\1\2\3\4\5\6\7")],
            "Frame 2 differs from the recording: the audio is not the recorded one "
            "from 0.00 s on.",
        ),
        (
            [sound(b"\1\2"), sound(b"\3\4", "audio/pcm; rate=24000")],
            "Frame 3 differs from the recording: realtimeInput.audio.mimeType is "
            '"audio/pcm;rate=24000", recorded was "audio/pcm;rate=16000".',
        ),
    ],
)
def test_other_audio_is_told_by_its_time(sent, words):
    """Other sound, more sound, and sound of another type are named."""
    player = player_of(
        client(0.0, SETUP), client(1.0, sound(b"\1\2\3\4")), client(2.0, sound(b"\5\6"))
    )
    told = [player.take(encode(message), 0.0) for message in [SETUP, *sent]]
    assert told == [None] * len(sent) + [words]


def test_audio_that_is_left_out_is_told():
    """A client that ends before it said everything is told of by what is missing."""
    player = player_of(client(0.0, SETUP), client(1.0, sound(b"\1\2\3\4")))
    player.take(encode(SETUP), 0.0)
    player.take(encode(sound(b"\1\2")), 0.0)
    assert player.missing() == (
        "The client ended the session after 2 frames; the recording goes on with audio."
    )


def test_what_stands_beside_audio_is_compared():
    """Text, images and marks that share a frame with audio are not lost."""
    both = {"realtimeInput": sound(b"\1\2")["realtimeInput"] | {"audioStreamEnd": True}}
    image = {"data": "AAAA", "mimeType": "image/png"}
    chunks = sound(b"\1\2", key="mediaChunks")["realtimeInput"]["mediaChunks"]
    mixed = {"realtimeInput": {"mediaChunks": [*chunks, image]}}
    assert read_client_frame(encode(both)).message == {
        "realtimeInput": {"audioStreamEnd": True}
    }
    frame = read_client_frame(encode(mixed))
    assert [one.data for one in frame.audio] == [b"\1\2"]
    assert [one["mimeType"] for one in frame.message["realtimeInput"]["mediaChunks"]]
    player = player_of(client(0.0, both))
    assert player.take(encode(sound(b"\1\2")), 0.0) is None
    assert player.missing() is not None


@pytest.mark.parametrize(
    "audio",
    [
        5,
        {"data": 5, "mimeType": "audio/pcm"},
        {"data": "AAAA", "mimeType": 5},
        {"data": "AAAA", "mimeType": "video/mp4"},
        {"data": "AAAA"},
    ],
)
def test_what_is_no_audio_is_a_message(audio):
    """What stands in the place of audio and is none is compared as it is."""
    frame = read_client_frame(encode({"realtimeInput": {"audio": audio}}))
    assert frame.audio == ()
    assert frame.message["realtimeInput"]["audio"] is not None


def test_a_rate_of_nothing_is_the_usual_one():
    """Times of audio are told at 16 kHz where no rate is given, or none that is."""
    for mime_type in ("audio/pcm", "audio/pcm;rate=0"):
        [audio] = read_client_frame(encode(sound(b"\1\2", mime_type))).audio
        assert audio.rate_hz == 16_000


def test_a_frame_too_many_is_told():
    """What comes after the last recorded frame is named, and that nothing was."""
    player = player_of(client(0.0, SETUP))
    player.take(encode(SETUP), 0.0)
    assert player.take(encode(HELLO), 0.0) == (
        "Frame 2 differs from the recording: "
        "it is clientContent, recorded was nothing more."
    )


# --- which session


def session(number, *events):
    return RecordedSession(number, "models/m", list(events))


def test_sessions_go_to_whom_they_fit():
    """A client gets the first session left that begins as it does, or the first."""
    other = {"setup": {"model": "models/other"}}
    refused = session(2, Refusal(0.1, 429, "quota"))
    cassette = Cassette(
        "x", [session(1, client(0, SETUP)), refused, session(3, client(0, other))]
    )
    playlist = Playlist(cassette)
    assert playlist.take_silent() is None
    assert playlist.take(encode(other)).number == 3
    assert playlist.take(encode(HELLO)).number == 1
    assert playlist.take_silent() is refused
    assert refusal_of(refused) == Refusal(0.1, 429, "quota")
    assert refusal_of(session(1, server(0))) is None
    assert playlist.take_silent() is None
    assert playlist.take(encode(SETUP)) is None
    assert playlist.exhausted == (
        "The recording's 3 sessions were replayed already: start the emulator again "
        "to replay from the beginning."
    )
    assert "session was replayed" in Playlist(Cassette("x", [refused])).exhausted
