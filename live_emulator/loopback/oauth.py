"""Google's OAuth 2.0 token endpoint, as far as google-auth needs it. No I/O.

A service account signs an assertion (RFC 7523), a user shows a refresh token; both
get a bearer token for an hour. Nothing is stored: tokens are signed, so they outlive
a restart of the emulator, as the service's do.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from live_emulator.loopback.credentials import ACCOUNT_DOMAIN, refresh_token_of
from live_emulator.loopback.google_key import GoogleKey

__all__ = [
    "CLOUD_SCOPE",
    "DEFAULT_LIFETIME_S",
    "BadToken",
    "OAuthError",
    "TokenIssuer",
]

CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
DEFAULT_LIFETIME_S = 3600.0

_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth always writes, whatever the file's `token_uri` is."""
_LONGEST_ASSERTION_S = 3600
_SKEW_S = 300
_PREFIX = "ya29."


@dataclass
class OAuthError(Exception):
    """The token endpoint says no."""

    error: str
    """The code of RFC 6749, such as ``invalid_grant``."""
    description: str
    status: int = 400


@dataclass
class BadToken(Exception):
    """A bearer token that lets nobody in."""

    status: int
    """401 for one that is unknown or expired, 403 for one that lacks the scope."""


class TokenIssuer:
    """Gives out bearer tokens and knows them again.

    Args:
        key: The user's.
        lifetime_s: How long tokens live, on the wall clock. google-auth fetches
            another 225 s before the end, so below that it does for each connection.

    """

    def __init__(self, key: GoogleKey, lifetime_s: float = DEFAULT_LIFETIME_S) -> None:
        self._key = key
        self._lifetime_s = lifetime_s
        self._good_from_s = 0.0

    def answer(self, form: Mapping[str, Any], now_s: float) -> dict[str, Any]:
        """Return the answer to a request for a token.

        Args:
            form: The fields of the request.
            now_s: Seconds since 1970.

        Raises:
            OAuthError: As Google says it (documented codes, observed words).

        """
        match form.get("grant_type"):
            case str(kind) if kind == _ASSERTION:
                subject, scope = self._read_assertion(form, now_s)
            case "refresh_token":
                subject, scope = self._read_refresh(form)
            case None:
                raise OAuthError("invalid_request", "Missing parameter: grant_type")
            case other:
                raise OAuthError(
                    "unsupported_grant_type", f"Invalid grant_type: {str(other)[:80]}"
                )
        return self.mint(subject, scope, now_s)

    def mint(self, subject: str, scope: str, now_s: float) -> dict[str, Any]:
        """Return a new token in the form of an answer."""
        claims = {
            "sub": subject,
            "scope": scope,
            "made": now_s,
            "until": now_s + self._lifetime_s,
            "jti": secrets.token_hex(8),
        }
        token = jwt.encode(claims, self._key.secret, algorithm="HS256")
        return {
            "access_token": _PREFIX + token,
            # One less than the lifetime, as Google's (observed).
            "expires_in": max(0, int(self._lifetime_s) - 1),
            "scope": scope,
            "token_type": "Bearer",
        }

    def check(self, token: str, now_s: float) -> None:
        """Let a bearer token in.

        Raises:
            BadToken: It was never given out, is expired, or has another scope.

        """
        try:
            claims = jwt.decode(
                token.removeprefix(_PREFIX), self._key.secret, algorithms=["HS256"]
            )
        except jwt.InvalidTokenError:
            raise BadToken(401) from None
        if claims["made"] <= self._good_from_s or now_s >= claims["until"]:
            raise BadToken(401)
        if CLOUD_SCOPE not in claims["scope"].split():
            raise BadToken(403)

    def expire_all(self, now_s: float) -> None:
        """End all tokens given out so far, before their time."""
        self._good_from_s = now_s

    def _read_assertion(self, form: Mapping[str, Any], now_s: float) -> tuple[str, str]:
        assertion = form.get("assertion")
        if not isinstance(assertion, str) or not assertion:
            raise OAuthError("invalid_request", "Missing parameter: assertion")
        try:
            claims = jwt.decode(
                assertion,
                self._key.public,
                algorithms=["RS256"],
                # The times are compared below, with the time that is given.
                options={
                    "require": ["iss", "aud", "iat", "exp"],
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidSignatureError:
            raise OAuthError("invalid_grant", "Invalid JWT Signature.") from None
        except jwt.InvalidTokenError as error:
            raise OAuthError("invalid_grant", f"Invalid JWT: {error}") from None
        if not _is_audience(claims["aud"]):
            raise OAuthError("invalid_grant", "Invalid JWT: wrong audience.")
        issued_s, expires_s = _seconds(claims["iat"]), _seconds(claims["exp"])
        if not (
            issued_s <= now_s + _SKEW_S
            and now_s < expires_s <= issued_s + _LONGEST_ASSERTION_S
        ):
            raise OAuthError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                "reasonable timeframe. Check your iat and exp values in the JWT claim.",
            )
        account = claims["iss"]
        if not isinstance(account, str) or not account.endswith(ACCOUNT_DOMAIN):
            raise OAuthError("invalid_grant", "Invalid grant: account not found")
        scope = claims.get("scope")
        if not isinstance(scope, str) or not scope.strip():
            raise OAuthError(
                "invalid_scope",
                "Invalid OAuth scope or ID token audience provided.",
            )
        return account, scope

    def _read_refresh(self, form: Mapping[str, Any]) -> tuple[str, str]:
        client_id = str(form.get("client_id") or "")
        if not client_id or not form.get("client_secret"):
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        given = str(form.get("refresh_token") or "")
        expected = refresh_token_of(client_id, self._key)
        if not secrets.compare_digest(given.encode(), expected.encode()):
            raise OAuthError("invalid_grant", "Bad Request")
        return client_id, str(form.get("scope") or CLOUD_SCOPE)


def _is_audience(value: Any) -> bool:
    """Accept what google-auth writes, and the address of an emulator's endpoint."""
    if value == _AUDIENCE:
        return True
    address = urlsplit(value) if isinstance(value, str) else None
    return (
        address is not None
        and address.hostname in ("127.0.0.1", "localhost", "::1")
        and address.path == "/token"
    )


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OAuthError("invalid_grant", "Invalid JWT: iat and exp are numbers.")
    return float(value)
