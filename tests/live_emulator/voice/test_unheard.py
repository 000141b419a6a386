"""Coarse words are not heard by mistake; others are not lost with them."""

from live_emulator.voice import SpeechWorker, SphinxRecogniser
from live_emulator.voice.unheard import UNHEARD, decent_entries
from tests.live_emulator.voice.voice_helpers import hear, speech


def test_coarse_words_leave_the_dictionary_and_their_neighbours_stay():
    """All ways to say them go; names and harmless words that begin alike stay."""
    lost = ["shit SH IH T\n", "retard R IH T AA R D\n", "retard(2) R IY T AA R D\n"]
    kept = ["assess AH S EH S\n", "dickens D IH K AH N Z\n", "a(2) EY\n"]
    assert list(decent_entries(lost + kept)) == kept


async def test_the_open_model_hears_something_else_instead(
    speaker: SpeechWorker, recogniser: SphinxRecogniser
):
    """Even where such a word is said, so all the more where none is."""
    hearing = await hear(
        recogniser, await speech(speaker, "this is a load of bullshit my friend")
    )
    assert hearing.source == "open"
    assert hearing.text.startswith("this is a ")
    assert not UNHEARD.intersection(hearing.text.split())
