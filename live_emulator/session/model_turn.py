"""One turn of the model, from the question to `turnComplete`."""

from dataclasses import dataclass, field
from typing import Any

from live_emulator.brain.types import Call, ReplyPart, Result
from live_emulator.protocol.usage import Tokens
from live_emulator.session.history import Entry
from live_emulator.session.reply import Reply

__all__ = ["ModelTurn"]


@dataclass
class ModelTurn:
    """What is known of the running turn; it spans the calls made in it."""

    number: int
    """Tells this reply from others when something comes back late."""
    out: Reply
    prompt: Tokens
    """What the turn's latest question cost."""
    speech: int | None = None
    """The speech under synthesis."""
    new_calls: list[Call] = field(default_factory=list)
    """Calls of this reply that were not sent yet."""
    deferred: list[ReplyPart] | None = None
    """Parts held back until a filler has been said; None without a filler."""
    continued: bool = False
    """This turn says what an earlier one held back."""
    late_results: list[Result] = field(default_factory=list)
    """Results of calls in the background that came while the model spoke."""
    thought_tokens: int = 0
    grounding: dict[str, Any] | None = None
    """What the reply is grounded in, in the protocol's form."""
    entry: Entry | None = None
    """The history's entry of what was said, once there is one."""
    generation_complete: bool = False
    end_at: float | None = None
    """When `turnComplete` goes out."""
    interrupted: bool = False
