"""A session from its accepted setup on: its sides, its limits, its handles."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from live_emulator.protocol import server_messages as messages
from live_emulator.protocol.closing import close_for
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.activity import ActivityEvent
from live_emulator.session.answering import Answering
from live_emulator.session.lifetime import Lifetime
from live_emulator.session.settings import read_tools, text_of_content
from live_emulator.session.state import SessionState
from live_emulator.session.user_input import MakeResampler, UserInput

__all__ = ["Conversation"]


class Conversation:
    """What there is of a session once its setup was accepted.

    Its methods raise `Rejected` where the connection is to be closed.
    """

    def __init__(
        self,
        state: SessionState,
        lifetime: Lifetime,
        began_at: float,
        make_resampler: MakeResampler,
    ) -> None:
        self.state = state
        self.answering = Answering(state, self._before_turn, self._offer)
        self.input = UserInput(state, self.answering, make_resampler)
        self._lifetime = lifetime
        self._began_at = began_at
        """When the session began, or would have if it had never been resumed."""
        self._offered = False
        """The latest word is that the session can be resumed."""
        self._last_index = 0  # the setup
        self._consumed_index = 0
        """The latest client message that a handle would stand for."""

    def open(self) -> None:
        """Tell the client that it can begin."""
        vertex = self.state.dialect is Dialect.VERTEX
        name = self.state.session if vertex else ""
        self.state.send(messages.setup_complete(name))
        self._offer()

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """Take a message of the client."""
        self._last_index += 1
        self._take(kind, content)
        self._note_consumed()
        self._offer_once_idle()

    def found(self, events: Sequence[ActivityEvent]) -> None:
        """Take what was found in the user's audio."""
        for event in events:
            self.input.found(event)

    def decided(self, count: int) -> None:
        """Note that in the audio of so many actions, speech was looked for."""
        self.input.decided(count)
        self._note_consumed()

    def _note_consumed(self) -> None:
        if not self.input.listening and self.input.caught_up:
            self._consumed_index = self._last_index

    def _take(self, kind: str, content: Mapping[str, Any]) -> None:
        match kind:
            case "setup":
                raise close_for("setup.order")
            case "clientContent":
                self.input.content(content)
            case "realtimeInput":
                if "video" in content:
                    limit_s = self.state.shared.limits.video_session_s
                    self._lifetime.limit_video(self.state.now + limit_s)
                self.input.realtime(content)
            case "toolResponse":
                self.answering.tool_response(content.get("functionResponses", ()))
            case "contextUpdate":
                self._update_context(content)
            case _:
                raise close_for("argument.invalid")

    # --- time

    def wake(self) -> None:
        """Do what has become due."""
        self.answering.wake()
        self._lifetime.wake(self.state)

    @property
    def next_wake(self) -> float:
        """When `wake` is due, if nothing else comes in."""
        answering = self.answering.next_wake
        lifetime = self._lifetime.next_wake
        return lifetime if answering is None else min(answering, lifetime)

    def go_away(self, left_s: float) -> None:
        """Announce now that the connection is cut in `left_s` seconds."""
        self._lifetime.announce(self.state, left_s)

    # --- resumption

    def _before_turn(self) -> None:
        """Say that the session can't be resumed while the model generates.

        Documented: nor while it waits for the result of a call.
        """
        if self._offered:
            self._offered = False
            self.state.send(messages.resumption_update())

    def _offer(self) -> None:
        """Offer a handle for the session as it is now."""
        state = self.state
        if not state.settings.resumable or self.answering.calls.pending:
            return
        self._offered = True
        handle = state.shared.sessions.save(
            state.session,
            state.model.name,
            state.history,
            state.settings.instruction,
            state.now - self._began_at,
        )
        extra = {}
        if state.settings.transparent:
            extra["lastConsumedClientMessageIndex"] = str(self._consumed_index)
        state.send(messages.resumption_update(handle, **extra))

    def _offer_once_idle(self) -> None:
        """Offer a handle when the last call was answered without a turn."""
        if not self._offered and not self.answering.busy:
            self._offer()

    # --- context

    def _update_context(self, content: Mapping[str, Any]) -> None:
        """Change instruction or tools; nothing is acknowledged (documented)."""
        state = self.state
        settings = state.settings
        if "systemInstruction" in content:
            text = text_of_content(content["systemInstruction"])
            settings = replace(settings, instruction=text)
        if "tools" in content:
            tools = read_tools(content["tools"].get("tools", ()), state.model)
            settings = replace(settings, tools=tools)
        state.settings = settings
