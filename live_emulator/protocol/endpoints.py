"""Which live endpoint a request asks for, and who it says it is.

Clients write the same address in many ways: the JavaScript SDK doubles the
first slash, versions differ, keys come in a header or in the query, ephemeral
tokens in either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from live_emulator.protocol.closing import CLOSES, Close
from live_emulator.protocol.wire_types import Dialect

__all__ = [
    "LOCATIONS",
    "Credential",
    "CredentialKind",
    "LiveEndpoint",
    "Method",
    "check_credential",
    "collapse_slashes",
    "find_credential",
    "find_live_endpoint",
    "vertex_host",
]

TOKEN_PREFIX = "auth_tokens/"

EXPIRED_KEY = "expired-key"
"""A key the emulator treats as expired, so that the error can be met."""

INVALID_KEYS = frozenset(
    {"invalid_key", "your_api_key", "your_api_key_here", "your_key"}
)
"""Keys the emulator treats as invalid, hyphens and case aside: one to meet the
error with, and placeholders left in code. Every other key is welcome."""


class Method(Enum):
    """The methods that run over a WebSocket."""

    CONTENT = "BidiGenerateContent"
    CONSTRAINED = "BidiGenerateContentConstrained"
    MUSIC = "BidiGenerateMusic"


class CredentialKind(Enum):
    """What a client shows to be let in."""

    NONE = "none"
    KEY = "key"
    TOKEN = "ephemeral token"
    BEARER = "bearer token"


@dataclass(frozen=True)
class Credential:
    """A key or token; its value never shows in a repr."""

    kind: CredentialKind
    value: str = ""

    def __repr__(self) -> str:
        return f"Credential({self.kind.value})"


@dataclass(frozen=True)
class LiveEndpoint:
    """A WebSocket endpoint and the credential that came with the upgrade."""

    dialect: Dialect
    version: str
    method: Method
    credential: Credential


_GEMINI_PATH = re.compile(
    r"/ws/google\.ai\.generativelanguage\.(v1|v1beta|v1alpha)"
    r"\.GenerativeService[./](\w+)"
)
_VERTEX_PATH = re.compile(
    r"/ws/google\.cloud\.aiplatform\.(v1|v1beta1)\.LlmBidiService/(\w+)"
)


LOCATIONS = (
    *("global", "us", "eu"),
    *("us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1"),
    *("us-west2", "us-west3", "us-west4", "northamerica-northeast1"),
    *("northamerica-northeast2", "southamerica-east1", "southamerica-west1"),
    *("europe-central2", "europe-north1", "europe-southwest1", "europe-west1"),
    *("europe-west2", "europe-west3", "europe-west4", "europe-west6"),
    *("europe-west8", "europe-west9", "europe-west12", "asia-east1", "asia-east2"),
    *("asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1"),
    *("asia-southeast1", "asia-southeast2", "australia-southeast1"),
    *("australia-southeast2", "me-central1", "me-central2", "me-west1"),
    "africa-south1",
)
"""Where Vertex AI is (documented); not every location has every model."""


def vertex_host(location: str) -> str:
    """Return the name of Vertex AI's host in a location, as google-genai builds it."""
    if location == "global":
        return "aiplatform.googleapis.com"
    if location in ("us", "eu"):
        return f"aiplatform.{location}.rep.googleapis.com"
    return f"{location}-aiplatform.googleapis.com"


def collapse_slashes(path: str) -> str:
    """Return the path with every run of slashes made one."""
    return re.sub(r"/{2,}", "/", path)


def find_live_endpoint(
    path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> LiveEndpoint | None:
    """Return the endpoint of an upgrade request, or None for an unknown path.

    Args:
        path: The path of the request, still percent-encoded or not.
        query: The query, decoded.
        headers: The headers; looked up in lower case.

    """
    path = collapse_slashes(unquote(path))
    for dialect, pattern in (
        (Dialect.GEMINI, _GEMINI_PATH),
        (Dialect.VERTEX, _VERTEX_PATH),
    ):
        match = pattern.fullmatch(path)
        if match is None:
            continue
        try:
            method = Method(match[2])
        except ValueError:
            return None
        if dialect is Dialect.VERTEX and method is not Method.CONTENT:
            return None
        credential = find_credential(query, headers)
        return LiveEndpoint(dialect, match[1], method, credential)
    return None


def find_credential(query: Mapping[str, str], headers: Mapping[str, str]) -> Credential:
    """Return what the client shows, wherever it put it.

    A token in `Authorization: Token ...` counts before the key header, where the
    Python SDK repeats it.
    """
    authorization = headers.get("authorization", "")
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "token" if rest:
            return Credential(CredentialKind.TOKEN, rest.strip())
        case "bearer" if rest:
            return Credential(CredentialKind.BEARER, rest.strip())
    token = query.get("access_token", "")
    if token.startswith(TOKEN_PREFIX):
        return Credential(CredentialKind.TOKEN, token)
    if token:
        return Credential(CredentialKind.BEARER, token)
    key = headers.get("x-goog-api-key") or query.get("key", "")
    if key:
        return Credential(CredentialKind.KEY, key)
    return Credential(CredentialKind.NONE)


def check_credential(endpoint: LiveEndpoint) -> Close | None:
    """Return why the credential does not fit the endpoint, or None if it does.

    Whether an ephemeral token is known and still good is the token store's
    business, not decided here.
    """
    credential = endpoint.credential
    constrained = endpoint.method is Method.CONSTRAINED
    match credential.kind:
        case CredentialKind.NONE:
            return CLOSES["key.missing"]
        case CredentialKind.TOKEN:
            # Observed 2026-09-18: a token on the plain method is no caller.
            return None if constrained else CLOSES["key.missing"]
        case CredentialKind.BEARER:
            if endpoint.dialect is Dialect.VERTEX:
                return None
            return CLOSES["key.missing"]
    return check_key(credential.value)


def check_key(key: str) -> Close | None:
    """Return why an API key is refused, or None if it is not."""
    if key == EXPIRED_KEY:
        return CLOSES["key.expired"]
    if key.lower().replace("-", "_") in INVALID_KEYS or key.startswith(TOKEN_PREFIX):
        return CLOSES["key.invalid"]
    return None
