"""Grammars are read tolerantly, and their sentences are exactly those written."""

import pytest

from live_emulator.voice.jsgf import GrammarError, read_grammar


def grammar(body: str) -> str:
    return f"#JSGF V1.0;\ngrammar test;\n{body}"


@pytest.mark.parametrize(
    ("rules", "sentence", "is_accepted"),
    [
        ("public <a> = turn ( on | off ) [the] light;", "turn on light", True),
        ("public <a> = turn ( on | off ) [the] light;", "turn off the light", True),
        ("public <a> = turn ( on | off ) [the] light;", "turn the light", False),
        ("public <a> = <b> [please]; <b> = stop | go;", "go please", True),
        ("public <a> = <b> [please]; <b> = stop | go;", "please", False),
        ("public <a> = very* good;", "very very very good", True),
        ("public <a> = very+ good;", "good", False),
        ("public <a> = /0.9/ yes {tag} | /0.1/ no;", "yes", True),
        ("public <a> = Set 2 Timers;", "set two timers", True),
        ('public <a> = "good morning" <NULL>;', "good morning", True),
        ("public <a> = yes | no <VOID>;", "no", False),
        ("public <a> = one; public <b> = two;", "two", True),
        ("// nothing\npublic <a> = /* here */ one;", "one", True),
        ("import <x.y>; public <a> = one;", "one", True),
        ("public <a> = say after me ...;", "say after me anything at all", True),
        ("public <a> = say after me ...;", "say after me", False),
        ("public <a> = my ... is ( red | blue );", "my big car is red", True),
    ],
)
def test_sentences_of_a_grammar(rules, sentence, is_accepted):
    """Every construct means what the JSGF specification says; ... is a slot."""
    assert read_grammar(grammar(rules)).accepts(sentence.split()) is is_accepted


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("", "does not begin"),
        ("public <a> = one;", "does not begin"),
        (grammar("<a> = one;"), "no public rule"),
        (grammar("public <a> = one <b>;"), "<b> is not defined"),
        (grammar("public <a> = one <a>;"), "refers to itself"),
        (grammar("public <a> = ( one;"), "expected ')'"),
        (grammar("public <a> = one"), "expected ';'"),
        (grammar("public <a> = ;"), "no sentence"),
        (grammar("public <a> = one } two;"), "unexpected '} two;'"),
        (grammar("public <a> = " + "(" * 5000 + "x" + ")" * 5000 + ";"), "nested"),
        (grammar("public <a> = " + "(a|b)* c " * 9000 + ";"), "too large"),
    ],
)
def test_what_is_wrong_is_said(source, part):
    """A grammar that cannot be used is refused with the reason."""
    with pytest.raises(GrammarError) as caught:
        read_grammar(source)
    assert part in str(caught.value)


def test_sample_sentences_cover_every_arc():
    """Each word in each place occurs in some sentence, and all are sentences."""
    network = read_grammar(grammar("public <a> = [please] ( a | b ) ( c | d+ ) ...;"))
    sentences = list(network.sentences())
    assert all(network.accepts(sentence) for sentence in sentences)
    assert {"please", "a", "b", "c", "d", "..."} == {w for s in sentences for w in s}
    assert sentences == list(network.sentences())


def test_networks_are_small():
    """Ways that say the same share their states."""
    rules = "public <a> = " + " | ".join(f"say {w} now" for w in "abcdefgh") + ";"
    assert len(read_grammar(grammar(rules)).arcs) == 4
