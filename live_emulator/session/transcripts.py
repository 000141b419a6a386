"""Tell the client what it said, in the way of its model.

3.x models send one finished text per utterance (observed), 2.5 models send it
word by word while the user speaks, transcribe models send interim texts and end
each utterance with `generationComplete`.
"""

from typing import Any

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.models import Task
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.state import SessionState

__all__ = ["InputTranscripts"]


class InputTranscripts:
    """Sends input transcriptions for the utterances of activities."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._shown: dict[int, list[str]] = {}
        """Words already sent, by utterance."""
        self._last: list[str] = []
        self._end_offsets: list[float | None] = []

    def begin(self, utterance: int) -> None:
        """Expect the text of an utterance."""
        self._shown[utterance] = []
        self._last = []

    def end_at(self, offset_ms: float | None) -> None:
        """Hold back the end of an activity until its text was sent."""
        self._end_offsets.append(offset_ms)

    def partial(self, utterance: int, text: str) -> None:
        """Send what can be said already."""
        state = self._state
        shown = self._shown.get(utterance)
        if shown is None:
            return
        if state.model.task is Task.TRANSCRIBE:
            state.send(messages.interim_input_transcription(text))
            return
        if state.model.whole_transcripts or not state.settings.input_transcription:
            return
        words = text.split()
        # A word is sent once the recogniser has said it twice and gone beyond.
        stable = _common_prefix(words, self._last)
        self._last = words
        ready = words[len(shown) : min(stable, len(words) - 1)]
        if words[: len(shown)] == shown:
            self._send_words(shown, ready)

    def final(self, utterance: int, text: str) -> None:
        """Send what was not yet sent of the finished text."""
        state = self._state
        shown = self._shown.pop(utterance, None)
        if shown is None:
            return
        if state.model.task is Task.TRANSCRIBE:
            self._end_transcription(text)
        elif state.settings.input_transcription and text:
            if state.model.whole_transcripts:
                state.send(messages.input_transcription(text, **self._finished()))
            else:
                self._send_words(shown, text.split()[len(shown) :])

    def _end_transcription(self, text: str) -> None:
        state = self._state
        if text:
            state.send(messages.input_transcription(text))
        state.send(messages.generation_complete())
        offset_ms = self._end_offsets.pop(0) if self._end_offsets else None
        if offset_ms is not None:
            state.send(messages.voice_activity(False, offset_ms / 1000))

    def _send_words(self, shown: list[str], words: list[str]) -> None:
        for word in words:
            self._state.send(messages.input_transcription(f" {word}"))
            shown.append(word)

    def _finished(self) -> dict[str, Any]:
        """Return the flag that was seen on Vertex and never on the Gemini API."""
        return {"finished": True} if self._state.dialect is Dialect.VERTEX else {}


def _common_prefix(first: list[str], second: list[str]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
