"""Google Search grounding, in shape: nothing is searched here, and it says so."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote_plus

__all__ = ["grounding_metadata"]


def grounding_metadata(queries: Sequence[str]) -> dict[str, Any]:
    """Return `groundingMetadata` for these queries, marked as emulated."""
    links = "".join(
        f'<a class="chip" href="https://www.google.com/search?q={quote_plus(query)}">'
        f"{escape(query)}</a>"
        for query in queries
    )
    return {
        "searchEntryPoint": {
            "renderedContent": f'<div class="container">{links}</div>'
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
