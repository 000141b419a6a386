"""Whose turn it is: one value, and what to do when something happens.

Events and times go in, actions come out; no socket, no device, no clock. Chapter 5
builds a part of it; turns.js is its twin, and both are held to
tests/vectors/turns.json.
"""

from typing import Literal

from chapter_03 import live_events as event
from chapter_05.utterances import Answer, Question, SentAudio, Utterance

__all__ = ["FOLLOWING", "Action", "Conversation", "Phase", "following"]

Phase = Literal[
    "idle",
    "connecting",
    "listening",
    "hearing",
    "thinking",
    "speaking",
    "interrupted",
    "closed",
]

Action = Literal["play", "finish", "flush"]
"""What the player is to do: play the audio of this event, end the answer when all is
heard, or fall silent."""

FOLLOWING: dict[str, dict[Phase, Phase]] = {
    "connecting": {"idle": "connecting", "closed": "connecting"},
    "connected": {"connecting": "listening"},
    "voice": {"listening": "hearing", "thinking": "hearing"},
    "pause": {"hearing": "thinking", "interrupted": "thinking"},
    "answer": {
        "listening": "speaking",
        "hearing": "speaking",
        "thinking": "speaking",
        "interrupted": "speaking",
    },
    "interruption": {"speaking": "interrupted"},
    "typing": {"listening": "thinking"},
    "silence": {"thinking": "listening", "speaking": "listening"},
    "closing": {
        "connecting": "closed",
        "listening": "closed",
        "hearing": "closed",
        "thinking": "closed",
        "speaking": "closed",
        "interrupted": "closed",
    },
}
"""Which phase follows, for everything that may happen; what is missing changes
nothing."""


def following(phase: Phase, happening: str) -> Phase:
    """Return the phase that follows."""
    return FOLLOWING[happening].get(phase, phase)


class Conversation:
    """One conversation: its phase, and what was said so far."""

    def __init__(self) -> None:
        self.phase: Phase = "idle"
        self._forget()

    def _forget(self) -> None:
        self.utterances: list[Utterance] = []
        self._sent = SentAudio()
        self._question: Question | None = None  # being asked, or the last one
        self._answer: Answer | None = None  # being given
        self._played: Answer | None = None  # being played, as far as it has come
        self._cut: Answer | None = None  # interrupted; unknown what was heard
        self._refused: Answer | None = None  # cut short here; more of it may come
        self._is_user_speaking = False
        self._has_paused = False  # since the last words of the question
        self._owes_end = False  # of an interrupted turn

    def connect(self) -> None:
        """Note that a session is being opened; everything before is forgotten."""
        self.phase = following(self.phase, "connecting")
        self._forget()

    def resume(self) -> None:
        """Note that a session has begun, in which no audio has been sent so far."""
        self._sent = SentAudio()

    def close(self) -> None:
        """Note that the session is over, no matter who ended it."""
        self.phase = following(self.phase, "closing")

    def sent(self, ms: float, at_ms: float) -> None:
        """Note that a chunk of your voice was sent.

        Args:
            ms: Its length.
            at_ms: When its last sample was spoken.

        """
        self._sent.add(ms, at_ms)

    def talk(self) -> list[Action]:
        """Note that you begin to speak, and say so yourself (push-to-talk)."""
        was_speaking = self.phase == "speaking"
        # The service will say so too, but there is no need to wait for that.
        self._refused = self._answer
        self._interrupt()
        self._is_user_speaking = True
        self._ask()
        self.phase = following(self.phase, "interruption" if was_speaking else "voice")
        return ["flush"] if was_speaking else []

    def rest(self, at_ms: float) -> None:
        """Note that you stop speaking, and say so yourself (push-to-talk, mute)."""
        if self._is_user_speaking:
            self._pause(at_ms, at_ms)

    def type(self, text: str, at_ms: float) -> None:
        """Note that you typed something in place of saying it, and that it was sent."""
        question = Question(text, at_ms, at_ms, is_typed=True)
        self.utterances.append(question)
        if not self._is_user_speaking:
            self._question, self._has_paused = question, False
        self.phase = following(self.phase, "typing")

    def receive(self, happened: event.Event, at_ms: float) -> list[Action]:
        """Take in one event of the service; return what to do, in order."""
        match happened:
            case event.SetupComplete():
                self.phase = following(self.phase, "connected")
            case event.VoiceActivity():
                self._hear(happened, at_ms)
            case event.InputTranscript():
                self._write(happened.text)
            case event.OutputTranscript() if happened.text:
                self._answering(at_ms).add_words(happened.text)
            case event.Audio():
                return self._speak(happened, at_ms)
            case event.GenerationComplete() if self._answer:
                return ["finish"]
            case event.Interrupted():
                self._refused = None
                self._interrupt()
                self.phase = following(self.phase, "interruption")
                return ["flush"]
            case event.TurnComplete():
                return self._end_turn()
        return []

    def audible(self, at_ms: float) -> None:
        """Note that the first of an answer leaves the loudspeaker."""
        if self._played and self._played.audible_at_ms is None:
            self._played.audible_at_ms = at_ms

    def drained(self) -> None:
        """Note that everything that was to be played has been heard."""
        if self.phase == "speaking":
            listening = following(self.phase, "silence")
            self.phase = "hearing" if self._is_user_speaking else listening

    def flushed(self, heard_ms: float) -> None:
        """Note that the player fell silent, and how much of the answer was heard."""
        if self._cut:
            self._cut.heard_ms = heard_ms
        self._cut = None

    def _hear(self, activity: event.VoiceActivity, at_ms: float) -> None:
        if activity.started:
            self._is_user_speaking = True
            self._ask()
            self.phase = following(self.phase, "voice")
            return
        if activity.offset_s is None:
            self._pause(None, at_ms)
        else:
            self._pause(self._sent.spoken_at_ms(activity.offset_s * 1000), at_ms)

    def _pause(self, spoken_until_ms: float | None, at_ms: float) -> None:
        self._is_user_speaking = False
        self._has_paused = True
        self.phase = following(self.phase, "pause")
        if self._question:
            self._question.spoken_until_ms = spoken_until_ms
            self._question.noticed_at_ms = at_ms

    def _ask(self) -> None:
        """Begin a new question, unless the one before has had no answer yet."""
        last = self.utterances[-1] if self.utterances else None
        if not isinstance(last, Question) or last.is_typed:
            self._question = Question()
            self.utterances.append(self._question)

    def _write(self, words: str) -> None:
        question = self._asked_for()
        # Pieces bring their blanks along, except after a pause.
        is_new = question.text[-1:].strip() and words[:1].strip()
        question.text += f" {words}" if self._has_paused and is_new else words
        self._has_paused = False

    def _asked_for(self) -> Question:
        """Return the question of some words; they may come after the answer began."""
        is_known = self._question and not self._question.is_typed
        if not is_known or not (self._answer or self._is_user_speaking):
            self._ask()
        assert self._question
        return self._question

    def _answering(self, at_ms: float) -> Answer:
        """Return the answer that something belongs to, which may be its first."""
        if self._refused:
            return self._refused
        if not self._answer:
            self._answer = Answer(self._question, at_ms)
            self.utterances.append(self._answer)
        return self._answer

    def _speak(self, chunk: event.Audio, at_ms: float) -> list[Action]:
        answer = self._answering(at_ms)
        answer.add_audio(len(chunk.pcm) / 2 / chunk.rate_hz * 1000)
        if self._refused:
            return []
        self._played = answer
        self.phase = following(self.phase, "answer")
        return ["play"]

    def _interrupt(self) -> None:
        """End the answer that is being given, if one is."""
        if self._answer:
            self._answer.was_interrupted = self._answer.is_over = True
            self._cut, self._answer = self._answer, None
            self._owes_end = True

    def _end_turn(self) -> list[Action]:
        self._refused = None
        if self._owes_end:
            self._owes_end = False
            return []
        if self._answer:
            self._answer.is_over = True
        else:
            self.phase = following(self.phase, "silence")
        self._answer = None
        return ["finish"]
