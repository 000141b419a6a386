"""What a timeline shows, worked out from a log: times only, no drawing.

Both directions share one clock. Sent audio is laid end to end from when it was
sent, as the service hears it; received audio from when it arrived, as a player
with one queue plays it; an interruption empties that queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from guide.figures.marks import Mark, mark_of
from guide.wire_log import (
    Envelope,
    Frame,
    Kind,
    Played,
    WireLog,
    played_spans,
    recorded_spans,
)

__all__ = ["Chunk", "Delay", "Loss", "Scene", "Speech", "scene_of"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of audio: when it was on the wire, when it sounds, its outline."""

    played: Played
    envelope: Envelope


@dataclass(slots=True)
class Speech:
    """What was said in one turn; each piece of text with its time."""

    at_s: float
    pieces: list[tuple[float, str, bool]] = field(default_factory=list)
    """Time, text, and whether it was heard."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The time from the end of what you said to the first sound of the answer."""

    from_s: float
    to_s: float
    silent_since_s: float = float("-inf")
    """When the model was last heard before."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Audio that had arrived when an interruption came, and was not heard."""

    at_s: float
    lost_s: float
    until_s: float
    """When the next audio arrived; infinite if none did."""


@dataclass(slots=True)
class Scene:
    """Everything on a timeline. Times in seconds since the log began."""

    user_chunks: list[Chunk] = field(default_factory=list)
    model_chunks: list[Chunk] = field(default_factory=list)
    images_s: list[float] = field(default_factory=list)
    sent: list[Mark] = field(default_factory=list)
    received: list[Mark] = field(default_factory=list)
    user_speech: list[Speech] = field(default_factory=list)
    model_speech: list[Speech] = field(default_factory=list)
    interruptions_s: list[float] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    first_s: float = 0.0
    """Where the session begins, or what is left of it."""
    last_s: float = 0.0
    """End of the last frame and of the last sound heard."""


_SLACK_S = 0.06
"""A microphone does not pause because a chunk of it was sent a little late."""

_AUDIBLE_S = 0.3
"""Silences shorter than this belong to the speech around them."""


def scene_of(log: WireLog) -> Scene:
    """Work out what happened when."""
    frames = log.frames
    scene = Scene()
    interrupted = [
        frame.at_s
        for frame in frames
        if any(event.kind is Kind.INTERRUPTED for event in frame.events)
    ]
    scene.interruptions_s = interrupted
    scene.user_chunks = _chunks(frames, "sent", [])
    scene.model_chunks = _chunks(frames, "received", interrupted)
    for frame in frames:
        if any(event.kind is Kind.IMAGE for event in frame.events):
            if frame.direction == "sent":
                scene.images_s.append(frame.at_s)
        if mark := mark_of(frame):
            (scene.sent if frame.direction == "sent" else scene.received).append(mark)
    audible = _audible_spans(scene.user_chunks)
    scene.user_speech = _user_speech(frames, audible)
    scene.model_speech = _model_speech(frames, scene.model_chunks)
    scene.delays = _delays(frames, scene.model_chunks, audible)
    scene.losses = _losses(interrupted, scene.model_chunks)
    ends = [frame.at_s for frame in frames]
    ends += [chunk.played.end_s for chunk in scene.user_chunks]
    ends += [
        chunk.played.start_s + chunk.played.heard_s
        for chunk in scene.model_chunks
        if chunk.played.heard_s
    ]
    first_s = min((frame.at_s for frame in frames), default=0.0)
    scene.first_s = first_s if log.dropped else min(first_s, 0.0)
    scene.last_s = max(ends, default=0.0)
    return scene


def _chunks(
    frames: Sequence[Frame], direction: str, flushes_s: Sequence[float]
) -> list[Chunk]:
    found = [
        (frame.at_s, event)
        for frame in frames
        if frame.direction == direction
        for event in frame.events
        if event.kind is Kind.AUDIO and event.envelope is not None
    ]
    chunks = [(at_s, event.duration_ms / 1000) for at_s, event in found]
    if direction == "sent":
        spans = recorded_spans(chunks, slack_s=_SLACK_S)
    else:
        spans = played_spans(chunks, flushes_s)
    return [
        Chunk(span, event.envelope)
        for span, (_, event) in zip(spans, found, strict=True)
        if event.envelope is not None
    ]


def _audible_spans(chunks: Sequence[Chunk]) -> list[tuple[float, float]]:
    """Return when something can be heard in the sent audio, start and end."""
    if not chunks:
        return []
    times_s = np.concatenate(
        [
            chunk.played.start_s
            + (np.arange(len(chunk.envelope)) + 1) * chunk.envelope.bin_s
            for chunk in chunks
        ]
    )
    level = np.concatenate([chunk.envelope.rms for chunk in chunks])
    # A tenth of the loudest moment, and never less than -40 dBFS.
    loud = times_s[level > max(0.01, 0.1 * float(np.max(level, initial=0.0)))]
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > _AUDIBLE_S)
    starts = loud[np.concatenate([[0], breaks + 1])]
    ends = loud[np.concatenate([breaks, [len(loud) - 1]])]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _user_speech(
    frames: Sequence[Frame], audible: Sequence[tuple[float, float]]
) -> list[Speech]:
    """Gather what was heard of you, turn by turn, each where you said it."""
    speeches: list[Speech] = []
    is_open = False
    since_s = float("-inf")
    for frame in frames:
        for event in frame.events:
            if event.kind is Kind.INPUT_TRANSCRIPT and event.text:
                if not is_open:
                    starts = [
                        start for start, _ in audible if since_s <= start <= frame.at_s
                    ]
                    speeches.append(Speech(min(starts, default=frame.at_s)))
                    is_open = True
                speech = speeches[-1]
                speech.pieces.append((speech.at_s, event.text, True))
                since_s = frame.at_s
            elif frame.direction == "received" and event.kind in _ANSWERS:
                is_open = False
    return speeches


_ANSWERS = {Kind.AUDIO, Kind.TURN_COMPLETE, Kind.OUTPUT_TRANSCRIPT, Kind.TOOL_CALL}


def _model_speech(frames: Sequence[Frame], chunks: Sequence[Chunk]) -> list[Speech]:
    """Gather what the model says, turn by turn, each piece where it is heard."""
    speeches: list[Speech] = []
    is_open = False
    upcoming = iter(chunks)
    last: Played | None = None
    for frame in frames:
        if frame.direction != "received":
            continue
        first_here: Played | None = None
        for event in frame.events:
            if event.kind is Kind.AUDIO and event.envelope is not None:
                last = next(upcoming).played
                first_here = first_here or last
            elif event.kind in (Kind.OUTPUT_TRANSCRIPT, Kind.TEXT) and event.text:
                at_s, is_heard = _when_heard(frame.at_s, first_here, last)
                if not is_open:
                    speeches.append(Speech(at_s))
                    is_open = True
                speeches[-1].pieces.append((at_s, event.text, is_heard))
            elif event.kind in (Kind.TURN_COMPLETE, Kind.INTERRUPTED):
                is_open = False
    return speeches


def _when_heard(
    arrived_s: float, here: Played | None, last: Played | None
) -> tuple[float, bool]:
    """Return when a piece of transcript is heard, and whether it is.

    It belongs to the audio of its own message; without any, it follows what
    came before it.
    """
    if here is not None:
        return here.start_s, here.heard_s > here.duration_s / 2
    if last is not None and last.end_s > arrived_s:
        return last.end_s, last.heard_s >= last.duration_s
    return arrived_s, True


def _delays(
    frames: Sequence[Frame],
    chunks: Sequence[Chunk],
    audible: Sequence[tuple[float, float]],
) -> list[Delay]:
    """Measure from the end of each input to the first sound of its answer."""
    inputs_s = [end for _, end in audible]
    for frame in frames:
        if frame.direction == "sent" and any(
            event.kind in (Kind.TEXT, Kind.TOOL_RESPONSE) for event in frame.events
        ):
            inputs_s.append(frame.at_s)
    delays = []
    silent_since_s = float("-inf")
    for chunk in chunks:
        start_s = chunk.played.start_s
        if not chunk.played.heard_s:
            continue
        speaking = any(start <= start_s <= end for start, end in audible)
        earlier = [at for at in inputs_s if silent_since_s <= at < start_s]
        if earlier and not speaking:
            delays.append(Delay(max(earlier), start_s, silent_since_s))
        silent_since_s = start_s + chunk.played.heard_s
    return delays


def _losses(interruptions_s: Sequence[float], chunks: Sequence[Chunk]) -> list[Loss]:
    losses = []
    since_s = float("-inf")
    for at_s in interruptions_s:
        waiting = [
            chunk.played for chunk in chunks if since_s < chunk.played.arrived_s <= at_s
        ]
        lost_s = sum(one.duration_s - one.heard_s for one in waiting)
        later = [c.played.arrived_s for c in chunks if c.played.arrived_s > at_s]
        if lost_s > 0:
            losses.append(Loss(at_s, lost_s, min(later, default=float("inf"))))
        since_s = at_s
    return losses
