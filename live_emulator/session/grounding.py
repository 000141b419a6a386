"""Google Search grounding, in shape: nothing is searched here, and it says so."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote_plus

__all__ = ["grounding_metadata"]

_STYLE = (
    "<style>.container{display:flex;flex-wrap:wrap;gap:8px;padding:8px 12px;"
    "border-radius:8px;font:14px/20px sans-serif}"
    ".chip{padding:5px 16px;border:1px solid;border-radius:16px;text-decoration:none}"
    "@media(prefers-color-scheme:light){.container{background:#fafafa}"
    ".chip{color:#1f1f1f;border-color:#d2d2d2;background:#fff}}"
    "@media(prefers-color-scheme:dark){.container{background:#1f1f1f}"
    ".chip{color:#e3e3e3;border-color:#444;background:#2c2c2c}}</style>"
)
"""The service sends a style sheet, too, which a page has to let through to show it."""


def grounding_metadata(queries: Sequence[str]) -> dict[str, Any]:
    """Return `groundingMetadata` for these queries, marked as emulated."""
    links = "".join(
        f'<a class="chip" href="https://www.google.com/search?q={quote_plus(query)}">'
        f"{escape(query)}</a>"
        for query in queries
    )
    return {
        "searchEntryPoint": {
            "renderedContent": f'{_STYLE}<div class="container">{links}</div>'
        },
        "groundingChunks": [
            {
                "web": {
                    "uri": f"https://example.com/emulated?q={quote_plus(query)}",
                    "title": f"Emulated search result for: {query}",
                }
            }
            for query in queries
        ],
        "webSearchQueries": list(queries),
    }
