"""The switch: after `ensure`, plain ``genai.Client()`` finds service or emulator.

With a key (or the variables of Vertex AI and credentials), in the environment or
in the file ``.env``, that is Google's service. Without, it is the emulator: the one
that already runs on this machine, or one started inside this process. The variables
of Vertex AI say by which API, of the service as of the emulator. No chapter ever
asks which.
"""

import atexit
import codecs
import json
import os
import ssl
import sys
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guide import models, vertex
from guide.backend_choice import (
    DEFAULT_EMULATOR_URL,
    BackendError,
    Choice,
    Kind,
    Provider,
    choose,
    description_of,
    is_loopback_url,
    uses_vertex,
)
from guide.environment_changes import EnvironmentChanges
from guide.vertex import VertexPlace

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

EMULATED_LOCATION = "us-central1"
"""Where an emulator is, if nothing says where."""

VERTEX_VERSION = "v1beta1"
"""What the SDKs use; the service knows v1 as well."""


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
    _vertex: VertexPlace | None = field(default=None, repr=False)
    _credentials: Path | None = field(default=None, repr=False)
    """A service account's file that leads to the emulator."""

    @property
    def is_vertex(self) -> bool:
        """Whether it is Vertex AI: no tokens for pages, and models have long names."""
        return self._vertex is not None

    def websocket_url(
        self, method: str = "BidiGenerateContent", version: str = "v1beta"
    ) -> str:
        """Return the address for a raw WebSocket; it holds no key.

        Args:
            method: Vertex AI has only the first.
            version: Of the Gemini API.

        Raises:
            BackendError: Vertex AI has no such method.

        """
        base = self.url.replace("http", "ws", 1)
        if self.is_vertex:
            if method != "BidiGenerateContent":
                raise BackendError(f"Vertex AI has no method {method}.")
            service = f"google.cloud.aiplatform.{VERTEX_VERSION}.LlmBidiService"
            return f"{base}/ws/{service}/{method}"
        service = f"google.ai.generativelanguage.{version}.GenerativeService"
        return f"{base}/ws/{service}.{method}"

    def headers(self) -> Headers:
        """Return the headers that authorise a raw WebSocket or an HTTP request.

        For Vertex AI they hold a bearer token. Getting one blocks, once an hour.

        Raises:
            BackendError: There are no credentials for Vertex AI, or no token.

        """
        if not self.is_vertex or self._key:
            return Headers({"x-goog-api-key": self._key})
        try:
            return Headers(vertex.access_headers(self._credentials))
        except vertex.NoCredentials as problem:
            raise BackendError(str(problem)) from None

    def model_name(self, model: str | None = None) -> str:
        """Return a model's name for the setup of a raw WebSocket.

        Args:
            model: Its id; `live_model` if left out. A name with slashes stays.

        """
        model = model or self.live_model
        if self._vertex is None:
            return model if "/" in model else f"models/{model}"
        project = ""
        if not self._key:
            project = self._vertex.project or vertex.project_of_credentials(
                self._credentials
            )
        return self._vertex.model_name(model, project)

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
        return _choose(_variables(), wanted)


def ensure(wanted: Kind | None = None) -> Backend:
    """Make sure that a plain ``genai.Client()`` reaches a Live API.

    Call it before the client is made; call it as often as you like.

    Args:
        wanted: ``"emulator"`` or ``"service"``, to insist. Otherwise the
            variable ``LIVE_BACKEND`` says, or a key decides.

    Raises:
        BackendError: The service without a key; an emulator at
            ``LIVE_EMULATOR_URL`` that is not there or doesn't start; an unknown
            wish; a location that Vertex AI doesn't have.

    """
    with _lock:
        variables = _variables()
        choice = _choose(variables, wanted)
        changes: dict[str, str | None] = dict(_from_dotenv())
        url = _service_url(choice, variables)
        if choice.kind == "emulator":
            url = _emulator_url(choice)
            changes.update(_pointing_at(url, choice, variables))
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
        choice = _choose(variables)
    url = _service_url(choice, variables)
    if choice.kind == "emulator":
        url = (choice.places or (DEFAULT_EMULATOR_URL,))[0]
        given = {} if choice.vertex else {"GEMINI_API_KEY": ANY_KEY}
        variables = variables | given
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
    key = with_key.get(choice.key_name or "GEMINI_API_KEY", "").strip()
    if choice.vertex is not None and choice.key_name is None:
        key = ""
    credentials = None
    if choice.kind == "emulator" and choice.vertex is not None:
        credentials = _credentials_for(url, choice.vertex, variables)
    return Backend(
        kind=choice.kind,
        description=description_of(choice),
        live_model=variables.get("LIVE_MODEL", "").strip() or models.LIVE,
        provider=choice.provider,
        url=url.rstrip("/"),
        _key=key,
        _vertex=_place_of(choice),
        _credentials=credentials,
    )


def _place_of(choice: Choice) -> VertexPlace | None:
    """Return where on Vertex AI; an emulator has a project of its own."""
    if choice.kind == "service" or choice.vertex is None:
        return choice.vertex
    from live_emulator.loopback.credentials import DEFAULT_PROJECT

    return VertexPlace(
        choice.vertex.project or DEFAULT_PROJECT,
        choice.vertex.location or EMULATED_LOCATION,
    )


def _choose(variables: Mapping[str, str], wanted: str | None = None) -> Choice:
    """Look for what the variables alone can't tell, and return the choice."""
    if not uses_vertex(variables):
        return choose(variables, wanted)
    proxy = variables.get("HTTPS_PROXY") or variables.get("https_proxy") or ""
    is_emulator = is_loopback_url(proxy) and find_emulator(proxy) is not None
    return choose(
        variables,
        wanted,
        is_logged_in=_gcloud_file(variables).is_file(),
        emulator_proxy=proxy if is_emulator else None,
    )


def _gcloud_file(variables: Mapping[str, str]) -> Path:
    """Return where gcloud keeps the credentials of who has logged in."""
    folder = variables.get("CLOUDSDK_CONFIG")
    if folder:
        place = Path(folder)
    elif os.name == "nt":
        place = Path(variables.get("APPDATA") or Path.home()) / "gcloud"
    else:
        place = Path.home() / ".config" / "gcloud"
    return place / "application_default_credentials.json"


def _credentials_for(
    url: str, place: VertexPlace, variables: Mapping[str, str]
) -> Path:
    """Return a service account's file that leads to an emulator.

    The reader's own is taken if it does; a real one never reaches an emulator.
    """
    from live_emulator.loopback import credentials

    named = variables.get("GOOGLE_APPLICATION_CREDENTIALS", "").strip()
    if named and credentials.leads_to(named, url):
        return Path(named)
    return credentials.cached_credentials(
        url, place.project or credentials.DEFAULT_PROJECT
    )


def _service_url(choice: Choice, variables: Mapping[str, str]) -> str:
    if choice.vertex is not None:
        return f"https://{vertex.host(choice.vertex.location)}"
    other = variables.get("GOOGLE_GEMINI_BASE_URL", "").strip()
    return other if other and choice.provider == "gemini" else SERVICE_URL


def _emulator_url(choice: Choice) -> str:
    global _own_emulator
    if _own_emulator is not None and not choice.must_be_there:
        return _own_emulator.url
    from live_emulator import Emulator, EmulatorError
    from live_emulator.loopback.certificates import whose_emulator

    found = [url for url in choice.places if find_emulator(url) is not None]
    whose = {url: whose_emulator(url) for url in found}
    # Who names an address may name a stand-in without a certificate.
    good = ("own", "unknown") if choice.must_be_there else ("own",)
    for url in found:
        if whose[url] in good:
            return url
    if choice.must_be_there and found:
        raise BackendError(
            f"The emulator at {found[0]} (LIVE_EMULATOR_URL) belongs to another user "
            "of this machine: its certificate is none of yours. Unset "
            "LIVE_EMULATOR_URL, and this program starts one of its own."
        )
    if choice.must_be_there:
        raise BackendError(
            f"No emulator answers at {choice.places[0]} (LIVE_EMULATOR_URL). Start "
            "it with: python3 guide.py. Or unset LIVE_EMULATOR_URL, and this "
            "program starts one of its own."
        )
    emulator = Emulator(port=0, seed=SEED)
    try:
        emulator.start()
    except (EmulatorError, OSError) as error:
        told = str(error).rstrip(".")
        raise BackendError(f"The emulator could not be started: {told}.") from error
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
        for name, value in dotenv_values(stream=StringIO(_dotenv_text())).items()
        if value is not None and name not in original
    }


def _dotenv_text() -> str:
    """Return what ``.env`` holds: UTF-8, or UTF-16 as PowerShell writes it.

    Raises:
        BackendError: It is neither, or can't be read.

    """
    try:
        data = DOTENV.read_bytes()
    except OSError as error:
        raise BackendError(
            f"The file {DOTENV} can't be read: {error.strerror}."
        ) from None
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BackendError(
            f"The file {DOTENV} is not UTF-8: line {line} holds something else. Write "
            "that line again, or save the file as UTF-8."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BackendError(
            f"The file {DOTENV} holds a NUL character in line {line}. Write that line "
            "again, or save the file as UTF-8."
        )
    return text


def _variables() -> dict[str, str]:
    return {**_environment.original(), **_from_dotenv()}


def _pointing_at(
    url: str, choice: Choice, variables: Mapping[str, str]
) -> dict[str, str | None]:
    from live_emulator import Vertex, client_changes

    if (place := _place_of(choice)) is None:
        return client_changes(url, environment=variables)
    try:
        access = Vertex(
            place.project, place.location, _credentials_for(url, place, variables)
        )
    except ValueError as error:
        raise BackendError(f"GOOGLE_CLOUD_LOCATION: {error}") from None
    return client_changes(url, vertex=access, environment=variables)


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
