"""Google's side of google-auth: the token endpoint, the metadata server, the check.

`/token` is what credentials files name as their `token_uri`; the metadata server is
what programs on Cloud Run and Compute Engine ask (`GCE_METADATA_HOST`). What both
give out is asked for again at the doors of Vertex AI.
"""

import time
from collections.abc import Callable

import orjson
from aiohttp import web

from live_emulator.loopback.credentials import ACCOUNT_DOMAIN, DEFAULT_PROJECT
from live_emulator.loopback.google_key import GoogleKey
from live_emulator.loopback.local_requests import CORS_HEADERS, is_local
from live_emulator.loopback.oauth import (
    CLOUD_SCOPE,
    DEFAULT_LIFETIME_S,
    BadToken,
    OAuthError,
    TokenIssuer,
)
from live_emulator.protocol.endpoints import Credential, CredentialKind
from live_emulator.protocol.unary import ApiError, error_body

__all__ = ["EXPIRE_PATH", "Accounts"]

EXPIRE_PATH = "/control/expire-tokens"

_FLAVOR = {"Metadata-Flavor": "Google"}
_METADATA = "/computeMetadata/v1/"
_EMAIL = f"live-emulator@{DEFAULT_PROJECT}{ACCOUNT_DOMAIN}"

_MESSAGES = {
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access "
        "token, login cookie or other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    ),
    403: ("PERMISSION_DENIED", "Request had insufficient authentication scopes."),
}


class Accounts:
    """Gives out bearer tokens, and asks for them.

    Args:
        lifetime_s: How long tokens live, on the wall clock.
        any_bearer: Let every bearer token in, as for clients with made-up ones.
        key: Another than the user's.
        now: The wall clock, in seconds since 1970.

    """

    def __init__(
        self,
        lifetime_s: float = DEFAULT_LIFETIME_S,
        *,
        any_bearer: bool = False,
        key: GoogleKey | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = TokenIssuer(key or GoogleKey.open(), lifetime_s)
        self._any_bearer = any_bearer
        self._now = now

    def expire_tokens(self) -> None:
        """End all tokens given out so far; open sessions live on (observed)."""
        self._issuer.expire_all(self._now())

    async def answer(self, request: web.Request) -> web.Response | None:
        """Answer what is about tokens; return None for all other requests."""
        if request.path == "/token":
            return await self._token(request)
        if request.path == EXPIRE_PATH:
            return self._expire(request)
        if request.headers.get("Metadata-Flavor") == "Google" and is_local(request):
            return self._metadata(request.path)
        return None

    def refusal(self, credential: Credential) -> web.Response | None:
        """Return what a caller with a bad bearer token gets, None for others."""
        if credential.kind is not CredentialKind.BEARER or self._any_bearer:
            return None
        try:
            self._issuer.check(credential.value, self._now())
        except BadToken as bad:
            return _refused(bad.status)
        return None

    async def _token(self, request: web.Request) -> web.Response:
        # What a page posts has an origin, and a token would be the page's to use.
        if "Origin" in request.headers:
            return _json({"error": "access_denied"}, 403)
        if request.method != "POST":
            return _json({"error": "invalid_request"}, 405)
        form = await request.post()
        try:
            return _json(self._issuer.answer(form, self._now()))
        except OAuthError as no:
            return _json(
                {"error": no.error, "error_description": no.description}, no.status
            )

    def _expire(self, request: web.Request) -> web.Response:
        if not is_local(request):
            return _json({"error": "Tokens are ended from this machine alone."}, 403)
        if request.method != "POST":
            return _json({"error": "Use POST."}, 405)
        self.expire_tokens()
        return _json({"told": "All bearer tokens given out so far are expired."})

    def _metadata(self, path: str) -> web.Response:
        """Answer as the metadata server of a machine in the cloud (documented)."""
        account = path.removeprefix(f"{_METADATA}instance/service-accounts/default/")
        if path == "/":
            return web.Response(text="computeMetadata/\n", headers=_FLAVOR)
        if path == f"{_METADATA}project/project-id":
            return web.Response(text=DEFAULT_PROJECT, headers=_FLAVOR)
        match account:
            case "":
                value = {
                    "aliases": ["default"],
                    "email": _EMAIL,
                    "scopes": [CLOUD_SCOPE],
                }
                return _json(value, headers=_FLAVOR)
            case "email":
                return web.Response(text=_EMAIL, headers=_FLAVOR)
            case "token":
                minted = self._issuer.mint(_EMAIL, CLOUD_SCOPE, self._now())
                del minted["scope"]
                return _json(minted, headers=_FLAVOR)
        return web.Response(status=404, text="Not Found", headers=_FLAVOR)


def _refused(status: int) -> web.Response:
    name, message = _MESSAGES[status]
    error = "invalid_token" if status == 401 else "insufficient_scope"
    challenge = f'Bearer realm="https://accounts.google.com/", error="{error}"'
    headers = CORS_HEADERS | {"WWW-Authenticate": challenge}
    return _json(error_body(ApiError(status, message, name)), status, headers)


def _json(
    value: object, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE),
        status=status,
        headers={"Cache-Control": "no-store"} | (headers or {}),
        content_type="application/json",
    )
