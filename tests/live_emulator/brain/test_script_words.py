"""What a script waits for becomes sentences that the recogniser can hear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain.script.words import (
    grammar_of,
    pattern_ways,
    phrase_way,
    with_ways,
)
from live_emulator.voice.jsgf import read_grammar


def accepts(ways: tuple[str, ...], words: str) -> bool:
    return read_grammar(grammar_of(ways)).accepts(words.split())


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("soup", "soup"),
        ("soup", "i would like a soup please"),
        ("soup|broth", "the broth"),
        ("^soup$", "soup"),
        (r"(hot|cold) soups?", "cold soups"),
        (r"(?:hot )?soup", "soup"),
        (r"(?P<what>tea|milk) please", "milk please"),
        (r"\bcancel (my|the) order\b", "i want to cancel my order"),
        (r"my name is (\w+)", "my name is mary"),
        (r"from (.+) to (.+)", "from new york to london"),
        (r"in [A-Z]\w*\.?", "in berlin"),
        (r"se+t\s+a{1,2} timer", "set a timer"),
        (r"a*b? tea", "tea"),
        (r"tea\.", "tea"),
        (r"what.*?time", "what is the time"),
        (r"x(?!y)abc|(?=later)", "later"),
        (r"(\w)\1 letters", "letters"),
    ],
)
def test_patterns_are_written_out(pattern, words):
    """What would be found is a sentence of the grammar, of hard patterns a word."""
    assert accepts(pattern_ways(pattern), words)


def test_an_anchored_pattern_stands_alone():
    """Nothing is said around it."""
    assert pattern_ways("^soup$") == ('"soup"',)
    assert not accepts(pattern_ways("^soup$"), "a soup")


@pytest.mark.parametrize("pattern", [".*", r"\d+", "", "[ж]", "ж", "^$", r"(?i)", "a)"])
def test_patterns_without_words(pattern):
    """What has no English words says nothing to the recogniser."""
    assert pattern_ways(pattern) == ()


def test_large_patterns_give_their_words():
    """What would be written out in too many ways is not."""
    ways = pattern_ways("(abc|b|c|d|e|f|g|h|i)" * 3)
    assert len(ways) == 1 and '"abc"' in ways[0]


def test_phrases():
    """Parts and slots become one sentence, quotes and backslashes go."""
    assert phrase_way(['what\'s "the" \\ time']) == '"what\'s  the    time"'
    assert phrase_way(["http://a 24/7 /* b"]) == '"http:  a 24 7  * b"'
    assert phrase_way(["tell me", "...", "...", "now"]) == '"tell me" ... "now"'
    assert phrase_way(["..."]) == phrase_way(["!"]) == phrase_way([]) == ""


def test_grammars_are_put_together():
    """Lines are added to another grammar, or are one; no lines change nothing."""
    rules = "#JSGF V1.0;\ngrammar x;\npublic <a> = one;\n"
    both = read_grammar(with_ways(rules, ['"two" ...']))
    assert both.accepts(["one"]) and both.accepts(["two", "words"])
    assert read_grammar(with_ways(rules, [])).accepts(["one"])
    assert read_grammar(with_ways("", ['"two"'])).accepts(["two"])
    assert grammar_of([]) == with_ways(" ", []) == ""


@given(st.text(alphabet="ab |()[]?*+.\\^$'\"{}wsP<>:=1,;/", max_size=30))
def test_any_pattern_gives_a_grammar_that_can_be_read(pattern):
    """Whatever the pattern is, the recogniser can read what comes of it."""
    ways = pattern_ways(pattern)
    if ways:
        assert read_grammar(grammar_of(ways)).words
