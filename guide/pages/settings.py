"""What the page server needs to know, from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guide.chapters import REPOSITORY

__all__ = ["Settings"]


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

    @classmethod
    def from_environment(cls, port: int, environment: Mapping[str, str]) -> "Settings":
        """Read what `guide.py` set."""
        return cls(
            port=port,
            notebooks_url=environment.get("LIVE_GUIDE_NOTEBOOKS") or None,
            notebook_token=environment.get("LIVE_GUIDE_NOTEBOOK_TOKEN", ""),
            reader_pass=environment.get("LIVE_GUIDE_PASS", ""),
        )
