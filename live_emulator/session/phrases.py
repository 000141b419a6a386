"""What the user is likely to say, because it was said or named already."""

from live_emulator.session.history import History
from live_emulator.session.settings import Settings

__all__ = ["likely_phrases"]

_LATEST = 4
"""People take up the words of the last few turns."""

_MAX_CHARACTERS = 600
"""Of each text, so that a long story does not drown the rest."""


def likely_phrases(settings: Settings, history: History) -> tuple[str, ...]:
    """Return texts whose words the recogniser should expect.

    The client's own vocabulary, its instruction, the names and descriptions of
    its functions, and what the model said last.
    """
    texts = [*settings.vocabulary, settings.instruction]
    for tool in settings.tools.declarations:
        texts += [tool.name, tool.description]
    spoken = [entry.text for entry in history.entries if entry.role == "model"]
    texts += spoken[-_LATEST:]
    return tuple(text[:_MAX_CHARACTERS] for text in texts if text.strip())
