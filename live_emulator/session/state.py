"""What the parts of a session share: its settings, memory, time and outbox."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from live_emulator.brain.types import Turn
from live_emulator.protocol.closing import close_for
from live_emulator.protocol.endpoints import LiveEndpoint
from live_emulator.protocol.models import LiveModel
from live_emulator.protocol.usage import BASE_PROMPT_TOKENS, Tokens, text_tokens
from live_emulator.protocol.wire_types import Dialect
from live_emulator.session.actions import Action, Note, Send
from live_emulator.session.history import History
from live_emulator.session.settings import Settings
from live_emulator.session.shared import SharedState

__all__ = ["SessionState"]


@dataclass
class SessionState:
    """Shared by the listening and the answering side; owned by the session."""

    endpoint: LiveEndpoint
    shared: SharedState
    settings: Settings
    history: History = field(default_factory=History)
    seed: int = 0
    now: float = 0.0
    """Seconds on the emulator's clock, set before anything is handled."""
    session: str = ""
    """Names the session, the same after it was resumed."""
    actions: list[Action] = field(default_factory=list)
    _last_number: int = 0

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    @property
    def dialect(self) -> Dialect:
        """Whose spelling applies."""
        return self.endpoint.dialect

    @property
    def model(self) -> LiveModel:
        """The session's model."""
        return self.settings.model

    @property
    def with_role(self) -> bool:
        """`modelTurn` carries a role."""
        return self.model.model_role or self.dialect is Dialect.VERTEX

    def is_not_addressed(self) -> bool:
        """Return whether the last turn was said to somebody else.

        Documented: a model with proactive audio may stay silent at speech that is not
        meant for it. Which it takes for such is not known; here it is what does not
        hold the name of the model.
        """
        name = self.shared.name
        entries = self.history.entries
        last = entries[-1].as_turn() if entries else Turn("user")
        return bool(
            name
            and self.settings.proactive
            and (last.role, last.spoken) == ("user", True)
            and not re.search(rf"\b{re.escape(name)}\b", last.text, re.IGNORECASE)
        )

    def act(self, action: Action) -> None:
        """Have something done."""
        self.actions.append(action)

    def send(self, message: dict[str, Any]) -> None:
        """Have a message sent."""
        self.actions.append(Send(message))

    def note(self, text: str) -> None:
        """Have something told to whoever runs the emulator."""
        self.actions.append(Note(text))

    def next_number(self) -> int:
        """Return a number that no utterance, reply, speech or look has yet."""
        self._last_number += 1
        return self._last_number

    def new_call_id(self) -> str:
        """Return an id for a function call, in the form the service uses."""
        if self.dialect is Dialect.VERTEX:
            bits = f"{self._random.getrandbits(128):032x}"
            cuts = (0, 8, 12, 16, 20, 32)
            return "-".join(bits[a:b] for a, b in zip(cuts, cuts[1:], strict=False))
        return f"function-call-{self._random.randrange(10**18, 10**19)}"

    def prompt_tokens(self) -> Tokens:
        """Return what it costs to ask the model now."""
        tokens = Tokens()
        tokens.add("TEXT", BASE_PROMPT_TOKENS + text_tokens(self.settings.instruction))
        tokens.include(self.history.tokens())
        return tokens

    def keep_within_window(self) -> None:
        """Slide the context window if it is full and may slide.

        Raises:
            Rejected: 1007 if it is full and may not (observed: livekit/agents).

        """
        compression = self.settings.compression
        total = self.prompt_tokens().total
        if compression is not None:
            if total > compression.trigger_tokens:
                fixed = total - self.history.tokens().total
                self.history.slide(max(0, compression.target_tokens - fixed))
        elif total > self.model.input_token_limit:
            raise close_for("argument.invalid")
