"""The service, or another emulator, as a relay meets it."""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
import certifi
from aiohttp import WSMsgType, web
from multidict import CIMultiDict
from yarl import URL

from live_emulator.cassette.recording import CassetteError
from live_emulator.loopback.certificates import Authority, write_bundle
from live_emulator.loopback.local_requests import is_local
from live_emulator.protocol.closing import DROPPED, NO_CODE
from live_emulator.protocol.endpoints import (
    INVALID_KEYS,
    Credential,
    CredentialKind,
    find_credential,
)

__all__ = [
    "LOOP",
    "Refused",
    "Target",
    "Unreachable",
    "Upstream",
    "UpstreamSession",
    "own_key",
    "roots_for",
]

log = logging.getLogger("live_emulator")

GEMINI_URL = "https://generativelanguage.googleapis.com"
VERTEX_URL = "https://aiplatform.googleapis.com"

LOOP = "--upstream leads back to this emulator. Give the address of another one."
"""What a session gets that would be relayed to itself, for ever."""

_CONNECT_TIMEOUT_S = 20.0
_CLOSE_TIMEOUT_S = 2.0
_MAX_REFUSAL_BYTES = 100_000
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""In the order in which the SDKs look."""

_PLACEHOLDERS = INVALID_KEYS | {"emulator", ""}

_NOT_FORWARDED = frozenset(
    {
        "connection",
        "content-length",
        "cookie",  # of pages of this machine: none of the service's business
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Unreachable(ConnectionError):
    """There is no connection to the upstream; the text is a sentence."""


class Refused(Exception):
    """The upstream did not let a session in."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.headers = headers
        self.body = body


def own_key(environment: Mapping[str, str]) -> str | None:
    """Return the API key of an environment, if there is a real one."""
    for name in _KEY_VARIABLES:
        key = environment.get(name, "")
        if not _is_placeholder(key):
            return key
    return None


def roots_for(base: str | None) -> Path:
    """Return the file of the authorities that may vouch for an upstream.

    Certifi's, for systems that have none of their own (python.org's macOS builds).
    The emulator's authority vouches for emulators of this machine, and nobody else.
    """
    if base is not None and URL(base).host in _LOCAL_HOSTS:
        return write_bundle(Authority.open())
    return Path(certifi.where())


def _is_placeholder(key: str) -> bool:
    return key.lower().replace("-", "_") in _PLACEHOLDERS


@dataclass(frozen=True)
class Target:
    """Where a request goes, and with what."""

    url: URL
    headers: CIMultiDict[str]
    secrets: tuple[str, ...]


class Upstream:
    """Opens what a client asked for on the other side."""

    def __init__(self, url: str | None, key: str | None) -> None:
        """Take the address, or None for the service, and the key of this machine.

        Raises:
            CassetteError: If the address is none.

        """
        self._base = None if url is None else _base(url)
        self._key = key
        self._mark = f"1.1 live_emulator-{secrets.token_hex(8)}"
        self._ssl = ssl.create_default_context()
        self._ssl.load_verify_locations(roots_for(self._base))

    def target(self, request: web.Request) -> Target:
        """Return where a request is to go, with the client's own credential.

        A placeholder in the place of a key is replaced by this machine's key, for
        programs and pages of this machine alone: any page can connect to it.
        """
        base = self._base
        if base is None:
            vertex = "aiplatform" in request.path or "/publishers/" in request.path
            base = VERTEX_URL if vertex else GEMINI_URL
        headers = CIMultiDict(
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _NOT_FORWARDED
            and not name.lower().startswith("sec-websocket-")
        )
        if URL(base).host in _LOCAL_HOSTS:
            headers.add("Via", self._mark)
        url = URL(base + request.raw_path, encoded=True)
        if self._key and _needs_key(find_credential(request.query, request.headers)):
            if not is_local(request):
                who = request.headers.get("Origin") or request.headers.get("Host")
                log.warning(
                    "This machine's key is for its own programs and pages: %r does not "
                    "get it.",
                    who,
                )
            elif "key" in url.query:
                url = url.update_query(key=self._key)
            else:
                headers["x-goog-api-key"] = self._key
        return Target(url, headers, tuple(self._secrets(request)))

    def has_been_here(self, request: web.Request) -> bool:
        """Tell whether a request has come back: the upstream leads here."""
        return self._mark in request.headers.getall("Via", ())

    def _secrets(self, request: web.Request) -> list[str]:
        """Return whatever a request shows to be let in, and our own key."""
        query, headers = request.query, request.headers
        found = [query.get("key", ""), query.get("access_token", "")]
        found += [headers.get("x-goog-api-key", ""), self._key or ""]
        found += headers.get("authorization", "").split(" ")[1:]
        return [one for one in found if one]

    def name_of(self, target: Target) -> str:
        """Return what messages call the other side: its host, nothing secret."""
        url = target.url
        default = {"https": 443, "http": 80}.get(url.scheme)
        return f"{url.host}" if url.port == default else f"{url.host}:{url.port}"

    def client(self, target: Target, **options: Any) -> aiohttp.ClientSession:
        """Return an HTTP client for a target; the caller closes it."""
        return aiohttp.ClientSession(
            **options,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type"),
            connector=aiohttp.TCPConnector(ssl=self._ssl),
            timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_TIMEOUT_S),
            trust_env=target.url.host not in _LOCAL_HOSTS,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def connect(self, target: Target) -> "UpstreamSession":
        """Open a session.

        Raises:
            Refused: If the other side answers with an HTTP error.
            Unreachable: If it does not answer.

        """
        http = self.client(target, raise_for_status=_refuse)
        headers = target.headers.copy()
        headers.popall("Accept-Encoding", None)
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                socket = await http.ws_connect(
                    target.url, headers=headers, autoclose=False, max_msg_size=0
                )
            return UpstreamSession(http, socket)
        except (aiohttp.ClientError, OSError) as error:
            await http.close()
            raise Unreachable(self.sentence(target, error)) from None
        except BaseException:
            await http.close()
            raise

    def sentence(self, target: Target, error: Exception) -> str:
        """Return why the other side is not reached, and what to do."""
        name = self.name_of(target)
        match error:
            case TimeoutError():
                why = f"no answer in {_CONNECT_TIMEOUT_S:.0f} s"
            case aiohttp.ClientConnectorCertificateError():
                why = "its certificate is not trusted"
            case aiohttp.ClientConnectorError():
                why = error.strerror or "no connection"
            case _:
                why = type(error).__name__
        return f"{name} cannot be reached ({why}). Check the network and --upstream."


class UpstreamSession:
    """A live session on the other side; `async with` ends its connection."""

    def __init__(
        self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self._http = http
        self._socket = socket
        self.end: tuple[int, str] | None = None
        """Code and reason with which the other side ended it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        # Without this, aiohttp complains of a response that nobody has closed. Its own
        # close() would send a frame that the client has not sent.
        self._socket._response.close()
        await self._http.close()

    async def receive(self) -> tuple[bytes, bool] | None:
        """Return the next frame and whether it is text; None at the end."""
        while self.end is None:
            message = await self._socket.receive()
            match message.type:
                case WSMsgType.TEXT:
                    return message.data.encode(), True
                case WSMsgType.BINARY:
                    return message.data, False
                case WSMsgType.CLOSE:
                    self.end = message.data or NO_CODE, message.extra or ""
                case _:
                    self.end = DROPPED, ""
        return None

    async def send(self, data: bytes, *, is_text: bool) -> None:
        """Send a frame as it is; waits while the other side does not read.

        Raises:
            ConnectionError: If the connection is gone.

        """
        opcode = WSMsgType.TEXT if is_text else WSMsgType.BINARY
        await self._socket.send_frame(data, opcode)

    async def send_close(self, code: int, reason: str) -> None:
        """Send a close frame, with a code or without; for `DROPPED` none.

        Raises:
            ConnectionError: If the connection is gone.

        """
        if code == DROPPED:
            return
        payload = b"" if code == NO_CODE else code.to_bytes(2, "big") + reason.encode()
        await self._socket.send_frame(payload, WSMsgType.CLOSE)


async def _refuse(response: aiohttp.ClientResponse) -> None:
    """Take the answer to an upgrade that is refused for what it is."""
    if response.status < 300:
        return
    body = await response.content.read(_MAX_REFUSAL_BYTES)
    text = body.decode(errors="replace")
    raise Refused(response.status, response.headers, text)


def _needs_key(credential: Credential) -> bool:
    if credential.kind is CredentialKind.KEY:
        return _is_placeholder(credential.value)
    return credential.kind is CredentialKind.NONE


def _base(url: str) -> str:
    """Return the address without what follows the port."""
    try:
        parsed = URL(url)
        scheme = {"ws": "http", "wss": "https"}.get(parsed.scheme, parsed.scheme)
        if scheme in ("http", "https") and parsed.host:
            return str(parsed.with_scheme(scheme).origin())
    except ValueError:
        pass
    raise CassetteError(
        f"--upstream {url} is not an address. Give one such as {GEMINI_URL} or "
        "http://127.0.0.1:9100."
    )
