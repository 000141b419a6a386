"""The grammar is one the recogniser can use, and the rules understand all of it."""

import random
import re
from pathlib import Path

import pocketsphinx
import pytest

from live_emulator.brain import Call, Question, Turn
from live_emulator.brain.grammar import (
    STATIC_RULES,
    grammar,
    grammar_words,
    static_grammar,
)
from live_emulator.brain.words.numbers import to_words
from live_emulator.voice.jsgf import read_grammar
from tests.live_emulator.brain.conversation import BRAIN, NOW, Conversation, tool

# --- a reader of the grammar of its own, so that sentences can be drawn from it

_TOKEN = re.compile(r"<[^>]+>|[()\[\]|]|[^\s()\[\]|<>]+")


class Rules:
    """The rules of a grammar, for drawing sentences at random."""

    def __init__(self, text: str) -> None:
        body = re.sub(r"//[^\n]*", "", text.split(";", 2)[2])
        self.rules = {}
        for rule in body.split(";"):
            name, equals, right = rule.partition("=")
            if equals:
                tokens = _TOKEN.findall(right)
                self.rules[name.replace("public", "").strip()] = self.ways(tokens, [])[
                    0
                ]

    def ways(self, tokens: list[str], end: list[str]) -> tuple[list, list[str]]:
        options: list[list] = [[]]
        while tokens and tokens[0] not in end:
            token, *tokens = tokens
            if token == "|":
                options.append([])
            elif token in "([":
                close = ")" if token == "(" else "]"
                inner, tokens = self.ways(tokens, [close])
                options[-1].append((*inner, []) if close == "]" else tuple(inner))
            else:
                options[-1].append(token)
        return options, tokens[1:]

    def draw(self, chance: random.Random, rule: str = "<likely>") -> str:
        return " ".join(self.words(chance, chance.choice(self.rules[rule])))

    def words(self, chance: random.Random, parts: list) -> list[str]:
        found = []
        for part in parts:
            if isinstance(part, tuple):
                found += self.words(chance, chance.choice(part))
            elif part.startswith("<"):
                found += self.words(chance, chance.choice(self.rules[part]))
            else:
                found.append(part)
        return found


@pytest.fixture(scope="module")
def dictionary() -> frozenset[str]:
    path = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))
    with path.open(encoding="utf-8") as lines:
        return frozenset(line.split(" ", 1)[0] for line in lines)


@pytest.fixture(scope="module")
def decoder() -> pocketsphinx.Decoder:
    return pocketsphinx.Decoder(lm=None, loglevel="FATAL")


TOOLS = (
    tool("turn_on_the_lights", "Turns on the lights", room="string"),
    tool("get_weather", "Get the weather", ["city"], city="string"),
    tool("set_timer", "", ["duration"], duration="integer"),
    tool(
        "paint",
        "Paint a wall",
        color={"type": "string", "enum": ["red", "light-blue", "#17", 3]},
        done="boolean",
        when={"type": "string", "format": "date"},
    ),
    tool("q2_\u00e4\u00f6", "\u65e5\u672c\u8a9e"),
)


def talked() -> Question:
    talk = Conversation(tools=TOOLS, instruction="You are Nova, a guide.")
    talk.say("my favourite planet is saturn")
    talk.say("the code word is bluebird")
    talk.say("what is two plus two")
    talk.say("set a timer")
    return Question(tuple(talk.turns), now=NOW, **{k: v for k, v in talk.rest.items()
                                                    if k != "now"})  # fmt: skip


def test_the_static_part_compiles(decoder):
    """Pocketsphinx takes it as it is."""
    decoder.add_jsgf_string("static", static_grammar())
    decoder.activate_search("static")


def test_all_words_are_in_the_dictionary(dictionary):
    """Every word of the static part has a pronunciation."""
    assert grammar_words(static_grammar()) - dictionary == set()


def test_the_grammar_of_a_conversation_compiles(decoder, dictionary):
    """With functions, memories and an open question it compiles as well."""
    text = grammar(talked())
    assert grammar_words(text) - dictionary == set()
    decoder.add_jsgf_string("talked", text)
    decoder.activate_search("talked")


def test_unknown_words_are_reported(dictionary):
    """Words the recogniser can't know are named, so that it can be told."""
    tools = (tool("reboot_kubernetes", "Reboot it"),)
    words = grammar_words(grammar(Question((), tools=tools)))
    assert words - dictionary == {"kubernetes"}


def test_it_is_small():
    """Recognition suffers from size: a few hundred words, a few hundred lines."""
    assert len(grammar_words(static_grammar())) < 700
    assert len(STATIC_RULES) < 12_000


@pytest.mark.parametrize("seed", range(20))
def test_what_is_likely_is_understood(seed):
    """No sentence of the static part is answered with "I do not know"."""
    chance = random.Random(seed)
    rules = Rules(static_grammar())
    for _ in range(250):
        said = rules.draw(chance)
        question = Question((Turn("user", said, spoken=True),), now=NOW)
        assert (said, BRAIN.skill(question)) != (said, "fallback")


def test_numbers_are_complete():
    """All numbers below a thousand can be said, with "and" and without."""
    header = static_grammar().partition("public")[0]
    numbers = read_grammar(f"{header}public <one> = <number>;\n{STATIC_RULES}")
    for number in range(1_000):
        words = to_words(number).replace("-", " ").split()
        assert numbers.accepts(words)
        assert numbers.accepts([word for word in words if word != "and"])
    assert not numbers.accepts(["hundred", "twenty"])


@pytest.mark.parametrize(
    ("sentence", "calls"),
    [
        ("turn on the lights", {"turn_on_the_lights"}),
        ("turn on the kitchen light", {"turn_on_the_lights"}),
        ("switch the lights on", {"turn_on_the_lights"}),
        ("what is the weather in paris", {"get_weather"}),
        ("what's the weather like in new york", {"get_weather"}),
        ("set a timer for five minutes", {"set_timer"}),
        ("turn on the light and set a timer for ten seconds",
         {"turn_on_the_lights", "set_timer"}),
    ],
)  # fmt: skip
def test_functions_can_be_asked_for(sentence, calls):
    """What is said to functions is in the grammar, and calls them."""
    network = read_grammar(grammar(Question((), tools=TOOLS)))
    assert network.accepts(sentence.split())
    parts = BRAIN.parts(Question((Turn("user", sentence),), tools=TOOLS, now=NOW))
    assert {part.name for part in parts if isinstance(part, Call)} == calls


@pytest.mark.parametrize(
    "sentence",
    [
        "what is my favorite planet",
        "what is the code word",
        "what did i tell you about the code word",
        "nova",
        "hello nova what time is it",
        "for five minutes",
        "thirty seconds",
        "paint light blue",
    ],
)
def test_the_conversation_is_in_it(sentence):
    """Memories, the name, and answers to an open question can be recognised."""
    assert read_grammar(grammar(talked())).accepts(sentence.split())


def test_quiz_answers_are_in_it():
    """After a question of the quiz the capitals are likely."""
    turns = (Turn("user", "quiz me"), Turn("model", "What is the capital of Peru?"))
    assert "lima" in grammar_words(grammar(Question(turns)))
    assert "lima" not in grammar_words(static_grammar())
