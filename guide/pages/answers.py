"""What a path is answered with, by whichever server. Reads files, sends nothing.

The page server and the servers of chapters serve the same files by the same rules:
one with aiohttp, the others as ASGI applications.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from guide.pages import files
from guide.pages.layout import document_page, message_page, source_page
from guide.pages.markdown import render

__all__ = ["HTML", "Answer", "existing", "file_answer", "not_found", "wants_page"]

HTML = "text/html"

# A picture may style itself, and that is all it may.
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Answer:
    """A page, a message, or a file to be sent."""

    status: int = 200
    text: str = ""
    content_type: str = "text/plain; charset=utf-8"
    file: Path | None = None
    """Its content is the answer; `text` is then empty."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Besides Content-Type."""


def wants_page(accept: str) -> bool:
    """Tell by the header ``Accept`` whether a person with a browser asks."""
    return HTML in accept


def file_answer(repository: Path, raw_path: str, accept: str) -> Answer:
    """Return what a path of the repository is answered with.

    Documents and sources are pages for browsers, and files for programs.

    Args:
        repository: Where the files are.
        raw_path: As sent, percent signs and all, without the query.
        accept: The header of that name, or nothing.

    """
    if raw_path.endswith("/"):
        return _folder(repository, raw_path, accept)
    found = files.locate(raw_path)
    if found is None:
        readme = files.locate(f"{raw_path}/README.md")
        if readme is None or existing(repository, readme) is None:
            return not_found(accept)
        return Answer(status=301, headers={"Location": f"{raw_path}/"})
    path = existing(repository, found)
    if path is None:
        return not_found(accept)
    if found.suffix == ".md" and wants_page(accept):
        return _document(path, found, accept)
    if found.suffix == ".py" and wants_page(accept):
        code = _text_of(path)
        if code is None:
            return not_found(accept)
        return _page(source_page(code, str(found)))
    return _file(path, found)


def not_found(accept: str) -> Answer:
    """Return the answer for what is not there, or not meant to be served."""
    if not wants_page(accept):
        return Answer(status=404, text="There is no such file here.\n")
    page = message_page(
        "There is no such page", 'The <a href="/">home page</a> lists what there is.'
    )
    return _page(page, status=404)


def existing(repository: Path, found: PurePosixPath) -> Path | None:
    """Return the file itself, or none: no link may lead out of its folder.

    A name may be longer than the system allows, and links may go round in a circle:
    such a file is not there either.

    Args:
        repository: Where the files are.
        found: What `guide.pages.files.locate` returned.

    """
    try:
        path = (repository / found).resolve(strict=True)
        top = (repository / found.parts[0]).resolve(strict=True)
        # Anything but a plain file (a pipe, a device) might never end.
        is_file = stat.S_ISREG(path.stat().st_mode)
    except (OSError, RuntimeError, ValueError):
        return None
    if not is_file or not path.is_relative_to(top) or not os.access(path, os.R_OK):
        return None
    return path


def _folder(repository: Path, raw_path: str, accept: str) -> Answer:
    """Answer with a folder's page, or its README where it has none."""
    for name in ("index.html", "README.md"):
        found = files.locate(f"{raw_path}{name}")
        path = existing(repository, found) if found is not None else None
        if found is not None and path is not None:
            if found.suffix == ".html":
                return _file(path, found)
            return _document(path, found, accept)
    return not_found(accept)


def _document(path: Path, found: PurePosixPath, accept: str) -> Answer:
    text = _text_of(path)
    if text is None:
        return not_found(accept)
    document = render(text, folder=str(found.parent))
    return _page(document_page(document.title, document.html, str(found)))


def _text_of(path: Path) -> str | None:
    """Return a text; letters in another encoding than UTF-8 become question marks."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # gone, or not ours to read any more
        return None


def _file(path: Path, found: PurePosixPath) -> Answer:
    headers = {"Content-Security-Policy": _SVG_POLICY} if found.suffix == ".svg" else {}
    return Answer(file=path, content_type=files.content_type_of(found), headers=headers)


def _page(html: str, status: int = 200) -> Answer:
    return Answer(status=status, text=html, content_type=f"{HTML}; charset=utf-8")
