"""Tell the client what it said, in the way of its model.

3.x models send one finished text per utterance (observed), 2.5 models send it
word by word while the user speaks, transcribe models send interim texts and end
each utterance with `generationComplete`.
"""

from difflib import SequenceMatcher
from typing import Any

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.models import Task
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.state import SessionState
from live_emulator.voice.types import Interim

__all__ = ["InputTranscripts"]


class InputTranscripts:
    """Sends input transcriptions for the utterances of activities."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._shown: dict[int, str] = {}
        """Text already sent, by utterance."""
        self._end_offsets: list[float | None] = []

    @property
    def wants_interim(self) -> bool:
        """Whether text is sent while the user speaks."""
        state = self._state
        return state.model.task is Task.TRANSCRIBE or (
            state.settings.input_transcription and not state.model.whole_transcripts
        )

    def begin(self, utterance: int) -> None:
        """Expect the text of an utterance."""
        self._shown[utterance] = ""

    def end_at(self, offset_ms: float | None) -> None:
        """Hold back the end of an activity until its text was sent."""
        self._end_offsets.append(offset_ms)

    def interim(self, utterance: int, interim: Interim) -> None:
        """Send what can be said already."""
        state = self._state
        if utterance not in self._shown or not self.wants_interim:
            return
        if state.model.task is Task.TRANSCRIBE:
            state.send(messages.interim_input_transcription(interim.text))
        else:
            self._send_rest(utterance, interim.settled)

    def final(self, utterance: int, text: str) -> None:
        """Send what was not yet sent of the finished text."""
        state = self._state
        if utterance not in self._shown:
            return
        if state.model.task is Task.TRANSCRIBE:
            self._end_transcription(text)
        elif state.settings.input_transcription and text:
            if state.model.whole_transcripts:
                state.send(messages.input_transcription(text, **self._finished()))
            else:
                self._send_rest(utterance, text)
        del self._shown[utterance]

    def _end_transcription(self, text: str) -> None:
        state = self._state
        if text:
            state.send(messages.input_transcription(text))
        state.send(messages.generation_complete())
        offset_ms = self._end_offsets.pop(0) if self._end_offsets else None
        if offset_ms is not None:
            state.send(messages.voice_activity(False, offset_ms / 1000))

    def _send_rest(self, utterance: int, text: str) -> None:
        """Send a text, word by word, from where the last one ended."""
        words = text.split()
        for word in words[_count_said(self._shown[utterance].split(), words) :]:
            self._state.send(messages.input_transcription(f" {word}"))
        self._shown[utterance] = text

    def _finished(self) -> dict[str, Any]:
        """Return the flag that was seen on Vertex and never on the Gemini API."""
        return {"finished": True} if self._state.dialect is Dialect.VERTEX else {}


def _count_said(shown: list[str], words: list[str]) -> int:
    """Return how many of the words were said already.

    A recogniser that takes back what it was sure of has most of it in its new text:
    what lies behind the last words that both have was not said.
    """
    if words[: len(shown)] == shown:
        return len(shown)
    blocks = SequenceMatcher(None, shown, words, autojunk=False).get_matching_blocks()
    common = [block for block in blocks if block.size]
    if not common:
        return min(len(shown), len(words))
    last = common[-1]
    return min(last.b + len(shown) - last.a, len(words))
