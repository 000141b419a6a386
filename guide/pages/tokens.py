"""Short-lived tokens for pages, so that no page ever holds a key. No I/O.

A token opens one session, soon, with one model, and is of no use for anything else.
Both backends make them; the page then connects to the Constrained endpoint.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["Allowance", "token_request", "why_refused"]

STARTS_WITHIN = timedelta(minutes=1)
LIVES = timedelta(minutes=30)


def token_request(model: str, now: datetime) -> dict[str, Any]:
    """Return the body of the request for a token.

    The model and the kind of answer are locked; voice, instruction, tools and the
    rest are the page's to choose, because chapters differ in them. (What the mask
    does is documented for the SDK; its names are observed on the wire.)

    Args:
        model: Its id, without ``models/``.
        now: With a time zone.

    """
    return {
        "uses": 1,
        "newSessionExpireTime": _timestamp(now + STARTS_WITHIN),
        "expireTime": _timestamp(now + LIVES),
        "bidiGenerateContentSetup": {
            "model": f"models/{model}",
            "generationConfig": {"responseModalities": ["AUDIO"]},
        },
        "fieldMask": "model,generationConfig.responseModalities",
    }


def why_refused(status: int) -> str:
    """Return a sentence for the reader; what the other side said stays here."""
    if status in (400, 401, 403):
        return "The service refused the key. Check GEMINI_API_KEY in the file .env."
    if status == 429:
        return "The key has used up its quota. Wait a minute and try again."
    return f"There was no token to be had (HTTP {status}). Try again in a moment."


class Allowance:
    """Limits how many tokens are made, against a page that asks in a loop.

    Args:
        at_once: How many may be made in one go.
        each_s: Seconds after which one more may be made.

    """

    def __init__(self, at_once: int = 20, each_s: float = 3.0) -> None:
        self._at_once = at_once
        self._each_s = each_s
        self._left = float(at_once)
        self._last_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Take one, if there is one; the time comes from any steady clock."""
        if self._last_s is not None:
            gained = (now_s - self._last_s) / self._each_s
            self._left = min(self._at_once, self._left + gained)
        self._last_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
