"""What a server in the middle does with each message: rules, decoding, translation.

The core of the bridge, without sockets, tasks and clock: messages and the time go in,
messages for either side come out into two queues. `bridge` is the shell around it.
Chapter 8 uses it.
"""

import json
from typing import Any, Protocol

from chapter_03.live_events import (
    Audio,
    Event,
    GenerationComplete,
    Interrupted,
    TurnComplete,
)
from chapter_03.live_messages import (
    Message,
    audio_message,
    audio_stream_end_message,
    image_message,
    realtime_text_message,
)
from chapter_08.limits import Limits, Refused, Spent
from chapter_08.opus_answers import OpusAnswers
from chapter_08.page_messages import (
    AudioEnd,
    Heard,
    Image,
    Start,
    Stop,
    Text,
    event_message,
    read_page_message,
)
from chapter_08.piece_decoder import RATE_HZ, PieceDecoder
from chapter_08.send_queue import Pace, SendQueue

__all__ = ["Exchange", "Witness"]

MICROPHONE_MS = 2_000.0
"""A question that waits longer than this on its way to the service is stale."""

ANSWER_MS = 360_000.0
"""At most 17 MB of PCM, for six minutes. The service may send a whole answer at once,
8,192 tokens of sound are 5.5 minutes of it, and what waits to be heard may not go."""

AHEAD_S = 3.0
"""So much of an answer is at the page before it is heard."""

_MS_OF_BYTES = 1000 / 2 / RATE_HZ


class Witness(Protocol):
    """Sees all that passes, for keeping it."""

    def spoken(self, pcm: bytes) -> None:
        """Take note of the user's voice: PCM at 16 kHz."""

    def typed(self, text: str) -> None:
        """Take note of what the user typed."""

    def happened(self, event: Event) -> None:
        """Take note of an event of the service."""

    def heard(self, ms: float) -> None:
        """Take note of how much was heard of an answer that was interrupted."""


class Exchange:
    """One conversation. Where what comes out waits: `to_service` and `to_page`."""

    def __init__(
        self,
        start: Start,
        limits: Limits,
        spent: Spent,
        witness: Witness | None = None,
    ) -> None:
        self.to_service: SendQueue[Message] = SendQueue(MICROPHONE_MS)
        self.to_page: SendQueue[str | bytes] = SendQueue(ANSWER_MS, pace=Pace(AHEAD_S))
        self.spent = spent
        self.witness = witness
        self._limits = limits
        self._decoder = PieceDecoder(start.format, start.sample_rate_hz)
        self._encoder = OpusAnswers() if start.answers == "opus" else None
        self._reports = start.report
        self._pieces = 0

    def from_page(self, frame: str | bytes, now_s: float) -> bool:
        """Take in what the page sent; returns whether it wants to go on.

        Raises:
            Refused: It breaks a rule.
            NotForStreaming: It can't be decoded.

        """
        self.spent.message(now_s)
        if isinstance(frame, bytes):
            self._hear(frame, now_s)
            return True
        message = read_page_message(frame, self._limits)
        match message:
            case Start():
                raise Refused(4400, "The conversation has begun already.")
            case Text():
                self.to_service.put(realtime_text_message(message.text))
                if self.witness:
                    self.witness.typed(message.text)
            case Image():
                picture = message.decoded()
                if self.spent.frame(now_s):
                    self.to_service.put(image_message(picture, message.mime_type))
            case AudioEnd():
                self.to_service.put(audio_stream_end_message())
            case Heard():
                if self.witness:
                    self.witness.heard(message.ms)
        return not isinstance(message, Stop)

    def from_service(self, event: Event, now_s: float) -> None:
        """Take in what the service sent."""
        if self.witness:
            self.witness.happened(event)
        if isinstance(event, Audio):
            self._say(event.pcm, event.rate_hz)
            return
        if isinstance(event, Interrupted):
            # The page would forget it anyway.
            self.to_page.flush_audio()
            if self._encoder:
                self._encoder.reset()
        elif isinstance(event, GenerationComplete | TurnComplete) and self._encoder:
            for packet in self._encoder.finish():
                self.to_page.put(packet, 20.0)
        if message := event_message(event):
            self.to_page.put(message)

    def close(self) -> None:
        """Let go of decoders, witness and audio that waits.

        Exceptions hold the frames in which they were raised, and task groups hold
        exceptions: until the garbage collector comes, all of it would pile up.
        """
        self.witness = self._encoder = None
        self._decoder = PieceDecoder("pcm")
        self.to_service.flush_audio()
        self.to_page.flush_audio()

    def tick(self, now_s: float) -> None:
        """Look at the clock.

        Raises:
            Refused: A deadline has passed.

        """
        if warning := self.spent.tick(now_s):
            self.tell("warning", message=warning)
        self.tell(
            "beat",
            leftS=round(self.spent.left_s(now_s), 1),
            audioS=round(self.spent.audio_s, 2),
            frames=self.spent.frames,
            waitingMs=round(self.to_service.audio_ms),
            droppedMs=round(self.to_service.dropped_ms + self.to_page.dropped_ms),
        )

    def tell(self, type: str, **values: Any) -> None:
        """Send the page a message of the server's own, before all that waits."""
        self.to_page.put(json.dumps({"type": type, **values}), is_urgent=True)

    def _hear(self, piece: bytes, now_s: float) -> None:
        if len(piece) > self._limits.audio_bytes:
            raise Refused(
                4413,
                f"A piece of audio has {len(piece):,} bytes; "
                f"{self._limits.audio_bytes:,} are allowed.",
            )
        silent_ms, parts = self._decoder.silence_ms, []
        waiting_ms = self.to_service.audio_ms
        for pcm in self._decoder.feed(piece):
            # Packet by packet: a small piece may hold hours.
            self.spent.audio(len(pcm) * _MS_OF_BYTES, now_s)
            parts.append(pcm)
        pcm = b"".join(parts)
        ms = len(pcm) * _MS_OF_BYTES
        if pcm:
            self.to_service.put(audio_message(pcm), ms)
            if self.witness:
                self.witness.spoken(pcm)
        self._pieces += 1
        if self._reports:
            self.tell(
                "piece",
                number=self._pieces,
                bytes=len(piece),
                ms=round(ms, 1),
                silenceMs=round(self._decoder.silence_ms - silent_ms, 1),
                damaged=self._decoder.damaged,
                waitingMs=round(waiting_ms),
                droppedMs=round(self.to_service.dropped_ms),
            )

    def _say(self, pcm: bytes, rate_hz: int) -> None:
        if self._encoder is None:
            self.to_page.put(pcm, len(pcm) / 2 / rate_hz * 1000)
            return
        for packet in self._encoder.feed(pcm):
            self.to_page.put(packet, 20.0)
