"""Tell users apart by a signed cookie, and limit what each has open. Chapter 8 uses it.

It is no sign-in: whoever has the cookie is the user. Chapter 11 has real ones.
"""

import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chapter_08.limits import Refused

__all__ = ["Places", "Users", "read_secret"]


class Users:
    """Makes cookies and checks them."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self) -> tuple[str, str]:
        """Return the id of a new user, and the cookie that proves it."""
        id = secrets.token_urlsafe(12)
        return id, f"{id}.{self._signature(id)}"

    def user_of(self, cookie: str) -> str | None:
        """Return the id in a cookie, if this server has signed it."""
        id, _, signature = cookie.partition(".")
        # A cookie may hold bytes that are no text; they come as lone surrogates.
        given = signature.encode("utf-8", "surrogatepass")
        is_ours = hmac.compare_digest(given, self._signature(id).encode())
        return id if id and is_ours else None

    def _signature(self, id: str) -> str:
        data = id.encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()


class Places:
    """Counts what is open, for each user and in all."""

    def __init__(self, for_user: int, in_all: int, name: str) -> None:
        self._for_user = for_user
        self._in_all = in_all
        self._name = name
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are open."""
        return self._taken.total()

    @contextmanager
    def one(self, user: str) -> Iterator[None]:
        """Take a place until the end of the ``with`` block.

        Raises:
            Refused: The user has enough of them, or the server has.

        """
        if self._taken[user] >= self._for_user:
            raise Refused(
                4429,
                f"You have {self._for_user} {self._name} open, which is the most for "
                "one user. Close one of them, in another tab perhaps.",
            )
        if self.taken >= self._in_all:
            raise Refused(1013, "The server is full. Try again in a minute.")
        self._taken[user] += 1
        try:
            yield
        finally:
            self._taken[user] -= 1
            if not self._taken[user]:
                del self._taken[user]


def read_secret(file: Path) -> bytes:
    """Return the secret in a file, which is made if it is not there.

    Cookies outlive the server that way, and so does the history behind them.

    Raises:
        OSError: The folder can't be written.

    """
    with suppress(FileNotFoundError):
        if len(secret := file.read_bytes()) >= 32:
            return secret
    file.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_bytes(32)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(secret)
    fresh.replace(file)
    return secret
