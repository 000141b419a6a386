"""The emulator's command line.

Three commands:

    python -m live_emulator                 serve on port 9099
    python -m live_emulator env             print the variables that point clients here
    python -m live_emulator fault "drop"    let something go wrong in a running one

With `--record FILE` sessions are relayed to the service and written down, with
`--replay FILE` they are answered from such a file.
"""

import argparse
import asyncio
import logging
import math
import os
import re
import shlex
import signal
import sys
from pathlib import Path

from live_emulator.emulator import run_emulator, run_loop
from live_emulator.errors import EmulatorError
from live_emulator.faults.client import (
    CannotTell,
    clear_faults,
    send_fault,
    summary,
)
from live_emulator.loopback.environment import client_environment, format_exports
from live_emulator.options import Options
from live_emulator.protocol.fault import Fault
from live_emulator.serving.allocation import return_large_blocks
from live_emulator.serving.server import PortTaken, Server
from live_emulator.version import VERSION

__all__ = ["DEFAULT_PORT", "main", "parser"]

DEFAULT_PORT = 9099
_LAST_PORT = 65_535

# SIGBREAK is what Windows can send to a process group of its own.
_STOPPING_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGBREAK")
    if hasattr(signal, name)
]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    options = parser().parse_intermixed_args(arguments)
    if options.command == "fault":
        return _fault(options)
    if options.text:
        parser().error(f"unrecognized arguments: {' '.join(options.text)}")
    if options.command == "env":
        variables = client_environment(f"http://127.0.0.1:{options.port}")
        print(format_exports(variables, options.shell))
        return 0
    return_large_blocks()
    return _serve(options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="live_emulator",
        description="The Gemini Live API on this machine, with no key.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve", "env", "fault"),
        default="serve",
        help="serve (default); env: print the lines that point clients here; "
        "fault: let something go wrong in a running emulator",
    )
    parser.add_argument(
        "text",
        nargs="*",
        help="for fault: what goes wrong, or clear; without it, list what can",
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}"
    )
    parser.add_argument(
        "--seed", type=int, default=Options.seed, help="same seed, same answers"
    )
    parser.add_argument(
        "--speed", type=_speed, default=1.0, help="run the clock faster; default 1"
    )
    parser.add_argument(
        "--lenient", action="store_true", help="accept what old clients send"
    )
    parser.add_argument(
        "--fault",
        dest="faults",
        action="append",
        default=[],
        type=_readable_fault,
        metavar="TEXT",
        help='what goes wrong in every session, such as "stall-turn after=2"; '
        "may be repeated",
    )
    parser.add_argument(
        "--recogniser",
        default="sphinx",
        metavar="WHICH",
        help="what it hears with: sphinx (default), vosk:FOLDER, whisper:FOLDER",
    )
    parser.add_argument(
        "--session", type=int, help="for fault: where; default the newest session"
    )
    parser.add_argument(
        "--brain",
        default="rules",
        metavar="BRAIN",
        help="what it says: rules (default), script:FILE or openai:URL",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="relay sessions to the service and write them to a new file",
    )
    parser.add_argument(
        "--upstream",
        metavar="URL",
        help="with --record: another emulator to relay to",
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", help="answer from such a file"
    )
    parser.add_argument(
        "--shell",
        choices=("sh", "powershell", "cmd"),
        default="powershell" if os.name == "nt" else "sh",
        help="for env: whose syntax to print",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    return parser


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < math.inf:
        raise argparse.ArgumentTypeError("the speed is a number of more than zero")
    return speed


def _readable_fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _fault(options: argparse.Namespace) -> int:
    """Set a fault in an emulator that runs; return the exit code."""
    if not options.text:
        print(*summary(), sep="\n")
        return 0
    words: list[str] = options.text
    # Without quotation marks the shell has split the fault into its words.
    text = words[0] if len(words) == 1 else shlex.join(words)
    try:
        if text == "clear":
            print(clear_faults(options.port))
        else:
            print(send_fault(options.port, text, options.session))
    except CannotTell as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _serve(options: argparse.Namespace) -> int:
    logging.basicConfig(format="live_emulator: %(message)s")

    def on_ready(server: Server) -> None:
        address = f"http://127.0.0.1:{server.port}"
        print(f"live_emulator is ready at {address}", flush=True)

    async def serve() -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _STOPPING_SIGNALS:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopping.set))
        await run_emulator(
            Options(
                port=options.port,
                seed=options.seed,
                speed=options.speed,
                lenient=options.lenient,
                recogniser=options.recogniser,
                faults=options.faults,
                brain=options.brain,
                record=options.record,
                upstream=options.upstream,
                replay=options.replay,
            ),
            on_ready,
            stopping,
        )

    try:
        run_loop(serve())
    except PortTaken as taken:
        hint = f"Stop what listens there, or choose another: --port {options.port + 1}"
        print(f"{taken} {hint}", file=sys.stderr)
        return 2
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
