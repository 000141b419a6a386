"""Whose turn it is: what a conversation can know without listening to it.

No sockets and no devices: messages and milliseconds go in, decisions come out.
Chapter 2 builds `HalfDuplex` and uses `AnswerWatch`.
"""

from google.genai import types

__all__ = ["ECHO_MS", "AnswerWatch", "HalfDuplex"]

ECHO_MS = 300
"""How long a room and its devices' buffers repeat what has been played."""


class HalfDuplex:
    """Keeps the microphone closed while the loudspeaker is heard."""

    def __init__(self, echo_ms: int = ECHO_MS) -> None:
        self._echo_ms = echo_ms
        self._closed_for_ms = 0

    def filter(self, chunk: bytes, chunk_ms: int, is_playing: bool) -> bytes:
        """Return a chunk, or as much silence while it may hold an echo."""
        if is_playing:
            self._closed_for_ms = self._echo_ms
        elif self._closed_for_ms > 0:
            self._closed_for_ms -= chunk_ms
        else:
            return chunk
        return bytes(len(chunk))


class AnswerWatch:
    """Knows whether an answer is due, and counts answers and interruptions."""

    def __init__(self) -> None:
        self.is_awaited = False
        self.answers = 0
        self.interruptions = 0
        self._is_speaking = False
        self._was_spoken_into = False
        self._was_interrupted = False

    def note(self, message: types.LiveServerMessage) -> None:
        """Take in one message."""
        activity, content = message.voice_activity, message.server_content
        if activity and activity.voice_activity_type == _SPEECH_BEGINS:
            self.is_awaited = True
            self._was_spoken_into = self._is_speaking
        if content and (content.input_transcription or content.model_turn):
            self.is_awaited = True
            self._is_speaking |= bool(content.model_turn)
        if content and content.interrupted:
            self.interruptions += 1
            self._was_interrupted = True
        if content and content.turn_complete:
            self.answers += not self._was_interrupted
            # If the user spoke meanwhile, the answer to that is still due.
            self.is_awaited = self._was_interrupted or self._was_spoken_into
            self._is_speaking = self._was_spoken_into = self._was_interrupted = False


_SPEECH_BEGINS = types.VoiceActivityType.ACTIVITY_START
