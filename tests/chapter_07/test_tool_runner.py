"""Each call is answered or cancelled exactly once, whatever happens in between."""

import asyncio
import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chapter_03.live_events import Interrupted, ToolCall, ToolCallCancellation
from chapter_03.live_socket import LiveClosed
from chapter_07.tool_runner import MOST_PENDING, MOST_RUNNING, Call, ToolRunner
from chapter_07.tools import Progress, Tools


class Kitchen:
    """Functions that wait until the test lets them go on."""

    def __init__(self) -> None:
        self.gates: dict[int, asyncio.Event] = {}
        self.running: Counter[int] = Counter()
        self.tools = Tools(self.work, self.progress, self.fail, self.stubborn)
        self.tools.add(self.give_up)
        self.tools.add(self.leave)
        for function in (self.burn, self.mumble):
            self.tools.add(needs_consent=True)(function)

    def gate(self, number: int) -> asyncio.Event:
        return self.gates.setdefault(number, asyncio.Event())

    async def work(self, number: int) -> int:
        """Work."""
        self.running[number] += 1
        try:
            await self.gate(number).wait()
        finally:
            self.running[number] -= 1
        return number

    async def progress(self, number: int, progress: Progress) -> str:
        """Work, and report."""
        await progress("begun")
        await progress(await self.work(number))
        return "over"

    async def fail(self, number: int) -> None:
        """Fail after a while."""
        await self.work(number)
        raise RuntimeError("burnt")

    async def stubborn(self, number: int) -> int:
        """Return a result although it was cancelled."""
        try:
            return await self.work(number)
        except asyncio.CancelledError:
            return -1

    async def give_up(self, number: int) -> None:
        """Be cancelled by nobody but itself."""
        await self.work(number)
        raise asyncio.CancelledError

    async def leave(self, number: int) -> None:
        """End the program."""
        await self.work(number)
        sys.exit(number)

    async def mumble(self, number: int) -> str:
        """Do what the user can't be asked about."""
        return "mumbled"

    async def burn(self, number: int) -> str:
        """Do what needs consent."""
        return "burnt"


class Line:
    """What goes to the model, while the session is open."""

    def __init__(self) -> None:
        self.sent: list[dict] = []
        self.is_open = True

    async def send(self, message: dict) -> None:
        await asyncio.sleep(0)
        if not self.is_open:
            raise LiveClosed(1006)
        self.sent += message["toolResponse"]["functionResponses"]

    def final(self, id: str) -> list[dict]:
        return [
            each
            for each in self.sent
            if each["id"] == id and not each.get("willContinue")
        ]


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def call(id: int, name: str = "work") -> ToolCall:
    return ToolCall(str(id), name, {"number": id})


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def line() -> Line:
    return Line()


async def test_calls_run_side_by_side_and_are_answered_as_they_end(kitchen, line):
    """A slow function holds up no other."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1))
        runner.receive(call(2))
        kitchen.gate(2).set()
        await settle()
        assert [each["id"] for each in line.sent] == ["2"]
        kitchen.gate(1).set()
        await settle()
        assert [each["id"] for each in line.sent] == ["2", "1"]
        assert line.sent[1]["response"] == {"result": 1}


async def test_a_cancelled_call_ends_and_is_not_answered(kitchen, line):
    """Its task is gone, and what it had begun is undone."""
    states = []
    async with ToolRunner(
        kitchen.tools, line.send, on_change=lambda each: states.append(each.state)
    ) as runner:
        runner.receive(call(1))
        await settle()
        assert kitchen.running[1] == 1
        runner.receive(ToolCallCancellation(("1", "7")))
        await settle()
        assert kitchen.running[1] == 0
        assert line.sent == []
    assert states == ["waiting", "running", "cancelled"]


async def test_a_result_that_comes_after_a_cancellation_is_dropped(kitchen, line):
    """Even if the function ignores that it was cancelled."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1, "stubborn"))
        await settle()
        runner.cancel("1")
        await settle()
        assert runner.calls["1"].state == "cancelled" and line.sent == []


async def test_calls_without_an_id_are_answered_without_one(kitchen, line):
    """Each of them, as they are not the same call; Vertex AI may leave ids out."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        for number in (1, 2):
            kitchen.gate(number).set()
            runner.receive(ToolCall("", "work", {"number": number}))
            await settle()
        assert [call.state for call in runner.calls.values()] == ["answered"] * 2
    assert [each["response"]["result"] for each in line.sent] == [1, 2]
    assert not any("id" in each for each in line.sent)


async def test_an_id_that_comes_twice_is_answered_once(kitchen, line):
    """The second is ignored, also when the first has ended."""
    kitchen.gate(1).set()
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1))
        assert runner.receive(call(1)) is None
        await settle()
        assert runner.receive(call(1)) is None
        await settle()
    assert len(line.sent) == 1


@pytest.mark.parametrize("says_yes", [True, False])
async def test_the_user_is_asked_before_what_needs_consent(kitchen, line, says_yes):
    """A no is a response, so that the model can speak about it."""
    asked = []

    async def ask(pending: Call) -> bool:
        asked.append((pending.name, pending.state))
        return says_yes

    async with ToolRunner(kitchen.tools, line.send, ask=ask) as runner:
        runner.receive(call(1, "burn"))
        await settle()
    assert asked == [("burn", "asking")]
    response = line.sent[0]["response"]
    refused = {"error": "The user does not want that."}
    assert response == ({"result": "burnt"} if says_yes else refused)


async def test_nobody_is_asked_about_what_can_not_run(kitchen, line):
    """Arguments are checked first, and the model is told what is wrong with them."""
    asked = []

    async def ask(pending: Call) -> bool:
        asked.append(pending.name)
        return True

    async with ToolRunner(kitchen.tools, line.send, ask=ask) as runner:
        runner.receive(ToolCall("1", "burn", {"number": "all"}))
        await settle()
    assert asked == []
    assert "number" in line.sent[0]["response"]["error"]


async def test_a_function_may_call_back(line):
    """Another function, the registry itself, or the end of its own call."""
    tools = Tools()
    after = []

    @tools.add
    async def one() -> dict:
        """Call another."""
        return dict((await tools.run("two", {})).response)

    @tools.add
    def two() -> str:
        """Return a word."""
        return "soup"

    @tools.add
    async def none() -> None:
        """Cancel this call."""
        runner.cancel("2")
        await asyncio.sleep(0)
        after.append("went on")

    answered = asyncio.Event()

    async def send(message: dict) -> None:
        await line.send(message)
        answered.set()

    async with ToolRunner(tools, send) as runner:
        runner.receive(ToolCall("1", "one", {}))
        runner.receive(ToolCall("2", "none", {}))
        await asyncio.wait_for(answered.wait(), 5)
        assert line.sent == [{"id": "1", "name": "one", "response": {"result": "soup"}}]
        assert runner.calls["2"].state == "cancelled" and after == []


async def test_a_question_that_fails_is_not_consent(kitchen, line):
    """The call is answered all the same."""

    async def ask(pending: Call) -> bool:
        raise OSError("no screen")

    async with ToolRunner(kitchen.tools, line.send, ask=ask) as runner:
        runner.receive(call(1, "burn"))
        await settle()
    assert line.sent[0]["response"] == {"error": "The user does not want that."}


async def test_without_anybody_to_ask_it_is_refused(kitchen, line):
    """Silence is not consent."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1, "burn"))
        await settle()
    assert "error" in line.sent[0]["response"]


async def test_a_flood_of_calls_is_bounded(kitchen, line):
    """Some run, some wait, and the rest is refused at once."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        for number in range(MOST_PENDING + 5):
            runner.receive(call(number))
        await settle()
        assert sum(kitchen.running.values()) == MOST_RUNNING
        assert len(line.sent) == 5
        for number in range(MOST_PENDING):
            kitchen.gate(number).set()
        for _ in range(10):
            await settle()
        assert len(line.sent) == MOST_PENDING + 5


async def test_a_session_that_has_closed_gets_no_answers(kitchen, line):
    """The result is noted as unsent, and nothing is raised."""
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1))
        await settle()
        line.is_open = False
        kitchen.gate(1).set()
        await settle()
        assert runner.calls["1"].state == "unsent"


async def test_progress_that_finds_the_session_closed_ends_the_call(kitchen, line):
    """Nothing works on for a model that is gone."""
    line.is_open = False
    async with ToolRunner(kitchen.tools, line.send) as runner:
        runner.receive(call(1, "progress"))
        await settle()
        assert runner.calls["1"].state == "unsent"
        assert sum(kitchen.running.values()) == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["work", "progress", "fail", "stubborn", "burn", "nothing"]
            + ["give_up", "leave", "mumble"]
            + ["cancel", "finish", "again", "interrupt", "close", "yield"]
        ),
        st.integers(0, 5),
    ),
    max_size=40,
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS, st.booleans())
def test_every_call_ends_exactly_once(steps, says_yes):
    """In any order of calls, cancellations, failures, barge-ins and closes."""
    asyncio.run(play(steps, says_yes))


async def play(steps: list[tuple[str, int]], says_yes: bool) -> None:
    kitchen, line = Kitchen(), Line()
    ends: Counter[str] = Counter()
    cancelled: set[str] = set()

    def note(each: Call) -> None:
        if not each.is_pending and each.state != "unsent":
            ends[each.id] += 1

    async def ask(pending: Call) -> bool:
        await asyncio.sleep(0)
        if pending.name == "mumble":
            raise OSError("the question can't be shown")
        return says_yes

    async with ToolRunner(kitchen.tools, line.send, ask=ask, on_change=note) as runner:
        for what, number in steps:
            if what == "cancel":
                known = runner.calls.get(str(number))
                if known and known.is_pending:
                    cancelled.add(known.id)
                runner.receive(ToolCallCancellation((str(number),)))
            elif what == "finish":
                kitchen.gate(number).set()
            elif what == "interrupt":
                assert runner.receive(Interrupted()) is None
            elif what == "close":
                line.is_open = False
            elif what == "yield":
                await settle()
            else:
                runner.receive(call(number, "work" if what == "again" else what))
        # The line is open, or the first answer finds it closed: when nothing has to be
        # waited for any more, every call has ended before the runner is closed.
        for number in range(6):
            kitchen.gate(number).set()
        for _ in range(5):
            await settle()
        assert not [each for each in runner.calls.values() if each.is_pending]
        if line.is_open:
            assert not [
                each for each in runner.calls.values() if each.state == "unsent"
            ]
    for each in runner.calls.values():
        finals = line.final(each.id)
        if each.state in ("answered", "failed"):
            assert len(finals) == 1
        elif each.id in cancelled:
            assert each.state == "cancelled" and finals == []
        else:
            assert each.state == "unsent" and finals == []
        assert ends[each.id] <= 1 or not line.is_open
    assert sum(kitchen.running.values()) == 0
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert left == set()
