"""Whether what speaks is installed and whole, without loading any of it."""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

__all__ = ["AGAIN", "what_is_wrong"]

AGAIN = 'pip install --force-reinstall --no-deps "hibari-tts>=0.2.1,<0.3" onnxruntime'
"""What installs it again."""


def what_is_wrong() -> str:
    """Return a sentence that says what is missing or damaged; empty if nothing is."""
    spec = find_spec("hibari")
    if spec is None or spec.origin is None or find_spec("onnxruntime") is None:
        return f"The voice of the emulator is missing: {AGAIN}"
    assets = Path(spec.origin).parent / "assets"
    try:
        known = json.loads((assets / "voices.json").read_text("utf-8"))
        (voice,) = (one for one in known.values() if one.get("bundled"))
        whole = (assets / voice["file"]).read_bytes()
    except (OSError, ValueError, KeyError):
        return f"The voice of the emulator is incomplete: {AGAIN}"
    if hashlib.sha256(whole).hexdigest() != voice["sha256"]:
        return f"The voice of the emulator is damaged: {AGAIN}"
    return ""
