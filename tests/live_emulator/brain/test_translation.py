"""A dozen sentences are translated between four languages, and nothing is invented."""

import pytest

from live_emulator.brain.rules.translation import translation
from live_emulator.brain.words.data import data


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("where is the station", "de", "Wo ist der Bahnhof?"),
        ("Good morning! How are you?", "fr", "Bonjour. Comment allez-vous?"),
        ("¿Qué hora es?", "en", "What time is it?"),
        ("Danke", "es", "Gracias."),
        ("Hello. The cat sat on the mat.", "de", ""),
        ("hello", "ja", ""),
        ("", "de", ""),
    ],
)
def test_translates_what_it_knows(text, language, expected):
    """Whole texts or nothing, in any case and punctuation."""
    assert translation(text, language) == expected


def test_every_sentence_is_there_in_every_language():
    """So the data can be used in any direction."""
    rows = data("rules", "translations.yaml")["sentences"]
    assert len(rows) >= 12
    assert all(set(row) == {"en", "es", "de", "fr"} for row in rows)
