"""Put what a model says into messages, in the way of its model and dialect."""

from collections.abc import Sequence
from typing import Any

from live_emulator.brain.types import Call
from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.reply import Chunk
from live_emulator.session.state import SessionState

__all__ = ["Delivery"]


class Delivery:
    """Sends the pieces of the model's turns."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._opened = False

    def begin(self) -> None:
        """Note that the model begins to generate."""
        self._opened = False

    def chunk(self, chunk: Chunk) -> None:
        """Send a piece of a reply."""
        if chunk.pcm:
            self._audio(chunk.pcm, chunk.text)
        else:
            self._turn(messages.text_part(chunk.text))

    def _audio(self, pcm: bytes, text: str) -> None:
        """Send a chunk of audio, and the words that begin in it if asked for."""
        state = self._state
        part = messages.audio_part(pcm, state.dialect)
        shown = text if state.settings.output_transcription and text else None
        self._open()
        if shown is None:
            self._turn(part)
        elif state.dialect is Dialect.VERTEX:  # its transcript runs ahead
            state.send(messages.output_transcription(shown))
            self._turn(part)
        elif state.model.bundles:
            state.send(messages.model_turn([part], state.with_role, shown))
        else:
            self._turn(part)
            state.send(messages.output_transcription(shown))

    def rest(self, text: str) -> None:
        """Send words that no chunk carried."""
        self._open()
        if text and self._state.settings.output_transcription:
            self._state.send(messages.output_transcription(text))

    def _open(self) -> None:
        """Send the empty transcript that begins a generation on Vertex AI.

        Observed in recordings, and after tool results in Google's own tests.
        """
        state = self._state
        asked = state.settings.output_transcription
        if asked and state.dialect is Dialect.VERTEX and not self._opened:
            state.send(messages.output_transcription(""))
        self._opened = True

    def thought(self, text: str) -> None:
        """Send a thought."""
        self._turn(messages.text_part(text, thought=True))

    def calls(self, calls: Sequence[Call]) -> None:
        """Send calls that are made together."""
        state = self._state
        if state.model.announces_code:
            self._turn(*(_announcement(call) for call in calls))
        message = messages.tool_call(
            [
                {"name": call.name, "args": dict(call.args), "id": call.id}
                for call in calls
            ]
        )
        if state.model.interaction_status:
            message["interactionStatus"] = "IN_PROGRESS"
        state.send(message)

    def _turn(self, *parts: dict[str, Any]) -> None:
        self._state.send(messages.model_turn(parts, self._state.with_role))


def _announcement(call: Call) -> dict[str, Any]:
    """Return a call as the half-cascade models show it first (recordings)."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.args.items())
    return {
        "executableCode": {
            "language": "PYTHON",
            "code": f"print(default_api.{call.name}({arguments}))",
        }
    }
