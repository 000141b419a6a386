"""The frame around READMEs, sources and messages. No I/O."""

from html import escape

from guide.chapters import CHAPTERS, Chapter
from guide.pages.markdown import highlighted

__all__ = ["document_page", "message_page", "source_page"]

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/guide/style/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/guide/style/base.css">
<link rel="stylesheet" href="/guide/style/document.css">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="bar">
<a class="brand" href="/">Gemini Live API, hands on</a>
<span class="path">{path}</span>
</header>
<main id="content" class="{kind}">
{body}
</main>
</body>
</html>
"""


def document_page(title: str, html: str, path: str) -> str:
    """Return a page with a rendered document."""
    return _page(title, html, _chapter_label(path) or path, "document")


def source_page(code: str, path: str) -> str:
    """Return a page that shows a Python file, each line with an anchor."""
    lines = highlighted(code, "python").rstrip("\n").split("\n")
    rows = "".join(
        f'<span class="line" id="L{number}">{line}\n</span>'
        for number, line in enumerate(lines, 1)
    )
    name = path.rsplit("/", 1)[-1]
    body = f'<h1>{escape(name)}</h1>\n<pre class="source"><code>{rows}</code></pre>'
    return _page(name, body, _chapter_label(path) or path, "source-page")


def message_page(title: str, html: str) -> str:
    """Return a page that says one thing; the text may hold markup."""
    body = f"<h1>{escape(title)}</h1>\n<p>{html}</p>"
    return _page(title, body, "", "document")


def _page(title: str, body: str, path: str, kind: str) -> str:
    return _FRAME.format(
        title=escape(f"{title} · Gemini Live API" if title else "Gemini Live API"),
        path=escape(path),
        body=body,
        kind=kind,
    )


def _chapter_label(path: str) -> str:
    folder = path.strip("/").split("/")[0]
    found: Chapter | None = next(
        (one for one in CHAPTERS if one.folder == folder), None
    )
    return f"Chapter {found.number}" if found else ""
