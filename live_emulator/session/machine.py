"""One live session as a state machine.

Frames, recognised text, the brain's parts, synthesised audio and the time go in;
actions come out (`actions.py`). There is no I/O and no clock in here, so every
rule can be tested to the millisecond without a socket.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from live_emulator.brain.types import ReplyPart, Sight
from live_emulator.protocol.client_messages import read_client_message
from live_emulator.protocol.closing import Close, Rejected, close_for
from live_emulator.protocol.endpoints import (
    CredentialKind,
    LiveEndpoint,
    Method,
    check_credential,
)
from live_emulator.protocol.json_text import decode_frame
from live_emulator.protocol.models import DEFAULT_LIVE_MODEL
from live_emulator.protocol.wire_types import Reading
from live_emulator.session import actions as do
from live_emulator.session.activity import ActivityEvent
from live_emulator.session.conversation import Conversation
from live_emulator.session.ephemeral_tokens import Token, constrain
from live_emulator.session.history import History
from live_emulator.session.lifetime import Lifetime
from live_emulator.session.settings import Settings, read_settings, text_of_content
from live_emulator.session.shared import SharedState
from live_emulator.session.state import SessionState
from live_emulator.session.user_input import MakeResampler
from live_emulator.voice.types import Interim, SpeechPiece

__all__ = ["Session"]


_KEPT_INSTRUCTION = (
    "A resumed session keeps its instruction; that of the new setup was ignored, as it "
    "was when measured on the service. contextUpdate changes it, and --variant "
    "new-instruction does as the documentation has it."
)


class Session:
    """One connection, from its upgrade to its close.

    May be stepped in any thread, one step at a time.

    Every method returns the actions that follow, in order. After a
    `CloseSocket` nothing follows any more, and before the setup was accepted
    nothing but a frame has an effect.
    """

    def __init__(
        self,
        endpoint: LiveEndpoint,
        shared: SharedState,
        *,
        make_resampler: MakeResampler,
        seed: int = 0,
    ) -> None:
        self.endpoint = endpoint
        self._shared = shared
        self._make_resampler = make_resampler
        self._seed = seed
        self._conversation: Conversation | None = None
        """What the session is from its accepted setup on."""
        self._name = ""
        self._counted: str | None = None
        self.closed: Close | None = None
        """Why the session was closed from this side."""

    # --- what goes in

    def frame(self, frame: str | bytes, now: float) -> list[do.Action]:
        """Take a WebSocket message of the client."""
        return self._step(now, lambda: self._frame(frame, now))

    def found(self, events: Sequence[ActivityEvent], now: float) -> list[do.Action]:
        """Take what was found in the user's audio, in its order."""
        return self._go_on(now, lambda live: live.found(events))

    def decided(self, count: int) -> None:
        """Note that so many `FindSpeech` and `EndStream` were done, since ever.

        What was found in them must have been handed over.
        """
        if self._conversation is not None:
            self._conversation.decided(count)

    def heard(self, utterance: int, text: str, now: float) -> list[do.Action]:
        """Take the recognised text of an utterance."""
        return self._go_on(now, lambda live: live.input.heard(utterance, text))

    def partly_heard(
        self, utterance: int, interim: Interim, now: float
    ) -> list[do.Action]:
        """Take what an utterance seems to be so far."""
        return self._go_on(
            now, lambda live: live.input.partly_heard(utterance, interim)
        )

    def saw(self, look: int, sight: Sight, now: float) -> list[do.Action]:
        """Take what was measured in an image."""
        return self._go_on(now, lambda live: live.input.saw(look, sight))

    def said(self, reply: int, part: ReplyPart, now: float) -> list[do.Action]:
        """Take one part of the brain's reply."""
        return self._go_on(now, lambda live: live.answering.said(reply, part))

    def said_all(self, reply: int, now: float) -> list[do.Action]:
        """Note the end of the brain's reply."""
        return self._go_on(now, lambda live: live.answering.said_all(reply))

    def pause(self, reply: int, now: float) -> list[do.Action]:
        """Note that the reply goes on only when everything so far was sent."""
        return self._go_on(now, lambda live: live.answering.pause(reply))

    def has_sent(self, reply: int) -> bool:
        """Return whether everything that was said in a reply was sent."""
        live = self._conversation
        return live is None or live.answering.has_sent(reply)

    def spoke(self, speech: int, piece: SpeechPiece, now: float) -> list[do.Action]:
        """Take some synthesised audio."""
        return self._go_on(now, lambda live: live.answering.spoke(speech, piece))

    def spoke_all(self, speech: int, now: float) -> list[do.Action]:
        """Note the end of a speech."""
        return self._go_on(now, lambda live: live.answering.spoke_all(speech))

    def wake(self, now: float) -> list[do.Action]:
        """Let time pass; needed at `next_wake`."""
        return self._go_on(now, lambda live: live.wake())

    def go_away(self, left_s: float, now: float) -> list[do.Action]:
        """Announce now that the connection is cut in `left_s` seconds."""
        return self._go_on(now, lambda live: live.go_away(left_s))

    def fail(self, close: str, now: float) -> list[do.Action]:
        """Close for a reason that is not the client's, one of `CLOSES`."""

        def give_up() -> None:
            raise close_for(close)

        return self._step(now, give_up)

    def end(self, now: float) -> None:
        """Note that the socket is gone, whoever closed it."""
        if self._name:
            self._shared.sessions.end(self._name, now)
            self._name = ""
        if self._counted is not None:
            with self._shared.lock:
                self._shared.open_by_key[self._counted] -= 1
                if not self._shared.open_by_key[self._counted]:
                    del self._shared.open_by_key[self._counted]
            self._counted = None

    @property
    def next_wake(self) -> float | None:
        """When `wake` is due, if nothing else comes in; None for never."""
        if self._conversation is None or self.closed is not None:
            return None
        return self._conversation.next_wake

    @property
    def remembered(self) -> int:
        """How many entries its history has."""
        live = self._conversation
        return len(live.state.history.entries) if live is not None else 0

    @property
    def settings(self) -> Settings | None:
        """The settings, once the setup was accepted."""
        return self._conversation.state.settings if self._conversation else None

    # --- the steps

    def _go_on(
        self, now: float, take: Callable[[Conversation], None]
    ) -> list[do.Action]:
        live = self._conversation
        return [] if live is None else self._step(now, lambda: take(live))

    def _step(self, now: float, take: Callable[[], None]) -> list[do.Action]:
        if self.closed is not None:
            return []
        if self._conversation is not None:
            self._conversation.state.now = now
        actions: list[do.Action] = []
        try:
            take()
        except Rejected as rejected:
            self.closed = rejected.close
        if self._conversation is not None:
            state = self._conversation.state
            actions, state.actions = state.actions, []
        if self.closed is not None:
            actions.append(do.CloseSocket(self.closed))
        return actions

    def _frame(self, frame: str | bytes, now: float) -> None:
        endpoint, live = self.endpoint, self._conversation
        if live is None and (refusal := check_credential(endpoint)) is not None:
            raise Rejected(refusal)
        value = decode_frame(frame)
        reading = Reading(endpoint.dialect, endpoint.version, self._shared.lenient)
        kind, content = read_client_message(value, reading)
        if live is not None:
            live.take(kind, content)
        elif kind == "setup":
            self._set_up(content, now)
        else:
            raise close_for("setup.order")

    # --- setup

    def _set_up(self, setup: Mapping[str, Any], now: float) -> None:
        endpoint, shared = self.endpoint, self._shared
        token: Token | None = None
        if endpoint.credential.kind is CredentialKind.TOKEN:
            token = shared.tokens.find(endpoint.credential.value, now)
            setup = constrain(token, setup)
        if endpoint.method is Method.MUSIC:
            raise close_for("unsupported")
        settings = read_settings(
            setup, endpoint.dialect, endpoint.version, shared.lenient
        )
        self._count_in(endpoint.credential.value)
        history, began_at, instruction = self._begin(settings, now)
        settings = replace(settings, instruction=instruction)
        if token is not None:
            with shared.lock:
                shared.tokens.use(token, self._name, now)
        limited = settings.compression is None
        heartbeat_s = shared.pace.heartbeat_s
        lifetime = Lifetime(
            now + shared.limits.go_away_s,
            now + shared.limits.cut_s,
            began_at + shared.limits.audio_session_s if limited else None,
            token.expires_at if token else None,
            now + heartbeat_s if heartbeat_s else None,
            heartbeat_s,
        )
        self._conversation = Conversation(
            SessionState(
                endpoint, shared, settings, history, self._seed, now, self._name
            ),
            lifetime,
            began_at,
            self._make_resampler,
        )
        self._conversation.open()
        if settings.model.ended:
            self._conversation.state.note(
                f"The end of {settings.model.name} was announced for "
                f"{settings.model.ended}; the service may refuse it. Use "
                f"{DEFAULT_LIVE_MODEL}."
            )
        asked = text_of_content(setup.get("systemInstruction"))
        if asked and asked != instruction:
            self._conversation.state.note(_KEPT_INSTRUCTION)

    def _begin(self, settings: Settings, now: float) -> tuple[History, float, str]:
        """Open a new session or take up the one that a handle stands for.

        Returns:
            Its history, when it began, and its instruction: a resumed session keeps
            the one it had (measured; documented is that it may change).

        """
        sessions = self._shared.sessions
        if not settings.handle:
            self._name = sessions.begin()
            return History(), now, settings.instruction
        saved = sessions.resume(settings.handle, settings.model.name, now)
        self._name = saved.session
        instruction = saved.instruction
        if "new-instruction" in self._shared.variants:
            instruction = settings.instruction
        return History(saved.history.entries), now - saved.elapsed_s, instruction

    def _count_in(self, caller: str) -> None:
        """Count the session of a caller, who may have only so many at a time."""
        shared = self._shared
        limit = shared.limits.sessions_per_key
        with shared.lock:
            if limit is not None and shared.open_by_key[caller] >= limit:
                raise close_for("quota")
            shared.open_by_key[caller] += 1
        self._counted = caller
