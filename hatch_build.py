"""What of the package's metadata depends on where the package is built.

The repository's address is not written down anywhere: a release is built by the
workflow of the repository that makes it, which names itself in the environment. Then
the metadata has its links, and those of the README, which lead from file to file, lead
to the same files there. A build on a desk has neither.
"""

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

README = "live_emulator/README.md"


class Links(MetadataHookInterface):
    """Fills in the fields that pyproject.toml declares as dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme`, and `urls` if the repository is known."""
        text = Path(self.root, README).read_text("utf-8")
        if address := address_of_repository():
            tag = f"v{metadata['version']}"
            text = with_whole_links(text, f"{address}/blob/{tag}")
            metadata["urls"] = {
                "Source": address,
                "Documentation": f"{address}/blob/{tag}/{README}",
                "Changelog": f"{address}/blob/{tag}/CHANGELOG.md",
                "Issues": f"{address}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def address_of_repository() -> str | None:
    """Return the address that GitHub gives its workflows; elsewhere None."""
    server = os.environ.get("GITHUB_SERVER_URL")
    name = os.environ.get("GITHUB_REPOSITORY")
    return f"{server}/{name}" if server and name else None


def with_whole_links(text: str, files: str) -> str:
    """Let relative links of the README begin with `files`, an address."""

    def whole(link: re.Match[str]) -> str:
        parts = ["live_emulator", *link["path"].split("/")]
        while ".." in parts:
            at = parts.index("..")
            del parts[at - 1 : at + 1]
        return f"]({files}/{'/'.join(parts)}"

    return re.sub(r"\]\((?!\w+:|#)(?P<path>[^)#\s]+)", whole, text)
