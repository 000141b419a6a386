"""Ephemeral tokens: made by a server that has a key, used by a page that has none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from live_emulator.protocol.client_messages import SETUP
from live_emulator.protocol.closing import CLOSES, Rejected
from live_emulator.protocol.endpoints import TOKEN_PREFIX
from live_emulator.protocol.wire_types import Kind, MessageType

__all__ = [
    "MAX_LIFETIME_S",
    "NoRoom",
    "Token",
    "TokenRequest",
    "TokenStore",
    "constrain",
]

DEFAULT_LIFETIME_S = 30 * 60
DEFAULT_START_WINDOW_S = 60
MAX_LIFETIME_S = 20 * 3600

_MOST_TOKENS = 10_000
"""So many are remembered, the expired ones of the last hour among them."""
_MOST_BYTES = 16 * 2**20
"""What the requests for all of them may take; read, they take some times as much."""


class NoRoom(Exception):
    """No more tokens are remembered."""


@dataclass(frozen=True)
class TokenRequest:
    """What the client of `auth_tokens` asks for, times in seconds from now."""

    uses: int = 1
    """0 means any number."""
    lifetime_s: float = DEFAULT_LIFETIME_S
    start_window_s: float = DEFAULT_START_WINDOW_S
    setup: Mapping[str, Any] | None = None
    """A validated setup the session is bound to."""
    locked: tuple[str, ...] | None = None
    """Paths of the field mask; None locks the whole setup."""
    size_bytes: int = 0
    """How long the request was."""


@dataclass
class Token:
    """A token that was given out."""

    name: str
    request: TokenRequest
    expires_at: float
    start_before: float
    uses_left: int | None
    sessions: set[str] = field(default_factory=set)
    """Sessions begun with it: resuming one is not another use."""


class TokenStore:
    """All tokens of an emulator."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._tokens: dict[str, Token] = {}

    def create(self, request: TokenRequest, now: float) -> Token:
        """Give out a token.

        Raises:
            Rejected: For a negative number of uses (a guess).
            NoRoom: There are too many already, or too large ones.

        """
        if request.uses < 0:
            raise Rejected(CLOSES["argument.invalid"])
        self._forget_expired(now)
        kept_bytes = sum(one.request.size_bytes for one in self._tokens.values())
        if (
            len(self._tokens) >= _MOST_TOKENS
            or kept_bytes + request.size_bytes > _MOST_BYTES
        ):
            raise NoRoom
        name = TOKEN_PREFIX + self._new_id()
        token = Token(
            name,
            request,
            expires_at=now + request.lifetime_s,
            start_before=now + request.start_window_s,
            uses_left=request.uses or None,
        )
        self._tokens[name] = token
        return token

    def find(self, name: str, now: float) -> Token:
        """Return a token that is still good.

        Raises:
            Rejected: 1011, worded as observed, for one that is expired; 1007 for
                one that was never given out (a guess).

        """
        token = self._tokens.get(name)
        if token is None:
            raise Rejected(CLOSES["key.invalid"])
        if now >= token.expires_at:
            raise Rejected(CLOSES["token.expired"])
        return token

    def use(self, token: Token, session: str, now: float) -> None:
        """Begin a session with a token, or resume one begun with it.

        Resuming does not count as a use (documented).

        Raises:
            Rejected: 1011, worded as observed, if no further session may begin.

        """
        if session in token.sessions:
            return
        if now >= token.start_before:
            raise Rejected(CLOSES["token.expired"])
        if token.uses_left == 0:
            raise Rejected(CLOSES["token.used-up"])
        if token.uses_left is not None:
            token.uses_left -= 1
        token.sessions.add(session)

    def _forget_expired(self, now: float) -> None:
        """Keep the store small; an expired token is told apart for an hour."""
        for name, token in list(self._tokens.items()):
            if now > token.expires_at + 3600:
                del self._tokens[name]


def constrain(token: Token, setup: Mapping[str, Any]) -> dict[str, Any]:
    """Return the setup that is in force for a session begun with this token.

    Observed (2026-08-29, 2026-10-06): without a field mask the token's setup
    replaces the client's as a whole. With one, the masked fields are the
    token's, everything else the client's.
    """
    locked = token.request.setup
    mask = token.request.locked
    if mask is None:
        return dict(setup if locked is None else locked)
    result = _copy(setup)
    for path in mask:
        _set_path(result, locked or {}, [_camel(name) for name in path.split(".")])
    return result


def _copy(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _copy(item) if isinstance(item, Mapping) else item
        for key, item in value.items()
    }


def _set_path(
    target: dict[str, Any], source: Mapping[str, Any], path: list[str]
) -> None:
    """Make one path of the target what it is in the source, absent included."""
    name, rest = path[0], path[1:]
    if rest and isinstance(source.get(name), Mapping):
        child = target.get(name)
        target[name] = _copy(child) if isinstance(child, Mapping) else {}
        _set_path(target[name], source[name], rest)
    elif name in source:
        target[name] = source[name]
    elif rest and isinstance(target.get(name), Mapping):
        _set_path(target[name], {}, rest)
    elif not rest:
        target.pop(name, None)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def known_path(path: str) -> bool:
    """Return whether a field mask's path names a field of setup, at any depth.

    As in every google.protobuf.FieldMask, a path goes through messages alone: not into
    a list (`tools.0`, which SDKs derive from a setup) nor into a map.
    """
    kind: MessageType | None = SETUP
    for name in path.split("."):
        found = kind.look_up(name) if kind is not None else None
        if found is None:
            return False
        _, field = found
        kind = field.message if field.kind is Kind.MESSAGE else None
        kind = None if field.repeated else kind
    return True
