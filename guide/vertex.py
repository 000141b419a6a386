"""Vertex AI for raw sockets and pages: where it is, whose token, which model.

The SDK finds all of this by itself. What has no SDK needs the address of a location,
a bearer token from google-auth, and the model's name with project and location.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "NoCredentials",
    "VertexPlace",
    "access_headers",
    "host",
    "project_of_credentials",
]

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class NoCredentials(RuntimeError):
    """google-auth has no token to give; says what to do."""


@dataclass(frozen=True)
class VertexPlace:
    """A project in a location."""

    project: str = ""
    """Empty in express mode (a key), and where the credentials name it."""
    location: str = ""

    def model_name(self, model: str, project: str) -> str:
        """Return a model's name as raw messages have to spell it.

        Args:
            model: Its id, or a name with slashes, which stays as it is.
            project: Empty in express mode.

        """
        if "/" in model and not model.startswith("models/"):
            return model
        name = f"publishers/google/models/{model.removeprefix('models/')}"
        if not project:
            return name
        return f"projects/{project}/locations/{self.location or 'global'}/{name}"


def host(location: str) -> str:
    """Return the host of Vertex AI in a location; with none, the SDK goes there too."""
    if location in ("", "global"):
        return "aiplatform.googleapis.com"
    if location in ("us", "eu"):
        return f"aiplatform.{location}.rep.googleapis.com"
    return f"{location}-aiplatform.googleapis.com"


_lock = threading.Lock()
_known: dict[Path | None, tuple[Any, str]] = {}
"""Credentials and their project; they keep a token until it is stale."""


def access_headers(file: Path | None) -> dict[str, str]:
    """Return the headers with a bearer token that is good, fetched if need be.

    Blocks for a request to the token endpoint, once an hour.

    Args:
        file: A service account's file that leads to an emulator; None takes the
            reader's own credentials, as the SDK does.

    Raises:
        NoCredentials: There are none, or they are no good.

    """
    from google.auth import exceptions

    with _lock:
        try:
            credentials, _ = _credentials(file)
            if not credentials.valid:
                credentials.refresh(_transport(direct=file is not None))
        except exceptions.DefaultCredentialsError:
            raise NoCredentials(
                "There are no credentials for Vertex AI. Log in with: gcloud auth "
                "application-default login. Or name a service account's file in "
                "GOOGLE_APPLICATION_CREDENTIALS."
            ) from None
        except exceptions.GoogleAuthError as error:
            raise NoCredentials(
                f"Google's token endpoint gave no token: {error.args[0]}. Check "
                "GOOGLE_APPLICATION_CREDENTIALS, or log in again with: gcloud auth "
                "application-default login."
            ) from None
    headers = {"Authorization": f"Bearer {credentials.token}"}
    if credentials.quota_project_id:
        headers["x-goog-user-project"] = credentials.quota_project_id
    return headers


def project_of_credentials(file: Path | None) -> str:
    """Return the project that credentials name, empty if none; see `access_headers`."""
    from google.auth import exceptions

    with _lock:
        try:
            return _credentials(file)[1]
        except exceptions.DefaultCredentialsError:
            return ""


def _credentials(file: Path | None) -> tuple[Any, str]:
    if file not in _known:
        if file is None:
            import google.auth

            found, project = google.auth.default(scopes=[_SCOPE])
            _known[file] = found, project or ""
        else:
            from google.oauth2 import service_account

            known = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
                file, scopes=[_SCOPE]
            )
            _known[file] = known, known.project_id or ""
    return _known[file]


def _transport(*, direct: bool) -> Any:
    import requests
    from google.auth.transport.requests import Request

    session = requests.Session()
    # Proxies are for the network, not for this machine.
    session.trust_env = not direct
    return Request(session)
