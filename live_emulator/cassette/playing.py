"""Follow a recorded session: what the client must send, what it gets, and when.

**What is compared.** Everything but audio is compared in order, message by message, by
its meaning (`read_client_frame`). Audio is one stream beside that: it may be cut into
other chunks and may pause longer or shorter, because bytes of zero are left out on
both sides; all others must be the same. Times, kinds of frames (text, binary) and
addresses are not compared.

**When frames are sent.** A frame of the server goes out as long after the client frame
before it as in the recording, and never before all that the client had sent by then has
come again. The first ones count from the opening. Order is kept. A client frame of
nothing but silence counts as none.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from live_emulator.cassette.differences import first_difference
from live_emulator.cassette.reading import (
    Audio,
    ClientFrame,
    kind_of,
    read_client_frame,
)
from live_emulator.cassette.recording import (
    Cassette,
    CloseEvent,
    FrameEvent,
    RecordedSession,
    Refusal,
)

__all__ = ["Player", "Playlist", "refusal_of"]

_SILENCE = b"\0"


@dataclass(frozen=True, slots=True)
class _Gate:
    """What must have come before frames of the server may go."""

    messages: int = 0
    sound_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Cue:
    """Something the server did, and when."""

    event: FrameEvent | CloseEvent
    gate: int
    delay_s: float
    """After the gate opened."""


class _Script:
    """A recorded session, sorted by who has to do it."""

    def __init__(self, session: RecordedSession) -> None:
        self.messages: list[Any] = []
        sound: list[bytes] = []
        self.sound_ends: list[int] = []
        self.mime_types: list[str] = []
        self.gates = [_Gate()]
        self.cues: list[_Cue] = []
        opened_s = 0.0
        heard = 0
        for event in session.events:
            if isinstance(event, FrameEvent) and event.sender == "client":
                frame = read_client_frame(event.data)
                for audio in frame.audio:
                    sound.append(_without_silence(audio.data))
                    if sound[-1]:
                        heard += len(sound[-1])
                        self.sound_ends.append(heard)
                        self.mime_types.append(audio.mime_type)
                if frame.message is not None:
                    self.messages.append(frame.message)
                gate = _Gate(len(self.messages), heard)
                if gate != self.gates[-1]:
                    self.gates.append(gate)
                    opened_s = event.at_s
            elif isinstance(event, FrameEvent | CloseEvent):
                if event.sender == "server":
                    delay_s = max(0.0, event.at_s - opened_s)
                    self.cues.append(_Cue(event, len(self.gates) - 1, delay_s))
        self.sound = b"".join(sound)


class Player:
    """One connection that follows a recorded session.

    Times are those of the caller's clock, in seconds.
    """

    def __init__(self, session: RecordedSession, opened_at: float) -> None:
        self.session = session
        self._script = _Script(session)
        self._opened = [opened_at]
        self._cue = 0
        self._frames = 0
        self._messages = 0
        self._sound = 0
        self._audio_bytes = 0
        self._last_due = opened_at

    @property
    def due_at(self) -> float | None:
        """When the server acts next; None while the client has to, or at the end."""
        if self._cue == len(self._script.cues):
            return None
        cue = self._script.cues[self._cue]
        if cue.gate >= len(self._opened):
            return None
        return max(self._last_due, self._opened[cue.gate] + cue.delay_s)

    def next_event(self) -> FrameEvent | CloseEvent:
        """Return what the server does next, and count it as done."""
        self._last_due = self.due_at or self._last_due
        event = self._script.cues[self._cue].event
        self._cue += 1
        return event

    def take(self, data: bytes, now: float) -> str | None:
        """Take in a client frame; return a sentence if it is not the recorded one."""
        self._frames += 1
        frame = read_client_frame(data)
        difference = self._compare(frame)
        if difference is not None:
            return f"Frame {self._frames} differs from the recording: {difference}."
        gates = self._script.gates
        while len(self._opened) < len(gates):
            gate = gates[len(self._opened)]
            if self._messages < gate.messages or self._sound < gate.sound_bytes:
                break
            self._opened.append(now)
        return None

    def missing(self) -> str | None:
        """Return what the client has not sent yet, as a sentence."""
        left = self._script.messages[self._messages :]
        if left:
            what = kind_of(left[0])
        elif self._sound < len(self._script.sound):
            what = "audio"
        else:
            return None
        return (
            f"The client ended the session after {self._frames} frames; "
            f"the recording goes on with {what}."
        )

    # --- comparing

    def _compare(self, frame: ClientFrame) -> str | None:
        for audio in frame.audio:
            if difference := self._compare_audio(audio):
                return difference
        if frame.message is None:
            return None
        if self._messages == len(self._script.messages):
            return f"it is {kind_of(frame.message)}, recorded was nothing more"
        recorded = self._script.messages[self._messages]
        self._messages += 1
        return first_difference(recorded, frame.message)

    def _compare_audio(self, audio: Audio) -> str | None:
        sound = _without_silence(audio.data)
        start, end = self._sound, self._sound + len(sound)
        if not sound:
            self._audio_bytes += len(audio.data)
            return None
        script = self._script
        if start == len(script.sound):
            return "it has audio, recorded was no more"
        recorded_type = script.mime_types[bisect_right(script.sound_ends, start)]
        if audio.mime_type != recorded_type:
            return (
                f'realtimeInput.audio.mimeType is "{audio.mime_type}", '
                f'recorded was "{recorded_type}"'
            )
        recorded = script.sound[start:end]
        if recorded != sound:
            place = _place(audio.data, _common(recorded, sound))
            at_s = (self._audio_bytes + place) / 2 / audio.rate_hz
            return f"the audio is not the recorded one from {at_s:.2f} s on"
        self._sound = end
        self._audio_bytes += len(audio.data)
        return None


class Playlist:
    """Which connection gets which session of a recording."""

    def __init__(self, cassette: Cassette) -> None:
        self._count = len(cassette.sessions)
        self._left = list(cassette.sessions)

    @property
    def exhausted(self) -> str:
        """The sentence for when every session was taken."""
        what = "session was" if self._count == 1 else f"{self._count} sessions were"
        return (
            f"The recording's {what} replayed already: start the emulator again "
            "to replay from the beginning."
        )

    def take_silent(self) -> RecordedSession | None:
        """Return the next session if no client spoke in it: it was refused, say."""
        if self._left and not any(map(_is_client_frame, self._left[0].events)):
            return self._left.pop(0)
        return None

    def take(self, first_frame: bytes) -> RecordedSession | None:
        """Return the next session that begins with such a frame, or else the next.

        None when all were taken.
        """
        if not self._left:
            return None
        sent = read_client_frame(first_frame)
        index = next(
            (i for i, one in enumerate(self._left) if _begins_with(one, sent)), 0
        )
        return self._left.pop(index)


def refusal_of(session: RecordedSession) -> Refusal | None:
    """Return how a session was refused, or None if it was let in."""
    return next((one for one in session.events if isinstance(one, Refusal)), None)


def _begins_with(session: RecordedSession, sent: ClientFrame) -> bool:
    first = next(filter(_is_client_frame, session.events), None)
    if not isinstance(first, FrameEvent):
        return False
    recorded = read_client_frame(first.data)
    return first_difference(recorded.message, sent.message) is None


def _is_client_frame(event: object) -> bool:
    return isinstance(event, FrameEvent) and event.sender == "client"


def _without_silence(pcm: bytes) -> bytes:
    return pcm.replace(_SILENCE, b"")


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes at the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _place(pcm: bytes, sounding: int) -> int:
    """Return where in audio so many bytes have sounded already."""
    return [place for place, byte in enumerate(pcm) if byte][sounding]
