"""Which session gets a fault, and what is said when there is none."""

import pytest

from live_emulator.faults.board import FaultBoard
from live_emulator.protocol.fault import Fault

IGNORE = lambda fault: None  # noqa: E731


class Running:
    """A session that keeps its faults."""

    def __init__(self):
        self.faults = []

    def set_fault(self, fault):
        self.faults.append(fault)

    def clear_faults(self):
        self.faults.clear()


def board(*texts):
    """Return a board on which faults wait."""
    return FaultBoard([Fault.parse(text) for text in texts])


def names(plan):
    """Return the faults of a new session."""
    return [str(fault) for fault in plan.faults]


def test_every_session_has_the_faults_of_the_start():
    """Except those that are for another session."""
    faults = board("late", "drop session=2")
    assert names(faults.plan(1, IGNORE)) == ["late"]
    assert names(faults.plan(2, IGNORE)) == ["late", "drop session=2"]


def test_refusals_are_counted_over_connections():
    """After so many, connections are accepted again."""
    faults = board("refuse status=429 times=2", "refuse session=5")
    statuses = []
    for number in range(1, 7):
        fault = faults.refusal(number)
        statuses.append(fault and fault.number("status"))
    assert statuses == [429, 429, None, None, 503, None]
    assert names(faults.plan(7, IGNORE)) == []


def test_stalled_setups_are_counted_over_connections():
    """The second connection is set up."""
    faults = board("stall-setup times=1")
    assert names(faults.plan(1, IGNORE)) == ["stall-setup times=1"]
    assert names(faults.plan(2, IGNORE)) == []
    faults = board("stall-setup")
    assert names(faults.plan(1, IGNORE)) == names(faults.plan(2, IGNORE))


def test_a_fault_happens_in_the_newest_session():
    """Unless another one is named, in either way."""
    faults = board()
    sessions = {number: Running() for number in (1, 2, 3)}
    for number, session in sessions.items():
        faults.plan(number, IGNORE)
        faults.join(number, session)
    faults.leave(3)
    drop = Fault.parse("drop")
    assert faults.inject(drop) == 2
    assert faults.inject(drop, 1) == 1
    assert faults.inject(Fault.parse("drop session=1")) == 1
    assert [len(sessions[number].faults) for number in (1, 2, 3)] == [2, 1, 0]
    assert faults.running == [1, 2]
    assert (drop, 2) in faults.active()
    assert faults.clear() == 3
    assert faults.active() == []


def test_a_fault_can_wait_for_its_session():
    """One that names a session to come is set when that comes."""
    faults = board()
    assert faults.inject(Fault.parse("drop session=2")) is None
    assert faults.active() == [(Fault.parse("drop session=2"), None)]
    assert names(faults.plan(1, IGNORE)) == []
    assert names(faults.plan(2, IGNORE)) == ["drop session=2"]


def test_faults_of_connections_wait():
    """They are for all connections to come, or for the one that is named."""
    faults = board()
    assert faults.inject(Fault.parse("refuse times=1")) is None
    assert faults.inject(Fault.parse("stall-setup"), 2) is None
    assert faults.refusal(1) is not None
    assert names(faults.plan(2, IGNORE)) == ["stall-setup session=2"]


@pytest.mark.parametrize(
    ("text", "session", "sentence"),
    [
        ("drop", 3, "There is no session 3 open; open now: 1, 2."),
        ("refuse", 2, "Connection 2 has been made already, and refuse happens to"),
        ("stall-setup session=1", None, "new ones; the next is number 3."),
    ],
)
def test_no_such_session(text, session, sentence):
    """It is said which sessions there are."""
    faults = board()
    for number in (1, 2):
        faults.plan(number, IGNORE)
        faults.join(number, Running())
    with pytest.raises(LookupError) as caught:
        faults.inject(Fault.parse(text), session)
    assert sentence in str(caught.value)


def test_no_session_at_all():
    """It is said what to do."""
    with pytest.raises(LookupError, match="No session is open that drop could"):
        board().inject(Fault.parse("drop"))
    with pytest.raises(LookupError, match="There is no session 3 open; none is"):
        board().inject(Fault.parse("drop"), 3)
