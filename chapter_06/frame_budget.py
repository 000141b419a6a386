"""What pictures and sound cost, in tokens, before they are sent.

Chapter 6 uses this module; frame-budget.js is its twin. `Usage` of chapter 3 is the
bill, and the tests compare the two.
"""

from typing import Literal

__all__ = [
    "AUDIO_TOKENS_PER_S",
    "CONTEXT_TOKENS",
    "FRAME_TOKENS",
    "Resolution",
    "frame_tokens",
    "minutes_until_full",
]

Resolution = Literal["low", "medium", "high"]

FRAME_TOKENS: dict[Resolution, int] = {"low": 64, "medium": 256, "high": 256}
"""Tokens of a frame for each ``mediaResolution``, whatever its size in pixels
(documented in the API's definition; high looks closer at the same price)."""

AUDIO_TOKENS_PER_S = 25
"""72 tokens for 2.95 s of speech (observed); the model's own voice counts alike."""

CONTEXT_TOKENS = 131_072
"""What a session of the guide's live model holds (documented)."""


def frame_tokens(count: int, resolution: Resolution | None = None) -> int:
    """Return the price of frames; without a resolution that of the service's own."""
    return count * FRAME_TOKENS[resolution or "medium"]


def minutes_until_full(
    frames_per_s: float,
    resolution: Resolution | None = None,
    *,
    talking: float = 1.0,
    context_tokens: int = CONTEXT_TOKENS,
) -> float:
    """Return how long a session can last before it has to forget something.

    Args:
        frames_per_s: 0 to 1; the service takes no more.
        resolution: See `frame_tokens`.
        talking: Share of the time in which audio is sent or answered, 0 to 2 (both at
            once count twice). An open microphone sends all the time: 1 at least.
        context_tokens: What the session holds.

    """
    per_s = frames_per_s * frame_tokens(1, resolution) + talking * AUDIO_TOKENS_PER_S
    return context_tokens / per_s / 60 if per_s else float("inf")
