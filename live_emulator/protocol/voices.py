"""The 30 prebuilt voices of the service."""

from live_emulator.protocol.closing import REASONS, Rejected

__all__ = ["DEFAULT_VOICE", "VOICES", "find_voice"]

VOICES = (
    "Zephyr",
    "Puck",
    "Charon",
    "Kore",
    "Fenrir",
    "Leda",
    "Orus",
    "Aoede",
    "Callirrhoe",
    "Autonoe",
    "Enceladus",
    "Iapetus",
    "Umbriel",
    "Algieba",
    "Despina",
    "Erinome",
    "Algenib",
    "Rasalgethi",
    "Laomedeia",
    "Achernar",
    "Alnilam",
    "Schedar",
    "Gacrux",
    "Pulcherrima",
    "Achird",
    "Zubenelgenubi",
    "Vindemiatrix",
    "Sadachbia",
    "Sadaltager",
    "Sulafat",
)
"""In the order of Google's documentation."""

DEFAULT_VOICE = "Puck"
"""Spoken when a setup names no voice (documented for the first Live models)."""

_BY_LOWER_CASE = {name.lower(): name for name in VOICES}


def find_voice(name: str, language: str = "") -> str:
    """Return the voice's own spelling of a name in any case.

    Raises:
        Rejected: 1007 for a name that is no voice, or another service's.

    """
    try:
        return _BY_LOWER_CASE[name.lower()]
    except KeyError:
        close = REASONS["voice.unknown"].close(name=name, language=language or "en-US")
        raise Rejected(close) from None
