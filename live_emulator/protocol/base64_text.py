"""Bytes as clients write them: base64 in either alphabet, padded or not."""

import pybase64

__all__ = ["decode_base64"]

_URL_SAFE = str.maketrans("-_", "+/")
_URL_SAFE_BYTES = bytes.maketrans(b"-_", b"+/")


def decode_base64(text: str | bytes) -> bytes:
    """Return the bytes of base64.

    Padding may also be there in part, as it is when a text was cut and joined again.

    Raises:
        ValueError: It is something else.

    """
    # Looking is quicker than translating: most text has the standard alphabet.
    if isinstance(text, bytes):
        if b"-" in text or b"_" in text:
            text = text.translate(_URL_SAFE_BYTES)
        text = text.rstrip(b"=")
        return pybase64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if "-" in text or "_" in text:
        text = text.translate(_URL_SAFE)
    text = text.rstrip("=")
    return pybase64.b64decode(text + "=" * (-len(text) % 4), validate=True)
