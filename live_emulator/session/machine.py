"""One live session as a state machine.

Frames, recognised text, the brain's parts, synthesised audio and the time go in;
actions come out (`actions.py`). There is no I/O and no clock in here, so every
rule can be tested to the millisecond without a socket.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from live_emulator.brain.types import ReplyPart, Sight
from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.client_messages import read_client_message
from live_emulator.protocol.closing import Close, Rejected, close_for
from live_emulator.protocol.endpoints import (
    CredentialKind,
    LiveEndpoint,
    Method,
    check_credential,
)
from live_emulator.protocol.json_text import decode_frame
from live_emulator.protocol.wire_types import Dialect, Reading
from live_emulator.session import actions as do
from live_emulator.session.answering import Answering
from live_emulator.session.ephemeral_tokens import Token, constrain
from live_emulator.session.history import History
from live_emulator.session.lifetime import Lifetime
from live_emulator.session.phrases import likely_phrases
from live_emulator.session.settings import (
    Settings,
    read_settings,
    read_tools,
    text_of_content,
)
from live_emulator.session.shared import SharedState
from live_emulator.session.state import SessionState
from live_emulator.session.user_input import MakeDetector, MakeResampler, UserInput
from live_emulator.voice.types import SpeechPiece

__all__ = ["Session"]


class Session:
    """One connection, from its upgrade to its close.

    Every method returns the actions that follow, in order. After a
    `CloseSocket` nothing follows any more.
    """

    def __init__(
        self,
        endpoint: LiveEndpoint,
        shared: SharedState,
        *,
        make_detector: MakeDetector,
        make_resampler: MakeResampler,
        seed: int = 0,
    ) -> None:
        self.endpoint = endpoint
        self._shared = shared
        self._make_detector = make_detector
        self._make_resampler = make_resampler
        self._seed = seed
        self._state: SessionState | None = None
        self._input: UserInput
        self._answering: Answering
        self._lifetime: Lifetime
        self._name = ""
        self._began_at = 0.0
        self._counted: str | None = None
        self._offered = False
        """The latest word is that the session can be resumed."""
        self._last_index = -1
        self._consumed_index = 0
        """The latest client message that a handle would stand for."""
        self.closed: Close | None = None
        """Why the session was closed from this side."""

    # --- what goes in

    def frame(self, frame: str | bytes, now: float) -> list[do.Action]:
        """Take a WebSocket message of the client."""

        def take() -> None:
            if self._state is None:
                refusal = check_credential(self.endpoint)
                if refusal is not None:
                    raise Rejected(refusal)
            value = decode_frame(frame)
            reading = Reading(
                self.endpoint.dialect,
                self.endpoint.version,
                self._shared.lenient,
            )
            kind, content = read_client_message(value, reading)
            self._last_index += 1
            self._take_message(kind, content, now)
            if not self._input.listening:
                self._consumed_index = self._last_index
            self._offer_once_idle()

        return self._step(now, take)

    def heard(self, utterance: int, text: str, now: float) -> list[do.Action]:
        """Take the recognised text of an utterance."""
        return self._step(now, lambda: self._input.heard(utterance, text))

    def partly_heard(self, utterance: int, text: str, now: float) -> list[do.Action]:
        """Take what an utterance seems to be so far."""
        return self._step(now, lambda: self._input.partly_heard(utterance, text))

    def saw(self, look: int, sight: Sight, now: float) -> list[do.Action]:
        """Take what was measured in an image."""
        return self._step(now, lambda: self._input.saw(look, sight))

    def said(self, reply: int, part: ReplyPart, now: float) -> list[do.Action]:
        """Take one part of the brain's reply."""
        return self._step(now, lambda: self._answering.said(reply, part))

    def said_all(self, reply: int, now: float) -> list[do.Action]:
        """Note the end of the brain's reply."""
        return self._step(now, lambda: self._answering.said_all(reply))

    def pause(self, reply: int, now: float) -> list[do.Action]:
        """Note that the reply goes on only when everything so far was sent."""
        return self._step(now, lambda: self._answering.pause(reply))

    def has_sent(self, reply: int) -> bool:
        """Return whether everything that was said in a reply was sent."""
        return self._state is None or self._answering.has_sent(reply)

    def spoke(self, speech: int, piece: SpeechPiece, now: float) -> list[do.Action]:
        """Take some synthesised audio."""
        return self._step(now, lambda: self._answering.spoke(speech, piece))

    def spoke_all(self, speech: int, now: float) -> list[do.Action]:
        """Note the end of a speech."""
        return self._step(now, lambda: self._answering.spoke_all(speech))

    def wake(self, now: float) -> list[do.Action]:
        """Let time pass; needed at `next_wake`."""

        def pass_time() -> None:
            if self._state is not None:
                self._answering.wake()
                self._lifetime.wake(self._state)

        return self._step(now, pass_time)

    def go_away(self, left_s: float, now: float) -> list[do.Action]:
        """Announce now that the connection is cut in `left_s` seconds."""

        def announce() -> None:
            if self._state is not None:
                self._lifetime.announce(self._state, left_s)

        return self._step(now, announce)

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
            self._shared.open_by_key[self._counted] -= 1
            self._counted = None

    @property
    def next_wake(self) -> float | None:
        """When `wake` is due, if nothing else comes in; None for never."""
        if self._state is None or self.closed is not None:
            return None
        answering = self._answering.next_wake
        lifetime = self._lifetime.next_wake
        return lifetime if answering is None else min(answering, lifetime)

    @property
    def settings(self) -> Settings | None:
        """The settings, once the setup was accepted."""
        return self._state.settings if self._state else None

    # --- the steps

    def _step(self, now: float, take: Callable[[], None]) -> list[do.Action]:
        if self.closed is not None:
            return []
        state = self._state
        if state is not None:
            state.now = now
        actions: list[do.Action] = []
        try:
            take()
        except Rejected as rejected:
            self.closed = rejected.close
        state = self._state
        if state is not None:
            actions, state.actions = state.actions, []
        if self.closed is not None:
            actions.append(do.CloseSocket(self.closed))
        return actions

    def _take_message(self, kind: str, content: Mapping[str, Any], now: float) -> None:
        if self._state is None:
            if kind != "setup":
                raise close_for("setup.order")
            self._set_up(content, now)
            return
        match kind:
            case "setup":
                raise close_for("setup.order")
            case "clientContent":
                self._input.content(content)
            case "realtimeInput":
                if "video" in content:
                    limit_s = self._shared.limits.video_session_s
                    self._lifetime.limit_video(now + limit_s)
                self._input.realtime(content)
            case "toolResponse":
                self._answering.tool_response(content.get("functionResponses", ()))
            case "contextUpdate":
                self._update_context(content)
            case _:
                raise close_for("argument.invalid")

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
        history = self._begin(settings, now)
        if token is not None:
            shared.tokens.use(token, self._name, now)
        self._state = SessionState(
            endpoint, shared, settings, history, self._seed, now, self._name
        )
        self._answering = Answering(self._state, self._before_turn, self._after_turn)
        self._input = UserInput(
            self._state, self._answering, self._make_detector, self._make_resampler
        )
        limited = settings.compression is None
        heartbeat_s = shared.pace.heartbeat_s
        self._lifetime = Lifetime(
            now + shared.limits.go_away_s,
            now + shared.limits.cut_s,
            self._began_at + shared.limits.audio_session_s if limited else None,
            token.expires_at if token else None,
            now + heartbeat_s if heartbeat_s else None,
            heartbeat_s,
        )
        vertex = endpoint.dialect is Dialect.VERTEX
        self._state.send(messages.setup_complete(self._name if vertex else ""))
        self._offer()
        self._prepare()

    def _begin(self, settings: Settings, now: float) -> History:
        """Open a new session or take up the one that a handle stands for."""
        sessions = self._shared.sessions
        self._began_at = now
        if not settings.handle:
            self._name = sessions.begin()
            return History()
        saved = sessions.resume(settings.handle, settings.model.name, now)
        self._name = saved.session
        self._began_at -= saved.elapsed_s
        return History(saved.history.entries)

    def _count_in(self, caller: str) -> None:
        """Count the session of a caller, who may have only so many at a time."""
        shared = self._shared
        limit = shared.limits.sessions_per_key
        if limit is not None and shared.open_by_key[caller] >= limit:
            raise close_for("quota")
        shared.open_by_key[caller] += 1
        self._counted = caller

    def _after_turn(self) -> None:
        """Offer a handle, and prepare for what may be said next."""
        self._offer()
        if self._input.listens:
            self._prepare()

    # --- resumption

    def _before_turn(self) -> None:
        """Say that the session can't be resumed while the model generates.

        Documented: nor while it waits for the result of a call.
        """
        if self._offered:
            self._offered = False
            assert self._state is not None
            self._state.send(messages.resumption_update())

    def _offer(self) -> None:
        """Offer a handle for the session as it is now."""
        state = self._state
        assert state is not None
        if not state.settings.resumable or self._answering.calls.pending:
            return
        self._offered = True
        handle = self._shared.sessions.save(
            self._name, state.model.name, state.history, state.now - self._began_at
        )
        extra = {}
        if state.settings.transparent:
            extra["lastConsumedClientMessageIndex"] = str(self._consumed_index)
        state.send(messages.resumption_update(handle, **extra))

    def _offer_once_idle(self) -> None:
        """Offer a handle when the last call was answered without a turn."""
        if not self._offered and not self._answering.busy:
            self._offer()

    # --- context

    def _update_context(self, content: Mapping[str, Any]) -> None:
        """Change instruction or tools; nothing is acknowledged (documented)."""
        state = self._state
        assert state is not None
        settings = state.settings
        if "systemInstruction" in content:
            text = text_of_content(content["systemInstruction"])
            settings = replace(settings, instruction=text)
        if "tools" in content:
            tools = read_tools(content["tools"].get("tools", ()), state.model)
            settings = replace(settings, tools=tools)
        state.settings = settings
        self._prepare()

    def _prepare(self) -> None:
        """Get the recogniser ready for the words of this conversation."""
        assert self._state is not None
        phrases = likely_phrases(self._state.settings, self._state.history)
        self._state.act(do.Prepare(self._answering.question(), phrases))
