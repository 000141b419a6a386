"""All texts can be spoken: no markup, no pictographs, no links, no exclamations."""

import ast
import re
from pathlib import Path

import pytest

import live_emulator.brain
from live_emulator.brain.words.data import data
from tests.live_emulator.brain.conversation import BRAIN, question, words_of
from tests.live_emulator.brain.free_speech import cases
from tests.live_emulator.brain.test_answers import ROWS

FOLDER = Path(live_emulator.brain.__file__).parent
UNSPEAKABLE = re.compile(r"[*_`#<>~^\\@$\u2013\u2014!]|https?:|www\.|  |\t")
MARKS = re.compile(r"[a-z]+_[a-z]+|[|\[\]{}]")
"""Of choices, slots and the names of lists in the data."""
PICTOGRAPH = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")


def texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.items() for text in texts_in(one)]
    if isinstance(value, (tuple, list, frozenset)):
        return [text for one in value for text in texts_in(one)]
    return []


@pytest.mark.parametrize("name", ["stories.yaml", "languages.yaml"])
def test_texts_of_our_own_are_plain(name):
    """What stands in the data can be spoken as it is, choices and slots apart."""
    for text in texts_in(data("rules", name)):
        plain = MARKS.sub("", text)
        assert not UNSPEAKABLE.search(plain), text
        assert not PICTOGRAPH.search(text), text


def sentences_in_code() -> list[tuple[str, str]]:
    """Return all literals of the code that look like sentences to be said."""
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                is_said = re.match(r"[A-Z][a-z]+ .*[a-z][.?]$", text)
                if id(node) not in docs and is_said and "(?" not in text:
                    found.append((path.name, text))
    return found


def test_sentences_in_the_code_are_plain():
    """Every sentence that is written into a rule can be spoken."""
    found = sentences_in_code()
    assert len(found) > 30
    for name, text in found:
        assert not UNSPEAKABLE.search(text), (name, text)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_is_plain(seed):
    """So is what comes out: the answers to all messages of the tables."""
    for message in [*(row[0] for row in ROWS), *(case.turns[-1] for case in cases())]:
        said = words_of(BRAIN.parts(question(message, spoken=True, seed=seed)))
        assert said, message
        assert not UNSPEAKABLE.search(said), (message, said)
        assert said[0].isupper() or not said[0].isalpha(), (message, said)
        assert said[-1] in ".?", (message, said)


@pytest.mark.parametrize(
    "message",
    [
        "**bold** https://example.com `code`",
        "\U0001f389\U0001f389 party",
        "<b>x</b> & y",
    ],
)
def test_what_is_said_back_is_plain(message):
    """Even where it repeats what it did not understand."""
    said = words_of(BRAIN.parts(question(message)))
    assert not re.search(r"[*`<>]|https?:", said)
    assert not PICTOGRAPH.search(said)
