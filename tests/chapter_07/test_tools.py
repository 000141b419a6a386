"""A function that is called always ends in a result that can be sent."""

import asyncio
import contextvars
import json
import math
import sys
import threading
from dataclasses import dataclass

import pytest

from chapter_07.declarations import NotDeclarable
from chapter_07.tools import MOST_RESULT_BYTES, Progress, Reply, ToolError, Tools

tools = Tools()


@dataclass
class Weather:
    town: str
    degrees: float


@tools.add
def weather(town: str) -> Weather:
    """Tell the weather."""
    return Weather(town, 4.5)


@tools.add(name="later", timeout_s=0.05)
async def hang() -> None:
    """Never end."""
    await asyncio.Event().wait()


@tools.add(in_background=True, scheduling="WHEN_IDLE")
async def bake(minutes: int, progress: Progress):
    """Bake."""
    for minute in range(minutes):
        await progress({"minute": minute})
    return {"minute": minutes}


@tools.add
def fail() -> None:
    """Fail."""
    raise ValueError("no salt")


@tools.add
def leave() -> None:
    """End the program."""
    sys.exit(3)


@tools.add
def stop() -> None:
    """Raise what a future can't hold."""
    raise StopIteration


@tools.add
def own_timeout() -> None:
    """Raise a TimeoutError that is not the registry's."""
    raise TimeoutError("the oven does not answer")


@tools.add
def give(what: str):
    """Return things that are hard to send."""
    endless: list = []
    endless.append(endless)
    return {
        "nothing": None,
        "empty": {},
        "number": 3,
        "nan": {"x": math.nan},
        "object": object(),
        "endless": endless,
        "long": "x" * MOST_RESULT_BYTES,
        "quiet": Reply({"ok": True}, "SILENT"),
    }[what]


def test_declarations_for_the_setup():
    """Only what was said of the background is declared."""
    declared = {each["name"]: each for each in tools.message["functionDeclarations"]}
    assert "behavior" not in declared["weather"]
    assert declared["bake"]["behavior"] == "NON_BLOCKING"
    json.dumps(tools.message)


def test_two_functions_of_one_name_are_refused():
    """The model could not tell them apart."""
    with pytest.raises(NotDeclarable, match="two functions named weather"):
        Tools(weather, weather)


async def test_a_result_is_a_json_object():
    """A dataclass comes as its fields."""
    result = await tools.run("weather", {"town": "Rome"})
    assert result.response == {"town": "Rome", "degrees": 4.5}
    assert result.is_final and not result.has_failed


async def test_plain_functions_run_in_a_thread_of_their_own():
    """They hold nothing up."""
    seen = []

    def look() -> None:
        """Look."""
        seen.append(threading.current_thread())

    await Tools(look).run("look", {})
    assert seen[0] is not threading.main_thread() and seen[0].daemon


async def test_plain_functions_see_the_context_of_their_call():
    """As with asyncio.to_thread: what a request has set is there."""
    user = contextvars.ContextVar("user", default="nobody")

    def who() -> str:
        return user.get()

    known = Tools(who)
    user.set("Ada")
    assert (await known.run("who", {})).response == {"result": "Ada"}


async def test_threads_of_plain_functions_are_used_again():
    """One that hangs keeps its own, and holds up no other."""
    gate, seen = threading.Event(), set()

    def hang() -> None:
        """Hang."""
        gate.wait()

    def look() -> None:
        """Look."""
        seen.add(threading.get_ident())

    known = Tools(look)
    known.add(timeout_s=0.05)(hang)
    assert (await known.run("hang", {})).has_failed
    for _ in range(20):
        await known.run("look", {})
    gate.set()
    assert len(seen) <= 2


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("juggle", {}, "There is no function 'juggle'. There are: weather, later"),
        ("weather", {"city": "Rome"}, "town is missing; there is no parameter city"),
        ("later", {}, "later took longer than 0.05 s"),
        ("fail", {}, "fail failed: ValueError: no salt"),
        ("leave", {}, "leave failed: RuntimeError: SystemExit(3)"),
        ("stop", {}, "stop failed: RuntimeError: StopIteration()"),
        ("own_timeout", {}, "TimeoutError: the oven does not answer"),
        ("give", {"what": "object"}, "returned something that can't be sent"),
        ("give", {"what": "endless"}, "returned something that can't be sent"),
        ("give", {"what": "long"}, "is too long to be sent"),
    ],
)
async def test_whatever_fails_is_an_error_that_the_model_can_speak_about(
    name, arguments, words
):
    """Nothing is raised; the response says what was wrong."""
    result = await tools.run(name, arguments)
    assert result.has_failed and words in result.response["error"]


@pytest.mark.parametrize(
    ("what", "response"),
    [
        ("nothing", {"result": "done"}),
        ("empty", {"result": "done"}),
        ("number", {"result": 3}),
        ("nan", {"x": None}),
        ("quiet", {"ok": True}),
    ],
)
async def test_what_is_no_object_is_wrapped(what, response):
    """An empty response would leave the user without an answer."""
    assert (await tools.run("give", {"what": what})).response == response


async def test_a_reply_says_when_the_model_speaks_of_it():
    """It overrides what the tool was added with."""
    assert (await tools.run("give", {"what": "quiet"})).scheduling == "SILENT"
    assert (await tools.run("bake", {"minutes": 1})).scheduling == "WHEN_IDLE"


async def test_a_function_reports_progress_as_it_goes():
    """What it says on the way is reported at once, and declared nowhere."""
    assert list(tools["bake"].declaration.schema["properties"]) == ["minutes"]
    reported = []

    async def report(result):
        reported.append((result.response, result.is_final))

    result = await tools.run("bake", {"minutes": 2}, report)
    assert reported == [({"minute": 0}, False), ({"minute": 1}, False)]
    assert result.response == {"minute": 2} and result.is_final
    answer = result.answer("1", "bake")
    assert answer["scheduling"] == "WHEN_IDLE" and "willContinue" not in answer


async def test_a_function_that_is_cancelled_by_itself_fails():
    """Only a cancellation of the call is passed on."""

    async def give_up() -> None:
        """Wait for something that is cancelled."""
        raise asyncio.CancelledError

    result = await Tools(give_up).run("give_up", {})
    assert result.response == {"error": "give_up was cancelled."}


async def test_what_a_function_says_itself_is_passed_on_as_it_is(caplog):
    """It is no defect, so nothing is logged."""

    def look() -> None:
        """Look."""
        raise ToolError("There is no salt left.")

    result = await Tools(look).run("look", {})
    assert result.response == {"error": "There is no salt left."}
    assert caplog.text == ""


async def test_a_coroutine_that_ends_the_program_ends_its_call():
    """As a plain function does in its thread."""

    async def leave() -> None:
        """Leave."""
        sys.exit(3)

    result = await Tools(leave).run("leave", {})
    assert result.response == {"error": "leave failed: SystemExit: 3"}


def test_progress_needs_a_coroutine():
    """A plain function could not await it."""

    def bake(progress: Progress) -> None:
        """Bake."""

    with pytest.raises(
        NotDeclarable, match="bake reports progress, so it has to be async"
    ):
        Tools(bake)


async def test_cancellation_is_passed_on():
    """A coroutine can undo what it has begun."""
    undone = []

    async def heat() -> None:
        """Heat."""
        try:
            await asyncio.Event().wait()
        finally:
            undone.append("heat")

    task = asyncio.create_task(Tools(heat).run("heat", {}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert undone == ["heat"]
