"""The emulator's command line.

Five commands:

    python -m live_emulator                   serve on port 9099
    python -m live_emulator env               print what points clients here
    python -m live_emulator fault "drop"      let something go wrong in a running one
    python -m live_emulator credentials FILE  write credentials for Vertex AI
    python -m live_emulator expire-tokens     end the bearer tokens given out so far

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
from collections.abc import Callable
from pathlib import Path

from live_emulator.emulator import run_emulator, run_loop
from live_emulator.errors import EmulatorError
from live_emulator.faults.client import (
    CannotTell,
    clear_faults,
    expire_tokens,
    send_fault,
    summary,
)
from live_emulator.loopback.credentials import (
    DEFAULT_LOCATION,
    DEFAULT_PROJECT,
    Kind,
    write_credentials,
)
from live_emulator.loopback.environment import (
    Vertex,
    client_changes,
    format_exports,
)
from live_emulator.options import Options
from live_emulator.protocol.endpoints import LOCATIONS
from live_emulator.protocol.fault import Fault
from live_emulator.protocol.variants import VARIANTS
from live_emulator.serving.allocation import return_large_blocks
from live_emulator.serving.server import PortTaken, Server
from live_emulator.version import VERSION

__all__ = ["DEFAULT_PORT", "main", "parser"]

DEFAULT_PORT = 9099
_LAST_PORT = 65_535
_SLOWEST = 0.001
_FASTEST = 1_000_000.0
"""Beyond both, times are no numbers that a clock can hold."""

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
    if options.command == "credentials" and len(options.text) == 1:
        return _credentials(options)
    if options.command == "credentials":
        parser().error("name one file for the credentials")
    if options.text:
        parser().error(f"unrecognized arguments: {' '.join(options.text)}")
    if options.command == "env":
        return _env(options)
    if options.command == "expire-tokens":
        return _tell(lambda: expire_tokens(options.port))
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
        choices=("serve", "env", "fault", "credentials", "expire-tokens"),
        default="serve",
        help="serve (default); env: print the lines that point clients here; "
        "fault: let something go wrong in a running emulator; "
        "credentials: write a file for GOOGLE_APPLICATION_CREDENTIALS; "
        "expire-tokens: end the bearer tokens given out so far",
    )
    parser.add_argument(
        "text",
        nargs="*",
        help="for fault: what goes wrong, or clear; without it, list what can; "
        "for credentials: the file to write",
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
        "--variant",
        dest="variants",
        action="append",
        default=[],
        choices=VARIANTS,
        metavar="NAME",
        help="where sources disagree, what the service was seen to do otherwise: "
        f"{', '.join(VARIANTS)}; may be repeated",
    )
    parser.add_argument(
        "--proactive",
        default="",
        metavar="NAME",
        help="models with proactive audio stay silent at speech without this name",
    )
    parser.add_argument(
        "--any-bearer",
        action="store_true",
        help="let made-up bearer tokens into Vertex AI, too",
    )
    parser.add_argument(
        "--token-lifetime",
        type=_lifetime,
        default=Options.token_lifetime_s,
        metavar="S",
        help="seconds that bearer tokens live; default %(default)g",
    )
    parser.add_argument(
        "--vertex",
        action="store_true",
        help="for env: point clients of Vertex AI here, not those of the Gemini API",
    )
    parser.add_argument(
        "--user",
        action="store_true",
        help="for credentials: of a user who has logged in, not a service account",
    )
    parser.add_argument(
        "--project",
        default=DEFAULT_PROJECT,
        help="for env --vertex and credentials: the project; default %(default)s",
    )
    parser.add_argument(
        "--location",
        default=DEFAULT_LOCATION,
        choices=LOCATIONS,
        metavar="LOCATION",
        help="for env --vertex: the location; default %(default)s",
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
        default="whisper",
        metavar="WHICH",
        help="what it hears with: whisper (default), whisper:FOLDER, vosk:FOLDER",
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
    if not _SLOWEST <= speed <= _FASTEST:
        told = f"the speed is a number from {_SLOWEST:g} to {_FASTEST:,.0f}"
        raise argparse.ArgumentTypeError(told)
    return speed


def _lifetime(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError("a lifetime is a number of more than zero")
    return seconds


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
    if text == "clear":
        return _tell(lambda: clear_faults(options.port))
    return _tell(lambda: send_fault(options.port, text, options.session))


def _tell(ask: Callable[[], str]) -> int:
    """Ask a running emulator, and print what it says; return the exit code."""
    try:
        print(ask())
    except CannotTell as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _env(options: argparse.Namespace) -> int:
    """Print the lines that point clients here; return the exit code."""
    vertex = Vertex(options.project, options.location) if options.vertex else None
    url = f"http://127.0.0.1:{options.port}"
    try:
        variables = client_changes(url, vertex=vertex)
        print(format_exports(variables, options.shell))
    except EmulatorError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _credentials(options: argparse.Namespace) -> int:
    """Write a credentials file; return the exit code."""
    [file] = options.text
    url = f"http://127.0.0.1:{options.port}"
    kind: Kind = "user" if options.user else "service-account"
    try:
        path = write_credentials(file, url, kind=kind, project=options.project)
    except OSError as error:
        print(f"{file} can't be written: {error.strerror}.", file=sys.stderr)
        return 2
    print(f"GOOGLE_APPLICATION_CREDENTIALS={path}")
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
                variants=options.variants,
                proactive=options.proactive,
                any_bearer=options.any_bearer,
                token_lifetime_s=options.token_lifetime,
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
