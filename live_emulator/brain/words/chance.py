"""Choices that depend on nothing but what they are made for."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["chance", "fresh"]

T = TypeVar("T")

_OPENING = 24


def chance(limit: int, *salt: object) -> int:
    """Return a number below the limit that depends on nothing but the salt."""
    digest = blake2b(repr(salt).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % limit


def fresh(options: Sequence[str], told: Sequence[str], *salt: object) -> str:
    """Choose a text whose beginning was not told before, if any is left."""
    start = chance(len(options), *salt)
    ordered = [*options[start:], *options[:start]]
    new = (
        option
        for option in ordered
        if not any(option[:_OPENING] in text for text in told)
    )
    return next(new, ordered[0])
