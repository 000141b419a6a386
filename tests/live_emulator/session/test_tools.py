"""Function calls: waited for, in the background, answered, given up."""

import re
from dataclasses import replace
from typing import Any

import pytest

from live_emulator.brain.types import Call, Question, Say, Search
from live_emulator.protocol.sources import documented, guessed, observed
from live_emulator.protocol.wire_types import Dialect
from tests.live_emulator.rules import rule
from tests.live_emulator.session.bench import (
    ENDPOINT,
    LEVEL,
    Bench,
    audio,
    tone,
    user_text,
)

BLOCKING_MODEL = "gemini-3.1-flash-live-preview"
THINKING_MODEL = "gemini-3.8-live-extended-thinking"


def assistant(question: Question):
    """Call a function, fill the wait, and say what came of it."""
    last = question.turns[-1]
    if last.role == "tool":
        yield Say(f"The result is {last.results[-1].response}.")
    elif question.pending and last.role == "model":
        yield Say("I have started it.")
    elif "weather" in last.text:
        for city in ("Paris", "Rome") if "both" in last.text else ("Paris",):
            yield Call("get_weather", {"city": city})
    else:
        yield Say("word " * 20)


def tools(behaviour: str = "") -> list[dict[str, Any]]:
    """Return a declaration, with a behaviour if one is given."""
    one = {"name": "get_weather", "description": "Weather of a city."}
    if behaviour:
        one["behavior"] = behaviour
    return [{"functionDeclarations": [one]}]


def call_ids(bench: Bench) -> list[str]:
    """Return the ids of all calls that were sent."""
    return [
        call["id"]
        for _, message in bench.find("toolCall")
        for call in message["toolCall"]["functionCalls"]
    ]


def response(call_id: str, **fields: Any) -> dict[str, Any]:
    """Return a toolResponse message."""
    one = {"id": call_id, "response": {"temperature": 21}} | fields
    return {"toolResponse": {"functionResponses": [one]}}


@rule(
    observed("recordings; one turnComplete for the whole tool turn, 2026-09-01"),
    "toolCall.functionCalls.name toolCall.functionCalls.args "
    "toolCall.functionCalls.id toolResponse.functionResponses.id "
    "toolResponse.functionResponses.response order.blocking",
)
def test_a_blocking_call_is_one_turn():
    """The model waits for the result and ends the turn once."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools()).forget()
    bench.send(user_text("weather")).run(60)
    [message] = bench.messages
    [call] = message["toolCall"]["functionCalls"]
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Paris"})
    bench.send(response(call["id"])).run(60)
    assert bench.kinds() == [
        "toolCall",
        "audio",
        "generationComplete",
        "turnComplete",
    ]
    assert bench.questions[1].turns[-1].results[0].response == {"temperature": 21}


@rule(
    documented("behaviour of 3.8: NON_BLOCKING is the default"),
    "setup.tools.functionDeclarations.behavior order.background",
)
def test_a_call_in_the_background():
    """The turn goes on without the result; the result opens a turn later."""
    bench = Bench(assistant).setup(tools=tools()).forget()
    bench.send(user_text("weather")).run(60)
    assert bench.kinds() == [
        "toolCall",
        "audio",
        "generationComplete",
        "turnComplete",
    ]
    assert bench.questions[1].pending
    bench.send(response(call_ids(bench)[0])).run(60)
    assert bench.kinds().count("turnComplete") == 2
    assert bench.questions[2].turns[-1].role == "tool"


@rule(
    documented("default of each model"),
    "setup.tools.functionDeclarations.behavior",
)
@pytest.mark.parametrize(
    ("model", "behaviour", "waits"),
    [
        ("gemini-3.8-live", "", False),
        ("gemini-3.8-live", "BLOCKING", True),
        ("gemini-3.8-live-extended-thinking", "", False),
        (BLOCKING_MODEL, "", True),
        ("gemini-2.5-flash-native-audio-latest", "", True),
        ("gemini-2.5-flash-native-audio-latest", "NON_BLOCKING", False),
    ],
)
def test_default_behaviour_of_each_model(model, behaviour, waits):
    """A call blocks or not as the declaration or the model says."""
    level = LEVEL if "extended" in model else {}
    bench = Bench(assistant).setup(model, tools=tools(behaviour), **level).forget()
    bench.send(user_text("weather")).run(60)
    assert ("turnComplete" not in bench.kinds()) == waits


@rule(
    observed("several calls may come in one toolCall"),
    "toolCall.functionCalls order.blocking",
)
def test_parallel_calls():
    """Calls made together come together; the model waits for all of them."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools()).forget()
    bench.send(user_text("weather in both"))
    first, second = call_ids(bench)
    assert first != second
    bench.send(response(first)).run(60)
    assert bench.kinds() == ["toolCall"]
    bench.send(response(second)).run(60)
    assert bench.kinds()[-1] == "turnComplete"
    roles = [turn.role for turn in bench.questions[-1].turns]
    assert roles == ["user", "model", "tool", "tool"]


@rule(
    documented("scheduling of asynchronous functions"),
    "toolResponse.functionResponses.scheduling order.background",
)
@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"scheduling": "INTERRUPT"}, ["interrupted", "turnComplete", "audio"]),
        ({"scheduling": "WHEN_IDLE"}, ["audio", "generationComplete", "turnComplete"]),
        ({}, ["audio", "generationComplete", "turnComplete"]),
        ({"scheduling": "SILENT"}, ["audio", "generationComplete", "turnComplete"]),
        (
            {"response": {"result": 1, "scheduling": "INTERRUPT"}},
            ["interrupted", "turnComplete", "audio"],
        ),
    ],
)
def test_scheduling_while_the_model_speaks(fields, kinds):
    """A result interrupts, waits, or is only remembered, as it says itself."""
    bench = Bench(assistant).setup(tools=tools()).forget()
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.send(user_text("talk")).run(0.1).forget()
    bench.send(response(call_id, **fields)).run(60)
    assert bench.kinds()[:3] == kinds
    turns = bench.kinds().count("turnComplete")
    assert turns == (1 if fields.get("scheduling") == "SILENT" else 2)
    results = [turn for turn in bench.questions[-1].turns if turn.role == "tool"]
    assert len(results) == (0 if fields.get("scheduling") == "SILENT" else 1)


def test_the_brain_is_told_which_results_are_silent():
    """So that it does not speak of them when another one comes in."""
    bench = Bench(assistant).setup(tools=tools()).forget()
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.send(response(call_id, scheduling="SILENT", willContinue=True))
    bench.send(response(call_id)).run(60)
    results = bench.questions[-1].results
    assert [one.silent for one in results] == [True, False]


@rule(observed("google-adk 2.13 answers before the filler ends"), "toolResponse")
@pytest.mark.parametrize("scheduling", ["WHEN_IDLE", "INTERRUPT"])
def test_a_result_that_comes_while_the_model_fills_the_wait(scheduling):
    """What the model says meanwhile does not count as the answer to the result."""
    bench = Bench(assistant).setup(tools=tools()).forget()
    bench.send(user_text("weather")).run(0.1)
    bench.send(response(call_ids(bench)[0], scheduling=scheduling)).run(60)
    roles = [turn.role for turn in bench.questions[-1].turns]
    assert roles == ["user", "model", "model", "tool"]
    assert bench.kinds().count("turnComplete") == 2


@rule(
    documented("SILENT: known in later turns"),
    "toolResponse.functionResponses.scheduling history",
)
def test_a_silent_result_is_remembered():
    """A silent result is in the history of the next question."""
    bench = Bench(assistant).setup(tools=tools()).send(user_text("weather")).run(60)
    bench.send(response(call_ids(bench)[0], scheduling="SILENT")).run(60).forget()
    assert bench.messages == []
    bench.send(user_text("talk")).run(60)
    assert any(turn.role == "tool" for turn in bench.questions[-1].turns)


@rule(
    documented("3.8: INTERRUPT waits while the user speaks"),
    "toolResponse.functionResponses.scheduling order.background",
)
def test_a_result_does_not_talk_over_the_user():
    """A result that arrives while the user speaks waits for the end."""
    bench = Bench(assistant, words=["never mind"]).setup(tools=tools())
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.forget().send(audio(tone(500)))
    bench.send(response(call_id, scheduling="INTERRUPT")).run(2)
    assert bench.kinds() == ["ACTIVITY_START"]
    bench.speak(ms=100).run(60)
    assert bench.kinds()[1] == "ACTIVITY_END"
    assert bench.kinds().count("turnComplete") == 2
    answered, spoken_of = bench.questions[-2:]
    assert answered.turns[-1].text == "never mind"
    assert [one.name for one in spoken_of.results] == ["get_weather"]


@rule(
    guessed("documented is only that a result never talks over the user"),
    "toolResponse.functionResponses.scheduling order.background",
)
@pytest.mark.parametrize("scheduling", ["WHEN_IDLE", "INTERRUPT"])
def test_a_result_is_not_lost_behind_a_question(scheduling):
    """The question is answered first, then the result is spoken of."""
    bench = Bench(assistant).setup(tools=tools())
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.send(user_text("talk"))
    bench.send(response(call_id, scheduling=scheduling)).run(60)
    answered, spoken_of = bench.questions[-2:]
    assert answered.turns[-1].text == "talk"
    assert [one.name for one in spoken_of.results] == ["get_weather"]


def test_a_result_waits_for_the_end_of_a_second_question():
    """The user interrupts the answer, and is answered before the result is told."""
    bench = Bench(assistant, words=["one", "two"]).setup(tools=tools())
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.send(audio(tone(500)))
    bench.send(response(call_id)).run(2)
    bench.speak(ms=100).run(0.5).speak().run(60)
    texts = [question.turns[-1].text for question in bench.questions[-3:]]
    assert texts[:2] == ["one", "two"]
    assert [one.name for one in bench.questions[-1].results] == ["get_weather"]


@rule(
    documented("willContinue"),
    "toolResponse.functionResponses.willContinue order.background",
)
def test_a_result_in_several_parts():
    """With `willContinue` more results follow; an empty one ends the series."""
    bench = Bench(assistant).setup(tools=tools()).send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    for part in (1, 2):
        one = {"willContinue": True, "response": {"part": part}}
        bench.forget().send(response(call_id, **one)).run(60)
        assert bench.kinds()[-1] == "turnComplete"
    bench.forget().send(response(call_id, willContinue=False, response={})).run(60)
    assert bench.messages == []
    bench.send(response(call_id)).run(1)
    assert bench.closed is None  # a late answer changes nothing
    assert bench.messages == []


@rule(
    documented("the server cancels a call that is interrupted"),
    "toolCallCancellation.ids order.blocking",
)
def test_interruption_cancels_blocking_calls():
    """Input during a blocking call gives the call up and says which."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools()).forget()
    bench.send(user_text("weather")).run(1)
    [call_id] = call_ids(bench)
    bench.forget().send(user_text("never mind")).run(60)
    assert bench.kinds()[:3] == ["interrupted", "toolCallCancellation", "turnComplete"]
    [(_, message)] = bench.find("toolCallCancellation")
    assert message["toolCallCancellation"] == {"ids": [call_id]}
    bench.forget().send(response(call_id)).run(60)
    assert (bench.closed, bench.messages) == (None, [])


@rule(
    documented("asynchronous calls run on"),
    "toolCallCancellation order.background",
)
def test_interruption_leaves_background_calls():
    """Calls in the background survive an interruption."""
    bench = Bench(assistant).setup(tools=tools()).forget()
    bench.send(user_text("weather")).run(0.1)
    [call_id] = call_ids(bench)
    bench.send(user_text("talk")).run(60)
    assert "toolCallCancellation" not in bench.kinds()
    bench.forget().send(response(call_id)).run(60)
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]


@rule(
    documented("Vertex: ids are optional"),
    "toolResponse.functionResponses.name",
)
def test_answer_by_name():
    """An answer without an id is matched by its name."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather")).run(1)
    answer = {"name": "get_weather", "response": {"x": 1}}
    bench.send({"toolResponse": {"functionResponses": [answer]}}).run(60)
    assert bench.kinds()[-1] == "turnComplete"


@rule(
    observed("recordings: digits on the Gemini API, UUID on Vertex"),
    "toolCall.functionCalls.id",
)
def test_call_ids():
    """Ids look like the service's and differ from call to call."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather in both"))
    for call_id in call_ids(bench):
        prefix, _, digits = call_id.rpartition("-")
        assert (prefix, len(digits), digits.isdigit()) == ("function-call", 19, True)
    vertex = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")
    bench = Bench(assistant, endpoint=vertex).setup(tools=tools())
    bench.send(user_text("weather"))
    assert [len(part) for part in call_ids(bench)[0].split("-")] == [8, 4, 4, 4, 12]


@rule(
    observed("recordings"),
    "toolResponse.functionResponses.response",
)
def test_a_response_that_is_no_object():
    """A bare value as a response counts as its output."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather"))
    bench.send(response(call_ids(bench)[0], response=3)).run(60)
    assert bench.questions[-1].turns[-1].results[0].response == {"output": 3}


@rule(
    documented("Schema types are upper case on the wire"),
    "setup.tools.functionDeclarations.name "
    "setup.tools.functionDeclarations.parameters.type "
    "setup.tools.functionDeclarations.parameters.properties "
    "setup.tools.functionDeclarations.parametersJsonSchema",
)
def test_schemas_reach_the_brain_in_json_schema():
    """Type names arrive in lower case, whichever field holds the schema."""
    schema = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
    for field in ("parameters", "parametersJsonSchema"):
        declaration = [{"name": "f", field: schema}]
        bench = Bench().setup(tools=[{"functionDeclarations": declaration}])
        bench.send(user_text("x"))
        [tool] = bench.questions[0].tools
        assert tool.parameters == {
            "type": "object",
            "properties": {"city": {"type": "string"}},
        }


@rule(
    guessed("wording"),
    "setup.tools.functionDeclarations.name close.tool.duplicate",
)
def test_a_function_is_declared_once():
    """Two functions of one name are refused."""
    bench = Bench().setup(tools=tools() + tools())
    assert bench.closed.code == 1007
    assert "get_weather" in bench.closed.reason


@rule(
    documented("grounding rides on a serverContent, late in the turn"),
    "setup.tools.googleSearch serverContent.groundingMetadata.webSearchQueries "
    "serverContent.groundingMetadata.searchEntryPoint.renderedContent "
    "serverContent.groundingMetadata.groundingChunks.web.uri "
    "serverContent.groundingMetadata.groundingChunks.web.title order.search",
)
def test_search_grounding_in_shape():
    """A grounded answer carries its queries, marked as emulated."""
    bench = Bench(lambda q: [Search(("who won",)), Say("Nobody knows.")])
    bench.setup(tools=[{"googleSearch": {}}]).forget().send(user_text("x")).run(9)
    assert bench.questions[0].search
    [(_, message)] = bench.find("groundingMetadata")
    grounding = message["serverContent"]["groundingMetadata"]
    assert grounding["webSearchQueries"] == ["who won"]
    assert "Emulated" in grounding["groundingChunks"][0]["web"]["title"]
    entry = grounding["searchEntryPoint"]["renderedContent"]
    assert re.match(
        r"<style>.*</style><div class=.*google.com/search\?q=who\+won", entry
    )
    assert bench.kinds()[-3:] == [
        "groundingMetadata",
        "generationComplete",
        "turnComplete",
    ]


@rule(
    observed("consecutive calls in one turn"), "toolCall.functionCalls order.blocking"
)
def test_compositional_calls():
    """A result may lead to another call before the turn ends."""

    def assistant_of_two_steps(question: Question):
        results = [turn for turn in question.turns if turn.role == "tool"]
        if len(results) < 2:
            return [Call("get_weather", {"city": ("Paris", "Rome")[len(results)]})]
        return [Say("Done.")]

    bench = Bench(assistant_of_two_steps).setup(BLOCKING_MODEL, tools=tools())
    bench.forget().send(user_text("weather"))
    for step in range(2):
        assert bench.kinds()[-1] == "toolCall"
        bench.send(response(call_ids(bench)[step]))
    bench.run(60)
    assert len(set(call_ids(bench))) == 2
    assert bench.kinds().count("turnComplete") == 1


@rule(
    documented("input during a call interrupts it; observed without a cancellation"),
    "toolCallCancellation.ids order.blocking",
)
def test_speech_cancels_a_blocking_call():
    """Whoever speaks while the model waits for a result is heard instead."""
    bench = Bench(assistant, words=["talk"]).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather")).run(1).forget().speak().run(60)
    assert bench.kinds()[:4] == [
        *("ACTIVITY_START", "interrupted", "toolCallCancellation", "turnComplete")
    ]
    assert bench.questions[-1].turns[-1].text == "talk"


@rule(
    documented("extended thinking guide"),
    "interactionStatus serverContent.interactionStatus order.extended-thinking",
)
def test_status_of_background_calls():
    """The status is IN_PROGRESS until the last result is in."""
    bench = Bench(assistant).setup(THINKING_MODEL, tools=tools(), **LEVEL)
    bench.forget().send(user_text("weather")).run(60)
    [(_, call)] = bench.find("toolCall")
    [(_, complete)] = bench.find("turnComplete")
    assert call["interactionStatus"] == "IN_PROGRESS"
    assert complete["serverContent"]["interactionStatus"] == "IN_PROGRESS"
    bench.forget().send(response(call_ids_of(call))).run(60)
    [(_, complete)] = bench.find("turnComplete")
    assert complete["serverContent"]["interactionStatus"] == "IDLE"


def call_ids_of(message: dict[str, Any]) -> str:
    """Return the id of the one call in a message."""
    [call] = message["toolCall"]["functionCalls"]
    return call["id"]


@rule(
    documented("SDK: not on Vertex AI"),
    "toolResponse.functionResponses.willContinue close.field.unknown",
)
def test_will_continue_is_unknown_to_vertex():
    """`willContinue` does not exist on Vertex AI."""
    vertex = replace(ENDPOINT, dialect=Dialect.VERTEX, version="v1beta1")
    bench = Bench(assistant, endpoint=vertex).setup(tools=tools())
    bench.send(user_text("weather"))
    bench.send(response(call_ids(bench)[0], willContinue=False))
    assert bench.closed.code == 1007
    assert 'Unknown name "willContinue"' in bench.closed.reason


@rule(
    guessed("the most urgent of several results counts"),
    "toolResponse.functionResponses.scheduling",
)
@pytest.mark.parametrize(
    ("first", "second", "interrupts"),
    [
        ("WHEN_IDLE", "SILENT", False),
        ("SILENT", "WHEN_IDLE", False),
        ("INTERRUPT", "WHEN_IDLE", True),
        ("WHEN_IDLE", "INTERRUPT", True),
    ],
)
def test_results_of_different_scheduling(first, second, interrupts):
    """Of results in one message the most urgent decides for all."""
    bench = Bench(assistant).setup(tools=tools()).send(user_text("weather in both"))
    bench.run(60)
    ids = call_ids(bench)
    bench.send(user_text("talk")).run(0.1).forget()
    responses = [
        {"id": call_id, "response": {"x": 1}, "scheduling": scheduling}
        for call_id, scheduling in zip(ids, (first, second), strict=True)
    ]
    bench.send({"toolResponse": {"functionResponses": responses}}).run(60)
    assert ("interrupted" in bench.kinds()) == interrupts
    assert bench.kinds().count("turnComplete") == 2


@rule(
    guessed("as a result with an id that is unknown"),
    "toolResponse.functionResponses.name",
)
def test_a_result_for_a_name_that_was_never_called():
    """Without an id, a result for another function leaves the call open."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather"))
    answer = {"name": "another", "response": {"x": 1}}
    bench.send({"toolResponse": {"functionResponses": [answer]}}).run(9)
    assert (bench.closed, len(bench.questions)) == (None, 1)
    bench.send(response(call_ids(bench)[0])).run(9)
    assert bench.kinds()[-1] == "turnComplete"


@rule(
    observed("openclaw PR 152413, 2026-09-19: the same on M38 was accepted"),
    "toolResponse.functionResponses.scheduling close.tool.scheduling "
    "order.extended-thinking",
)
@pytest.mark.parametrize("scheduling", ["SILENT", "WHEN_IDLE", "INTERRUPT"])
def test_extended_thinking_takes_no_scheduling(scheduling):
    """Extended thinking refuses a result that says when to speak of it."""
    bench = Bench(assistant).setup(THINKING_MODEL, tools=tools(), **LEVEL)
    bench.send(user_text("weather")).run(60)
    bench.send(response(call_ids(bench)[0], scheduling=scheduling))
    assert bench.closed is not None
    assert (bench.closed.code, bench.closed.reason) == (
        1007,
        "Function response scheduling is not supported for this model.",
    )


@rule(
    documented("SCHEDULING_UNSPECIFIED is the default"),
    "toolResponse.functionResponses.scheduling order.extended-thinking",
)
def test_extended_thinking_takes_an_unspecified_scheduling():
    """A scheduling that specifies nothing is none."""
    bench = Bench(assistant).setup(THINKING_MODEL, tools=tools(), **LEVEL)
    bench.send(user_text("weather")).run(60).forget()
    bench.send(
        response(bench.questions[1].pending[0].id, scheduling="SCHEDULING_UNSPECIFIED")
    ).run(60)
    assert bench.closed is None
    assert "audio" in bench.kinds()


@rule(
    guessed("what stands in a response is data where scheduling is not known"),
    "toolResponse.functionResponses.response order.extended-thinking",
)
def test_extended_thinking_takes_no_scheduling_in_a_response_either():
    """The older form of scheduling, inside of the response, has no effect on it."""
    bench = Bench(assistant).setup(THINKING_MODEL, tools=tools(), **LEVEL)
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    silent = {"result": 1, "scheduling": "SILENT"}
    bench.forget().send(response(call_id, response=silent)).run(60)
    assert "audio" in bench.kinds()


@rule(
    observed("2026-09-19, 27 s of listening after the final result"),
    "toolResponse.functionResponses.willContinue order.extended-thinking",
)
def test_extended_thinking_drops_a_call_after_its_interim_result():
    """It speaks of the interim result, goes idle, and never of the final one."""
    bench = Bench(assistant).setup(THINKING_MODEL, tools=tools(), **LEVEL)
    bench.send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.forget().send(response(call_id, willContinue=True)).run(60)
    [(_, complete)] = bench.find("turnComplete")
    assert complete["serverContent"]["interactionStatus"] == "IDLE"
    bench.forget().send(response(call_id)).run(60)
    assert (bench.closed, bench.messages) == (None, [])


@rule(
    documented("FunctionResponse.will_continue: may still trigger the model"),
    "toolResponse.functionResponses.response order.background",
)
@pytest.mark.parametrize("fields", [{}, {"willContinue": False}])
@pytest.mark.parametrize(
    ("scheduling", "speaks"), [({}, True), ({"scheduling": "SILENT"}, False)]
)
def test_an_empty_result_is_a_result(fields, scheduling, speaks):
    """A function that returns nothing is spoken of, unless it asks for silence."""
    bench = Bench(assistant).setup(tools=tools()).send(user_text("weather")).run(60)
    [call_id] = call_ids(bench)
    bench.forget().send(response(call_id, response={}, **fields, **scheduling)).run(60)
    assert ("audio" in bench.kinds()) == speaks


@rule(
    documented("FunctionResponse.will_continue: ignored for blocking calls"),
    "toolResponse.functionResponses.willContinue order.blocking",
)
def test_a_blocking_call_has_one_result():
    """`willContinue` means nothing to a call that the model waits for."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather"))
    bench.send(response(call_ids(bench)[0], willContinue=True)).run(60)
    assert bench.kinds()[-1] == "turnComplete"


@rule(
    observed("adk-java 1357"),
    "toolResponse.functionResponses order.blocking",
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_results_in_messages_of_their_own(order):
    """The model waits for the results of all its calls, and has all of them."""
    bench = Bench(assistant).setup(BLOCKING_MODEL, tools=tools())
    bench.send(user_text("weather in both"))
    ids = call_ids(bench)
    bench.forget().send(response(ids[order[0]], response={"n": order[0]})).run(60)
    assert (bench.messages, len(bench.questions)) == ([], 1)
    bench.send(response(ids[order[1]], response={"n": order[1]})).run(60)
    assert bench.kinds() == ["audio", "generationComplete", "turnComplete"]
    results = bench.questions[1].results
    assert [one.response["n"] for one in results] == list(order)
