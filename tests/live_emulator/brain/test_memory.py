"""What the user told is remembered, corrected, recalled and forgotten."""

import re

import pytest

from live_emulator.brain import Question, RulesBrain, Turn
from tests.live_emulator.brain.conversation import BRAIN, NOW, Conversation, words_of

# What is told (several messages apart by "/"), what is asked, what the answer holds.
RECALL = [
    ("My name is Ada.", "What is my name?", "Ada"),
    ("my name is ada", "what is my name", "Ada"),
    ("i am bob", "who am i", "Bob"),
    ("I'm Bob, nice to meet you.", "What's my name?", "Bob"),
    ("I'm Zaphod.", "What's my name?", "Zaphod"),
    ("call me ishmael please", "do you remember my name", "Ishmael"),
    ("My name is Ada Lovelace", "tell me my name", "Ada Lovelace"),
    ("hello my name is ada how are you", "what is my name", "Ada."),
    ("my favourite colour is blue", "what is my favorite color", "blue"),
    ("My favorite color is blue.", "what's my favourite colour?", "blue"),
    ("blue is my favorite color", "what is my favorite color", "blue"),
    (
        "remember that the code word is bluebird",
        "what did i tell you about the code word",
        "bluebird",
    ),
    ("the code word is bluebird", "what is the code word", "bluebird"),
    ("I live in New York.", "where do i live", "New York"),
    ("i am from france", "where am i from", "France"),
    ("I'm 30 years old.", "how old am i", "30 years old"),
    ("i am thirty years old", "how old am i", "thirty"),
    ("i like apples and bananas", "what do i like", "apples and bananas"),
    ("i have two cats", "how many cats do i have", "two cats"),
    ("My dog is called Rex.", "what is my dog called", "Rex"),
    ("My dog is called Rex.", "What's my dog's name?", "Rex"),
    ("my key is under the mat", "where is my key", "under the mat"),
    ("My car is red", "what color is my car", "red"),
    ("My birthday is May 3rd", "when is my birthday", "third of May"),
    ("I am allergic to nuts", "am i allergic to nuts", "Yes"),
    ("my wife is a doctor", "who is my wife", "a doctor"),
    (
        "Remember that I parked the car on level three.",
        "Where did I park the car?",
        "level three",
    ),
    ("My colleague Anna lives in Rome.", "Where does Anna live?", "Rome"),
    ("remember to buy milk", "what did i ask you to remember", "buy milk"),
    ("Please don't forget: the train is at nine.", "when is the train", "nine"),
    ("My favorite movie is Vertigo", "what is my favourite film", "Vertigo"),
    ("my name is ada / no my name is grace", "what is my name", "Grace"),
    ("My name is Ada. / No, Grace.", "what is my name", "Grace"),
    (
        "my favorite color is blue / no it is green",
        "what is my favorite color",
        "green",
    ),
    ("I live in Berlin. / I meant Munich.", "where do i live", "in Munich"),
    ("no my name is not ada it is grace", "what is my name", "Grace"),
    (
        "my favorite food is soup / my favorite color is red",
        "what is my favorite food",
        "soup",
    ),
]


@pytest.mark.parametrize(("told", "asked", "expected"), RECALL)
def test_recalls_what_was_told(told, asked, expected):
    """What was told in any form is there when it is asked for."""
    talk = Conversation()
    for message in told.split(" / "):
        talk.say(message)
    assert expected in talk.say(asked)


def test_remembers_over_many_turns():
    """Other talk in between does not make it forget."""
    talk = Conversation(spoken=True)
    talk.say("my name is grace")
    talk.say("remember that the code word is sunflower")
    for message in ["what time is it", "tell me a joke", "what is two plus two"] * 10:
        talk.say(message)
    assert "Grace" in talk.say("what is my name")
    assert "sunflower" in talk.say("what is the code word")


def test_tells_all_it_knows():
    """A request for everything lists each fact once, corrected ones as they are now."""
    talk = Conversation()
    for message in (
        "My name is Ada",
        "I live in Paris",
        "My favourite colour is blue",
        "no, it's green",
    ):
        talk.say(message)
    assert talk.say("What do you know about me?") == (
        "I know three things from this conversation. Your name is Ada. "
        "You live in Paris. Your favourite colour is green."
    )


def test_corrections_are_acknowledged():
    """A correction is confirmed with the new value."""
    talk = Conversation()
    talk.say("My name is Ada.")
    assert talk.say("No, my name is Grace.") == (
        "I am sorry, Grace. I have corrected your name."
    )


def test_forgets_on_request():
    """What is to be forgotten is not recalled, and all else still is."""
    talk = Conversation()
    talk.say("My name is Ada and my favorite color is red.")
    talk.say("Forget my name.")
    assert "Ada" not in talk.say("What is my name?")
    assert "red" in talk.say("what is my favorite color")
    talk.say("forget everything")
    assert "red" not in talk.say("what is my favorite color")


def test_only_what_is_talked_about_is_corrected():
    """A correction of something else does not change what is known."""
    talk = Conversation()
    talk.say("My favourite colour is blue.")
    talk.say("Is it raining?")
    talk.say("No, it is sunny.")
    assert "blue" in talk.say("What is my favourite colour?")
    talk.say("No, it is green.")
    assert "green" in talk.say("What is my favourite colour?")


def test_never_mind_forgets_nothing():
    """Only what is meant to be forgotten is."""
    talk = Conversation()
    talk.say("My name is Ada.")
    talk.say("Forget it.")
    assert "Ada" in talk.say("What is my name?")


def test_unknown_facts_are_not_invented():
    """Without having been told, it says so."""
    assert "not" in Conversation().say("What is my sister's name?")


def test_knows_what_the_instruction_says():
    """Facts in the instruction and in notes answer questions too."""
    talk = Conversation(
        instruction="You are a waiter. The special of the day is mushroom soup. "
        "The user's name is Ada and the user lives in Rome."
    )
    assert talk.say("What is the special of the day?") == (
        "The special of the day is mushroom soup."
    )
    assert "Ada" in talk.say("what is my name")
    assert "Rome" in talk.say("where do i live")


def test_notes_are_remembered():
    """Content that the client added without a role counts as told."""
    turns = (Turn("note", "The user's name is Ada."), Turn("user", "who am i"))
    assert "Ada" in words_of(BRAIN.parts(Question(turns, now=NOW)))


def test_a_resumed_conversation_recalls():
    """All memory is in the turns, so another brain object recalls as well."""
    turns = (
        Turn("user", "my name is ada", spoken=True),
        Turn("model", "Nice to meet you, Ada."),
        Turn("user", "what is my name", spoken=True),
    )
    assert "Ada" in words_of(RulesBrain().parts(Question(turns, now=NOW)))


@pytest.mark.parametrize(
    "message",
    [
        "I'm tired",
        "i want to hear a joke",
        "the story was nice",
        "i like you",
        "I'm fine",
    ],
)
def test_small_talk_is_not_taken_down(message):
    """What is said in passing does not become a fact about the user."""
    talk = Conversation()
    talk.say(message)
    assert "nothing about yourself" in talk.say("what do you know about me")


HISTORY = [
    ("what did i say first", "What is two plus two?"),
    ("what was my first question", "What is two plus two?"),
    ("what did i say before that", "What is two plus two?"),
    ("what did i just say", "My name is Ada."),
    ("what was the last thing i said", "My name is Ada."),
    ("what was my last question", "What is two plus two?"),
    ("what did you just say", "Ada"),
    ("what did you say first", "Two plus two is four."),
    ("repeat that", "Ada"),
    ("say that again please", "Ada"),
    ("i did not hear you", "Ada"),
    ("what have we talked about", "What is two plus two; My name is Ada"),
    ("how many questions have i asked", "two questions"),
    ("what was the second thing i said", "My name is Ada."),
]


@pytest.mark.parametrize(("asked", "expected"), HISTORY)
def test_knows_what_was_said(asked, expected):
    """Questions about the conversation are answered from its turns."""
    talk = Conversation()
    talk.say("What is two plus two?")
    talk.say("My name is Ada.")
    assert expected in talk.say(asked)


def test_calculations_go_on_from_the_last_result():
    """Saying "Times two" and "half of that" take the result before."""
    talk = Conversation()
    talk.say("what is three plus four")
    assert talk.say("times two") == "Seven times two is fourteen."
    assert talk.say("and plus one") == "Fourteen plus one is fifteen."
    assert talk.say("half of that") == "Half of fifteen is seven point five."


@pytest.mark.parametrize(
    ("before", "message", "expected"),
    [
        ("what is three plus four", "add five", "Seven plus five is twelve."),
        ("what is three plus four", "subtract ten", "Seven minus ten is minus three."),
        ("what is three plus four", "multiply that by two", "is fourteen."),
        ("what is three plus four", "and the time", "ten oh five"),
        ("what is the capital of peru", "and of norway", "Oslo"),
        ("what is the capital of peru", "what about Japan?", "Tokyo"),
        ("what day is today", "and tomorrow", "Tomorrow is Sunday"),
        ("hello", "how many times did i speak to you", "second time"),
        ("hello", "what did i ask", "asked no question yet"),
        ("hello", "how many messages have i sent", "second time"),
        ("my name is ada", "my name is ada", "Yes, Ada, I remember."),
        ("my name is ada", "forget that", "out of my mind"),
        ("my dog is called rex", "what is my cat called", "your cat's name"),
        ("i like tea", "do i like tea", "Yes, you like tea."),
        ("i like tea", "do i like salt", "You have not told me that"),
        ("my favorite color is red", "what do i like", "favorite color is red"),
        ("hello", "spell it", "Gemini"),
        ("hello", "read something aloud", "send me the text"),
        ("hello", "how are you doing", "well|working"),
    ],
)
def test_what_was_said_before_matters(before, message, expected):
    """Short messages are understood by what came before them."""
    talk = Conversation()
    talk.say(before)
    assert re.search(expected, talk.say(message))


def test_offers_are_kept():
    """Saying "Yes" after an offer gets what was offered."""
    talk = Conversation()
    talk.say("I am bored")
    joke = talk.say("yes please")
    assert talk.say("another one") not in ("", joke)
    assert "Another what" not in joke
