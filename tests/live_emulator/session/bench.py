"""A test bench for the session machine: simulated time, ears, brain and mouth."""

import base64
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from live_emulator.brain.rules.translation import translate
from live_emulator.brain.types import Question, ReplyPart, Say, Sight
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import (
    Credential,
    CredentialKind,
    LiveEndpoint,
    Method,
)
from live_emulator.protocol.server_fields import check_message
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session import actions as do
from live_emulator.session.activity import (
    Activities,
    ActivityEnded,
    ActivityEvent,
    Windows,
)
from live_emulator.session.machine import Session
from live_emulator.session.settings import ActivitySettings
from live_emulator.session.shared import SharedState
from live_emulator.voice.types import SpeechPiece, SpokenWord

__all__ = [
    "ENDPOINT",
    "LEVEL",
    "ActivityDetector",
    "Bench",
    "LevelDetector",
    "audio",
    "silence",
    "tone",
    "user_text",
]

ENDPOINT = LiveEndpoint(
    Dialect.GEMINI, "v1", Method.CONTENT, Credential(CredentialKind.KEY, "key")
)

LEVEL = {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}
"""What a setup for extended thinking can't do without."""

MS_PER_WORD = 300
"""How long the simulated mouth takes for a word."""

Answer = Callable[[Question], Iterable[ReplyPart]]


def echo(question: Question) -> Iterable[ReplyPart]:
    """Say back what the last turn said."""
    yield Say(f"You said {question.turns[-1].text}.")


class SpeechDetector(Protocol):
    """Judges one window after another."""

    def __call__(self, window: bytes) -> float:
        """Return the probability of speech, 0 to 1, in `WINDOW_BYTES` of audio."""
        ...

    def reset(self) -> None:
        """Forget the audio so far."""
        ...


class LevelDetector:
    """Takes every window that is not silent for speech."""

    def __call__(self, window: bytes) -> float:
        return 1.0 if np.frombuffer(window, "<i2").any() else 0.0

    def reset(self) -> None:
        """Keep no state."""


class ActivityDetector:
    """Finds the activities of one stream where it is called, with its own detector."""

    def __init__(self, settings: ActivitySettings, detector: SpeechDetector) -> None:
        self._detector = detector
        self._windows = Windows()
        self._activities = Activities(settings)

    def feed(self, pcm: bytes) -> Iterator[ActivityEvent]:
        """Yield what happens in this audio: PCM16 at 16 kHz, of any length."""
        for window in self._windows.cut(pcm):
            yield from self._judge(window)

    def end_stream(self) -> Iterator[ActivityEvent]:
        """End the stream: what was said so far is finished at once.

        The next audio opens the stream again.
        """
        for window in self._windows.fill_up():
            yield from self._judge(window)
        yield from self._activities.stream_ended()
        self._detector.reset()

    def _judge(self, window: bytes) -> Iterator[ActivityEvent]:
        events = self._activities.judged(window, self._detector(window))
        yield from events
        if any(isinstance(event, ActivityEnded) for event in events):
            self._detector.reset()


def tone(ms: float, rate_hz: int = 16_000) -> bytes:
    """Return audio that the level detector takes for speech."""
    return np.full(int(rate_hz * ms / 1000), 1000, "<i2").tobytes()


def silence(ms: float, rate_hz: int = 16_000) -> bytes:
    """Return digital silence."""
    return bytes(2 * int(rate_hz * ms / 1000))


def audio(pcm: bytes, rate_hz: int = 16_000) -> dict[str, Any]:
    """Return a realtimeInput message with audio."""
    blob = {
        "data": base64.b64encode(pcm).decode(),
        "mimeType": f"audio/pcm;rate={rate_hz}",
    }
    return {"realtimeInput": {"audio": blob}}


def user_text(text: str, complete: bool = True) -> dict[str, Any]:
    """Return a clientContent message with one user turn."""
    turn = {"role": "user", "parts": [{"text": text}]}
    return {"clientContent": {"turns": [turn], "turnComplete": complete}}


@dataclass
class Bench:
    """Runs a session and does at once whatever it wants done."""

    answer: Answer = echo
    endpoint: LiveEndpoint = ENDPOINT
    shared: SharedState = field(
        default_factory=lambda: SharedState(translate=translate)
    )
    words: list[str] = field(default_factory=lambda: ["hello"])
    """What is recognised, utterance after utterance; the last repeats."""
    now: float = 0.0
    sight: Sight = Sight(640, 480)
    sent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    actions: list[do.Action] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    ears: dict[int, bytearray] = field(default_factory=dict)
    closed: Close | None = None
    detector: ActivityDetector | None = None
    found: int = 0
    _queue: deque[do.Action] = field(default_factory=deque)
    _performing: bool = False

    def __post_init__(self) -> None:
        self.session = Session(
            self.endpoint,
            self.shared,
            make_resampler=_make_resampler,
            seed=7,
        )

    # --- driving

    def setup(self, model: str = "gemini-3.8-live", **setup: Any) -> "Bench":
        """Send a setup; keyword arguments are its fields."""
        return self.send({"setup": {"model": f"models/{model}"} | setup})

    def send(self, message: Any) -> "Bench":
        """Send a client message, a value or a frame as it is."""
        frame = message if isinstance(message, str | bytes) else json.dumps(message)
        self._perform(self.session.frame(frame, self.now))
        return self

    def speak(
        self, ms: float = 1000, pause_ms: float = 1000, chunk_ms: float = 40
    ) -> "Bench":
        """Send speech and the silence behind it, at the pace of a microphone."""
        for pcm in (tone(ms), silence(pause_ms)):
            step = int(chunk_ms * 32)
            for start in range(0, len(pcm), step):
                self.send(audio(pcm[start : start + step]))
                self.run(chunk_ms / 1000)
        return self

    def run(self, seconds: float) -> "Bench":
        """Let time pass, waking the session exactly when it wants to be."""
        end = self.now + seconds
        wakes = 0
        while (due := self.session.next_wake) is not None and due <= end:
            wakes = wakes + 1 if due <= self.now else 0
            assert wakes < 100, "The session wants to be woken again and again."
            self.now = max(self.now, due)
            self._perform(self.session.wake(self.now))
        self.now = end
        return self

    def _perform(self, actions: list[do.Action]) -> None:
        """Do actions in order, those that follow from them behind all others."""
        self._queue.extend(actions)
        if self._performing:
            return
        self._performing = True
        while self._queue:
            action = self._queue.popleft()
            self.actions.append(action)
            match action:
                case do.Send(message):
                    assert not check_message(message, self.endpoint.dialect)
                    self.sent.append((round(self.now, 6), message))
                case do.CloseSocket(close):
                    self.closed = close
                case do.FindSpeech(pcm):
                    self._find_speech(self._detect().feed(pcm))
                case do.EndStream():
                    self._find_speech(self._detect().end_stream())
                case do.OpenEar(utterance):
                    self.ears[utterance] = bytearray()
                case do.FeedEar(utterance, pcm, _):
                    self.ears[utterance] += pcm
                case do.ShutEar(utterance):
                    text = self.words.pop(0) if len(self.words) > 1 else self.words[0]
                    self._perform(self.session.heard(utterance, text, self.now))
                case do.Look(look):
                    self._perform(self.session.saw(look, self.sight, self.now))
                case do.Ask(reply, question):
                    self.questions.append(question)
                    for part in self.answer(question):
                        self._perform(self.session.said(reply, part, self.now))
                    self._perform(self.session.said_all(reply, self.now))
                case do.Speak(speech, text):
                    piece = _pronounce(text)
                    self._perform(self.session.spoke(speech, piece, self.now))
                    self._perform(self.session.spoke_all(speech, self.now))
        self._performing = False

    def _detect(self) -> ActivityDetector:
        if self.detector is None:
            assert self.session.settings is not None
            activity = self.session.settings.activity
            self.detector = ActivityDetector(activity, LevelDetector())
        return self.detector

    def _find_speech(self, events: Iterable[ActivityEvent]) -> None:
        self._perform(self.session.found(list(events), self.now))
        self.found += 1
        self.session.decided(self.found)

    # --- looking

    @property
    def notes(self) -> list[str]:
        """What was told to whoever runs the emulator."""
        return [one.text for one in self.actions if isinstance(one, do.Note)]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages of the server."""
        return [message for _, message in self.sent]

    def forget(self) -> "Bench":
        """Forget the messages so far."""
        self.sent.clear()
        self.actions.clear()
        return self

    def kinds(self) -> list[str]:
        """Return the messages by their kind, runs of one kind once."""
        kinds: list[str] = []
        for message in self.messages:
            for kind in kinds_of(message):
                if not kinds or kinds[-1] != kind:
                    kinds.append(kind)
        return kinds

    def find(self, kind: str) -> list[tuple[float, dict[str, Any]]]:
        """Return messages of a kind with their times."""
        return [(at, message) for at, message in self.sent if kind in kinds_of(message)]

    def audio_ms(self) -> float:
        """Return the length of all audio that was sent."""
        return sum(len(pcm) for pcm in self.chunks()) / 48

    def chunks(self) -> list[bytes]:
        """Return all audio chunks that were sent."""
        return [
            base64.b64decode(part["inlineData"]["data"])
            for message in self.messages
            for part in message.get("serverContent", {})
            .get("modelTurn", {})
            .get("parts", ())
            if "inlineData" in part
        ]

    def transcript(self, name: str = "outputTranscription") -> str:
        """Return a transcript, put together without adding blanks."""
        return "".join(
            message["serverContent"][name].get("text", "")
            for message in self.messages
            if name in message.get("serverContent", {})
        )


def kinds_of(message: dict[str, Any]) -> list[str]:
    """Return what is in a message: fields of serverContent, or its union."""
    kinds = []
    for name, value in message.items():
        if name == "serverContent":
            parts = value.get("modelTurn", {}).get("parts", ())
            kinds += ["audio" if "inlineData" in part else "text" for part in parts]
            kinds += [key for key in value if key != "modelTurn"]
        elif name == "voiceActivity":
            kinds.append(value["type"])
        elif name != "usageMetadata":
            kinds.append(name)
    return kinds


def with_credential(kind: CredentialKind, value: str = "") -> LiveEndpoint:
    """Return the usual endpoint with another credential."""
    return replace(ENDPOINT, credential=Credential(kind, value))


def _make_resampler(from_hz: int, to_hz: int) -> Callable[[bytes], bytes]:
    def resample(pcm: bytes) -> bytes:
        samples = np.frombuffer(pcm, "<i2")
        count = len(samples) * to_hz // from_hz
        return samples[np.arange(count) * from_hz // to_hz].astype("<i2").tobytes()

    return resample


def _pronounce(text: str) -> SpeechPiece:
    """Return a tone of `MS_PER_WORD` for each word."""
    words, position = [], 0
    for index, word in enumerate(text.split()):
        start = text.index(word, position)
        position = start + len(word)
        words.append(SpokenWord(start, position, index * MS_PER_WORD))
    return SpeechPiece(tone(len(words) * MS_PER_WORD, 24_000), tuple(words))
