"""Decide between the service and an emulator: environment in, choice out.

No I/O here; `guide.backend` loads ``.env``, looks for emulators and carries the
choice out. The rules, first match wins:

1. What the caller or ``LIVE_BACKEND`` asks for.
2. ``GOOGLE_GEMINI_BASE_URL`` on this machine: an emulator, whatever key is set.
3. Vertex AI variables, or a key: the service.
4. Nothing: an emulator.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

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
]

Kind = Literal["emulator", "service"]
Provider = Literal["emulator", "gemini", "vertex"]

DEFAULT_EMULATOR_URL = "http://127.0.0.1:9099"
"""Where ``python3 guide.py`` and ``python -m live_emulator`` listen."""

OWN_EMULATOR = "none"
"""Value of ``LIVE_EMULATOR_URL`` that asks for an emulator of one's own."""


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

    @property
    def kind(self) -> Kind:
        """Service or emulator."""
        return "emulator" if self.provider == "emulator" else "service"


def choose(environment: Mapping[str, str], wanted: str | None = None) -> Choice:
    """Return the choice for these variables.

    Args:
        environment: Variables, ``.env`` included. Empty ones count as unset.
        wanted: ``"emulator"`` or ``"service"``; wins over ``LIVE_BACKEND``.

    Raises:
        BackendError: The wish can't be fulfilled, or is neither of the two.

    """
    wish = wanted or _value(environment, "LIVE_BACKEND")
    if wish not in (None, "emulator", "service"):
        raise BackendError(
            f"LIVE_BACKEND is {wish!r}; it must be 'emulator' or 'service', or unset."
        )
    base_url = _value(environment, "GOOGLE_GEMINI_BASE_URL")
    points_here = base_url is not None and is_loopback_url(base_url)
    if wish == "emulator" or (points_here and wish is None):
        return _emulator(environment, base_url if points_here else None)
    service = _service(environment)
    if wish == "service" and points_here:
        raise BackendError(
            "The service was asked for, but GOOGLE_GEMINI_BASE_URL points at "
            f"{base_url} on this machine. Unset GOOGLE_GEMINI_BASE_URL, "
            "GEMINI_API_KEY and SSL_CERT_FILE, then set your own key again."
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
    if choice.provider == "emulator":
        return "Emulator on this machine. Set GEMINI_API_KEY to talk to the service."
    if choice.provider == "vertex":
        return "Google's service, by Vertex AI."
    return f"Google's service, by the Gemini API, with the key in {choice.key_name}."


def is_loopback_url(url: str) -> bool:
    """Tell whether a URL names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


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


def _emulator(environment: Mapping[str, str], pointed_at: str | None) -> Choice:
    named = _value(environment, "LIVE_EMULATOR_URL")
    if named is not None and named.lower() == OWN_EMULATOR:
        return Choice("emulator")
    if named is not None:
        if not is_loopback_url(named):
            raise BackendError(
                f"LIVE_EMULATOR_URL is {named!r}; it must be an address on this "
                f"machine, such as {DEFAULT_EMULATOR_URL}, or 'none'."
            )
        return Choice("emulator", places=(named.rstrip("/"),), must_be_there=True)
    places = [pointed_at.rstrip("/")] if pointed_at else []
    if DEFAULT_EMULATOR_URL not in places:
        places.append(DEFAULT_EMULATOR_URL)
    return Choice("emulator", places=tuple(places))


def _service(environment: Mapping[str, str]) -> Choice | None:
    # The SDK prefers GOOGLE_API_KEY when both are set.
    key_name = next(
        (
            name
            for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY")
            if _value(environment, name)
        ),
        None,
    )
    if any(
        (_value(environment, name) or "").lower() in ("true", "1")
        for name in ("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE")
    ):
        if _value(environment, "GOOGLE_CLOUD_PROJECT"):
            return Choice("vertex")
        return Choice("vertex", key_name) if key_name else None
    return Choice("gemini", key_name) if key_name else None


def _value(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name, "").strip() or None
