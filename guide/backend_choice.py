"""Decide between the service and an emulator: environment in, choice out.

No I/O here; `guide.backend` loads ``.env``, looks for emulators and carries the
choice out. The rules, first match wins:

1. What the caller or ``LIVE_BACKEND`` asks for.
2. ``GOOGLE_GEMINI_BASE_URL`` on this machine, or for Vertex AI an emulator as
   ``HTTPS_PROXY``: that emulator, whatever key is set.
3. A key, or Vertex AI's variables and credentials: the service.
4. Nothing of it: an emulator.

``GOOGLE_GENAI_USE_VERTEXAI`` says by which API, of the service as of the emulator.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from guide.vertex import VertexPlace

__all__ = [
    "DEFAULT_EMULATOR_URL",
    "BackendError",
    "Choice",
    "Kind",
    "Provider",
    "choose",
    "description_of",
    "is_loopback_url",
    "isolate",
    "uses_vertex",
]

Kind = Literal["emulator", "service"]
Provider = Literal["emulator", "gemini", "vertex"]

DEFAULT_EMULATOR_URL = "http://127.0.0.1:9099"
"""Where ``python3 guide.py`` and ``python -m live_emulator`` listen."""

OWN_EMULATOR = "none"
"""Value of ``LIVE_EMULATOR_URL`` that asks for an emulator of one's own."""

_SHOW_CREDENTIALS = (
    "GOOGLE_APPLICATION_CREDENTIALS",
    # Set on Cloud Run, and where a metadata server is named.
    "K_SERVICE",
    "GCE_METADATA_HOST",
)

_ISOLATED: Mapping[str, str | None] = {
    "GEMINI_API_KEY": None,
    "GOOGLE_API_KEY": None,
    "GOOGLE_GEMINI_BASE_URL": None,
    "GOOGLE_GENAI_USE_VERTEXAI": None,
    "GOOGLE_GENAI_USE_ENTERPRISE": None,
    "LIVE_MODEL": None,
    "LIVE_BACKEND": "emulator",
    "LIVE_EMULATOR_URL": OWN_EMULATOR,
}


class BackendError(RuntimeError):
    """Neither service nor emulator can be used as asked; says what to do."""


@dataclass(frozen=True)
class Choice:
    """What to talk to, before anything was looked for or started."""

    provider: Provider
    key_name: str | None = None
    """The variable that holds the key, if the provider uses one."""
    places: tuple[str, ...] = ()
    """Addresses at which an emulator may already run, in order of preference."""
    must_be_there: bool = False
    """The reader named the address; starting another emulator is no answer."""
    vertex: VertexPlace | None = None
    """Where on Vertex AI; None for the Gemini API."""

    @property
    def kind(self) -> Kind:
        """Service or emulator."""
        return "emulator" if self.provider == "emulator" else "service"


def choose(
    environment: Mapping[str, str],
    wanted: str | None = None,
    *,
    is_logged_in: bool = False,
    emulator_proxy: str | None = None,
) -> Choice:
    """Return the choice for these variables.

    Args:
        environment: Variables, ``.env`` included. Empty ones count as unset.
        wanted: ``"emulator"`` or ``"service"``; wins over ``LIVE_BACKEND``.
        is_logged_in: There are credentials that gcloud keeps.
        emulator_proxy: The address in ``HTTPS_PROXY``, if an emulator answers there.

    Raises:
        BackendError: The wish can't be fulfilled, or is neither of the two.

    """
    wish = wanted or _value(environment, "LIVE_BACKEND")
    if wish not in (None, "emulator", "service"):
        raise BackendError(
            f"LIVE_BACKEND is {wish!r}; it must be 'emulator' or 'service', or unset."
        )
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        _check_key(name, _value(environment, name) or "")
    base_url = _value(environment, "GOOGLE_GEMINI_BASE_URL")
    _check_url("GOOGLE_GEMINI_BASE_URL", base_url)
    pointed_at = base_url if base_url and is_loopback_url(base_url) else None
    if uses_vertex(environment):
        pointed_at = pointed_at or emulator_proxy
    if wish == "emulator" or (pointed_at and wish is None):
        return _emulator(environment, pointed_at)
    service = _service(environment, is_logged_in, insists=wish == "service")
    if wish == "service" and pointed_at and pointed_at != base_url:
        raise BackendError(
            "The service was asked for, but HTTPS_PROXY points at the emulator at "
            f"{pointed_at}. Unset HTTPS_PROXY, GOOGLE_APPLICATION_CREDENTIALS, "
            "SSL_CERT_FILE and REQUESTS_CA_BUNDLE, then set your own again."
        )
    if wish == "service" and pointed_at:
        raise BackendError(
            "The service was asked for, but GOOGLE_GEMINI_BASE_URL points at "
            f"{base_url} on this machine. Unset GOOGLE_GEMINI_BASE_URL, "
            "GEMINI_API_KEY and SSL_CERT_FILE, then set your own key again."
        )
    if wish == "service" and service is None and uses_vertex(environment):
        raise BackendError(
            "The service was asked for by Vertex AI, but there is no key, no project "
            "and no login. Set GOOGLE_CLOUD_PROJECT and log in with: gcloud auth "
            "application-default login. Or unset LIVE_BACKEND to use the emulator."
        )
    if wish == "service" and service is None:
        raise BackendError(
            "The service was asked for, but there is no key. Put GEMINI_API_KEY=... "
            "into the file .env (.env.example shows how), or leave LIVE_BACKEND "
            "unset to use the emulator."
        )
    return service or _emulator(environment, None)


def description_of(choice: Choice) -> str:
    """Return one sentence that is the same on every machine and in every run."""
    if choice.provider == "emulator" and choice.vertex is not None:
        return (
            "Emulator on this machine, as Vertex AI. Log in with gcloud, or set "
            "GOOGLE_APPLICATION_CREDENTIALS, to talk to the service."
        )
    if choice.provider == "emulator":
        return "Emulator on this machine. Set GEMINI_API_KEY to talk to the service."
    if choice.provider == "vertex":
        return "Google's service, by Vertex AI."
    return f"Google's service, by the Gemini API, with the key in {choice.key_name}."


def is_loopback_url(url: str) -> bool:
    """Tell whether a URL names this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _check_key(name: str, key: str) -> None:
    """Refuse what can't be a key, without showing it.

    No header can hold it, and errors of others would print it.

    Raises:
        BackendError: The key holds something else than keys do.

    """
    if re.fullmatch("[!#-&(-~]*", key):
        return
    raise BackendError(
        f"The value of {name} is not a key: keys hold no quotation marks, spaces, line "
        "breaks or letters with accents. Copy it once more, into the file .env or the "
        f"variable, as {name}=... without quotation marks."
    )


def _check_url(name: str, url: str | None) -> None:
    """Refuse what is no address.

    Raises:
        BackendError: It is none.

    """
    try:
        place = urlsplit(url or "http://localhost")
        if place.scheme in ("http", "https") and place.hostname:
            _ = place.port  # which raises too
            return
    except ValueError:
        pass
    raise BackendError(
        f"{name} is {url!r}, which is no address such as {DEFAULT_EMULATOR_URL}. "
        "Correct it in the file .env or in the environment, or unset it."
    )


def isolate(environment: MutableMapping[str, str]) -> None:
    """Make everything use a fresh emulator, in place.

    Tests, and notebooks that are regenerated, may reach neither Google with the
    reader's key nor an emulator that somebody has running.
    """
    for name, value in _ISOLATED.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value


def uses_vertex(environment: Mapping[str, str]) -> bool:
    """Tell whether the variables choose Vertex AI, as the SDK reads them."""
    for name in ("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI"):
        value = environment.get(name)
        if value is not None and value.strip():
            return value.strip().lower() in ("true", "1")
    return False


def _emulator(environment: Mapping[str, str], pointed_at: str | None) -> Choice:
    vertex = _place(environment) if uses_vertex(environment) else None
    named = _value(environment, "LIVE_EMULATOR_URL")
    if named is not None and named.lower() == OWN_EMULATOR:
        return Choice("emulator", vertex=vertex)
    if named is not None:
        _check_url("LIVE_EMULATOR_URL", named)
        if not is_loopback_url(named):
            raise BackendError(
                f"LIVE_EMULATOR_URL is {named!r}; it must be an address on this "
                f"machine, such as {DEFAULT_EMULATOR_URL}, or 'none'."
            )
        places = (named.rstrip("/"),)
        return Choice("emulator", places=places, must_be_there=True, vertex=vertex)
    found = [pointed_at.rstrip("/")] if pointed_at else []
    if DEFAULT_EMULATOR_URL not in found:
        found.append(DEFAULT_EMULATOR_URL)
    return Choice("emulator", places=tuple(found), vertex=vertex)


def _service(
    environment: Mapping[str, str], is_logged_in: bool, *, insists: bool
) -> Choice | None:
    # The SDK prefers GOOGLE_API_KEY when both are set.
    key_name = next(
        (
            name
            for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY")
            if _value(environment, name)
        ),
        None,
    )
    if not uses_vertex(environment):
        return Choice("gemini", key_name) if key_name else None
    place = _place(environment)
    if key_name and not place.project and not place.location:
        return Choice("vertex", key_name, vertex=place)
    has_credentials = is_logged_in or any(
        _value(environment, name) for name in _SHOW_CREDENTIALS
    )
    if has_credentials or (insists and place.project):
        return Choice("vertex", vertex=place)
    return None


def _place(environment: Mapping[str, str]) -> VertexPlace:
    return VertexPlace(
        project=_value(environment, "GOOGLE_CLOUD_PROJECT") or "",
        location=_value(environment, "GOOGLE_CLOUD_LOCATION") or "",
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name, "").strip() or None
