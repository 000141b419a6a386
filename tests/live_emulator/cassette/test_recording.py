"""The file of a recording: what goes in comes out, and what is damaged is named."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.cassette.recording import (
    CassetteError,
    CloseEvent,
    FrameEvent,
    Refusal,
    event_line,
    header_line,
    model_of,
    open_line,
    parse_cassette,
)

HEADER = header_line("0.1.0", "2026-11-28T10:00:00Z")
OPEN = open_line(1, "Gemini API v1 BidiGenerateContent", "models/m")
SETUP = event_line(1, FrameEvent(0.5, "client", b'{"setup": {}}', True))

times = st.floats(0, 1e6).map(lambda value: round(value, 6))
senders = st.sampled_from(["client", "server"])
texts = st.text(st.characters(exclude_categories=["Cs"]))
frames = st.one_of(
    st.builds(FrameEvent, times, senders, texts.map(str.encode), st.just(True)),
    st.builds(FrameEvent, times, senders, st.binary(), st.just(False)),
)
events = st.one_of(
    frames,
    st.builds(CloseEvent, times, senders, st.integers(1000, 4999), texts),
    st.builds(Refusal, times, st.integers(300, 599), texts),
)


@given(st.lists(st.tuples(st.integers(1, 3), events), min_size=1))
def test_everything_comes_back(written):
    """Frames of any bytes, closes and refusals are read as they were written."""
    lines = [HEADER, *(event_line(number, event) for number, event in written)]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    cassette = parse_cassette(lines, "talk.jsonl")
    read = {one.number: one.events for one in cassette.sessions}
    for number in read:
        assert read[number] == [event for one, event in written if one == number]


def test_a_person_can_read_it():
    """Header and lines name what they hold, and frames stand there as they went."""
    frame = FrameEvent(1.25, "server", b'{\n  "setupComplete": {}\n}\n', False)
    assert orjson.loads(HEADER) == {
        "format": "live-cassette",
        "version": 1,
        "emulator": "0.1.0",
        "date": "2026-11-28T10:00:00Z",
    }
    assert event_line(1, frame) == (
        b'{"session":1,"t":1.25,"from":"server",'
        b'"binary":"{\\n  \\"setupComplete\\": {}\\n}\\n"}\n'
    )
    assert event_line(2, CloseEvent(2.0, "client", 1000, "bye")) == (
        b'{"session":2,"t":2.0,"from":"client","close":1000,"reason":"bye"}\n'
    )


def test_what_is_no_text_is_base64():
    """Bytes that are not UTF-8 are kept as base64."""
    line = event_line(1, FrameEvent(0.0, "client", b"\xff\xfe", False))
    assert orjson.loads(line)["base64"] == "//4="


def test_the_model_is_in_the_opening():
    """A session's line names the model of its setup, if it has one."""
    assert model_of(b'{"setup": {"model": "models/m"}}') == "models/m"
    for frame in (b"{", b"[]", b'{"setup": {}}', b'{"setup": {"model": 3}}'):
        assert model_of(frame) == ""
    [session] = parse_cassette([HEADER, OPEN, SETUP], "x").sessions
    assert session.model == "models/m"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "talk.jsonl is empty: nothing was recorded."),
        ([HEADER], "talk.jsonl holds no session: nothing was recorded."),
        ([HEADER, OPEN], "talk.jsonl holds no session: nothing was recorded."),
        ([b"RIFF\x00"], "talk.jsonl is not a recording of the emulator."),
        ([b"[]\n"], "talk.jsonl is not a recording of the emulator."),
        ([SETUP], "talk.jsonl is not a recording of the emulator."),
        (
            [b'{"format":"live-cassette","version":2}\n'],
            "talk.jsonl is a recording of format 2, and this emulator reads format 1. "
            "Record it again with this one.",
        ),
        (
            [HEADER, SETUP, SETUP[:-9]],
            "Line 3 of talk.jsonl is cut off: recording ended while it was written. "
            "Delete that line to replay what comes before it.",
        ),
        (
            [HEADER, b"}\n", SETUP],
            "Line 2 of talk.jsonl is not JSON. Record it again, or delete the line.",
        ),
    ],
)
def test_a_damaged_file_is_explained(lines, sentence):
    """Whatever is wrong with a file is one sentence, with the line and a way out."""
    with pytest.raises(CassetteError) as caught:
        parse_cassette(lines, "talk.jsonl")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"session": 1},
        {"session": 0, "t": 1, "from": "client", "text": ""},
        {"session": True, "t": 1, "from": "client", "text": ""},
        {"session": "1", "t": 1, "from": "client", "text": ""},
        {"session": 1, "t": -1, "from": "client", "text": ""},
        {"session": 1, "t": True, "from": "client", "text": ""},
        {"session": 1, "t": "1", "from": "client", "text": ""},
        {"session": 1, "t": 1, "from": "nobody", "text": ""},
        {"session": 1, "t": 1, "from": "client"},
        {"session": 1, "t": 1, "from": "client", "text": 5},
        {"session": 1, "t": 1, "from": "client", "binary": None},
        {"session": 1, "t": 1, "from": "client", "base64": "?"},
        {"session": 1, "t": 1, "from": "client", "close": 99},
        {"session": 1, "t": 1, "from": "client", "close": 5000},
        {"session": 1, "t": 1, "from": "client", "close": 1000, "reason": 1},
        {"session": 1, "t": 1, "from": "server", "refused": 200},
        {"session": 1, "open": "", "model": []},
    ],
)
def test_a_line_of_something_else(line):
    """A line that does not say what a line must say is named."""
    lines = [HEADER, SETUP, orjson.dumps(line) + b"\n"]
    with pytest.raises(CassetteError, match="^Line 3 of x is not a line of a record"):
        parse_cassette(lines, "x")


def test_a_last_line_without_its_end_is_fine():
    """An editor may take the last line's end away; nothing is lost by that."""
    assert parse_cassette([HEADER, SETUP.rstrip()], "x").sessions[0].events


def test_sessions_may_lie_between_one_another():
    """Sessions that ran at the same time are told apart by their number."""
    lines = [
        event_line(number, FrameEvent(0.0, "client", data, True))
        for number, data in ((2, b"a"), (1, b"b"), (2, b"c"))
    ]
    first, second = parse_cassette([HEADER, *lines], "x").sessions
    assert (first.number, second.number) == (2, 1)
    assert [event.data for event in first.events] == [b"a", b"c"]
