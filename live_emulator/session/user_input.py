"""The user's side of a session: audio, text, images, and content as a whole.

Whatever comes in ends up as entries of the history; when an entry is complete
the answering side is asked to answer.
"""

from collections.abc import Callable, Mapping
from typing import Any

from live_emulator.brain.types import Call, Result, Sight
from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import close_for
from live_emulator.protocol.models import Task
from live_emulator.protocol.usage import audio_tokens, image_tokens, text_tokens
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session import actions as do
from live_emulator.session.activity import (
    ActivityAudio,
    ActivityEvent,
    ActivityStarted,
)
from live_emulator.session.answering import Answering
from live_emulator.session.audio_input import (
    AudioInput,
    Resample,
    not_taken,
    read_audio,
)
from live_emulator.session.history import Entry
from live_emulator.session.settings import response_text
from live_emulator.session.state import SessionState
from live_emulator.session.tool_calls import content_of
from live_emulator.session.transcripts import InputTranscripts
from live_emulator.voice.types import INPUT_RATE_HZ, Interim

__all__ = ["MakeResampler", "UserInput"]

MakeResampler = Callable[[int, int], Resample]

_MAX_SIGHTS = 8
"""So many of the latest images of a turn are kept for the brain."""

_UNCHECKED_TOKENS = 4_096
"""So much may be added before the window is checked; asking checks it as well."""

_BYTES_PER_MS = INPUT_RATE_HZ * 2 / 1000


class UserInput:
    """Turns what the client sends into entries of the history."""

    def __init__(
        self,
        state: SessionState,
        answering: Answering,
        make_resampler: MakeResampler,
    ) -> None:
        self._state = state
        self._answering = answering
        self._make_resampler = make_resampler
        self._audio = AudioInput(make_resampler)
        self._transcripts = InputTranscripts(state)
        self._entry: Entry | None = None
        """The entry of the activity under way."""
        self._utterance = 0
        self._activity_ms = 0.0
        self._turn_from_ms = 0.0
        """Where in the audio the turn begins, if it includes all input."""
        self._given = 0
        self._decided = 0
        self._seeding = state.settings.initial_history
        self._sights: list[Sight] = []
        self._looks: set[int] = set()
        self._image_tokens = 0
        self._unchecked_tokens = 0

    @property
    def listening(self) -> bool:
        """An activity of the user is under way."""
        return self._entry is not None

    @property
    def caught_up(self) -> bool:
        """In all audio so far, speech was looked for."""
        return self._decided == self._given

    def decided(self, count: int) -> None:
        """Note that so many `FindSpeech` and `EndStream` were done, since ever."""
        self._decided = count

    # --- clientContent

    def content(self, content: Mapping[str, Any]) -> None:
        """Take clientContent: add to the history, and answer if it is complete."""
        complete = bool(content.get("turnComplete"))
        turns = content.get("turns", ())
        seeding, self._seeding = self._seeding, self._seeding and not complete
        if complete and not seeding:
            self._answering.interrupt()
        for index, turn in enumerate(turns):
            last = complete and index == len(turns) - 1
            self._add_content(turn, last and not seeding)
        if complete and not seeding:
            self._answering.ask()

    def _add_content(self, turn: Mapping[str, Any], to_answer: bool) -> None:
        entry = Entry(self._read_role(turn.get("role", ""), to_answer))
        for part in turn.get("parts", ()):
            self._add_part(entry, part)
        if entry.results and entry.role == "user":
            entry.role = "tool"
        if not entry.is_empty:
            self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        """Put an entry into the history, which may not outgrow the window."""
        state = self._state
        state.history.append(entry)
        self._unchecked_tokens += entry.tokens.total
        if self._unchecked_tokens > _UNCHECKED_TOKENS and not state.history.waiting:
            self._unchecked_tokens = 0
            state.keep_within_window()

    def _read_role(self, role: str, to_answer: bool) -> Any:
        match role:
            case "user" | "model":
                return role
            case "function" | "tool":
                return "tool"
            case "" if to_answer and (
                not self._state.model.needs_role or self._state.shared.lenient
            ):
                return "user"
            case "" if self._state.model.notes or self._state.shared.lenient:
                return "note"
            case "system" if self._state.dialect is Dialect.VERTEX:
                return "note"
        raise close_for("argument.invalid")

    def _add_part(self, entry: Entry, part: Mapping[str, Any]) -> None:
        if text := part.get("text"):
            entry.add_text(text)
            entry.tokens.add("TEXT", text_tokens(text))
        if call := part.get("functionCall"):
            made = Call(
                call.get("name", ""), call.get("args") or {}, call.get("id", "")
            )
            entry.calls += (made,)
            size = text_tokens(made.name) + text_tokens(response_text(made.args))
            entry.tokens.add("TEXT", size)
        if response := part.get("functionResponse"):
            content = content_of(response)
            entry.results += (
                Result(response.get("name", ""), content, response.get("id", "")),
            )
            entry.tokens.add("TEXT", text_tokens(response_text(content)))
        if blob := part.get("inlineData"):
            self._add_blob(entry, blob)

    def _add_blob(self, entry: Entry, blob: Mapping[str, Any]) -> None:
        mime_type = blob.get("mimeType", "").lower()
        data = blob.get("data") or b""
        if mime_type.startswith("image/"):
            self._look_for(entry, data)
        elif mime_type.startswith("audio/"):
            rate_hz, pcm = read_audio(data, mime_type)
            if rate_hz != INPUT_RATE_HZ:
                pcm = self._make_resampler(rate_hz, INPUT_RATE_HZ)(pcm)
            entry.tokens.add("AUDIO", audio_tokens(len(pcm) / _BYTES_PER_MS))
            utterance = self._open_ear(entry)
            self._state.act(do.FeedEar(utterance, pcm))
            self._state.act(do.ShutEar(utterance))
        else:
            raise not_taken(mime_type or "data without a MIME type")

    # --- realtimeInput

    def realtime(self, content: Mapping[str, Any]) -> None:
        """Take realtimeInput, each of its fields in the proto's order."""
        # Documented: the history comes first, up to its turnComplete. Observed
        # (pipecat 1.14): without that, realtime input begins the conversation.
        self._seeding = False
        for chunk in self._media_chunks(content):
            self._medium(chunk)
        if "audio" in content:
            self._medium(content["audio"], "audio/pcm")
        if "video" in content:
            self._medium(content["video"], "image/")
        if "activityStart" in content:
            self._activity_start()
        if "activityEnd" in content:
            self._activity_end()
        if content.get("audioStreamEnd"):
            self._stream_end()
        if content.get("text"):
            self._text(content["text"])

    def _media_chunks(self, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        chunks: list[Mapping[str, Any]] = content.get("mediaChunks") or []
        state = self._state
        if chunks and not (state.model.media_chunks or state.shared.lenient):
            raise close_for("media-chunks.deprecated")
        return chunks[:1]  # older models take the first alone

    def _medium(self, blob: Mapping[str, Any], default: str = "") -> None:
        mime_type = blob.get("mimeType", "") or default
        data = blob.get("data") or b""
        if mime_type.lower().startswith("image/"):
            self._video(data)
        else:
            self._hear(data, mime_type)

    def _hear(self, data: bytes, mime_type: str) -> None:
        pcm = self._audio.take(data, mime_type)
        if not self._state.settings.activity.automatic:
            if self._entry is not None and pcm:
                self._more(pcm)
            elif pcm and "early-audio-closes" in self._state.shared.variants:
                raise close_for("argument.invalid")
            return
        if pcm:
            self._given += 1
            self._state.act(do.FindSpeech(pcm))

    def _stream_end(self) -> None:
        if not self._state.settings.activity.automatic:
            raise close_for("argument.invalid")
        if "stream-end-ignored" in self._state.shared.variants:
            return
        self._given += 1
        self._state.act(do.EndStream())

    def _text(self, text: str) -> None:
        state = self._state
        if self._entry is not None and not state.settings.activity.automatic:
            self._entry.add_text(text)
            self._entry.tokens.add("TEXT", text_tokens(text))
            return
        self._user_acts()
        if not self._is_nudge(text):
            entry = self._new_entry()
            entry.add_text(text)
            entry.tokens.add("TEXT", text_tokens(text))
            self._remember(entry)
        self._answering.ask()

    def _is_nudge(self, text: str) -> bool:
        """Return whether a text only asks for an answer to what stands there.

        Observed: seeded history alone starts no turn on 3.x models, so pipecat
        sends a blank after it, ADK a full stop, and its last question is answered.
        """
        entries = self._state.history.entries
        asked = bool(entries) and entries[-1].role == "user"
        return asked and not text.strip(" .")

    # --- activity

    def found(self, event: ActivityEvent) -> None:
        """Take what was found in the user's audio."""
        match event:
            case ActivityStarted():
                self._begin(event.offset_ms)
                self._activity_ms = event.speech_ms
                self._state.act(do.FeedEar(self._utterance, event.pcm))
            case ActivityAudio():
                self._more(event.pcm, event.silent)
            case _:
                self._finish(event.offset_ms, event.found_at_ms)

    def _activity_start(self) -> None:
        if self._state.settings.activity.automatic:
            raise close_for("activity.explicit")
        if self._entry is None:
            self._begin(None)
            self._activity_ms = 0.0

    def _activity_end(self) -> None:
        if self._state.settings.activity.automatic:
            raise close_for("activity.explicit")
        entry = self._entry
        if entry is None or not (self._activity_ms or entry.text):
            # Observed 2026-09-10: an empty activity ends in both of these.
            self._state.send(messages.turn_complete({}))
            raise close_for("precondition.failed")
        self._finish(None, 0.0)

    def _begin(self, offset_ms: float | None) -> None:
        state = self._state
        self._report_activity(True, offset_ms)
        self._user_acts()
        if state.settings.activity.interrupts:
            self._answering.user_speaks = True
        self._entry = self._new_entry()
        self._utterance = self._open_ear(self._entry, self._transcripts.wants_interim)
        self._transcripts.begin(self._utterance)

    def _more(self, pcm: bytes, silent: bool = False) -> None:
        self._activity_ms += len(pcm) / _BYTES_PER_MS
        self._state.act(do.FeedEar(self._utterance, pcm, silent))

    def _finish(self, offset_ms: float | None, found_at_ms: float) -> None:
        state = self._state
        entry, self._entry = self._entry, None
        assert entry is not None
        self._answering.user_speaks = False
        entry.tokens.add("AUDIO", audio_tokens(self._turn_ms(found_at_ms)))
        state.act(do.ShutEar(self._utterance))
        if state.model.task is Task.TRANSCRIBE:
            self._transcripts.end_at(offset_ms)
            return
        self._report_activity(False, offset_ms)
        self._remember(entry)
        self._answering.ask()

    def _turn_ms(self, position_ms: float) -> float:
        """Return how much audio belongs to the turn that ends at a position."""
        if not self._state.settings.all_input:
            return self._activity_ms
        begin, self._turn_from_ms = self._turn_from_ms, position_ms
        return max(self._activity_ms, position_ms - begin)

    def _report_activity(self, started: bool, offset_ms: float | None) -> None:
        state = self._state
        if offset_ms is not None and (
            state.model.voice_activity or state.settings.explicit_vad
        ):
            state.send(messages.voice_activity(started, offset_ms / 1000))

    def _user_acts(self) -> None:
        if self._state.settings.activity.interrupts:
            self._answering.interrupt()

    def _new_entry(self) -> Entry:
        """Return a user entry, with the images seen since the last one."""
        entry = Entry("user")
        if self._state.settings.all_video:
            entry.sights.extend(self._sights)
            entry.waiting |= self._looks
            entry.tokens.add("IMAGE", self._image_tokens)
        self._sights.clear()
        self._image_tokens = 0
        return entry

    def _open_ear(self, entry: Entry, wants_interim: bool = False) -> int:
        utterance = self._state.next_number()
        entry.expect(utterance)
        vocabulary = self._state.settings.vocabulary
        self._state.act(do.OpenEar(utterance, vocabulary, wants_interim))
        return utterance

    # --- images

    def _video(self, image: bytes) -> None:
        if self._entry is not None:
            self._look_for(self._entry, image)
            return
        self._image_tokens += image_tokens(self._state.settings.media_resolution)
        number = self._state.next_number()
        self._looks.add(number)
        self._state.act(do.Look(number, image))

    def _look_for(self, entry: Entry, image: bytes) -> None:
        tokens = image_tokens(self._state.settings.media_resolution)
        entry.tokens.add("IMAGE", tokens)
        number = self._state.next_number()
        entry.waiting.add(number)
        self._state.act(do.Look(number, image))

    # --- what comes back

    def heard(self, utterance: int, text: str) -> None:
        """Take the recognised text of an utterance."""
        self._transcripts.final(utterance, text)
        for entry in self._entries():
            if utterance in entry.waiting:
                entry.heard(utterance, text)
        self._answering.wake()

    def partly_heard(self, utterance: int, interim: Interim) -> None:
        """Take what an utterance seems to be so far."""
        self._transcripts.interim(utterance, interim)

    def saw(self, look: int, sight: Sight) -> None:
        """Take what was measured in an image."""
        taken = False
        for entry in self._entries():
            if look in entry.waiting:
                entry.waiting.discard(look)
                entry.sights = [*entry.sights, sight][-_MAX_SIGHTS:]
                taken = True
        self._looks.discard(look)
        if not taken:
            self._sights = [*self._sights, sight][-_MAX_SIGHTS:]
        self._answering.wake()

    def _entries(self) -> list[Entry]:
        entries = list(self._state.history.entries)
        if self._entry is not None:
            entries.append(self._entry)
        return entries
