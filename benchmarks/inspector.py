"""What looking costs: sessions that are watched, and a page with 10,000 frames.

python benchmarks/inspector.py [--frames N] [--json FILE]

The first part pushes the frames of a conversation through journal and inspector, with
nobody looking, with one and two pages, and with one that reads nothing. The second
opens the page in Chromium and looks at its pictures while list and timeline move,
beside the same page with nothing to show.
"""

import argparse
import asyncio
import base64
import json
import statistics
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402
from aiohttp import web  # noqa: E402
from playwright.sync_api import CDPSession, Page, sync_playwright  # noqa: E402

from benchmarks.machine import describe_machine  # noqa: E402
from guide.commands.browser import find_browser  # noqa: E402
from live_emulator.inspector.inspector import Inspector  # noqa: E402
from live_emulator.journal.journal import Direction, Journal, SessionRecord  # noqa: E402
from live_emulator.protocol.endpoints import find_live_endpoint  # noqa: E402

PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
BURST = 50
CHUNK_MS = 40
READER = (
    "import sys, urllib.request\n"
    "stream = urllib.request.urlopen(sys.argv[1])\n"
    "print('open', flush=True)\n"
    "if sys.argv[2] == 'reads':\n"
    "    while stream.read1(65536): pass\n"
    "sys.stdin.read()\n"
)

Frames = list[tuple[float, Direction, bytes]]
Figures = dict[str, float]


def conversation(count: int) -> Frames:
    """Return the frames of a conversation in which both sides speak by turns.

    A microphone sends 40 ms at a time; every 20 s a question of 2 s is answered in
    8 s. The loudness of speech rises and falls as that of syllables does.
    """
    generator = np.random.default_rng(7)
    frames: Frames = [(0.0, "client", _json({"setup": {"model": "models/m"}}))]
    frames.append((0.1, "server", _json({"setupComplete": {}})))
    answer = 0
    for chunk in range(1, 10**9):
        at = chunk * CHUNK_MS / 1000
        within = at % 20
        loud = 0.3 * abs(np.sin(within * 9)) if 1 <= within < 3 else 0.001
        blob = _blob(generator.normal(0, loud, 640), 16_000)
        frames.append((at, "client", _json({"realtimeInput": {"audio": blob}})))
        if within < CHUNK_MS / 1000:
            answer = 0
        if 3.5 <= within < 3.5 + 8 and within - 3.5 >= answer * 0.2:
            frames.append((at, "server", _answer(generator, answer)))
            answer += 1
        if answer == 40:
            answer += 1
            done = {"turnComplete": True}
            usage = {"promptTokenCount": 900, "totalTokenCount": 1100}
            message = {"serverContent": done, "usageMetadata": usage}
            frames.append((at, "server", _json(message)))
        if len(frames) >= count:
            break
    return frames[:count]


def _answer(generator: np.random.Generator, number: int) -> bytes:
    loud = 0.25 * abs(np.sin(number * 1.3)) + 0.02
    part = {"inlineData": _blob(generator.normal(0, loud, 4_800), 24_000)}
    content: dict[str, Any] = {"modelTurn": {"parts": [part]}}
    if number % 2 == 0:
        content["outputTranscription"] = {"text": f" word{number}"}
    return _json({"serverContent": content})


def _blob(samples: np.ndarray, rate_hz: int) -> dict[str, str]:
    pcm = (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()
    data = base64.b64encode(pcm).decode()
    return {"mimeType": f"audio/pcm;rate={rate_hz}", "data": data}


def _json(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()


# --- what a frame costs a session


class Stage:
    """A journal whose clock is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.journal = Journal(lambda: self.now_s)

    def open(self) -> SessionRecord:
        """Begin a session."""
        endpoint = find_live_endpoint(PATH, {}, {})
        assert endpoint is not None
        return self.journal.open(endpoint)

    def add(self, record: SessionRecord, frame: tuple[float, Direction, bytes]) -> None:
        """Let a frame pass at its time."""
        self.now_s, direction, data = frame
        self.journal.add(record, direction, data)


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[str]:
    """Serve the inspector; yields its address."""
    inspector = Inspector(stage.journal)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", inspector.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        inspector.close()
        await runner.cleanup()


@asynccontextmanager
async def viewers(url: str, manners: Sequence[str]) -> AsyncIterator[None]:
    """Run pages in processes of their own: each "reads", or "stalls"."""
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", READER, f"{url}/inspector/events", manner),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for manner in manners
    ]
    try:
        for process in started:
            assert process.stdout is not None
            await process.stdout.readline()
        await asyncio.sleep(0.2)
        yield
    finally:
        for process in started:
            process.kill()
            await process.wait()


async def cost_us(frames: Frames, manners: Sequence[str]) -> Figures:
    """Return microseconds of this process's time for a frame.

    `own` counts what is done while a session waits, in `Journal.add`; `whole` all
    that the process does, encoding and writing to sockets included.
    """
    stage = Stage()
    async with served(stage) as url, viewers(url, manners):
        record = stage.open()
        own = 0.0
        begun = time.process_time()
        for start in range(0, len(frames), BURST):
            began = time.thread_time()
            for frame in frames[start : start + BURST]:
                stage.add(record, frame)
            own += time.thread_time() - began
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.1)
        spent = time.process_time() - begun
    return {"own": own / len(frames) * 1e6, "whole": spent / len(frames) * 1e6}


def bare_append_us(frames: Frames) -> float:
    """Return microseconds to put a frame into a bounded deque, and nothing else."""
    kept: deque[bytes] = deque(maxlen=20_000)
    begun = time.process_time()
    for _, _, data in frames:
        kept.append(data)
    return (time.process_time() - begun) / len(frames) * 1e6


async def measure_costs(frames: Frames) -> dict[str, Figures]:
    """Return the cost of a frame for each number of pages that look."""
    cases: dict[str, Sequence[str]] = {
        "nobody looks": (),
        "one page": ("reads",),
        "two pages": ("reads", "reads"),
        "one page that reads nothing": ("stalls",),
    }
    await cost_us(frames[:500], ())  # warm up
    return {name: await cost_us(frames, manners) for name, manners in cases.items()}


# --- how the page moves

MOVE = """async ([what, pictures]) => {
  const longTasks = [];
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const list = document.getElementById("frames");
  const scroll = document.getElementById("scroll");
  const next = () => new Promise((done) => requestAnimationFrame(done));
  const times = [await next()];
  for (let picture = 1; picture <= pictures; picture += 1) {
    const part = picture / pictures;
    const [down, right] = [list.scrollHeight - list.clientHeight,
                           scroll.scrollWidth - scroll.clientWidth];
    if (what === "list") list.scrollTop = part * down;
    if (what === "timeline") scroll.scrollLeft = part * right;
    const button = picture % 40 < 20 ? "wider" : "narrower";
    if (what === "zoom") document.getElementById(button).click();
    times.push(await next());
  }
  await new Promise((done) => setTimeout(done, 100));
  observer.disconnect();
  return { times, longTasks };
}"""


@contextmanager
def stage_for_page() -> Iterator[tuple[Stage, str, asyncio.AbstractEventLoop]]:
    """Serve an inspector in a thread; what happens in it is told by the caller."""
    loop = asyncio.new_event_loop()
    stage = Stage()
    ready = threading.Event()
    stopping = asyncio.Event()
    address: list[str] = []

    async def serve() -> None:
        async with served(stage) as url:
            address.append(url)
            ready.set()
            await stopping.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield stage, address[0], loop
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()


def moved(page: Page, devtools: CDPSession, what: str, pictures: int) -> Figures:
    """Return how long pictures took while something moved, in milliseconds.

    `busy` is the processor time of the page's main thread for each of them.
    """
    before = _busy_s(devtools)
    result = page.evaluate(MOVE, [what, pictures])
    busy_s = _busy_s(devtools) - before
    gaps = np.diff(result["times"])
    return {
        "median": float(np.median(gaps)),
        "p99": float(np.percentile(gaps, 99)),
        "worst": float(gaps.max()),
        "late": int((gaps > 1.5 * 1000 / 60).sum()),
        "busy": busy_s * 1000 / pictures,
        "long_tasks": len(result["longTasks"]),
        "longest_task": max(result["longTasks"], default=0.0),
    }


def _busy_s(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def measure_page(frames: Frames, pictures: int) -> tuple[dict[str, Figures], float]:
    """Return how the page moves, empty and full, and after how many seconds it was."""
    figures: dict[str, Figures] = {}
    with stage_for_page() as (stage, url, loop), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(f"{url}/inspector/")
        page.locator("#empty").wait_for()
        moved(page, devtools, "nothing", 30)
        figures["empty page"] = moved(page, devtools, "nothing", pictures)

        def all_at_once() -> None:
            record = stage.open()
            for frame in frames:
                stage.add(record, frame)

        loop.call_soon_threadsafe(all_at_once)
        page.get_by_label("Audio chunks").wait_for(state="attached")
        page.goto("about:blank")
        begun = time.perf_counter()
        page.goto(f"{url}/inspector/")
        page.get_by_text(f"of {len(frames)} frames").wait_for()
        loaded_s = time.perf_counter() - begun
        page.get_by_label("Audio chunks").check(force=True)
        page.get_by_text(f"{len(frames)} of {len(frames)} frames").wait_for()
        figures["all frames, nothing moves"] = moved(
            page, devtools, "nothing", pictures
        )
        figures["list, from end to end"] = moved(page, devtools, "list", pictures)
        figures["timeline, from end to end"] = moved(
            page, devtools, "timeline", pictures
        )
        page.get_by_role("button", name="All", exact=True).click()
        figures["timeline, all of it, zoomed"] = moved(page, devtools, "zoom", pictures)
        with more_frames(stage, loop):
            figures["list, while 30 frames/s come"] = moved(
                page, devtools, "list", pictures
            )
        browser.close()
    return figures, loaded_s


@contextmanager
def more_frames(stage: Stage, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Let the conversation go on."""
    more = conversation(2_000)
    stopped = threading.Event()
    [record] = stage.journal
    shift = stage.now_s

    def go_on() -> None:
        for at, direction, data in more:
            if stopped.wait(1 / 30):
                return
            frame = (shift + at, direction, data)
            loop.call_soon_threadsafe(stage.add, record, frame)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    print(describe_machine())
    frames = conversation(options.frames)
    size = statistics.mean(len(data) for _, _, data in frames)
    print(f"\n{len(frames)} frames of {size:.0f} bytes on average: µs for each")
    bare = min(bare_append_us(frames) for _ in range(5))
    print(f"  {'bare append':28} {bare:7.2f} while the session waits")
    costs = asyncio.run(measure_costs(frames))
    for name, cost in costs.items():
        ratio = cost["own"] / costs["nobody looks"]["own"]
        print(
            f"  {name:28} {cost['own']:7.2f} while the session waits ({ratio:.1f} x "
            f"nobody), {cost['whole']:.2f} of the process"
        )
    figures, loaded_s = measure_page(frames, options.pictures)
    print(f"\nThe page, with {len(frames)} frames after {loaded_s:.1f} s; ms")
    print(f"  {'':30} {'median':>7} {'p99':>7} {'worst':>7} {'late':>9} {'busy':>6}")
    for name, one in figures.items():
        print(
            f"  {name:30} {one['median']:7.1f} {one['p99']:7.1f} {one['worst']:7.1f} "
            f"{one['late']:4.0f}/{options.pictures} {one['busy']:6.2f}"
            f"   {one['long_tasks']:.0f} tasks over 50 ms"
            + (f", longest {one['longest_task']:.0f}" if one["long_tasks"] else "")
        )
    if options.json:
        result = {"bare": bare, "costs": costs, "page": figures, "loaded_s": loaded_s}
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
