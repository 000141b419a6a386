"""READMEs as HTML, with the anchors that GitHub gives them. No I/O."""

import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

__all__ = ["Document", "anchor", "highlighted", "render"]

_FORMATTER = HtmlFormatter(nowrap=True)


@dataclass(frozen=True)
class Document:
    """A rendered document."""

    title: str
    """Text of its first heading, or empty."""
    html: str


def render(text: str, *, folder: str = "") -> Document:
    """Render a document.

    Args:
        text: Markdown, with tables, as GitHub reads it.
        folder: Where the document lies, for links to notebooks: they open in
            JupyterLab, under ``/notebook/``.

    """
    # Its own instance each time: the rules below keep state.
    markdown = MarkdownIt("commonmark", {"highlight": _fenced}).enable(
        ["table", "strikethrough"]
    )
    tokens = markdown.parse(text)
    title = _prepare(tokens, folder)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    environment: MutableMapping[str, Any] = {}
    return Document(
        title, markdown.renderer.render(tokens, markdown.options, environment)
    )


def anchor(heading: str) -> str:
    """Return the fragment GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def highlighted(code: str, language: str) -> str:
    """Return code as HTML with a class on everything that has a meaning."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, _FORMATTER))


def _fenced(code: str, language: str, _attributes: str) -> str:
    return highlighted(code, language or "text")


def _prepare(tokens: Sequence[Token], folder: str) -> str:
    """Add anchors and classes, point notebooks at JupyterLab; return the title."""
    title = ""
    used: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _plain_text(tokens[place + 1])
            title = title or words
            name = anchor(words)
            count = used.get(name, 0)
            used[name] = count + 1
            token.attrSet("id", f"{name}-{count}" if count else name)
        # Style attributes are forbidden by the content policy.
        style = token.attrGet("style")
        if isinstance(style, str) and style.startswith("text-align:"):
            del token.attrs["style"]
            token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
        for child in token.children or []:
            if child.type == "link_open":
                _point(child, folder)
    return title


def _point(link: Token, folder: str) -> None:
    target = str(link.attrGet("href") or "")
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
        link.attrSet("rel", "noopener")
        return
    path = re.split("[#?]", target, maxsplit=1)[0]
    if path.endswith(".ipynb"):
        link.attrSet("href", "/notebook/" + _joined(folder, path))


def _joined(folder: str, path: str) -> str:
    parts: list[str] = [] if path.startswith("/") else folder.split("/")
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(part for part in parts if part)


def _plain_text(inline: Token) -> str:
    return "".join(
        child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline")
    )


def _table_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    _environment: MutableMapping[str, Any],
) -> str:
    # A wide table scrolls by itself, also by keyboard, not the whole page.
    return '<div class="table" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    _environment: MutableMapping[str, Any],
) -> str:
    return "</table></div>\n"
