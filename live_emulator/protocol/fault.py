"""The faults an emulator can have on command, and the text that names one.

A fault reads the same everywhere, on the command line, in a test, in a script and
at the control endpoint: its name, then keys with values.

    go-away left=5s
    close code=1011 reason="Internal error encountered."
    stall-turn after=2 turn=3
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Self

from live_emulator.errors import EmulatorError
from live_emulator.protocol.closing import CLOSES
from live_emulator.protocol.sources import Source, observed

__all__ = [
    "END",
    "KINDS",
    "Fault",
    "FaultError",
    "Key",
    "Kind",
    "Scope",
    "Value",
    "close_reason",
    "read_faults",
]

Value = int | str | timedelta

END = "end"
"""The value of `after` that means a turn's `turnComplete`."""
_ALL = "all"


class FaultError(EmulatorError, ValueError):
    """A text names no fault: a sentence on what is wrong and what there is."""


class Scope(Enum):
    """What a fault happens to."""

    CONNECTION = "connection"
    """To a connection before it is a session; the number of times counts them."""
    MOMENT = "moment"
    """Once, as soon as its conditions are fulfilled."""
    TURN = "turn"
    """To the messages of a turn of the model."""
    STANDING = "standing"
    """To everything, for as long as it is set."""


@dataclass(frozen=True)
class Key:
    """A setting of a fault."""

    read: Callable[[str], Value]
    """Raises ValueError with what the value should be."""
    default: Value | None
    means: str


@dataclass(frozen=True)
class Kind:
    """All there is to know of the faults of one name."""

    scope: Scope
    does: str
    keys: Mapping[str, Key]
    source: Source | None = None
    """Where the service was seen to do this; None for what is a tool alone."""


@dataclass(frozen=True)
class Fault:
    """One fault with its conditions; made by `parse`."""

    name: str
    settings: tuple[tuple[str, Value], ...] = ()
    """The keys that were given, in the order of the kind's."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form.

        Raises:
            FaultError: With one sentence on what is wrong and what there is.

        """
        try:
            words = shlex.split(text)
        except ValueError:
            raise FaultError(
                f"A quotation mark or backslash has no partner in the fault {text!r}."
            ) from None
        name = words[0] if words else ""
        kind = KINDS.get(name)
        if kind is None:
            said = f"There is no fault {name!r}" if name else "This names no fault"
            raise FaultError(f"{said}; there are {', '.join(KINDS)}.")
        given: dict[str, Value] = {}
        for word in words[1:]:
            key, equals, value = word.partition("=")
            if not equals or key not in kind.keys or key in given:
                raise FaultError(_complaint(name, word, key in given))
            try:
                given[key] = kind.keys[key].read(value)
            except ValueError as wrong:
                raise FaultError(
                    f"In the fault {name}, {key} must be {wrong}, not {value!r}."
                ) from None
        ordered = tuple((key, given[key]) for key in kind.keys if key in given)
        return cls(name, ordered)

    def __str__(self) -> str:
        """Return the text form."""
        words = [f"{key}={_written(value)}" for key, value in self.settings]
        return " ".join([self.name, *words])

    @property
    def kind(self) -> Kind:
        """What is known of faults of this name."""
        return KINDS[self.name]

    def get(self, key: str) -> Value | None:
        """Return a setting, or its default."""
        given = dict(self.settings)
        if key in given:
            return given[key]
        known = self.kind.keys.get(key)
        return known.default if known else None

    def number(self, key: str) -> int:
        """Return a setting that is a number."""
        value = self.get(key)
        assert isinstance(value, int)
        return value

    def text(self, key: str) -> str:
        """Return a setting that is a text."""
        return str(self.get(key))

    def seconds(self, key: str) -> float | None:
        """Return a setting that is a duration; None if there is none."""
        value = self.get(key)
        return value.total_seconds() if isinstance(value, timedelta) else None

    @property
    def session(self) -> int | None:
        """The number of the one session it is for; None for any."""
        value = self.get("session")
        return value if isinstance(value, int) else None

    @property
    def turn(self) -> int | None:
        """The number of the one turn it is for; None for any."""
        value = self.get("turn")
        return value if isinstance(value, int) else None

    @property
    def times(self) -> int | None:
        """How often it happens; None for always."""
        value = self.get("times")
        return value if isinstance(value, int) else None

    def in_session(self, number: int) -> Self:
        """Return the same fault for one session."""
        given = dict(self.settings) | {"session": number}
        ordered = tuple((key, given[key]) for key in self.kind.keys if key in given)
        return replace(self, settings=ordered)


def read_faults(faults: Iterable[Fault | str]) -> tuple[Fault, ...]:
    """Return faults, of which some may be texts.

    Raises:
        FaultError: If one can't be read, or if it is a text where a list should be.

    """
    if isinstance(faults, str):
        raise FaultError(f"The faults are one text. Put it in a list: [{faults!r}].")
    return tuple(
        Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults
    )


def _complaint(name: str, word: str, twice: bool) -> str:
    if twice:
        return f"The fault {name} is told {word.partition('=')[0]} twice."
    keys = ", ".join(f"{key}=" for key in KINDS[name].keys)
    return f"The fault {name} does not take {word!r}; it takes {keys[:-1]}=."


# --- values

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|min)")
_UNIT_MS = {"ms": 1, "s": 1_000, "min": 60_000}
_LONGEST_MS = 24 * 3_600_000
_MOST_AT_ONCE = 1_000


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    milliseconds = float(match[1]) * _UNIT_MS[match[2]] if match else -1
    if not 0 <= milliseconds <= _LONGEST_MS:
        raise ValueError("a time with its unit, such as 300ms, 5s or 2min")
    return timedelta(milliseconds=round(milliseconds))


def _some_duration(text: str) -> timedelta:
    if not (duration := _duration(text)):
        raise ValueError("a time of at least 1ms")
    return duration


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
        if number < least or (most is not None and number > most):
            end = "on" if most is None else f"to {most}"
            raise ValueError(f"a whole number from {least} {end}")
        return number

    return read


def _times(text: str) -> int | str:
    if text == _ALL:
        return text
    try:
        return _whole(1)(text)
    except ValueError:
        raise ValueError("a number of times from 1 on, or all") from None


def _chunks_or_time(text: str) -> int | timedelta:
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    try:
        return _duration(text)
    except ValueError:
        raise ValueError("a number of chunks or a time, such as 2 or 500ms") from None


def _after(text: str) -> Value:
    if text == END:
        return text
    try:
        return _chunks_or_time(text)
    except ValueError as wrong:
        raise ValueError(f"{wrong}, or end") from None


def _close_code(text: str) -> int:
    known = re.fullmatch("[1-4][0-9]{3}", text)
    code = int(text) if known else 0
    if code in (1005, 1006, 1015):
        raise ValueError(
            "a code that can be sent; a client sees 1006 after the fault drop"
        )
    if not (1000 <= code <= 1014 and code != 1004 or 3000 <= code <= 4999):
        raise ValueError("a close code: 1000 to 1014, or 3000 to 4999")
    return code


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return text

    return read


def _status(text: str) -> int:
    return int(_one_of("401", "403", "429", "503")(text))


def _written(value: Value) -> str:
    if isinstance(value, timedelta):
        milliseconds = round(value.total_seconds() * 1000)
        if milliseconds % 1000:
            return f"{milliseconds}ms"
        return f"{milliseconds // 1000}s"
    if isinstance(value, int) or re.fullmatch(r"[\w.:+/-]+", value, re.ASCII):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- the kinds

_SESSION = Key(_whole(1), None, "only in the N-th connection of the emulator")
_TURN = Key(_whole(1), None, "only in the N-th turn of the session")
_ONCE = Key(_times, 1, "how often, or all")
_ALWAYS = Key(_times, _ALL, "how often; all if not said")
_LONGER = "chunks of a turn, or a time"


def _connection(**keys: Key) -> dict[str, Key]:
    return {**keys, "session": _SESSION, "times": _ALWAYS}


def _moment(**keys: Key) -> dict[str, Key]:
    after = Key(_after, None, f"{_LONGER}; end: after a turn's turnComplete")
    return {**keys, "session": _SESSION, "turn": _TURN, "after": after}


def _standing(**keys: Key) -> dict[str, Key]:
    after = Key(_chunks_or_time, None, _LONGER)
    return {**keys, "session": _SESSION, "turn": _TURN, "after": after}


def _in_turn(after: int | None, **keys: Key) -> dict[str, Key]:
    found = {**keys, "session": _SESSION, "turn": _TURN}
    if after is not None:
        found["after"] = Key(_chunks_or_time, after, f"{_LONGER}; {after} if not said")
    return found | {"times": _ONCE}


KINDS: Mapping[str, Kind] = {
    "refuse": Kind(
        Scope.CONNECTION,
        "the upgrade is answered with an HTTP status",
        _connection(status=Key(_status, 503, "401, 403, 429 or 503")),
        observed("429: interpretab #13; 401 and 403: Vertex AI; 503: not seen"),
    ),
    "stall-setup": Kind(
        Scope.CONNECTION,
        "`setupComplete` never comes, or late, and nothing else does",
        _connection(**{"for": Key(_some_duration, None, "how long; for ever")}),
    ),
    "go-away": Kind(
        Scope.MOMENT,
        "`goAway` comes now, and the cut (1008) when the time left is over",
        _moment(left=Key(_duration, timedelta(seconds=50), "the time left; 50s")),
        observed("2026-09-10: 50s, then 1008"),
    ),
    "drop": Kind(
        Scope.MOMENT,
        "the connection breaks, without a close frame",
        _moment(),
        observed("adk-python #3035"),
    ),
    "close": Kind(
        Scope.MOMENT,
        "the session is closed with a code and a reason",
        _moment(
            code=Key(_close_code, 1011, "1011 if not said"),
            reason=Key(str, None, "cut at 123 bytes"),
        ),
        observed("many reports: 1007, 1008, 1011"),
    ),
    "stall-turn": Kind(
        Scope.TURN,
        "the audio stops midway, and nothing comes any more, or not for a time",
        _in_turn(1, **{"for": Key(_some_duration, None, "how long; for ever")}),
        observed("cookbook #1225"),
    ),
    "empty-turn": Kind(
        Scope.TURN,
        "`turnComplete` comes, and nothing of the answer before it",
        _in_turn(None),
        observed("python-genai #2117, #2333"),
    ),
    "phantom-interrupted": Kind(
        Scope.MOMENT,
        "`interrupted` comes although nobody spoke; the turn goes on",
        _moment() | {"times": Key(_whole(1, _MOST_AT_ONCE), 1, "how many of them; 1")},
        observed("python-genai #2333; ten and more: pipecat #4131"),
    ),
    "no-turn-complete": Kind(
        Scope.TURN,
        "`turnComplete` does not come, nor the usage in it",
        _in_turn(None),
        observed("cookbook #1346, pipecat #4125"),
    ),
    "double-turn-complete": Kind(
        Scope.TURN, "`turnComplete` comes twice", _in_turn(None)
    ),
    "corrupt-chunk": Kind(
        Scope.TURN,
        "a chunk of audio is broken: no base64, an odd number of bytes, or half a "
        "JSON text",
        _in_turn(
            0, kind=Key(_one_of("base64", "odd", "json"), "base64", "base64, odd, json")
        ),
    ),
    "late": Kind(
        Scope.STANDING,
        "every message comes later",
        _standing(
            by=Key(_some_duration, timedelta(milliseconds=300), "how much; 300ms")
        ),
    ),
    "jitter": Kind(
        Scope.STANDING,
        "each chunk comes later by a random time",
        _standing(by=Key(_some_duration, timedelta(milliseconds=80), "at most; 80ms")),
    ),
    "burst": Kind(
        Scope.STANDING,
        "chunks are held back and come several at a time",
        _standing(
            every=Key(_some_duration, timedelta(milliseconds=500), "how often; 500ms")
        ),
        observed("livekit/agents #3604"),
    ),
    "slow-pongs": Kind(
        Scope.STANDING,
        "pings are answered late",
        _standing(by=Key(_some_duration, timedelta(seconds=30), "how much; 30s"))
        | {"times": _ALWAYS},
        observed("sip-to-ai #14: 8 to 30 s"),
    ),
}
"""Every fault there is."""


def close_reason(fault: Fault) -> str:
    """Return the reason of a `close`: the given one, or what fits its code."""
    reason = fault.get("reason")
    if isinstance(reason, str):
        return reason
    internal = CLOSES["internal"]
    return internal.reason if fault.number("code") == internal.code else ""
