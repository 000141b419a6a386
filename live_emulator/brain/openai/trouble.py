"""What can go wrong with a model server: one sentence each, said and logged."""

import re
from typing import Any

import orjson

__all__ = ["Nonsense", "Trouble", "refusal", "shortened"]

_MOST_CHARACTERS = 200
_SPACE = re.compile(r"\s+")


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
    said = _message(body)
    if key:
        said = said.replace(key, "...")
    tail = f": {shortened(said)}" if said else ""
    if 300 <= status < 400:
        return Trouble(
            f"The model server at {where} points elsewhere ({status}). Name the "
            "address that it points to."
        )
    if status in (401, 403):
        hint = "refuses the key in" if key else "wants a key: put one into"
        return Trouble(f"The model server at {where} {hint} OPENAI_API_KEY.")
    if status == 404 and model and "model" in said.lower():
        return Trouble(f"The model server at {where} has no model named {model}{tail}.")
    if status == 404:
        return Trouble(
            f"The model server at {where} does not know this path (404). Most "
            "addresses end in /v1."
        )
    if status == 429:
        return Trouble(
            f"The model server at {where} has had too many requests (429). Wait a "
            "moment and ask again."
        )
    if status >= 500:
        return Trouble(f"The model server at {where} failed ({status}){tail}.")
    return Trouble(
        f"The model server at {where} refused the question ({status}){tail}."
    )


def shortened(text: str) -> str:
    """Return a foreign text as part of a sentence: one line, not long, no full stop."""
    line = _SPACE.sub(" ", "".join(c if c.isprintable() else " " for c in text)).strip()
    if len(line) > _MOST_CHARACTERS:
        line = line[:_MOST_CHARACTERS].rsplit(" ", 1)[0] + " ..."
        return line
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
