"""What can go wrong with a model server: one sentence each, said and logged."""

from typing import Any

import orjson

__all__ = ["Nonsense", "Trouble", "refusal", "shortened"]

_MOST_CHARACTERS = 200


class Trouble(Exception):
    """One sentence for the reader."""


class Nonsense(Exception):
    """What is wrong with an answer: the end of a sentence, without a full stop."""


def refusal(where: str, status: int, body: bytes, model: str, key: str) -> Trouble:
    """Return what an HTTP status means.

    Args:
        where: The server's address, without account names.
        status: Anything but 200.
        body: The beginning of what came with it.
        model: The model that was asked for, empty if none was yet.
        key: The key that was sent, or empty; it is cut out of what is shown.

    """
    said = _message(body).replace(key or "\0", "...")
    tail = f": {shortened(said)}" if said else ""
    if 300 <= status < 400:
        what = f"points elsewhere ({status}). Name the address that it points to"
    elif status in (401, 403):
        hint = "refuses the key in" if key else "wants a key: put one into"
        what = f"{hint} OPENAI_API_KEY"
    elif status == 404 and model and "model" in said.lower():
        what = f"has no model named {model}{tail}"
    elif status == 404:
        what = "does not know this path (404). Most addresses end in /v1"
    elif status == 429:
        what = "has had too many requests (429). Wait a moment and ask again"
    elif status >= 500:
        what = f"failed ({status}){tail}"
    else:
        what = f"refused the question ({status}){tail}"
    return Trouble(f"The model server at {where} {what}.")


def shortened(text: str) -> str:
    """Return a foreign text as part of a sentence: one line, not long, no full stop."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > _MOST_CHARACTERS:
        return line[:_MOST_CHARACTERS].rsplit(" ", 1)[0] + " ..."
    return line.rstrip(".")


def _message(body: bytes) -> str:
    """Return the words of an error, in the forms that servers give them."""
    try:
        value: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    for key in ("error", "message", "detail"):
        if isinstance(value, dict) and key in value:
            value = value[key]
    return value if isinstance(value, str) else ""
