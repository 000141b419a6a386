"""Files that point google-auth at the emulator: `GOOGLE_APPLICATION_CREDENTIALS`.

Two kinds, as Google's: a service account, which signs what it asks for, and a user
who has logged in with gcloud, which has a refresh token. Both name the emulator as
the place where tokens are to be had.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from live_emulator.loopback.certificates import cache_folder, put_in_place
from live_emulator.loopback.google_key import GoogleKey

__all__ = [
    "ACCOUNT_DOMAIN",
    "DEFAULT_LOCATION",
    "DEFAULT_PROJECT",
    "Kind",
    "authorized_user",
    "cached_credentials",
    "leads_to",
    "refresh_token_of",
    "service_account",
    "write_credentials",
]

Kind = Literal["service-account", "user"]

DEFAULT_PROJECT = "live-emulator"
DEFAULT_LOCATION = "us-central1"
ACCOUNT_DOMAIN = ".iam.gserviceaccount.com"

_CLIENT_ID = "100000000000000000001"


def service_account(
    url: str, *, project: str = DEFAULT_PROJECT, key: GoogleKey | None = None
) -> dict[str, str]:
    """Return what is in a service account's file.

    Args:
        url: The emulator's address.
        project: The account's project; any name is good.
        key: Another than the user's; emulators refuse what it signs.

    """
    key = key or GoogleKey.open()
    return {
        "type": "service_account",
        "project_id": project,
        "private_key_id": key.key_id,
        "private_key": key.private_pem.decode(),
        "client_email": f"live-emulator@{project}{ACCOUNT_DOMAIN}",
        "client_id": _CLIENT_ID,
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": f"{url.rstrip('/')}/token",
        "universe_domain": "googleapis.com",
    }


def authorized_user(
    url: str, *, project: str = DEFAULT_PROJECT, key: GoogleKey | None = None
) -> dict[str, str]:
    """Return what is in the file of a user who has logged in; see `service_account`."""
    client_id = f"{_CLIENT_ID}.apps.googleusercontent.com"
    return {
        "type": "authorized_user",
        "client_id": client_id,
        "client_secret": "live-emulator",
        "refresh_token": refresh_token_of(client_id, key or GoogleKey.open()),
        "quota_project_id": project,
        "token_uri": f"{url.rstrip('/')}/token",
        "universe_domain": "googleapis.com",
    }


def refresh_token_of(client_id: str, key: GoogleKey) -> str:
    """Return the refresh token of an OAuth client."""
    return "1//" + key.seal(f"refresh {client_id}")


def write_credentials(
    path: Path | str,
    url: str,
    *,
    kind: Kind = "service-account",
    project: str = DEFAULT_PROJECT,
) -> Path:
    """Write a credentials file that only its owner can read; return its path.

    Args:
        path: Replaced if it is there.
        url: The emulator's address; it need not run.
        kind: A service account's, or that of a user who has logged in.
        project: The account's project, or the one whose quota the user spends.

    Raises:
        OSError: It can't be written there.

    """
    make = service_account if kind == "service-account" else authorized_user
    content = json.dumps(make(url, project=project), indent=2) + "\n"
    path = Path(path)
    put_in_place(path, content.encode(), replace=True)
    return path.absolute()


def cached_credentials(url: str, project: str = DEFAULT_PROJECT) -> Path:
    """Write a service account's file into the user's cache folder; return its path."""
    safe = "".join(sign if sign.isalnum() else "-" for sign in project)
    port = urlsplit(url).port
    path = cache_folder() / f"service-account-{port}-{safe}.json"
    return write_credentials(path, url, project=project)


def leads_to(path: Path | str, url: str) -> bool:
    """Tell whether a credentials file gets its tokens from this emulator."""
    try:
        content: Any = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(content, Mapping):
        return False
    token_uri = content.get("token_uri")
    return token_uri == f"{url.rstrip('/')}/token"
