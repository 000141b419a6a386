"""Measure the pages of chapters 5 and 6 in a browser: how late, how smooth, how busy.

python benchmarks/browser_audio.py [--rounds N] [--pages 5 6] [--json FILE]

The other side is a socket that says what the measurement needs; the page, its worklets
and its player are the real ones. Times end where the page ends: what devices and their
drivers add comes on top. Players are compared with each other in playback.py. The page
of chapter 6 is measured twice: talking alone, and with a camera and a screen, of which
a frame a second is sent.
"""

import argparse
import asyncio
import base64
import itertools
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from websockets.asyncio.server import ServerConnection, serve  # noqa: E402

from benchmarks.machine import describe_machine  # noqa: E402
from guide.chapters import REPOSITORY  # noqa: E402
from guide.commands.browser import find_browser  # noqa: E402
from tests.page_server import page_server  # noqa: E402

PROBES = Path(__file__).with_name("browser_audio") / "probes.js"
ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")
CAMERA_ARGUMENTS = (
    "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream "
    "--use-file-for-fake-video-capture={}"
)
RATE_HZ = 24_000
CHUNK_MS = 20
TALK_S = 15


class OtherSide:
    """A session that answers nothing, and says what it is told to."""

    def __init__(self) -> None:
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._sockets: list[ServerConnection] = []
        self._stopping = asyncio.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def say(self, message: dict[str, Any]) -> None:
        """Send a message as the service does, in a binary frame."""
        asyncio.run_coroutine_threadsafe(
            self._sockets[-1].send(json.dumps(message).encode()), self._loop
        ).result()

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._stopping.set)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        async with serve(self._talk, "127.0.0.1", 0) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            await self._stopping.wait()

    async def _talk(self, socket: ServerConnection) -> None:
        self._sockets.append(socket)
        await socket.recv()
        await socket.send(b'{"setupComplete": {}}')
        async for _ in socket:
            pass


def audio(ms: float) -> dict[str, Any]:
    """Return a message with a tone of this length."""
    at = np.arange(int(RATE_HZ * ms / 1000))
    tone = (8000 * np.sin(2 * np.pi * 440 * at / RATE_HZ)).astype("<i2").tobytes()
    data = base64.b64encode(tone).decode()
    inline = {"mimeType": f"audio/pcm;rate={RATE_HZ}", "data": data}
    return {"serverContent": {"modelTurn": {"parts": [{"inlineData": inline}]}}}


def content(**fields: Any) -> dict[str, Any]:
    """Return a message about the turn."""
    return {"serverContent": fields}


def write_camera(path: Path) -> None:
    """Write a camera's pictures: a menu on a desk, moved by an unsteady hand."""
    menu = Image.open(REPOSITORY / "assets" / "pictures" / "menu.jpg").convert("RGB")
    menu.thumbnail((720, 720))
    grain = np.random.default_rng(6).normal(128, 20, (720, 1280, 3))
    desk = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    with path.open("wb") as file:
        for number in range(30):
            scene = desk.copy()
            scene.paste(menu, (250 + 12 * abs(number - 15), 0))
            scene.save(file, "JPEG", quality=90)


@contextmanager
def conversation(
    chapter: int, camera: Path | None = None
) -> Iterator[tuple[Page, OtherSide]]:
    """Open the page and begin to talk."""
    other = OtherSide()
    token = {
        "token": "auth_tokens/measure",
        "websocket_url": f"ws://127.0.0.1:{other.port}/",
        "model": "models/measure",
    }
    with page_server(repository=REPOSITORY) as port, sync_playwright() as playwright:
        devices = CAMERA_ARGUMENTS.format(camera).split() if camera else []
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*ARGUMENTS, *devices]
        )
        context = browser.new_context(bypass_csp=True)
        context.add_init_script(PROBES.read_text("utf-8"))
        page = context.new_page()
        page.route("**/api/token", lambda route: route.fulfill(json=token))
        page.goto(f"http://localhost:{port}/chapter_0{chapter}/")
        page.get_by_role("button", name="Start talking").click()
        reaches(page, "listening")
        yield page, other
        browser.close()
    other.stop()


def reaches(page: Page, phase: str) -> None:
    """Wait until the conversation is in a phase."""
    page.wait_for_selector(f"#stage[data-phase={phase}]")


def microphone_ms(page: Page, rounds: int) -> tuple[list[float], list[float]]:
    """Return how long beeps took from their source, and from the page, to the socket.

    The source is a graph of audio nodes of its own, whose buffers add to the first.
    """
    for number in range(rounds):
        page.evaluate("beep()")
        page.wait_for_function("probes.beeps.at(-1).sentMs !== null")
        page.wait_for_timeout(200 + number * 7 % 40)
    beeps = page.evaluate("probes.beeps")
    from_source = [one["sentMs"] - one["beganMs"] for one in beeps]
    from_page = [one["sentMs"] - one["cameMs"] for one in beeps if one["cameMs"]]
    return from_source, from_page


def silence_ms(page: Page, other: OtherSide, rounds: int) -> list[float]:
    """Return how long each interruption took from the socket to silence."""
    for number in range(rounds):
        for length_ms in (40, 100, 200, 240, 240, 240, 240, 240):
            other.say(audio(length_ms))
        reaches(page, "speaking")
        page.wait_for_timeout(300 + number * 13 % 60)
        other.say(content(interrupted=True))
        page.wait_for_function("probes.cuts.at(-1)?.silentMs !== null")
        other.say(content(turnComplete=True))
        page.wait_for_timeout(50)
    return [one["silentMs"] - one["cameMs"] for one in page.evaluate("probes.cuts")]


def say_late_chunks(page: Page, other: OtherSide, seconds: int) -> None:
    """Let the model speak in chunks of which each is up to 30 ms late."""
    chance, began_s = random.Random(5), time.monotonic()
    for number in range(seconds * 25):
        due_s = began_s + number * 0.04 + chance.uniform(0, 0.03)
        time.sleep(max(0.0, due_s - time.monotonic()))
        other.say(audio(40))
    other.say(content(generationComplete=True))
    reaches(page, "listening")
    other.say(content(turnComplete=True))


def gaps_counted(page: Page) -> str:
    """Return what the page of chapter 5 says of gaps."""
    page.evaluate("document.getElementById('figures').open = true")
    gaps = page.locator("#measured dt", has_text="Gaps").locator("+ dd")
    gaps.wait_for()
    return gaps.inner_text()


def while_seeing(page: Page, other: OtherSide, rounds: int) -> dict[str, Any]:
    """Return how busy the page was, and what left it, while both sides talked."""
    page.evaluate("forget()")
    say_late_chunks(page, other, TALK_S)
    found: dict[str, Any] = page.evaluate("probes")
    took = page.locator("#strip li").evaluate_all("all => all.map(one => one.title)")
    sent_ms = [frame["sentMs"] for frame in found["frames"]]
    apart_ms = [later - one for one, later in itertools.pairwise(sent_ms)]
    return {
        "long_tasks_ms": found["longTasksMs"],
        "latest_ms": found["latestMs"],
        "underruns": found["status"]["underruns"],
        "missing_ms": found["status"]["missingMs"],
        "frames": len(sent_ms),
        "apart_ms": apart_ms,
        "frame_bytes": [frame["bytes"] for frame in found["frames"]],
        "to_wire_ms": [float(title.split()[0]) for title in took],
        "silent_ms": silence_ms(page, other, rounds),
    }


def tell_of_seeing(what: str, seen: dict[str, Any]) -> None:
    """Print what `while_seeing` found."""
    tasks = seen["long_tasks_ms"]
    longest = f"{len(tasks)}, the longest {max(tasks):.0f} ms" if tasks else "none"
    print(f"{what}: tasks of 50 ms and more: {longest}")
    print(f"  a timer was late by at most {seen['latest_ms']:.0f} ms")
    print(f"  gaps in {TALK_S} s: {seen['underruns']}, {seen['missing_ms']:.0f} ms")
    print(f"  interrupted on the socket to silence: {summary(seen['silent_ms'])}")
    if seen["frames"]:
        print(
            f"  {seen['frames']} frames, at least {min(seen['apart_ms']):.0f} ms apart"
        )
        print(f"  from picture to wire: {summary(seen['to_wire_ms'])}")
        print(f"  the longest JPEG: {max(seen['frame_bytes']) / 1000:.0f} kB")


def measure_page_6(rounds: int) -> dict[str, Any]:
    """Measure talking alone, then with a camera and a screen."""
    with tempfile.TemporaryDirectory() as folder:
        camera = Path(folder, "menu.mjpeg")
        write_camera(camera)
        with conversation(6, camera) as (page, other):
            alone = while_seeing(page, other, rounds)
            page.evaluate("document.getElementById('settings').open = true")
            page.get_by_label("Send a frame").select_option("every")
            page.get_by_role("button", name="Camera", exact=True).click()
            page.get_by_role("button", name="Share screen").click()
            page.locator("#strip li", has_text="Screen").first.wait_for()
            seeing = while_seeing(page, other, rounds)
    tell_of_seeing("page 6, talking alone", alone)
    tell_of_seeing("page 6, with camera and screen", seeing)
    return {"alone": alone, "seeing": seeing}


def cpu_share(page: Page, other: OtherSide, seconds: int) -> dict[str, float]:
    """Return what part of a core the page and the audio need while it talks."""
    browser = page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()

    def used_s() -> dict[str, float]:
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        used: dict[str, float] = {}
        for process in found:
            kind = process["type"]
            used[kind] = used.get(kind, 0.0) + process["cpuTime"]
        return used

    before, began_s = used_s(), time.monotonic()
    for _ in range(seconds * 4):
        other.say(audio(250))
        time.sleep(0.25)
    spent_s = time.monotonic() - began_s
    after = used_s()
    return {kind: (after[kind] - before.get(kind, 0)) / spent_s for kind in after}


def summary(values_ms: Sequence[float]) -> str:
    """Put a list of times into words."""
    ordered = sorted(values_ms)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    median = statistics.median(ordered)
    return f"median {median:.1f} ms, p95 {p95:.1f}, worst {ordered[-1]:.1f}"


def measure_page_5(rounds: int) -> dict[str, Any]:
    """Measure microphone, interruptions, gaps and processor."""
    with conversation(5) as (page, other):
        browser = page.context.browser
        print(f"Chromium {browser.version if browser else ''}, {rounds} rounds")
        began, sent = microphone_ms(page, rounds)
        print(f"microphone to socket, chunks of {CHUNK_MS} ms: {summary(sent)}")
        print(f"  with the buffers of a pretended device: {summary(began)}")
        silent = silence_ms(page, other, rounds)
        print(f"interrupted on the socket to silence: {summary(silent)}")
        say_late_chunks(page, other, TALK_S)
        gaps = gaps_counted(page)
        print(f"gaps in {TALK_S} s of chunks that are up to 30 ms late: {gaps}")
        shares = cpu_share(page, other, TALK_S)
        words = ", ".join(f"{kind} {share:.0%}" for kind, share in shares.items())
        print(f"share of a core while both sides talk: {words}")
    return {"sent_ms": sent, "silent_ms": silent, "gaps": gaps, "cpu": shares}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40, help="default: %(default)s")
    parser.add_argument(
        "--pages", type=int, nargs="+", choices=(5, 6), default=(5, 6), help="which"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    print(describe_machine())
    figures: dict[str, Any] = {}
    if 5 in options.pages:
        figures["page_5"] = measure_page_5(options.rounds)
    if 6 in options.pages:
        figures["page_6"] = measure_page_6(options.rounds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
