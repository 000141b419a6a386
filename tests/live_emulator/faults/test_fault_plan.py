"""What faults make of a session's messages: to the millisecond, without a socket."""

import base64
import json
import math

import pytest

from live_emulator.faults.plan import Abort, FaultPlan, GoAway, SendBroken
from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import Close
from live_emulator.protocol.fault import Fault
from live_emulator.protocol.json_text import encode_frame
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.actions import CloseSocket, Send

SETUP = messages.setup_complete()
END = messages.turn_complete({})
GENERATED = messages.generation_complete()
PHANTOM = messages.interrupted()
PCM = bytes(range(96)) * 20


def chunk(number=0):
    """Return a chunk of audio that can be told from others."""
    pcm = bytes([number]) + PCM
    return messages.model_turn([messages.audio_part(pcm, Dialect.GEMINI)], False)


class Bench:
    """A plan, and the messages that leave it."""

    def __init__(self, *texts, seed=""):
        self.applied = []
        self.plan = FaultPlan(
            [Fault.parse(text) for text in texts],
            seed=seed,
            on_applied=lambda fault: self.applied.append(str(fault)),
        )
        self.now = 0.0

    def send(self, *sent, now=None):
        """Let the session send messages; return what leaves at once."""
        self.now = self.now if now is None else now
        actions = [one if isinstance(one, CloseSocket) else Send(one) for one in sent]
        out = []
        for action in actions:
            out += self.plan.take(action, self.now)
        return [one.message if isinstance(one, Send) else one for one in out]

    def inject(self, text, now=None):
        """Set a fault while the session runs; return what leaves at once."""
        self.now = self.now if now is None else now
        self.plan.set(Fault.parse(text), self.now)
        return self.wake()

    def wake(self, now=None):
        """Let time pass; return what leaves."""
        self.now = self.now if now is None else now
        out = self.plan.wake(self.now)
        return [one.message if isinstance(one, Send) else one for one in out]

    def times(self):
        """Let time pass from wake to wake; return when each message left."""
        left = []
        while (at := self.plan.next_wake) is not None:
            left += [(round(at, 4), one) for one in self.wake(at)]
        return left


def test_without_faults_there_is_nothing_to_do():
    """A plan without faults is not active, yet counts the turns that pass by."""
    bench = Bench()
    assert not bench.plan.active
    assert bench.plan.next_wake is None
    for message in (SETUP, chunk(), END, chunk(1)):
        bench.plan.pass_by(message, 0.0)
    assert bench.inject("drop turn=2 after=1") == [Abort()]


def test_a_fault_from_the_start_waits_for_the_setup():
    """Without conditions it happens right after `setupComplete`."""
    bench = Bench("drop")
    assert bench.plan.active
    assert bench.wake() == []
    assert bench.send(SETUP) == [SETUP, Abort()]
    assert bench.plan.over
    assert bench.send(chunk()) == []


def test_a_fault_that_is_set_later_happens_at_once():
    """It does not wait for a setup that perhaps never comes."""
    assert Bench().inject("drop") == [Abort()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drop turn=1", [SETUP, Abort()]),
        ("drop turn=1 after=2", [SETUP, chunk(1), chunk(2), Abort()]),
        ("drop after=1", [SETUP, chunk(1), Abort()]),
        ("drop after=end", [SETUP, chunk(1), chunk(2), GENERATED, END, Abort()]),
        (
            "drop turn=2",
            [SETUP, chunk(1), chunk(2), GENERATED, END, Abort()],
        ),
        (
            "drop turn=2 after=end",
            [SETUP, chunk(1), chunk(2), GENERATED, END, chunk(3), END, Abort()],
        ),
        ("drop turn=3", [SETUP, chunk(1), chunk(2), GENERATED, END, chunk(3), END]),
        ("drop after=3", [SETUP, chunk(1), chunk(2), GENERATED, END, chunk(3), END]),
    ],
)
def test_turn_and_after(text, expected):
    """A turn is counted from its first message, chunks within it."""
    bench = Bench(text)
    sent = [SETUP, chunk(1), chunk(2), GENERATED, END, chunk(3), END]
    assert bench.send(*sent) == expected


def test_after_a_time():
    """It is counted from the setup, or from when the fault was set."""
    bench = Bench("drop after=3s")
    bench.send(SETUP, now=1.0)
    assert bench.plan.next_wake == 4.0
    assert bench.wake(3.9) == []
    assert bench.wake(4.0) == [Abort()]
    bench = Bench()
    assert bench.inject("drop after=500ms", now=2.0) == []
    assert bench.send(SETUP, now=2.2) == [SETUP]
    assert bench.times() == [(2.5, Abort())]


def test_after_a_time_in_a_turn():
    """It is counted from the turn's begin, and never comes if the turn is over."""
    bench = Bench("drop turn=2 after=3s")
    bench.send(SETUP, chunk(), END, now=1.0)
    assert bench.plan.next_wake is None
    bench.send(chunk(), now=5.0)
    assert bench.plan.next_wake == 8.0
    bench.send(END, now=7.0)
    assert bench.plan.next_wake is None
    assert bench.wake(9.0) == []


def test_the_end_of_a_turn_that_is_past():
    """A fault set in the second turn happens at its end, not at once."""
    bench = Bench()
    for message in (SETUP, chunk(), END, chunk()):
        bench.plan.pass_by(message, 0.0)
    assert bench.inject("drop after=end") == []
    assert bench.send(END) == [END, Abort()]


def test_tool_calls_open_a_turn():
    """A turn that begins with a call is a turn."""
    bench = Bench("drop turn=1")
    call = messages.tool_call([{"name": "f", "args": {}, "id": "1"}])
    assert bench.send(SETUP, messages.go_away(1), call)[-1] == Abort()


def test_go_away():
    """The session itself announces it, so the cut follows by its own rules."""
    bench = Bench("go-away left=5s")
    assert bench.send(SETUP) == [SETUP, GoAway(5.0)]
    assert bench.applied == ["go-away left=5s"]
    assert not bench.plan.active


def test_go_away_waits_for_a_setup():
    """There is nothing to end before it, even when it is set by hand."""
    bench = Bench()
    assert bench.inject("go-away") == []
    assert bench.send(SETUP) == [SETUP, GoAway(50.0)]


def test_close():
    """The code and the reason are what was asked for; what is held back is lost."""
    bench = Bench("late by=5s", "close code=1008 reason=x after=1s")
    bench.send(SETUP)
    bench.wake(5.0)
    bench.send(chunk(), now=5.5)
    assert bench.wake(6.0) == [CloseSocket(Close(1008, "x"))]
    assert bench.plan.over
    assert bench.times() == []


def test_a_phantom_interruption():
    """`interrupted` comes as often as asked, and the turn goes on."""
    bench = Bench("phantom-interrupted turn=1 after=1 times=2")
    expected = [SETUP, chunk(1), PHANTOM, PHANTOM, chunk(2), END]
    assert bench.send(SETUP, chunk(1), chunk(2), END) == expected


# --- turns


def test_a_stalled_setup():
    """Nothing comes, not even what follows; a close of the session does."""
    bench = Bench("stall-setup")
    assert bench.send(SETUP, chunk(), END) == []
    close = CloseSocket(Close(1007))
    assert bench.send(messages.go_away(1), close) == [messages.go_away(1), close]
    assert bench.applied == ["stall-setup"]


def test_other_faults_happen_in_a_stalled_setup():
    """A connection can be dropped before its setup is complete."""
    bench = Bench("stall-setup", "drop after=2s")
    bench.send(SETUP, now=1.0)
    assert bench.times() == [(3.0, Abort())]


def test_a_late_setup():
    """With a time, the setup is held back, and everything after it."""
    bench = Bench("stall-setup for=2s")
    assert bench.send(SETUP, messages.resumption_update("x")) == []
    assert [at for at, _ in bench.times()] == [2.0, 2.0]
    assert bench.send(chunk()) == [chunk()]
    assert not bench.plan.active


def test_a_stalled_turn():
    """After so many chunks nothing comes any more, in later turns neither."""
    bench = Bench("stall-turn after=2")
    sent = [SETUP, chunk(1), chunk(2), chunk(3), GENERATED, END, chunk(4), END]
    assert bench.send(*sent) == [SETUP, chunk(1), chunk(2)]
    assert bench.plan.active
    assert bench.plan.faults == [Fault.parse("stall-turn after=2")]
    bench.plan.clear()
    assert not bench.plan.active
    assert bench.send(chunk(5)) == [chunk(5)]


def test_a_stalled_turn_that_is_as_short_as_the_stall():
    """If all chunks may pass, what ends the turn may not."""
    bench = Bench("stall-turn after=1")
    assert bench.send(SETUP, chunk(1), GENERATED, END) == [SETUP, chunk(1)]


def test_a_turn_that_pauses():
    """With a time, the turn goes on after it, once in each turn."""
    text = "stall-turn for=3s after=1 times=2"
    bench = Bench(text)
    for turn in (1, 2, 3):
        now = turn * 10.0
        assert bench.send(*[SETUP][: turn == 1], chunk(1), now=now)[-1] == chunk(1)
        rest = bench.send(chunk(2), END)
        if turn < 3:
            assert rest == []
            assert bench.times() == [(now + 3, chunk(2)), (now + 3, END)]
        else:
            assert rest == [chunk(2), END]
    assert bench.applied == [text, text]


def test_an_empty_turn():
    """Only `turnComplete` is left of it; the next one is whole."""
    bench = Bench("empty-turn turn=1")
    transcript = messages.output_transcription("Hi")
    call = messages.tool_call([{"name": "f", "args": {}, "id": "1"}])
    sent = [SETUP, call, chunk(), transcript, GENERATED, END, chunk(), END]
    assert bench.send(*sent) == [SETUP, call, END, chunk(), END]


def test_a_missing_end():
    """`turnComplete` is left out so many times."""
    bench = Bench("no-turn-complete times=2")
    sent = [SETUP, chunk(1), END, chunk(2), END, chunk(3), END]
    assert bench.send(*sent) == [SETUP, chunk(1), chunk(2), chunk(3), END]
    assert bench.applied == ["no-turn-complete times=2"] * 2


def test_an_end_that_comes_twice():
    """`turnComplete` is sent twice, in all turns if asked."""
    bench = Bench("double-turn-complete times=all")
    assert bench.send(SETUP, END, chunk(), END) == [SETUP, END, END, chunk(), END, END]


def test_only_in_one_turn():
    """Faults of turns keep to theirs."""
    bench = Bench("no-turn-complete turn=2", "double-turn-complete turn=3")
    sent = [SETUP, chunk(1), END, chunk(2), END, chunk(3), END]
    expected = [SETUP, chunk(1), END, chunk(2), chunk(3), END, END]
    assert bench.send(*sent) == expected


@pytest.mark.parametrize("kind", ["base64", "odd", "json"])
def test_broken_chunks(kind):
    """So many chunks are broken, from the place on that was named."""
    bench = Bench(f"corrupt-chunk kind={kind} after=1 times=2")
    sent = [SETUP, *map(chunk, range(4))]
    first, second, broken, another, last = bench.send(*sent)
    assert [first, second, last] == [SETUP, chunk(0), chunk(3)]
    assert isinstance(broken, SendBroken)
    assert isinstance(another, SendBroken)
    if kind == "json":
        assert encode_frame(chunk(1)).startswith(broken.frame)
        with pytest.raises(ValueError, match="Unterminated string"):
            json.loads(broken.frame)
        return
    part = json.loads(broken.frame)["serverContent"]["modelTurn"]["parts"][0]
    data = part["inlineData"]["data"]
    if kind == "odd":
        assert base64.b64decode(data, validate=True) == (bytes([1]) + PCM)[:-1]
        return
    for strictly in (False, True):
        with pytest.raises(ValueError, match="base64|characters"):
            base64.b64decode(data, validate=strictly)


def test_only_audio_is_broken():
    """A piece of writing counts as a chunk, but is left alone; thoughts are none."""
    bench = Bench("corrupt-chunk", "drop after=1")
    thought = messages.model_turn([messages.text_part("Hm", thought=True)], False)
    text = messages.model_turn([messages.text_part("Hello")], False)
    assert bench.send(SETUP, thought, text) == [SETUP, thought, text, Abort()]


# --- standing faults


def test_late_messages():
    """Everything comes later by the same time, the setup and the close as well."""
    bench = Bench("late by=300ms")
    close = CloseSocket(Close(1000))
    assert bench.send(SETUP, chunk(), now=1.0) == []
    assert bench.send(close, now=1.1) == []
    assert bench.times() == [(1.3, SETUP), (1.3, chunk()), (1.4, close)]
    assert bench.applied == ["late by=300ms"]


def test_late_in_one_turn():
    """With a condition it begins and ends with it; the order stays."""
    bench = Bench("late by=2s turn=2")
    assert bench.send(SETUP, chunk(1), END) == [SETUP, chunk(1), END]
    assert bench.send(chunk(2), END, chunk(3), now=1.0) == []
    left = [(3.0, chunk(2)), (3.0, END), (3.0, chunk(3))]
    assert bench.times() == left


def test_jitter():
    """Chunks alone come later, by times of the seed, and never overtake."""

    def leave(seed):
        bench = Bench("jitter by=80ms", seed=seed)
        assert bench.send(SETUP, now=0.0) == [SETUP]
        left = []
        for number in range(20):
            at = number / 100
            left += [(at, one) for one in bench.send(chunk(number), now=at)]
        return left + bench.times()

    left = leave("a")
    assert [message for _, message in left] == [chunk(number) for number in range(20)]
    delays = [at - number / 100 for number, (at, _) in enumerate(left)]
    assert all(0 <= delay <= 0.08 + 0.0001 for delay in delays)
    assert len({round(delay, 3) for delay in delays}) > 5
    assert left == leave("a") != leave("b")


def test_bursts():
    """Chunks wait for the next beat; what follows them waits with them."""
    bench = Bench("burst every=500ms")
    bench.send(SETUP, now=0.0)
    for number, now in enumerate((0.1, 0.3)):
        assert bench.send(chunk(number), now=now) == []
    assert bench.times() == [(0.5, chunk(0)), (0.5, chunk(1))]
    assert bench.send(chunk(2), GENERATED, now=0.7) == []
    assert bench.times() == [(1.0, chunk(2)), (1.0, GENERATED)]


def test_bursts_in_one_turn():
    """With a condition, the chunks of other turns are not held back."""
    bench = Bench("burst every=1s turn=2")
    assert bench.send(SETUP, chunk(1), END, now=0.1)[-1] == END
    assert bench.send(chunk(2)) == []
    assert bench.times() == [(1.0, chunk(2))]


def test_slow_pongs():
    """Pings wait, as many as asked; two such faults add up."""
    bench = Bench("slow-pongs by=2s times=2", "slow-pongs by=1s after=5s")
    assert bench.plan.pong_delay(0.0) == 2.0
    bench.send(SETUP, now=0.0)
    assert bench.plan.pong_delay(5.0) == 3.0
    assert bench.plan.pong_delay(6.0) == 1.0
    assert bench.applied == ["slow-pongs by=2s times=2", "slow-pongs by=1s after=5s"]


def test_clearing():
    """What was held back goes out at once, and nothing else happens."""
    bench = Bench("late by=9s", "drop after=20s")
    bench.send(SETUP, chunk())
    assert [str(fault) for fault in bench.plan.faults] == [
        "late by=9s",
        "drop after=20s",
    ]
    bench.plan.clear()
    assert bench.plan.next_wake == -math.inf
    assert bench.wake() == [SETUP, chunk()]
    assert bench.plan.faults == []
    assert not bench.plan.active
    assert bench.wake(99.0) == []


def test_conditions_are_judged_by_what_has_left():
    """A drop after two chunks leaves two chunks to the client, however late."""
    bench = Bench("late by=1s", "drop after=2")
    bench.send(SETUP, chunk(1), chunk(2), chunk(3))
    left = [SETUP, chunk(1), chunk(2), Abort()]
    assert [one for _, one in bench.times()] == left
