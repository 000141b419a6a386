"""The prebuilt voices of the Live API, with one word for each.

No call of the API lists them: names and words are those of Google's documentation
(ai.google.dev, 2026), in its order. The words describe Google's voices; the
emulator gives each name a voice of its own, which need not fit the word.
"""

from difflib import get_close_matches

__all__ = ["DEFAULT_VOICE", "VOICES", "UnknownVoice", "find_voice", "voice_named"]


class UnknownVoice(ValueError):
    """There is no such voice; says in a sentence which there are."""


VOICES = {
    "Zephyr": "bright",
    "Puck": "upbeat",
    "Charon": "informative",
    "Kore": "firm",
    "Fenrir": "excitable",
    "Leda": "youthful",
    "Orus": "firm",
    "Aoede": "breezy",
    "Callirrhoe": "easy-going",
    "Autonoe": "bright",
    "Enceladus": "breathy",
    "Iapetus": "clear",
    "Umbriel": "easy-going",
    "Algieba": "smooth",
    "Despina": "smooth",
    "Erinome": "clear",
    "Algenib": "gravelly",
    "Rasalgethi": "informative",
    "Laomedeia": "upbeat",
    "Achernar": "soft",
    "Alnilam": "firm",
    "Schedar": "even",
    "Gacrux": "mature",
    "Pulcherrima": "forward",
    "Achird": "friendly",
    "Zubenelgenubi": "casual",
    "Vindemiatrix": "gentle",
    "Sadachbia": "lively",
    "Sadaltager": "knowledgeable",
    "Sulafat": "warm",
}

DEFAULT_VOICE = "Puck"
"""What a session speaks with that names no voice (documented for the first Live
models; later pages do not say)."""


def find_voice(name: str) -> str | None:
    """Return the documented spelling of a name in any case; none if unknown."""
    return next((voice for voice in VOICES if voice.lower() == name.lower()), None)


def voice_named(name: str) -> str:
    """Return the documented spelling of a name in any case.

    Raises:
        UnknownVoice: No voice has that name.

    """
    if voice := find_voice(name):
        return voice
    close = get_close_matches(name.title(), VOICES, 1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(VOICES)}."
    raise UnknownVoice(f"There is no voice {name!r}. {hint}")
