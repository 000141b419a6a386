"""The text of a fault: read, written, and refused in words that help."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain import Fail
from live_emulator.options import Options
from live_emulator.protocol.fault import KINDS, Fault, Scope, close_reason, read_faults

TEXTS = [
    "go-away left=5s",
    "drop",
    'close code=1011 reason="Internal error encountered."',
    "stall-setup",
    "stall-turn after=2",
    "slow-pongs by=30s",
    "refuse status=503 times=2",
    "phantom-interrupted times=10",
    "no-turn-complete turn=2 times=all",
    "double-turn-complete",
    "late by=300ms",
    "jitter by=80ms",
    "burst every=500ms",
    "corrupt-chunk kind=base64 session=1",
    "empty-turn",
    "drop session=2 turn=3 after=end",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_written_as_it_was_read(text):
    """A fault is the same in a log, on the command line and in a test."""
    fault = Fault.parse(text)
    assert str(fault) == text
    assert Fault.parse(str(fault)) == fault


@given(st.text())
def test_any_reason_can_be_written(reason):
    """Quotes, backslashes and line breaks in a reason survive."""
    fault = Fault("close", (("reason", reason),))
    assert close_reason(Fault.parse(str(fault))) == reason


@given(st.integers(1, 10_000_000))
def test_any_time_can_be_written(milliseconds):
    """A time is kept to the millisecond."""
    fault = Fault("late", (("by", timedelta(milliseconds=milliseconds)),))
    assert Fault.parse(str(fault)) == fault


def test_keys_have_one_order():
    """Two texts that mean the same are the same fault."""
    one = Fault.parse("drop after=2 turn=1")
    assert one == Fault.parse("drop turn=1   after=2")
    assert Fault.parse("late by=2min") == Fault.parse("late by=120s")
    assert Fault.parse("late by=0.5s") == Fault.parse("late by=500ms")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This names no fault; there are refuse, stall-setup,"),
        ("dropp", "There is no fault 'dropp'; there are refuse, stall-setup,"),
        ("drop now", "does not take 'now'; it takes session=, turn=, after=."),
        ("drop by=1s", "does not take 'by=1s'; it takes session=, turn=, after=."),
        ("drop turn=1 turn=2", "The fault drop is told turn twice."),
        ('close reason="x', "A quotation mark or backslash has no partner"),
        ("drop turn=0", "turn must be a whole number from 1 on, not '0'"),
        ("drop turn=two", "turn must be a whole number from 1 on, not 'two'"),
        ("drop after=soon", "a number of chunks or a time, such as 2 or 500ms, or end"),
        ("late after=end", "a number of chunks or a time, such as 2 or 500ms, not"),
        (
            "phantom-interrupted times=1001",
            "times must be a whole number from 1 to 1000, not '1001'",
        ),
        ("late by=5", "a time with its unit, such as 300ms, 5s or 2min, not '5'"),
        ("late by=0s", "by must be a time of at least 1ms, not '0s'"),
        ("late by=99999min", "a time with its unit"),
        ("refuse times=0", "a number of times from 1 on, or all, not '0'"),
        ("refuse status=404", "status must be one of 401, 403, 429, 503, not '404'"),
        ("corrupt-chunk kind=x", "kind must be one of base64, odd, json, not 'x'"),
        ("close code=1006", "a client sees 1006 after the fault drop, not '1006'"),
        ("close code=1004", "a close code: 1000 to 1014, or 3000 to 4999"),
        ("close code=2000", "a close code: 1000 to 1014, or 3000 to 4999"),
        ("close code=x", "a close code: 1000 to 1014, or 3000 to 4999"),
    ],
)
def test_what_is_wrong_is_said(text, sentence):
    """One sentence says what is wrong and what there is."""
    with pytest.raises(ValueError, match="^[A-Z].*[.]$") as caught:
        Fault.parse(text)
    assert sentence in str(caught.value)


def test_defaults():
    """What is not said is as at the service, or as a test most likely wants it."""
    assert Fault.parse("go-away").seconds("left") == 50
    assert Fault.parse("refuse").number("status") == 503
    assert Fault.parse("refuse").times is None
    assert Fault.parse("no-turn-complete").times == 1
    assert Fault.parse("stall-turn").get("after") == 1
    assert Fault.parse("drop").get("by") is None
    assert close_reason(Fault.parse("close")) == "Internal error encountered."
    assert close_reason(Fault.parse("close code=1008")) == ""


def test_the_session_of_a_fault_can_be_set():
    """A fault that happens to connections can be kept for one of them."""
    fault = Fault.parse("refuse times=2 status=429").in_session(4)
    assert str(fault) == "refuse status=429 session=4 times=2"


def test_lists_of_faults():
    """Texts and faults may be mixed; one text alone is a mistake."""
    drop = Fault.parse("drop")
    assert read_faults(["drop", drop]) == (drop, drop)
    with pytest.raises(ValueError, match=r"Put it in a list: \['drop'\]"):
        read_faults("drop")


def test_a_bad_text_is_refused_where_it_is_written():
    """Options and brains do not wait for the moment of the fault."""
    with pytest.raises(ValueError, match="no fault 'x'"):
        Options(faults=["x"])
    with pytest.raises(ValueError, match="no fault 'x'"):
        Fail("x")


def test_every_kind_can_be_had_without_keys():
    """Each fault works by its name alone."""
    for name, kind in KINDS.items():
        fault = Fault.parse(name)
        assert fault.kind is kind
        assert isinstance(kind.scope, Scope)
        assert str(fault) == name
