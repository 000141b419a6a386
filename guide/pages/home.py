"""The home page: a template and the list of chapters. Reads what exists."""

from html import escape
from pathlib import Path

from guide.chapters import CHAPTERS, Chapter

__all__ = ["home_page"]

_MARK = "<!-- chapters -->"


def home_page(repository: Path) -> str:
    """Return the home page, with links to the chapters that exist."""
    template = (repository / "guide" / "home" / "index.html").read_text("utf-8")
    chapters = "\n".join(_chapter(chapter, repository) for chapter in CHAPTERS)
    return template.replace(_MARK, chapters)


def _chapter(chapter: Chapter, repository: Path) -> str:
    able = escape(chapter.able[0].upper() + chapter.able[1:]) + "."
    title = escape(chapter.title)
    number = f'<span class="number" aria-hidden="true">{chapter.number:02}</span>'
    if not chapter.exists(repository):
        return (
            f'<li class="chapter waiting">{number}<div>'
            f'<h3>{title} <span class="badge">to come</span></h3>'
            f"<p>{able}</p></div></li>"
        )
    folder = f"/{chapter.folder}/"
    files = chapter.files(repository)
    main = folder if "page" in files else f"{folder}README.md"
    links = [("Read", f"{folder}README.md")]
    for kind, label in (
        ("page", "Page"),
        ("notebook", "Notebook"),
        ("script", "Script"),
        ("server", "Server"),
    ):
        if kind in files:
            links.append((label, _address(kind, folder, files[kind])))
    listed = "".join(
        f'<li><a href="{href}"{_new_tab(href)}>{label}'
        f'<span class="visually-hidden"> of chapter {chapter.number}</span></a></li>'
        for label, href in links
    )
    return (
        f'<li class="chapter">{number}<div>'
        f'<h3><a href="{main}">{title}</a></h3>'
        f'<p>{able}</p><ul class="links">{listed}</ul></div></li>'
    )


def _address(kind: str, folder: str, name: str) -> str:
    if kind == "page":
        return folder
    if kind == "notebook":
        return f"/notebook{folder}{name}"
    return f"{folder}{name}"


def _new_tab(href: str) -> str:
    # JupyterLab is another program; the list stays open beside it.
    return ' target="_blank" rel="noopener"' if href.startswith("/notebook/") else ""
