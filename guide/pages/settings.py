"""What the page server needs to know, from its environment.

The servers of chapters are told the same, so that they know the reader and where
the other pages are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from guide.chapters import REPOSITORY

__all__ = ["RunningServer", "Settings"]


@dataclass(frozen=True)
class RunningServer:
    """A chapter's server that was started with the pages."""

    chapter: int
    """The chapter's number."""
    url: str
    """Its address, such as ``http://localhost:8008``."""
    health: str
    """Path under which it says that it is well."""


@dataclass(frozen=True)
class Settings:
    """One run of the page server."""

    port: int = 8080
    repository: Path = REPOSITORY
    notebooks_url: str | None = None
    """JupyterLab's address, if it was started with the pages."""
    notebook_token: str = field(default="", repr=False)
    """Lets whoever has it run programs as the reader; only shown to them."""
    reader_pass: str = field(default="", repr=False)
    """Proves that a browser belongs to whoever started this server: the link in
    their terminal holds it. Other users of the machine can reach the port too."""
    servers: tuple[RunningServer, ...] = ()
    """The chapters' servers."""
    pages_url: str | None = None
    """The page server's address, where another server has these settings."""

    @property
    def pages_port(self) -> int:
        """Port of the page server, in whose name the reader's cookie is."""
        return (urlsplit(self.pages_url).port if self.pages_url else None) or self.port

    @classmethod
    def from_environment(cls, port: int, environment: Mapping[str, str]) -> "Settings":
        """Read what `guide.py` set."""
        return cls(
            port=port,
            notebooks_url=environment.get("LIVE_GUIDE_NOTEBOOKS") or None,
            notebook_token=environment.get("LIVE_GUIDE_NOTEBOOK_TOKEN", ""),
            reader_pass=environment.get("LIVE_GUIDE_PASS", ""),
            pages_url=environment.get("LIVE_GUIDE_PAGES") or None,
            servers=tuple(
                RunningServer(**server)
                for server in json.loads(environment.get("LIVE_GUIDE_SERVERS") or "[]")
            ),
        )
