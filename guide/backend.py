"""The switch: after `ensure`, plain ``genai.Client()`` talks to whoever is there.

With a key (or the Vertex AI variables), in the environment or in the file
``.env``, that is Google's service. Without, it is the emulator: the one that
already runs on this machine, or one started inside this process. No chapter
ever asks which.
"""

import atexit
import json
import os
import ssl
import sys
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guide import models
from guide.backend_choice import (
    DEFAULT_EMULATOR_URL,
    BackendError,
    Choice,
    Kind,
    Provider,
    choose,
    description_of,
)
from guide.environment_changes import EnvironmentChanges

if TYPE_CHECKING:
    from live_emulator import Emulator

__all__ = ["Backend", "BackendError", "ensure", "find_emulator", "load", "look", "stop"]

DOTENV = Path(__file__).resolve().parent.parent / ".env"
SERVICE_URL = "https://generativelanguage.googleapis.com"
ANY_KEY = "emulator"
"""The emulator takes every key."""

SEED = 7
"""Seed of an emulator that is started here, so that notebooks can be compared."""

FOUND_WITHIN_S = 1.0
"""How long a running emulator may take to say its name."""

# These would send the SDK elsewhere, or give the reader's own key to an emulator.
_HIDDEN_FROM_EMULATOR = (
    "GOOGLE_API_KEY",
    "GOOGLE_GENAI_USE_VERTEXAI",
    "GOOGLE_GENAI_USE_ENTERPRISE",
)


class Headers(dict[str, str]):
    """Headers whose values don't show when they are printed."""

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: '...'" for name in self) + "}"

    __str__ = __repr__


@dataclass(frozen=True)
class Backend:
    """What this process talks to."""

    kind: Kind
    description: str
    """One sentence, the same on every machine and in every run."""
    live_model: str
    """Id of the model for live sessions."""
    provider: Provider = field(default="emulator", repr=False)
    url: str = field(default=SERVICE_URL, repr=False)
    """Base address, http or https, without a slash at its end."""
    _key: str = field(default="", repr=False)

    def websocket_url(
        self, method: str = "BidiGenerateContent", version: str = "v1beta"
    ) -> str:
        """Return the address for a raw WebSocket; it holds no key.

        Raises:
            BackendError: Vertex AI, which has other addresses and no keys.

        """
        if self.provider == "vertex":
            raise BackendError(
                "Raw sockets of this guide speak to the Gemini API, not to Vertex AI. "
                "Set GEMINI_API_KEY and unset GOOGLE_GENAI_USE_VERTEXAI, or call "
                "backend.ensure('emulator')."
            )
        base = self.url.replace("http", "ws", 1)
        service = f"google.ai.generativelanguage.{version}.GenerativeService"
        return f"{base}/ws/{service}.{method}"

    def headers(self) -> Headers:
        """Return the headers that authorise a raw WebSocket or an HTTP request."""
        return Headers({"x-goog-api-key": self._key})

    def ssl_context(self) -> ssl.SSLContext | None:
        """Return the TLS context for `url` and `websocket_url`, if they need one."""
        if not self.url.startswith("https:"):
            return None
        import certifi

        # The same rule as in the SDK, so that both accept the same servers.
        return ssl.create_default_context(
            cafile=os.environ.get("SSL_CERT_FILE") or certifi.where()
        )


_lock = threading.RLock()
_environment = EnvironmentChanges()
_own_emulator: "Emulator | None" = None


def load(wanted: str | None = None) -> Choice:
    """Return the choice, without looking for anything or starting it.

    Raises:
        BackendError: As for `ensure`.

    """
    with _lock:
        return choose(_variables(), wanted)


def ensure(wanted: Kind | None = None) -> Backend:
    """Make sure that a plain ``genai.Client()`` reaches a Live API.

    Call it before the client is made; call it as often as you like.

    Args:
        wanted: ``"emulator"`` or ``"service"``, to insist. Otherwise the
            variable ``LIVE_BACKEND`` says, or a key decides.

    Raises:
        BackendError: The service without a key; an emulator at
            ``LIVE_EMULATOR_URL`` that is not there or doesn't start; an unknown
            wish.

    """
    with _lock:
        variables = _variables()
        choice = choose(variables, wanted)
        changes: dict[str, str | None] = dict(_from_dotenv())
        url = _service_url(choice, variables)
        if choice.kind == "emulator":
            url = _emulator_url(choice)
            changes.update(_pointing_at(url, variables))
        _environment.become(changes)
        return _described(choice, dict(os.environ), variables, url)


def look() -> Backend:
    """Return what `ensure` would use, but start nothing and change nothing.

    The emulator may not run: its address is then the one where it should.

    Raises:
        BackendError: As for `ensure`, except that nothing has to answer.

    """
    with _lock:
        variables = _variables()
        choice = choose(variables)
    url = _service_url(choice, variables)
    if choice.kind == "emulator":
        url = (choice.places or (DEFAULT_EMULATOR_URL,))[0]
        variables = variables | {"GEMINI_API_KEY": ANY_KEY}
    return _described(choice, variables, variables, url)


def stop() -> None:
    """Stop the emulator of this process, if there is one, and undo `ensure`.

    Done at exit by itself; `ensure` may be called again afterwards.
    """
    global _own_emulator
    with _lock:
        _environment.become({})
        emulator, _own_emulator = _own_emulator, None
        if emulator is not None:
            emulator.stop()


def find_emulator(url: str) -> dict[str, Any] | None:
    """Return what the emulator at an address says of itself, or none."""
    # Proxies are for the network, not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/emulator", timeout=FOUND_WITHIN_S) as response:
            answer = json.loads(response.read(65_536))
    except (OSError, ValueError):
        return None
    if isinstance(answer, dict) and answer.get("name") == "live_emulator":
        return answer
    return None


def _described(
    choice: Choice, with_key: Mapping[str, str], variables: Mapping[str, str], url: str
) -> Backend:
    return Backend(
        kind=choice.kind,
        description=description_of(choice),
        live_model=variables.get("LIVE_MODEL", "").strip() or models.LIVE,
        provider=choice.provider,
        url=url.rstrip("/"),
        _key=with_key.get(choice.key_name or "GEMINI_API_KEY", "").strip(),
    )


def _service_url(choice: Choice, variables: Mapping[str, str]) -> str:
    other = variables.get("GOOGLE_GEMINI_BASE_URL", "").strip()
    return other if other and choice.provider == "gemini" else SERVICE_URL


def _emulator_url(choice: Choice) -> str:
    global _own_emulator
    if _own_emulator is not None and not choice.must_be_there:
        return _own_emulator.url
    for url in choice.places:
        if find_emulator(url) is not None:
            return url
    if choice.must_be_there:
        raise BackendError(
            f"No emulator answers at {choice.places[0]} (LIVE_EMULATOR_URL). Start "
            "it with: python3 guide.py. Or unset LIVE_EMULATOR_URL, and this "
            "program starts one of its own."
        )
    from live_emulator import Emulator

    emulator = Emulator(port=0, seed=SEED)
    try:
        emulator.start()
    except OSError as error:
        raise BackendError(f"The emulator could not be started: {error}.") from error
    _own_emulator = emulator
    return emulator.url


def _from_dotenv() -> dict[str, str]:
    """Return what ``.env`` adds to the variables that are set, even to nothing."""
    if not DOTENV.is_file():
        return {}
    from dotenv import dotenv_values

    original = _environment.original()
    return {
        name: value
        for name, value in dotenv_values(DOTENV, encoding="utf-8").items()
        if value is not None and name not in original
    }


def _variables() -> dict[str, str]:
    return {**_environment.original(), **_from_dotenv()}


def _pointing_at(url: str, variables: Mapping[str, str]) -> dict[str, str | None]:
    from live_emulator import client_environment

    changes: dict[str, str | None] = dict.fromkeys(_HIDDEN_FROM_EMULATOR)
    changes.update(client_environment(url))
    # WebSocket clients obey HTTPS_PROXY, and no proxy reaches this machine.
    listed = variables.get("NO_PROXY") or variables.get("no_proxy") or ""
    hosts = [host.strip() for host in listed.split(",") if host.strip()]
    hosts += [host for host in ("127.0.0.1", "localhost") if host not in hosts]
    # On Windows the two names are one variable.
    for name in ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy"):
        changes[name] = ",".join(hosts)
    return changes


atexit.register(stop)


def main() -> int:
    """Print which backend this machine would use, as one line of JSON."""
    try:
        choice = load()
    except BackendError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"kind": choice.kind, "description": description_of(choice)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
