"""Which files are served, and as what. No I/O.

A list of what is allowed, not of what is forbidden: a file that nobody thought of
is not there.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

__all__ = ["CONTENT_TYPES", "LINKED_SOURCES", "content_type_of", "locate"]

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yaml": "text/plain; charset=utf-8",
}
"""Everything that may leave, by extension.

Never taken from the system: a registry may call JavaScript plain text, and
browsers then refuse to run it.
"""

LINKED_SOURCES = frozenset(
    {
        "CHANGELOG.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "WHICH.md",
        "benchmarks/README.md",
        "guide.py",
        "guide/backend.py",
        "guide/chapters.py",
        "guide/models.py",
        "guide/servers.py",
        "live_emulator/CLIENTS.md",
        "live_emulator/FIDELITY.md",
        "live_emulator/README.md",
        "live_emulator/TESTING.md",
        "live_emulator/brain/rules/talk.yaml",
        "pyproject.toml",
        "requirements-test.txt",
        "requirements.txt",
    }
)
"""Files outside the open folders that READMEs link to."""

_OPEN_FOLDERS = re.compile(
    r"(chapter_\d\d|assets|guide/home|guide/style|live_emulator/examples"
    r"|tests/(live_emulator|conformance))/"  # FIDELITY.md names its proofs
)

_EXTRA_TYPES = {
    "LICENSE": "text/plain; charset=utf-8",
    "pyproject.toml": "text/plain; charset=utf-8",
}


def locate(raw_path: str) -> PurePosixPath | None:
    """Return the file that a request path names, relative to the repository.

    A path with a slash at its end names a folder's page: none here, see the
    routes. Nothing says that the file exists.

    Args:
        raw_path: As sent, percent signs and all; decoded once, as browsers mean it.

    """
    try:
        path = unquote(raw_path, errors="strict")
    except UnicodeDecodeError:
        return None
    if not path.startswith("/"):
        return None
    parts = path[1:].split("/")
    if not all(map(_is_plain_name, parts)):
        return None
    name = "/".join(parts)
    if name in LINKED_SOURCES:
        return PurePosixPath(name)
    found = PurePosixPath(name)
    if _OPEN_FOLDERS.match(name) and found.suffix in CONTENT_TYPES:
        return found
    return None


def content_type_of(path: PurePosixPath) -> str:
    """Return the Content-Type of a file that `locate` allowed."""
    return _EXTRA_TYPES.get(path.name) or CONTENT_TYPES[path.suffix]


def _is_plain_name(name: str) -> bool:
    """Tell whether a name means the same file on every system, and no hidden one."""
    return (
        bool(name)
        and not name.startswith(".")
        and not name.endswith((".", " "))  # Windows drops these
        and not any(sign in '\\:*?"<>|' or ord(sign) < 32 for sign in name)
    )
