"""A script file: what can be in it, and what is said about anything else."""

import asyncio
import re
from collections.abc import Sequence
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_emulator.brain import (
    BrainError,
    Call,
    Fail,
    Question,
    Result,
    RulesBrain,
    Say,
    ScriptedBrain,
    Search,
    Think,
    Turn,
    Wait,
)
from live_emulator.brain.choose import brain_from
from live_emulator.brain.script.brain import NoAnswer
from live_emulator.brain.script.text import ScriptError, read_script
from live_emulator.brain.types import ReplyPart


def brain(text: str) -> ScriptedBrain:
    return ScriptedBrain(read_script(text, "talk.yaml", brain_from))


def replies(
    one: ScriptedBrain, *turns: Turn, conversation: str = "one"
) -> list[ReplyPart]:
    async def ask() -> list[ReplyPart]:
        question = Question(tuple(turns), conversation=conversation)
        return [part async for part in one.reply(question)]

    return asyncio.run(ask())


def said(text: str, words: str) -> list[ReplyPart]:
    return replies(brain(text), Turn("user", words))


def result(name: str, response: dict[str, object], **args: object) -> Sequence[Turn]:
    """Return the turns of a call and its result."""
    return (
        Turn("user", "go on"),
        Turn("model", calls=(Call(name, args, "id-1"),)),
        Turn("tool", results=(Result(name, response, "id-1"),)),
    )


# --- what an entry waits for


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("hello", "Hello!"),
        ("What's the colour?", "what is the color"),
        ("[hello, good day]", "Good day."),
        ("yes", "Yes."),
        ("12:30", "12:30"),
        ("2", "2"),
        ("/soup|broth/", "Is there any SOUP left?"),
        ("/what is it/", "What's it like?"),
        ("tell me ...", "Tell me everything, please."),
        ("... please", "A song, please."),
        ("tell me … now", "tell me all of it now"),
        ("Привет", "привет!"),
    ],
)
def test_what_is_waited_for(when, words):
    """Words in any case and punctuation, patterns anywhere, slots for any words."""
    assert said(f"- when: {when}\n  say: Yes.", words) == [Say("Yes.")]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("hello", "hello there"),
        ("/^soup/", "the soup"),
        ("tell me ...", "tell me"),
        ("tell me {what}", "do tell me more"),
    ],
)
def test_what_does_not_fit(when, words):
    """A phrase is all that was said, and a slot at least one word."""
    with pytest.raises(NoAnswer, match="talk.yaml has no answer"):
        said(f"- when: {when}\n  say: Yes.", words)


def test_the_first_that_fits_answers():
    """The order of the file counts."""
    text = "- when: /soup/\n  say: One.\n- when: soup\n  say: Two."
    assert said(text, "soup") == [Say("One.")]


def test_once_is_once_in_each_conversation():
    """What was said once is not said again, except to somebody else."""
    script = brain("- {when: hello, once: true, say: One.}\n- {when: hello, say: Two.}")
    hello = Turn("user", "hello")
    assert replies(script, hello) == [Say("One.")]
    assert replies(script, hello) == [Say("Two.")]
    assert replies(script, hello, conversation="other") == [Say("One.")]


def test_old_conversations_are_forgotten():
    """Memory is kept for a thousand conversations."""
    script = brain("- {when: hello, once: true, say: One.}\n- otherwise: Two.")
    hello = Turn("user", "hello")
    for number in range(1001):
        assert replies(script, hello, conversation=f"{number}") == [Say("One.")]
    assert replies(script, hello, conversation="1000") == [Say("Two.")]
    assert replies(script, hello, conversation="0") == [Say("One.")]


# --- steps


def test_steps_are_done_in_their_order():
    """The order of keys is the order of steps, and do is a list of them."""
    text = "- when: go\n  wait: 0.5\n  say: One.\n  call: f\n  think: Hm.\n  fail: drop"
    assert said(text, "go") == [
        Wait(0.5),
        Say("One."),
        Call("f"),
        Think("Hm."),
        Fail("drop"),
    ]
    text = "- when: go\n  do: [say: One., Two., {wait: 1, search: [a, b]}]\n"
    one, two = Say("One."), Say("Two.")
    assert said(text, "go") == [one, two, Wait(1), Search(("a", "b"))]
    assert said("- when: go\n  do: One.", "go") == [Say("One.")]
    assert said("- when: go\n  do: {say: One.}", "go") == [Say("One.")]


def test_nothing_is_silence():
    """An entry may stay silent, if it says so."""
    assert said("- when: go\n  do: nothing", "go") == []
    assert said("- when: go\n  do: []", "go") == []
    assert said("- otherwise: nothing", "go") == []


def test_long_texts_are_spoken_in_parts():
    """So that they can be interrupted."""
    text = "- when: go\n  say: One sentence. Another one.\n"
    assert said(text, "go") == [Say("One sentence."), Say("Another one.")]


def test_calls_take_plain_values():
    """Arguments are what they look like: no dates, no times, no surprising truth."""
    text = (
        "- when: go\n"
        "  call: {f: {at: 12:30, day: 2026-11-28, light: on, many: 3, half: .5,\n"
        "             zip: 007, ok: true, no: null, list: [1, {a: b}], neg: -2}, g: }\n"
    )
    args = {"at": "12:30", "day": "2026-11-28", "light": "on", "many": 3, "half": 0.5}
    args |= {"zip": "007", "ok": True, "no": None, "list": [1, {"a": "b"}], "neg": -2}
    assert said(text, "go") == [Call("f", args), Call("g")]


# --- placeholders


def test_slots_and_groups_fill_placeholders():
    """Words are given back as they were said, in texts and in arguments."""
    text = (
        "- when: my name is {name} and I am from {city}\n"
        '  say: "Hello {name} in {city}. {{name}} {heard}"\n'
        "  think: '{name}'\n"
        "  search: '{city}'\n"
        '  call: {greet: {who: ["{name}", {x: "{city}!"}], n: 1}}\n'
    )
    heard = "My name is Ada Byron and I'm from Paris"
    assert said(text, heard) == [
        Say("Hello Ada Byron in Paris."),
        Say("{name} " + heard),
        Think("Ada Byron"),
        Search(("Paris",)),
        Call("greet", {"who": ["Ada Byron", {"x": "Paris!"}], "n": 1}),
    ]
    text = "- when: /(?P<a>red|blue)(?P<b> wine)?/\n  say: '{a},{b}.'"
    assert said(text, "a Red one") == [Say("Red,.")]


def test_results_fill_placeholders():
    """The result's values come first, then the arguments of its call."""
    said = "{sky.now} in {city}, {list.1}, {list}, {gone}{list.9}."
    text = f"- when_result: look\n  say: '{said}'"
    turns = result("look", {"sky": {"now": "Grey"}, "list": [1, 2.0]}, city="Oslo")
    assert replies(brain(text), *turns) == [Say("Grey in Oslo, 2, 1, 2, .")]
    text = "- when_result: f\n  say: '{a}, {b}, {c}, {d}, {e}.'"
    values = {"a": True, "b": False, "c": None, "d": {"x": 1.5}, "e": [[[[[1]]]]]}
    assert replies(brain(text), *result("f", values)) == [Say("yes, no, , x 1.5, .")]
    text = "- when_result: f\n  call: {g: {a: '{n}', b: '{gone}', c: '{heard}'}}"
    assert replies(brain(text), *result("f", {"n": 3})) == [
        Call("g", {"a": 3, "b": "", "c": "go on"})
    ]


def test_results_are_told_apart_by_name_and_content():
    """The first entry whose name and values fit answers a result."""
    script = brain(
        "- when: order\n  say: Words.\n"
        "- when_result: order\n  with: {ok: false, why.code: 4}\n  say: One.\n"
        "- when_result: [bill, order]\n  with: {why: /sold out/}\n  say: Two.\n"
        "- when_result: bill\n  say: Three.\n"
    )
    assert replies(script, *result("order", {"ok": False, "why": {"code": 4}})) == [
        Say("One.")
    ]
    assert replies(script, *result("order", {"why": "SOLD OUT!"})) == [Say("Two.")]
    assert replies(script, *result("bill", {"why": "late"})) == [Say("Three.")]
    with pytest.raises(NoAnswer):
        replies(script, *result("order", {"ok": True}))
    other = Turn("tool", results=(Result("bill", {}, "unknown"),))
    assert replies(script, Turn("model", calls=(Call("f", {}, "1"),)), other) == [
        Say("Three.")
    ]


def test_several_results_are_all_answered():
    """Two results, in one message or in two, get an entry each."""
    script = brain("- when_result: [f, g]\n  say: It is {n}.")
    turns = (
        Turn("model", calls=(Call("f", {}, "1"), Call("g", {}, "2"))),
        Turn("tool", results=(Result("f", {"n": 1}, "1"),)),
        Turn("tool", results=(Result("g", {"n": 2}, "2"),)),
    )
    assert replies(script, *turns) == [Say("It is 1."), Say("It is 2.")]
    both = Turn("tool", results=(*turns[1].results, *turns[2].results))
    assert replies(script, turns[0], both) == [Say("It is 1."), Say("It is 2.")]


# --- alternatives, tables, choices and conditions

SMALL_TALK = files("live_emulator").joinpath("examples/small_talk.yaml")


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (
            ["What is the capital of the Netherlands?"],
            "of the Netherlands is Amsterdam",
        ),
        (["and tell me the capital of italy"], "The capital of Italy is Rome."),
        (["tell me a joke", "yes please"], "Why do bees hum?"),
        (["My name is Ada.", "Well, hi there!"], "Ada|Here I am|Hello"),
        (["what is two plus two"], "Two plus two is four."),
    ],
)
def test_small_talk(turns, expected):
    """The example does what the README says of it."""
    script = brain(SMALL_TALK.read_text("utf-8"))
    made: list[Turn] = []
    for text in turns:
        made.append(Turn("user", text))
        said = " ".join(p.text for p in replies(script, *made) if isinstance(p, Say))
        made.append(Turn("model", said))
    assert re.search(expected, said)


def test_a_choice_is_made_by_the_seed_and_not_twice():
    """All texts are said before one is said again; the same seed says the same."""
    script = brain("- when: go\n  say: [One., Two., Three., Four.]")
    turns: list[Turn] = []
    for _ in range(4):
        turns.append(Turn("user", "go"))
        [part] = replies(script, *turns)
        assert replies(script, *turns) == [part]
        assert isinstance(part, Say)
        turns.append(Turn("model", part.text))
    assert len({turn.text for turn in turns if turn.role == "model"}) == 4


# --- the rest of a conversation


def test_otherwise():
    """What is left goes to steps, or to the rules."""
    assert said("- otherwise: Pardon?", "x") == [Say("Pardon?")]
    assert said("- otherwise: {say: 'You said {heard}.'}", "x y") == [
        Say("You said x y.")
    ]
    assert said("- otherwise: [wait: 1, say: Hm.]", "x") == [Wait(1), Say("Hm.")]
    rules = said("- otherwise: rules", "what is two plus two")
    assert rules == RulesBrain().parts(
        Question((Turn("user", "what is two plus two"),))
    )
    with pytest.raises(NoAnswer):
        replies(brain("- otherwise: Pardon?"), *result("f", {}))


def test_in_order():
    """Whatever is said, and whatever comes in, the next entry answers."""
    script = brain(
        "in_order:\n- Good evening.\n- call: {order: {dish: soup}}\n"
        "- say: '{dish} is coming.'\n- [wait: 1, say: Bye.]\n"
    )
    assert replies(script, Turn("user", "x")) == [Say("Good evening.")]
    assert replies(script, Turn("user", "x")) == [Call("order", {"dish": "soup"})]
    # A call in the background leaves a gap, which is no turn of the user's.
    with pytest.raises(NoAnswer):
        replies(script, Turn("user", "x"), Turn("model", calls=(Call("order"),)))
    turns = result("order", {}, dish="Soup")
    assert replies(script, *turns) == [Say("Soup is coming.")]
    assert replies(script, Turn("user", "x")) == [Wait(1), Say("Bye.")]
    with pytest.raises(NoAnswer):
        replies(script, Turn("user", "x"))
    assert replies(script, Turn("user", "x"), conversation="two") == [
        Say("Good evening.")
    ]
    script = brain("in_order: [One.]\notherwise: Two.")
    assert replies(script, Turn("user", "x")) == [Say("One.")]
    assert replies(script, Turn("user", "x")) == [Say("Two.")]
    script = brain("in_order: [One.]\notherwise: rules")
    replies(script, Turn("user", "x"))
    assert Say("Four plus two is six.") in replies(
        script, Turn("user", "four plus two")
    )


def test_a_conversation_without_turns():
    """Nothing fits nothing."""
    with pytest.raises(NoAnswer, match="no answer to ''"):
        replies(brain("- otherwise: Pardon?"))


# --- what the recogniser is told


# --- what is wrong

WRONG = [
    ("", "talk.yaml is empty. A script is a list"),
    ("~", "talk.yaml is empty"),
    ("hello", "line 1: A script is a list, or has in_order:"),
    ("say: x", "line 1: There is no 'say' here; known are tables, lines,"),
    ("otherwise: x", "line 1: A script is a list, or has in_order: or lines:"),
    ("in_order: x", "line 1: A list is needed here"),
    ("- hello", "line 1: An entry begins with when:"),
    ("- when: a\n  sya: b", "line 2: There is no 'sya' here; did you mean 'say'?"),
    ("- when: a\n  x1: b", "line 2: There is no 'x1' here; known are when,"),
    ("- say: a", "line 1: An entry has either when or when_result."),
    ("- when: a\n  when_result: b\n  say: c", "either when or when_result"),
    ("- when: a", "line 1: This entry does nothing: give it a say"),
    ("- when: a\n  say: b\n  do: c", "line 1: Put say into the list of do"),
    ("- when: a\n  say: b\n  say: c", "line 3: say stands here twice; put"),
    ("- when: a\n  when: b\n  say: c", "line 2: when stands here twice."),
    ("- when: a\n  say:", "line 2: A text is needed here, and this is nothing."),
    ("- when: a\n  say: [[b]]", "line 2: A text is needed here, and this is a list."),
    ("- when: {a: b}\n  say: c", "and this is a mapping."),
    ("- when: a\n  say: ' '", "line 2: say needs some words"),
    ("- when: []\n  say: a", "line 1: This list is empty."),
    ("- when: '?!'\n  say: a", "line 1: There are no words in '?!' to wait for."),
    ("- when: '...'\n  say: a", "There are no words in '...'"),
    ("- when: '{a} and {a}'\n  say: b", "Two slots in '{a} and {a}' are named a"),
    ("- when: /a\n  say: b", "line 1: The pattern /a has no / at its end."),
    ("- when: /\n  say: b", "has no / at its end."),
    ("- when: /(a/\n  say: b", "/(a/ is no regular expression that Python knows"),
    ("- when: a\n  say: '{b}'", "line 1: Nothing fills {b} here: there is {heard}."),
    ("- when: a {c}\n  call: {f: {x: '{b}'}}", "there is {c} and {heard}."),
    ("- otherwise: '{b}'", "line 1: Nothing fills {b} here"),
    ("- when: a\n  wait: long", "line 2: wait needs a number of seconds: wait: 1.5."),
    ("- when: a\n  fail: dorp", "line 2: There is no fault 'dorp'; there are refuse,"),
    ("- when: a\n  fail: [drop]", "A text is needed here, and this is a list."),
    ("- when: a\n  wait: true", "wait needs a number"),
    ("- when: a\n  wait: -1", "line 2: wait is between 0 and 3600 seconds."),
    ("- when: a\n  once: maybe\n  say: b", "line 2: once is true or false."),
    ("- when: a\n  with: {b: c}\n  say: d", "Only a when_result can have a with."),
    ("- when_result: a\n  with: b\n  say: d", "with needs names and values"),
    ("- when_result: a\n  with: {b: /(/}\n  say: d", "no regular expression"),
    ("- when: a\n  call: [b]", "line 2: call needs a function with its arguments"),
    ("- when: a\n  call: {f: b}", "The arguments of f need names: f: {dish: soup}."),
    ("- when: a\n  call: ''", "call needs some words"),
    ("- when: a\n  do:\n  - - say: b", "line 3: A list of steps can't have a list"),
    ("- when: a\n  do: {when: b}", "There is no 'when' here; known are say, call,"),
    ("- otherwise: a\n  say: b", "otherwise stands alone in its entry, put say into"),
    ("- otherwise: a\n- when: b\n  say: c", "line 1: Nothing behind otherwise is"),
    ("- otherwise: rule", "line 1: Is 'rule' meant to be rules or nothing?"),
    ("- otherwise: script:x", "line 1: A script can't go on with another script."),
    ("- otherwise: openai:x", "line 1: "),
    ("- when: a\n  call: {f: {x: !!binary aGk=}}", "The tag tag:yaml.org,2002:binary"),
    ("- when: a\n  call: {f: {x: !!int b}}", "line 2: b is no value."),
    ("- when: a\n  call: {f: {x: &x [*x]}}", "too large, or nested too deeply."),
    ("- when: a: b", "line 1: This is not YAML: mapping values are not allowed here."),
    ("- when: a (b\n  say: c", "line 1: The brackets of 'a (b' do not match."),
    ("- when: a]\n  say: c", "line 1: The brackets of 'a]' do not match."),
    ("- when: a|b\n  say: c", "line 1: The | of 'a|b' stands in no brackets."),
    ("- when: '{a: b} c'\n  say: d", "line 1: There is no table 'b'."),
    ("- when: /a{1000000000000}/\n  say: b", "too long, or repeats too often."),
    ("- when: a\n  if: rich\n  say: b", "line 2: If: rich is not known"),
    ("- when: a\n  after: /(/\n  say: b", "no regular expression"),
    ("tables: {a: {}}\nlines: []", "line 1: A table has a name, and entries"),
    ("lines: [{when: a, say: b}]\notherwise: c", "has in_order: or lines:"),
    ("- when: 'a' b", "Put quotes around a text"),
    ("- when: a\n  do: [say: b?]", "Put quotes around a text"),
    ("- when: a\n\tsay: b", "Indent with spaces."),
    ("- when: [a", "line 1: This is not YAML: "),
    ("- when: a\n  say: \0", "talk.yaml is not YAML: "),
    ("- " * 5000 + "a", "talk.yaml is not YAML: it is nested too deeply."),
    ("--- a\n--- b", "This is not YAML: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_one_sentence(text, error):
    """The file, the line and what is wrong, in one line."""
    with pytest.raises(ScriptError) as caught:
        read_script(text, "talk.yaml", brain_from)
    assert error in str(caught.value)
    assert str(caught.value).startswith("talk.yaml")
    assert len(str(caught.value).splitlines()) == 1


def test_aliases_do_not_blow_up():
    """What a few lines would become a billion values of is refused."""
    lines = ["- when: a", "  call:", "    f:", "      a0: &a0 [1, 2]"]
    lines += [f"      a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 12)]
    with pytest.raises(ScriptError, match="too large"):
        read_script("\n".join(lines), "talk.yaml", brain_from)


@given(st.text(alphabet="-:[]{}'\"/ \nwhensaydo.#&*!|>%\t\0a1", max_size=60))
def test_any_text_is_a_script_or_a_sentence(text):
    """No text makes reading fail in another way."""
    try:
        read_script(text, "talk.yaml", brain_from)
    except BrainError as error:
        assert len(str(error).splitlines()) == 1
