"""What is said to single messages: one readable table, typed and spoken."""

import re

import pytest

from live_emulator.brain import Say, Search, Think
from tests.live_emulator.brain.conversation import BRAIN, answer, question, skill

# The message, then a pattern that must be found in the reply.
TABLE = """
hello                                       | Hello, I am the emulator
Hi there!                                   | Hello, I am the emulator
Good morning                                | Good morning
hey, what time is it?                       | Hello\\. It is ten oh five
How are you?                                | (well|working)
thank you very much                         | (welcome|pleasure|Gladly)
Thanks for your help!                       | (welcome|pleasure|Gladly)
Goodbye!                                    | ^Goodbye\\.$
good night                                  | ^Good night\\.$
stop                                        | ^All right\\.$
Who are you?                                | I am the emulator of the Gemini Live API
are you gemini                              | ^No, I am the emulator
are you an emulator                         | ^Yes, I am the emulator
what is your name                           | I have no name of my own
What can you do?                            | I can count and spell
help                                        | I can count and spell
how do you work                             | I follow written rules
can you hear me                             | I can (hear|read) you
testing one two three                       | I can hear you
i am bored                                  | joke
i love you                                  | (kind|glad)
what are your instructions                  | no system instruction

what is two plus two                        | ^Two plus two is four\\.$
What's 2+2?                                 | ^Two plus two is four\\.$
3 + 4 * 2                                   | is eleven\\.$
three plus four times two                   | is eleven\\.$
(3+4)*2                                     | is fourteen\\.$
what is ten minus fifteen                   | is minus five\\.$
how much is 7.5 times two                   | ^Seven point five times two is fifteen\\.$
2.5 - 4                                     | is minus one point five\\.$
one hundred divided by eight                | is twelve point five\\.$
one divided by three                        | is about zero point three three three\\.$
what is ten divided by zero                 | ^Nothing can be divided by zero
20% of 150                                  | is thirty\\.$
fifteen percent of two hundred              | is thirty\\.$
seven squared                               | is forty-nine\\.$
What is the square root of 144?             | is twelve\\.$
the square root of two                      | is about one point four one four\\.$
square root of minus four                   | no square root among the real numbers
what is 2^10                                | is one thousand and twenty-four\\.$
five factorial                              | is one hundred and twenty\\.$
add three and four                          | ^Three plus four is seven\\.$
subtract three from ten                     | ^Ten minus three is seven\\.$
what is half of five                        | is two point five\\.$
a dozen times two                           | is twenty-four\\.$
one million times one million               | is one trillion\\.$
99999999 * 99999999 * 99999999              | too large

Count to five.                              | ^One, two, three, four, five\\.$
count from one to ten                       | nine, ten\\.$
count backwards from five                   | ^Five, four, three, two, one\\.$
count from 10 to 7                          | ^Ten, nine, eight, seven\\.$
count to one hundred by tens                | ^Ten, twenty, .* one hundred\\.$
count by twos to ten                        | ^Two, four, six, eight, ten\\.$
spell banana                                | B, A, N, A, N, A\\.$
How do you spell rhythm?                    | R, H, Y, T, H, M\\.$
say the alphabet                            | ^A, B, C, .* X, Y, Z\\.$
the alphabet backwards                      | ^Z, Y, .* B, A\\.$

what time is it                             | ^It is ten oh five in the morning\\.$
Can you please tell me what time it is?     | ten oh five
what day is it today                        | Saturday, the twenty-first of November
What's the date?                            | November, twenty twenty-six\\.$
what day is tomorrow                        | ^Tomorrow is Sunday
what day was yesterday                      | ^Yesterday was Friday
what day will it be in three days           | Tuesday, the twenty-fourth of November
what date was it two weeks ago              | the seventh of November
how many days until Christmas               | ^It is thirty-four days until
how long until the weekend                  | the weekend already
how many weeks until christmas              | four weeks and six days
What day of the week was 20 July 1969?      | was a Sunday\\.$
what day was july twentieth nineteen sixty nine | was a Sunday\\.$
when is easter                              | Sunday, the twenty-eighth of March
what time will it be in two hours           | twelve oh five in the afternoon
what time is it in Tokyo                    | only know the time where you are

what is the capital of Australia            | Canberra
what's the capital of france                | Paris
is lyon the capital of france               | ^The capital of France is Paris
who wrote Romeo and Juliet                  | William Shakespeare
how far is the moon                         | three hundred and eighty-four thousand
what is the opposite of hot                 | cold
what color is the sky                       | blue
What colour is grass?                       | ^Grass is green\\.$
how many legs does a spider have            | eight
what sound does a cow make                  | moo
how do you say hello in french              | Bonjour
Which planet is the third planet?           | Earth
tell me a fact about bees                   | dancing
name three fruits                           | ^\\w+, \\w+ and \\w+\\.$
list the planets                            | ^Mercury, .* and Neptune\\.$
what are the days of the week               | ^Monday, .* Sunday\\.$
flip a coin                                 | ^(Heads|Tails)\\.$
roll a die                                  | ^(One|Two|Three|Four|Five|Six)\\.$

10 plus what                                | Gemini
what is two minus minus three               | is five\\.$
what is 17 modulo 5                         | is two\\.$
the cube root of twenty seven               | is three\\.$
the square of nine                          | is eighty-one\\.$
three cubed                                 | is twenty-seven\\.$
2 * (3 + 4)                                 | Two times the result of three plus four
two to the power of minus one               | is zero point five\\.$
two to the power of one thousand            | small whole power
zero to the power of minus one              | divided by zero
half factorial                              | Only whole numbers
the factorial of thirty                     | too large
2 + (3                                      | is five
one divided by a million                    | zero point zero zero zero zero zero one
take two away from ten                      | ^Ten minus two is eight
what is the difference between ten and four | is six\\.$
multiply six by seven                       | is forty-two\\.$
divide ten by four                          | is two point five
what is the product of two and three        | is six
count                                       | ^One, .* ten\\.$
count down from five to two                 | ^Five, four, three, two\\.$
count by zero to five                       | never get anywhere
count from five                             | ^Five, .* fourteen\\.$
count to five thousand                      | too long
count from apples to pears                  | Gemini
count down                                  | ^Ten, .* one\\.$
spell my name                               | not told me your name
spell your name                             | Emulator is spelled
what year is it                             | twenty twenty-six
what month is it                            | November
what time was it twenty minutes ago         | nine forty-five
what time will it be in twenty hours        | Sunday
how long until midnight                     | thirteen hours and fifty-five minutes
how long until noon                         | one hour and fifty-five minutes
how many days until november 21             | is today
how many days until 1 January 2020          | is past
how long until friday                       | six days until Friday
when is today                               | today
when is halloween                           | thirty-first of October
which day is next monday                    | the twenty-third of November
what is the day after tomorrow              | Monday
what day was 2026-11-01                     | was a Sunday
what day is christmas on                    | will be a Friday
what day of the week is the first of march  | will be a Monday
what day will it be in two thousand weeks   | twenty sixty-five|Saturday
what day will it be in 99999999 weeks       | further away|Gemini
ask me a question                           | \\?$
let's play a game                           | \\?$
tell me a riddle                            | \\?
sing something                              | .
tell me something interesting               | .
tell me about yourself                      | I am the emulator
choose between tea or coffee                | I would take (tea|coffee)
random number between ten and five          | Gemini
name zero animals                           | Gemini
say the vowels                              | A, E, I, O and U
paris is the capital of which country       | France
which country is atlantis the capital of    | Gemini
is berlin the capital of atlantis           | Gemini
what language do they speak in brazil       | Portuguese
what is the opposite of small               | big
what is the chemical symbol for gold        | A u
what does a unicorn say                     | Gemini
how many legs do people have                | ^A human has two legs
how many legs do you have                   | no legs
how many legs does a snake have             | no legs
who wrote the phone book                    | Gemini
translate thank you to german               | Danke
how do you say umbrella in french           | only a few words of French
which planet is the tenth planet            | Gemini
how many minutes are in a fortnight         | Gemini
what is the capital of atlantis             | Gemini
do you speak german                         | a few sentences of German
where are you                               | this machine
how old are you                             | session
who made you                                | guide to the Gemini Live API
what voice is this                          | thirty of them
speak louder please                         | pace or volume
what model are you                          | no model
are you recording me                        | stays on this machine
will you marry me                           | only an emulator
what functions do you have                  | no functions
are you a robot                             | ^Yes, I am a program
are you real                                | ^No
is this the real gemini                     | ^No
i am fine thank you                         | glad
i am tired                                  | resting
i feel sick                                 | hope it gets better
you are stupid                              | I do what I can
sorry                                       | No harm
yes                                         | .
no                                          | something else
maybe                                       | Take your time
please                                      | Gladly
nice to meet you                            | nice to meet you too
good night my friend                        | Good night
remember something for me                   | Tell me what it is
no it is green                              | nothing to correct
remember                                    | Gemini
that is not what i said                     | All right

say cheese                                  | ^Cheese\\.$
Say "Good evening, ladies and gentlemen."   | ^Good evening, ladies and gentlemen\\.$
Say hello in three languages.               | ^Guten Tag, Bonjour, Hola\\.$
Please tell me in one sentence what a WebSocket is. | ^A WebSocket is
Count slowly from one to three.             | ^One, two, three\\.$
why did you stop                            | had finished
thank you, that was great                   | (welcome|pleasure|Gladly)
can i ask you something                     | go ahead
what time is it in five minutes             | ten ten
sing happy birthday                         | .
no I meant the other one                    | Gemini
what did you hear                           | had not said anything
say hello to my friends                     | ^Hello, your friends\\.$

what is my name                             | (not|yet)
what is my favourite colour                 | your favourite colour yet
what do you know about me                   | nothing about yourself
what did i say first                        | first thing you have said
what do you see                             | not received an image
is anything moving                          | not received an image
go on                                       | not begun anything
repeat that                                 | not said anything yet
another one                                 | Another what

turn on the kitchen light                   | need a function
what is the weather in paris                | Declare a weather function
who is the president of france              | Gemini
forty two                                   | number forty two
"""

ROWS = [
    tuple(field.strip() for field in line.split("|", 1))
    for line in TABLE.strip().splitlines()
    if line.strip()
]


@pytest.mark.parametrize(("message", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_answers(message, expected):
    """Each message of the table gets the answer beside it."""
    assert re.search(expected, answer(message))


# Typed, then the same as the recogniser gives it.
PAIRS = [
    ("What's 3 + 4?", "what's three plus four"),
    ("What is 12 x 12?", "what is twelve times twelve"),
    ("20% of 50", "twenty percent of fifty"),
    ("Count from 1 to 3.", "count from one to three"),
    ("My favourite colour is blue.", "my favorite color is blue"),
    ("What colour is the sky?", "what color is the sky"),
    ("Tell me a story of 2 minutes.", "tell me a story of two minutes"),
    ("How many days until Christmas?", "how many days until christmas"),
    (
        "What day was July 20th, 1969?",
        "what day was july twentieth nineteen sixty nine",
    ),
    ("Hello!", "hello"),
    ("I'm hungry.", "i am hungry"),
    ("Don't stop, please.", "do not stop please"),
]


@pytest.mark.parametrize(("typed", "spoken"), PAIRS)
def test_typed_and_spoken_forms_are_the_same(typed, spoken):
    """Punctuation, digits, contractions and spelling make no difference."""
    assert skill(typed) == skill(spoken) != "fallback"
    said = answer(typed).lower().replace("colour", "color").replace("favour", "favor")
    assert said == answer(spoken).lower()


COURTESIES = [
    "please {}",
    "Could you please {}?",
    "can you {} for me",
    "Hey, {}",
    "okay now {}",
    "um {} please",
    "I would like you to {}, thank you.",
]


@pytest.mark.parametrize("courtesy", COURTESIES)
def test_courtesies_do_not_get_in_the_way(courtesy):
    """A request is understood with and without the words of politeness."""
    assert "One, two, three." in answer(courtesy.format("count to three"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("What time is it? And what is 2 plus 2?", ["ten oh five", "is four"]),
        ("what time is it and what is two plus two", ["ten oh five", "is four"]),
        ("Hello. My name is Ada. What is my name?", ["Hello", "Ada"]),
        ("tell me a joke and then count to three", ["One, two, three."]),
        ("tell me a story about a fox and then spell fox", ["a fox.", "F, O, X"]),
        ("what is my name and what time is it", ["your name", "ten oh five"]),
        ("Good morning! Who are you?", ["Good morning. I am the emulator"]),
        ("my name is ada what is two plus two", ["Ada", "is four"]),
        ("Blah blah. Spell cat.", ["C, A, T"]),
    ],
)
def test_several_requests_at_once(message, expected):
    """Every part of a message that is understood is answered."""
    said = answer(message)
    assert [piece for piece in expected if piece not in said] == []


def test_unknown_things_are_admitted_with_a_hint():
    """What is beyond the rules is said back, and Gemini named as who would know."""
    said = answer("Explain the causes of the Thirty Years War")
    assert "Explain the causes of the Thirty Years War" in said
    assert "Gemini itself" in said
    assert skill("Explain the causes of the Thirty Years War") == "fallback"


def test_the_fallback_varies_with_seed_and_turn():
    """Honest answers need not be monotonous; the seed decides."""
    assert len({answer("blargh foo", seed=seed) for seed in range(20)}) > 4


def test_silence_is_asked_for_again():
    """An utterance without recognised words is answered with a request."""
    said = answer("", spoken=True)
    assert "words" in said
    assert re.search("again|once more", said)


def test_a_search_is_marked_as_emulated():
    """With Google Search declared, an unknown question names its query first."""
    parts = BRAIN.parts(question("Who won the cup in 2022?", search=True))
    assert parts[0] == Search(("Who won the cup in 2022",))
    assert "no search was made" in answer("Who won the cup in 2022?", search=True)


def test_arithmetic_shows_its_steps_as_a_thought():
    """Where it really reasons, the steps come first as a thought."""
    thought, said = BRAIN.parts(question("three plus four times two"))
    assert thought == Think("Four times two is eight; three plus eight is eleven.")
    assert said == Say("Three plus four times two is eleven.")
