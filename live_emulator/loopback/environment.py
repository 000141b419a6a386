"""Point clients at an emulator by environment variables alone."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from live_emulator.errors import EmulatorError
from live_emulator.loopback.certificates import (
    Authority,
    VertexCertificate,
    write_bundle,
)
from live_emulator.loopback.credentials import (
    DEFAULT_LOCATION,
    DEFAULT_PROJECT,
    cached_credentials,
)
from live_emulator.loopback.tunnel import GOOGLE_HOSTS
from live_emulator.protocol.endpoints import LOCATIONS

__all__ = [
    "EMULATOR_KEY",
    "CannotQuote",
    "Vertex",
    "client_changes",
    "client_environment",
    "format_exports",
]

EMULATOR_KEY = "emulator"
"""Any other key would do as well."""

_HERE = ("127.0.0.1", "localhost")

_GEMINI_UNSET = (
    "GOOGLE_API_KEY",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_USE_VERTEXAI",
)
_PROXIES = tuple(
    name
    for one in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
    for name in (one, one.lower())
)
_VERTEX_UNSET = (
    # With an address the SDK drops project and location, and shows no token.
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    # A key would count instead of credentials, in SDKs without a project.
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    # They count before HTTPS_PROXY.
    *("ALL_PROXY", "all_proxy", "WSS_PROXY", "wss_proxy", "SOCKS_PROXY", "socks_proxy"),
)


@dataclass(frozen=True)
class Vertex:
    """How clients use Vertex AI."""

    project: str = DEFAULT_PROJECT
    """Any name is good."""
    location: str = DEFAULT_LOCATION
    credentials: Path | str | None = None
    """A file that leads to the emulator; None writes one into the cache folder."""
    key: str = field(default="", repr=False)
    """Express mode: this key, and neither project nor location nor credentials."""

    def __post_init__(self) -> None:
        """Refuse locations that the emulator can't stand in for.

        Raises:
            ValueError: If there is no such location.

        """
        if self.location not in LOCATIONS:
            raise ValueError(
                f"There is no location {self.location!r} of Vertex AI; such are "
                "us-central1, europe-west4 and global."
            )


def client_changes(
    url: str,
    *,
    vertex: Vertex | None = None,
    environment: Mapping[str, str] = os.environ,
) -> dict[str, str | None]:
    """Return all that brings the Python and JavaScript SDKs to an emulator.

    `SSL_CERT_FILE` names a bundle in the user's cache folder that holds certifi's
    roots too, so the same process can reach the service.

    Args:
        url: The emulator's address.
        vertex: Use Vertex AI instead of the Gemini API. Google's SDK takes no
            address for it from the environment, so the emulator becomes the proxy of
            the process: nothing but Vertex AI, emulated, is then behind it.
        environment: What is set now; exceptions from a proxy stay.

    Returns:
        Variables and their values; None for one that has to be unset.

    """
    changes: dict[str, str | None]
    proxied = ("HTTPS_PROXY",) if os.name == "nt" else ("HTTPS_PROXY", "https_proxy")
    if vertex is None:
        changes = dict.fromkeys(_GEMINI_UNSET)
        changes |= client_environment(url)
        # Left from Vertex AI, this would lead every other address here.
        for name in proxied:
            if environment.get(name) == url:
                changes[name] = None
        # The SDK's HTTP client wants a package for SOCKS before it asks whether an
        # address needs a proxy at all.
        for name in _PROXIES if find_spec("socksio") is None else ():
            if environment.get(name, "").lower().startswith("socks"):
                changes[name] = None
    elif vertex.key:
        # In express mode the SDK does take an address, by the other API's name.
        changes = dict.fromkeys(_VERTEX_UNSET)
        changes |= dict.fromkeys(("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"))
        changes |= {
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_API_KEY": vertex.key,
            "GOOGLE_GEMINI_BASE_URL": url,
            "SSL_CERT_FILE": str(write_bundle(Authority.open())),
        }
    else:
        certificate = VertexCertificate.open(GOOGLE_HOSTS)
        bundle = str(write_bundle(Authority.open(), vertex=certificate))
        file = vertex.credentials or cached_credentials(url, vertex.project)
        changes = dict.fromkeys(_VERTEX_UNSET)
        changes |= {
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_CLOUD_PROJECT": vertex.project,
            "GOOGLE_CLOUD_LOCATION": vertex.location,
            "GOOGLE_APPLICATION_CREDENTIALS": str(file),
            "SSL_CERT_FILE": bundle,
            # google-auth fetches the tokens of users with requests.
            "REQUESTS_CA_BUNDLE": bundle,
        }
        changes |= dict.fromkeys(proxied, url)
    listed = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    hosts = [host.strip() for host in listed.split(",") if host.strip()]
    if vertex is not None and not vertex.key:
        hosts = [host for host in hosts if not _covers_vertex(host)]
    hosts += [host for host in _HERE if host not in hosts]
    # On Windows the two names are one variable.
    for name in ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy"):
        changes[name] = ",".join(hosts)
    return changes


def client_environment(url: str) -> dict[str, str]:
    """Return the variables that have to be set for the Gemini API.

    `client_changes` also tells what has to be unset, and knows Vertex AI.
    """
    return {
        "GOOGLE_GEMINI_BASE_URL": url,
        "GEMINI_API_KEY": EMULATOR_KEY,
        "SSL_CERT_FILE": str(write_bundle(Authority.open())),
    }


def format_exports(variables: Mapping[str, str | None], shell: str) -> str:
    """Return the lines that set the variables in a shell, or unset them.

    Args:
        variables: What to set; None to unset.
        shell: "sh", "powershell" or "cmd".

    Raises:
        CannotQuote: The shell has no way to write one of the values.

    """
    write = {"sh": _for_sh, "powershell": _for_powershell, "cmd": _for_cmd}[shell]
    return "\n".join(write(name, value) for name, value in variables.items())


class CannotQuote(EmulatorError, ValueError):
    """A shell can't be told a value: one sentence for the reader."""


def _for_sh(name: str, value: str | None) -> str:
    if value is None:
        return f"unset {name}"
    quoted = value.replace("'", "'\\''")
    return f"export {name}='{quoted}'"


def _for_powershell(name: str, value: str | None) -> str:
    if value is None:
        return f"Remove-Item Env:{name} -ErrorAction SilentlyContinue"
    # PowerShell takes the typographic quotation marks for apostrophes, too.
    quoted = re.sub("(['\u2018-\u201b])", r"\1\1", value)
    return f"$env:{name} = '{quoted}'"


def _for_cmd(name: str, value: str | None) -> str:
    if value is not None and (wrong := re.search('["%\r\n]', value)):
        raise CannotQuote(
            f"The value of {name} holds {wrong[0]!r}, which cmd can't be told: "
            f"{value!r}. Use PowerShell: --shell powershell."
        )
    return f'set "{name}={value or ""}"'


def _covers_vertex(host: str) -> bool:
    """Tell whether an exception from the proxy covers Vertex AI."""
    name = (urlsplit(f"//{host}").hostname or host).lstrip(".").lower()
    return name == "*" or any(
        one == name or one.endswith(f".{name}") for one in GOOGLE_HOSTS
    )
