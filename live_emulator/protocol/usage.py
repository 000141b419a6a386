"""Count tokens at the service's rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from live_emulator.protocol.wire_types import Dialect

__all__ = [
    "AUDIO_TOKENS_PER_SECOND",
    "BASE_PROMPT_TOKENS",
    "Tokens",
    "audio_tokens",
    "image_tokens",
    "text_tokens",
    "usage_metadata",
]

AUDIO_TOKENS_PER_SECOND = 25
"""Observed: 72 tokens for 2.95 s of speech; output assumed the same."""

BASE_PROMPT_TOKENS = 132
"""Text tokens of an empty session; 132 to 515 were observed."""

_IMAGE_TOKENS = {"MEDIA_RESOLUTION_LOW": 64}
_DEFAULT_IMAGE_TOKENS = 256


def text_tokens(text: str) -> int:
    """Estimate tokens at the documented four characters each."""
    return -(-len(text) // 4)


def audio_tokens(duration_ms: float) -> int:
    """Return the tokens of so much audio."""
    return round(duration_ms * AUDIO_TOKENS_PER_SECOND / 1000)


def image_tokens(media_resolution: str | None) -> int:
    """Return the tokens of one image or video frame (proto comment)."""
    return _IMAGE_TOKENS.get(media_resolution or "", _DEFAULT_IMAGE_TOKENS)


@dataclass
class Tokens:
    """Token counts by modality: "TEXT", "AUDIO", "IMAGE"."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, modality: str, count: int) -> None:
        """Add tokens of one modality."""
        if count:
            self.counts[modality] = self.counts.get(modality, 0) + count

    def include(self, other: "Tokens") -> None:
        """Add all tokens of another count."""
        for modality, count in other.counts.items():
            self.add(modality, count)

    @property
    def total(self) -> int:
        """All tokens together."""
        return sum(self.counts.values())


def _details(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"modality": modality, "tokenCount": count}
        for modality, count in counts.items()
        if count
    ]


def usage_metadata(
    prompt: Tokens, response: Tokens, thoughts: int, dialect: Dialect
) -> dict[str, Any]:
    """Return `usageMetadata` in the dialect's spelling, zero counts left out."""
    side = "candidates" if dialect is Dialect.VERTEX else "response"
    usage: dict[str, Any] = {"promptTokenCount": prompt.total}
    if response.total:
        usage[f"{side}TokenCount"] = response.total
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    usage["totalTokenCount"] = prompt.total + response.total + thoughts
    usage["promptTokensDetails"] = _details(prompt.counts)
    if response.total:
        usage[f"{side}TokensDetails"] = _details(response.counts)
    if dialect is Dialect.VERTEX:
        usage["trafficType"] = "ON_DEMAND"
    return usage
