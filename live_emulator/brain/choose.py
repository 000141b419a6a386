"""Find the brain that a few words name: on the command line, or as an option."""

from pathlib import Path

from live_emulator.brain.openai.brain import OpenAiBrain
from live_emulator.brain.rules.brain import RulesBrain
from live_emulator.brain.script.file import ScriptFile
from live_emulator.brain.types import Brain, BrainError

__all__ = ["brain_from"]


def brain_from(text: str, folder: Path | None = None) -> Brain:
    """Return the brain named by ``rules``, ``script:FILE`` or ``openai:URL``.

    Args:
        text: One of these; the model may stand behind the URL: ``#NAME``.
        folder: Where a script with a relative path is looked for; the working
            directory by default.

    Raises:
        BrainError: One sentence that says what is wrong.

    """
    kind, _, rest = text.strip().partition(":")
    if kind == "rules" and not rest:
        return RulesBrain()
    if kind == "script" and rest:
        return ScriptFile((folder or Path()) / Path(rest).expanduser(), brain_from)
    if kind == "openai" and rest:
        return OpenAiBrain(rest)
    raise BrainError(
        f"There is no brain {text!r}: there are rules, script:FILE and openai:URL."
    )
