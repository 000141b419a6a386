"""What ends a session from outside, in sentences for the terminal.

`FAILURES` are the exceptions that connecting and talking can raise although the
program is right; `in_words` says what happened and what to do about it.
"""

import binascii
import errno
from json import JSONDecodeError

from google.auth.exceptions import GoogleAuthError
from google.genai.errors import APIError
from pydantic import ValidationError
from websockets.exceptions import InvalidStatus, WebSocketException

from guide.close_tables import read_rows

__all__ = ["FAILURES", "in_words", "sentence_of"]

_UNREADABLE = (
    "The service sent a message that can't be read. Try again; if that happens often, "
    "look at the frames: chapter 3's single-exchange.py has --frames."
)
_DAMAGE = (JSONDecodeError, ValidationError, binascii.Error)
"""What the SDK raises for such a message, besides a ValueError."""
_SDK_SAYS = {
    "Failed to parse response": _UNREADABLE,
    "invalid model parameter": "This is no name of a model; guide/models.py lists "
    "those of today.",
}
"""How the SDK's ValueErrors begin that are no defects, and what they mean."""

FAILURES = (APIError, GoogleAuthError, WebSocketException, OSError)
"""Refused or closed by the other side, no credentials, no connection."""


def sentence_of(error: BaseException) -> str | None:
    """Return what a ValueError of the SDK means; None for one that is a defect."""
    if isinstance(error, _DAMAGE):
        return _UNREADABLE
    if isinstance(error, ValueError):
        found = [
            told for said, told in _SDK_SAYS.items() if str(error).startswith(said)
        ]
        return found[0] if found else None
    return None


_OF_FILES = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "ENAMETOOLONG", "EBADF")
    if hasattr(errno, name)
)

_LONGEST_REASON = 123
"""Bytes that a close frame has for it (RFC 6455); longer ones arrive cut."""


def in_words(error: BaseException) -> str:
    """Return what happened and, where that is known, what to do about it."""
    if isinstance(error, APIError):
        reason = _plain(error.message or error.details or "no reason given")
        dots = "..." if len(reason.encode()) >= _LONGEST_REASON else "."
        return (
            f"The session was closed with code {error.code}: "
            f"{reason}{dots}{_remedy(error.code, reason)}"
        )
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return f"The connection was refused with HTTP status {status}.{_retry(status)}"
    if isinstance(error, GoogleAuthError):
        return f"Google Cloud has no credentials of yours: {_plain(error)}."
    if isinstance(error, TimeoutError):
        return "There is no connection: no answer came in time."
    if isinstance(error, OSError) and _is_of_files(error):
        where = (
            f"{error.filename} can't be used" if error.filename else "Writing failed"
        )
        return f"{where}: {error.strerror}."
    return f"There is no connection: {_plain(error)}."


def _is_of_files(error: OSError) -> bool:
    """Tell a file or a full disk from a connection: both raise an OSError."""
    if isinstance(error, ConnectionError):
        return False
    return error.filename is not None or error.errno in _OF_FILES


def _remedy(code: int, reason: str) -> str:
    """Return what the table of close codes says to do about a reason."""
    rows = [row for row in read_rows() if row.reason and row.fits(reason)]
    # A refusal over HTTP has a status, and the same words.
    rows.sort(key=lambda row: row.code != code)
    return f" {rows[0].next}" if rows else ""


def _retry(status: int) -> str:
    said = f"HTTP {status}"
    return next((f" {row.next}" for row in read_rows() if row.reason == said), "")


def _plain(error: object) -> str:
    text = str(error) or type(error).__name__
    return " ".join(text.split()).rstrip(".")
