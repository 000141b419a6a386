"""The voices of the API, as a reader names them."""

import pytest

from guide.voices import DEFAULT_VOICE, VOICES, UnknownVoice, find_voice, voice_named
from live_emulator.voice import VOICES as SPOKEN


def test_the_emulator_speaks_with_every_voice_that_is_listed():
    """And the guide lists every voice of the API that the emulator has."""
    assert set(VOICES) == set(SPOKEN) - {"user"}
    assert len(VOICES) == 30
    assert DEFAULT_VOICE in VOICES


def test_a_voice_is_found_however_its_name_is_typed():
    """The API takes the documented spelling alone."""
    assert find_voice("kore") == find_voice("KORE") == find_voice("Kore") == "Kore"
    assert find_voice("Hal") is None


def test_a_voice_that_does_not_exist_is_refused_with_what_might_be_meant():
    """A slip of the finger is put right; with no clue, all are named."""
    assert voice_named("kore") == "Kore"
    with pytest.raises(UnknownVoice, match=r"no voice 'Kor'\. Did you mean Kore\?"):
        voice_named("Kor")
    with pytest.raises(UnknownVoice, match=r"There are: Zephyr, .*, Sulafat\."):
        voice_named("HAL 9000")
