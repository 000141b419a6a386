"""What the user is likely to say, because it was named already."""

from live_emulator.session.settings import Settings

__all__ = ["likely_phrases"]

_MAX_CHARACTERS = 200
"""Of each phrase: the recogniser has room for a hundred words at most."""


def likely_phrases(settings: Settings) -> tuple[str, ...]:
    """Return what the recogniser should expect: the client's own vocabulary."""
    return tuple(phrase[:_MAX_CHARACTERS] for phrase in settings.vocabulary if phrase)
