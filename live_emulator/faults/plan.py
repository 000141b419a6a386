"""What the faults of one session do to what it sends: pure, like the session.

The layer stands between the session's actions and the socket. Messages and the
time go in; what is to be sent, and whether the socket is closed or broken, comes
out. The session knows nothing of it, so its rules stay those of the service.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pybase64

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import Close
from live_emulator.protocol.fault import END, Fault, Scope, close_reason
from live_emulator.protocol.json_text import encode_frame
from live_emulator.session.actions import CloseSocket, Send

__all__ = ["Abort", "FaultPlan", "GoAway", "Output", "Place", "SendBroken"]

Message = dict[str, Any]

_ANSWER = {"modelTurn", "outputTranscription", "generationComplete"}
_TURN = _ANSWER | {"turnComplete", "interrupted"}
"""The fields of `serverContent` that belong to a turn of the model."""


@dataclass(frozen=True)
class SendBroken:
    """Send a frame that is not what it should be."""

    frame: bytes


@dataclass(frozen=True)
class Abort:
    """Break the connection, without a close frame."""


@dataclass(frozen=True)
class GoAway:
    """Have the session announce its end."""

    left_s: float


Output = Send | CloseSocket | SendBroken | Abort | GoAway


@dataclass
class Place:
    """How far a session has come, counted from the messages that pass."""

    set_up: bool = False
    turn: int = 1
    """The number of the running turn of the model, or of the next one."""
    in_turn: bool = False
    turn_began_at: float = 0.0
    chunks: int = 0
    """Pieces of speech or writing that have passed in the running turn."""

    def enter(self, message: Message, now: float) -> None:
        """Note that a message is about to pass."""
        if self.in_turn:
            return
        content = message.get("serverContent")
        if "toolCall" in message if content is None else _TURN & content.keys():
            self.in_turn = True
            self.turn_began_at = now
            self.chunks = 0

    def leave(self, message: Message) -> None:
        """Note that it has passed."""
        content = message.get("serverContent")
        if content is None:
            self.set_up |= "setupComplete" in message
            return
        self.chunks += _is_chunk(message)
        if "turnComplete" in content:
            self.turn += 1
            self.in_turn = False


@dataclass(eq=False)
class _Rule:
    """A fault that is set."""

    fault: Fault
    since: float | None
    """When it was set; None until the session is set up."""
    left: int | None
    """How often it may still happen; None for always."""
    noted: bool = False
    ended_before: int = 0
    """Turns that were over when it was set."""
    last_turn: int = 0
    """The latest turn it happened in."""


class FaultPlan:
    """The faults of one session and the messages that they hold back.

    Conditions are judged where a fault happens: delays by what the session has
    sent, everything else by what has left for the client.
    """

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        *,
        seed: str = "",
        on_applied: Callable[[Fault], None] = lambda fault: None,
    ) -> None:
        self._rules = [_Rule(fault, None, _times(fault)) for fault in faults]
        self._random = Random(seed)
        self._on_applied = on_applied
        self._sent = Place()
        """Of what the session has sent."""
        self._gone = Place()
        """Of what has left for the client."""
        self._held: deque[tuple[float, Send | CloseSocket]] = deque()
        self._last_release = -math.inf
        self._stalled_until = -math.inf
        self._stalled_by: Fault | None = None
        """A stall that has begun and has no end."""
        self.over = False
        """The socket was closed or broken; nothing follows."""

    @property
    def active(self) -> bool:
        """Whether messages need `take`; otherwise `pass_by` is enough."""
        return bool(self._rules or self._held or self._stalled_by)

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set and may still happen, or last."""
        lasting = [self._stalled_by] if self._stalled_by else []
        return lasting + [rule.fault for rule in self._rules]

    @property
    def next_wake(self) -> float | None:
        """When `wake` is due, if nothing else happens."""
        times = [self._due_at(rule, self._gone) for rule in self._moments()]
        if self._held:
            times.append(self._held[0][0])
        return min((time for time in times if time is not None), default=None)

    # --- what goes in

    def set(self, fault: Fault, now: float) -> None:
        """Set a fault in the running session."""
        if self._gone is self._sent:
            self._gone = replace(self._sent)
        rule = _Rule(fault, now, _times(fault), ended_before=self._gone.turn - 1)
        self._rules.append(rule)

    def clear(self) -> None:
        """Forget all faults; what was held back goes out at the next wake."""
        self._rules.clear()
        self._stalled_by = None
        self._stalled_until = self._last_release = -math.inf
        self._held = deque((-math.inf, action) for _, action in self._held)

    def pass_by(self, message: Message, now: float) -> None:
        """Note a message that was sent while no fault was active."""
        self._gone = self._sent  # one is enough, until there is a fault again
        self._sent.enter(message, now)
        self._sent.leave(message)

    def take(self, action: Send | CloseSocket, now: float) -> list[Output]:
        """Take what the session wants done; return what is to be done now."""
        if isinstance(action, CloseSocket):
            self._hold(action, now + self._lateness(now))
        else:
            self._take_message(action, now)
        return self.wake(now)

    def wake(self, now: float) -> list[Output]:
        """Return what has become due."""
        out: list[Output] = []
        while self._held and self._held[0][0] <= now and not self.over:
            _, action = self._held.popleft()
            if isinstance(action, CloseSocket):
                self.over = True
                out.append(action)
            else:
                out += self._let_go(action.message, now)
        out += self._due_moments(now)
        return out

    def pong_delay(self, now: float) -> float:
        """Return how long the answer to a ping that came now has to wait."""
        delay_s = 0.0
        for rule in self._rules_named("slow-pongs"):
            if self._is_due(rule, self._gone, now):
                delay_s += _seconds(rule.fault, "by")
                self._use(rule)
        return delay_s

    # --- holding back

    def _take_message(self, action: Send, now: float) -> None:
        message, place = action.message, self._sent
        place.enter(message, now)
        self._stall(message, now)
        if self._stalled_by and "goAway" not in message:
            if "setupComplete" in message:
                self._gone.set_up = True  # as far as the other faults go
                self._begin(now)
        else:
            release = now + self._lateness(now)
            if _is_chunk(message):
                release = self._uneven(release, now)
            self._hold(action, release)
        place.leave(message)

    def _hold(self, action: Send | CloseSocket, release: float) -> None:
        """Put it behind everything that is held back already."""
        self._last_release = max(self._last_release, release, self._stalled_until)
        self._held.append((self._last_release, action))

    def _stall(self, message: Message, now: float) -> None:
        place = self._sent
        for rule in self._rules_named("stall-setup", "stall-turn"):
            if rule.fault.name == "stall-setup":
                happens = "setupComplete" in message
            else:
                happens = self._is_due(rule, place, now) and self._is_new(rule, place)
            if happens:
                lasts_s = rule.fault.seconds("for")
                if lasts_s is None:
                    self._stalled_by = rule.fault
                else:
                    self._stalled_until = max(self._stalled_until, now + lasts_s)
                self._use(rule)

    def _lateness(self, now: float) -> float:
        late_s = 0.0
        for rule in self._rules_named("late"):
            if self._is_due(rule, self._sent, now):
                late_s += _seconds(rule.fault, "by")
                self._use(rule)
        return late_s

    def _uneven(self, release: float, now: float) -> float:
        """Return when a chunk may go that could go at `release`."""
        for rule in self._rules_named("jitter", "burst"):
            if not self._is_due(rule, self._sent, now):
                continue
            self._use(rule)
            if rule.fault.name == "jitter":
                release += self._random.random() * _seconds(rule.fault, "by")
            else:
                every_s = _seconds(rule.fault, "every")
                release = math.ceil(release / every_s) * every_s
        return release

    # --- letting go

    def _let_go(self, message: Message, now: float) -> list[Output]:
        place = self._gone
        place.enter(message, now)
        out = self._due_moments(now)
        if not self.over:
            out += self._spoilt(message, now)
        place.leave(message)
        if "setupComplete" in message:
            self._begin(now)
        return out + self._due_moments(now)

    def _begin(self, now: float) -> None:
        """Let the faults count that are there from the start."""
        for rule in self._rules:
            if rule.since is None:
                rule.since = now

    def _spoilt(self, message: Message, now: float) -> Iterator[Output]:
        """Return what becomes of a message of a turn."""
        ends = "turnComplete" in message.get("serverContent", ())
        audio = _audio(message)
        for rule in self._rules_named(
            "empty-turn", "no-turn-complete", "double-turn-complete", "corrupt-chunk"
        ):
            if not self._is_due(rule, self._gone, now):
                continue
            match rule.fault.name:
                case "empty-turn":
                    if ends:
                        self._use(rule)
                    elif _is_answer(message):
                        self._note(rule)
                        return
                case "corrupt-chunk":
                    if audio:
                        self._use(rule)
                        kind = rule.fault.text("kind")
                        yield SendBroken(_broken(encode_frame(message), audio, kind))
                        return
                case "no-turn-complete":
                    if ends:
                        self._use(rule)
                        return
                case _:
                    if ends:
                        self._use(rule)
                        yield Send(message)
        yield Send(message)

    # --- moments

    def _due_moments(self, now: float) -> list[Output]:
        out: list[Output] = []
        for rule in self._moments():
            if self.over or not self._is_due(rule, self._gone, now):
                continue
            self._rules.remove(rule)
            self._note(rule)
            match rule.fault.name:
                case "go-away":
                    out.append(GoAway(_seconds(rule.fault, "left")))
                case "phantom-interrupted":
                    count = rule.fault.number("times")
                    out += [Send(messages.interrupted())] * count
                case "close":
                    close = Close(rule.fault.number("code"), close_reason(rule.fault))
                    self._end()
                    out.append(CloseSocket(close))
                case _:
                    self._end()
                    out.append(Abort())
        return out

    def _end(self) -> None:
        self.over = True
        self._held.clear()

    # --- conditions

    def _due_at(self, rule: _Rule, place: Place) -> float | None:
        """Return from when on a fault happens here; None if it does not yet."""
        fault = rule.fault
        since = rule.since
        after = fault.get("after")
        if since is None and fault.kind.scope is Scope.STANDING:
            # Without conditions it holds for `setupComplete` as well.
            since = -math.inf if after is None and fault.turn is None else None
        if since is None or (_needs_setup(fault) and not self._gone.set_up):
            return None
        if after == END:
            ended = place.turn - 1
            fits = ended > rule.ended_before and fault.turn in (None, ended)
            return since if fits and not place.in_turn else None
        if fault.turn is not None and not (place.in_turn and place.turn == fault.turn):
            return None
        if fault.turn is not None or fault.kind.scope is Scope.TURN:
            since = max(since, place.turn_began_at)
        if isinstance(after, int):
            return since if place.in_turn and place.chunks >= after else None
        return since + (fault.seconds("after") or 0.0)

    def _is_due(self, rule: _Rule, place: Place, now: float) -> bool:
        due_at = self._due_at(rule, place)
        return due_at is not None and due_at <= now

    def _is_new(self, rule: _Rule, place: Place) -> bool:
        """Return whether this turn is another one; it is from now on not."""
        if not place.in_turn or rule.last_turn == place.turn:
            return False
        rule.last_turn = place.turn
        return True

    def _use(self, rule: _Rule) -> None:
        """Count that a fault has happened; forget it after its last time."""
        self._note(rule)
        if rule.left is not None:
            rule.left -= 1
            if rule.left <= 0:
                self._rules.remove(rule)
            elif rule.fault.kind.scope is Scope.TURN:
                rule.noted = False

    def _note(self, rule: _Rule) -> None:
        if not rule.noted:
            rule.noted = True
            self._on_applied(rule.fault)

    def _rules_named(self, *names: str) -> list[_Rule]:
        return [rule for rule in self._rules if rule.fault.name in names]

    def _moments(self) -> list[_Rule]:
        scope = Scope.MOMENT
        return [rule for rule in self._rules if rule.fault.kind.scope is scope]


def _times(fault: Fault) -> int | None:
    """Return how often a fault may happen in one session."""
    return 1 if fault.kind.scope is Scope.CONNECTION else fault.times


def _needs_setup(fault: Fault) -> bool:
    return fault.name in ("go-away", "phantom-interrupted")


def _seconds(fault: Fault, key: str) -> float:
    seconds = fault.seconds(key)
    assert seconds is not None
    return seconds


def _is_answer(message: Message) -> bool:
    """Return whether a message is part of an answer, but not the turn's end."""
    return bool(_ANSWER & message.get("serverContent", {}).keys())


def _parts(message: Message) -> list[Message]:
    content = message.get("serverContent", {})
    parts: list[Message] = content.get("modelTurn", {}).get("parts", [])
    return parts


def _is_chunk(message: Message) -> bool:
    """Return whether a message holds some of what the model says or writes."""
    for part in _parts(message):
        if "inlineData" in part or ("text" in part and not part.get("thought")):
            return True
    return False


def _audio(message: Message) -> str | None:
    """Return the audio in a message, as base64."""
    for part in _parts(message):
        if "inlineData" in part:
            data: str = part["inlineData"]["data"]
            return data
    return None


def _broken(frame: bytes, audio: str, kind: str) -> bytes:
    """Return a frame with audio that can't be read in full."""
    if kind == "json":
        return frame[: len(frame) // 2]
    data = audio.encode()
    if kind == "base64":
        # Wrong for who insists on the alphabet, and by its length for who does not.
        return frame.replace(data, data[:-4] + b"A*", 1)
    odd = pybase64.b64encode(pybase64.b64decode(data)[:-1])
    return frame.replace(data, odd, 1)
