"""A script says what a test wants, and complains clearly when it can't."""

import re

import pytest

from live_emulator.brain import (
    Call,
    NoAnswer,
    Question,
    Result,
    RulesBrain,
    Say,
    ScriptedBrain,
    Think,
    Turn,
)


async def replies(brain, *turns):
    return [part async for part in brain.reply(Question(tuple(turns)))]


async def said(brain, text):
    return await replies(brain, Turn("user", text))


async def test_a_list_is_used_up_in_order():
    """Each reply takes the next answer, whatever is asked."""
    brain = ScriptedBrain(["One.", Call("f", {"x": 1}), ["Two.", Think("Hm.")], []])
    assert await said(brain, "a") == [Say("One.")]
    assert brain.remaining == 3
    assert await said(brain, "b") == [Call("f", {"x": 1})]
    assert await said(brain, "c") == [Say("Two."), Think("Hm.")]
    assert await said(brain, "d") == []
    assert [question.turns[-1].text for question in brain.asked] == list("abcd")


async def test_a_list_that_is_used_up_complains():
    """The error says what was asked, and what to do."""
    brain = ScriptedBrain(["One."])
    await said(brain, "a")
    with pytest.raises(NoAnswer, match="All 1 answers .* 'what now'.*otherwise="):
        await said(brain, "what now")


async def test_words_and_patterns():
    """Strings are compared by their words, patterns are searched."""
    brain = ScriptedBrain(
        {"What's the colour?": "Blue.", re.compile(r"in (\w+)$"): "Far away."}
    )
    assert await said(brain, "what is the color") == [Say("Blue.")]
    assert await said(brain, "Where, in Oslo") == [Say("Far away.")]
    with pytest.raises(NoAnswer, match="no answer to 'hello'"):
        await said(brain, "hello")


async def test_functions_get_the_question():
    """A function may look at everything, and may be awaited."""

    async def later(question):
        return [f"You said {question.turns[-1].text}.", Call("f")]

    brain = ScriptedBrain({"a": lambda question: "At once.", "b": later})
    assert await said(brain, "a") == [Say("At once.")]
    assert await said(brain, "b") == [Say("You said b."), Call("f")]


async def test_results_are_found_by_the_name_of_the_function():
    """After a call the script continues with the function's name."""
    brain = ScriptedBrain({"get_sky": lambda q: q.turns[-1].results[0].response["sky"]})
    result = Turn("tool", results=(Result("get_sky", {"sky": "Grey."}),))
    assert await replies(brain, Turn("user", "sky"), result) == [Say("Grey.")]


async def test_otherwise_the_rules_answer():
    """What the script does not know may go to another brain."""
    brain = ScriptedBrain({"hello": "Good day."}, otherwise=RulesBrain())
    assert await said(brain, "hello") == [Say("Good day.")]
    assert Say("Two plus two is four.") in await said(brain, "what is two plus two")


async def test_text_is_spoken_sentence_by_sentence():
    """A long text comes in parts, so that it can be interrupted."""
    text = "One sentence is here. Another one is there. And here comes the third."
    assert len(await said(ScriptedBrain([text]), "a")) == 2


async def test_nonsense_is_refused():
    """What is no answer is named."""
    with pytest.raises(TypeError, match="42 is no answer"):
        await said(ScriptedBrain([42]), "a")
    with pytest.raises(TypeError, match="Put it in a list"):
        ScriptedBrain("Good day.")


async def test_the_example_of_the_documentation():
    """The example in the docstring does what it says."""
    source = ScriptedBrain.__doc__.split("```python")[1].split("```")[0]
    names = {"re": re, "ScriptedBrain": ScriptedBrain, "Call": Call}
    names["RulesBrain"] = RulesBrain
    exec(__import__("textwrap").dedent(source), names)  # noqa: S102
    brain = names["brain"]
    assert (await said(brain, "Hello!"))[0] == Say("Good day.")
    assert await said(brain, "the weather in Oslo") == [
        Call("get_weather", {"city": "Oslo"})
    ]
    result = Turn("tool", results=(Result("get_weather", {"sky": "blue"}),))
    assert await replies(brain, result) == [Say("It is blue.")]
    assert "four" in (await said(brain, "two plus two"))[-1].text
