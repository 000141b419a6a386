"""The log itself: frames in the order of their times, bounded."""

import json
import time
from bisect import insort
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from guide.wire_log.events import client_events, server_events
from guide.wire_log.frame import Direction, Frame
from guide.wire_log.kinds import Event, Kind
from guide.wire_log.session import LoggedSession, plain
from guide.wire_log.text import frames_as_text

__all__ = ["WireLog"]


class WireLog:
    """Records the frames of one session.

    Time starts with the first frame. Payloads are forgotten: of audio the log
    keeps the duration and an outline too coarse to hold words, of an image its
    size. Text is kept, the first 4,000 characters of each.

    Args:
        keep_audio: Keep the audio as well, for `pcm`; the last `max_audio_s`
            seconds of each direction.
        max_frames: When there are an eighth more, the oldest are dropped down to
            this number, and counted.
        max_audio_s: The bound that `keep_audio` observes.
        clock: Seconds from any origin, never going back.

    """

    def __init__(
        self,
        *,
        keep_audio: bool = False,
        max_frames: int = 20_000,
        max_audio_s: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_frames < 1:
            raise ValueError("max_frames must be at least 1: a log holds frames.")
        self._clock = clock
        self._max_frames = max_frames
        self._max_audio_s = max_audio_s
        self._keep_audio = keep_audio
        self._origin_s: float | None = None
        self._frames: list[Frame] = []
        self._dropped = 0
        self._audio: dict[Direction, _KeptAudio] = {
            "sent": _KeptAudio(max_audio_s),
            "received": _KeptAudio(max_audio_s),
        }

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames kept, in the order of their times."""
        return tuple(self._frames)

    @property
    def dropped(self) -> int:
        """How many of the oldest frames were dropped to keep the bound."""
        return self._dropped

    @property
    def duration_s(self) -> float:
        """Time of the last frame."""
        return self._frames[-1].at_s if self._frames else 0.0

    def now_s(self) -> float:
        """Return the time since the log began, which is now if it has not."""
        now_s = self._clock()
        if self._origin_s is None:
            self._origin_s = now_s
        return now_s - self._origin_s

    def sent(self, message: Any, at_s: float | None = None) -> None:
        """Record a message on its way to the service.

        Args:
            message: A dictionary in either spelling, or its JSON as text or
                bytes, or an object of the SDK.
            at_s: Seconds since the log began; now if left out.

        """
        self._record("sent", message, at_s)

    def received(self, message: Any, at_s: float | None = None) -> None:
        """Record a message from the service; arguments as for `sent`."""
        self._record("received", message, at_s)

    def closed(
        self,
        code: int,
        reason: str = "",
        at_s: float | None = None,
        *,
        by: Direction = "received",
    ) -> None:
        """Record the end of the connection, closed by the service unless said."""
        event = Event(Kind.CLOSE, reason, code=code)
        self._add(by, (event,), None, at_s)

    def attach(self, session: Any) -> LoggedSession:
        """Return the same SDK session, with everything it does recorded here.

        Use what comes back in place of `session`. The setup message went out
        before anybody could listen, so the log begins with its answer.
        """
        logged = LoggedSession(session, self)
        setup_complete = getattr(session, "setup_complete", None)
        if setup_complete is not None:
            self.received({"setupComplete": plain(setup_complete)})
        return logged

    def pcm(self, direction: Direction) -> bytes:
        """Return the audio of one direction, all chunks joined.

        Raises:
            ValueError: The log does not keep audio, or the rate changed on the
                way, so that one stretch of audio cannot hold it.

        """
        if not self._keep_audio:
            raise ValueError(
                "This log keeps no audio. Make it with WireLog(keep_audio=True)."
            )
        return self._audio[direction].joined()

    def rate_hz(self, direction: Direction) -> int:
        """Return the rate of the last audio in one direction; 0 without any."""
        for frame in reversed(self._frames):
            if frame.direction == direction:
                for event in reversed(frame.events):
                    if event.rate_hz:
                        return event.rate_hz
        return 0

    def as_text(
        self,
        *,
        times: bool = True,
        grouped: bool = True,
        direction: Direction | None = None,
        width: int = 88,
    ) -> str:
        """Return the frames as lines of text.

        Args:
            times: Begin each line with the time, to 10 ms. Without, the text
                of a conversation is the same from run to run.
            grouped: Join what streams (audio, transcripts) between two other
                events of the same direction into one line of each. Otherwise
                every frame has its line.
            direction: Show one direction only.
            width: Longest line; quoted text gives way.

        """
        frames = [
            frame
            for frame in self._frames
            if direction is None or frame.direction == direction
        ]
        text = frames_as_text(frames, times=times, grouped=grouped, width=width)
        if not self._dropped:
            return text
        return f"({self._dropped:,} earlier frames were not kept)\n{text}"

    def _record(self, direction: Direction, message: Any, at_s: float | None) -> None:
        size_bytes: int | None = None
        if isinstance(message, str):
            size_bytes = len(message.encode(errors="replace"))
        elif isinstance(message, (bytes, bytearray, memoryview)):
            size_bytes = len(message)
        read = client_events if direction == "sent" else server_events
        fields = _fields(message)
        if fields is None:
            events: tuple[Event, ...] = (
                Event(Kind.UNREADABLE, size_bytes=size_bytes or 0),
            )
        else:
            events = read(fields)
        self._add(direction, events, size_bytes, at_s)

    def _add(
        self,
        direction: Direction,
        events: tuple[Event, ...],
        size_bytes: int | None,
        at_s: float | None,
    ) -> None:
        if at_s is None:
            at_s = self.now_s()
        elif self._origin_s is None:
            self._origin_s = self._clock() - at_s
        if self._keep_audio:
            for event in events:
                self._audio[direction].add(event)
        events = tuple(
            replace(event, pcm=b"") if event.pcm else event for event in events
        )
        frame = Frame(at_s, direction, events, size_bytes)
        # Times may be given out of order: what is sent is stamped before the
        # send and recorded after it.
        insort(self._frames, frame, key=lambda kept: kept.at_s)
        if len(self._frames) > self._max_frames + self._max_frames // 8:
            # In blocks, because taking items off the front of a list is slow.
            surplus = len(self._frames) - self._max_frames
            del self._frames[:surplus]
            self._dropped += surplus


class _KeptAudio:
    """The last so many seconds of audio of one direction."""

    def __init__(self, max_s: float) -> None:
        self._max_s = max_s
        self._chunks: deque[tuple[bytes, int]] = deque()
        self._kept_s = 0.0

    def add(self, event: Event) -> None:
        if not event.pcm:
            return
        self._chunks.append((event.pcm, event.rate_hz))
        self._kept_s += event.duration_ms / 1000
        while self._kept_s > self._max_s and len(self._chunks) > 1:
            pcm, rate_hz = self._chunks.popleft()
            self._kept_s -= len(pcm) / 2 / rate_hz

    def joined(self) -> bytes:
        rates = sorted({rate_hz for _, rate_hz in self._chunks})
        if len(rates) > 1:
            raise ValueError(
                f"The audio changed its rate on the way ({rates} Hz), so it does "
                "not fit in one piece."
            )
        return b"".join(pcm for pcm, _ in self._chunks)


def _fields(message: Any) -> Mapping[str, Any] | None:
    """Return a message as a mapping, or None for text that is not JSON."""
    if isinstance(message, (str, bytes, bytearray, memoryview)):
        text = message if isinstance(message, str) else bytes(message)
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return fields if isinstance(fields, Mapping) else None
    fields = plain(message)
    if isinstance(fields, Mapping):
        return fields
    raise TypeError(
        f"A log takes messages (a dictionary, JSON, an SDK object), "
        f"not {type(message).__name__}."
    )
