"""Read from a session's frames what the client sent and what it got.

Pure reading, at any time: of a session that runs, it tells what happened so far.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from live_emulator.journal.journal import FaultMark, Frame, SessionRecord
from live_emulator.journal.reading import (
    CLIENT_KINDS,
    audio_in,
    client_message,
    items,
    member,
    pcm_duration_s,
    server_message,
    text_of,
)
from live_emulator.journal.text import ending, summary, timeline
from live_emulator.protocol.closing import Close
from live_emulator.protocol.endpoints import LiveEndpoint
from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["SessionView"]


class SessionView:
    """One connection, as a test asks about it.

    Names are those of the protocol in camelCase, however the client spelt them.
    Payloads (audio, images) may be replaced by a note of their length.
    """

    def __init__(self, record: SessionRecord) -> None:
        self.record = record

    def __repr__(self) -> str:
        return f"<session {self.number}: {self.summary}>"

    @property
    def number(self) -> int:
        """1 for the first connection of the emulator."""
        return self.record.number

    @property
    def endpoint(self) -> LiveEndpoint:
        """Where the client connected, and with what credential."""
        return self.record.endpoint

    @property
    def frames(self) -> list[Frame]:
        """The frames of both directions, oldest first; the latest of a long session."""
        return list(self.record.frames)

    @property
    def over(self) -> bool:
        """The connection is no more."""
        return self.record.over

    @property
    def close(self) -> Close | None:
        """Code and reason with which the emulator closed it; None if it did not."""
        return self.record.close

    @property
    def client_code(self) -> int | None:
        """Code with which the client closed it, 1005 for none; None if it did not."""
        return self.record.client_code

    @property
    def faults(self) -> list[FaultMark]:
        """What went wrong in it on command, oldest first."""
        return list(self.record.faults)

    # --- what the client sent

    def sent(self, kind: str = "") -> list[dict[str, Any]]:
        """Return what the client sent, oldest first.

        Args:
            kind: One of "setup", "clientContent", "realtimeInput", "toolResponse" and
                "contextUpdate"; only the contents of these messages are returned.
                Without it, whole messages of all kinds.

        Raises:
            ValueError: There is no such kind.
            AssertionError: The session was so long that its first frames are no
                longer remembered.

        """
        if kind and kind not in CLIENT_KINDS:
            known = ", ".join(CLIENT_KINDS)
            raise ValueError(f"There is no message {kind!r}. A client sends {known}.")
        messages = list(self._client_messages())
        if not kind:
            return messages
        return [member(message, kind) for message in messages if kind in message]

    @property
    def setup(self) -> dict[str, Any]:
        """The client's setup.

        Raises:
            AssertionError: None came, or it is no longer remembered.

        """
        found = self.sent("setup")
        if not found:
            raise AssertionError(
                f"The client of session {self.number} sent no setup that can be read. "
                f"It {self.summary}."
            )
        return found[0]

    @property
    def audio_sent_s(self) -> float:
        """Seconds of audio in `realtimeInput`, at the rates its MIME types name.

        PCM alone counts. Each chunk may be a sample off.
        """
        return sum(
            pcm_duration_s(chunk, INPUT_RATE_HZ)
            for message in self.sent("realtimeInput")
            for chunk in audio_in(message)
        )

    @property
    def typed(self) -> list[str]:
        """Texts that the client sent, of `clientContent` and of `realtimeInput`."""
        texts: list[str] = []
        for message in self.sent():
            texts.append(str(member(message, "realtimeInput").get("text") or ""))
            turns = items(member(message, "clientContent"), "turns")
            texts += [text_of(turn) for turn in turns]
        return [text for text in texts if text]

    @property
    def tool_responses(self) -> list[dict[str, Any]]:
        """The client's answers to calls, each with `id`, `name` and `response`."""
        return [
            response
            for message in self.sent("toolResponse")
            for response in items(message, "functionResponses")
        ]

    # --- what it got

    @property
    def tool_calls(self) -> list[dict[str, Any]]:
        """The calls that were made, each with `id`, `name` and `args`."""
        return [
            call
            for message in self._received()
            for call in items(member(message, "toolCall"), "functionCalls")
        ]

    @property
    def heard(self) -> list[str]:
        """What was understood of the client's speech, an utterance each.

        Empty unless the client asked for `inputAudioTranscription`.
        """
        return list(_utterances(self._contents()))

    @property
    def said(self) -> list[str]:
        """What the model said, a text for each turn in which it said something.

        Of a turn that was interrupted, what was sent of it. Spoken words are known
        only if the client asked for `outputAudioTranscription`.
        """
        return list(_turns(self._contents()))

    @property
    def interruptions(self) -> int:
        """How many times `interrupted` was sent."""
        return sum("interrupted" in content for content in self._contents())

    @property
    def handles(self) -> list[str]:
        """Handles with which the client can resume, the best last."""
        updates = (
            member(message, "sessionResumptionUpdate") for message in self._received()
        )
        handles = (update.get("newHandle") for update in updates)
        return [handle for handle in handles if handle]

    # --- for people

    @property
    def summary(self) -> str:
        """What the client sent and how it ended, in words."""
        return summary(self.frames, ending(self.over, self.close, self.client_code))

    def timeline(self, lines: int = 40) -> str:
        """Return what happened as text: frames and faults, in so many lines at most."""
        return timeline(self.frames, list(self.record.faults), lines)

    # --- reading

    def _client_messages(self) -> Iterator[dict[str, Any]]:
        frames = self.frames
        if frames and frames[0].number > 0:
            raise AssertionError(
                f"Only the latest {len(frames):,} frames of session {self.number} are "
                "remembered, so what the client sent is not known as a whole. Let the "
                "test talk for less time, or in longer chunks."
            )
        for frame in frames:
            if frame.direction == "client":
                yield client_message(frame)

    def _received(self) -> Iterator[dict[str, Any]]:
        for frame in self.frames:
            if frame.direction == "server":
                yield server_message(frame)

    def _contents(self) -> Iterator[dict[str, Any]]:
        for message in self._received():
            yield member(message, "serverContent")


def _utterances(contents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Join transcripts that come word by word, each with a space before it."""
    heard = ""
    for content in contents:
        text = member(content, "inputTranscription").get("text", "")
        if heard and text and not text.startswith(" "):
            yield heard.strip()
            heard = ""
        heard += text
        if heard and ("turnComplete" in content or "interrupted" in content):
            yield heard.strip()
            heard = ""
    if heard:
        yield heard.strip()


def _turns(contents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    said = ""
    for content in contents:
        for part in items(member(content, "modelTurn"), "parts"):
            if not part.get("thought"):
                said += part.get("text", "")
        said += member(content, "outputTranscription").get("text", "")
        if "turnComplete" in content and said:
            yield said.strip()
            said = ""
    if said:
        yield said.strip()
