"""What ends a session from outside, in sentences for the terminal.

`FAILURES` are the exceptions that connecting and talking can raise although the
program is right; `in_words` says what happened and what to do about it.
"""

from google.auth.exceptions import GoogleAuthError
from google.genai.errors import APIError
from websockets.exceptions import InvalidStatus, WebSocketException

__all__ = ["FAILURES", "in_words"]

FAILURES = (APIError, GoogleAuthError, WebSocketException, OSError)
"""Refused or closed by the other side, no credentials, no connection."""

_LONGEST_REASON = 123
"""Bytes that a close frame has for it (RFC 6455); longer ones arrive cut."""

_REMEDIES = (
    # a part of the reason, and what to do; the first that fits
    ("API key", "Put a valid key into .env, or none, to use the emulator."),
    ("unregistered callers", "Put a key into .env, or none, to use the emulator."),
    ("User location", "The service is not offered where you are."),
    ("is not found", "guide/models.py names the models of today."),
    ("response modalities", "Choose a model that answers in audio."),
    ("quota", "Wait, or look at the limits of your key in Google AI Studio."),
    ("invalid argument", "The model does not take one of the settings."),
)


def in_words(error: BaseException) -> str:
    """Return what happened and, where that is known, what to do about it."""
    if isinstance(error, APIError):
        reason = _plain(error.message or error.details or "no reason given")
        dots = "..." if len(reason.encode()) >= _LONGEST_REASON else "."
        return (
            f"The session was closed with code {error.code}: "
            f"{reason}{dots}{_remedy(reason)}"
        )
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return f"The connection was refused with HTTP status {status}.{_retry(status)}"
    if isinstance(error, GoogleAuthError):
        return f"Google Cloud has no credentials of yours: {_plain(error)}."
    if isinstance(error, TimeoutError):
        return "There is no connection: no answer came in time."
    return f"There is no connection: {_plain(error)}."


def _remedy(reason: str) -> str:
    found = (what for part, what in _REMEDIES if part.lower() in reason.lower())
    return f" {remedy}" if (remedy := next(found, "")) else ""


def _retry(status: int) -> str:
    if status == 429:
        return " Too many sessions or requests; wait a little."
    if status in (401, 403):
        return " Look at the key, or at the rights of the project."
    return ""


def _plain(error: object) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split()).rstrip(".")
