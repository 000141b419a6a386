"""What the registry of chapter 7 adds to a call, and how soon a cancelled call ends.

python benchmarks/tools.py [--calls N]

The function is called bare, with a plain `await`, and through `Tools`, in turns of the
same run; what is left is the registry: checking arguments, a timeout, JSON. A plain
function is compared with `asyncio.to_thread`. Then calls of a `ToolRunner` are
cancelled, while others run, and the time is taken until each function has left its
``finally``; beside it, the same for a bare task.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from benchmarks.machine import describe_machine
from chapter_03.live_events import ToolCall, ToolCallCancellation
from chapter_03.live_messages import Message
from chapter_07.tool_runner import ToolRunner
from chapter_07.tools import Tools

LIMIT_US = 50.0
LIMIT_MS = 50.0
ROUNDS = 9
CANCELLED = 200


async def quick(number: int, label: str = "x") -> dict[str, object]:
    """Return at once."""
    return {"number": number, "label": label}


def plain(number: int) -> int:
    """Return at once, from a thread."""
    return number


async def us_per_call(run: Callable[[], Awaitable[object]], calls: int) -> float:
    """Return microseconds a call."""
    began_s = time.perf_counter()
    for _ in range(calls):
        await run()
    return (time.perf_counter() - began_s) / calls * 1e6


async def compare(calls: int) -> list[tuple[str, float, float]]:
    """Return name, time bare and time through the registry, each the median."""
    tools = Tools(quick, plain)
    sent = {"number": 7, "label": "soup"}
    pairs: list[tuple[str, Callable[[], Awaitable[object]], str]] = [
        ("a coroutine, beside a bare await", lambda: quick(7, "soup"), "quick"),
        (
            "a plain function, beside to_thread",
            lambda: asyncio.to_thread(plain, 7),
            "plain",
        ),
    ]
    rows = []
    for title, bare, name in pairs:
        arguments = sent if name == "quick" else {"number": 7}
        bare_us, whole_us = [], []
        for _ in range(ROUNDS):
            bare_us.append(await us_per_call(bare, calls))
            whole_us.append(
                await us_per_call(lambda n=name, a=arguments: tools.run(n, a), calls)  # type: ignore[misc]
            )
        rows.append((title, statistics.median(bare_us), statistics.median(whole_us)))
    return rows


class Work:
    """A function that hangs, and notes when it ends."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def hang(self) -> None:
        """Hang."""
        self.begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            self.ended.set()


async def cancelled_ms(cancel: Callable[[], object], work: Work) -> float:
    """Return the milliseconds from a cancellation to the end of the function."""
    began_s = time.perf_counter()
    cancel()
    await work.ended.wait()
    return (time.perf_counter() - began_s) * 1000


async def cancellations() -> tuple[list[float], list[float]]:
    """Return times of bare tasks, and of calls beside fifteen others that run."""
    bare, calls = [], []

    async def drop(message: Message) -> None:
        pass

    for number in range(CANCELLED):
        work = Work()
        task = asyncio.create_task(work.hang())
        await work.begun.wait()
        bare.append(await cancelled_ms(task.cancel, work))
        work, other = Work(), Work()
        tools = Tools(work.hang)
        tools.add(name="other")(other.hang)
        async with ToolRunner(tools, drop) as runner:
            for at in range(15):
                runner.receive(ToolCall(f"other {at}", "other", {}))
            runner.receive(ToolCall(str(number), "hang", {}))
            await work.begun.wait()
            event = ToolCallCancellation((str(number),))
            calls.append(
                await cancelled_ms(lambda e=event, r=runner: r.receive(e), work)  # type: ignore[misc]
            )
    return bare, calls


async def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both; 1 if a limit is passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=2000, help="in each round")
    options = parser.parse_args(arguments)
    print(describe_machine())
    is_over = False
    for title, bare_us, whole_us in await compare(options.calls):
        added_us = whole_us - bare_us
        is_over = is_over or added_us > LIMIT_US
        print(
            f"{title}: {bare_us:.1f} µs, through the registry {whole_us:.1f} µs, "
            f"{added_us:.1f} µs more ({whole_us / bare_us:.1f} times)"
        )
    bare, calls = await cancellations()
    for title, times in (("a bare task", bare), ("a call, beside 15 others", calls)):
        print(
            f"cancelled, {title}: ended after {statistics.median(times):.3f} ms, "
            f"at most {max(times):.3f} ms"
        )
    is_over = is_over or max(calls) > LIMIT_MS
    print(
        f"limits: {LIMIT_US:g} µs a call, {LIMIT_MS:g} ms: {'no' if is_over else 'ok'}"
    )
    return int(is_over)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
