"""What the system instruction demands is done."""

import pytest

from live_emulator.brain.rules.instruction import read_instruction
from tests.live_emulator.brain.conversation import Conversation, answer, tool

# Instruction, field, value.
READ = [
    ("You are Nova, a cheerful guide.", "name", "Nova"),
    ("Your name is nova.", "name", "Nova"),
    ("You are a shop assistant called Luigi.", "name", "Luigi"),
    ("You are Ada Lovelace and you love numbers.", "name", "Ada Lovelace"),
    ("You are a helpful assistant.", "name", ""),
    ("You are Nova, a cheerful guide.", "role", "a cheerful guide"),
    ("Always begin with 'Ahoy there'.", "opening", "Ahoy there"),
    ("Start every answer with the word Well.", "opening", "Well"),
    ("Begin with Hello and answer briefly", "opening", "Hello"),
    ("End each reply with \u201cOver and out.\u201d", "closing", "Over and out."),
    ("Greet the caller with 'Hello from Bella'.", "greeting", "Hello from Bella"),
    ("Answer in one sentence.", "max_sentences", 1),
    ("Use at most three short sentences.", "max_sentences", 3),
    ("Answer in a single short sentence.", "max_sentences", 1),
    ("Answer in at most ten words.", "max_words", 10),
    ("no more than a hundred and twenty words please", "max_words", 120),
    ("Answer with fewer than 20 words.", "max_words", 20),
    ("Be brief.", "brief", True),
    ("Keep your answers short.", "brief", True),
    ("You are brief.", "brief", False),
    ("Speak like a pirate.", "pirate", True),
    ("Tell stories about pirates.", "pirate", False),
    ("Only answer in German.", "language", "de"),
    ("Respond in French.", "language", "fr"),
    ("Please speak Spanish with the user.", "language", "es"),
    ("The user is German.", "language", None),
    ("Never mention bananas or the word yellow.", "forbidden", ("bananas", "yellow")),
    ("Do not talk about prices, politics or sport.", "forbidden",
     ("prices", "politics", "sport")),
    ("You are a text-to-speech engine.", "verbatim", True),
    ("Repeat the order back to the customer.", "verbatim", False),
    ("Answer politely.", "verbatim", False),
    ("", "text", ""),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "field", "value"), READ)
def test_reads(instruction, field, value):
    """Each demand is found, and no others."""
    assert getattr(read_instruction(instruction), field) == value


def test_a_name_is_given():
    """It introduces itself by that name, and stays honest about what it is."""
    instruction = "You are Nova, a cheerful museum guide."
    hello = answer("hello", instruction=instruction)
    assert "I am Nova, a cheerful museum guide" in hello
    assert "emulator" in hello
    assert answer("what is your name", instruction=instruction) == "My name is Nova."
    assert "ten oh five" in answer("hey nova what time is it", instruction=instruction)
    assert "ten oh five" in answer("Nova, what time is it?", instruction=instruction)


@pytest.mark.parametrize(
    "message",
    ["hello", "what is two plus two", "tell me a joke", "blargh", "say cheese"],
)
def test_opening_and_closing(message):
    """Every answer has the fixed opening and the fixed closing."""
    said = answer(
        message, instruction="Always begin with 'Ahoy'. End every answer with 'over'."
    )
    assert said.startswith("Ahoy. ")
    assert said.endswith(" Over.")


def test_results_have_the_opening_too():
    """What a function answered is said in the same form."""
    talk = Conversation(
        tools=(tool("get_weather", required=["city"], city="string"),),
        instruction="Start every answer with 'Well'.",
    )
    said = talk.say("what is the weather in Oslo", {"get_weather": {"sky": "grey"}})
    assert said == "Well. In Oslo, the sky is grey."


@pytest.mark.parametrize(
    "message", ["who are you", "help", "tell me a story", "blargh"]
)
def test_one_sentence(message):
    """Asked for one sentence, it says no more than one."""
    said = answer(message, instruction="Answer in one sentence.")
    assert said.count(". ") == 0
    assert said.endswith((".", "?"))


@pytest.mark.parametrize("message", ["who are you", "help", "tell me a story", "hello"])
@pytest.mark.parametrize("limit", [3, 10, 25])
def test_word_limits(message, limit):
    """A number of words is not exceeded, by instruction or by setting."""
    instruction = f"Answer in at most {limit} words."
    assert 0 < len(answer(message, instruction=instruction).split()) <= limit
    assert 0 < len(answer(message, max_words=limit).split()) <= limit


def test_a_limit_falls_on_the_end_of_a_sentence():
    """Where a whole sentence fits, none is cut."""
    assert answer("count to thirty", max_words=15) == (
        "One, two, three, four, five, six, seven, eight, nine, ten."
    )


def test_brevity_leaves_what_was_asked_for_alone():
    """Short answers are wanted, but counting to thirty goes to thirty."""
    assert answer("count to thirty", instruction="Be brief.").endswith("thirty.")
    brief = answer("help", instruction="Be brief.")
    assert len(brief) < len(answer("help"))


def test_forbidden_words_are_not_mentioned():
    """A sentence with such a word is left out; if none remains, it says so."""
    instruction = "Never mention lions or whales."
    for seed in range(20):
        said = answer("name five animals", instruction=instruction, seed=seed).lower()
        assert "lion" not in said
        assert "whale" not in said
    refused = answer("say lions", instruction=instruction)
    assert refused == "I would rather not talk about that."


def test_a_pirate():
    """A light touch, and the sense stays."""
    said = answer("what is your name", instruction="Talk like a pirate. You are Jack.")
    assert said == "Arr. Me name is Jack."


@pytest.mark.parametrize(
    ("language", "greeting", "result", "honest"),
    [
        ("German", "Guten Tag", "Das Ergebnis ist 7.", "Emulator"),
        ("French", "Bonjour", "Le r\u00e9sultat est 7.", "\u00e9mulateur"),
        ("Spanish", "Buenos d\u00edas", "El resultado es 7.", "emulador"),
    ],
)
def test_languages(language, greeting, result, honest):
    """A few sentences of three languages, and honesty about the rest."""
    instruction = f"Only answer in {language}."
    assert answer("hello", instruction=instruction).startswith(greeting)
    assert answer("what is 3 + 4", instruction=instruction) == result
    assert honest in answer("explain the moon", instruction=instruction)


def test_it_can_be_asked_for_its_instruction():
    """Developers can hear what arrived."""
    said = answer("what are your instructions", instruction="Be kind.")
    assert said == "My instruction is: Be kind."


def test_a_greeting_is_used():
    """The greeting of the instruction replaces the built-in one."""
    instruction = "Greet the caller with 'Welcome to Bella Pizza'."
    assert answer("hi", instruction=instruction) == "Welcome to Bella Pizza."
