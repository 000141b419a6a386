"""A sentence of the grammar is believed only if it sounds like what was said."""

from live_emulator.voice.jsgf import read_grammar
from live_emulator.voice.judging import (
    HeardSegment,
    doubt,
    judge,
    sound_distance,
    whole_sentence,
)

SOUNDS = {
    "turn": ["T", "ER", "N"],
    "on": ["AA", "N"],
    "say": ["S", "EY"],
    "plus": ["P", "L", "AH", "S"],
    "a": ["AH"],
    "eight": ["EY", "T"],
    "five": ["F", "AY", "V"],
}


def spell(word: str) -> list[str]:
    return SOUNDS.get(word.removeprefix("_"), [])


def row(text: str, badness_per_frame: float = 5.0) -> list[HeardSegment]:
    """Return segments of ten frames each."""
    return [
        HeardSegment(word, i * 10, i * 10 + 9, badness_per_frame * 10)
        for i, word in enumerate(text.split())
    ]


def phones(text: str) -> list[HeardSegment]:
    """Return sounds of four frames each."""
    return [HeardSegment(s, i * 4, i * 4 + 3, 0) for i, s in enumerate(text.split())]


def test_distance_counts_sounds_that_differ():
    """The same is 0, alike sounds cost less than others, nothing alike is about 1."""
    assert sound_distance(["T", "ER", "N"], ["T", "ER", "N"]) == 0
    alike = sound_distance(["T", "ER", "N"], ["D", "ER", "N"])
    other = sound_distance(["T", "ER", "N"], ["SH", "ER", "N"])
    assert 0 < alike < other < sound_distance(["T", "ER"], ["AY", "K"])
    assert sound_distance([], []) == 1
    assert sound_distance(["T"], []) == 0.8


def test_doubt_grows_with_bad_sounds_and_other_sounds():
    """Both measures count."""
    heard = phones("T ER N AA N")
    sure = doubt(row("turn on"), heard, spell)
    assert sure < 0
    assert doubt(row("turn on", badness_per_frame=9), heard, spell) > sure
    assert doubt(row("turn on"), phones("F IY SH UW K"), spell) > 0


def test_what_is_said_in_a_slot_is_not_judged():
    """But two sounds before it are too little to believe in."""
    sounds = phones("S EY K UW M IH F AY L OW")
    with_slot = [*row("say"), HeardSegment("_go", 10, 39, 900.0)]
    without = [*row("say"), HeardSegment("five", 10, 39, 900.0)]
    assert doubt(with_slot, sounds, spell) < doubt(without, sounds, spell)
    long = [*row("turn on"), HeardSegment("_go", 20, 39, 900.0)]
    heard = phones("T ER N AA N K UW M IH F")
    assert doubt(long, heard, spell) < doubt(with_slot, sounds, spell)


def test_the_grammar_comes_first_then_phrases_then_anything():
    """Each is asked only if the one before it is doubtful."""
    said, other, heard = row("turn on"), row("five eight"), phones("T ER N AA N")
    anything = row("torn off")

    def source(grammar: list[HeardSegment], phrases: list[HeardSegment]) -> str:
        return judge(grammar, phrases, True, anything, heard, spell).source

    assert source(said, said) == "grammar"
    assert source(other, said) == "phrases"
    assert source(other, other) == "open"
    assert judge([], [], False, [], heard, spell).source == "nothing"


def test_a_slot_is_filled_with_what_the_open_ear_heard_there():
    """Words outside of the slot come from the grammar."""
    grammar = [*row("turn on"), HeardSegment("_go", 20, 49, 0.0)]
    anything = row("torn an old brown door")
    heard = phones("T ER N AA N")
    judged = judge(grammar, [], False, anything, heard, spell)
    assert " ".join(w for w, _, _ in judged.words) == "turn on old brown door"


def test_half_a_sentence_is_completed_or_dropped():
    """The word that ends a sentence and sounds most like the last one is taken."""
    rules = "public <a> = five plus ( eight | five | a five );"
    network = read_grammar(f"#JSGF V1.0;\ngrammar x;\n{rules}")
    sounds = [HeardSegment("EY", 20, 24, 0), HeardSegment("T", 25, 29, 0)]

    def whole(text: str) -> str:
        return " ".join(
            s.word for s in whole_sentence(row(text), sounds, network, spell)
        )

    assert whole("five plus five") == "five plus five"
    assert whole("five plus a") == "five plus eight"
    assert whole("five plus") == ""
    assert whole("") == ""
