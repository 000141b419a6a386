"""Play marked signals through playback queues in a browser and look at what comes out.

python benchmarks/playback.py [--rounds N] [--player NAME ...] [--json FILE]

Each player gets the same chunks in the same run: the naive queue of chapter 4, two
methods of published Live API pages, the scheduled queue of chapter 4, and the worklet
of chapter 5. A tap behind the player keeps every sample. The signal is a ramp, so that
silences, repetitions and losses can be told from each other.
"""

import argparse
import json
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from benchmarks.machine import describe_machine  # noqa: E402
from guide.commands.browser import find_browser  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent
ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
SCENARIOS = ("chunks", "late", "long", "flush")

Result = dict[str, Any]


class Files(SimpleHTTPRequestHandler):
    """The repository, with the types that browsers insist on."""

    extensions_map = {".html": "text/html", ".js": "text/javascript"}

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal for results."""


@contextmanager
def page() -> Iterator[Page]:
    """Open the page that measures, in a browser of its own."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Files, directory=str(REPOSITORY))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=list(ARGUMENTS)
            )
            opened = browser.new_page()
            opened.goto(
                f"http://127.0.0.1:{server.server_port}/benchmarks/playback/index.html"
            )
            opened.wait_for_function("document.title === 'ready'")
            yield opened
            browser.close()
    finally:
        server.shutdown()
        server.server_close()


def measure(opened: Page, player: str, rounds: int) -> dict[str, list[Result]]:
    """Return what came out of a player, for each scenario and round."""
    return {
        scenario: [
            opened.evaluate(
                "([player, scenario, seed]) => measure(player, scenario, seed)",
                [player, scenario, seed],
            )
            for seed in range(rounds)
        ]
        for scenario in SCENARIOS
    }


def lines(results: dict[str, list[Result]]) -> Iterator[str]:
    """Put what came out of one player into words."""
    for scenario, nominal_ms, what in (
        ("chunks", 1000, "25 chunks of 40 ms"),
        ("late", 1000, "25 chunks, each up to 30 ms late"),
        ("long", 5000, "2 chunks of 2.5 s"),
    ):
        rounds = results[scenario]
        spans = [one["durationMs"] for one in rounds]
        gaps = [gap for one in rounds for gap in one["gaps"]]
        worst = max(spans, key=lambda span: abs(span - nominal_ms))
        text = f"{what:33} {statistics.median(spans):8.1f} ms, worst {worst:.1f}"
        if gaps:
            each = len(gaps) / len(rounds)
            text += f"; {each:.1f} gaps of {statistics.mean(gaps):.1f} ms"
            text += f", worst {max(gaps):.1f}"
        else:
            text += "; no gap"
        if any(one["overlaps"] for one in rounds):
            text += "; two chunks sounded at once"
        yield text
    rounds = results["flush"]
    silent = [one["silentAfterMs"] for one in rounds]
    heard = [one["heardMs"] for one in rounds]
    yield (
        f"{'flush, then a chunk of 200 ms':33} silent after "
        f"{statistics.median(silent):.1f} ms, worst {max(silent):.1f}; heard "
        f"{statistics.median(heard):.1f} ms of the chunk, worst {min(heard):.1f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--player", nargs="+", help="default: all")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    print(describe_machine())
    measured = {}
    with page() as opened:
        print(f"Chromium {opened.context.browser.version}, {options.rounds} rounds")  # type: ignore[union-attr]
        for player in opened.evaluate("players()"):
            if options.player and player not in options.player:
                continue
            measured[player] = measure(opened, player, options.rounds)
            print(f"\n{player}")
            for line in lines(measured[player]):
                print(f"  {line}")
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
