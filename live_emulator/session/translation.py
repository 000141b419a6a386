"""Live translation, in shape: but for a few sentences it only says what it would do."""

from collections.abc import Iterator

from live_emulator.brain.rules.translation import translation
from live_emulator.brain.types import Say, Turn
from live_emulator.brain.words.normalise import canonical
from live_emulator.session.settings import Settings

__all__ = ["SOURCE_LANGUAGE", "translate"]

SOURCE_LANGUAGE = "en"
"""The recogniser knows English alone."""

_NAMES = {
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "pt": "Portuguese",
    "ru": "Russian",
    "zh": "Chinese",
}


def translate(turn: Turn, settings: Settings) -> Iterator[Say]:
    """Yield what stands in the place of a translation.

    Speech that is in the target language already is echoed or left alone, as
    `echoTargetLanguage` says (documented); without a `translationConfig` that is
    English, and left alone.
    """
    target = settings.target_language or "en"
    language = target.split("-")[0].lower()
    known = translation(turn.text, language)
    same = canonical(known) == canonical(turn.text)
    if known and not same:
        yield Say(known)
        return
    if language == SOURCE_LANGUAGE or known:
        if settings.echo_target_language and turn.text:
            yield Say(turn.text)
        return
    if turn.text:
        name = _NAMES.get(language, target)
        yield Say(f"Emulated translation into {name}: {turn.text}.")
